"""Blocks side by side: how a program is run where one block cannot keep the device busy.

On a processor the blocks of a call follow one another, each small enough for its cache. On an
accelerator they are worked on at once: the same program, with one more axis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import jax
import jax.numpy as jnp
from jax import Array

from conjuncture.engine.traces import SharedArguments, Trace

if TYPE_CHECKING:
    from conjuncture.engine.program import Program


def run_blocks_at_once(
    program: Program,
    common: SharedArguments,
    worlds: Array,
    blocks: Array,
    tables: Array,
    out: Trace,
) -> Trace:
    """Run all blocks of a call at once.

    Every block runs, also those that only fill the room of a call. Draws are the same integers as
    where blocks follow one another, since they depend on addresses alone; numbers may be rounded
    otherwise.

    Parameters
    ----------
    program : Program
    common : Common
    worlds, blocks, tables, out
        As :meth:`~conjuncture.engine.program.Program.run_blocks` takes them, in any number of blocks.

    Returns
    -------
    Trace
        Every array with leading axes (blocks, runs).
    """

    def run_alone(world: Array, block: Array, rows: Array, room: Trace) -> Trace:
        whole = jax.tree.map(lambda one: one[None], room)
        traced = program.run_block(common, world, block, rows, whole, jnp.int32(0))
        left: Trace = jax.tree.map(lambda one: one[0], traced)
        return left

    traced: Trace = jax.vmap(run_alone)(worlds, blocks, tables, out)
    return traced
