"""Worlds with the same numbers, taken together: their likelihoods are the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]


@dataclass(frozen=True)
class MergedWorlds:
    """Worlds that know something, those with the same numbers taken together.

    Attributes
    ----------
    kind : array, shape (all worlds,)
        Of which kind each is; −1 where it knows nothing.
    first : array, shape (kinds,)
        Where each kind stands first.
    many, weights : array, shape (kinds,)
        How many there are of each, and what they weigh together.
    effective : float
        How many equal, independent worlds all are worth.
    """

    kind: NDArray[np.intp]
    first: NDArray[np.intp]
    many: NDArray[np.intp]
    weights: Real
    effective: float

    @property
    def scaled_weights(self) -> Real:
        """Weights that add up to the effective number."""
        found: Real = self.weights * self.effective / self.weights.sum()
        return found

    def mean(self, values: Real) -> Real:
        """Return the weighted mean of values, the first axis of which is that of the kinds."""
        found: Real = np.average(values, axis=0, weights=self.weights)
        return found

    def spread_over_worlds(self, of_kinds: Real, otherwise: float) -> Real:
        """Return the numbers of the kinds for each of all worlds, or what others have."""
        found: Real = np.where(self.kind < 0, otherwise, of_kinds[self.kind])
        return found


def merge_worlds(
    known: NDArray[np.bool_], weights: Real, effective: float, *numbers: Real
) -> MergedWorlds:
    """Return the worlds that know something; those with the same numbers have one likelihood.

    Examples
    --------
    >>> k, weights = np.array([3.0, 1.0, 3.0, 1.0]), np.array([1.0, 1.0, 2.0, 0.0])
    >>> found = merge_worlds(weights > 0.0, weights, 3.0, k)
    >>> found.kind.tolist(), found.weights.tolist(), found.many.tolist()
    ([1, 0, 1, -1], [1.0, 3.0], [1, 2])
    """
    _, first, kind, many = np.unique(
        np.stack(numbers)[:, known],
        axis=1,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    kinds = np.full(len(known), -1)
    kinds[known] = kind
    together = np.bincount(kind, weights[known]).astype(float)
    return MergedWorlds(kinds, np.flatnonzero(known)[first], many, together, effective)


def heavier_half(worlds: MergedWorlds) -> NDArray[np.bool_]:
    """Return which kinds of worlds are the heavier half by weight; none where all weigh the same.

    Examples
    --------
    >>> weights = np.array([1.0, 1.0, 2.0, 4.0])
    >>> heavier_half(merge_worlds(weights > 0.0, weights, 4.0, np.arange(4.0))).tolist()
    [False, False, False, True]
    """
    each = worlds.weights / worlds.many
    order = np.argsort(each, kind="stable")
    reached = np.cumsum(worlds.weights[order])
    middle = each[order][np.searchsorted(reached, reached[-1] / 2.0)]
    heavy, light = each > middle * (1.0 + 1e-9), each < middle * (1.0 - 1e-9)
    # Those that weigh what the middle one does stay together, on the side that needs them.
    found: NDArray[np.bool_] = (
        heavy if worlds.weights[heavy].sum() >= worlds.weights[light].sum() else ~light
    )
    return found
