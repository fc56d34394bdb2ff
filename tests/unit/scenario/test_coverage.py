from __future__ import annotations

from conjuncture.scenario.account import ModelPart, coverage_of, quotations_of
from crisis_with_traces import SCENARIO, has_warning, read, with_effects

LEFT_OUT = "omissions:\n  - {quote: It rained., why: weather decides nothing here}\n"


def test_every_sentence_has_its_place(tmp_path):
    effect = "{shift: {workers.trust.leaders: -1}, quote: gave nothing}"
    crisis = read(tmp_path, with_effects("clash", effect) + LEFT_OUT)
    found = {one.sentence: one for one in coverage_of(crisis)}
    followed = found["The workers followed their leaders."]
    assert followed.parts == (ModelPart("force", "workers"), ModelPart("number", "trust"))
    assert followed.paragraph == 1
    promised = found["He promised much and gave nothing!"]
    assert promised.parts == (ModelPart("effect", "1 of clash"),)
    assert promised.paragraph == 2
    assert found["It rained."].why == "weather decides nothing here"
    assert not found["It rained."].is_unplaced
    nowhere = tuple(one.sentence for one in found.values() if one.is_unplaced)
    assert nowhere == ("The leaders feared them.", "The general marched.") == crisis.uncovered


def test_what_is_left_out_is_not_uncovered(tmp_path):
    crisis = read(tmp_path, SCENARIO + LEFT_OUT)
    (left,) = crisis.omissions
    assert left.quote.text == "It rained."
    assert crisis.account[left.quote.start : left.quote.end] == "It rained."
    assert "It rained." not in crisis.uncovered
    assert "It rained." in read(tmp_path, SCENARIO).uncovered


def test_left_out_and_quoted_is_doubted(tmp_path):
    both = "omissions:\n  - {quote: followed their leaders, why: no place}\n"
    assert has_warning(read(tmp_path, SCENARIO + both), "another part of the scenario quotes it")
    assert not has_warning(read(tmp_path, SCENARIO + LEFT_OUT), "another part")


def test_claims_and_values_count(tmp_path):
    text = SCENARIO.replace(
        "guard: {troops: 3,", "guard: {troops: {value: 3, quote: The general marched},"
    )
    text += "claims:\n  rain:\n    says: It rained.\n    quote: It rained\n"
    text += "    test: P(clash = red) > 0.5\n"
    parts = [part for part, _ in quotations_of(read(tmp_path, text))]
    assert ModelPart("number", "guard.troops") in parts
    assert ModelPart("claim", "rain") in parts
