"""Owen values: some players act as one among the others, and then share what that brings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from conjuncture.analysis.explaining.attribution.shapley import (
    Real,
    add_differences,
    chances_of_sizes,
    read_game,
    subsets,
)
from conjuncture.errors import UsageError


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
        As for :func:`~conjuncture.analysis.explaining.attribution.shapley.shapley_values`.
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
