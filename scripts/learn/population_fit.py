"""The posterior of a population's parameters, what it tells of them, and whether it is right.

It is found under an emulator by sequential Monte Carlo and not by a gradient method, since what
must be sampled is cheap and of some twenty coordinates, the project has it already, and it gives
the evidence besides; the engine's verdict on what the emulator proposed comes as importance
weights. Whether the fit is right, simulation-based calibration tells (Talts et al. 2018
[talts2018]_): parameters are drawn from the prior, outcomes from the parameters, as many in each
group as the data have, and the parameters are fitted to the outcomes; then the rank of the true
value among independent draws of its posterior is uniform, whatever the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import chi2
from scripts.learn.case_groups import GroupOutcomes
from scripts.learn.emulator import Emulator

from conjuncture.analysis.conditioning.tempering import temper
from conjuncture.ordering import places_in_order, put_in_order

Real = NDArray[np.float64]

PARTICLES = 1000


@dataclass(frozen=True)
class PopulationFit:
    """Particles of equal weight.

    Attributes
    ----------
    names : tuple of str
    points : array, shape (particles, parameters)
        In the unit cube.
    log_evidence, log_evidence_error : float
    effective : float
        How many independent draws the particles are worth.
    temperatures : tuple of float
    """

    names: tuple[str, ...]
    points: Real
    log_evidence: float
    log_evidence_error: float
    effective: float
    temperatures: tuple[float, ...]

    @property
    def scores(self) -> Real:
        """The points on the scale on which the prior is standard normal, same shape."""
        return np.asarray(ndtri(self.points))

    @property
    def widths(self) -> Real:
        """Standard deviation of each parameter's score; beforehand it is 1."""
        return np.asarray(self.scores.std(axis=0, ddof=1))

    def predict(self, emulator: Emulator) -> Real:
        """Return the mean chance of success in each cell, shape (cells,)."""
        return np.asarray(emulator.chances(self.points).mean(axis=0))


def fit_population(
    emulator: Emulator, outcomes: GroupOutcomes, seed: int, *, particles: int = PARTICLES
) -> PopulationFit:
    """Return the posterior of the parameters.

    Parameters
    ----------
    emulator : Emulator
    outcomes : GroupOutcomes
    seed : int
        Equal seeds give equal results.
    particles : int
    """

    def estimate(points: Real) -> Real:
        return outcomes.log_likelihood(emulator.chances(points))

    generator = np.random.default_rng([seed, particles])
    points = generator.random((particles, len(emulator.names)))
    found = temper(points, estimate(points), estimate, generator)
    if found is None:
        raise RuntimeError("nobody can stop a fit")
    return PopulationFit(
        emulator.names, found.points, found.log_evidence, found.log_evidence_error,
        found.effective, found.temperatures,
    )  # fmt: skip


@dataclass(frozen=True)
class WeightedParticles:
    """Particles weighed by the engine.

    Attributes
    ----------
    weights : array, shape (particles,)
        They sum to 1.
    """

    weights: Real

    @property
    def effective(self) -> float:
        """How many particles of equal weight they are worth (Kish)."""
        return float(1.0 / np.sum(self.weights**2))

    def resample(self, count: int, seed: int) -> NDArray[np.int64]:
        """Return which particles stand in a sample of equal weights, shape (count,).

        Systematic resampling.
        """
        marks = (np.random.default_rng([seed, count]).random() + np.arange(count)) / count
        upper = np.cumsum(self.weights)
        return np.searchsorted(upper / upper[-1], marks, side="right").astype(np.int64)


def weigh_by_simulation(
    fit: PopulationFit, direct: Real, emulator: Emulator, outcomes: GroupOutcomes
) -> WeightedParticles:
    """Weigh the particles of a fit by simulations at each of them.

    Parameters
    ----------
    fit : PopulationFit
        Under the emulator.
    direct : array, shape (particles, cells)
        Chances of success simulated at the fit's points.
    emulator : Emulator
    outcomes : GroupOutcomes

    Examples
    --------
    >>> emulator = Emulator(("a",), ((),), [(np.zeros((1, 1)), np.zeros(1))], np.zeros(1))
    >>> fit = PopulationFit(("a",), np.full((2, 1), 0.5), 0.0, 0.0, 2.0, (1.0,))
    >>> seen = GroupOutcomes(np.ones((1, 1)), np.ones(1), np.ones(1))
    >>> weigh_by_simulation(fit, np.array([[0.2], [0.6]]), emulator, seen).weights.round(2).tolist()
    [0.25, 0.75]
    """
    proposed = outcomes.log_likelihood(emulator.chances(fit.points))
    logarithms = outcomes.log_likelihood(direct) - proposed
    weights = np.exp(logarithms - logarithms.max())
    return WeightedParticles(weights / weights.sum())


NARROW = 0.7
"""A posterior narrower than this share of the prior counts as learned."""

LEAST_LOADING = 0.3
"""Loadings below this are left out where a combination is named."""


@dataclass(frozen=True)
class Combination:
    """A direction in the space of the scores.

    Attributes
    ----------
    width : float
        Standard deviation of the posterior along it; beforehand it is 1 in every direction.
    loadings : array, shape (parameters,)
        Of length 1; the largest is positive.
    names : tuple of str
        The parameters.
    """

    width: float
    loadings: Real
    names: tuple[str, ...]

    def __str__(self) -> str:
        """Return the parameters that make it up, the heaviest first."""
        order = places_in_order(np.abs(self.loadings).tolist(), falling=True)
        heavy = [place for place in order if abs(self.loadings[place]) >= LEAST_LOADING]
        parts = [
            f"{'−' if self.loadings[place] < 0 else '+'} {self.names[place].replace('_', ' ')}"
            for place in heavy
        ]
        return " ".join(parts).removeprefix("+ ")


def combinations_of(
    fit: PopulationFit, judge: PopulationFit | None = None
) -> tuple[Combination, ...]:
    """Return combinations of the parameters, the best known first.

    They are the eigenvectors of the posterior covariance of the scores. As the prior is standard
    normal in every direction, the standard deviation of the posterior along one is its width as a
    share of the prior's.

    Parameters
    ----------
    fit : PopulationFit
        The posterior that chooses the directions, and finds them uncorrelated.
    judge : PopulationFit, optional
        The posterior whose widths they have; the same if not given. Widths are too small where
        few particles both choose and judge.

    Examples
    --------
    A sum of two scores that is known exactly, and nothing else.

    >>> scores = np.random.default_rng(1).standard_normal((4000, 1)) @ [[1.0, -1.0]] / 2**0.5
    >>> from scipy.special import ndtr
    >>> names = ("decisiveness", "unevenness")
    >>> known = PopulationFit(names, ndtr(scores), 0.0, 0.0, 4000.0, (1.0,))
    >>> best = combinations_of(known)[0]
    >>> print(known.widths.round(1), best, round(best.width, 1))
    [0.7 0.7] decisiveness + unevenness 0.0
    """
    covariance = np.atleast_2d(np.cov(fit.scores.T))
    _, vectors = np.linalg.eigh(covariance)
    scores = (judge or fit).scores
    found = []
    for vector in vectors.T:
        sign = np.sign(vector[places_in_order(np.abs(vector).tolist(), falling=True)[0]])
        width = float((scores @ vector).std(ddof=1))
        found.append(Combination(width, sign * vector, fit.names))
    return tuple(put_in_order(found, lambda one: one.width))


BINS = 10
DRAWS = 59
"""Draws of a posterior among which a value is ranked: 60 ranks, six of them to each bin."""

FALSE_ALARM = 0.02
"""The chance of an alarm where nothing is wrong, of all parameters together."""


@dataclass(frozen=True)
class CalibrationRanks:
    """Ranks of the true parameters.

    Attributes
    ----------
    names : tuple of str
    ranks : array of int, shape (repetitions, parameters)
        0 to :data:`DRAWS`.
    """

    names: tuple[str, ...]
    ranks: NDArray[np.int64]

    @property
    def p_values(self) -> Real:
        """Of a chi-squared test that the ranks are uniform, by parameter."""
        repetitions = len(self.ranks)
        found = []
        for column in self.ranks.T:
            counts = np.bincount(column * BINS // (DRAWS + 1), minlength=BINS)
            expected = repetitions / BINS
            found.append(chi2.sf(((counts - expected) ** 2 / expected).sum(), BINS - 1))
        return np.array(found)

    @property
    def is_uniform(self) -> bool:
        """Whether no parameter's ranks give an alarm, at :data:`FALSE_ALARM` for all together."""
        return bool(self.p_values.min() >= FALSE_ALARM / len(self.names))

    def coverage_of(self, level: float) -> float:
        """Return how often central intervals of the posterior held the true value.

        Parameters
        ----------
        level : float
            For example 0.9.
        """
        outside = (1.0 - level) / 2.0 * (DRAWS + 1)
        inside = (self.ranks >= outside) & (self.ranks < DRAWS + 1 - outside)
        return float(inside.mean())


def rank_truths(
    emulator: Emulator,
    outcomes: GroupOutcomes,
    seed: int,
    repetitions: int,
    *,
    particles: int = 400,
    posterior: Callable[[Emulator, GroupOutcomes, int], PopulationFit] | None = None,
) -> CalibrationRanks:
    """Rank true parameters among draws of their posterior, many times over.

    Parameters
    ----------
    emulator : Emulator
        Taken as the truth.
    outcomes : GroupOutcomes
        Gives the groups and how many cases each has.
    seed : int
    repetitions : int
    particles : int
    posterior : callable, optional
        Another way to fit, from emulator, outcomes and seed; for tests of the test.
    """
    generator = np.random.default_rng([seed, repetitions])
    fitted = posterior or (
        lambda surface, seen, one: fit_population(surface, seen, one, particles=particles)
    )
    truths = generator.random((repetitions, len(emulator.names)))
    chances = outcomes.chances(emulator.chances(truths))
    attempts = np.rint(outcomes.attempts).astype(np.int64)
    found = []
    for place, (truth, chance) in enumerate(zip(truths, chances, strict=True)):
        drawn = generator.binomial(attempts, chance).astype(np.float64)
        seen = replace(outcomes, successes=drawn, attempts=attempts.astype(np.float64))
        points = fitted(emulator, seen, place).points
        some = points[generator.choice(len(points), DRAWS, replace=False)]
        found.append((some < truth).sum(axis=0))
    return CalibrationRanks(emulator.names, np.array(found))
