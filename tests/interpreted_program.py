"""Programs read line by line with NumPy, in the place of the compiler: slow to run, quick to start.

Compiling a scenario takes seconds, tracing it a fraction of one, and most faults show in either the
trace (names, shapes, kinds of numbers) or the numbers. What is traced here is the course of the
histories of a block in one run, the same that programs compile, and the same of histories that are
replayed side by side; NumPy then does what the trace says. Not seen this way: the loops over blocks
and runs around it, stages that a run leaves out because nothing that they read has changed, and
what the compiler itself may do wrong.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any
from unittest import mock

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr

from conjuncture.engine import program_registry
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.draws import LAWS, Ledger, draw_at, draw_block
from conjuncture.engine.program import RUNS_PER_CALL, Program, shape_of
from conjuncture.engine.program_registry import ReplayProgram
from conjuncture.engine.traces import Patch, Trace
from numpy_traces import run_closed

FEW = 64
"""Histories of a block that are run."""

MOST_KNOWN = 512
"""Runs of a block that are kept, some hundred kilobytes each."""

MOST_SITES = 4096
"""Draws of one law that a trace has room for; how many it takes shows only when it is done."""


class InterpretedProgram(Program):
    """A program whose blocks NumPy runs, every stage in every run."""

    @property
    def capacity(self) -> int:
        return 4

    @property
    def lanes(self) -> int:
        return BLOCK

    @cached_property
    def course_trace(self) -> tuple[Ledger, ClosedJaxpr, Any]:
        """The draws asked for, the trace of one run of a block, and how what it leaves is kept."""
        ledger, shapes = Ledger(), self.argument_shapes()
        kinds = (np.float32, np.int32, bool, np.int32, bool, bool, bool)
        patch = Patch(
            *(
                jax.ShapeDtypeStruct(shapes[name][1:], kind)
                for name, kind in zip(Patch._fields, kinds, strict=True)
            )
        )
        seen = jax.ShapeDtypeStruct((len(self.structure.stages),), np.int32)

        def history(draws: Any, row: Any, patch: Any, observed: Any, needed: Any) -> Any:
            found = observed if self.evidence else None
            return self.simulation.simulate(ledger, draws, row, patch, found, {}, needed)[0]

        traced, kept = jax.make_jaxpr(history, return_shape=True)(
            {law: jax.ShapeDtypeStruct((MOST_SITES, self.lanes), np.float32) for law in LAWS},
            jax.ShapeDtypeStruct(shapes["tables"][2:], np.float32),
            patch,
            seen,
            jax.ShapeDtypeStruct(seen.shape, bool),
        )
        assert max(map(len, ledger.sites.values())) <= MOST_SITES
        return ledger, traced, kept

    @cached_property
    def ledger(self) -> Ledger:
        return self.course_trace[0]

    @cached_property
    def known_runs(self) -> dict[tuple[Any, ...], list[Any]]:
        """What was run before, by all that it was run with."""
        return {}

    @cached_property
    def draws_trace(self) -> ClosedJaxpr:
        """The trace of all draws of a block."""
        number = jax.ShapeDtypeStruct((), np.uint32)
        keys = jax.ShapeDtypeStruct((len(self.ledger.all_sites()), 2), np.uint32)
        draws = partial(draw_block, self.ledger, lanes=self.lanes)
        return jax.make_jaxpr(draws)(keys, number, number)

    def one(self, keys: Any, world: Any, block: Any, *given: Any) -> list[Any]:
        """Run one block in one run, if it has not been run before."""
        leaves = [np.asarray(value) for value in jax.tree.leaves(given)]
        place = (keys.tobytes(), int(world), int(block), *(value.tobytes() for value in leaves))
        if place not in self.known_runs:
            if len(self.known_runs) >= MOST_KNOWN:
                self.known_runs.clear()
            with np.errstate(all="ignore"):
                draws = run_closed(self.draws_trace, keys, world, block)
                self.known_runs[place] = run_closed(self.course_trace[1], *draws, *leaves)
        return self.known_runs[place]

    @contextmanager
    def call(self, *arguments: Any) -> Iterator[Trace]:
        keys, count, worlds, blocks, runs, tables, patches, observed, _ = arguments
        needed = np.ones(len(self.structure.stages), bool)
        shape = (self.capacity, RUNS_PER_CALL)
        room = jax.tree.map(
            lambda one: np.zeros((*shape, *one.shape[:-1], BLOCK), one.dtype), self.course_trace[2]
        )
        for place in range(int(count)):
            for index in range(int(runs)):
                patch = jax.tree.map(lambda values, at=index: values[at], patches)
                seen = observed if index == 0 else np.full_like(observed, -1)
                made = self.one(
                    keys, worlds[place], blocks[place], tables[place, index], patch, seen, needed
                )
                for table, value in zip(jax.tree.leaves(room), made, strict=True):
                    table[place, index] = np.tile(value, BLOCK // self.lanes)
        yield room


def replay_block_of(program: ReplayProgram) -> Callable[..., list[Any]]:
    """Return how one block of histories is replayed in one run: all that it leaves, in order."""
    known = vars(program).setdefault("interpreted", {})

    def replay(keys: Any, place: Any, table: Any, patch: Any, conduct: Any) -> Trace:
        draws = draw_at(program.ledger, keys, place.world, place.block, place.history)
        return program.simulate(program.ledger, draws, table[:, place.world], patch, conduct)

    def run(*given: Any) -> list[Any]:
        leaves = [np.asarray(one) for one in jax.tree.leaves(given)]
        shapes = tuple((one.shape, one.dtype) for one in leaves)
        if shapes not in known:
            traced = jax.make_jaxpr(replay, return_shape=True)(*jax.tree.map(shape_of, given))
            known[shapes] = traced[0], jax.tree.structure(traced[1])
        with np.errstate(all="ignore"):
            return jax.tree.unflatten(known[shapes][1], run_closed(known[shapes][0], *leaves))

    return run


def interpret_replay(
    program: ReplayProgram, keys: Any, count: Any, places: Any, runs: Any, tables: Any, patches: Any,
    conduct: Any,
) -> Trace:  # fmt: skip
    """Replay some blocks, as :meth:`ReplayProgram.execute` does; only those that there are."""
    replay = replay_block_of(program)
    blocks = []
    for block in range(int(count)):
        place = jax.tree.map(lambda values, at=block: values[at], places)
        own = conduct[block].astype(np.int32) if program.own_conduct else None
        each = [
            replay(
                keys, place, tables[run if program.own_tables else 0],
                jax.tree.map(lambda values, at=run: values[at], patches), own,
            )
            for run in range(int(runs))
        ]  # fmt: skip
        blocks.append(jax.tree.map(lambda *ones: np.stack(ones), *each))
    stacked: Trace = jax.tree.map(lambda *ones: np.stack(ones), *blocks)
    return stacked


class FewHistoriesProgram(InterpretedProgram):
    """One that only runs the first histories of a block; they stand for the others."""

    @property
    def lanes(self) -> int:
        return FEW


_known: OrderedDict[tuple[object, ...], Program] = OrderedDict()
"""Interpreted programs, kept apart from those that are compiled."""


@contextmanager
def without_compiling(kind: type[Program] = InterpretedProgram) -> Iterator[None]:
    """Run everything that counts histories, tells them or replays them on interpreted programs."""
    known = _known if kind is InterpretedProgram else OrderedDict()
    with (
        mock.patch.object(program_registry, "Program", kind),
        mock.patch.object(program_registry, "_programs", known),
        mock.patch.object(ReplayProgram, "execute", interpret_replay),
    ):
        yield
