"""The whole reference case: histories a second, and what each further intervention costs."""

from __future__ import annotations

import statistics

from programs import Worker, python, rates, side_by_side
from rows import Effort, Part, Row, Table

CASE = "bolivia-1970"
WORLDS = 400
RUNS = (1, 2, 4, 8)


def worker(what: str, runs: int, worlds: int, seed: int, stages: int = 0) -> Worker:
    """Return the case with so many runs of each history; 1 for the first stage alone."""
    sizes = {"worlds": worlds, "runs_wanted": runs, "stages": stages, "seed": seed}
    return Worker(what, f"{worlds:,} worlds × 512", python("timed/crisis.py", CASE), sizes)


def crisis(effort: Effort, seed: int = 1) -> Part:
    """Time the case as things were, and with interventions that replay the same histories."""
    worlds = effort.histories(WORLDS)
    whole = {runs: worker(f"all stages, {runs} runs", runs, worlds, seed) for runs in RUNS}
    alone = worker("first stage alone", 1, worlds, seed, stages=1)
    side_by_side([*whole.values(), alone], effort.repetitions)
    rows = [Row(one.name, rates(one), "histories/s", one.how) for one in (*whole.values(), alone)]
    seconds = {runs: [one["seconds"] for one in program.results] for runs, program in whole.items()}
    costs = []
    for runs in RUNS[1:]:
        each = [
            (later - first) / (runs - 1) / first
            for first, later in zip(seconds[1], seconds[runs], strict=True)
        ]
        costs.append(
            Row(f"with {runs} runs", each, "of the first run", "each further intervention")
        )
    note = (
        "A history counts once, however many runs replay it. Interventions are those of the "
        "case's own claims, in their order; each plays every stage. No peer plays a whole "
        "crisis."
    )
    numbers = {
        "bolivia": rows[0].median,
        "intervention": statistics.median(costs[-1].values),
    }
    tables = [
        Table(f"{CASE}, all stages", rows, [note], "first run = 1"),
        Table("What an intervention costs", costs),
    ]
    return Part(tables, numbers)
