"""How time and memory grow from a million histories to a hundred million."""

from __future__ import annotations

from programs import Worker, python, side_by_side
from rows import Effort, Part, Row, Table
from scenarios import TWELVE

from parts.showdown import slope

BLOCK = 512
MILLION = 1_000_000
LARGEST = 100 * MILLION
MEGABYTES = 1.048576
"""In a mebibyte, in which memory is measured here; the target is set in megabytes."""

WORLDS = 400
BLOCKS_EACH = 2
"""Blocks a world where the number of worlds grows: more worlds than 100,000 are refused."""


def in_histories(total: int) -> dict[str, int]:
    """Return sizes of a run with 400 worlds and so many histories in all."""
    return {"worlds": WORLDS, "histories": round(total / WORLDS / BLOCK) * BLOCK, "seed": 1}


def in_worlds(total: int) -> dict[str, int]:
    """Return sizes of a run with two blocks in each of as many worlds as that takes."""
    each = BLOCKS_EACH * BLOCK
    return {"worlds": round(total / each), "histories": each, "seed": 1}


def scaling(effort: Effort) -> Part:
    """Time 10⁶, 10⁷ and 10⁸ histories, once by more histories and once by more worlds.

    A quick run stops a decade earlier.
    """
    totals = [MILLION, 10 * MILLION, LARGEST]
    totals = totals if effort.share == 1.0 else totals[:-1]
    rows: list[Row] = []
    numbers: dict[str, float] = {}
    slopes = []
    for what, sizes in (("histories", in_histories), ("worlds", in_worlds)):
        points = []
        for total in totals:
            # A process of its own for each size, so that its peak of memory is its own.
            one = Worker(
                "Conjuncture",
                f"{total:,} histories",
                python("timed/showdown.py", TWELVE, "one"),
                sizes(total),
                warming=sizes(MILLION),
            )
            side_by_side([one], effort.repetitions if total < totals[-1] else 1)
            seconds = [result["seconds"] for result in one.results]
            done = one.results[-1]["histories"]
            peak = one.results[-1]["peak_mebibytes"]
            told = f"{one.sizes['worlds']:,} worlds × {one.sizes['histories']:,}"
            note = f"peak memory {peak:.0f} MiB"
            row = Row(f"{done:,} histories", seconds, "s", told, note)
            rows.append(row)
            points.append((float(done), row.median))
            if total == LARGEST:
                numbers["peak memory"] = max(numbers.get("peak memory", 0.0), peak * MEGABYTES)
        numbers[f"slope in {what}"] = slope(points)
        slopes.append(f"{slope(points):.3f} in {what}")
    notes = [f"Slope on logarithmic scales, start-up excluded: {', '.join(slopes)}."]
    return Part([Table("Showdown of 12 forces", rows, notes)], numbers)
