"""Programs read line by line with NumPy, in the place of the compiler: slow to run, quick to start.

Compiling a scenario takes seconds, tracing it a fraction of one, and most faults show in either the
trace (names, shapes, kinds of numbers) or the numbers. What is traced here is the course of the
histories of a block in one run, the same that programs compile; NumPy then does what the trace
says. Not seen this way: the loops over blocks and runs around it, stages that a run leaves out
because nothing that they read has changed, and what the compiler itself may do wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any
from unittest import mock

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr

from conjuncture.engine import program_registry
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.draws import LAWS, Ledger, draw_block
from conjuncture.engine.program import RUNS_PER_CALL, Program
from conjuncture.engine.traces import Patch, Trace
from numpy_traces import run_closed

FEW = 64
"""Histories of a block that are run."""

MOST_SITES = 4096
"""Draws of one law that a trace has room for; how many it takes shows only when it is done."""


class InterpretedProgram(Program):
    """A program whose blocks NumPy runs, every stage in every run.

    Only the first histories of a block are run, and stand for the others.
    """

    @property
    def capacity(self) -> int:
        return 2

    @property
    def lanes(self) -> int:
        return FEW

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
            return self.course.simulate(ledger, draws, row, patch, found, {}, needed)[0]

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


@contextmanager
def without_compiling() -> Iterator[None]:
    """Run everything that counts histories, or tells them, on interpreted programs."""
    with mock.patch.object(program_registry, "Program", InterpretedProgram):
        program_registry._programs.clear()
        try:
            yield
        finally:
            program_registry._programs.clear()
