"""A compiled program for histories of many worlds side by side.

The usual program runs blocks of 512 histories of one world. Here the 512 places of a block are
histories of any worlds, each with the numbers of its own, and each with conduct of its own imposed
where that is wanted. Draws are the same integers, since they depend on addresses alone; numbers may
be rounded otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from conjuncture.engine import compiler
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.conduct import Conduct
from conjuncture.engine.course import Course
from conjuncture.engine.draws import Ledger, draw_at
from conjuncture.engine.intervening import AS_THINGS_WERE, patch_of
from conjuncture.engine.planning import stages_leading_to
from conjuncture.engine.program import ONE_AT_A_TIME, RUNS_PER_CALL, shape_of
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Patch, Trace

REPLAY_CAPACITY = 16
"""Blocks that a call has room for."""


class ReplayAddresses(NamedTuple):
    """Where the histories of a call live; arrays of uint32, shape (blocks, 512).

    The world is also the row of the tables that holds its numbers.
    """

    world: Any
    block: Any
    history: Any


@dataclass(frozen=True)
class ReplayProgram:
    """The compiled simulation of some stages, for histories of many worlds side by side.

    Parameters
    ----------
    structure : Structure
    stages : frozenset of str
        Those that are asked about; they are played, and all that lead to them.
    measures : frozenset of (str, str)
        Stage and measure of what is kept beside outcomes.
    own_conduct : bool
        Whether every history has conduct of its own imposed; if not, a call has room for eight runs
        that replay the same histories.
    own_tables : bool
        Whether every run has numbers of its own.
    """

    structure: Structure
    stages: frozenset[str]
    measures: frozenset[tuple[str, str]] = frozenset()
    own_conduct: bool = False
    own_tables: bool = False

    @property
    def runs(self) -> int:
        """How many runs a call has room for."""
        return 1 if self.own_conduct else RUNS_PER_CALL

    @cached_property
    def played_names(self) -> tuple[str, ...]:
        """The stages that are played."""
        return stages_leading_to(self.structure, self.stages)

    @property
    def is_played(self) -> NDArray[np.bool_]:
        """Which stages are played, shape (stages,)."""
        return np.array([name in self.played_names for name in self.structure.stages])

    @cached_property
    def course(self) -> Course:
        """How histories run through the stages."""
        played = self.is_played
        rooms = [
            place for place, room in enumerate(self.structure.unrolled_stages) if played[room.stage]
        ]
        conduct = self.conduct if self.own_conduct else None
        return Course(self.structure, unrolled_count=max(rooms) + 1, conduct=conduct)

    @cached_property
    def conduct(self) -> Conduct:
        """What forces do in the stages that are played."""
        return Conduct(self.structure, self.played_names)

    @cached_property
    def ledger(self) -> Ledger:
        """Every site that the stages ask for."""
        ledger = Ledger()
        numbers = jax.ShapeDtypeStruct((len(self.structure.cells), BLOCK), jnp.float32)
        jax.eval_shape(
            lambda table, patch: self.simulate(ledger, None, table, patch),
            numbers,
            jax.tree.map(
                lambda one: shape_of(one[0]), patch_of(self.structure, [AS_THINGS_WERE], 1)
            ),
        )
        return ledger

    def simulate(
        self, ledger: Ledger, draws: dict[str, Array] | None, table: Array, patch: Patch,
        conduct: Array | None = None,
    ) -> Trace:  # fmt: skip
        """Run the histories of a block in one run.

        Parameters
        ----------
        table : Array, shape (cells, histories)
        conduct : Array, shape (slots, forces, histories), optional
        """
        rows = jnp.broadcast_to(table, (len(self.structure.stages), *table.shape))
        needed = jnp.asarray(self.is_played)
        trace, _ = self.course.simulate(
            ledger, draws, rows, patch, None, {}, needed, conduct=conduct
        )
        passages = []
        for room, passage in zip(self.structure.unrolled_stages, trace.passages, strict=False):
            name = self.structure.stages[room.stage]
            wanted = {
                measure: value
                for measure, value in passage.measures.items()
                if (name, measure) in self.measures
            }
            chances = passage.chances if name in self.stages else ()
            passages.append(passage._replace(measures=wanted, chances=chances))
        return trace._replace(passages=tuple(passages), rounds=())

    def run_blocks(
        self, keys: Array, count: Array, places: ReplayAddresses, runs: Array, tables: Array, patches: Patch,
        conduct: Array,
    ) -> Trace:  # fmt: skip
        """Run ``count`` blocks one after another.

        Parameters
        ----------
        keys : Array of uint32, shape (sites, 2)
        count, runs : Array of int32, shape ()
        places : Places
        tables : Array of float32, shape (runs or 1, cells, rows)
        patches : Patch
            With a leading axis of runs.
        conduct : Array of int8, shape (blocks, slots, forces, 512), or of no blocks

        Returns
        -------
        Trace
            Every array with leading axes (blocks, runs).
        """

        def replay(block: Array, run: Array, draws: dict[str, Array], world: Array) -> Trace:
            table = tables[run if self.own_tables else 0]
            patch = jax.tree.map(lambda values: values[run], patches)
            own = conduct[block].astype(jnp.int32) if self.own_conduct else None
            return self.simulate(self.ledger, draws, table[:, world], patch, own)

        def one(block: Array, kept: Trace) -> Trace:
            place = jax.tree.map(lambda values: values[block], places)
            draws = draw_at(self.ledger, keys, place.world, place.block, place.history)

            def run(index: Array, kept: Trace) -> Trace:
                traced = replay(block, index, draws, place.world)
                written: Trace = jax.tree.map(
                    lambda table, value: table.at[block, index].set(value), kept, traced
                )
                return written

            done: Trace = jax.lax.fori_loop(0, runs, run, kept)
            return done

        shapes = jax.eval_shape(
            lambda: replay(
                jnp.int32(0), jnp.int32(0),
                {law: jnp.zeros((len(rows), BLOCK)) for law, rows in self.ledger.sites.items()},
                jnp.zeros(BLOCK, jnp.uint32),
            )
        )  # fmt: skip
        room = jax.tree.map(
            lambda one: jnp.zeros((REPLAY_CAPACITY, self.runs, *one.shape), one.dtype), shapes
        )
        traced: Trace = jax.lax.fori_loop(0, count, one, room)
        return traced

    @cached_property
    def executables(self) -> dict[tuple[int, ...], Any]:
        """The compiled form of :meth:`call`, by the shape of the tables."""
        return {}

    def execute(self, *arguments: Any) -> Trace:
        """Run some blocks; the arguments are those of :meth:`call`."""
        shape = arguments[4].shape
        with ONE_AT_A_TIME:
            if shape not in self.executables:
                with compiler.SPENT.time_program():
                    lowered = jax.jit(self.run_blocks).lower(*jax.tree.map(shape_of, arguments))
                    self.executables[shape] = compiler.run_interruptibly(
                        partial(lowered.compile, compiler_options=compiler.options())
                    )
        traced: Trace = self.executables[shape](*arguments)
        return traced
