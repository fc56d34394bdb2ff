"""Batches: runs that replay the same histories together, and what is to be called of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import SLAB, Rows, site_keys
from conjuncture.engine.history_state import Trouble
from conjuncture.engine.patches import (
    Run,
    WantedStages,
    hold_set_numbers,
    needed_stages,
    patch_of,
    tables_of,
)
from conjuncture.engine.program import RUNS_PER_CALL, Program
from conjuncture.engine.program_registry import program_of
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Patch, Trace
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import SimulationError


@dataclass(frozen=True)
class Batch:
    """Runs that replay the same histories together, things as they were first.

    ``wanted`` names for each run the stages that are asked for (None: all of them).
    """

    program: Program
    worlds: Worlds
    runs: tuple[Run, ...]
    wanted: WantedStages | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        program = (self.program.structure, self.program.evidence, self.program.recording)
        return batch_of, (program, replace(self.worlds), self.runs, self.wanted)

    def prepare(self) -> PreparedBatch:
        """Return the arguments that all calls share."""
        structure = self.program.structure
        tables = np.stack([tables_of(structure, self.worlds, run) for run in self.runs], axis=1)
        patch = hold_set_numbers(
            structure, patch_of(structure, self.runs, RUNS_PER_CALL), self.worlds
        )
        return PreparedBatch(
            program=self.program,
            keys=site_keys(self.worlds.seed, self.program.ledger.all_sites()),
            tables=tables,
            patch=patch,
            runs=len(self.runs),
            observed=observed_codes(structure, self.worlds.crisis.observed),
            needed=self.played_stages_of(tables, patch),
        )

    def played_stages_of(self, tables: NDArray[np.float32], patch: Patch) -> NDArray[np.bool_]:
        """Return which stages each run has to play."""
        structure = self.program.structure
        if self.program.evidence or self.program.recording:
            return np.ones((len(patch.held), len(structure.stages)), bool)
        wanted = self.wanted or [None] * len(self.runs)
        reads = self.program.ledger.reads
        return needed_stages(structure, reads, tables, patch, len(self.runs), wanted)


def batch_of(
    program: tuple[Structure, bool, bool],
    worlds: Worlds,
    runs: tuple[Run, ...],
    wanted: WantedStages | None,
) -> Batch:
    """Return a batch as it was sent: without what can be worked out anew."""
    return Batch(program_of(*program), worlds, runs, wanted)


@dataclass(frozen=True)
class PreparedBatch:
    """A batch ready to be called: keys, tables (worlds, runs, stages, cells), patches."""

    program: Program
    keys: NDArray[np.uint32]
    tables: NDArray[np.float32]
    patch: Any
    runs: int
    observed: NDArray[np.int32]
    needed: NDArray[np.bool_]

    @contextmanager
    def call(self, blocks: Rows) -> Iterator[tuple[Trace, NDArray[np.float32]]]:
        """Run blocks, given as rows (world, block), and give what they left, to be read within.

        No more of them than fit into a call; afterwards the memory serves other calls.
        """
        padded = np.zeros((self.program.capacity, 2), np.int64)
        padded[: len(blocks)] = blocks
        # Room for the runs of a call is made here: for those of every world it takes memory.
        tables = np.zeros((len(padded), RUNS_PER_CALL, *self.tables.shape[2:]), np.float32)
        tables[: len(blocks), : self.runs] = self.tables[blocks[:, 0]]
        call = self.program.call(
            self.keys,
            np.int32(len(blocks)),
            padded[:, 0].astype(np.uint32),
            padded[:, 1].astype(np.uint32),
            np.int32(self.runs),
            tables,
            self.patch,
            self.observed,
            self.needed,
        )
        with call as trace:
            yield trace, tables


def observed_codes(structure: Structure, observed: Mapping[str, str]) -> NDArray[np.int32]:
    """Return the code of what was observed of each stage, -1 where nothing was."""
    stages = structure.crisis.vocabulary.stages
    return np.array(
        [
            stages[name].outcomes.index(observed[name]) if name in observed else -1
            for name in structure.stages
        ],
        np.int32,
    )


def refuse_wrong_numbers(batch: Batch, part: NDArray[np.int64], wrong: NDArray[Any]) -> None:
    """End the run when a number went wrong, and say which, where and how often.

    The first block in which one did is simulated again by the program that tells what it was.
    """
    wrong = wrong[: len(part), : len(batch.runs)]
    if not wrong.any():
        return
    row, run, _ = (int(index[0]) for index in np.nonzero(wrong))
    pile = (part // [1, SLAB] == part[row] // [1, SLAB]).all(axis=1)
    share = wrong[pile, run].mean()
    again = replace(batch, program=replace(batch.program, recording=True)).prepare()
    with again.call(part[row : row + 1]) as (trace, _):
        told = np.array(trace.trouble)[0, run]
    structure = batch.program.structure
    places = told[told >= 0]
    # The two programs may round differently, and a history may hang on that.
    what: Trouble | str = "a number is none any more; look for values far out of the ordinary"
    if len(places):
        what = Trouble(batch.worlds.crisis, structure, structure.troubles[int(places[0])])
    raise SimulationError(
        f"{what} (so in {share:.2%} of the histories in world {part[row, 0]}"
        f"{' under an intervention' if run else ''})"
    )
