"""Outcomes of cases by what is known of them, and how probable parameters make them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

LEAST_CHANCE = 1e-6
"""Chances nearer to 0 or 1 than this are taken for it: no simulation tells them apart."""


@dataclass(frozen=True)
class GroupOutcomes:
    """Successes among cases, group by group.

    Attributes
    ----------
    weights : array, shape (groups, cells)
        Each group is a mixture of cells, for what is known of its cases may be less than a cell
        says; every row sums to 1.
    successes, attempts : array, shape (groups,)
    """

    weights: Real
    successes: Real
    attempts: Real

    def chances(self, cells: Real) -> Real:
        """Return the chance of success in each group, shape (points, groups).

        Parameters
        ----------
        cells : array, shape (points, cells)
        """
        return np.clip(np.nan_to_num(cells) @ self.weights.T, LEAST_CHANCE, 1.0 - LEAST_CHANCE)

    def log_likelihood(self, cells: Real) -> Real:
        """Return the logarithm of the probability of all outcomes, shape (points,).

        Where a cell has no chance, since nobody moves in it, no case could be on record.

        Examples
        --------
        >>> seen = GroupOutcomes(np.eye(2), np.array([1.0, 0.0]), np.array([1.0, 2.0]))
        >>> seen.log_likelihood(np.array([[0.5, 0.5]])).round(3).tolist()
        [-2.079]
        """
        chance = self.chances(cells)
        failures = self.attempts - self.successes
        found = np.log(chance) @ self.successes + np.log1p(-chance) @ failures
        return np.where(np.isnan(cells).any(axis=1), -np.inf, found)

    def temper(self, exponent: float) -> GroupOutcomes:
        """Return outcomes whose likelihood is that of these to some power."""
        return GroupOutcomes(self.weights, exponent * self.successes, exponent * self.attempts)
