"""What a rising may say, and what is told of what it may not."""

import pytest

from conjuncture.errors import QueryError, ScenarioError
from conjuncture.mechanisms.registry import StageHistory
from conjuncture.mechanisms.rising.inputs import OUTCOMES, Crowd, Facing, Stage
from conjuncture.mechanisms.rising.narrative import tell
from conjuncture.scenario.stage_model import Cast

GOOD = """\
conjuncture: 1
title: A small rising
account: account.md
forces:
  unions: {kind: movement, mass: 20 to 60}
  students: {kind: movement, mass: 10}
  suburbs: {kind: movement, mass: 30}
  vanguard: {kind: party, organisation: 0.6}
  line: {kind: army, troops: 2}
  guard: {kind: army, troops: 1}
groups: {young: [students, suburbs], army: [line, guard]}
stages:
  window:
    mechanism: rising
    crowds:
      unions: {threshold: 0.2 to 0.6, spread: 0.1, shock: 0.1, heeds: {unions: 1, young: 0.5}}
      young: {thresholds: [0, 0.2, 0.5], hears: 0.8}
    caller: vanguard
    bar: 0.3 to 0.6
    facing: {line: {goes_over: -1}, guard: {}}
    quiet_below: 0.1
claims: {}
"""

BAD = [
    ("      unions: {thr", "      unios: {thr", 16, 7, "there is no force or group 'unios'"),
    ("young: {thresholds", "students: {thresholds", 16, 83, "there is no crowd 'young'"),
    ("heeds: {unions: 1", "heeds: {line: 1", 16, 72, "there is no crowd 'line'"),
    ("heeds: {unions: 1", "heeds: {unions: -1", 16, 80, "at least 0"),
    ("spread: 0.1", "spread: -0.1", 16, 47, "at least 0"),
    ("hears: 0.8", "hears: 1.8", 17, 49, "between 0 and 1"),
    ("[0, 0.2, 0.5]", "[0, 1.2]", 17, 31, "at most 1"),
    ("[0, 0.2, 0.5]", "[]", 17, 27, "too few"),
    ("[0, 0.2, 0.5]", "[few]", 17, 28, "write a number"),
    ("[0, 0.2, 0.5],", "[0.1], spread: 0.2,", 17, 34, "lists its thresholds and states 'spread'"),
    ("caller: vanguard", "caller: vangard", 18, 13, "did you mean 'vanguard'?"),
    ("caller: vanguard", "caller: line", 18, 13, "'line' cannot call the crowds out and face them"),
    ("    caller: vanguard\n", "", 18, 5, "'bar' is about a call, and there is no caller"),
    ("    caller: vanguard\n", "", 17, 42, "'hears' is about a call, and there is no caller"),
    ("guard: {}}", "army: {}}", 20, 37, "'army' brings 'line' in, and so does 'line'"),
    ("guard: {}}", "young: {}}", 20, 37, "'young' brings 'students' in, and so does 'young'"),
    ("guard: {}}", "police: {}}", 20, 37, "there is no force or group 'police'"),
    ("goes_over: -1", "goes_ovr: -1", 20, 21, "did you mean 'goes_over'?"),
    ("{line: {goes_over: -1}, guard: {}}", "{}", 20, 13, "too few"),
    ("quiet_below: 0.1", "quiet_below: 10", 21, 18, "between 0 and 1"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "says"), BAD)
def test_a_mistake_is_told_where_it_stands(crisis, old, new, line, column, says):
    assert GOOD.count(old) == 1
    with pytest.raises(ScenarioError) as caught:
        crisis(GOOD.replace(old, new))
    found = [(one.line, one.column, str(one)) for one in caught.value.mistakes]
    assert any((at, where) == (line, column) and says in text for at, where, text in found), found


def test_what_is_not_stated_has_a_documented_range(crisis):
    read = crisis(GOOD.replace("threshold: 0.2 to 0.6, spread: 0.1, shock: 0.1, ", ""))
    assert not read.numbers["window.unions.threshold"].stated
    assert "window.young.threshold" not in read.numbers
    assert "window.young.heeds.unions" not in read.numbers
    assert read.numbers["call_strength"].written == "0.05 to 0.5"
    assert not any("no stage uses" in warning for warning in read.warnings)


def test_callers_call_and_those_sent_join_or_face(crisis):
    moves = crisis(GOOD).vocabulary.stages["window"].moves
    assert moves["vanguard"] == ("call", "wait")
    assert moves["line"] == moves["guard"] == ("join", "face")


def test_a_move_that_nobody_has_is_refused(crisis):
    from conjuncture.ensemble import Ensemble

    with pytest.raises(QueryError, match="call"):
        Ensemble(crisis(GOOD), 4).query("P(window = carried | do(line plays call))")


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("called", ["no", "yes"])
@pytest.mark.parametrize("imposed", [False, True])
def test_every_ending_can_be_told(outcome, called, imposed):
    stage = Stage(
        crowds={"unions": Crowd(), "young": Crowd()},
        caller="vanguard" if called == "yes" else None,
        facing={"army": Facing()},
    )
    cast = Cast(("unions", "students", "vanguard", "line", "guard"), {"army": ("line", "guard")})
    measures = {"called": called, "foreseen": 0.999, "street": 24.3, "chance": 0.001, "force": 2.0}
    measures["turnout"] = {"unions": 0.5, "young": 1.0}
    measures["stance"] = {"line": "joins", "guard": "faces"}
    sentences = tell(StageHistory(stage, cast, {"line": "The line"}, outcome, imposed, measures))
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in sentences)
    assert ("The line went over to the crowd." in sentences) == (outcome != "quiet" or imposed)
    assert any("24,000 people" in sentence for sentence in sentences)
