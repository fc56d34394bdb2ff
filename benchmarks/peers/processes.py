"""Histories shared among processes, for programs that run one history after another."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from parameters import Parameters
from protocol import MEASURES

Job = tuple[Parameters, int, int]
"""The crisis, how many histories to run of it, and a seed."""


def add_rows(rows: list[list[float]]) -> list[float]:
    """Add up rows, column by column."""
    return [sum(column) for column in zip(*rows, strict=True)]


def tally(
    run_share: Callable[[Job], list[float]],
    parameters: Parameters,
    histories: int,
    seed: int,
    processes: int,
) -> dict[str, Any]:
    """Run ``histories``, rounded up to whole shares, and return the tally as the C peer does.

    ``run_share`` returns sums over its histories: wins and strength by camp, then the measures.
    """
    share = -(-histories // processes)
    jobs = [(parameters, share, seed * 1000 + process) for process in range(processes)]
    begin = time.perf_counter()
    if processes == 1:
        parts = [run_share(jobs[0])]
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
            parts = list(pool.map(run_share, jobs))
    seconds = time.perf_counter() - begin
    total = add_rows(parts)
    done, camps = share * processes, len(parameters.camps)
    means = [value / done for value in total[camps:]]
    return {
        "histories": done,
        "seconds": seconds,
        "wins": total[:camps],
        "strength": means[:camps],
        **dict(zip(MEASURES, means[camps:], strict=True)),
    }
