"""Claims under other choices between models: the same as a scenario that is written so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import pytest

from conjuncture.analysis.alternatives import summarise_alternatives, try_alternatives
from conjuncture.analysis.modelling_choices import (
    OmittedOption,
    Variant,
    literal_fields,
    reshape_crisis,
    variants_of,
    variants_of_shape,
)
from conjuncture.ensemble import Ensemble
from conjuncture.errors import SimulationError, UsageError
from conjuncture.language.interventions import SetCell
from conjuncture.language.nodes import Label, NumberLiteral
from conjuncture.scenario.stage_model import StageModel
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

WORLDS = 40
CLAIMS = """
claims:
  likely:
    says: The first camp would rather win.
    test: P(showdown = a) > 0.5
  strong:
    says: The second camp is no match for it.
    test: E(showdown.strength[a]) > 2.8
  mood:
    says: The mood is a mood.
    test: E(mood) > -1
"""
SCENARIO = FREE.split("claims:")[0] + CLAIMS
TWO = SCENARIO.replace(
    "observed:",
    "  sequel:\n    mechanism: showdown\n    camps: {a: {core: red}, b: {core: blue}}\nobserved:",
).replace("b: {core: blue}}\n  sequel", "b: {core: blue}}\n    next: {a: sequel}\n  sequel")
CABINET = """
conjuncture: 1
title: A cabinet
account: account.md
forces:
  presidency: {kind: government, mass: 1}
  unions: {kind: movement, mass: 20 to 60}
stages:
  cabinet:
    mechanism: cabinet
    formateur: presidency
    claimants: {unions: {reservation: 0.1 to 0.4}}
claims: {}
"""


@pytest.fixture(scope="module")
def ensemble(crisis):
    return Ensemble(crisis(SCENARIO), WORLDS)


@pytest.fixture(scope="module")
def found(ensemble):
    told = []
    result = ensemble.alternatives(tell=lambda base, row: told.append((base.choice, row.choice)))
    assert told == [(None, row.choice) for row in result.rows[1:]]
    return result


def row(found, option):
    return next(one for one in found.rows[1:] if one.choice.option == option)


def test_every_choice_of_a_showdown_is_tried(found):
    assert [(one.choice.key, one.choice.option.split(",")[0]) for one in found.rows[1:]] == [
        ("first_showing", "0"),
        ("first_showing", "1"),
        ("showdown.strength", "refusal"),
        ("showdown.order", "sequential"),
    ]
    assert [one.choice.label for one in found.rows[1:]] == [
        "first showing",
        "first showing",
        "strength in 'showdown'",
        "order in 'showdown'",
    ]
    assert (found.asked, found.is_stopped, found.left_out) == (4, False, ())


def test_as_the_scenario_has_it_verdicts_are_those_of_a_test(ensemble, found):
    tested = ensemble.test()
    for key in found.claims:
        prior = tested[key].prior
        assert found.rows[0].words[key] == prior.verdict.word
        assert found.rows[0].values[key] == prior.answer.value


@pytest.mark.parametrize(
    ("option", "before", "after"),
    [
        ("refusal", "b: {core: blue}}", "b: {core: blue}}\n    strength: refusal"),
        ("sequential", "b: {core: blue}}", "b: {core: blue}}\n    order: sequential"),
    ],
)
def test_an_alternative_is_the_scenario_written_so(crisis, found, option, before, after):
    written = Ensemble(crisis(SCENARIO.replace(before, after)), WORLDS)
    for key in ("likely", "strong"):
        asked = written.crisis.claims[key].written.split(" > ")[0]
        assert row(found, option).values[key] == pytest.approx(written.query(asked).value)
    assert row(found, option).values["likely"] != found.rows[0].values["likely"]


def test_verdicts_hang_on_what_changes_them(found):
    """With refusal a crowd has no strength of its own, and the camp that has it is weaker."""
    base, refusal = found.rows[0], row(found, "refusal")
    assert refusal.values["strong"] < base.values["strong"]
    assert found.changes(refusal)["strong"] == ("holds", "depends")
    assert found.hangs["strong"] == (refusal.choice,)
    assert found.changes(refusal)["likely"] == ("mostly holds", "depends")
    assert found.hangs["likely"] == ()
    assert found.unsettled["likely"] == (refusal.choice,)
    assert found.hangs["mood"] == found.unsettled["mood"] == ()
    assert found.sentences() == [
        "Each claim was tested under 4 alternatives, one choice made otherwise at a time.",
        "'strong' holds and would not under strength in 'showdown': refusal.",
        "Under some alternative the word is another that does not contradict the first: likely.",
        "The verdict is the same under all of them: mood.",
    ]


@pytest.mark.parametrize(
    ("before", "then"), [("open", "holds"), ("fails", "no word"), ("holds", "mostly holds")]
)
def test_a_verdict_that_opens_or_closes_is_told_apart(found, before, then):
    base, other = found.rows[0], row(found, "refusal")
    rows = [replace(base, words={"likely": before}), replace(other, words={"likely": then})]
    told = summarise_alternatives(("likely",), rows, (), 1)
    assert told.hangs["likely"] == ()
    assert told.unsettled["likely"] == (other.choice,)
    assert told.sentences()[1:] == [
        "Under some alternative the word is another that does not contradict the first: likely."
    ]


def test_a_claim_about_what_a_choice_cannot_reach_is_not_run_again(found):
    assert row(found, "refusal").untouched == {"mood"}
    first = next(one for one in found.rows[1:] if one.choice.key == "first_showing")
    assert first.untouched == frozenset()  # It reads a number, and this might be one it follows.


def test_a_choice_reaches_its_stage_and_those_after(crisis):
    two = crisis(TWO)
    found = variants_of(two)
    reach = {one.choice.key: one.stages for one in found.variants}
    assert reach["showdown.strength"] == {"showdown", "sequel"}
    assert reach["sequel.order"] == {"sequel"}
    assert reach["first_showing"] == {"showdown", "sequel"}
    digests = {one.crisis.digest for one in found.variants}
    assert len(digests) == 3  # As it is, and each of the stages in another order.


def test_an_option_that_holds_already_is_no_alternative(crisis):
    written = SCENARIO.replace("unknowns: {", "unknowns: {first_showing: 0, ").replace(
        "b: {core: blue}}", "b: {core: blue}}\n    strength: {either: {weight: 1, refusal: 1}}"
    )
    found = variants_of(crisis(written))
    acts = [act for one in found.variants for act in one.setting]
    assert acts == [
        SetCell("first_showing", NumberLiteral(1.0), None, 0.0, 1.0),
        SetCell("showdown.strength", Label("weight", 0)),
        SetCell("showdown.strength", Label("refusal", 1)),
    ]


def test_a_shape_that_needs_other_numbers_is_left_out_with_the_reason(crisis):
    found = variants_of(crisis(CABINET))
    assert found.variants == []
    [left_out] = found.left_out
    assert str(left_out.choice) == "protocol in 'cabinet': closed_rule"
    assert left_out.why == (
        "the stage would have to state other things: 'reservation' means nothing under "
        "'closed_rule'"
    )


class Toy(StageModel):
    """A mechanism of somebody else."""

    tempo: Literal["slow", "fast"] = "slow"
    beat: int = 3

    def symbols(self, cast):
        from conjuncture.language.symbols import StageSymbols

        return StageSymbols(outcomes=("won", "lost"), measures={})

    def values(self):
        return ()


def test_mechanisms_of_others_offer_what_their_models_say(crisis):
    free = crisis(SCENARIO)
    model = Toy(beat=5)
    assert dict(literal_fields(model)) == {"tempo": ("slow", "fast")}
    stage = replace(free.stages["showdown"], model=model)
    [variant] = variants_of_shape(free, stage, frozenset({"showdown"}))
    assert isinstance(variant, Variant)
    altered = variant.crisis.stages["showdown"].model
    assert (altered.tempo, altered.beat) == ("fast", 5)
    assert variant.crisis.digest != free.digest
    assert isinstance(reshape_crisis(free, stage, "tempo", "other"), str)


class Stopping:
    """Wants the answer so far when some blocks are done."""

    def __init__(self, blocks):
        self.left, self.labels = blocks, []

    @property
    def is_stopped(self):
        return self.left <= 0

    def expect(self, label, blocks):
        self.labels.append((label, blocks))

    def advance(self, blocks):
        self.left -= blocks


def test_a_run_that_is_stopped_keeps_what_is_done(crisis):
    progress = Stopping(2 * WORLDS)
    some = Ensemble(crisis(SCENARIO), WORLDS, progress=progress).alternatives()
    assert 1 <= len(some.rows) < 5
    assert some.is_stopped
    none = Ensemble(crisis(SCENARIO), WORLDS, progress=Stopping(1)).alternatives()
    assert none.rows == ()
    assert none.is_stopped
    assert none.sentences() == ["No alternative was tried."]


def test_the_whole_is_announced_before(ensemble, found):
    progress = Stopping(10**9)
    simulator = Ensemble(ensemble.crisis, WORLDS, progress=progress).simulator
    try_alternatives(simulator, list(ensemble.crisis.claims.values()))
    announced = sum(blocks for _, blocks in progress.labels)
    assert announced == progress.labels[0][1] == 10**9 - progress.left
    assert {label for label, _ in progress.labels} == {"histories under alternatives"}


def test_an_alternative_that_cannot_be_simulated_is_left_out(ensemble, monkeypatch):
    from conjuncture.analysis import alternatives

    real = alternatives.prior_readings

    def failing(simulator, announced, claims) -> Mapping[str, object] | None:
        if simulator.worlds.setting:
            raise SimulationError("a number is none any more")
        return real(simulator, announced, claims)

    monkeypatch.setattr(alternatives, "prior_readings", failing)
    found = ensemble.alternatives(["mood"])
    assert [one.choice.option for one in found.rows[1:]] == ["sequential"]
    assert {type(one) for one in found.left_out} == {OmittedOption}
    assert not found.is_stopped


def test_without_claims_there_is_nothing_to_try(crisis):
    with pytest.raises(UsageError, match="no claim to test"):
        Ensemble(crisis(CABINET), 2).alternatives()
    with pytest.raises(UsageError, match="there is no claim 'moods'"):
        Ensemble(crisis(SCENARIO), 2).alternatives(["moods"])
