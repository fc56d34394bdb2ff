"""Adding: sums do not depend on how the work is shared out, and stay what they are."""

import numpy as np
import pytest

from conjuncture.engine.addresses import every_block, split_piles
from conjuncture.engine.tallies import (
    BINS,
    BlockSums,
    Histogram,
    PileSums,
    TallyAccumulator,
    TermGroup,
    sum_piles,
)

GROUPS = (TermGroup(((), ())), TermGroup(((),)))
HISTOGRAMS = (Histogram(None, (), 0.0, 1.0),)


def counted(rows):
    """Return counts that differ from block to block, as a call would leave them."""
    random = [np.random.default_rng([world, block]) for world, block in rows.tolist()]
    sums = tuple(
        np.stack([one.normal(size=terms) for one in random]).astype(np.float32) for terms in (2, 1)
    )
    products = tuple(one[:, :, None] * one[:, None, :] for one in sums)
    counts = np.stack([one.integers(0, 512, BINS) for one in random]).astype(np.int32)
    ranges = np.stack([np.sort(one.normal(size=2)) for one in random])
    return BlockSums(sums, products, (counts,), (ranges,), np.zeros((len(rows), 1, 1), bool))


def added(blocks, size, call):
    total = TallyAccumulator(5, GROUPS, HISTOGRAMS)
    for unit in split_piles(0, blocks.piles, lambda _: size):
        rows = blocks.rows_of_piles(*unit)
        parts = [rows[start : start + call] for start in range(0, len(rows), call)]
        total.add(sum_piles(rows, [counted(part) for part in parts]))
    return total.to_totals()


@pytest.mark.parametrize(("size", "call"), [(1, 16), (2, 5), (3, 1), (11, 64)])
def test_shares_and_calls_change_no_bit(size, call):
    blocks = every_block(range(5), 2, 40)
    whole, parts = added(blocks, 1000, 1000), added(blocks, size, call)
    for one, other in zip(whole.sums, parts.sums, strict=True):
        np.testing.assert_array_equal(one.histories, other.histories)
        np.testing.assert_array_equal(one.first, other.first)
        np.testing.assert_array_equal(one.second, other.second)
    np.testing.assert_array_equal(whole.histograms, parts.histograms)
    np.testing.assert_array_equal(whole.ranges, parts.ranges)


def test_the_sums_are_those_of_the_blocks():
    blocks = every_block(range(5), 0, 20)
    found = added(blocks, 3, 16)
    rows = blocks[:]
    one = counted(rows)
    for world in range(5):
        own = rows[:, 0] == world
        assert found.sums[0].histories[world] == own.sum() * 512
        np.testing.assert_allclose(found.sums[0].first[world], one.sums[0][own].sum(0), rtol=1e-5)
        np.testing.assert_allclose(
            found.sums[1].second[world], one.products[1][own].sum(0), rtol=1e-5
        )
        np.testing.assert_array_equal(found.histograms[0][world], one.counts[0][own].sum(0))
    assert found.ranges[0].tolist() == [one.ranges[0][:, 0].min(), one.ranges[0][:, 1].max()]


def test_a_world_that_stands_twice_is_added_twice_in_order():
    nothing = np.zeros((0, 2))
    total = TallyAccumulator(2, (TermGroup(((),)),), ())
    sums = np.array([[1e16, 1.0], [1.0, 1.0], [-1e16, 1.0]])
    total.add(PileSums(np.array([0, 0, 0]), np.array([16, 16, 1]), sums, (), nothing))
    [found] = total.to_totals().sums
    assert found.first.tolist() == [[0.0], [0.0]]
    assert found.second.tolist() == [[[3.0]], [[0.0]]]
    assert found.histories.tolist() == [33 * 512, 0]


def test_nothing_run_is_nothing_counted():
    found = TallyAccumulator(3, GROUPS, HISTOGRAMS).to_totals()
    assert [one.first.shape for one in found.sums] == [(3, 2), (3, 1)]
    assert not any(one.histories.any() for one in found.sums)
    assert found.ranges[0].tolist() == [np.inf, -np.inf]
