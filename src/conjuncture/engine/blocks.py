"""Which blocks are run: of some worlds, from one block to another, without a list of them all.

Sums are added up within a slab, 16 consecutive blocks of a world, and then slab to slab. The
blocks of a slab that are run are a *pile*. Piles are numbered slab after slab, in each the worlds
in order; work is shared out in whole piles, and so how it is shared out changes no sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import SLAB

Rows = NDArray[np.int64]
"""World and block of each, shape (blocks, 2)."""


class PiledBlocks(Protocol):
    """Blocks in piles."""

    @property
    def piles(self) -> int:
        """How many piles there are."""

    def __len__(self) -> int: ...

    def rows_of_piles(self, first: int, last: int) -> Rows:
        """Return the blocks of piles ``first`` to ``last`` - 1, pile after pile."""


@dataclass(frozen=True)
class Blocks:
    """Blocks ``first`` to ``last`` - 1 of each of some worlds.

    Slices are rows (world, block), block after block and in each the worlds in order, so that an
    interrupted run has the same share of every world.

    Attributes
    ----------
    worlds : array of int, shape (worlds,)
    first, last : int

    Examples
    --------
    >>> blocks = Blocks(np.array([0, 1]), 15, 17)
    >>> len(blocks), blocks[:2].tolist()
    (4, [[0, 15], [1, 15]])
    >>> blocks.piles, blocks.rows_of_piles(1, 3).tolist()
    (4, [[1, 15], [0, 16]])
    """

    worlds: NDArray[np.int64]
    first: int
    last: int

    def __len__(self) -> int:
        return len(self.worlds) * (self.last - self.first)

    def __getitem__(self, place: slice) -> Rows:
        """Return some rows."""
        rows = np.arange(*place.indices(len(self)), dtype=np.int64)
        block, world = np.divmod(rows, max(len(self.worlds), 1))
        return np.stack([self.worlds[world], self.first + block], axis=1)

    @property
    def slabs(self) -> int:
        """In how many slabs the blocks of a world lie."""
        return -(-self.last // SLAB) - self.first // SLAB

    @property
    def piles(self) -> int:
        """How many piles there are."""
        return len(self.worlds) * self.slabs if self.last > self.first else 0

    def rows_of_piles(self, first: int, last: int) -> Rows:
        """Return the blocks of piles ``first`` to ``last`` - 1, pile after pile."""
        slab, world = np.divmod(np.arange(first, last), len(self.worlds))
        begin = (self.first // SLAB + slab) * SLAB
        rows = np.empty((len(slab), SLAB, 2), np.int64)
        rows[:, :, 0] = self.worlds[world, None]
        rows[:, :, 1] = begin[:, None] + np.arange(SLAB)
        return rows[(rows[:, :, 1] >= self.first) & (rows[:, :, 1] < self.last)]


@dataclass(frozen=True)
class ListedBlocks:
    """Blocks that were listed one by one, as rows (world, block)."""

    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def sorted_rows(self) -> Rows:
        """The rows, pile after pile."""
        world, block = self.rows.T
        return self.rows[np.lexsort((block, world, block // SLAB))]

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where in the sorted rows each pile begins, and where the last one ends."""
        return np.append(starts_of_piles(self.sorted_rows), len(self.rows))

    @property
    def piles(self) -> int:
        """How many piles there are."""
        return len(self.starts) - 1

    def rows_of_piles(self, first: int, last: int) -> Rows:
        """Return the blocks of piles ``first`` to ``last`` - 1, pile after pile."""
        return self.sorted_rows[self.starts[first] : self.starts[last]]


def starts_of_piles(rows: Rows) -> NDArray[np.int64]:
    """Return where each pile begins in rows that stand pile after pile.

    Examples
    --------
    >>> starts_of_piles(np.array([[0, 14], [0, 15], [0, 16], [1, 0]])).tolist()
    [0, 2, 3]
    """
    slab = rows // [1, SLAB]
    new = (slab[1:] != slab[:-1]).any(axis=1)
    return np.flatnonzero(np.concatenate([[len(rows) > 0], new]))


def every_block(worlds: Iterable[int], first: int, last: int) -> Blocks:
    """Return blocks ``first`` to ``last`` - 1 of some worlds."""
    return Blocks(np.fromiter(worlds, np.int64), first, last)


def pile_blocks(blocks: Blocks | Rows) -> Blocks | ListedBlocks:
    """Return blocks, however they are given, in piles."""
    return blocks if isinstance(blocks, Blocks) else ListedBlocks(blocks)


def split_piles(first: int, end: int, size: Callable[[int], int]) -> Iterator[tuple[int, int]]:
    """Yield piles ``first`` to ``end`` - 1 in portions, each as its first and one after its last.

    Parameters
    ----------
    first, end : int
    size : callable
        From the number of piles that remain to how many are wanted next.

    Examples
    --------
    >>> list(split_piles(0, 5, lambda remaining: 2))
    [(0, 2), (2, 4), (4, 5)]
    """
    while first < end:
        last = min(end, first + max(1, size(end - first)))
        yield first, last
        first = last
