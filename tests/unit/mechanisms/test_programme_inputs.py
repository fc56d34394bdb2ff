"""What a programme may say, and what is told of what it may not."""

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.mechanisms.programme.inputs import RULES, Stage
from conjuncture.scenario.stage_model import NOBODY, Cast

GOOD = """\
conjuncture: 1
title: A small programme
account: account.md
forces:
  line: {kind: army, troops: 1 to 3}
  guard: {kind: army, troops: 1}
  unions: {kind: movement, mass: 20}
  party: {kind: party}
groups: {army: [line, guard]}
stages:
  programme:
    mechanism: programme
    rule: {either: {compromise: 1, median: 1}}
    capability: {army: army.troops, unions: 1 to 3}
    issues:
      capital:
        positions: {army: 30, unions: 80 to 95, party: 60}
        salience: {army: 0.5, unions: 0.9}
      wages:
        scale: [0, 10]
        positions: {army: 2, unions: 8}
claims: {}
"""

BAD = [
    ("rule: {either: {compromise: 1, median: 1}}", "rule: mode", 13, "there is no rule 'mode'"),
    ("median: 1}}", "challange: 1}}", 13, "did you mean 'challenge'?"),
    ("unions: 1 to 3}", "unions: -1}", 14, "at least 0"),
    ("unions: 1 to 3}", "unions: -2 to 3}", 14, "at least 0"),
    ("unions: 1 to 3}", "unios: 1}", 14, "there is no force or group 'unios'"),
    ("unions: 1 to 3}", "unions: 1, guard: 1}", 14, "'guard' has a capability and no position"),
    ("{army: army.troops, unions: 1 to 3}", "{army: 0, unions: 0, party: 0}", 14, "sum to nothing"),
    ("army.troops", "unions.mass", 14, "thousand people"),
    ("{army: 30, unions: 80 to 95, party: 60}", "{}", 17, "nobody takes a position on 'capital'"),
    ("{army: 30, unions: 80 to 95, party: 60}", "{army: 30}", 17, "only 'army' takes a position"),
    ("party: 60}", "council: 60}", 17, "there is no force or group 'council'"),
    ("party: 60}", "party: 120}", 17, "120 lies outside the scale of 'capital', 0 to 100"),
    ("party: 60}", "party: {value: -5, note: x}}", 17, "-5 lies outside the scale"),
    ("80 to 95", "warm", 17, "word for a leaning"),
    ("{army: 0.5, unions: 0.9}", "{army: 1.5}", 18, "between 0 and 1"),
    ("{army: 0.5, unions: 0.9}", "{guard: 1}", 18, "'guard' has a salience and no position"),
    ("{army: 0.5, unions: 0.9}", "{army: 0, unions: 0, party: 0}", 18, "salience sums to nothing"),
    ("[0, 10]", "[10, 0]", 20, "the scale of 'wages' runs from 10 to 0"),
    ("[0, 10]", "[0]", 20, "write at least 2"),
    ("[0, 10]", "0 to 10", 20, "write a list"),
    ("[0, 10]", "[low, high]", 20, "write a number"),
    ("        positions: {army: 2, unions: 8}\n", "", 19, "'wages' has no 'positions'"),
    ("        salience", "        salliance", 18, "did you mean 'salience'?"),
    ("    issues:", "    rounds: 0\n    issues:", 15, "at least 1"),
]


def test_a_good_programme_is_read(crisis):
    stage = crisis(GOOD).stages["programme"].model
    assert stage.actors == ("army", "unions", "party")
    assert stage.takes_part(Cast(("line", "guard", "unions"), {"army": ("line", "guard")})) == (
        "line", "guard", "unions", "party",
    )  # fmt: skip
    assert stage.symbols(NOBODY).outcomes == stage.actors
    assert stage.world_fixed_keys() == ("rule",)


@pytest.mark.parametrize(("old", "new", "line", "says"), BAD, ids=[case[3] for case in BAD])
def test_bad_input_is_told_in_a_sentence_with_a_place(crisis, old, new, line, says):
    assert GOOD.count(old) >= 1
    with pytest.raises(ScenarioError) as caught:
        crisis(GOOD.replace(old, new, 1))
    mistakes = caught.value.mistakes
    told = [mistake for mistake in mistakes if says in str(mistake)]
    assert told, [str(mistake) for mistake in mistakes]
    assert [mistake.line for mistake in told] == [line] * len(told)
    assert all(mistake.column > 1 for mistake in told)


def test_an_issue_on_which_nobody_can_agree_is_not_needed():
    with pytest.raises(ValueError, match="at least 1"):
        Stage(issues={})


def test_every_number_has_a_cell_and_a_default(crisis):
    numbers = crisis(GOOD).numbers
    assert {key for key in numbers if key.startswith("programme.capability")} == {
        f"programme.capability.{actor}" for actor in ("army", "unions", "party")
    }
    assert not numbers["programme.capability.party"].stated
    assert not numbers["programme.wages.salience.army"].stated
    assert numbers["programme.capital.positions.unions"].stated
    assert RULES[0] == "compromise"
