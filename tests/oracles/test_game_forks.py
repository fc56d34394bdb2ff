"""Games whose branch forks, or almost: what is symmetric stays so, what is not does not."""

import numpy as np
import pytest
from branch_tracer import trace
from game_trees import at_once, numbers_of, policies, solve_here, values_of
from more_game_trees import FORKS, of_three, same_choice

from conjuncture.mechanisms.contract import ImposedActs
from conjuncture.mechanisms.game.precomputation import precompute

FORK = "battle of the sexes"
PRECISIONS = (0.5, 2.0, 3.9, 4.0, 4.1, 10.0, 100.0, 1000.0)


def moved(stage, by, seeds):
    """Return the probabilities where payoffs differ a little from a fork's, a game a seed."""
    values = values_of(stage, [10.0] * seeds)
    draws = np.random.default_rng(1)
    for key in values:
        if key != "precision":
            values[key] = values[key] + by * draws.choice([-1.0, 0.0, 1.0], seeds)
    found = precompute(stage, values, ImposedActs())
    assert found["residual"].max() < 1e-9
    return policies(stage, found)


@pytest.mark.parametrize("name", FORKS)
def test_what_mirrors_itself_is_played_alike(name):
    found, residual = solve_here(FORKS[name], PRECISIONS)
    assert residual.max() < 1e-9
    if name == FORK:
        np.testing.assert_allclose(found["first"], found["unseen"][:, ::-1], atol=1e-12)
        chosen = found["first"][:, 0] * found["unseen"][:, 0]
        assert chosen[5] == pytest.approx(0.2328, abs=1e-4)
    else:
        sets = [one for turn, one in found.items() if turn != "enter"]
        for one in sets:
            np.testing.assert_allclose(one, 1.0 / one.shape[1], atol=1e-9)


@pytest.mark.parametrize("precision", [2.0, 2.0 + 1e-9, 2.0 - 1e-9, 2.0 + 1e-5, 2.001, 2.02])
def test_a_precision_at_the_fork_itself_is_solved(precision):
    """Of choosing alike, payoffs from 0 to 1: uniform play is singular where precision is 2."""
    found, residual = solve_here(same_choice(2), [2.0 * precision / 2.0])
    assert residual.max() < 1e-9
    np.testing.assert_allclose(found["first"], 0.5, atol=1e-9)


@pytest.mark.parametrize("name", FORKS)
def test_payoffs_within_a_billionth_of_the_range_count_as_a_fork(name):
    base, _ = solve_here(FORKS[name], [10.0])
    spans = {"battle of the sexes": 2.0, "chicken": 4.0}
    for turn, probabilities in moved(FORKS[name], 1e-9 * spans.get(name, 1.0), 60).items():
        np.testing.assert_allclose(probabilities, base[turn][[0] * 60], atol=1e-6)


@pytest.mark.parametrize("by", [1e-6, 1e-4, 1e-2])
@pytest.mark.parametrize("favoured", ["his", "hers"])
def test_payoffs_that_differ_a_little_more_decide(by, favoured):
    payoffs = {"his_his": (2, 1), "his_hers": (0, 0), "hers_his": (0, 0), "hers_hers": (1, 2)}
    one, two = payoffs[f"{favoured}_{favoured}"]
    payoffs[f"{favoured}_{favoured}"] = (one + by * (one == 1), two + by * (two == 1))
    stage = at_once(("his", "hers"), ("his", "hers"), payoffs)
    found, _ = solve_here(stage, [10.0])
    place = ("his", "hers").index(favoured)
    assert found["first"][0, place] > 0.9
    assert found["unseen"][0, place] > 0.9


@pytest.mark.parametrize("seed", range(6))
def test_near_forks_the_branch_is_the_one_that_is_traced(seed):
    draws = np.random.default_rng(seed)
    shift = draws.normal(size=(8, 3)) * 10.0 ** draws.uniform(-3, -1)

    def payoffs(chosen):
        own = shift[int(chosen.translate({97: 48, 98: 49}), 2)]
        return tuple((1.0 * (len(set(chosen)) == 1) + own).tolist())

    stage = of_three(payoffs)
    here, residual = solve_here(stage, (2.0, 5.0, 20.0))
    there = trace(stage, numbers_of(stage)[0], (2.0, 5.0, 20.0))
    assert residual.max() < 1e-9
    for turn, probabilities in there.items():
        np.testing.assert_allclose(here[turn], probabilities, atol=1e-8, err_msg=turn)
