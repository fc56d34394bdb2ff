"""Shapley values of a game whose every coalition is known.

The worths of a game of n players stand in an array of ``2**n`` rows: player i is in the coalition
of row r when bit i of r is set, so that the first row is the empty coalition and the last one has
everybody. Axes after the first, such as worlds, are carried along.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from conjuncture.errors import UsageError

Real = NDArray[np.float64]
Rows = NDArray[np.int64]


def shapley_values(worths: ArrayLike) -> Real:
    r"""Return the Shapley value of every player.

    .. math::
        \varphi_i = \sum_{S \not\ni i} \frac{|S|!\,(n-1-|S|)!}{n!}
                    \left(v(S \cup i) - v(S)\right)

    The mean, over all orders in which the players could come, of what each adds to those who came
    before [shapley1953]_. The values add up to :math:`v(N) - v(\emptyset)`.

    Parameters
    ----------
    worths : array_like, shape (2**players, ...)
        What every coalition is worth; the empty one need not be worth nothing.

    Returns
    -------
    array, shape (players, ...)

    Raises
    ------
    UsageError
        When the number of rows is no power of two.

    Examples
    --------
    A left glove and two right ones: only a pair is worth anything.

    >>> shapley_values([0, 0, 0, 1, 0, 1, 0, 1]).round(4).tolist()
    [0.6667, 0.1667, 0.1667]
    """
    found, players = read_game(worths)
    return np.tensordot(shapley_weights(players), found, axes=1)


def shapley_weights(players: int) -> Real:
    """Return by what each worth enters each Shapley value, shape (players, 2**players)."""
    weights = np.zeros((players, 1 << players))
    chance = chances_of_sizes(players)
    for player in range(players):
        without = subsets([1 << other for other in range(players) if other != player])
        add_differences(weights[player], without, 1 << player, chance[np.bitwise_count(without)])
    return weights


def read_game(worths: ArrayLike) -> tuple[Real, int]:
    """Return the worths as an array and the number of players.

    Raises
    ------
    UsageError
        When the number of rows is no power of two.
    """
    found = np.asarray(worths, np.float64)
    rows = len(found) if found.ndim else 0
    players = rows.bit_length() - 1
    if players < 1 or rows != 1 << players:
        raise UsageError(
            f"a game has a worth for each of its 2, 4, 8, ... coalitions, not {rows}; give the "
            "empty coalition too"
        )
    return found, players


def subsets(parts: Sequence[int]) -> Rows:
    """Return the row of every union of some parts, each part a row without players in common.

    Examples
    --------
    >>> subsets([1, 4]).tolist()
    [0, 1, 4, 5]
    """
    rows = np.zeros(1, np.int64)
    for part in parts:
        rows = np.concatenate([rows, rows | part])
    return rows


def chances_of_sizes(players: int) -> Real:
    """Return the chance that just these of the others come before a player, by how many they are.

    Examples
    --------
    >>> chances_of_sizes(3).round(4).tolist()
    [0.3333, 0.1667, 0.3333]
    """
    return np.array([1.0 / (players * comb(players - 1, size)) for size in range(players)])


def add_differences(weights: Real, without: Rows, player: int, chance: Real) -> None:
    """Add to the weights of worths those of what a player adds to some coalitions, in place."""
    weights[without | player] += chance
    weights[without] -= chance
