"""Simulation-based calibration (Talts et al. 2018): ranks of truths are uniform."""

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from truth_ranks import calibrate, calibrate_scenario

from chance import false_alarm
from conjuncture.analysis.conditioning.tempering import temper
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.worlds import Worlds
from crises import FREE, SWORN

TRUTHS, DRAWS, STAGES = 960, 15, 4


def chance(points):
    """How probable the first outcome of a stage is; the second unknown matters less."""
    places = ndtri(points)
    return ndtr(1.5 * places[:, 0] + 0.5 * places[:, 1] - 0.5)


def calibrated(infer):
    """Calibrate an inference from how several stages ended."""
    generator = np.random.default_rng(1)
    truths = generator.random((TRUTHS, 2))
    happened = generator.binomial(STAGES, chance(truths)).tolist()
    return calibrate(truths, happened, infer, DRAWS, generator).p_values


def inferring(likelihood, faint=0.0):
    generator = np.random.default_rng(2)

    def infer(happened, count):
        def estimate(points):
            return likelihood(happened, chance(points), generator)

        points = generator.random((count, 2))
        return temper(points, estimate(points), estimate, generator, faint=faint).points

    return infer


def known(happened, chances, generator):
    return happened * np.log(chances) + (STAGES - happened) * np.log1p(-chances)


def counted(happened, chances, generator):
    """Simulate each stage in a few histories and count those in which all went as it did."""
    ended = generator.random((8, STAGES, len(chances))) < chances
    share = (ended.sum(axis=1) == happened).mean(axis=0)
    with np.errstate(divide="ignore"):
        return np.log(share)


def test_ranks_are_uniform_where_the_likelihood_is_known():
    assert calibrated(inferring(known)).min() > false_alarm(2)


def test_ranks_are_uniform_where_the_likelihood_is_estimated_from_eight_histories():
    assert calibrated(inferring(counted, faint=0.5 / 8)).min() > false_alarm(2)


def overconfident(happened, chances, generator):
    return 4.0 * known(happened, chances, generator)


def logarithm_of_smoothed(happened, chances, generator):
    """A likelihood with half a history added everywhere, taken for the real one."""
    with np.errstate(divide="ignore"):
        return np.log(np.exp(counted(happened, chances, generator)) + 0.5 / 8)


@pytest.mark.parametrize("wrong", [overconfident, logarithm_of_smoothed])
def test_wrong_inference_is_found_out(wrong):
    assert calibrated(inferring(wrong)).min() < 1e-6


@pytest.mark.slow
def test_ranks_are_uniform_where_everybody_is_sworn(crisis):
    wide = SWORN.replace("troops: 1 to 4", "troops: 0.5 to 8")
    found = calibrate_scenario(Worlds(crisis(wide), 5, 1), 1, 96, 7, SilentProgress())
    chosen = [found.unknowns.index(name) for name in ("red.troops", "blue.troops")]
    assert found.p_values[chosen].min() > false_alarm(2)
    assert found.ranks.shape == (96, len(found.unknowns))


def test_ranks_are_uniform_in_an_ordinary_showdown(crisis):
    found = calibrate_scenario(Worlds(crisis(FREE), 6, 1), 1, 96, 7, SilentProgress())
    chosen = [found.unknowns.index(name) for name in ("mood", "crowd.mass", "red.troops")]
    assert found.p_values[chosen].min() > false_alarm(3)
