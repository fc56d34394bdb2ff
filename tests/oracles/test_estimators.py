"""Every estimator on a model whose answers are known exactly in each world.

When everyone is sworn and nobody gives up, the probability that camp a wins a stage is the contest
success function S_a^rho / (S_a^rho + S_b^rho) of the world's strengths, and the winner of a world
is a threshold of one logistic variable (the difference of two Gumbels). A counterfactual replays
that variable, so P(a then and now) = min(p, p').
"""

import numpy as np
import pytest

from chance import bound
from conjuncture.ensemble import Ensemble
from crises import SWORN

WORLDS, HISTORIES = 40, 4096
CUT = "do(reds.troops = 0)"


@pytest.fixture(scope="module")
def ensemble(crisis):
    return Ensemble(crisis(SWORN), WORLDS, HISTORIES, seed=3)


@pytest.fixture(scope="module")
def win(ensemble):
    """Probability in each world that camp a wins a stage, as things were and without the reds."""
    value = ensemble.worlds.table

    def contest(red):
        return red**1.5 / (red**1.5 + (value["blue.troops"] + value["blues.troops"]) ** 1.5)

    return contest(value["red.troops"] + value["reds.troops"]), contest(value["red.troops"])


def close(answer, expected, spread=None):
    """Whether an answer is as near as histories allow, worlds being the same on both sides."""
    histories = WORLDS * HISTORIES if spread is None else spread
    return abs(answer.value - expected) < bound() * 0.5 / np.sqrt(histories)


def test_a_probability_is_the_contest_success_function(ensemble, win):
    assert close(ensemble.query("P(showdown = a)"), win[0].mean())


def test_an_intervention_changes_the_contest(ensemble, win):
    assert close(ensemble.query(f"P(showdown = a | {CUT})"), win[1].mean())


def test_a_condition_weighs_worlds_by_how_probable_they_make_it(ensemble, win):
    asked = ensemble.query("P(second = a | showdown = a)")
    expected = (win[0] ** 2).sum() / win[0].sum()
    assert close(asked, expected, spread=WORLDS * HISTORIES * win[0].mean())


def test_a_difference_of_conditions_is_averaged_within_worlds(ensemble, win):
    asked = ensemble.query("P(second = a | showdown = a) - P(showdown = a)")
    pooled = (win[0] ** 2).sum() / win[0].sum() - win[0].mean()
    room = bound() * np.sqrt(
        np.mean(1 / (4 * HISTORIES * win[0])) / WORLDS + 0.25 / HISTORIES / WORLDS
    )
    assert abs(asked.value) < room
    assert pooled > 2 * room, "the test tells the two ways apart"


def test_a_counterfactual_keeps_the_luck(ensemble, win):
    asked = ensemble.query(f"P(showdown = a | showdown = a, {CUT})")
    expected = np.minimum(*win).sum() / win[0].sum()
    assert close(asked, expected, spread=WORLDS * HISTORIES * win[0].mean())


def test_necessity_and_its_bounds(ensemble, win):
    asked = ensemble.query(f"necessity({CUT} for showdown = a)")
    seen = WORLDS * HISTORIES * win[0].mean()
    assert close(asked, 1 - np.minimum(*win).sum() / win[0].sum(), spread=seen)
    low = 1 - win[1].sum() / win[0].sum()
    high = np.minimum(win[0], 1 - win[1]).sum() / win[0].sum()
    assert asked.coupling == pytest.approx((low, high), abs=2 * bound(2) / np.sqrt(seen))


def test_sufficiency(ensemble, win):
    asked = ensemble.query("sufficiency(do(blues.troops = 0) for showdown = a)")
    value = ensemble.worlds.table
    mine = (value["red.troops"] + value["reds.troops"]) ** 1.5
    helped = mine / (mine + value["blue.troops"] ** 1.5)
    expected = (helped - win[0]).sum() / (1 - win[0]).sum()
    assert close(asked, expected, spread=WORLDS * HISTORIES * (1 - win[0]).mean())


def test_an_unreached_stage_is_undefined_and_forestalling_is_told_apart(ensemble, win):
    asked = ensemble.query("P(second = a)")
    assert close(asked, (win[0] ** 2).mean())
    assert asked.undefined == pytest.approx(
        1 - win[0].mean(), abs=bound() * 0.5 / np.sqrt(WORLDS * HISTORIES)
    )
    turned = ensemble.query(f"necessity({CUT} at showdown) for second = a)".replace(") at", " at"))
    assert turned.forestalled is not None


def test_a_mean_and_a_quantile_of_strength(ensemble):
    value = ensemble.worlds.table
    strength = value["red.troops"] + value["reds.troops"]
    mean = ensemble.query("E(showdown.strength[a])")
    assert mean.value == pytest.approx(strength.mean(), rel=1e-5)
    assert mean.interval == pytest.approx(np.quantile(strength, [0.05, 0.95]), rel=0.05)
    median = ensemble.query("Q(0.5, showdown.strength[a])")
    ordered = np.sort(strength)
    assert ordered[WORLDS // 2 - 2] <= median.value <= ordered[WORLDS // 2 + 1]


def test_a_number_of_a_stage_that_ends_the_history_needs_reached(ensemble, win):
    value = ensemble.worlds.table
    strength = value["red.troops"] + value["reds.troops"]
    asked = ensemble.query("E(second.strength[a] | reached(second))")
    expected = (strength * win[0]).sum() / win[0].sum()
    room = bound() * strength.std() / np.sqrt(WORLDS * HISTORIES * win[0].mean())
    assert abs(asked.value - expected) < room


def test_standard_errors_tell_worlds_and_histories(ensemble, win):
    asked = ensemble.query("P(showdown = a)")
    expected = np.sqrt(
        win[0].var(ddof=1) / WORLDS + (win[0] * (1 - win[0])).mean() / WORLDS / HISTORIES
    )
    assert asked.standard_error == pytest.approx(expected, rel=0.05)


@pytest.mark.slow
def test_likelihood_weighting_gives_the_probability_of_what_happened(ensemble, win):
    exact = win[0] * (1 - win[0])
    found = ensemble.likelihood()
    np.testing.assert_allclose(found.weights, exact, rtol=1e-5)
    assert found.effective_worlds == pytest.approx(exact.sum() ** 2 / (exact**2).sum(), rel=1e-4)
