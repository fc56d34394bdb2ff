"""Which cases a predictor learns from and which it is tested on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LAST_OF_TRAINING = 1989


@dataclass(frozen=True, eq=False)
class Fold:
    """One division of the cases.

    Attributes
    ----------
    train, test : array of bool, shape (cases,)
    """

    train: NDArray[np.bool_]
    test: NDArray[np.bool_]


def decades(year: NDArray[np.int64]) -> tuple[Fold, ...]:
    """Return a fold for each calendar decade: tested on it, trained on all others.

    Parameters
    ----------
    year : array, shape (cases,)

    Examples
    --------
    >>> [fold.test.tolist() for fold in decades(np.array([1959, 1960, 1951]))]
    [[True, False, True], [False, True, False]]
    """
    decade = year // 10
    return tuple(Fold(decade != one, decade == one) for one in np.unique(decade))


def early_and_late(year: NDArray[np.int64]) -> tuple[Fold, ...]:
    """Return the one fold that trains on the years up to 1989 and tests on those from 1990.

    Parameters
    ----------
    year : array, shape (cases,)
    """
    return (Fold(year <= LAST_OF_TRAINING, year > LAST_OF_TRAINING),)


SPLITS = {
    "leave one decade out": decades,
    "trained up to 1989, tested from 1990": early_and_late,
}
"""The divisions by name, as they stand in tables and pictures."""
