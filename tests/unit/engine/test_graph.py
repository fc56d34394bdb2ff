"""The graph of stages: order, visits, what is not reached, what is imposed."""

import numpy as np
import pytest

from chance import bound
from conjuncture.engine.structure import structure_of
from conjuncture.ensemble import Ensemble
from crises import SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

AGAIN = """
conjuncture: 1
title: Again and again
account: account.md
unknowns: {decisiveness: 1, fog: 0.5}
forces:
  red: {kind: army, troops: 2}
  blue: {kind: army, troops: 1}
stages:
  first:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
    visits: 3
    next: {a: last, b: first}
  last:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
claims: {}
"""


@pytest.fixture(scope="module")
def again(crisis):
    return Ensemble(crisis(AGAIN), 20, 2048)


def test_a_repeated_stage_is_unrolled_pass_by_pass(again):
    structure = structure_of(again.crisis)
    assert structure.stages == ("first", "last")
    assert [(room.stage, room.visits) for room in structure.unrolled_stages] == [
        (0, (1,)), (0, (1, 2)), (0, (1, 2, 3)), (1, (1,)),
    ]  # fmt: skip


@pytest.mark.slow
def test_visits_are_independent_and_bounded(again):
    room = bound(6) * 0.5 / np.sqrt(20 * 2048)
    assert again.query("P(first[1] = b)").value == pytest.approx(1 / 3, abs=room)
    assert again.query("P(first[2] = b)").value == pytest.approx(1 / 9, abs=room)
    assert again.query("P(first[3] = b)").value == pytest.approx(1 / 27, abs=room)
    assert again.query("P(reached(last))").value == pytest.approx(26 / 27, abs=room)
    assert again.query("P(first = b)").value == pytest.approx(1 / 27, abs=room)
    assert again.query("P(first[2] = b)").undefined == pytest.approx(2 / 3, abs=room)


@pytest.mark.slow
def test_every_visit_or_one_can_be_imposed(again):
    assert again.query("P(reached(last) | do(first = b))").value == 0.0
    assert again.query("P(first[2] = b | do(first[1] = b, first[2] = b))").value == 1.0
    assert again.query("P(reached(last) | do(first[3] = a))").value == 1.0


@pytest.mark.slow
def test_a_value_from_a_stage_on_leaves_the_stage_before_as_it_was(crisis):
    ensemble = Ensemble(crisis(SWORN), 20, 2048)
    act = "do(red.troops = 100 at second)"
    assert (
        ensemble.query("P(showdown = a)").value == ensemble.query(f"P(showdown = a | {act})").value
    )
    assert ensemble.query(f"P(second = a | showdown = a, {act})").value > 0.95


PAST = AGAIN.replace(
    "    visits: 3\n    next: {a: last, b: first}", "    next: {a: middle, b: last}"
)
PAST = PAST.replace(
    "  last:",
    "  middle:\n    mechanism: showdown\n    camps: {a: {core: red}, b: {core: blue}}\n"
    "    next: {a: last, b: last}\n  last:",
)


@pytest.mark.slow
def test_a_value_from_a_stage_on_holds_only_where_a_history_passed_it(crisis):
    """The last stage is reached both through the middle one and past it."""
    ensemble = Ensemble(crisis(PAST), 20, 2048)
    act = "do(red.troops = 1e6 at middle)"
    past, through = "first = b", "first = a"
    assert (
        ensemble.query(f"P(last = a | {past})").value
        == ensemble.query(f"P(last = a | {past}, {act})").value
    )
    room = bound() * 0.5 / np.sqrt(20 * 2048 / 3)
    assert ensemble.query(f"P(last = a | {past}, {act})").value == pytest.approx(2 / 3, abs=room)
    assert ensemble.query(f"P(last = a | {through}, {act})").value > 0.999
    assert ensemble.query(f"P(first = a | {act})").value == ensemble.query("P(first = a)").value


def test_a_side_is_found_where_a_stage_has_the_camp(crisis):
    red, blue = "a: {core: red, resolve: 1}", "b: {core: blue, resolve: 1}"
    first, rest = SWORN.rsplit(f"{{{red}, {blue}}}", 1)
    ensemble = Ensemble(crisis(f"{first}{{{blue}, {red}}}{rest}".replace("a: sworn", "a: 0")), 4)
    for stage in ("showdown", "second"):
        asked = f"P({stage}.side[reds] = a | reached({stage}), do(reds sides a))"
        assert ensemble.query(asked).value == 1.0
    assert ensemble.query("P(showdown.side[reds] = aside | do(reds aside))").value == 1.0
