"""Portions: every block once, in order, in pieces that fit into memory."""

import numpy as np
import pytest

from conjuncture.engine.addresses import SLAB, every_block
from conjuncture.engine.traced_histories import BLOCKS_PER_PORTION, Portions, regroup_by_portion

SIZES = [(1, 1), (7, 1), (300, 1), (10, 17), (9, 40), (1, 100)]


@pytest.mark.parametrize(("worlds", "blocks"), SIZES)
def test_every_block_stands_in_one_portion_in_the_order_of_slabs_and_worlds(worlds, blocks):
    portions = Portions(every_block(range(worlds), 0, blocks))
    rows = np.concatenate([portions.get(number).rows for number in range(len(portions))])
    order = [
        (world, block)
        for slab in range(0, blocks, SLAB)
        for world in range(worlds)
        for block in range(slab, min(slab + SLAB, blocks))
    ]
    assert rows.tolist() == [list(one) for one in order]
    assert portions.histories == 512 * len(order)


@pytest.mark.parametrize(("worlds", "blocks"), SIZES)
def test_a_portion_is_small_and_knows_its_size(worlds, blocks):
    portions = Portions(every_block(range(worlds), 0, blocks))
    for number in range(len(portions)):
        portion = portions.get(number)
        assert portion.number == number
        assert 0 < len(portion.rows) <= BLOCKS_PER_PORTION
        assert portions.size(number) == 512 * len(portion.rows)


@pytest.mark.parametrize("call", [1, 5, 16, 1000])
def test_what_calls_leave_is_put_together_by_portion(call):
    portions = Portions(every_block(range(20), 0, 20))
    wanted = [portions.get(number) for number in range(len(portions))]
    rows = np.concatenate([portion.rows for portion in wanted])

    def calls():
        for start in range(0, len(rows), call):
            part = rows[start : start + call]
            yield part, {"place": np.stack([part, part + 100])[..., :1].astype(np.int64)}

    seen = list(regroup_by_portion(wanted, calls()))
    assert [portion.number for portion, _ in seen] == list(range(len(portions)))
    for portion, found in seen:
        assert found["place"].tolist() == [
            [[world] for world in part.T[0]] for part in (portion.rows, portion.rows + 100)
        ]
