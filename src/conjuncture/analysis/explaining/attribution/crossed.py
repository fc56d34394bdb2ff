"""Means over worlds and over something else that was drawn, and the errors that each leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.explaining.attribution.shapley import Real


def error_of_mean(found: Real) -> Real:
    """Return the standard error of a mean over worlds, infinite where there is one world only.

    Parameters
    ----------
    found : array, shape (..., worlds)

    Examples
    --------
    >>> error_of_mean(np.array([[1.0, 3.0], [2.0, 2.0]])).tolist()
    [1.0, 0.0]
    """
    worlds = found.shape[-1]
    if worlds < 2:
        return np.full(found.shape[:-1], np.inf)
    return np.asarray(found.std(axis=-1, ddof=1) / np.sqrt(worlds))


class CrossedMeans:
    r"""Some numbers, each found for every world at each of several draws, the draws independent.

    With :math:`x_{pw}` what draw p found for world w, P draws and W worlds, the mean varies with
    the worlds and with the draws:

    .. math::
        \operatorname{var}(\bar x) = \frac{s^2(\bar x_{\cdot w})}{W}
            + \frac{s^2(\bar x_{p\cdot})}{P} - \frac{s^2_{pw}}{PW}

    where the last term, that of what neither explains, would otherwise count twice.

    Parameters
    ----------
    numbers, worlds : int

    Examples
    --------
    >>> crossed = CrossedMeans(1, 2)
    >>> crossed.add(np.array([0, 0]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> crossed.means.tolist(), crossed.draws.tolist()
    ([2.5], [2])
    >>> [error.round(3).tolist() for error in crossed.errors()]
    [[1.118], [1.0]]
    """

    def __init__(self, numbers: int, worlds: int) -> None:
        self.draws: NDArray[np.int64] = np.zeros(numbers, np.int64)
        self._sums = np.zeros((numbers, worlds))
        self._squares = np.zeros(numbers)
        self._squared_means = np.zeros(numbers)

    def add(self, which: NDArray[np.int64], found: Real) -> None:
        """Add one draw for each of some numbers.

        Parameters
        ----------
        which : array of int, shape (found,)
        found : array, shape (found, worlds)
        """
        np.add.at(self.draws, which, 1)
        np.add.at(self._sums, which, found)
        np.add.at(self._squares, which, (found**2).sum(axis=1))
        np.add.at(self._squared_means, which, found.mean(axis=1) ** 2)

    @property
    def world_means(self) -> Real:
        """The mean of every number over its draws, in each world; shape (numbers, worlds)."""
        return self._sums / np.maximum(self.draws, 1)[:, None]

    @property
    def means(self) -> Real:
        """The mean of every number; shape (numbers,)."""
        return np.asarray(self.world_means.mean(axis=1))

    def errors(self) -> tuple[Real, Real]:
        """Return the standard error of every mean, and that part of it which the draws leave.

        Both are infinite where there were fewer than two draws.
        """
        worlds = self._sums.shape[1]
        draws = np.maximum(self.draws, 2)
        of_worlds, mean = self.world_means, self.means
        between = np.maximum(self._squared_means - draws * mean**2, 0.0) / (draws - 1)
        of_draws = between / draws
        across = error_of_mean(of_worlds) ** 2
        rest = (
            self._squares
            - worlds * self._squared_means
            - draws * (of_worlds**2).sum(axis=1)
            + draws * worlds * mean**2
        )
        twice = np.maximum(rest, 0.0) / ((draws - 1) * max(worlds - 1, 1)) / (draws * worlds)
        both = np.maximum(across + of_draws - twice, np.maximum(across, of_draws))
        enough = self.draws >= 2
        return (
            np.where(enough, np.sqrt(both), np.inf),
            np.where(enough, np.sqrt(of_draws), np.inf),
        )
