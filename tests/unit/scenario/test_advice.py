"""What check advises can be done, and mends what it is about."""

from __future__ import annotations

import pytest

from conjuncture.errors import ScenarioError
from crisis_with_traces import SCENARIO, has_warning, read, with_effects

IDLE = "no stage uses the force 'church'"
AMONG = SCENARIO.replace(
    "    mechanism: showdown\n", "    mechanism: showdown\n    among: [line]\n"
)
CLAIM = """claims:
  pews:
    says: x
    note: x
    test: P(clash = red | {}) > 0.5
stages:
"""


def with_church(
    text: str, church: str = "{note: of the capital, discipline: 2 to 5, mass: 1}"
) -> str:
    return text.replace("forces:\n", f"forces:\n  church: {church}\n", 1)


def mistakes(tmp_path, text: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        read(tmp_path, text)
    return list(map(str, raised.value.mistakes))


def test_a_force_that_no_stage_uses_and_nothing_reads_is_doubted(tmp_path):
    crisis = read(tmp_path, with_church(AMONG))
    assert has_warning(crisis, IDLE)
    assert not has_warning(read(tmp_path, with_church(SCENARIO)), IDLE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cohesion: 0.4 to 0.8", "cohesion: logistic(church.discipline)"),
        ("camps: {red: {core: leaders}",
         "camps: {red: {core: leaders, resolve: logistic(church.discipline)}"),
        ("{value: -1 to 1, note: shared}", "{value: church.discipline, note: shared}"),
        ("    note: the first\n    effects: []",
         "    note: the first\n    effects: [{when: church.discipline > 3, note: x, shift: {guard.troops: 1}}]"),
        ("    note: the first\n    effects: []",
         "    note: the first\n    effects: [{note: x, shift: {church.discipline: 1}}]"),
        ("stages:\n", CLAIM.format("church.discipline > 3")),
        ("stages:\n", CLAIM.format("do(church.discipline = 4)")),
    ],
    ids=["attribute", "stage", "unknown", "effect", "moved", "claim", "imposed"],
)  # fmt: skip
def test_a_force_whose_numbers_are_read_is_used(tmp_path, old, new):
    text = with_church(AMONG)
    assert old in text
    crisis = read(tmp_path, text.replace(old, new, 1))
    assert not has_warning(crisis, IDLE)


def test_a_force_that_only_an_idle_one_reads_is_idle_too(tmp_path):
    text = with_church(AMONG).replace(
        "  church:", "  parish: {discipline: church.discipline, mass: 1, note: x}\n  church:"
    )
    crisis = read(tmp_path, text)
    assert has_warning(crisis, IDLE)
    assert has_warning(crisis, "no stage uses the force 'parish'")


def test_a_name_elsewhere_is_to_be_left_out_too(tmp_path):
    text = with_church(AMONG).replace("  army: [", "  clergy: [church, line]\n  army: [")
    crisis = read(tmp_path, text)
    assert has_warning(crisis, "leave it out, and where 'ties', 'reach' or 'groups' name it")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "street_exchange: 0.3",
            "it is a constant of the whole scenario: write it under 'unknowns'",
        ),
        ("street_exchang: 0.3", "did you mean 'street_exchange'? That is a constant"),
        ("call_strength: 2", "it is a constant of the whole scenario"),
        ("strenght: weight", "did you mean 'strength'?"),
    ],
)
def test_a_constant_in_a_stage_belongs_under_unknowns(tmp_path, written, told):
    text = SCENARIO.replace("    note: the first\n", f"    note: the first\n    {written}\n")
    (one,) = mistakes(tmp_path, text)
    assert told in one


def test_a_constant_in_a_force_or_at_the_top_belongs_under_unknowns(tmp_path):
    for text in (with_church(SCENARIO, "{note: x, fog: 0.3}"), SCENARIO + "fog: 0.3\n"):
        assert any("write it under 'unknowns'" in one for one in mistakes(tmp_path, text))
    assert read(tmp_path, SCENARIO.replace("unknowns:\n", "unknowns:\n  fog: 0.3\n"))


def test_a_reference_that_lacks_is_told_once_with_its_places(tmp_path):
    text = SCENARIO.replace("    note: the ", "    source: lora1977\n    note: the ")
    (one,) = mistakes(tmp_path, text)
    assert "there is no reference 'lora1977', which is named 3 times" in one
    lines = text.splitlines()
    named = [number for number, line in enumerate(lines, 1) if "lora1977" in line]
    assert one.partition("scenario.yaml:")[2].startswith(f"{named[0]}:")
    assert f"also in line {named[1]}, {named[2]}" in one
    (single,) = mistakes(tmp_path, SCENARIO.replace("note: the first", "source: lora1977"))
    assert "named" not in single


def test_effects_do_not_read_what_they_only_move(tmp_path):
    effects = ("{shift: {workers.trust.leaders: 1}, note: x}", "{shift: {line.troops: 1}, note: x}")
    text = with_effects("clash", *effects).replace(
        "    leans: {red: warm + workers.trust.leaders", "    leans: {red: warm"
    )
    assert has_warning(read(tmp_path, text), "nothing reads the attribute 'trust'")


def test_a_force_without_weight_whose_numbers_are_read_is_none_that_changes_nothing(tmp_path):
    text = with_church(SCENARIO, "{note: of the capital, discipline: 2 to 5}")
    (one,) = mistakes(tmp_path, text)
    assert "nothing reads its numbers, so it changes nothing" in one
    read(tmp_path, text.replace("cohesion: 0.4 to 0.8", "cohesion: logistic(church.discipline)"))
    side = "[{when: 'clash.side[church] = red', note: x, shift: {guard.troops: 1}}]"
    read(tmp_path, text.replace("first\n    effects: []", f"first\n    effects: {side}"))
