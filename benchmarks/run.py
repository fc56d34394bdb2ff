"""Run the benchmark: ``python benchmarks/run.py`` runs every part and writes RESULTS.md.

It is written anew after each part. ``--only PART ...`` runs some parts and prints their tables
without writing anything; ``--quick`` runs fewer histories and repetitions; ``--list`` names the
parts.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from machine import describe
from parts.claims import claims
from parts.cluster import cluster
from parts.crisis import crisis
from parts.hinges import hinges
from parts.mechanisms import gambit, mechanisms
from parts.rates import rates
from parts.scaling import scaling
from parts.showdown import showdown, showdown_without_ties
from parts.verdicts import verdicts
from printing import document
from programs import FailedError
from rows import FULL, QUICK, Effort, Part, Row, Table
from targets import target_lines_of

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"

PARTS: dict[str, Callable[[Effort], Part]] = {
    "rates": rates,
    **{f"showdown-{forces}": partial(showdown, forces) for forces in (12, 48, 200)},
    "bolivia": crisis,
    "claims": claims,
    "verdicts": verdicts,
    "hinges": hinges,
    "cluster": cluster,
    "scaling": scaling,
    "showdown-6": partial(showdown, 6),
    "mechanisms": mechanisms,
    "game": gambit,
    "showdown-untied": showdown_without_ties,
}
"""What is asked for first comes first: whoever stops it keeps what is done."""


def attempt_part(part: Callable[[Effort], Part], effort: Effort) -> Part:
    """Run a part; where a program in it fails, say so in the place of its table."""
    try:
        return part(effort)
    except FailedError as failure:
        told = " ".join(str(failure).split())
        print(f"  {told}", file=sys.stderr)
        return Part([Table("Failed", [Row(told[:300], [], "")])])


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", default=[])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--list", action="store_true", help="name the parts and end")
    options = parser.parse_args()
    if options.list:
        print("\n".join(PARTS))
        return 0
    effort = QUICK if options.quick else FULL
    found: dict[str, Part] = {}
    begin, told = time.perf_counter(), ""
    for name in options.only or PARTS:
        print(f"{name}, after {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
        found[name] = attempt_part(PARTS[name], effort)
        told = results_text_of(found, time.perf_counter() - begin)
        if not options.only and not options.quick:
            RESULTS.write_text(told)
    print(told, end="")
    return 0


def results_text_of(found: dict[str, Part], seconds: float) -> str:
    """Return what was found so far as Markdown."""
    numbers = {key: value for part in found.values() for key, value in part.numbers.items()}
    return document(
        found, [*describe(), f"took {seconds / 60:.0f} minutes"], target_lines_of(numbers)
    )


if __name__ == "__main__":
    raise SystemExit(main())
