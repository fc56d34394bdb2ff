"""Where each draw lives, which blocks of histories are run, and how many there may be.

The address of a draw is (seed, site, world, history). A site is the text
``stage/visit/variable/force/camp``; its 64-bit blake2b hash, as a counter under the root key of the
seed, gives the site's key. Under that key the counter (world, history) gives the integers, by the
Threefry-2x32 counter-based generator [salmon2011]_, which has no state. Nothing else enters, so a
draw does not know how many worlds, histories, blocks or other forces there are.

Two histories share one call of the generator, which yields two words: of the 512 histories of a
block, history ``h`` below 256 takes the first word at counter ``256 * block + h``, and history
``256 + h`` the second.

Sums are added up within a slab, 16 consecutive blocks of a world, and then slab to slab. The
blocks of a slab that are run are a *pile*. Piles are numbered slab after slab, in each the worlds
in order; work is shared out in whole piles, and so how it is shared out changes no sum.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from conjuncture.errors import SimulationError, UsageError

ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
PARITY = 0x1BD11BDA
KEY_ROUNDS = 20
DRAW_ROUNDS = 13
"""The fewest rounds at which Threefry-2x32 passes every test of BigCrush [salmon2011]_."""


def threefry2x32(
    key: tuple[Any, Any], counter: tuple[Any, Any], rounds: int, xp: ModuleType
) -> tuple[Any, Any]:
    """Return the two random words of a counter under a key.

    Parameters
    ----------
    key, counter : pair of array of uint32
        Shapes broadcast against each other.
    rounds : int
        20 where keys are made, 13 where draws are made.
    xp : module
        ``numpy`` or ``jax.numpy``.

    Returns
    -------
    pair of array of uint32

    References
    ----------
    .. [salmon2011] Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as
       1, 2, 3, SC11.

    Examples
    --------
    >>> import numpy as np
    >>> zero = np.zeros(1, np.uint32)
    >>> [hex(int(word[0])) for word in threefry2x32((zero, zero), (zero, zero), 20, np)]
    ['0x6b200159', '0x99ba4efe']
    """
    schedule = (key[0], key[1], key[0] ^ key[1] ^ xp.uint32(PARITY))
    first, second = counter[0] + schedule[0], counter[1] + schedule[1]
    for turn in range(rounds):
        rotation = ROTATIONS[turn % 8]
        first = first + second
        second = (second << xp.uint32(rotation)) | (second >> xp.uint32(32 - rotation))
        second = second ^ first
        if turn % 4 == 3:
            injection = turn // 4 + 1
            first = first + schedule[injection % 3]
            second = second + (schedule[(injection + 1) % 3] + xp.uint32(injection))
    return first, second


BLOCK = 512
"""Histories in a block; part of every address, and so frozen with the language version."""

SLAB = 16
"""Blocks of a world whose sums are added up with each other first, frozen like the block."""

LANES = BLOCK // 2
SEED_LIMIT = 2**64


def site(stage: str, visit: int, variable: str, force: str = "", camp: str = "") -> str:
    """Return the text that addresses a draw; visit 0 is for what persists over visits.

    Examples
    --------
    >>> site("showdown", 1, "rumour", camp="torres")
    'showdown/1/rumour//torres'
    """
    return f"{stage}/{visit}/{variable}/{force}/{camp}"


def site_words(sites: Iterable[str]) -> NDArray[np.uint32]:
    """Return the two words of each site's 64-bit hash, shape (sites, 2).

    Raises
    ------
    SimulationError
        When two different sites have the same hash: they would share their draws.

    Examples
    --------
    >>> [hex(int(word)) for word in site_words(["showdown/1/rumour//torres"])[0]]
    ['0x3d0dba9d', '0x5757f787']
    """
    names = list(sites)
    hashes = [
        int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
        for name in names
    ]
    owner: dict[int, str] = {}
    for name, value in zip(names, hashes, strict=True):
        if owner.setdefault(value, name) != name:
            raise SimulationError(
                f"the draws '{name}' and '{owner[value]}' have the same address; "
                "rename one of the two forces, camps or stages"
            )
    pairs = [(value >> 32, value & 0xFFFFFFFF) for value in hashes]
    return np.array(pairs, np.uint32).reshape(-1, 2)


def root_key(seed: int) -> NDArray[np.uint32]:
    """Return the key of a seed, shape (2,).

    Examples
    --------
    >>> root_key(1).tolist()
    [0, 1]
    """
    return np.array([(seed >> 32) & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)


def site_keys(seed: int, sites: Iterable[str]) -> NDArray[np.uint32]:
    """Return the key under which each site's draws are made, shape (sites, 2)."""
    root, words = root_key(seed), site_words(sites)
    with np.errstate(over="ignore"):
        first, second = threefry2x32(
            (root[:1], root[1:]), (words[:, 0], words[:, 1]), KEY_ROUNDS, np
        )
    return np.stack([first, second], axis=1)


def world_uniforms(
    seed: int, sites: Iterable[str], worlds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return one uniform per (site, world), shape (sites, worlds), never 0 and never 1.

    Examples
    --------
    >>> world_uniforms(1, ["world/army_mood"], np.arange(3)).round(4).tolist()
    [[0.1083, 0.1968, 0.9561]]
    """
    keys = site_keys(seed, sites)
    counter = worlds.astype(np.uint32)[None, :]
    with np.errstate(over="ignore"):
        high, low = threefry2x32(
            (keys[:, :1], keys[:, 1:]), (counter, np.zeros_like(counter)), KEY_ROUNDS, np
        )
    bits = (high.astype(np.uint64) << np.uint64(20)) | (low.astype(np.uint64) >> np.uint64(12))
    uniforms: NDArray[np.float64] = (bits.astype(np.float64) + 0.5) * 2.0**-52
    return uniforms


def draw_words(
    keys: NDArray[np.uint32], world: int, histories: NDArray[np.int64]
) -> NDArray[np.uint32]:
    """Return the integer at each (site, world, history) as NumPy computes it: the reference.

    Parameters
    ----------
    keys : array of uint32, shape (sites, 2)
    world : int
    histories : array of int, shape (histories,)

    Returns
    -------
    array of uint32, shape (sites, histories)
    """
    block, lane = histories // BLOCK, histories % BLOCK
    counter = (block * LANES + lane % LANES).astype(np.uint32)[None, :]
    with np.errstate(over="ignore"):
        words = threefry2x32(
            (keys[:, :1], keys[:, 1:]), (np.full_like(counter, world), counter), DRAW_ROUNDS, np
        )
    drawn: NDArray[np.uint32] = np.where(lane[None, :] < LANES, words[0], words[1])
    return drawn


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


MOST_WORLDS = 100_000
"""What is kept of each world and claim comes to some kilobytes; more would not fit into memory."""

MOST_BLOCKS = 2_000_000_000
"""Blocks over all worlds, some million million histories: a night on a large cluster."""

MOST_BLOCKS_OF_A_WORLD = 2**32 // LANES
"""A draw of a world has 2^32 counters, and each serves two histories."""


def blocks_for(worlds: int, histories: int, seed: int) -> int:
    """Return the blocks of 512 histories that each world needs.

    Parameters
    ----------
    worlds, histories, seed : int
        ``histories`` counts those of one world; the next multiple of 512 is taken.

    Raises
    ------
    UsageError
        When one of them is out of range.

    Examples
    --------
    >>> blocks_for(400, 1000, 1)
    2
    >>> blocks_for(1, 2**33, 1)
    16777216
    >>> blocks_for(0, 512, 1)
    Traceback (most recent call last):
    conjuncture.errors.UsageError: worlds must be 1 to 100,000, not 0
    """
    if not 1 <= worlds <= MOST_WORLDS:
        raise UsageError(f"worlds must be 1 to {MOST_WORLDS:,}, not {_write_count(worlds)}")
    most = min(MOST_BLOCKS // worlds, MOST_BLOCKS_OF_A_WORLD) * BLOCK
    if not 1 <= histories <= most:
        raise UsageError(
            f"histories must be 1 to {most:,} in each of {worlds:,} "
            f"{'world' if worlds == 1 else 'worlds'}, not {_write_count(histories)}"
        )
    if not 0 <= seed < SEED_LIMIT:
        raise UsageError(f"seed must be 0 to 2^64 - 1, not {_write_count(seed)}")
    return -(-histories // BLOCK)


def _write_count(number: int) -> str:
    return f"{number:,}" if abs(number) < 10**30 else "a number of that many digits"
