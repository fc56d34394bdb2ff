"""One compiled program for a whole crisis: blocks of 512 histories, one after another.

All that an intervention changes is an argument, so a program compiles once per structure. In a
block the draws are made once; then every run (things as they were first, then each intervention)
replays the same histories on them. World numbers enter without a history axis; only draws and
state carry it, trailing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, export

from conjuncture.engine import compiler, keeping
from conjuncture.engine.course import Before, Course
from conjuncture.engine.draws import Ledger, draw_block
from conjuncture.engine.structure import Structure
from conjuncture.engine.tallies import TallyProgram
from conjuncture.engine.traces import Patch, Trace

BLOCKS_PER_CALL = 16
RUNS_PER_CALL = 8
"""How many runs a call has room for; one size for all, so that a crisis is compiled once."""

ONE_AT_A_TIME = Lock()
"""Threads that ask for the same program wait for the first to trace it."""


@dataclass(frozen=True)
class Program:
    """The compiled simulation of a structure.

    Parameters
    ----------
    structure : Structure
    evidence : bool
        Whether the first run imposes what was observed and weighs histories by its probability.
    recording : bool
        Whether stages keep their rounds, for a chronicle.
    """

    structure: Structure
    evidence: bool = False
    recording: bool = False

    @cached_property
    def course(self) -> Course:
        """How histories run through the stages."""
        return Course(self.structure, self.recording)

    @cached_property
    def tallies(self) -> dict[tuple[object, ...], TallyProgram]:
        """What was counted of its histories before, by the expressions counted."""
        return {}

    @cached_property
    def ledger(self) -> Ledger:
        """Every site that the stages ask for."""
        if kept := keeping.load(self.kept_at):
            return Ledger.of(kept[0])
        return self.recorded[0]

    @cached_property
    def recorded(self) -> tuple[Ledger, Trace]:
        """Every site that the stages ask for, and the shapes of what a run of a block leaves."""
        ledger = Ledger()
        shapes = self.argument_shapes()
        kinds = (
            jnp.float32, jnp.int32, jnp.bool_, jnp.int32, jnp.bool_, jnp.bool_, jnp.bool_,
        )  # fmt: skip
        left, _ = jax.eval_shape(
            lambda row, patch, needed: self.course.history(
                ledger, None, row, patch, None, {}, needed
            ),
            jax.ShapeDtypeStruct(shapes["tables"][2:], jnp.float32),
            Patch(
                *(
                    jax.ShapeDtypeStruct(shapes[name][1:], kind)
                    for name, kind in zip(Patch._fields, kinds, strict=True)
                )
            ),
            jax.ShapeDtypeStruct((len(self.structure.stages),), jnp.bool_),
        )
        return ledger, left

    def argument_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the arguments of :meth:`blocks`."""
        forces, stages = len(self.structure.forces), len(self.structure.stages)
        living = len(self.structure.living.keys)
        return {
            "tables": (BLOCKS_PER_CALL, RUNS_PER_CALL, stages, len(self.structure.cells)),
            "present": (RUNS_PER_CALL, forces),
            "side": (RUNS_PER_CALL, stages, forces),
            "secret": (RUNS_PER_CALL, forces),
            "outcome": (RUNS_PER_CALL, stages, self.structure.most_visits),
            "moves": (RUNS_PER_CALL, len(self.structure.plays)),
            "held": (RUNS_PER_CALL, living),
            "starts": (RUNS_PER_CALL, stages, living),
        }

    def block(
        self,
        keys: Array,
        world: Array,
        block: Array,
        runs: Array,
        tables: Array,
        patches: Patch,
        observed: Array,
        needed: Array,
        out: Trace,
        place: Array,
    ) -> Trace:
        """Run one block under every run and write its traces at ``place``."""
        draws = draw_block(self.ledger, keys, world, block)

        def run(
            index: Array, luck: dict[str, Array], kept: Trace
        ) -> tuple[dict[str, Array], Trace]:
            patch = jax.tree.map(lambda values: values[index], patches)
            seen = jnp.where(index == 0, observed, -1) if self.evidence else None
            before = None if self.evidence else Before(kept.passages, place)
            trace, settled = self.course.history(
                self.ledger, draws, tables[index], patch, seen, dict(luck), needed[index], before
            )

            def write(table: Array, value: Array) -> Array:
                start = (place, index, *(jnp.int32(0) for _ in value.shape))
                return jax.lax.dynamic_update_slice(
                    table, value[None, None], start, allow_negative_indices=False
                )

            return settled, jax.tree.map(write, kept, trace)

        if self.evidence:
            luck, out = run(jnp.int32(0), {}, out)
            begin = 1
        else:
            luck, begin = {}, 0
        _, out = jax.lax.fori_loop(
            begin, runs, lambda index, carry: run(index, *carry), (luck, out)
        )
        return out

    def blocks(
        self,
        keys: Array,
        count: Array,
        worlds: Array,
        blocks: Array,
        runs: Array,
        tables: Array,
        patches: Patch,
        observed: Array,
        needed: Array,
    ) -> Trace:
        """Run ``count`` blocks one after another.

        Parameters
        ----------
        keys : Array of uint32, shape (sites, 2)
        count, runs : Array of int32, shape ()
            How many of the blocks and runs that fit into a call are wanted.
        worlds, blocks : Array of uint32, shape (blocks of a call,)
        tables : Array of float32, shape (blocks, runs, stages, cells)
        patches : Patch
        observed : Array of int32, shape (stages,)
        needed : Array of bool, shape (runs, stages)
            Which stages each run plays. Where one is not played, what the first run left stands;
            it is not copied.

        Returns
        -------
        Trace
            Every array with leading axes (blocks, runs); those not wanted hold anything.
        """
        empty = jax.tree.map(
            lambda one: jax.lax.empty((*tables.shape[:2], *one.shape), one.dtype),
            self.recorded[1],
        )
        traced: Trace = jax.lax.fori_loop(
            0,
            count,
            lambda place, out: self.block(
                keys,
                worlds[place],
                blocks[place],
                runs,
                tables[place],
                patches,
                observed,
                needed,
                out,
                place,
            ),
            empty,
        )
        return traced

    @property
    def kept_at(self) -> Path:
        """Return where the trace is kept."""
        return keeping.kept_at(
            self.structure, (self.evidence, self.recording), (BLOCKS_PER_CALL, RUNS_PER_CALL)
        )

    def call(self, *arguments: Any) -> Trace:
        """Run some blocks; the arguments are those of :meth:`blocks`."""
        with ONE_AT_A_TIME:
            if not self.compiled:
                self.compiled.append(self.compile(arguments))
        traced: Trace = self.compiled[0](*arguments)
        return traced

    @cached_property
    def compiled(self) -> list[Any]:
        """The compiled form of :meth:`blocks`, once there is one."""
        return []

    def compile(self, arguments: tuple[Any, ...]) -> Any:
        """Return :meth:`blocks` compiled, from the trace that was kept where there is one."""
        kept = keeping.load(self.kept_at)
        if kept is None:
            shapes = jax.tree.map(lambda one: jax.ShapeDtypeStruct(one.shape, one.dtype), arguments)
            traced = export.export(jax.jit(self.blocks))(*shapes)
            keeping.save(self.kept_at, self.ledger.told(), traced)
        else:
            traced = kept[1]
        # Compiled here and now: left to the first call, several threads would compile it at once.
        return jax.jit(traced.call).lower(*arguments).compile(compiler_options=compiler.OPTIONS)
