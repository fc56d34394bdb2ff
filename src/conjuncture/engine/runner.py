"""Running blocks: which, in what order, by how many threads, and adding up what they count.

Threads call the compiled programs and add up within piles of blocks, the main thread adds these in
the order of addresses, so that neither the number of threads nor the number of blocks in a call
changes any sum.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import jax
import numpy as np

from conjuncture.engine import compiler, machine
from conjuncture.engine.addresses import Blocks, PiledBlocks, Rows, pile_blocks, split_piles
from conjuncture.engine.batch import Batch, refuse_wrong_numbers
from conjuncture.engine.cluster import Work, run_on_cluster
from conjuncture.engine.program_registry import tally_for
from conjuncture.engine.progress import Progress
from conjuncture.engine.tallies import (
    BlockSums,
    Histogram,
    PileSums,
    TallyAccumulator,
    TallyProgram,
    TallyTotals,
    TermGroup,
    sum_piles,
)
from conjuncture.engine.traces import Trace

if TYPE_CHECKING:
    from distributed import Client

Result = TypeVar("Result")


@dataclass(frozen=True)
class TallyWork:
    """The work of counting: what a thread, or another process, needs to know to do a part of it."""

    batch: Batch
    counting: TallyProgram

    @property
    def capacity(self) -> int:
        """How many blocks fit into a call."""
        return self.batch.program.capacity

    def worker(self) -> Callable[[Rows], PileSums]:
        """Return what runs some piles of blocks and adds up what is counted of each."""
        prepared = self.batch.prepare()

        def count(rows: Rows) -> PileSums:
            calls = []
            for part in chunks_of(rows, self.capacity):
                with prepared.call(part) as (trace, tables):
                    counted = self.counting.count_on_host(trace, tables, prepared.needed)
                    calls.append(trim_to_call(counted, len(part), len(self.batch.runs)))
            refuse_wrong_numbers(self.batch, rows, np.concatenate([one.wrong for one in calls]))
            return sum_piles(rows, calls)

        return count

    def __reduce__(self) -> tuple[Any, ...]:
        return tally_work_of, (self.batch, self.counting.groups, self.counting.histograms)


def tally_work_of(
    batch: Batch, groups: tuple[TermGroup, ...], histograms: tuple[Histogram, ...]
) -> TallyWork:
    """Return the work of counting some groups and histograms."""
    return TallyWork(batch, tally_for(batch.program, groups, histograms))


def trim_to_call(counted: BlockSums, blocks: int, runs: int) -> BlockSums:
    """Return what was counted of the first blocks and runs of a call; the rest filled the room."""
    sums, products, counts, ranges = (tuple(one[:blocks] for one in kept) for kept in counted[:-1])
    return BlockSums(sums, products, counts, ranges, counted.wrong[:blocks, :runs].copy())


def tally(
    batch: Batch,
    counting: TallyProgram,
    blocks: Blocks | Rows,
    progress: Progress,
    client: Client | None = None,
) -> TallyTotals:
    """Run blocks and add up what a tally program counts.

    Where ``progress.stopped`` comes true, what has been added by then is returned: some worlds may
    have fewer histories than others, or none.

    Parameters
    ----------
    batch : Batch
    counting : TallyProgram
    blocks : Blocks, or array of int, shape (blocks, 2)
        World and block of each.
    progress : Progress
    client : distributed.Client, optional
        Of a cluster that does the work; threads of this process where there is none.

    Raises
    ------
    ClusterError
        When the cluster cannot do its part.
    SimulationError
        When a history has a measure that is not a number, or an effect leaves a domain.
    """
    total = TallyAccumulator(batch.worlds.count, counting.groups, counting.histograms)
    for piles in share_out(TallyWork(batch, counting), pile_blocks(blocks), progress, client):
        total.add(piles)
        progress.advance(int(piles.blocks.sum()) * len(batch.runs))
        if progress.is_stopped:
            break
    return total.to_totals()


def simulate_traces(
    batch: Batch, blocks: Blocks | Rows, progress: Progress
) -> Iterator[tuple[Rows, Trace]]:
    """Run blocks and yield their traces in order, as NumPy arrays of (blocks, runs, ...).

    Every run plays every stage, so that its trace is whole.
    """
    prepared = batch.prepare()
    prepared = replace(prepared, needed=np.ones_like(prepared.needed))

    def one(part: Rows) -> Trace:
        with prepared.call(part) as (trace, _):
            kept: Trace = jax.tree.map(
                lambda values: np.asarray(values)[: len(part), : len(batch.runs)].copy(), trace
            )
        return kept

    layout = machine.default_layout(batch.program.capacity)
    for part, trace in run_in_order(one, chunks_of(blocks, layout.blocks), layout.threads):
        refuse_wrong_numbers(batch, part, trace.wrong)
        progress.advance(len(part) * len(batch.runs))
        yield part, trace


def chunks_of(blocks: Blocks | Rows, most: int) -> Iterator[Rows]:
    """Yield blocks in portions of ``most``."""
    for start in range(0, len(blocks), most):
        yield blocks[start : start + most]


def share_out(
    work: Work[Result], blocks: PiledBlocks, progress: Progress, client: Client | None
) -> Iterator[Result]:
    """Do work on all piles, here or on a cluster, and yield the results in order."""
    if client is None:
        return run_in_threads(work.worker(), blocks, work.capacity)
    return run_on_cluster(work, blocks, progress, client)


def run_in_threads(
    work: Callable[[Rows], Result], blocks: PiledBlocks, capacity: int
) -> Iterator[Result]:
    """Do the work on all piles in threads, and yield the results in order.

    Parameters
    ----------
    work : callable
    blocks : PiledBlocks
    capacity : int
        For how many blocks a call has room.
    """
    layout, begin = machine.load_layout(capacity), 0
    if layout is None and machine.is_worth_trying(capacity, len(blocks)):
        rates: dict[machine.Layout, float] = {}
        for candidate in machine.candidate_layouts(capacity) * machine.TURNS:
            start, end = time.perf_counter(), begin + piles_for(blocks, candidate.turn)
            yield from run_piles(work, blocks, begin, end, candidate)
            rate = candidate.turn / (time.perf_counter() - start)
            rates[candidate] = max(rate, rates.get(candidate, 0.0))
            begin = end
        layout = machine.save_layout(capacity, rates)
    yield from run_piles(
        work, blocks, begin, blocks.piles, layout or machine.default_layout(capacity)
    )


def piles_for(blocks: PiledBlocks, count: int) -> int:
    """Return how many piles have about so many blocks, and no more where all are of one size."""
    return max(1, count * blocks.piles // max(len(blocks), 1))


def run_piles(
    work: Callable[[Rows], Result],
    blocks: PiledBlocks,
    first: int,
    last: int,
    layout: machine.Layout,
) -> Iterator[Result]:
    """Do the work on piles ``first`` to ``last`` - 1, and yield the results in order.

    A portion is about one call, and towards the end small enough for every thread to get one.
    """
    call = piles_for(blocks, layout.blocks)
    parts = split_piles(first, last, lambda remaining: min(call, -(-remaining // layout.threads)))
    rows = (blocks.rows_of_piles(*part) for part in parts)
    for _, found in run_in_order(work, rows, layout.threads):
        yield found


def run_in_order(
    work: Callable[[Rows], Result], parts: Iterable[Rows], threads: int
) -> Iterator[tuple[Rows, Result]]:
    """Do the work in threads, a few portions ahead, and yield the results in order."""
    machine.prepare()
    pool = ThreadPoolExecutor(threads)
    waiting: deque[tuple[Rows, Future[Result]]] = deque()
    unfinished: set[Future[Result]] = set()
    try:
        for part in parts:
            waiting.append((part, pool.submit(work, part)))
            unfinished.add(waiting[-1][1])
            waiting[-1][1].add_done_callback(unfinished.discard)
            if len(waiting) > 2 * threads:
                done, future = waiting.popleft()
                yield done, future.result()
        for done, future in waiting:
            yield done, future.result()
    finally:
        # The compiler cannot be stopped, and who leaves is not to wait for it, even where it only
        # begins its work now.
        pool.shutdown(wait=False, cancel_futures=True)
        while unfinished and compiler.SPENT.under_way is None:
            wait(unfinished.copy(), timeout=0.05)
