"""The equilibrium against Gambit's solver for the same trees, read from what is exported."""

import numpy as np
import pytest
from branch_tracer import trace
from game_trees import TREES, numbers_of, solve_by_gambit, solve_here
from more_game_trees import FORKS, PLAIN

PRECISIONS = (0.5, 2.0, 5.0, 10.0, 30.0, 100.0)
STOPS_SHORT = ("signal 2",)
"""Where Gambit does not come to the precision that is wanted; the tracer decides."""


@pytest.mark.parametrize("name", [name for name in PLAIN if name not in STOPS_SHORT])
def test_equilibrium_is_that_of_gambit(name):
    here, residual = solve_here(PLAIN[name], PRECISIONS)
    there = solve_by_gambit(PLAIN[name], PRECISIONS)
    assert set(here) == set(there)
    assert residual.max() < 1e-9
    for turn, probabilities in there.items():
        np.testing.assert_allclose(here[turn], probabilities, atol=1e-6, err_msg=turn)


@pytest.mark.parametrize("name", [*FORKS, *STOPS_SHORT])
def test_at_a_fork_it_goes_straight_on(name):
    """Gambit may turn aside there; an independent tracer that goes straight decides."""
    stage = {**PLAIN, **FORKS}[name]
    here, residual = solve_here(stage, PRECISIONS)
    there = trace(stage, numbers_of(stage)[0], PRECISIONS)
    assert residual.max() < 1e-9
    for turn, probabilities in there.items():
        np.testing.assert_allclose(here[turn], probabilities, atol=1e-9, err_msg=turn)


@pytest.mark.parametrize("name", ["beer and quiche", "arms", "three by three"])
def test_the_tracer_itself_agrees_with_gambit(name):
    stage = TREES[name]
    here = trace(stage, numbers_of(stage)[0], PRECISIONS[:4])
    for turn, probabilities in solve_by_gambit(stage, PRECISIONS[:4]).items():
        np.testing.assert_allclose(here[turn], probabilities, atol=1e-6, err_msg=turn)


def test_a_precision_is_of_payoffs_that_range_over_one():
    """Of payoffs as they are, whose range is 5 for both, Gambit's precision is a fifth."""
    here, _ = solve_here(TREES["prisoners"], [2.0, 10.0])
    there = solve_by_gambit(TREES["prisoners"], [0.4, 2.0], scaled=False)
    for turn, probabilities in there.items():
        np.testing.assert_allclose(here[turn], probabilities, atol=1e-6)


def test_there_are_forty_trees_of_several_kinds():
    trees = {**PLAIN, **FORKS}
    assert len(trees) >= 40
    assert (
        sum(any(turn.is_hidden for turn in one.tree.turns.values()) for one in trees.values()) >= 25
    )
    assert any(len(one.tree.turns) == 1 for one in trees.values())
