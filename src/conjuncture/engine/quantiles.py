"""Inverse distribution functions of the laws that a scenario may name.

From :mod:`scipy.special` alone, which loads in a fraction of the time of :mod:`scipy.stats`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

Real = NDArray[np.float64]


def triangular_quantile(share: Real, low: float, mode: float, high: float) -> Real:
    """Return quantiles of the triangular law."""
    width = high - low
    turn = (mode - low) / width
    rising = low + np.sqrt(share * width * (mode - low))
    falling = high - np.sqrt((1.0 - share) * width * (high - mode))
    return np.where(share < turn, rising, falling)


QUANTILES: dict[str, Callable[..., Real]] = {
    "normal": lambda u, mean, deviation: mean + deviation * special.ndtri(u),
    "lognormal": lambda u, mean, deviation: np.exp(mean + deviation * special.ndtri(u)),
    "logitnormal": lambda u, mean, deviation: special.expit(mean + deviation * special.ndtri(u)),
    "uniform": lambda u, low, high: low + (high - low) * u,
    "loguniform": lambda u, low, high: low * (high / low) ** u,
    "triangular": triangular_quantile,
    "beta": lambda u, a, b: special.betaincinv(a, b, u),
    "gamma": lambda u, shape, scale: scale * special.gammaincinv(shape, u),
    "exponential": lambda u, mean: -mean * np.log1p(-u),
}


def quantile(family: str, parameters: Sequence[float], share: Real) -> Real:
    """Return the quantile of a law at ``share``.

    Parameters
    ----------
    family : str
        As in :class:`conjuncture.language.nodes.RandomDraw`.
    parameters : sequence of float
    share : array of float, any shape, in (0, 1)

    Examples
    --------
    >>> float(quantile("uniform", (2.0, 4.0), np.array(0.25)))
    2.5
    """
    return QUANTILES[family](share, *parameters)
