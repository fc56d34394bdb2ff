"""Shapley and Owen values of a game in many worlds: counted out, or from orders drawn at random.

Where a game has too many coalitions to count them out, means are taken over worlds and over drawn
orders, and each leaves an error of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.explain.methods.shapley import (
    Real,
    interaction_indices,
    owen_values,
    quotient_game_of,
    shapley_values,
)


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


Coalitions = NDArray[np.bool_]
Worth = Callable[[Coalitions], Real]
"""From coalitions, shape (coalitions, players), to what they are worth, (coalitions, worlds)."""

PAIRS = 16
"""Pairs of orders that are drawn at a time."""

LEAST_PAIRS = 32
"""From fewer pairs the error that orders leave is not known well enough to stop by it."""

LEAST_SEEN = 8
"""An interaction is told when two players stood side by side in as many pairs of orders."""


class Orders:
    """Random orders in which players come, each one drawn and the same backwards.

    What a player adds to those before it has its Shapley value as its mean over all orders
    [castro2009]_. Where a player comes early in an order, it comes late in the same one backwards,
    so that the mean of the two varies less. The members of a group come one right after the other,
    which makes the means Owen values. Two that stand side by side are also exchanged, which yields
    their interaction. No coalition is asked for twice.

    Parameters
    ----------
    worth : callable
    groups : sequence of sequence of int
        Who acts as one, every player named once.
    seed : int

    Attributes
    ----------
    players, groups, pairs_of_groups : CrossedMeans
        What was found of every player, of every group, and of every two groups in the order of
        ``itertools.combinations``.
    drawn : int
        Pairs of orders.

    Examples
    --------
    Half of one world's gloves fit.

    >>> def worth(inside):
    ...     pairs = np.minimum(inside[:, 0], inside[:, 1] + inside[:, 2])
    ...     return pairs[:, None] * np.array([1.0, 0.5])
    >>> orders = Orders(worth, [(0,), (1, 2)], seed=1)
    >>> orders.add(8)
    >>> orders.groups.means.tolist(), float(orders.players.means.sum())
    ([0.375, 0.375], 0.75)
    """

    def __init__(self, worth: Worth, groups: Sequence[Sequence[int]], seed: int) -> None:
        self._worth = worth
        self._members = [np.array(members) for members in groups]
        self._sizes = np.array([len(members) for members in groups])
        self._group_of = np.repeat(np.arange(len(groups)), self._sizes)[
            np.argsort(np.concatenate(self._members))
        ]
        self._generator = np.random.default_rng(seed)
        self._worths: dict[bytes, Real] = {}
        count = len(self._group_of)
        self.empty, self.whole = self._worths_of(np.array([[False] * count, [True] * count]))
        worlds = len(self.whole)
        self._place = {pair: at for at, pair in enumerate(combinations(range(len(groups)), 2))}
        self.players = CrossedMeans(count, worlds)
        self.groups = CrossedMeans(len(groups), worlds)
        self.pairs_of_groups = CrossedMeans(len(self._place), worlds)
        self.drawn = 0

    @property
    def coalition_count(self) -> int:
        """How many coalitions were asked for."""
        return len(self._worths)

    @property
    def error(self) -> float:
        """The largest error that drawing orders leaves in the value of a player or a group."""
        return float(max(self.players.errors()[1].max(), self.groups.errors()[1].max()))

    def is_precise(self, error: float) -> bool:
        """Return whether orders leave no larger error and every interaction was seen."""
        seen = self.pairs_of_groups.draws
        return (
            self.drawn >= LEAST_PAIRS
            and self.error <= error
            and (len(seen) == 0 or int(seen.min()) >= LEAST_SEEN)
        )

    def add(self, pairs: int = PAIRS) -> None:
        """Draw some pairs of orders more and find what they say; all or none of them count."""
        groups = len(self._members)
        forth = np.stack([self._generator.permutation(groups) for _ in range(pairs)])
        inside = [
            np.concatenate([self._generator.permutation(self._members[one]) for one in row])
            for row in forth
        ]
        of_groups = np.concatenate([forth, forth[:, ::-1]])
        orders = np.concatenate([np.stack(inside), np.stack(inside)[:, ::-1]])
        count = orders.shape[1]
        ends = np.cumsum(self._sizes[of_groups], axis=1)
        starts = np.concatenate([np.zeros((2 * pairs, 1), np.int64), ends], axis=1)

        before = np.argsort(orders, axis=1)[:, None, :] < np.arange(count + 1)[:, None]
        rows = np.arange(2 * pairs)[:, None]
        following = self._group_of == of_groups[:, 1:, None]
        exchanged = before[rows, starts[:, : groups - 1]] | following
        met = np.concatenate([before.reshape(-1, count), exchanged.reshape(-1, count)])
        worths = self._worths_of(met)
        worlds = worths.shape[1]
        came = worths[: before.shape[0] * (count + 1)].reshape(2 * pairs, count + 1, worlds)
        swapped = worths[len(came) * (count + 1) :].reshape(2 * pairs, groups - 1, worlds)

        added = np.empty((2 * pairs, count, worlds))
        added[rows, orders] = np.diff(came, axis=1)
        bounds = came[rows, starts]
        brought = np.empty((2 * pairs, groups, worlds))
        brought[rows, of_groups] = np.diff(bounds, axis=1)
        together = bounds[:, 2:] - bounds[:, 1:-1] - swapped + bounds[:, :-2]
        both = (together[:pairs] + together[pairs:, ::-1]) / 2
        beside = np.sort(np.stack([forth[:, :-1], forth[:, 1:]], axis=-1), axis=-1)
        places = [self._place[first, second] for first, second in beside.reshape(-1, 2)]

        self.players.add(np.tile(np.arange(count), pairs), antithetic_means_of(added))
        self.groups.add(np.tile(np.arange(groups), pairs), antithetic_means_of(brought))
        self.pairs_of_groups.add(np.array(places, np.int64), both.reshape(-1, worlds))
        self.drawn += pairs

    def _worths_of(self, coalitions: Coalitions) -> Real:
        keys = [row.tobytes() for row in np.packbits(coalitions, axis=1)]
        new = {key: at for at, key in enumerate(keys) if key not in self._worths}
        if new:
            found = self._worth(coalitions[list(new.values())])
            self._worths |= dict(zip(new, found, strict=True))
        return np.stack([self._worths[key] for key in keys])


def antithetic_means_of(found: Real) -> Real:
    """Return the means of each order's numbers and those of the same order backwards.

    Parameters
    ----------
    found : array, shape (2 * pairs, numbers, worlds)
        All orders, then all of them backwards.

    Returns
    -------
    array, shape (pairs * numbers, worlds)
    """
    pairs = len(found) // 2
    return np.asarray((found[:pairs] + found[pairs:]) / 2).reshape(-1, found.shape[-1])


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
    whole, empty : MeanOverWorlds
        What all together are worth, and nobody.
    groups : tuple of MeanOverWorlds
        The Shapley values of the groups, which add up to the difference of the two.
    players : tuple of MeanOverWorlds
        The Owen values of the players; those of a group add up to its value.
    pairs : mapping of (int, int) to MeanOverWorlds
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
    (MeanOverWorlds(value=0.75, error=0.25), [0.375, 0.1875, 0.1875], 0.75)
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
    MeanOverWorlds(value=0.0, error=0.0)
    """
    found = np.where(np.abs(found) < ROUNDING, 0.0, found)
    return MeanOverWorlds(float(found.mean()), float(error_of_mean(found)))
