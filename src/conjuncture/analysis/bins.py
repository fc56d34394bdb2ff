"""Counts of a number over even bins, and the quantiles that are read off them.

A number that takes few values, as whole numbers do, is a lattice: each value has a bin for itself,
with empty bins about it. Its quantiles are such values, not points within a bin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from conjuncture.engine.tallies import BINS

Real = NDArray[np.float64]
Places = NDArray[np.intp]

ALIKE = 5
"""So often must each value have been met on average: few numbers of any kind lie apart by luck."""

NEGLIGIBLE = 1e-4
"""A probability that a quantile is the next value; below it there is no doubt which it is."""

TIE = 1e-9
"""A share below that comes so near a level reaches it."""


@dataclass(frozen=True)
class Bins:
    """Counts of a number by world over even bins from ``low`` to ``high``."""

    counts: NDArray[np.int64]
    low: float
    high: float

    @property
    def width(self) -> float:
        """Of one bin."""
        return (self.high - self.low) / BINS

    @cached_property
    def lattice(self) -> tuple[Places, Real] | None:
        """The bins of a number of few values, and these; None of any other number."""
        places = np.flatnonzero(self.counts.any(axis=0))
        apart = len(places) > 0 and bool((np.diff(places) > 1).all())
        if not apart or self.counts.sum() < ALIKE * len(places):
            return None
        middle = self.low + self.width * (places.astype(float) + 0.5)
        # Histories hold numbers of single precision.
        rounding = float(np.finfo(np.float32).eps) * max(abs(self.low), abs(self.high))
        return places, roundest_number(middle, 0.501 * self.width + rounding)

    def place(self, level: float, weights: Real | None = None) -> Places:
        """Return the bin of the quantile of each world (or of the weighted pool)."""
        return self._bins_reaching(level, self._counts_of(weights))[0]

    def quantile(self, level: float, weights: Real | None = None) -> tuple[Real, Real]:
        """Return the quantile of each world (or of the weighted pool) and its density there."""
        counts = self._counts_of(weights)
        place, inside, before, total = self._bins_reaching(level, counts)
        if self.lattice is None:
            within = (level * total - before) / np.maximum(inside, 1e-300)
            value = self.low + self.width * (place + np.where(inside > 0, within, 0.5))
        else:
            value = self.lattice[1][self._values_in(place)]
        below = np.cumsum(counts, axis=1)
        rows = np.arange(len(counts))
        spread = self._window(counts, total)
        left, right = np.maximum(place - spread, 0), np.minimum(place + spread, BINS - 1)
        mass = below[rows, right] - below[rows, left] + counts[rows, left]
        density = mass / np.maximum(total, 1.0) / (self.width * (right - left + 1))
        return np.where(total > 0, value, np.nan), density

    def variance(self, level: float) -> Real:
        r"""Return the sampling variance of the quantile of each world.

        Notes
        -----
        For a number that varies continuously :math:`q (1 - q) / (n f^2)`, with its density f. A
        quantile of a lattice is right or is a neighbouring value, at a distance g: the variance is
        :math:`\sum g^2 P`, with the normal approximation of the probability P that the share of
        histories up to the value is below q in truth, or that of those below it is not. Each share
        has four histories more, half of them contrary, so that 0 and 1 hide no uncertainty.
        """
        place, inside, before, total = self._bins_reaching(level, self._counts_of(None))
        n = np.maximum(total, 1.0)
        if self.lattice is None:
            _, density = self.quantile(level)
            with np.errstate(divide="ignore", invalid="ignore"):
                noise: Real = level * (1.0 - level) / (n * density**2)
            return noise
        values = self.lattice[1]
        point = self._values_in(place)
        up = np.append(np.diff(values), 0.0)[point]
        down = np.append(0.0, np.diff(values))[point]
        upto, under = (before + inside) / n, before / n
        above = chance_below(upto, level, n)
        beneath = 1.0 - chance_below(under, level, n)
        chances = [np.where(one < NEGLIGIBLE, 0.0, one) for one in (above, beneath)]
        found: Real = up**2 * chances[0] + down**2 * chances[1]
        return found

    def nearest(self, number: float) -> float:
        """Return the value of a lattice that is nearest to a number; else the number itself."""
        if self.lattice is None or not np.isfinite(number):
            return number
        values = self.lattice[1]
        return float(values[np.abs(values - number).argmin()])

    def _counts_of(self, weights: Real | None) -> Real:
        """Return the counts of each world, or those of the weighted pool."""
        counts = self.counts.astype(float)
        if weights is None:
            return counts
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
        pooled: Real = (weights * counts.sum(axis=1)) @ shares
        return pooled[None, :]

    def _bins_reaching(self, level: float, counts: Real) -> tuple[Places, Real, Real, Real]:
        """Return the bins where counts reach a level, what is in them, before them, and in all."""
        total = counts.sum(axis=1)
        below = np.cumsum(counts, axis=1)
        target = (level - TIE) * total
        place = np.minimum((below < target[:, None]).sum(axis=1), BINS - 1)
        rows = np.arange(len(counts))
        inside = counts[rows, place]
        return place, inside, below[rows, place] - inside, total

    def _values_in(self, place: Places) -> Places:
        """Return which of the values of a lattice those in some bins are."""
        places = () if self.lattice is None else self.lattice[0]
        return np.minimum(np.searchsorted(places, place), len(places) - 1)

    def _window(self, counts: Real, total: Real) -> NDArray[np.int64]:
        """Return half the number of bins over which the density is averaged."""
        occupied = (counts > 0).sum(axis=1)
        half: NDArray[np.int64] = (occupied / np.maximum(total, 1.0) ** 0.25 / 4).astype(np.int64)
        return np.maximum(half, 1)


def chance_below(share: Real, level: float, n: Real) -> Real:
    """Return how probable it is that the share that ``n`` histories estimate is below a level."""
    deviation = np.sqrt(share * (1.0 - share) / n + 1.0 / (n * (n + 4.0)))
    found: Real = ndtr((level - share) / deviation)
    return found


def roundest_number(numbers: Real, within: float) -> Real:
    """Return the roundest number within a distance of each: a multiple of 1 or 5 times 10 to a k.

    Examples
    --------
    >>> roundest_number(np.array([2.996, 0.2504, 1249.8, -0.002]), 0.005).tolist()
    [3.0, 0.25, 1249.8, 0.0]
    """
    found = numbers.copy()
    left = np.ones(len(numbers), bool)
    for power in range(15, -13, -1):
        for step in (5.0, 1.0):
            scale = step * 10.0**power
            near = np.round(np.round(numbers / scale) * scale, 12)
            take = left & (np.abs(near - numbers) <= within)
            found[take], left[take] = near[take] + 0.0, False
    return found
