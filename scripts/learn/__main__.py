"""Learn the parameters of the populations anew: ``make learn``, or ``python -m scripts.learn``.

Writes the particles and the record of the attempts into the package, the emulators beside the
backtest that uses them, and the tables into the page that explains them.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

from scripts.learn.case_groups import GroupOutcomes
from scripts.learn.learning_record import (
    learned_constants_from,
    learning_markdown,
    summarise_learning,
)
from scripts.learn.pipeline import Learning, LearningSizes, learn
from scripts.learn.population import ATTEMPTS, CAMPAIGNS, Population
from scripts.learn.population_fit import rank_truths

from conjuncture import data

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "src" / "conjuncture" / "learned"
EMULATORS = ROOT / "validation" / "emulators"
PAGE = ROOT / "docs" / "explanation" / "learned-constants.md"
VERSION = "1"
SEED = 1
REPETITIONS = 300
SIZES = {
    "attempts": LearningSizes(),
    "campaigns": LearningSizes(
        first=4096, near=((2048, 96, 0.3), (1024, 128, 1.0)), last=256, last_cases=128
    ),
}


def main() -> int:
    """Learn what is asked for and return an exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(SIZES), help="learn from one table")
    asked = parser.parse_args()
    for population in (ATTEMPTS, CAMPAIGNS):
        if asked.only in (None, population.name):
            learn_one(population)
    return 0


def learn_one(population: Population) -> None:
    """Learn from one table and write what came of it."""
    began = time.perf_counter()

    def tell(line: str) -> None:
        print(f"{population.name}, {time.perf_counter() - began:.0f} s: {line}", file=sys.stderr)

    frame = getattr(data, population.name)()
    sizes = SIZES[population.name]
    found = learn(population, frame, SEED, sizes, tell=tell)
    EMULATORS.mkdir(exist_ok=True)
    found.emulator.save(EMULATORS / f"{population.name}.npz")
    if population is ATTEMPTS:
        write_learned(found, frame, sizes)
    tell("done")


def write_learned(found: Learning, frame: object, sizes: LearningSizes) -> None:
    """Write what ships, and the tables of the page that explains it."""
    outcomes = GroupOutcomes(found.groups.weights, found.groups.successes, found.groups.attempts)
    ranks = rank_truths(found.emulator, outcomes, SEED, REPETITIONS)
    record = summarise_learning(found, frame, ranks, version=VERSION, seed=SEED, sizes=sizes)
    SHIPPED.mkdir(exist_ok=True)
    learned_constants_from(found, frame, record).save(SHIPPED)
    marked = re.compile("(<!-- learned -->\n).*?(<!-- end of learned -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    filled = marked.sub(
        lambda at: f"{at[1]}\n{learning_markdown(record)}\n\n{at[2]}", page, count=1
    )
    PAGE.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
