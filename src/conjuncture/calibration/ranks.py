r"""Simulation-based calibration of the fit (Talts et al. 2018 [talts2018]_).

Parameters are drawn from the prior, outcomes from the parameters, and the parameters are fitted to
the outcomes. If the fit is right, the rank of the true value among independent draws of its
posterior is uniform, whatever the model. As many outcomes are drawn in each group as the data have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from conjuncture.calibration.emulator import Emulator
from conjuncture.calibration.fitting import PopulationFit, fit_population
from conjuncture.calibration.outcomes import GroupOutcomes

Real = NDArray[np.float64]

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
