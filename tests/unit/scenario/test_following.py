from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.language.nodes import Arithmetic, Cell, Negative, NumberLiteral
from conjuncture.language.symbols import DIMENSIONLESS, REAL
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.crisis import Change, Effect, Number, Stage
from conjuncture.scenario.dependencies import dependents_of, derived_cells, moved_cells
from crisis_with_traces import read, with_effects


@dataclass(frozen=True)
class Staged:
    numbers: dict[str, Number]
    stages: dict[str, Stage] = field(default_factory=dict)


def numbers(**values) -> dict[str, Number]:
    return {
        key: Number(key, value, value, REAL, DIMENSIONLESS, stated=True)
        for key, value in values.items()
    }


MODEL = stage_models()["showdown"].model_construct()


def stage(*moves: str) -> Stage:
    changes = tuple(Change(key, "shift", NumberLiteral(1.0)) for key in moves)
    return Stage("clash", "showdown", MODEL, effects=(Effect(None, changes),))


CHAIN = numbers(
    last=Arithmetic("+", Cell("middle"), Cell("still")),
    middle=Negative(Cell("first")),
    still=NumberLiteral(2.0),
    first=NumberLiteral(1.0),
    beside=Cell("still"),
)


def test_nothing_is_moved_without_effects():
    assert moved_cells(Staged(CHAIN)) == frozenset()
    assert derived_cells(Staged(CHAIN)) == ()


def test_what_follows_comes_after_what_it_reads():
    crisis = Staged(CHAIN, {"clash": stage("first")})
    assert moved_cells(crisis) == {"first"}
    assert derived_cells(crisis) == ("middle", "last")


def test_moved_cells_do_not_follow():
    crisis = Staged(CHAIN, {"clash": stage("first", "last")})
    assert derived_cells(crisis) == ("middle",)
    assert dependents_of(CHAIN, moved_cells(crisis)) == ("middle", "last")


def test_long_chains_need_no_recursion():
    chain = numbers(c0=NumberLiteral(0.0), **{f"c{n}": Cell(f"c{n - 1}") for n in range(1, 3000)})
    found = dependents_of(dict(reversed(chain.items())), frozenset({"c0"}))
    assert found == tuple(f"c{n}" for n in range(1, 3000))


def test_names_that_are_no_cells_are_passed_over():
    assert dependents_of(numbers(a=Cell("elsewhere")), frozenset({"elsewhere"})) == ("a",)


def test_crisis_as_read(tmp_path):
    crisis = read(tmp_path, with_effects("clash", "{shift: {workers.trust.leaders: -1}}"))
    assert moved_cells(crisis) == {"workers.trust.leaders"}
    assert derived_cells(crisis) == ("workers.leans.red",)


def test_a_claim_cannot_set_a_number_from_what_effects_have_made_of_it(tmp_path):
    text = with_effects("clash", "{shift: {workers.trust.leaders: -1}}")
    claim = "P(clash = red | do({} at clash)) > 0.5"
    claims = {
        "itself": claim.format("workers.trust.leaders *= 0.5"),
        "what_follows": claim.format("leaders.mass = 1 + 0 * workers.leans.red"),
        "settled": claim.format("workers.trust.leaders = 0.5"),
    }
    told = "".join(f"  {key}: {{says: It was., test: '{one}'}}\n" for key, one in claims.items())
    before, _, _ = text.partition("claims:")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, f"{before}claims:\n{told}")
    assert [one.problem for one in caught.value.mistakes] == [
        "what effects have made of 'workers.trust.leaders' by 'clash' is not known here",
        "what effects have made of 'workers.leans.red' by 'clash' is not known here",
    ]
    assert [one.column for one in caught.value.mistakes] == [53, 59]


def test_what_follows_from_a_moved_number_cannot_be_moved(tmp_path):
    effects = ("{shift: {workers.leans.red: 1}}", "{shift: {workers.trust.leaders: -1}}")
    with pytest.raises(ScenarioError) as caught:
        read(tmp_path, with_effects("clash", *effects))
    (mistake,) = caught.value.mistakes
    assert "'workers.leans.red' follows from 'workers.trust.leaders'" in mistake.problem
