"""Time the whole reference case: full histories a second, and `conjuncture test` from the shell.

``python benchmarks/crisis.py`` prints a table; ``--write`` stores it in RESULTS-crisis.md. No peer
plays a whole crisis, so rates stand beside that of the case's showdown alone in the same run.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from machine import describe

CASE = "bolivia-1970"
BLOCK = 512
REPETITIONS = 5
BLOCKS = 200
FIRST_TARGET, LATER_TARGET, RATE_TARGET = 60.0, 30.0, 120_000


def rates() -> dict[str, list[float]]:
    """Return histories per second in a warm process: the first stage alone, and all stages."""
    from conjuncture.engine.intervening import AS_THINGS_WERE
    from conjuncture.engine.programs import program_for
    from conjuncture.engine.runner import Batch, chunks, every_block, in_order
    from conjuncture.engine.worlds import Worlds
    from conjuncture.loading import load

    crisis = load(CASE).crisis
    worlds = Worlds(crisis, 1, BLOCKS)
    whole = Batch(program_for(crisis), worlds, (AS_THINGS_WERE,))
    first = replace(whole, wanted=[frozenset({next(iter(crisis.stages))})])
    found: dict[str, list[float]] = {}
    for repetition in range(REPETITIONS + 1):
        for name, batch in (("showdown alone", first), ("all stages", whole)):
            prepared = batch.prepared()

            def once(part: object, prepared: object = prepared) -> object:
                trace, _ = prepared.call(part)
                return trace.log_weight.block_until_ready()

            blocks = every_block(range(BLOCKS), repetition, repetition + 1)
            begin = time.perf_counter()
            for _ in in_order(once, chunks(blocks)):
                pass
            rate = BLOCKS * BLOCK / (time.perf_counter() - begin)
            if repetition:
                found.setdefault(name, []).append(rate)
    return found


def from_the_shell(cache: str) -> tuple[float, float]:
    """Return seconds and peak memory in MiB of testing every claim in a new process."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "conjuncture.cli", "test", CASE, "--quiet"]
    environment = {**os.environ, "CONJUNCTURE_CACHE": cache}
    subprocess.run(command, check=True, capture_output=True, env=environment)
    seconds = time.perf_counter() - begin
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def table() -> str:
    """Run everything and return what to write."""
    with tempfile.TemporaryDirectory() as cache:
        first, _ = from_the_shell(cache)
        later = [from_the_shell(cache) for _ in range(3)]
        os.environ["CONJUNCTURE_CACHE"] = cache
        found = rates()
    alone = statistics.median(found["showdown alone"])
    lines = [f"# Benchmark: the whole case {CASE}", "", *(f"- {line}" for line in describe()), ""]
    lines += [
        "| one run of the histories | histories a second | least–largest | showdown alone = 1 |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, all_rates in found.items():
        middle = statistics.median(all_rates)
        spread = f"{min(all_rates):,.0f}–{max(all_rates):,.0f}"
        lines.append(f"| {name} | {middle:,.0f} | {spread} | {alone / middle:.2f} times as long |")
    shell = statistics.median(seconds for seconds, _ in later)
    lines += [
        "",
        f"`conjuncture test {CASE}`, every claim, 400 worlds × 512 histories:",
        f"{first:.0f} s at first, compiling included (target {FIRST_TARGET:.0f}),",
        f"{shell:.0f} s later (target {LATER_TARGET:.0f}).",
        f"Target of full histories: {RATE_TARGET:,} a second.",
        f"Peak memory {max(memory for _, memory in later):,.0f} MiB.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table, and store it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="store it in RESULTS-crisis.md")
    wanted = parser.parse_args()
    told = table()
    print(told)
    if wanted.write:
        (Path(__file__).resolve().parent / "RESULTS-crisis.md").write_text(told)


if __name__ == "__main__":
    main()
