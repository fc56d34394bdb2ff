"""Which draws change nothing: moved on the same luck, they leave every history as it was.

A number can be read and never matter: the discipline of a force without soldiers, a leaning of a
force whose side is sworn. An estimate of what it does is then noise around 0, and noise is not to
be told. As all luck stays the same, that nothing depends on it shows exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.worlds import Worlds, uniforms_of

Real = NDArray[np.float64]

FEW = (4, 32)
"""In so many worlds first: what changes something there needs no others."""


def idle_places(
    worlds: Worlds, sites: Sequence[Sequence[str]], evaluated: Callable[[Worlds], Real]
) -> frozenset[int]:
    """Return which sets of draws change nothing in any world.

    Parameters
    ----------
    worlds : Worlds
    sites : sequence of sequence of str
        The addresses of the draws that are moved together.
    evaluated : callable
        What is asked for in each of some worlds, shape (worlds,), on luck that hangs on the seed
        and on the number of the world alone. Compared to the last bit.

    Returns
    -------
    frozenset of int
        Places among ``sites``.
    """
    left = list(range(len(sites)))
    for few in sorted({min(one, worlds.count) for one in (*FEW, worlds.count)}):
        if not left:
            break
        some = first_worlds_of(worlds, few)
        before = evaluated(some)
        left = [
            place
            for place in left
            if np.array_equal(before, evaluated(redraw_sites(some, sites[place])), equal_nan=True)
        ]
    return frozenset(left)


def first_worlds_of(worlds: Worlds, count: int) -> Worlds:
    """Return the first of some worlds."""
    placed = {site: column[:count] for site, column in worlds.placed.items()}
    return replace(worlds, count=count, placed=placed)


def redraw_sites(worlds: Worlds, sites: Sequence[str]) -> Worlds:
    """Return worlds in which some draws fall anew, and all others as they fell."""
    values = list(worlds.values.values())
    old = uniforms_of(values, worlds.seed, worlds.count, worlds.placed)
    generator = np.random.default_rng([worlds.seed, 2])
    fresh = {site: generator.random(worlds.count) for site in sites if site in old}
    return replace(worlds, placed={**worlds.placed, **fresh})
