"""Replaying: a few histories of many worlds, each under a few runs or with conduct of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import jax
import numpy as np
from numpy.typing import NDArray

from conjuncture.engine import machine
from conjuncture.engine.addresses import BLOCK, site_keys
from conjuncture.engine.patches import Run, hold_set_numbers, patch_of, tables_of
from conjuncture.engine.program_registry import REPLAY_CAPACITY, ReplayAddresses, ReplayProgram
from conjuncture.engine.runner import run_in_order
from conjuncture.engine.traces import HistoryScope, Trace
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import SimulationError

Result = TypeVar("Result")
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class ReplayScope(HistoryScope):
    """What an event may read of one run: numbers are those of each history's own world."""

    rows: Any

    def cell(self, key: str) -> Any:
        """Return a number, shape (blocks, histories)."""
        if key in self.trace.numbers:
            return self.trace.numbers[key]
        return self.table[self.structure.cells[key]][self.rows]


@dataclass(frozen=True)
class Replays:
    """Histories to be replayed, and under what.

    Attributes
    ----------
    program : ReplayProgram
    worlds : Worlds
        Row r of the tables is world r.
    runs : tuple of Run
        One only where every history has conduct of its own.
    world, history : array of int, shape (histories,)
        Addresses. The world is the row of the tables as well.
    conduct : array of int8, shape (histories, slots, forces), optional
        What is imposed on each force in each slot; -1 leaves it free.
    """

    program: ReplayProgram
    worlds: Worlds
    runs: tuple[Run, ...]
    world: Integers
    history: Integers
    conduct: NDArray[np.int8] | None = None

    def read(self, what: Callable[[HistoryScope], Result]) -> Iterator[tuple[slice, list[Result]]]:
        """Replay the histories and read something of every run.

        Parameters
        ----------
        what : callable
            From what can be read of a run, arrays of (1, histories), to what is wanted of it.

        Yields
        ------
        part : slice
            Of the histories, in order.
        found : list
            What was read, run by run.

        Raises
        ------
        SimulationError
            When a history has a number that is none.
        """
        program = self.program
        structure = program.structure
        own = range(len(self.runs)) if program.own_tables else range(1)
        tables = np.zeros((program.runs if program.own_tables else 1, len(structure.cells),
                           self.worlds.count), np.float32)  # fmt: skip
        for run in own:
            tables[run] = tables_of(structure, self.worlds, self.runs[run])[:, 0].T
        imposed = patch_of(structure, self.runs, program.runs)
        patch = hold_set_numbers(structure, imposed, self.worlds)
        keys = site_keys(self.worlds.seed, program.ledger.all_sites())

        def run_part(part: NDArray[np.int64]) -> list[Result]:
            first, last = int(part[0, 0]), int(part[-1, 1])
            count = last - first
            blocks = -(-count // BLOCK)
            places = self.addresses_of(first, last)
            traced = program.execute(
                keys, np.int32(blocks), places, np.int32(len(self.runs)), tables, patch,
                self.conduct_of(first, last),
            )  # fmt: skip
            trace: Trace = jax.tree.map(np.asarray, traced)
            if trace.wrong[:blocks, : len(self.runs)].any():
                raise SimulationError(
                    "a number in a history is none any more; look for values far out of the "
                    "ordinary, or run 'conjuncture run', which tells where it befell"
                )
            found = []
            for run in range(len(self.runs)):
                flat = jax.tree.map(
                    lambda one, run=run: flatten_blocks(one[:blocks, run])[..., :count][None], trace
                )
                rows = self.world[None, first:last]
                table = tables[run if program.own_tables else 0]
                found.append(what(ReplayScope(structure, flat, table, np, rows)))
            return found

        total, size = len(self.world), REPLAY_CAPACITY * BLOCK
        threads = machine.default_layout(REPLAY_CAPACITY).threads
        size = min(size, max(BLOCK, -(-total // (threads * BLOCK)) * BLOCK))
        parts = (
            np.array([[start, min(start + size, total)]], np.int64)
            for start in range(0, total, size)
        )
        for part, found in run_in_order(run_part, parts, threads):
            yield slice(int(part[0, 0]), int(part[0, 1])), found

    def addresses_of(self, first: int, last: int) -> ReplayAddresses:
        """Return the addresses of some histories, in the room of a call."""

        def pad_to_capacity(values: Integers) -> NDArray[np.uint32]:
            padded = np.zeros(REPLAY_CAPACITY * BLOCK, np.uint32)
            padded[: last - first] = values
            return padded.reshape(REPLAY_CAPACITY, BLOCK)

        world, history = self.world[first:last], self.history[first:last]
        return ReplayAddresses(
            pad_to_capacity(world),
            pad_to_capacity(history // BLOCK),
            pad_to_capacity(history % BLOCK),
        )

    def conduct_of(self, first: int, last: int) -> NDArray[np.int8]:
        """Return what is imposed on some histories, in the room of a call."""
        shape = self.program.conduct.has_value.shape
        if self.conduct is None:
            return np.zeros((0, *shape, BLOCK), np.int8)
        padded = np.full((REPLAY_CAPACITY * BLOCK, *shape), -1, np.int8)
        padded[: last - first] = self.conduct[first:last]
        return np.ascontiguousarray(
            np.moveaxis(padded.reshape(REPLAY_CAPACITY, BLOCK, *shape), 1, -1)
        )


def flatten_blocks(values: NDArray[Any]) -> NDArray[Any]:
    """Return the histories of all blocks as one trailing axis."""
    moved = np.moveaxis(values, 0, -2)
    return moved.reshape(*moved.shape[:-2], -1)
