"""Whether the intervals of claims hold the truth: ``python benchmarks/coverage.py``.

Every family of claims in tests/oracles/claim_families.py has a known answer. Each is drawn anew 200
times; COVERAGE.md tells how often the interval of 90 % holds the answer and how often the word is
untrue of it. ``--seeds`` draws fewer or more, ``--only FAMILY ...`` takes some families; then the
table is printed and nothing written.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from scipy.stats import binom

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "oracles"))
families = importlib.import_module("claim_families")

COVERAGE = HERE / "COVERAGE.md"
SEEDS = 200
LEAST = 0.93
"""What intervals of 90 % are to cover, their ends rounded outward to .005."""

LEVEL = 0.01
"""The probability that some family fails by chance although all cover :data:`LEAST`."""


@dataclass(frozen=True)
class Draw:
    """What came of one draw of a family."""

    covered: bool
    word: str
    true: bool
    width: float
    effective: float
    seconds: float


def draw(family: str, seed: int) -> Draw:
    """Draw a family and judge the answer."""
    truth = families.truth_of(family)
    begin = time.process_time()
    share = families.share_of(family, seed)
    seconds = time.process_time() - begin
    word = families.word_of(share)
    return Draw(
        families.covers(share, truth),
        word,
        families.is_true(word, truth),
        share.high - share.low,
        share.effective,
        seconds,
    )


def row(family: str, draws: list[Draw]) -> str:
    """Return the line of a family."""
    count = len(draws)
    words = Counter(one.word or "no word" for one in draws)
    covered = sum(one.covered for one in draws) / count
    wrong = sum(not one.true for one in draws)
    width, effective, seconds = (
        sum(getattr(one, what) for one in draws) / count
        for what in ("width", "effective", "seconds")
    )
    told = ", ".join(f"{word} {times}" for word, times in words.most_common())
    return (
        f"| {families.SAYS[family]} | {100 * families.truth_of(family):.0f} | {effective:.0f} "
        f"| {100 * covered:.1f} | {wrong} | {100 * width:.0f} | {seconds:.3f} | {told} |"
    )


def fails(missed: int, count: int, comparisons: int) -> bool:
    """Return whether so many misses are too many for a family that covers :data:`LEAST`."""
    return bool(binom.sf(missed - 1, count, 1.0 - LEAST) < LEVEL / comparisons)


def judgement(found: dict[str, list[Draw]]) -> list[str]:
    """Return what the families that the rule is made for say together."""
    asked = {name: draws for name, draws in found.items() if name not in families.BEYOND}
    every = [one for draws in asked.values() for one in draws]
    missed = {name: sum(not one.covered for one in draws) for name, draws in asked.items()}
    least = min(asked, key=lambda name: 1.0 - missed[name] / len(asked[name]))
    failed = [name for name in asked if fails(missed[name], len(asked[name]), len(asked))]
    worded = [one for one in every if one.word not in ("", "open")]
    wrong = sum(not one.true for one in every)
    return [
        (
            f"{len(asked)} families, {len(every):,} intervals: "
            f"{100 * (1 - sum(missed.values()) / len(every)):.1f} % hold the truth, the fewest "
            f"{100 * (1 - missed[least] / len(asked[least])):.1f} % ({families.SAYS[least]}). "
            f"Families that cover less than {LEAST:.2f}, tested at {100 * LEVEL:.0f} % over all of "
            f"them together: {', '.join(failed) or 'none'}."
        ),
        (
            f"Words that are untrue: {wrong} of {len(every):,}; of the {len(worded):,} that say "
            f"more than *open*, {100 * wrong / max(len(worded), 1):.2f} %."
        ),
    ]


def document(found: dict[str, list[Draw]]) -> str:
    """Return the table as Markdown."""
    heading = (
        "family", "true share, %", "effective worlds", "covered, %", "wrong words",
        "mean width, points", "CPU s", "words",
    )  # fmt: skip
    draws = len(next(iter(found.values())))
    lines = [
        "# Coverage of the intervals of claims",
        "",
        (
            f"Intervals of 90 %, their ends rounded outward to .005; {draws} draws of each family, "
            "400 worlds of 512 histories unless it says otherwise."
        ),
        "",
        f"| {' | '.join(heading)} |",
        f"| --- |{' ---: |' * 6} --- |",
        *(row(name, draws) for name, draws in found.items()),
        "",
    ]
    for told in judgement(found):
        lines += [told, ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--only", nargs="+", choices=families.FAMILIES, default=[])
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    options = parser.parse_args()
    # Each process has a core: small products of matrices are slower on several threads.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    found = {}
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        for name in options.only or families.FAMILIES:
            asked = pool.map(partial(draw, name), range(options.seeds), chunksize=10)
            found[name] = list(asked)
            print(row(name, found[name]), file=sys.stderr, flush=True)
    told = document(found)
    if not options.only and options.seeds == SEEDS:
        COVERAGE.write_text(told)
    print(told, end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
