"""The whole run, from simulations to what ships, at a size that says nothing."""

import numpy as np
import pytest
from scripts.learn import emulator
from scripts.learn.case_groups import GroupOutcomes
from scripts.learn.learning_record import (
    learned_constants_from,
    learning_markdown,
    summarise_learning,
)
from scripts.learn.pipeline import LearningSizes, learn, smooth_errors
from scripts.learn.population import ATTEMPTS
from scripts.learn.population_fit import rank_truths

from conjuncture import data
from conjuncture.learned_constants import read_learned

SMALL = LearningSizes(
    first=128, first_cases=4, near=((64, 4, 0.3),), last=64, last_cases=8,
    particles=40,
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def short_training():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emulator, "STEPS", 20)
        yield


@pytest.fixture(scope="module")
def learning():
    told = []
    found = learn(ATTEMPTS, data.attempts(), 3, SMALL, tell=told.append)
    assert [line.split()[0] for line in told] == ["128", "64", "weighed"]
    return found


@pytest.mark.slow
def test_a_run_is_the_same_again(learning):
    again = learn(ATTEMPTS, data.attempts(), 3, SMALL)
    assert (again.found.points == learning.found.points).all()
    assert (again.chances == learning.chances).all()
    assert again.effective == learning.effective


@pytest.mark.slow
def test_what_was_found_becomes_a_record_and_particles(learning, tmp_path):
    seen = learning.groups
    outcomes = GroupOutcomes(seen.weights, seen.successes, seen.attempts)
    ranks = rank_truths(learning.emulator, outcomes, 1, 5, particles=100)
    record = summarise_learning(learning, data.attempts(), ranks, version="0", seed=3, sizes=SMALL)
    learned_constants_from(learning, data.attempts(), record).save(tmp_path)
    found = read_learned(tmp_path)
    assert found.points.shape == (40, len(ATTEMPTS.parameters))
    assert found.countries == tuple(sorted(data.attempts()["country"].unique()))
    together = outcomes.log_likelihood(learning.chances)
    assert found.log_likelihoods.sum(axis=1) == pytest.approx(together, rel=1e-4)
    assert "| `decisiveness` |" in learning_markdown(found.record)


def test_an_error_does_not_follow_the_luck_of_its_point():
    chances = np.array([[0.5], [0.5], [0.1], [np.nan]])
    errors = np.array([[0.0], [0.2], [0.1], [np.nan]])
    found = smooth_errors(chances, errors)
    assert found[0] == found[1] > found[2]
    assert np.isnan(found[3])
    assert np.nanmean(found**2) == pytest.approx(np.nanmean(errors**2))
