"""Portions: the histories that are kept one by one, in pieces that fit into memory.

A portion is some piles of one slab (:mod:`conjuncture.engine.blocks`). Which they are follows from
the size of the run alone, so that a run which was stopped finds its portions again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK, SLAB
from conjuncture.engine.blocks import Blocks, Rows

BLOCKS_PER_PORTION = 8 * SLAB
"""Blocks in a portion, 65,536 histories: a file each while they are saved, then a row group."""

Columns = Mapping[str, NDArray[Any]]
"""Histories by name, arrays of (..., blocks, histories)."""


@dataclass(frozen=True)
class Portion:
    """Consecutive piles of one slab.

    Attributes
    ----------
    number : int
        Which portion of the run it is, from 0.
    rows : array of int, shape (blocks, 2)
        World and block of each.
    """

    number: int
    rows: Rows


class Portions:
    """All portions of a run, each made when it is asked for.

    Parameters
    ----------
    blocks : Blocks
        Of every world, from block 0 on.

    Examples
    --------
    >>> from conjuncture.engine.blocks import every_block
    >>> portions = Portions(every_block(range(10), 0, 17))
    >>> len(portions), [portions.size(number) for number in range(3)]
    (3, [65536, 16384, 5120])
    """

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        worlds = len(blocks.worlds)
        self._bounds: list[tuple[int, int]] = []
        self._sizes: list[int] = []
        for slab in range(blocks.slabs):
            deep = min(SLAB, blocks.last - slab * SLAB)
            step = BLOCKS_PER_PORTION // deep
            for first in range(0, worlds, step):
                last = min(first + step, worlds)
                self._bounds.append((slab * worlds + first, slab * worlds + last))
                self._sizes.append((last - first) * deep * BLOCK)

    def __len__(self) -> int:
        return len(self._bounds)

    def get(self, number: int) -> Portion:
        """Return a portion by its number."""
        return Portion(number, self._blocks.rows_of_piles(*self._bounds[number]))

    @property
    def histories(self) -> int:
        """How many histories they hold together."""
        return len(self._blocks) * BLOCK

    def size(self, number: int) -> int:
        """Return how many histories a portion holds."""
        return self._sizes[number]


def regroup_by_portion(
    portions: Iterable[Portion], calls: Iterable[tuple[Rows, Columns]]
) -> Iterator[tuple[Portion, Columns]]:
    """Put together what calls leave, portion by portion.

    Parameters
    ----------
    portions : iterable of Portion
    calls : iterable of (rows, columns)
        The rows of the portions one after another, however they are shared out among calls.
    """
    source = iter(calls)
    pieces: list[Columns] = []
    waiting = 0
    for portion in portions:
        wanted = len(portion.rows)
        while waiting < wanted:
            rows, found = next(source)
            pieces.append(found)
            waiting += len(rows)
        whole = {name: concatenate_blocks([piece[name] for piece in pieces]) for name in pieces[0]}
        yield portion, {name: values[..., :wanted, :] for name, values in whole.items()}
        waiting -= wanted
        pieces = (
            [{name: values[..., wanted:, :] for name, values in whole.items()}] if waiting else []
        )


def concatenate_blocks(pieces: list[NDArray[Any]]) -> NDArray[Any]:
    """Return arrays of (..., blocks, histories) as one."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-2)
