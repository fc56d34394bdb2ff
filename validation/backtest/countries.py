"""How far a score would move had other countries been observed: the bootstrap over countries.

Cases of one country are not independent of each other, so countries are drawn, each with all its
cases [davisonhinkley1997]_. The draws depend only on the cases: all predictors are scored on the
same ones, and what they differ by is far surer than what each of them scores.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from validation.bootstrap import BootstrapEstimate

Numbers = NDArray[np.float64]

DRAWS = 4_000
SEED = 1
LEVEL = 0.9


def resample_countries(country: Sequence[object], draws: int = DRAWS) -> Numbers:
    """Return how often each case counts in each draw of as many countries as there are.

    Parameters
    ----------
    country : sequence, length cases
        The country of each case.
    draws : int

    Returns
    -------
    array, shape (draws, cases)

    Examples
    --------
    >>> resample_countries(["Chile", "Chile", "Bolivia"], draws=4)
    array([[1., 1., 1.],
           [0., 0., 2.],
           [2., 2., 0.],
           [0., 0., 2.]])
    """
    names, place = np.unique(np.asarray(country, dtype=str), return_inverse=True)
    often = np.random.default_rng(SEED).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=draws
    )
    return often[:, place].astype(float)


def mean(values: Numbers, weights: Numbers) -> BootstrapEstimate:
    """Return the mean over cases and its 90 % interval.

    Parameters
    ----------
    values : array, shape (cases,)
        A score of each case, or what two predictors' scores of it differ by.
    weights : array, shape (draws, cases)

    Examples
    --------
    >>> mean(np.array([1.0, 0.0, 2.0]), resample_countries(["Chile", "Chile", "Bolivia"])).text(2)
    '1.00 (0.50 to 2.00)'
    """
    return interval(float(values.mean()), weights @ values / weights.sum(axis=1))


def interval(value: float, sampled: Numbers) -> BootstrapEstimate:
    """Return a figure with the 5 % and 95 % points of its draws, those without one left out."""
    low, high = np.nanquantile(sampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return BootstrapEstimate(value, float(low), float(high))
