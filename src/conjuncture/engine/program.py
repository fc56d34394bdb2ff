"""One compiled program for a whole crisis: blocks of 512 histories.

All that an intervention changes is an argument, so a program compiles once per structure. In a
block the draws are made once; then every run (things as they were first, then each intervention)
replays the same histories on them. World numbers enter without a history axis; only draws and
state carry it, trailing.

On a processor the blocks of a call follow one another, each small enough for its cache. On an
accelerator they are worked on at once: the same program, with one more axis.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, export

from conjuncture.engine import compiler, machine
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.draws import Ledger, draw_block
from conjuncture.engine.history_simulation import EarlierRun, HistorySimulation
from conjuncture.engine.structure import Structure
from conjuncture.engine.tallies import TallyProgram
from conjuncture.engine.traces import Patch, SharedArguments, Trace
from conjuncture.language.nodes import MAX_INTERVENTIONS
from conjuncture.scenario.stage_graph import seconds_to_compile


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
    common : SharedArguments
    worlds, blocks, tables, out
        As :meth:`Program.run_blocks` takes them, in any number of blocks.

    Returns
    -------
    Trace
        Every array with leading axes (blocks, runs).
    """

    def run_alone(world: Array, block: Array, rows: Array, empty: Trace) -> Trace:
        whole = jax.tree.map(lambda one: one[None], empty)
        traced = program.run_block(common, world, block, rows, whole, jnp.int32(0))
        left: Trace = jax.tree.map(lambda one: one[0], traced)
        return left

    traced: Trace = jax.vmap(run_alone)(worlds, blocks, tables, out)
    return traced


MOST_CAPACITY, LEAST_CAPACITY = 64, 16
"""Blocks that a call of a program has room for: many make calls cheap, but all need memory."""

CAPACITY_AT_ONCE = 2048
"""The same where they are worked on at once: about a million histories, some gigabytes."""

LANES_BY_FORCES, LEAST_LANES = ((24, BLOCK), (96, 64)), 32
"""How many histories are computed side by side, up to so many forces; beyond, the least.

Fewer stay in the processor's cache, and wait less for the last one to settle; but every
computation that is started costs, and with few forces that is more than what is saved (measured
at 12, 48, 200).
"""

RUNS_PER_CALL = 1 + MAX_INTERVENTIONS
"""How many runs a call has room for; one size for all, so that a crisis is compiled once."""

ONE_AT_A_TIME = Lock()
"""Threads that ask for the same program wait for the first to trace it."""


def is_on_accelerator() -> bool:
    """Return whether programs run on something else than the processor."""
    return jax.default_backend() != "cpu"


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
    blocks_at_once : bool
        Whether the blocks of a call are worked on at once; so they are on an accelerator.
    """

    structure: Structure
    evidence: bool = False
    recording: bool = False
    blocks_at_once: bool = field(default_factory=is_on_accelerator)

    @property
    def capacity(self) -> int:
        """How many blocks fit into a call."""
        if self.blocks_at_once:
            return CAPACITY_AT_ONCE
        return max(
            LEAST_CAPACITY, MOST_CAPACITY // max(1, len(self.structure.unrolled_stages) // 2)
        )

    @cached_property
    def simulation(self) -> HistorySimulation:
        """How histories run through the stages."""
        return HistorySimulation(self.structure, self.recording, self.evidence, self.lanes)

    @property
    def lanes(self) -> int:
        """How many histories of a block are computed side by side.

        Of many forces fewer, so that what is computed stays in the processor's cache, and because
        the last history to settle holds up all beside it. No history depends on it.
        """
        if self.blocks_at_once:
            return BLOCK
        forces = len(self.structure.forces)
        return next((lanes for most, lanes in LANES_BY_FORCES if forces <= most), LEAST_LANES)

    @cached_property
    def tallies(self) -> dict[tuple[object, ...], TallyProgram]:
        """What was counted of its histories before, by the expressions counted."""
        return {}

    @cached_property
    def ledger(self) -> Ledger:
        """Every site that the stages ask for."""
        if kept := machine.load_trace(self.trace_path):
            return Ledger.from_plain(kept[0])
        with compiler.SPENT.announce_program(self.trace_path.name, self.seconds_to_compile):
            return self.ledger_and_shapes[0]

    @cached_property
    def ledger_and_shapes(self) -> tuple[Ledger, Trace]:
        """Every site that the stages ask for, and the shapes of what a run of a block leaves."""
        ledger = Ledger()
        shapes = self.argument_shapes()
        kinds = (
            jnp.float32, jnp.int32, jnp.bool_, jnp.int32, jnp.bool_, jnp.bool_, jnp.bool_,
        )  # fmt: skip
        left, _ = jax.eval_shape(
            lambda row, patch, needed: self.simulation.simulate(
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
        """Return the shapes of the arguments of :meth:`run_blocks`."""
        forces, stages = len(self.structure.forces), len(self.structure.stages)
        state_variables = len(self.structure.state_variables.keys)
        return {
            "tables": (self.capacity, RUNS_PER_CALL, stages, len(self.structure.cells)),
            "present": (RUNS_PER_CALL, forces),
            "side": (RUNS_PER_CALL, stages, forces),
            "secret": (RUNS_PER_CALL, forces),
            "outcome": (RUNS_PER_CALL, stages, self.structure.most_visits),
            "moves": (RUNS_PER_CALL, len(self.structure.plays)),
            "held": (RUNS_PER_CALL, state_variables),
            "starts": (RUNS_PER_CALL, stages, state_variables),
        }

    def run_block(
        self,
        common: SharedArguments,
        world: Array,
        block: Array,
        tables: Array,
        out: Trace,
        place: Array,
    ) -> Trace:
        """Run one block under every run and write its traces at ``place``."""

        def part(number: Array, kept: Trace) -> Trace:
            first = number * self.lanes
            draws = draw_block(self.ledger, common.keys, world, block, first, self.lanes)
            return self.run_side_by_side(common, draws, tables, kept, place, first)

        done: Trace = jax.lax.fori_loop(0, BLOCK // self.lanes, part, out)
        return done

    def run_side_by_side(
        self,
        common: SharedArguments,
        draws: dict[str, Array],
        tables: Array,
        out: Trace,
        place: Array,
        first: Array,
    ) -> Trace:
        """Run the histories of a block from ``first`` on, as many as are computed side by side."""

        def run(
            index: Array, luck: dict[str, Array], kept: Trace
        ) -> tuple[dict[str, Array], Trace]:
            patch = jax.tree.map(lambda values: values[index], common.patches)
            seen = jnp.where(index == 0, common.observed, -1) if self.evidence else None
            earlier = EarlierRun(kept.passages, place, first, self.lanes)
            before = None if self.evidence else earlier
            needed = common.needed[index]
            trace, settled = self.simulation.simulate(
                self.ledger, draws, tables[index], patch, seen, dict(luck), needed, before
            )

            def write(table: Array, value: Array) -> Array:
                start = (place, index, *(jnp.int32(0) for _ in value.shape[1:]), first)
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
            begin, common.runs, lambda index, carry: run(index, *carry), (luck, out)
        )
        return out

    def run_blocks(
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
        out: Trace,
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
        out : Trace
            Where to write, whatever it holds: memory of an earlier call, which is not to be
            fetched from the system and filled with zeros each time.

        Returns
        -------
        Trace
            Every array with leading axes (blocks, runs); those not wanted hold anything.
        """
        common = SharedArguments(keys, runs, patches, observed, needed)
        if self.blocks_at_once:
            return run_blocks_at_once(self, common, worlds, blocks, tables, out)

        def one(place: Array, kept: Trace) -> Trace:
            return self.run_block(common, worlds[place], blocks[place], tables[place], kept, place)

        traced: Trace = jax.lax.fori_loop(0, count, one, out)
        return traced

    @property
    def trace_path(self) -> Path:
        """Return where the trace is kept."""
        return machine.trace_path(
            self.structure,
            (self.evidence, self.recording),
            (self.capacity, RUNS_PER_CALL, self.lanes),
        )

    @contextmanager
    def call(self, *arguments: Any) -> Iterator[Trace]:
        """Run some blocks and give what they left; afterwards the memory serves other calls.

        The arguments are those of :meth:`run_blocks`, save the last.
        """
        with ONE_AT_A_TIME:
            if not self.executables:
                with compiler.SPENT.time_program(self.trace_path.name, self.seconds_to_compile):
                    self.executables.append(self.compile(arguments))
        run, kind = self.executables[0]
        out = self.spare_traces.pop() if self.spare_traces else allocate_trace(kind)
        traced: Trace = run(*arguments, out)
        yield traced
        self.spare_traces.append(traced)

    @cached_property
    def executables(self) -> list[tuple[Any, Trace]]:
        """The compiled form of :meth:`run_blocks` and the shapes that it leaves, once known."""
        return []

    @cached_property
    def spare_traces(self) -> deque[Trace]:
        """Memory that earlier calls wrote into and nobody reads any more."""
        return deque()

    def compile(self, arguments: tuple[Any, ...]) -> tuple[Any, Trace]:
        """Return :meth:`run_blocks` compiled, from the trace that was kept where there is one."""
        kept = machine.load_trace(self.trace_path)
        if kept is None:
            shapes = jax.tree.map(shape_of, arguments)
            out = jax.tree.map(
                lambda one: jax.ShapeDtypeStruct(
                    (self.capacity, RUNS_PER_CALL, *one.shape[:-1], BLOCK), one.dtype
                ),
                self.ledger_and_shapes[1],
            )
            traced = export.export(jax.jit(self.run_blocks))(*shapes, out)
            machine.save_trace(self.trace_path, self.ledger.to_plain(), traced)
        else:
            traced = kept[1]
        leaves: Trace = jax.tree.unflatten(traced.out_tree, map(shape_of, traced.out_avals))
        # Compiled here and now: left to the first call, several threads would compile it at once.
        lowered = jax.jit(traced.call, donate_argnums=len(arguments)).lower(*arguments, leaves)
        compiled = compiler.run_interruptibly(
            lambda: lowered.compile(compiler_options=compiler.options())
        )
        return compiled, leaves

    @property
    def seconds_to_compile(self) -> float:
        """About how long :meth:`compile` takes; next to nothing where it was done before."""
        if self.trace_path.exists():
            return 0.0
        crisis = self.structure.crisis
        return seconds_to_compile(crisis.stages, self.structure.unrolled_stages, crisis.cast)


def shape_of(value: Any) -> jax.ShapeDtypeStruct:
    """Return the shape and the type of an array."""
    return jax.ShapeDtypeStruct(value.shape, value.dtype)


def allocate_trace(kind: Trace) -> Trace:
    """Return memory of some shapes."""
    made: Trace = jax.tree.map(lambda one: jnp.zeros(one.shape, one.dtype), kind)
    return made
