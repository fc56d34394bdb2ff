"""Interaction indices of a game whose every coalition is known: who needs and who replaces whom."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from conjuncture.analysis.explaining.attribution.shapley import (
    Real,
    chances_of_sizes,
    read_game,
    subsets,
)


def interaction_indices(worths: ArrayLike) -> Real:
    r"""Return the Shapley interaction index of every two players.

    .. math::
        I_{ij} = \sum_{S \subseteq N \setminus ij} \frac{|S|!\,(n-2-|S|)!}{(n-1)!}
                 \left(v(S \cup ij) - v(S \cup i) - v(S \cup j) + v(S)\right)

    How much more the two add together than the sum of what each adds alone, on average over those
    who could be there already [grabischroubens1999]_. Of two that add something, it is above 0
    where one makes the other count and below 0 where one stands in for the other.

    Parameters
    ----------
    worths : array_like, shape (2**players, ...)
        As for :func:`~conjuncture.analysis.explaining.attribution.shapley.shapley_values`.

    Returns
    -------
    array, shape (players, players, ...)
        Symmetric; 0 on the diagonal.

    Raises
    ------
    UsageError
        When the number of rows is no power of two.

    Examples
    --------
    The two right gloves stand in for one another; each makes the left one count.

    >>> interaction_indices([0, 0, 0, 1, 0, 1, 0, 1]).tolist()
    [[0.0, 0.5, 0.5], [0.5, 0.0, -0.5], [0.5, -0.5, 0.0]]
    """
    found, players = read_game(worths)
    return np.tensordot(interaction_weights(players), found, axes=1)


def interaction_weights(players: int) -> Real:
    """Return by what each worth enters each index, shape (players, players, 2**players)."""
    weights = np.zeros((players, players, 1 << players))
    chance = chances_of_sizes(players - 1)
    for first, second in combinations(range(players), 2):
        others = [1 << one for one in range(players) if one not in (first, second)]
        without = subsets(others)
        share = chance[np.bitwise_count(without)]
        one, two = 1 << first, 1 << second
        for rows, sign in ((without, 1), (without | one, -1), (without | two, -1)):
            weights[first, second, rows] = sign * share
        weights[first, second, without | one | two] = share
        weights[second, first] = weights[first, second]
    return weights
