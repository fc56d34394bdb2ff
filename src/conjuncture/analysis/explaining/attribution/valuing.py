"""The values of a game in many worlds: counted out where that can be, else from drawn orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from conjuncture.analysis.explaining.attribution.crossed import error_of_mean
from conjuncture.analysis.explaining.attribution.interactions import interaction_indices
from conjuncture.analysis.explaining.attribution.orders import LEAST_SEEN, Orders, Worth
from conjuncture.analysis.explaining.attribution.owen import owen_values, quotient_game_of
from conjuncture.analysis.explaining.attribution.shapley import Real, shapley_values

COUNTED_OUT = 12
"""Up to so many players all coalitions are asked for."""

MOST_COALITIONS = 4_096
"""Above that, no more orders are drawn once so many coalitions were asked for."""

ORDER_ERROR = 0.005
"""Above that, the largest standard error that drawing orders is to leave in a value."""


class MeanOverWorlds(NamedTuple):
    """A mean over worlds, and its standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class GameValues:
    """What everybody in a game adds.

    Attributes
    ----------
    whole, empty : Value
        What all together are worth, and nobody.
    groups : tuple of Value
        The Shapley values of the groups, which add up to the difference of the two.
    players : tuple of Value
        The Owen values of the players; those of a group add up to its value.
    pairs : mapping of (int, int) to Value
        The interactions of two groups each.
    orders : int
        How many orders were drawn; 0 where all coalitions were asked for.
    order_error : float
        The largest error that drawing them left in a value, which the errors contain.
    """

    whole: MeanOverWorlds
    empty: MeanOverWorlds
    groups: tuple[MeanOverWorlds, ...]
    players: tuple[MeanOverWorlds, ...]
    pairs: Mapping[tuple[int, int], MeanOverWorlds]
    orders: int = 0
    order_error: float = 0.0


def values_of(
    worth: Worth,
    groups: Sequence[Sequence[int]],
    *,
    seed: int,
    order_error: float = ORDER_ERROR,
    most: int = MOST_COALITIONS,
    counted_out: int = COUNTED_OUT,
    stops: tuple[type[Exception], ...] = (),
) -> GameValues:
    """Return what everybody in a game adds, on the mean over worlds.

    Parameters
    ----------
    worth : callable
        From coalitions, bool of shape (coalitions, players), to (coalitions, worlds).
    groups : sequence of sequence of int
        Who acts as one, every player named once.
    seed : int
        Of the orders.
    order_error : float
        Orders are drawn until they leave no larger error in any value and every two groups stood
        side by side in a few of them,
    most : int
        or until so many coalitions were asked for.
    counted_out : int
        Up to so many players all coalitions are asked for, and no orders drawn.
    stops : tuple of types of exceptions
        Raised by ``worth`` when somebody wants the answer so far; from two orders on there is one.

    Examples
    --------
    >>> def worth(inside):
    ...     return (inside[:, :1] * (inside[:, 1:2] | inside[:, 2:])) * np.array([1.0, 0.5])
    >>> found = values_of(worth, [(0,), (1, 2)], seed=1)
    >>> found.whole, [one.value for one in found.players], found.pairs[0, 1].value
    (Value(value=0.75, error=0.25), [0.375, 0.1875, 0.1875], 0.75)
    """
    players = sum(map(len, groups))
    if players <= counted_out:
        return exact_values_of(worth, groups)
    orders = Orders(worth, groups, seed)
    try:
        while not orders.is_precise(order_error) and orders.coalition_count < most:
            orders.add()
    except stops:
        if orders.drawn == 0:
            raise
    return values_of_orders(orders)


def exact_values_of(worth: Worth, groups: Sequence[Sequence[int]]) -> GameValues:
    """Return the values of a game all of whose coalitions are asked for."""
    players = sum(map(len, groups))
    inside = (np.arange(1 << players)[:, None] >> np.arange(players)) & 1
    worths = worth(inside == 1)
    game = quotient_game_of(worths, groups)
    indices = interaction_indices(game)
    return GameValues(
        whole=mean_over_worlds(worths[-1]),
        empty=mean_over_worlds(worths[0]),
        groups=tuple(map(mean_over_worlds, shapley_values(game))),
        players=tuple(map(mean_over_worlds, owen_values(worths, groups))),
        pairs={
            (first, second): mean_over_worlds(indices[first, second])
            for first, second in combinations(range(len(groups)), 2)
        },
    )


def values_of_orders(orders: Orders) -> GameValues:
    """Return the values that drawn orders show; interactions only where they were seen enough."""
    counted = (orders.groups, orders.players, orders.pairs_of_groups)
    groups, players, pairs = (
        tuple(map(MeanOverWorlds, crossed.means.tolist(), crossed.errors()[0].tolist()))
        for crossed in counted
    )
    every_pair = combinations(range(len(groups)), 2)
    seen = (orders.pairs_of_groups.draws >= LEAST_SEEN).tolist()
    return GameValues(
        whole=mean_over_worlds(orders.whole),
        empty=mean_over_worlds(orders.empty),
        groups=groups,
        players=players,
        pairs={
            pair: value for pair, value, often in zip(every_pair, pairs, seen, strict=True) if often
        },
        orders=2 * orders.drawn,
        order_error=orders.error,
    )


ROUNDING = 1e-12
"""What sums of probabilities that cancel leave of nothing."""


def mean_over_worlds(found: Real) -> MeanOverWorlds:
    """Return the mean over worlds and its standard error; what rounding leaves of 0 is 0.

    Examples
    --------
    >>> mean_over_worlds(np.array([1e-17, -3e-17, 2e-17]))
    Value(value=0.0, error=0.0)
    """
    found = np.where(np.abs(found) < ROUNDING, 0.0, found)
    return MeanOverWorlds(float(found.mean()), float(error_of_mean(found)))
