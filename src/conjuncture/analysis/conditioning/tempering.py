r"""From the prior to the posterior by degrees: sequential Monte Carlo on the unit cube.

Particles are points of the unit cube, one coordinate for each independent draw. They pass through
targets between prior and posterior (Del Moral, Doucet & Jasra 2006 [delmoral2006]_),

.. math:: \pi_\beta(u, \ell) \propto p(\ell \mid u)\,
          \left(\hat L_\ell(u) + (1 - \beta)\,f\right)^\beta, \qquad 0 \le \beta \le 1,

where :math:`\hat L_\ell(u)` is an estimate of the likelihood made with luck :math:`\ell`. The luck
is part of the target, so each estimate stays with its particle and every proposal draws luck anew:
pseudo-marginal moves (Andrieu & Roberts 2009 [andrieuroberts2009]_). As the estimate is unbiased,
the points have exactly the posterior law at :math:`\beta = 1`, however noisy it is; noise only
costs acceptance. Luck fixed by the number of a particle would be smoother, and wrong: each number
would have a posterior of its own, given its luck, and resampling would carry particles from one to
another. The faint likelihood :math:`f` lets particles whose estimate is 0 through the first
targets; at the last it is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from conjuncture.errors import UsageError
from conjuncture.ordering import places_in_order

Real = NDArray[np.float64]
Integers = NDArray[np.int64]

Estimator = Callable[[Real], Real]
"""From points, shape (particles, coordinates), to logarithms of unbiased estimates of their
likelihoods, shape (particles,), made with fresh luck at every call."""

LEAST_EFFECTIVE_SHARE = 0.5
"""The next target is as far as leaves so many of the particles effective."""

STEPS = np.array([0.1, 0.2, 0.35, 0.6, 1.0])
"""Sizes of a move, as the share of what is new in a proposal; 1 forgets where it came from."""

ALIKE = 0.2
"""Particles move until their places correlate no more than so with those where they began."""

MOST_MOVES = 30
EDGE = 2.0**-53


@dataclass(frozen=True)
class ParticleCloud:
    """Particles of equal weight.

    Attributes
    ----------
    places : array, shape (particles, coordinates)
        Standard normal quantiles of the points: the prior is normal there.
    log_likelihoods : array, shape (particles,)
        Estimates, each made when the particle came to its place.
    families : array of int, shape (particles,)
        From which of the first particles each one descends.
    """

    places: Real
    log_likelihoods: Real
    families: Integers

    def __len__(self) -> int:
        return len(self.places)

    def take(self, which: Integers) -> ParticleCloud:
        """Return some of the particles."""
        return ParticleCloud(self.places[which], self.log_likelihoods[which], self.families[which])


@dataclass(frozen=True)
class TemperedSample:
    """Particles that have the posterior law, of equal weight.

    Attributes
    ----------
    points : array, shape (particles, coordinates)
        In the unit cube.
    log_likelihoods : array, shape (particles,)
    families : array of int, shape (particles,)
        Particles of one family descend from one draw of the prior.
    temperatures : tuple of float
        The exponents passed, the last of them 1.
    acceptance : tuple of float
        Share of the moves that were accepted at each.
    effective : float
        How many independent draws the particles are worth.
    log_evidence : float
        Logarithm of the probability of what was observed.
    log_evidence_error : float
        Its standard error, of first order: with 200 particles nine intervals in ten cover as they
        should; where a few of the first particles have all the likelihood it is too small.
    """

    points: Real
    log_likelihoods: Real
    families: Integers
    temperatures: tuple[float, ...]
    acceptance: tuple[float, ...]
    effective: float
    log_evidence: float
    log_evidence_error: float


def temper(
    points: Real,
    log_likelihoods: Real,
    estimate: Estimator,
    generator: np.random.Generator,
    *,
    faint: float = 0.0,
    stopped: Callable[[], bool] = lambda: False,
) -> TemperedSample | None:
    """Carry draws of the prior to the posterior.

    Temperatures are chosen by the conditional effective sample size [zhou2016]_, particles are
    resampled systematically at each, and moved by proposals that leave the prior as it is (the
    preconditioned Crank-Nicolson walk [cotter2013]_), so that many coordinates do no harm.

    Parameters
    ----------
    points : array, shape (particles, coordinates)
        Independent draws from the uniform law on the unit cube.
    log_likelihoods : array, shape (particles,)
        Estimates at these points; minus infinity for an estimate of 0.
    estimate : Estimator
    generator : numpy.random.Generator
    faint : float
        What is added to every likelihood at first, for estimates of 0: about half of the least
        that an estimate above 0 can be. Not needed for likelihoods that are known.
    stopped : callable
        Asked before each move; where it says so the result is None.

    Raises
    ------
    UsageError
        When no particle is left with a likelihood above 0.

    Examples
    --------
    A likelihood of 2u on one coordinate: the posterior mean is 2/3, the evidence 1.

    >>> generator = np.random.default_rng(1)
    >>> def likelihood(points):
    ...     return np.log(2.0 * points[:, 0])
    >>> draws = generator.random((1000, 1))
    >>> found = temper(draws, likelihood(draws), likelihood, generator)
    >>> round(float(found.points.mean()), 1), round(abs(found.log_evidence), 1)
    (0.7, 0.0)
    """
    count = len(points)
    cloud = ParticleCloud(ndtri(points), log_likelihoods, np.arange(count))
    temperature, log_evidence = 0.0, 0.0
    temperatures: list[float] = []
    acceptance: list[float] = []
    influence = np.zeros(count)
    while temperature < 1.0:
        after = next_temperature(cloud.log_likelihoods, temperature, faint)
        logarithms = log_increments(cloud.log_likelihoods, temperature, after, faint)
        if not np.isfinite(logarithms).any():
            raise UsageError(
                "no world is left that makes what was observed possible; ask for more worlds, or "
                "for more histories in each"
            )
        highest = float(np.max(logarithms))
        weights = np.exp(logarithms - highest)
        mean = float(weights.mean())
        log_evidence += highest + float(np.log(mean))
        influence += np.bincount(cloud.families, weights / mean - 1.0, count) / count
        cloud = cloud.take(resample_systematically(weights / weights.sum(), generator))
        temperature = after
        walked = move_particles(cloud, estimate, generator, temperature, faint, stopped)
        if walked is None:
            return None
        cloud, accepted = walked
        temperatures.append(temperature)
        acceptance.append(accepted)
    return TemperedSample(
        points=np.clip(ndtr(cloud.places), EDGE, 1.0 - EDGE),
        log_likelihoods=cloud.log_likelihoods,
        families=cloud.families,
        temperatures=tuple(temperatures),
        acceptance=tuple(acceptance),
        effective=effective_number(cloud.places, cloud.families),
        log_evidence=log_evidence,
        log_evidence_error=float(np.sqrt(np.sum(influence**2))),
    )


def log_target(log_likelihoods: Real, temperature: float, faint: float) -> Real:
    """Return the logarithm of a target against the prior, shape (particles,)."""
    if temperature == 0.0:
        return np.zeros_like(log_likelihoods)
    added = faint * (1.0 - temperature)
    if added > 0.0:
        log_likelihoods = np.logaddexp(log_likelihoods, np.log(added))
    return temperature * log_likelihoods


def log_increments(log_likelihoods: Real, before: float, after: float, faint: float) -> Real:
    """Return the logarithms of the weights that lead from one target to the next."""
    started = log_target(log_likelihoods, before, faint)
    ended = log_target(log_likelihoods, after, faint)
    lost = ~np.isfinite(ended)
    return np.where(lost, -np.inf, ended - np.where(lost, 0.0, started))


def next_temperature(log_likelihoods: Real, temperature: float, faint: float) -> float:
    """Return the next temperature: as far as leaves enough of the particles effective.

    Enough is :data:`LEAST_EFFECTIVE_SHARE`.
    """

    def effective_share(after: float) -> float:
        logarithms = log_increments(log_likelihoods, temperature, after, faint)
        highest = logarithms.max()
        if not np.isfinite(highest):
            return 0.0
        weights = np.exp(logarithms - highest)
        return float(weights.sum() ** 2 / (len(weights) * (weights**2).sum()))

    if effective_share(1.0) >= LEAST_EFFECTIVE_SHARE:
        return 1.0
    low, high = temperature, 1.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (
            (middle, high) if effective_share(middle) >= LEAST_EFFECTIVE_SHARE else (low, middle)
        )
    return high


def resample_systematically(weights: Real, generator: np.random.Generator) -> Integers:
    """Return which particles live on: systematic resampling.

    Parameters
    ----------
    weights : array, shape (particles,)
        They sum to 1.
    generator : numpy.random.Generator

    Examples
    --------
    >>> resample_systematically(np.array([0.5, 0.0, 0.5, 0.0]), np.random.default_rng(1)).tolist()
    [0, 0, 2, 2]
    """
    count = len(weights)
    marks = (generator.random() + np.arange(count)) / count
    upper = np.cumsum(weights)
    chosen: Integers = np.searchsorted(upper / upper[-1], marks, side="right").astype(np.int64)
    return chosen


def move_particles(
    cloud: ParticleCloud,
    estimate: Estimator,
    generator: np.random.Generator,
    temperature: float,
    faint: float,
    stopped: Callable[[], bool],
) -> tuple[ParticleCloud, float] | None:
    """Move particles within one target until they have forgotten where they began.

    The first move tries every size of step on a part of the particles; the others take the size
    with which particles went farthest on average.

    Returns
    -------
    moved : ParticleCloud
    accepted : float
        Share of the proposals that were accepted.
    """
    began = cloud.places
    step = STEPS[np.arange(len(cloud)) % len(STEPS)]
    chances = []
    for move in range(MOST_MOVES):
        if stopped():
            return None
        new = generator.standard_normal(cloud.places.shape)
        proposed = np.sqrt(1.0 - step[:, None] ** 2) * cloud.places + step[:, None] * new
        found = estimate(np.clip(ndtr(proposed), EDGE, 1.0 - EDGE))
        there = log_target(found, temperature, faint)
        here = log_target(cloud.log_likelihoods, temperature, faint)
        chance = np.exp(np.minimum(there - here, 0.0))
        if move == 0:
            gone = chance * ((proposed - cloud.places) ** 2).sum(axis=1)
            reached = [gone[step == size].sum() for size in STEPS]
            farthest = STEPS[places_in_order(reached, falling=True)[0]]
            step = np.full(len(cloud), farthest)
        accepted = generator.random(len(cloud)) < chance
        cloud = replace(
            cloud,
            places=np.where(accepted[:, None], proposed, cloud.places),
            log_likelihoods=np.where(accepted, found, cloud.log_likelihoods),
        )
        chances.append(float(chance.mean()))
        if move and correlation_between(began, cloud.places) <= ALIKE:
            break
    return cloud, float(np.mean(chances))


def correlation_between(before: Real, after: Real) -> float:
    """Return the correlation of places before and after, over all particles and coordinates."""
    before, after = before - before.mean(axis=0), after - after.mean(axis=0)
    scale = np.sqrt((before**2).sum() * (after**2).sum())
    return float((before * after).sum() / scale) if scale > 0 else 0.0


def effective_number(places: Real, families: Integers) -> float:
    r"""Return how many independent draws the particles are worth.

    Their number, divided by how much larger the variance of the mean place is than that of as many
    independent draws. Particles that descend from one draw of the prior may be alike, families are
    independent (Chan & Lai 2013 [chanlai2013]_), and so the variance is that of a sum over
    families,

    .. math:: \frac{\sum_e \left(\sum_{i \in e} (z_i - \bar z)\right)^2}
              {1 - \sum_e (n_e / n)^2},

    added up over coordinates, as is that of independent draws, :math:`\sum_i (z_i - \bar z)^2`.

    Parameters
    ----------
    places : array, shape (particles, coordinates)
    families : array of int, shape (particles,)

    Examples
    --------
    >>> places = np.random.default_rng(1).standard_normal((100, 50))
    >>> 80 < effective_number(places, np.arange(100)) <= 100
    True
    >>> 40 < effective_number(np.repeat(places[:50], 2, axis=0), np.arange(100) // 2) < 60
    True
    """
    count = len(places)
    _, families = np.unique(families, return_inverse=True)
    sizes = np.bincount(families)
    if len(sizes) == 1:
        return 1.0
    deviations = places - places.mean(axis=0)
    sums = np.zeros((len(sizes), places.shape[1]))
    np.add.at(sums, families, deviations)
    alone = float((deviations**2).sum())
    together = float((sums**2).sum()) / (1.0 - float(((sizes / count) ** 2).sum()))
    return count / max(together / alone, 1.0) if alone > 0 else 1.0
