r"""Numbers with errors: a value in every world and how it answers to the means it was made of.

First-order propagation (the delta method): every estimate carries its gradient with respect to
the means of the tallied terms, whose joint covariance is known world by world.

Quantiles are read off counts of a number over even bins. A number that takes few values, as whole
numbers do, is a lattice: each value has a bin for itself, with empty bins about it. Its quantiles
are such values, not points within a bin.

Of many findings few are to be told that are chance. Of a hundred unknowns that nothing was learnt
about, a test at one in twenty names five. The false discovery rate, the expected share of chance
among what is named, is held below a level by the procedure of Benjamini and Hochberg
[benjaminihochberg1995]_: with :math:`p_{(1)} \le \dots \le p_{(m)}`
it names the :math:`k` smallest, where :math:`k` is the largest with

.. math:: p_{(k)} \le \frac{k}{m}\,q .

Where nothing is there to be found, it names anything at all with a probability of at most
:math:`q`. :func:`scipy.stats.false_discovery_control` returns for each finding the least level at
which it would be named.

References
----------
.. [benjaminihochberg1995] Benjamini, Y., and Hochberg, Y. (1995), Controlling the false discovery
   rate, Journal of the Royal Statistical Society B 57.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special
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


LEVEL = 0.01
"""Of what is named, so much at most is expected to be chance."""


def two_sided(value: float, error: float) -> float:
    """Return how probable a normal number so far from 0 is, at either side, were its mean 0.

    What is exactly 0 is no finding, even without an error, nor is what has no known error; what is
    known without error is one.

    Examples
    --------
    >>> round(two_sided(-1.96, 1.0), 3), two_sided(0.0, 0.0), two_sided(0.1, 0.0)
    (0.05, 1.0, 0.0)
    """
    if value == 0.0 or not np.isfinite([value, error]).all():
        return 1.0
    return float(2.0 * special.ndtr(-abs(value) / error)) if error > 0.0 else 0.0


@dataclass(frozen=True)
class Estimate:
    """A value, by world or pooled.

    Attributes
    ----------
    value : array, shape (worlds,)
        NaN where the condition was never met.
    gradient : array, shape (worlds, terms)
        Derivative with respect to the mean of each term.
    noise : array, shape (worlds,)
        Variance that does not come from the terms (that of quantiles).
    """

    value: Real
    gradient: Real
    noise: Real

    @classmethod
    def constant(cls, number: float, like: Real) -> Estimate:
        """Return a number without error, for means of shape (worlds, terms)."""
        return cls(np.full(len(like), number), np.zeros_like(like), np.zeros(len(like)))

    @classmethod
    def mean(cls, means: Real, term: int) -> Estimate:
        """Return the mean of one term."""
        gradient = np.zeros_like(means)
        gradient[:, term] = 1.0
        return cls(means[:, term], gradient, np.zeros(len(means)))

    def through(self, value: Real, slope: Real) -> Estimate:
        """Return a function of this estimate, given its value and its derivative."""
        return Estimate(value, self.gradient * slope[:, None], self.noise * slope**2)

    def variance(self, covariances: Real) -> Real:
        """Return the sampling variance in each world, shape (worlds,)."""
        inner: Real = np.einsum("wi,wij,wj->w", self.gradient, covariances, self.gradient)
        variance: Real = np.maximum(inner, 0.0) + self.noise
        return variance

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(
            self.value + other.value, self.gradient + other.gradient, self.noise + other.noise
        )

    def __neg__(self) -> Estimate:
        return Estimate(-self.value, -self.gradient, self.noise)

    def __sub__(self, other: Estimate) -> Estimate:
        return self + (-other)

    def __mul__(self, other: Estimate) -> Estimate:
        mine = self.through(self.value * other.value, other.value)
        theirs = other.through(other.value, self.value)
        return Estimate(mine.value, mine.gradient + theirs.gradient, mine.noise + theirs.noise)

    def __truediv__(self, other: Estimate) -> Estimate:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.value / other.value
            top = self.through(ratio, 1.0 / other.value)
            bottom = other.through(ratio, -ratio / other.value)
        never = other.value == 0.0
        ratio = np.where(never, np.nan, ratio)
        gradient = np.where(never[:, None], 0.0, top.gradient + bottom.gradient)
        return Estimate(ratio, gradient, np.where(never, 0.0, top.noise + bottom.noise))

    def __pow__(self, other: Estimate) -> Estimate:
        return exp(log(self) * other)


def exp(one: Estimate) -> Estimate:
    """Return e to the power of an estimate."""
    value = np.exp(one.value)
    return one.through(value, value)


def log(one: Estimate) -> Estimate:
    """Return the natural logarithm of an estimate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return one.through(np.log(one.value), 1.0 / one.value)


def sqrt(one: Estimate) -> Estimate:
    """Return the square root of an estimate."""
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.sqrt(one.value)
        return one.through(root, 0.5 / root)


def logistic(one: Estimate) -> Estimate:
    """Return 1 / (1 + exp(-x)) of an estimate."""
    value = 1.0 / (1.0 + np.exp(-one.value))
    return one.through(value, value * (1.0 - value))


def choose_where(first: Estimate, second: Estimate, take_first: NDArray[np.bool_]) -> Estimate:
    """Return the first estimate where ``take_first``, the second elsewhere."""
    return Estimate(
        np.where(take_first, first.value, second.value),
        np.where(take_first[:, None], first.gradient, second.gradient),
        np.where(take_first, first.noise, second.noise),
    )


def smaller(first: Estimate, second: Estimate) -> Estimate:
    """Return the smaller of two estimates."""
    return choose_where(first, second, first.value <= second.value)


def larger(first: Estimate, second: Estimate) -> Estimate:
    """Return the larger of two estimates."""
    return choose_where(first, second, first.value >= second.value)


def clip(one: Estimate, low: Estimate, high: Estimate) -> Estimate:
    """Return an estimate held between two others."""
    return smaller(larger(one, low), high)


FUNCTIONS: dict[str, Callable[..., Estimate]] = {
    "min": smaller,
    "max": larger,
    "exp": exp,
    "log": log,
    "sqrt": sqrt,
    "logistic": logistic,
    "clip": clip,
}
"""The functions of the grammar, for estimates."""
