"""Shapley and Owen values and interactions of a game whose every coalition is known.

The worths of a game of n players stand in an array of ``2**n`` rows: player i is in the coalition
of row r when bit i of r is set, so that the first row is the empty coalition and the last one has
everybody. Axes after the first, such as worlds, are carried along. Interaction indices say who
needs and who replaces whom; with Owen values some players act as one among the others, and then
share what that brings.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
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
        As for :func:`~conjuncture.analysis.explain.methods.shapley.shapley_values`.

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


def owen_values(worths: ArrayLike, groups: Sequence[Sequence[int]]) -> Real:
    r"""Return the Owen value of every player.

    .. math::
        \psi_i = \sum_{R \subseteq M \setminus g} \sum_{T \subseteq g \setminus i}
                 \frac{|R|!\,(m-1-|R|)!}{m!} \frac{|T|!\,(s-1-|T|)!}{s!}
                 \left(v(Q \cup T \cup i) - v(Q \cup T)\right),
                 \quad Q = \bigcup_{h \in R} h

    for a player i of the group g of s members, M the m groups: the mean of what i adds over the
    orders in which the members of a group come one right after the other [owen1977]_. The members
    of a group share its Shapley value in the game played by the groups.

    Parameters
    ----------
    worths : array_like, shape (2**players, ...)
        As for :func:`~conjuncture.analysis.explain.methods.shapley.shapley_values`.
    groups : sequence of sequence of int
        Who acts as one; who is named nowhere acts alone.

    Returns
    -------
    array, shape (players, ...)

    Raises
    ------
    UsageError
        When a player is in two groups, or there is no such player.

    Examples
    --------
    Two right gloves that act as one are as strong as the left one.

    >>> owen_values([0, 0, 0, 1, 0, 1, 0, 1], [[1, 2]]).tolist()
    [0.5, 0.25, 0.25]
    """
    found, players = read_game(worths)
    weights = owen_weights(players, partition(players, groups))
    return np.tensordot(weights, found, axes=1)


def quotient_game_of(worths: ArrayLike, groups: Sequence[Sequence[int]]) -> Real:
    """Return the game in which each group is a player, shape (2**groups, ...).

    Its players are in the order of :func:`partition`.

    Examples
    --------
    >>> quotient_game_of([0, 0, 0, 1, 0, 1, 0, 1], [[1, 2]]).tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    found, players = read_game(worths)
    rows = [row_of(members) for members in partition(players, groups)]
    return np.asarray(found[subsets(rows)])


def owen_weights(players: int, groups: Sequence[Sequence[int]]) -> Real:
    """Return by what each worth enters each Owen value, shape (players, 2**players).

    ``groups`` name every player once.
    """
    weights = np.zeros((players, 1 << players))
    rows = [row_of(members) for members in groups]
    among = chances_of_sizes(len(groups))
    for place, members in enumerate(groups):
        others = rows[:place] + rows[place + 1 :]
        sizes = np.bitwise_count(subsets([1 << one for one in range(len(others))]))
        before = subsets(others)
        within = chances_of_sizes(len(members))
        for player in members:
            inside = subsets([1 << member for member in members if member != player])
            chance = among[sizes][:, None] * within[np.bitwise_count(inside)]
            without = before[:, None] | inside
            add_differences(weights[player], without, 1 << player, chance)
    return weights


def partition(players: int, groups: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return the groups and, alone, all others, in the order of their first members.

    Raises
    ------
    UsageError
        When a player is in two groups, or there is no such player.

    Examples
    --------
    >>> partition(4, [(3, 1)])
    [(0,), (1, 3), (2,)]
    """
    named = [player for members in groups for player in members]
    for player in named:
        if not 0 <= player < players:
            raise UsageError(f"a group names player {player}; the players are 0 to {players - 1}")
        if named.count(player) > 1:
            raise UsageError(f"player {player} is named twice; a player acts with one group only")
    alone = [(player,) for player in range(players) if player not in named]
    return sorted(alone + [tuple(sorted(members)) for members in groups if members])


def row_of(members: Sequence[int]) -> int:
    """Return the row of a coalition."""
    return sum(1 << member for member in members)
