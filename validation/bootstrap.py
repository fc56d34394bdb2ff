"""How far a figure would move had other cases been observed: the bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000
SEED = 1
LEVEL = 0.95


@dataclass(frozen=True)
class BootstrapEstimate:
    """A figure and its interval.

    Examples
    --------
    >>> str(BootstrapEstimate(23.63, 21.9, 25.4))
    '23.6 (21.9 to 25.4)'
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return self.text(1)

    def text(self, decimals: int) -> str:
        """Return figure and interval, rounded."""
        return f"{self.value:.{decimals}f} ({self.low:.{decimals}f} to {self.high:.{decimals}f})"


def bootstrap(
    cases: NDArray[np.float64],
    figure: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> BootstrapEstimate:
    """Return a figure of some cases with its 95 % interval.

    Parameters
    ----------
    cases : array, shape (cases,) or (cases, numbers)
        What is resampled, with replacement, as many at a time as there are.
    figure : callable, optional
        From samples, shape (samples, cases) or (samples, cases, numbers), to the figure of each,
        shape (samples,). Default: the mean.

    Returns
    -------
    Estimate
        The figure of the cases as they are, and the 2.5 % and 97.5 % points of 10,000 samples.
        The seed is fixed: the same cases give the same interval, and figures of the same cases
        are compared on the same samples.

    Examples
    --------
    >>> str(bootstrap(np.arange(101.0)))
    '50.0 (44.3 to 55.7)'
    """
    figure = figure or _mean
    draws = np.random.default_rng(SEED)
    found = [
        figure(cases[draws.integers(0, len(cases), (100, len(cases)))]) for _ in range(DRAWS // 100)
    ]
    low, high = np.quantile(np.concatenate(found), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return BootstrapEstimate(float(figure(cases[None])[0]), float(low), float(high))


def _mean(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(samples.mean(axis=1))
