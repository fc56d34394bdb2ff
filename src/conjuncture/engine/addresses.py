"""Where each draw lives: (seed, site, world, history).

A site is the text ``stage/visit/variable/force/camp``; its 64-bit blake2b hash, as a counter
under the root key of the seed, gives the site's key. Under that key the counter (world, history)
gives the integers. Nothing else enters, so a draw does not know how many worlds, histories,
blocks or other forces there are.

Two histories share one call of the generator, which yields two words: of the 512 histories of a
block, history ``h`` below 256 takes the first word at counter ``256 * block + h``, and history
``256 + h`` the second.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.threefry import DRAW_ROUNDS, KEY_ROUNDS, threefry2x32
from conjuncture.errors import SimulationError

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
