"""Adding up what is counted: within a pile of blocks first, then pile to pile, in order.

A pile is what is run of one slab of one world (:mod:`conjuncture.engine.blocks`). Its blocks are
added where they were counted, by a thread or on another machine, always all of them and in the
order of their numbers; so a sum does not know who counted what.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.blocks import Rows, starts_of_piles
from conjuncture.engine.tallies import BINS, BlockSums, Histogram, TermGroup


@dataclass
class Sums:
    """Sums of one group of terms by world, over the histories run so far.

    Attributes
    ----------
    histories : array of int64, shape (worlds,)
    first : array of float64, shape (worlds, terms)
    second : array of float64, shape (worlds, terms, terms)
    """

    histories: NDArray[np.int64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean of each term in each world, shape (worlds, terms)."""
        return self.first / self.histories[:, None]

    @property
    def covariances(self) -> NDArray[np.float64]:
        """Covariance of the terms' means in each world, shape (worlds, terms, terms)."""
        means = self.means
        spread = self.second / self.histories[:, None, None] - means[:, :, None] * means[:, None, :]
        return spread / self.histories[:, None, None]

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.histories + other.histories,
            self.first + other.first,
            self.second + other.second,
        )

    def map_rows(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Sums:
        """Return the sums with every array, which have a row for each world, changed alike."""
        return Sums(change(self.histories), change(self.first), change(self.second))


@dataclass
class TallyTotals:
    """What a run counted: one entry per group, one per histogram."""

    sums: list[Sums]
    histograms: list[NDArray[np.int64]]
    ranges: list[NDArray[np.float64]] = field(default_factory=list)


@dataclass(frozen=True)
class PileSums:
    """What was counted of some piles: all that travels.

    Attributes
    ----------
    worlds, blocks : array of int64, shape (piles,)
        The world of each pile, and how many blocks it has.
    sums : array of float64, shape (piles, columns)
        For each group its terms, then their products.
    counts : tuple of array of uint16, shape (piles, bins)
        Of each histogram; a pile has at most 8,192 histories.
    ranges : array of float64, shape (histograms, 2)
    """

    worlds: NDArray[np.int64]
    blocks: NDArray[np.int64]
    sums: NDArray[np.float64]
    counts: tuple[NDArray[np.uint16], ...]
    ranges: NDArray[np.float64]


def sum_piles(rows: Rows, calls: Sequence[BlockSums]) -> PileSums:
    """Add up what was counted of some blocks, pile by pile.

    Parameters
    ----------
    rows : array of int, shape (blocks, 2)
        World and block of each, pile after pile.
    calls : sequence of Counted
        What the calls counted that ran them, in order, cut to the blocks that were wanted.
    """
    starts = starts_of_piles(rows)
    columns = np.concatenate([flatten_moments(one) for one in calls]).astype(np.float64)
    counts = tuple(
        np.add.reduceat(np.concatenate(bins), starts, axis=0).astype(np.uint16)
        for bins in zip(*(one.counts for one in calls), strict=True)
    )
    ends = [np.concatenate(found) for found in zip(*(one.ranges for one in calls), strict=True)]
    ranges = [(found[:, 0].min(), found[:, 1].max()) for found in ends]
    return PileSums(
        worlds=rows[starts, 0],
        blocks=np.diff(starts, append=len(rows)),
        sums=np.add.reduceat(columns, starts, axis=0),
        counts=counts,
        ranges=np.array(ranges, np.float64).reshape(-1, 2),
    )


def flatten_moments(counted: BlockSums) -> NDArray[np.float32]:
    """Return sums and products of every group side by side, shape (blocks, columns)."""
    blocks = len(counted.wrong)
    parts: list[NDArray[Any]] = [np.zeros((blocks, 0), np.float32)]
    for sums, products in zip(counted.sums, counted.products, strict=True):
        parts += [sums, products.reshape(blocks, -1)]
    return np.concatenate(parts, axis=1)


class TallyAccumulator:
    """The sum of piles, added in order.

    Parameters
    ----------
    worlds : int
    groups : sequence of Group
    histograms : sequence of Histogram
    """

    def __init__(
        self, worlds: int, groups: Sequence[TermGroup], histograms: Sequence[Histogram]
    ) -> None:
        self._terms = [len(group.terms) for group in groups]
        self._blocks = np.zeros(worlds, np.int64)
        self._sums = np.zeros((worlds, sum(terms + terms**2 for terms in self._terms)))
        self._counts = [np.zeros((worlds, BINS), np.int64) for _ in histograms]
        self._ranges = np.tile([np.inf, -np.inf], (len(histograms), 1))

    def add(self, piles: PileSums) -> None:
        """Add the next piles."""
        # A world stands twice only where one slab ends and the next begins.
        again = np.flatnonzero(piles.worlds[1:] <= piles.worlds[:-1]) + 1
        for part in map(slice, [0, *again], [*again, len(piles.worlds)]):
            worlds = piles.worlds[part]
            self._blocks[worlds] += piles.blocks[part]
            self._sums[worlds] += piles.sums[part]
            for total, counts in zip(self._counts, piles.counts, strict=True):
                total[worlds] += counts[part]
        self._ranges[:, 0] = np.minimum(self._ranges[:, 0], piles.ranges[:, 0])
        self._ranges[:, 1] = np.maximum(self._ranges[:, 1], piles.ranges[:, 1])

    def to_totals(self) -> TallyTotals:
        """Return what has been added so far, group by group."""
        sums = []
        begin = 0
        for terms in self._terms:
            middle, end = begin + terms, begin + terms + terms**2
            first = np.ascontiguousarray(self._sums[:, begin:middle])
            second = self._sums[:, middle:end].reshape(-1, terms, terms)
            sums.append(Sums(self._blocks * BLOCK, first, np.ascontiguousarray(second)))
            begin = end
        return TallyTotals(sums, list(self._counts), list(self._ranges))
