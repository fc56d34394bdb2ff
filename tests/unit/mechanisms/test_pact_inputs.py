"""What a pact may say, and what is told of what it may not."""

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.mechanisms.pact.inputs import OUTCOMES, Party, Stage
from conjuncture.mechanisms.pact.narrative import tell
from conjuncture.mechanisms.registry import StageHistory
from conjuncture.scenario.stage_model import Cast

GOOD = """\
conjuncture: 1
title: A small pact
account: account.md
forces:
  winners: {kind: army}
  losers: {kind: army}
  umpire: {kind: party}
groups: {army: [winners, losers]}
stages:
  pact:
    mechanism: pact
    parties:
      winners: {chance: 0.6, later: 0.7, cost: 0.1, bargaining: 1}
      losers: {chance: 0.4, cost: 0.2}
    threat: {apart: 0.3, together: 0.1}
    governing: 0.05
    misjudgement: 0.2
claims: {}
"""

BAD = [
    ("      losers: {chance: 0.4, cost: 0.2}\n", "", 13, 7, "'parties' has too few entries"),
    ("cost: 0.2", "cost: -0.2", 14, 35, "at least 0"),
    (
        "      losers: {chance",
        "      loosers: {chance",
        14,
        7,
        "there is no force 'loosers'; did you mean 'losers'?",
    ),
    (
        "      losers: {chance",
        "      army: {chance",
        14,
        7,
        "'army' is a group, and only a force can be a party",
    ),
    ("chance: 0.6", "chance: 1.2 - 2", 13, 25, "at least 0"),
    ("chance: 0.6", "chance: warm", 13, 25, "word for a leaning"),
    ("later: 0.7", "later: 1.5", 13, 37, "between 0 and 1"),
    ("apart: 0.3", "apart: 3", 15, 21, "between 0 and 1"),
    ("together: 0.1", "togther: 0.1", 15, 26, "did you mean 'together'?"),
    ("misjudgement: 0.2", "misjudgement: -1", 17, 19, "at least 0"),
    ("bargaining: 1", "bargain: 1", 13, 53, "did you mean 'bargaining'?"),
    ("governing: 0.05", "governing: winners.troops", 16, 16, "winners"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "says"), BAD)
def test_a_mistake_is_told_where_it_stands(crisis, old, new, line, column, says):
    assert GOOD.count(old) == 1
    with pytest.raises(ScenarioError) as caught:
        crisis(GOOD.replace(old, new))
    found = [(one.line, one.column, str(one)) for one in caught.value.mistakes]
    assert any((at, where) == (line, column) and says in text for at, where, text in found), found


@pytest.mark.parametrize("nothing", ["0", "0.0", "{value: 0, note: nobody could win}"])
def test_chances_must_sum_to_something(crisis, nothing):
    text = GOOD.replace("chance: 0.6", f"chance: {nothing}").replace("chance: 0.4", "chance: 0")
    with pytest.raises(
        ScenarioError, match=r"13:.*chances of all parties are 0 and sum to nothing"
    ):
        crisis(text)
    crisis(text.replace("chance: 0,", "chance: 0.1,"))


def test_a_pact_needs_no_more_than_two_names(crisis):
    text = GOOD.replace("{chance: 0.6, later: 0.7, cost: 0.1, bargaining: 1}", "{}")
    text = text.replace("{chance: 0.4, cost: 0.2}", "{}")
    for stated in ("    threat: {apart: 0.3, together: 0.1}\n", "    governing: 0.05\n"):
        text = text.replace(stated, "")
    read = crisis(text)
    assert "pact.winners.later" not in read.numbers
    assert not read.numbers["pact.threat.apart"].stated
    assert any("umpire" in warning for warning in read.warnings)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("imposed", [False, True])
@pytest.mark.parametrize("surplus", [-0.1, 0.1])
def test_every_ending_can_be_told(outcome, imposed, surplus):
    stage = Stage(parties=dict.fromkeys(("winners", "losers", "umpire"), Party()))
    by_party = dict.fromkeys(stage.parties, 0.3)
    measures = {"surplus": surplus, "estimate": by_party, "shares": by_party}
    measures["reneges"] = dict.fromkeys(stage.parties, "no") | {"losers": "yes"}
    names = {"losers": "the losers"}
    sentences = tell(
        StageHistory(stage, Cast(tuple(stage.parties)), names, outcome, imposed, measures)
    )
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
    assert ("the losers could not be trusted" in sentences[-1]) == (
        outcome == "untrusted" and not imposed
    )
