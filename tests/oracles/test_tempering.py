"""Sequential Monte Carlo against posteriors and evidences that are known."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from chance import bound, false_alarm
from conjuncture.analysis.conditioning.tempering import (
    LEAST_EFFECTIVE_SHARE,
    effective_number,
    log_increments,
    next_temperature,
    resample_systematically,
    temper,
)
from conjuncture.analysis.conditioning.worlds_given import worlds_given
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from crises import SWORN

SEEN, NOISE = 2.5, 0.6


def seen_sum(points):
    """The sum of normal unknowns was seen with normal noise: posterior and evidence are normal."""
    return stats.norm.logpdf(SEEN, ndtri(points).sum(axis=1), NOISE)


def carried(likelihood, particles, coordinates, seed, **more):
    generator = np.random.default_rng(seed)
    points = generator.random((particles, coordinates))
    return temper(points, likelihood(points), likelihood, generator, **more)


@pytest.mark.parametrize("coordinates", [3, 100])
def test_normal_posterior_and_evidence_are_met(coordinates):
    variance = coordinates + NOISE**2
    evidence = stats.norm.logpdf(SEEN, 0.0, np.sqrt(variance))
    found = carried(seen_sum, 1000, coordinates, 1)
    assert abs(found.log_evidence - evidence) < bound() * found.log_evidence_error
    assert found.log_evidence_error < 0.1
    total = ndtri(found.points).sum(axis=1)
    spread = NOISE * np.sqrt(coordinates / variance)
    assert abs(total.mean() - SEEN * coordinates / variance) < bound() * spread / np.sqrt(
        found.effective
    )
    room = bound() * np.sqrt(2.0 / found.effective)
    assert abs(total.var() / spread**2 - 1.0) < room
    assert found.effective > 700


@pytest.mark.parametrize("histories", [8, 64])
def test_noise_of_the_estimates_biases_nothing(histories):
    """Counted estimates, most of them 0 at first: the posterior is that of the probability."""

    def probability(total):
        return stats.norm.cdf((total - 3.0) / NOISE)

    luck = np.random.default_rng(2)

    def counted(points):
        with np.errstate(divide="ignore"):
            chance = probability(ndtri(points).sum(axis=1))
            return np.log(luck.binomial(histories, chance) / histories)

    total = np.linspace(-12.0, 12.0, 4001)
    weight = probability(total) * stats.norm.pdf(total, 0.0, np.sqrt(3.0))
    mean = np.average(total, weights=weight)
    spread = np.sqrt(np.average((total - mean) ** 2, weights=weight))
    evidence = stats.norm.logsf(3.0, 0.0, np.sqrt(3.0 + NOISE**2))
    found = carried(counted, 2000, 3, 3, faint=0.5 / histories)
    assert abs(found.log_evidence - evidence) < bound() * found.log_evidence_error
    sums = ndtri(found.points).sum(axis=1)
    assert abs(sums.mean() - mean) < bound() * spread / np.sqrt(found.effective)
    assert np.isfinite(found.log_likelihoods).all()


def test_stated_errors_cover_as_stated():
    """Five hundred times: the interval of the evidence, and the number of effective worlds."""
    evidence = stats.norm.logpdf(SEEN, 0.0, np.sqrt(3.0 + NOISE**2))
    found = [carried(seen_sum, 200, 3, seed) for seed in range(500)]
    off = np.array([(one.log_evidence - evidence) / one.log_evidence_error for one in found])
    false_alarm()
    assert 0.86 <= np.mean(np.abs(off) < stats.norm.isf(0.05)) <= 0.94
    places = np.stack([ndtri(one.points) for one in found])
    drawn = places.mean(axis=1).var(axis=0).sum()
    told = np.mean([places[k].var(axis=0).sum() / one.effective for k, one in enumerate(found)])
    assert abs(drawn / told - 1.0) < bound() * np.sqrt(2.0 / (3 * len(found)))


@pytest.mark.slow
def test_worlds_given_agree_with_weighed_ones_where_everything_is_sworn(crisis):
    """Every probability is known, so very many weighed worlds tell the posterior exactly."""
    sworn = crisis(SWORN.replace("1 to 4", "0.5 to 8"))
    worlds = Worlds(sworn, 3, 400)
    found = worlds_given(worlds, 1, SilentProgress())
    many = Worlds(sworn, 4, 400_000).table
    red = (many["red.troops"] + many["reds.troops"]) ** 1.5
    blue = (many["blue.troops"] + many["blues.troops"]) ** 1.5
    weight = red * blue / (red + blue) ** 2
    assert abs(found.log_evidence - np.log(weight.mean())) < bound() * found.log_evidence_error
    closeness = np.abs(np.log(red / blue))
    given = found.worlds.table
    seen = 1.5 * np.abs(
        np.log(
            (given["red.troops"] + given["reds.troops"])
            / (given["blue.troops"] + given["blues.troops"])
        )
    )
    mean = np.average(closeness, weights=weight)
    spread = np.sqrt(np.average((closeness - mean) ** 2, weights=weight))
    assert abs(seen.mean() - mean) < bound() * spread / np.sqrt(found.effective_worlds)
    assert seen.mean() < closeness.mean() - 3 * spread / np.sqrt(found.effective_worlds)


def test_next_temperature_leaves_half_of_the_particles_effective():
    generator = np.random.default_rng(1)
    likelihoods = -5.0 * generator.random(1000) ** 2
    likelihoods[:400] = -np.inf
    faint = 0.001
    after = next_temperature(likelihoods, 0.0, faint)
    weights = np.exp(log_increments(likelihoods, 0.0, after, faint))
    assert weights.sum() ** 2 / (1000 * (weights**2).sum()) == pytest.approx(
        LEAST_EFFECTIVE_SHARE, abs=1e-6
    )
    assert next_temperature(np.zeros(10), 0.3, 0.0) == 1.0


def test_systematic_resampling_rounds_expected_numbers():
    weights = np.random.default_rng(1).dirichlet(np.ones(50))
    for seed in range(20):
        found = np.bincount(
            resample_systematically(weights, np.random.default_rng(seed)), minlength=50
        )
        assert (np.abs(found - 50 * weights) < 1.0).all()


def test_particles_that_never_move_are_worth_no_more_than_weighed_ones():
    """Where moves do nothing, the effective number is that of importance weights."""
    generator = np.random.default_rng(1)
    places = generator.standard_normal((20_000, 40))
    weights = np.exp(places[:, 0])
    kept = resample_systematically(weights / weights.sum(), generator)
    worth = weights.sum() ** 2 / (weights**2).sum()
    assert effective_number(places[kept][:, 1:], kept) == pytest.approx(worth, rel=0.15)
    assert effective_number(places[:3], np.zeros(3, int)) == 1.0


def test_impossible_evidence_is_refused_and_a_stop_is_heeded():
    points = np.random.default_rng(1).random((10, 2))
    with pytest.raises(UsageError, match="makes what was observed possible"):
        temper(
            points, np.full(10, -np.inf), lambda one: np.full(len(one), -np.inf),
            np.random.default_rng(1),
        )  # fmt: skip
    assert carried(seen_sum, 20, 2, 1, stopped=lambda: True) is None
