"""Shapley and Owen values of games with too many coalitions: orders drawn at random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.explaining.attribution.crossed import CrossedMeans
from conjuncture.analysis.explaining.attribution.shapley import Real

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
    players, groups, pairs_of_groups : Crossed
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
