"""The equilibrium against Gambit's solver for the same trees, read from what is exported."""

import numpy as np
import pytest
from game_trees import PRECISIONS, TREES, solved_by_gambit, solved_here


@pytest.mark.parametrize("name", TREES)
def test_equilibrium_is_that_of_gambit(name):
    here, residual = solved_here(TREES[name], PRECISIONS)
    there = solved_by_gambit(TREES[name], PRECISIONS)
    assert set(here) == set(there)
    assert residual.max() < 1e-4
    for turn, probabilities in there.items():
        np.testing.assert_allclose(here[turn], probabilities, atol=1e-4, err_msg=turn)


def test_there_are_at_least_ten_trees():
    assert len(TREES) >= 10
    assert sum(any(turn.hidden for turn in one.tree.turns.values()) for one in TREES.values()) >= 6
