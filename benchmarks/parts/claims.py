"""A claims run as a user meets it: from the shell, until the first verdict, and in memory."""

from __future__ import annotations

import os
import pty
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from programs import Worker, python, side_by_side
from rows import Effort, Part, Row, Table

from conjuncture.presentation.claims import SYMBOLS

CASE = "bolivia-1970"
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")
BLOCK_OF_A_CLAIM = re.compile(rf"^[{re.escape(''.join(SYMBOLS.values()))}]+ \S", re.MULTILINE)
"""Signs of its verdicts, and what it says."""

COLUMNS, LINES = 120, 50
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class ScreenTimes:
    """What was seen of a command on a terminal; times in seconds from its start."""

    first_verdict: float
    whole: float


def watch(cache: str) -> ScreenTimes:
    """Run ``conjuncture test`` on a terminal of its own and watch the screen.

    Standard error is no terminal, so that no bar is drawn over the verdicts.
    """
    ours, theirs = pty.openpty()
    environment = {
        **os.environ, "CONJUNCTURE_CACHE": cache, "TERM": "xterm", "COLUMNS": str(COLUMNS),
        "LINES": str(LINES),
    }  # fmt: skip
    begin = time.perf_counter()
    command = [sys.executable, "-m", "conjuncture.cli", "test", CASE]
    running = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=environment
    )
    os.close(theirs)
    seen, first = b"", 0.0
    try:
        while True:
            try:
                seen += os.read(ours, 65536)
            except OSError:
                # Linux says so when the last program that held the terminal has ended.
                break
            shown = ESCAPES.sub(b"", seen).decode(errors="ignore")
            if not first and BLOCK_OF_A_CLAIM.search(shown):
                first = time.perf_counter() - begin
    finally:
        os.close(ours)
    if running.wait() != 0 or not first:
        raise RuntimeError(f"'conjuncture test {CASE}' showed no verdict")
    return ScreenTimes(first, time.perf_counter() - begin)


def claims(effort: Effort) -> Part:
    """Time the claims from the shell, at first and later, and in a warm process."""
    with tempfile.TemporaryDirectory() as cache:
        print("  claims: from the shell, with an empty cache", file=sys.stderr, flush=True)
        cold = watch(cache)
        print("  claims: from the shell, again", file=sys.stderr, flush=True)
        warm = [watch(cache) for _ in range(min(effort.repetitions, 3))]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    same = Worker("warm", "", python("timed/claims.py", CASE), {"seed": 1})
    side_by_side([same], min(effort.repetitions, 3))
    how = f"conjuncture test {CASE}"
    seconds = [result["seconds"] for result in same.results]
    rows = [
        Row("first verdict, empty cache", [cold.first_verdict], "s", how),
        Row("all claims, empty cache", [cold.whole], "s", how),
        Row("first verdict, warm cache", [one.first_verdict for one in warm], "s", how),
        Row("all claims, warm cache", [one.whole for one in warm], "s", how),
        Row("all claims, warm process", seconds, "s", ".test() once more"),
        Row("peak memory of a process from the shell", [peak], "MiB", "the largest so far"),
        Row("peak memory in a warm process", [same.results[-1]["peak_mebibytes"]], "MiB"),
    ]
    notes = ["400 worlds of 512 histories. A verdict counts from when it stands on the terminal."]
    numbers = {
        "first verdict": rows[2].median,
        "claims, shell": rows[3].median,
        "claims, warm process": rows[4].median,
        "claims, peak memory": peak * MEBIBYTE / 1e6,
    }
    return Part([Table("All claims of the case", rows, notes)], numbers)
