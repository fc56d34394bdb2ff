"""Two local workers of one pinned thread each against one: ``python benchmarks/cluster.py``.

Both clusters are up at the same time and take turns, so that what else the machine does falls on
both alike. What is counted is a mean over the showdown of the benchmark, and over a whole crisis.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from distributed import Client, WorkerPlugin

REPETITIONS = 5
HERE = Path(__file__).resolve().parent
CASES = (
    ("showdown", str(HERE / "showdown"), 10_000),
    ("bolivia-1970", "bolivia-1970", 1_500),
)
"""What is run, where it is, and how many blocks of 512 histories one turn has."""

WORLDS = 100


class CorePinning(WorkerPlugin):
    """Keeps every thread of a worker on one core."""

    def setup(self, worker: Any) -> None:
        """Pin the worker to the core of its number."""
        cores = sorted(os.sched_getaffinity(0))
        core = {cores[int(worker.name) % len(cores)]}
        for thread in Path("/proc/self/task").iterdir():
            os.sched_setaffinity(int(thread.name), core)


@contextmanager
def workers(count: int) -> Iterator[Client]:
    """Give a client of some pinned workers."""
    from conjuncture.engine.cluster import local_cluster

    with local_cluster(count) as cluster, Client(cluster, set_as_default=False) as client:
        client.register_plugin(CorePinning())
        yield client


def seconds(scenario: str, blocks: int, seed: int, client: Client) -> float:
    """Return how long the workers take to count the last stage's outcomes in some blocks."""
    from conjuncture.api import load

    loaded = load(scenario)
    stage = list(loaded.crisis.stages)[-1]
    outcome = loaded.crisis.vocabulary.stages[stage].outcomes[0]
    ensemble = loaded.run(WORLDS, blocks // WORLDS * 512, seed, client=client)
    begin = time.perf_counter()
    ensemble.query(f"P({stage} = {outcome})")
    return time.perf_counter() - begin


def rows(repetitions: int = REPETITIONS) -> list[dict[str, Any]]:
    """Return a row for each case: rates of one worker and of two, and their ratio.

    Parameters
    ----------
    repetitions : int
        Turns that each cluster takes, after one that does not count.
    """
    found = []
    with ExitStack() as stack:
        one, two = (stack.enter_context(workers(count)) for count in (1, 2))
        for name, scenario, blocks in CASES:
            rates: list[tuple[float, float]] = []
            for turn in range(repetitions + 1):
                taken = [seconds(scenario, blocks, turn + 1, client) for client in (one, two)]
                if turn:
                    rates.append((blocks * 512 / taken[0], blocks * 512 / taken[1]))
            ratios = sorted(after / before for before, after in rates)
            found.append(
                {
                    "case": name,
                    "histories": blocks * 512,
                    "one worker": statistics.median(before for before, _ in rates),
                    "two workers": statistics.median(after for _, after in rates),
                    "ratio": statistics.median(ratios),
                    "spread": (ratios[0], ratios[-1]),
                }
            )
    return found


def main() -> int:
    """Print the table."""
    print("| case | histories a turn | one worker, histories/s | two workers | ratio (spread) |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows():
        low, high = row["spread"]
        print(
            f"| {row['case']} | {row['histories']:,} | {row['one worker']:,.0f} | "
            f"{row['two workers']:,.0f} | {row['ratio']:.2f} ({low:.2f} to {high:.2f}) |"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
