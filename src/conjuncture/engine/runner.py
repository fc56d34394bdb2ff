"""Running blocks: which, in what order, by how many threads, and adding up what they count.

Threads call the compiled programs, the main thread adds in the order of addresses, so that
neither the number of threads nor the number of blocks in a call changes any sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import jax
import numpy as np
from numpy.typing import NDArray

from conjuncture.engine import machine
from conjuncture.engine.addresses import BLOCK, site_keys
from conjuncture.engine.intervening import Run, hold_what_follows, patch_of, tables_of
from conjuncture.engine.numbers import Trouble
from conjuncture.engine.planning import Wanted, needed_stages
from conjuncture.engine.program import BLOCKS_PER_CALL, RUNS_PER_CALL, Program
from conjuncture.engine.progress import Progress
from conjuncture.engine.tallies import BINS, Counted, TallyProgram
from conjuncture.engine.traces import Patch, Trace
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import SimulationError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Batch:
    """Runs that replay the same histories together, things as they were first.

    ``wanted`` names for each run the stages that are asked for (None: all of them).
    """

    program: Program
    worlds: Worlds
    runs: tuple[Run, ...]
    wanted: Wanted | None = None

    def prepared(self) -> Prepared:
        """Return the arguments that all calls share."""
        structure = self.program.structure
        tables = np.stack([tables_of(structure, self.worlds, run) for run in self.runs], axis=1)
        padded = np.zeros((len(tables), RUNS_PER_CALL, *tables.shape[2:]), np.float32)
        padded[:, : len(self.runs)] = tables
        patch = hold_what_follows(
            structure, patch_of(structure, self.runs, RUNS_PER_CALL), self.worlds
        )
        return Prepared(
            program=self.program,
            keys=site_keys(self.worlds.seed, self.program.ledger.all_sites()),
            tables=padded,
            patch=patch,
            runs=len(self.runs),
            observed=observed_codes(self.program),
            needed=self.needed(tables, patch),
        )

    def needed(self, tables: NDArray[np.float32], patch: Patch) -> NDArray[np.bool_]:
        """Return which stages each run has to play."""
        structure = self.program.structure
        if self.program.evidence or self.program.recording:
            return np.ones((len(patch.held), len(structure.stages)), bool)
        wanted = self.wanted or [None] * len(self.runs)
        reads = self.program.ledger.reads
        return needed_stages(structure, reads, tables, patch, len(self.runs), wanted)


@dataclass(frozen=True)
class Prepared:
    """A batch ready to be called: keys, tables of every world, patches."""

    program: Program
    keys: NDArray[np.uint32]
    tables: NDArray[np.float32]
    patch: Any
    runs: int
    observed: NDArray[np.int32]
    needed: NDArray[np.bool_]

    def call(self, blocks: NDArray[np.int64]) -> tuple[Trace, NDArray[np.float32]]:
        """Run up to eight blocks, given as rows (world, block)."""
        padded = np.zeros((BLOCKS_PER_CALL, 2), np.int64)
        padded[: len(blocks)] = blocks
        tables = self.tables[padded[:, 0]]
        trace = self.program.call(
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
        return trace, tables


def observed_codes(program: Program) -> NDArray[np.int32]:
    """Return the code of what was observed of each stage, -1 where nothing was."""
    crisis = program.structure.crisis
    return np.array(
        [
            crisis.vocabulary.stages[name].outcomes.index(crisis.observed[name])
            if name in crisis.observed
            else -1
            for name in program.structure.stages
        ],
        np.int32,
    )


@dataclass
class Sums:
    """Sums of one group of terms by world, over the histories run so far.

    Attributes
    ----------
    histories : array of int64, shape (worlds,)
    first : array of float64, shape (worlds, terms)
    second : array of float64, shape (worlds, terms, terms)
    """

    histories: NDArray[np.int64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    @classmethod
    def empty(cls, worlds: int, terms: int) -> Sums:
        """Return sums over no history."""
        return cls(
            np.zeros(worlds, np.int64), np.zeros((worlds, terms)), np.zeros((worlds, terms, terms))
        )

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean of each term in each world, shape (worlds, terms)."""
        return self.first / self.histories[:, None]

    @property
    def covariances(self) -> NDArray[np.float64]:
        """Covariance of the terms' means in each world, shape (worlds, terms, terms)."""
        means = self.means
        spread = self.second / self.histories[:, None, None] - means[:, :, None] * means[:, None, :]
        return spread / self.histories[:, None, None]


@dataclass
class Tallied:
    """What a run counted: one entry per group, one per histogram."""

    sums: list[Sums]
    histograms: list[NDArray[np.int64]]
    ranges: list[NDArray[np.float64]] = field(default_factory=list)


def every_block(worlds: Iterable[int], first: int, last: int) -> NDArray[np.int64]:
    """Return (world, block) for blocks ``first`` to ``last`` - 1 of some worlds.

    Block after block, so that an interrupted run has the same share of every world.
    """
    names = np.fromiter(worlds, np.int64)
    blocks = np.arange(first, last)
    return np.stack([np.tile(names, len(blocks)), np.repeat(blocks, len(names))], axis=1)


def tally(
    batch: Batch,
    counting: TallyProgram,
    blocks: NDArray[np.int64],
    progress: Progress,
) -> Tallied:
    """Run blocks and add up what a tally program counts.

    Parameters
    ----------
    batch : Batch
    counting : TallyProgram
    blocks : array of int, shape (blocks, 2)
        World and block of each.
    progress : Progress

    Raises
    ------
    SimulationError
        When a history has a measure that is not a number, or an effect leaves a domain.
    """
    prepared = batch.prepared()
    worlds = batch.worlds.count
    total = Tallied(
        [Sums.empty(worlds, len(group.terms)) for group in counting.groups],
        [np.zeros((worlds, BINS), np.int64) for _ in counting.histograms],
        [np.array([np.inf, -np.inf]) for _ in counting.histograms],
    )

    def one(part: NDArray[np.int64]) -> Counted:
        trace, tables = prepared.call(part)
        return counting.counted(trace, tables, prepared.needed)

    for part, counted in in_order(one, shares(blocks)):
        refuse_wrong_numbers(batch, part, counted.wrong)
        names, wanted = part[:, 0], len(part)
        for sums, first, second in zip(total.sums, counted.sums, counted.products, strict=True):
            np.add.at(sums.histories, names, BLOCK)
            np.add.at(sums.first, names, first[:wanted])
            np.add.at(sums.second, names, second[:wanted])
        for kept, counts in zip(total.histograms, counted.counts, strict=True):
            np.add.at(kept, names, counts[:wanted])
        for ends, found in zip(total.ranges, counted.ranges, strict=True):
            ends[0] = min(ends[0], found[: len(part), 0].min())
            ends[1] = max(ends[1], found[: len(part), 1].max())
        progress.advance(len(part) * len(batch.runs))
    return total


def traces(
    batch: Batch, blocks: NDArray[np.int64], progress: Progress
) -> Iterator[tuple[NDArray[np.int64], Trace]]:
    """Run blocks and yield their traces in order, as NumPy arrays of (blocks, runs, ...).

    Every run plays every stage, so that its trace is whole.
    """
    prepared = batch.prepared()
    prepared = replace(prepared, needed=np.ones_like(prepared.needed))

    def one(part: NDArray[np.int64]) -> Trace:
        trace: Trace = jax.tree.map(np.asarray, prepared.call(part)[0])
        return trace

    for part, trace in in_order(one, chunks(blocks)):
        refuse_wrong_numbers(batch, part, trace.wrong)
        progress.advance(len(part) * len(batch.runs))
        yield part, trace


def chunks(blocks: NDArray[np.int64], most: int = BLOCKS_PER_CALL) -> list[NDArray[np.int64]]:
    """Return blocks in portions of one call, of ``most`` each."""
    return [blocks[start : start + most] for start in range(0, len(blocks), most)]


def shares(blocks: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return blocks in portions of one call, of which every thread gets some."""
    share = -(-len(blocks) // machine.threads())
    return chunks(blocks, max(1, min(BLOCKS_PER_CALL, share)))


def in_order(
    work: Callable[[NDArray[np.int64]], Result], parts: Sequence[NDArray[np.int64]]
) -> Iterator[tuple[NDArray[np.int64], Result]]:
    """Do the work in threads, a few portions ahead, and yield the results in order."""
    machine.prepare()
    workers = machine.threads()
    if not parts:
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: list[tuple[NDArray[np.int64], Future[Result]]] = []
        try:
            for part in parts:
                waiting.append((part, pool.submit(work, part)))
                if len(waiting) > 2 * workers:
                    done, future = waiting.pop(0)
                    yield done, future.result()
            for done, future in waiting:
                yield done, future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def refuse_wrong_numbers(batch: Batch, part: NDArray[np.int64], wrong: NDArray[Any]) -> None:
    """End the run when a number went wrong, and say which, where and how often.

    The first block in which one did is simulated again by the program that tells what it was.
    """
    wrong = wrong[: len(part), : len(batch.runs)]
    if not wrong.any():
        return
    row, run, _ = (int(index[0]) for index in np.nonzero(wrong))
    again = replace(batch, program=replace(batch.program, recording=True)).prepared()
    trace, _ = again.call(part[row : row + 1])
    structure = batch.program.structure
    told = np.asarray(trace.trouble)[0, run]
    places = told[told >= 0]
    # The two programs may round differently, and a history may hang on that.
    what: Trouble | str = "a number is none any more; look for values far out of the ordinary"
    if len(places):
        what = Trouble(structure, structure.troubles[int(places[0])])
    raise SimulationError(
        f"{what} (so in {wrong.mean():.2%} of the histories, "
        f"for example in world {part[row, 0]}{' under an intervention' if run else ''})"
    )
