"""Numbers with errors: a value in every world and how it answers to the means it was made of.

First-order propagation (the delta method): every estimate carries its gradient with respect to
the means of the tallied terms, whose joint covariance is known world by world.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]


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
