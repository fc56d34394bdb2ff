"""Addresses: what a draw depends on, and on nothing else."""

import jax
import numpy as np
import pytest

from conjuncture.engine import addresses
from conjuncture.engine.addresses import (
    BLOCK,
    draw_words,
    site,
    site_keys,
    site_words,
    world_uniforms,
)
from conjuncture.engine.draws import Ledger, draw_block
from conjuncture.errors import SimulationError

KNOWN_WORDS = [[389945068, 3029260261, 784666452, 3432558221, 186672607]]
KNOWN_UNIFORMS = [[0.384631096702131, 0.17242847017898033]]


def test_words_at_fixed_addresses_never_change():
    keys = site_keys(20261122, [site("showdown", 1, "winner", camp="torres")])
    words = draw_words(keys, 3, np.array([0, 255, 256, 511, 512]))
    assert words.tolist() == KNOWN_WORDS


def test_uniforms_of_worlds_at_fixed_addresses_never_change():
    found = world_uniforms(7, ["world/army_mood"], np.arange(2))
    assert found.tolist() == KNOWN_UNIFORMS


def test_a_block_holds_the_words_of_its_addresses():
    sites = [site("s", 1, "temper", "unions", "a"), site("s", 1, "temper", "army", "a")]
    ledger = Ledger()
    ledger.rows_of("uniform", sites)
    keys = site_keys(5, ledger.all_sites())
    made = jax.jit(lambda k, w, b: draw_block(ledger, k, w, b)["uniform"])(
        keys, np.uint32(17), np.uint32(9)
    )
    words = draw_words(keys, 17, np.arange(9 * BLOCK, 10 * BLOCK))
    expected = (words >> 9).astype(np.float32) * np.float32(2**-23) + np.float32(2**-24)
    np.testing.assert_array_equal(np.asarray(made), expected)


def test_a_collision_is_refused(monkeypatch):
    class SameHash:
        def __init__(self, *_, **__):
            pass

        def digest(self):
            return b"12345678"

    monkeypatch.setattr(addresses.hashlib, "blake2b", SameHash)
    with pytest.raises(SimulationError, match="have the same address"):
        site_words(["one", "two"])


def test_sites_named_twice_are_one():
    assert site_words(["one", "one"]).shape == (2, 2)


def test_more_worlds_extend_a_sample():
    few = world_uniforms(1, ["world/x", "world/y"], np.arange(10))
    many = world_uniforms(1, ["world/y", "world/z", "world/x"], np.arange(50))
    np.testing.assert_array_equal(few[0], many[2, :10])
    np.testing.assert_array_equal(few[1], many[0, :10])
