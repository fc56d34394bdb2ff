"""What a result does not depend on: blocks in a call, threads, worlds asked for, other forces."""

from collections import OrderedDict

import numpy as np
import pytest

from conjuncture.engine import machine, program_registry
from conjuncture.engine.addresses import BLOCK, every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.draws import draw_block
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program import Program
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

QUERY = "P(showdown = a | crowd.side = a, do(guard aside))"
MARGIN = "E(showdown.margin)"


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


def histories(crisis, worlds, blocks, seed=1):
    """Return every array of some histories, as bytes are compared."""
    made = program_for(crisis)
    listed = every_block(range(worlds), 0, blocks)
    drawn = Worlds(crisis, seed, worlds)
    found = {}
    for part, trace in simulate_traces(
        Batch(made, drawn, (AS_THINGS_WERE,)), listed, SilentProgress()
    ):
        for row, address in enumerate(map(tuple, part)):
            passage = trace.passages[0]
            found[address] = (
                passage.outcome[row, 0],
                passage.measures["margin"][row, 0],
                passage.measures["side"][row, 0],
            )
    return found


def test_the_same_seed_gives_the_same_histories(free):
    first, second = histories(free, 3, 2), histories(free, 3, 2)
    assert all(
        np.array_equal(x, y) for key in first for x, y in zip(first[key], second[key], strict=True)
    )
    other = histories(free, 3, 2, seed=2)
    assert any(not np.array_equal(first[key][1], other[key][1]) for key in first)


def test_more_worlds_or_histories_leave_the_first_ones_bit_for_bit(free):
    few, many = histories(free, 3, 1), histories(free, 7, 3)
    assert set(few) < set(many)
    for key in few:
        for one, other in zip(few[key], many[key], strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_change_no_bit(free, monkeypatch, threads):
    expected = Ensemble(free, 5, 1024).query(MARGIN)
    monkeypatch.setattr(machine, "threads", lambda: threads)
    assert Ensemble(free, 5, 1024).query(MARGIN) == expected


@pytest.mark.parametrize("blocks", [1, 3])
def test_blocks_in_a_call_change_no_bit(free, monkeypatch, blocks):
    expected = Ensemble(free, 5, 1024).query(MARGIN), Ensemble(free, 5, 1024).query(QUERY)
    monkeypatch.setattr(Program, "capacity", blocks)
    monkeypatch.setattr(program_registry, "_programs", OrderedDict())
    assert (Ensemble(free, 5, 1024).query(MARGIN), Ensemble(free, 5, 1024).query(QUERY)) == expected


@pytest.mark.parametrize("lanes", [32, 64])
def test_histories_side_by_side_change_no_bit(free, monkeypatch, lanes):
    expected = histories(free, 2, 2)
    monkeypatch.setattr(Program, "lanes", lanes)
    monkeypatch.setattr(program_registry, "_programs", OrderedDict())
    found = histories(free, 2, 2)
    for key, wanted in expected.items():
        for one, other in zip(found[key], wanted, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_another_force_leaves_the_draws_of_the_others_untouched(free, crisis):
    newcomer = FREE.replace(
        "  crowd: {kind", "  newcomer: {kind: army, troops: 1, leans: {a: cool}}\n  crowd: {kind"
    )
    larger = crisis(newcomer)
    first, second = program_for(free), program_for(larger)
    made = {}
    for one in (first, second):
        from conjuncture.engine.addresses import site_keys

        keys = site_keys(1, one.ledger.all_sites())
        drawn = draw_block(one.ledger, keys, np.uint32(2), np.uint32(5))
        made[id(one)] = {
            (law, site): np.asarray(drawn[law][row])
            for law, table in one.ledger.sites.items()
            for site, row in table.items()
        }
    before, after = made[id(first)], made[id(second)]
    assert set(before) < set(after)
    for address, values in before.items():
        assert values.shape == (BLOCK,)
        np.testing.assert_array_equal(values, after[address])
    few, many = Worlds(free, 1, 20).table, Worlds(larger, 1, 20).table
    for key, values in few.items():
        np.testing.assert_array_equal(values, many[key])


def test_an_empty_intervention_replays_the_same_histories(free):
    ensemble = Ensemble(free, 5, 1024)
    assert ensemble.query("P(showdown = a | showdown = a, do(mood *= 1))").value == 1.0
    assert ensemble.query("necessity(do(crowd.mass *= 1) for showdown = a)").value == 0.0
    assert ensemble.query("E(showdown.margin | do(fog += 0))").value == pytest.approx(
        ensemble.query(MARGIN).value, rel=1e-6
    )
