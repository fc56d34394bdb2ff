"""Blocks in piles: what is in them, and that the order is the one that sums rely on."""

import numpy as np
import pytest

from conjuncture.engine.addresses import (
    SLAB,
    Blocks,
    ListedBlocks,
    every_block,
    pile_blocks,
    split_piles,
    starts_of_piles,
)


@pytest.mark.parametrize(("first", "last"), [(0, 1), (0, 16), (3, 40), (15, 17), (16, 32), (5, 5)])
@pytest.mark.parametrize("worlds", [1, 3])
def test_piles_hold_every_block_once_slab_after_slab(first, last, worlds):
    blocks = every_block(range(worlds), first, last)
    rows = blocks.rows_of_piles(0, blocks.piles)
    expected = sorted(
        ((world, block) for world in range(worlds) for block in range(first, last)),
        key=lambda row: (row[1] // SLAB, row),
    )
    assert rows.tolist() == [list(row) for row in expected]
    assert len(starts_of_piles(rows)) == blocks.piles
    one_by_one = [blocks.rows_of_piles(pile, pile + 1) for pile in range(blocks.piles)]
    assert np.concatenate([rows[:0], *one_by_one]).tolist() == rows.tolist()


def test_listed_blocks_lie_in_the_same_piles():
    blocks = every_block(range(3), 7, 50)
    listed = ListedBlocks(np.random.default_rng(1).permutation(blocks[:]))
    assert len(listed) == len(blocks)
    assert listed.piles == blocks.piles
    for pile in range(blocks.piles):
        assert (
            listed.rows_of_piles(pile, pile + 1).tolist()
            == blocks.rows_of_piles(pile, pile + 1).tolist()
        )


def test_no_block_makes_no_pile():
    for nothing in (every_block(range(0), 0, 4), pile_blocks(np.zeros((0, 2), np.int64))):
        assert (len(nothing), nothing.piles) == (0, 0)
        assert list(split_piles(0, nothing.piles, lambda _: 1)) == []


def test_worlds_may_come_in_any_order():
    blocks = Blocks(np.array([4, 2]), 0, 1)
    assert blocks.rows_of_piles(0, 2).tolist() == [[4, 0], [2, 0]]


def test_a_million_million_histories_are_not_listed():
    blocks = every_block(range(400), 0, 5_000_000)
    assert len(blocks) == 2_000_000_000
    assert blocks[len(blocks) - 1 :].tolist() == [[399, 4_999_999]]
    assert blocks.rows_of_piles(blocks.piles - 1, blocks.piles)[0].tolist() == [399, 4_999_984]
