"""Blocks side by side, as on an accelerator: the same integers, the same histories."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from conjuncture.engine import draws
from conjuncture.engine.addresses import BLOCK, draw_words, site_keys
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program import run_blocks_at_once
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.traces import SharedArguments
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import Aside
from crises import FREE

SEED = 7
PLACES = [(0, 0), (3, 1), (2**32 - 1, 5), (1, 2**23)]
"""World and block: the least, the largest that fit into 32 bits with 256 lanes, some between."""

BLOCKS = 24
ONE_IN = 1000
"""A history decides some thirty times; in single precision each decision is off by less than 1e-5
of the scale of its draws, so that fewer than one history in this many can go another way."""


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


def arguments(crisis, program, runs):
    """Return what both forms of a call take: a block of each of some worlds."""
    prepared = Batch(program, Worlds(crisis, SEED, BLOCKS), runs).prepare()
    kept = len(runs)
    room = jax.tree.map(
        lambda one: jnp.zeros((BLOCKS, kept, *one.shape), one.dtype), program.ledger_and_shapes[1]
    )
    patches = jax.tree.map(lambda one: one[:kept], prepared.patch)
    common = SharedArguments(
        prepared.keys, np.int32(kept), patches, prepared.observed, prepared.needed[:kept]
    )
    worlds, blocks = np.arange(BLOCKS, dtype=np.uint32), np.zeros(BLOCKS, np.uint32)
    return common, worlds, blocks, prepared.tables[:, :kept], room


def one_after_another(program, common, worlds, blocks, tables, room):
    keys, runs, patches, observed, needed = common
    count = jnp.int32(BLOCKS)
    return program.run_blocks(
        keys, count, worlds, blocks, runs, tables, patches, observed, needed, room
    )


@pytest.fixture(scope="module")
def both(free):
    """The histories of two runs, one after another and side by side."""
    runs = (AS_THINGS_WERE, (Aside("crowd"),))
    program = program_for(free, runs)
    given = arguments(free, program, runs)
    return [
        jax.tree.map(np.asarray, jax.jit(partial(form, program))(*given))
        for form in (one_after_another, run_blocks_at_once)
    ]


def test_the_integers_of_all_addresses_are_the_same_in_both_forms(free, monkeypatch):
    ledger = program_for(free).ledger
    monkeypatch.setattr(draws, "LAWS", dict.fromkeys(draws.LAWS, lambda words: words))
    keys = site_keys(SEED, ledger.all_sites())
    worlds, blocks = (np.array(column, np.uint32) for column in zip(*PLACES, strict=True))

    def words(place):
        made = draws.draw_block(ledger, jnp.asarray(keys), *place)
        return jnp.concatenate([made[law] for law in ledger.sites if ledger.sites[law]])

    after = jax.jit(lambda *places: jax.lax.map(words, places))(worlds, blocks)
    beside = jax.jit(jax.vmap(lambda *place: words(place)))(worlds, blocks)
    for row, (world, block) in enumerate(PLACES):
        histories = np.arange(BLOCK) + block * BLOCK
        reference = draw_words(keys, world, histories)
        np.testing.assert_array_equal(after[row], reference)
        np.testing.assert_array_equal(beside[row], reference)


def test_histories_end_the_same_but_for_decisions_within_rounding(both):
    after, beside = (trace.passages[0].outcome for trace in both)
    assert after.shape == (BLOCKS, 2, BLOCK)
    assert (after != beside).mean() <= 1 / ONE_IN
    sides = [trace.passages[0].measures["side"] for trace in both]
    assert (sides[0] != sides[1]).mean() <= 1 / ONE_IN


@pytest.mark.slow
def test_measures_of_histories_that_went_the_same_way_are_equal_up_to_rounding(both):
    after, beside = (trace.passages[0] for trace in both)
    same = (after.measures["side"] == beside.measures["side"]).all(axis=2)
    same &= after.outcome == beside.outcome
    assert same.mean() >= 1 - 1 / ONE_IN
    for name in ("margin", "division", "spent"):
        np.testing.assert_allclose(
            after.measures[name][same], beside.measures[name][same], rtol=1e-5, atol=1e-5
        )


def test_an_intervention_is_one_in_both_forms(both):
    for trace in both:
        crowd = trace.passages[0].measures["side"][:, 1, -1]
        assert not crowd.any()
