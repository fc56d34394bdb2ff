"""Renew the reference answers of a case: ``python benchmarks/renew_reference.py``.

Shares of worlds from many more worlds and histories than anyone waits for, against which
``benchmarks/parts/verdicts.py`` holds the answers at the default size. What happened late leaves
few worlds, so that late claims are asked in those of many times as many in which it occurred at
all, of further histories. Claims are asked in groups; each group is kept in ``build/reference`` as
soon as it is done, and a run that was interrupted goes on where it was. The whole is written to
``reference/CASE.json``.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

import conjuncture
from conjuncture.analysis.claim_comparisons import condition_counts
from conjuncture.analysis.claim_tests import groups_of, results_of
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.readings import AsItHappened, CountedClaim, Tester, reading_of
from conjuncture.analysis.screening import likelihood_of, question_of
from conjuncture.analysis.simulator import Simulator
from conjuncture.analysis.verdicts import Reading
from conjuncture.engine.addresses import every_block
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.language.nodes import Expression
from conjuncture.scenario.crisis import Claim

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "reference"
PIECES = HERE / "build" / "reference"

CASE = "bolivia-1970"
SEED, WORLDS, HISTORIES = 77, 1600, 4608
"""No seed that is used at the default size; four times the worlds and nine times the histories."""

LATE_WORLDS, SCREENING_HISTORIES = 10_000, 1024
"""As things were, to find the worlds in which late claims can be asked."""

FEW = 400.0
"""Fewer effective worlds than these are few: with them a share of a half errs by .025."""

Rows = dict[str, dict[str, Any] | None]
"""What is kept of some claims, by their key; None of one that cannot be asked."""


@dataclass(frozen=True)
class ManyWorlds:
    """Worlds in which claims are asked whose evidence leaves few of those asked for.

    Attributes
    ----------
    simulator : Simulator
    events : tuple of Expression
        What was observed, up to each stage that a claim may name last.
    asked : int
        How many worlds all other claims are asked in.
    further : int
        How many blocks are counted where an event occurred, after those that tell where.
    """

    simulator: Simulator
    events: tuple[Expression, ...]
    asked: int
    further: int

    @cached_property
    def evidence(self) -> dict[Expression, Likelihood]:
        """How probable each world makes every event."""
        questions = [question_of(event) for event in self.events]
        counted = self.simulator.count(questions, "histories as things were")
        return {
            event: likelihood_of(counts.sums)
            for event, counts in zip(self.events, counted, strict=True)
        }

    def is_late(self, event: Expression | None) -> bool:
        """Return whether something observed would leave few of the worlds asked for."""
        if event is None:
            return False
        share = self.asked / self.simulator.worlds.count
        return self.evidence[event].effective_worlds * share < FEW

    def readings(self, claims: Sequence[Claim]) -> Rows:
        """Return what is kept of late claims that are asked of the same event, as it happened."""
        crisis, tester = self.simulator.worlds.crisis, Tester.of(self.simulator)
        late = [AsItHappened.of(crisis, claim.test) for claim in claims]
        (event,) = {one.happened for one in late}
        if event is None:
            return {}
        questions = [
            compile_question(claim.test, None if one.decided else event, crisis)
            for claim, one in zip(claims, late, strict=True)
        ]
        occurred = np.flatnonzero(self.evidence[event].weights > 0.0)
        first = self.simulator.blocks
        seen, counted = (
            self.simulator.count_blocks(
                questions, every_block(occurred, begin, end), "histories where it went as observed"
            )
            for begin, end in ((0, first), (first, first + self.further))
        )
        found: Rows = {}
        for claim, before, counts, one in zip(claims, seen, counted, late, strict=True):
            # Worlds weigh by the histories that chose them. By those that were counted afterwards
            # the worlds in which it seldom went so would weigh too little: most were not chosen.
            weights = condition_counts(before) / np.maximum(condition_counts(counts), 1.0)
            if one.decided:
                weights *= self.evidence[event].weights
            reading = reading_of(tester, CountedClaim(claim.test, counts, weights))
            found[claim.key] = row_of(replace(reading, decided=one.decided))
        return found


def row_of(reading: Reading | None) -> dict[str, Any] | None:
    """Return what is kept of a reading, None where it cannot be asked."""
    if reading is None or math.isnan(reading.verdict.share):
        return None
    verdict = reading.verdict
    return {
        "share": round(verdict.share, 4),
        "interval": [round(bound, 4) for bound in verdict.interval],
        "effective_worlds": round(verdict.effective_worlds),
        "fresh_luck": reading.fresh_luck,
    }


def readings_of(simulator: Simulator, claims: Sequence[Claim]) -> Rows:
    """Return what is kept of both readings of claims, in the worlds asked for."""
    return {
        one.claim.key: {"prior": row_of(one.prior), "as_it_happened": row_of(one.as_it_happened)}
        for one in results_of(Tester.of(simulator), claims)
    }


def read_or_find(piece: Path, run: dict[str, Any], find: Callable[[], Rows]) -> Rows:
    """Return what an earlier run of the same sizes left in a file, or find it and keep it."""
    if piece.exists():
        left = json.loads(piece.read_text())
        if left["run"] == run:
            rows: Rows = left["claims"]
            return rows
    rows = find()
    piece.parent.mkdir(parents=True, exist_ok=True)
    piece.write_text(json.dumps({"run": run, "claims": rows}))
    return rows


def document(run: dict[str, Any], claims: Rows) -> str:
    """Return the reference as JSON, a line a reading."""
    lines = ["{", f'  "run": {json.dumps(run)},', '  "claims": {']
    for place, (key, readings) in enumerate(claims.items()):
        told = ",\n      ".join(
            f'"{name}": {json.dumps(row)}' for name, row in (readings or {}).items()
        )
        end = "," if place < len(claims) - 1 else ""
        lines.append(f'    "{key}": {{\n      {told}\n    }}{end}')
    return "\n".join([*lines, "  }", "}"]) + "\n"


def main() -> None:
    """Ask group after group, and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default=CASE)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--histories", type=int, default=HISTORIES)
    parser.add_argument("--late-worlds", type=int, default=LATE_WORLDS)
    parser.add_argument("--screening-histories", type=int, default=SCREENING_HISTORIES)
    options = parser.parse_args()
    scenario = conjuncture.load(options.case)
    crisis = scenario.crisis
    simulator = scenario.run(options.worlds, options.histories, seed=options.seed).simulator
    sizes = options.late_worlds, options.screening_histories
    more = scenario.run(*sizes, seed=options.seed).simulator
    run = {
        "scenario": crisis.slug,
        "scenario_sha256": crisis.digest,
        **{key: value for key, value in vars(options).items() if key != "case"},
    }
    by_event: dict[Expression | None, list[Claim]] = {}
    for claim in crisis.claims.values():
        by_event.setdefault(AsItHappened.of(crisis, claim.test).happened, []).append(claim)
    events = tuple(event for event in by_event if event is not None)
    many = ManyWorlds(more, events, options.worlds, simulator.blocks)
    begin = time.perf_counter()

    def ask(group: Sequence[Claim], name: str, find: Callable[[], Rows]) -> Rows:
        rows = read_or_find(PIECES / f"{crisis.slug}-{name}-{group[0].key}.json", run, find)
        print(f"{time.perf_counter() - begin:.0f} s, {name}: {', '.join(rows)}", flush=True)
        return rows

    late: Rows = {}
    for event, claims in by_event.items():
        for group in groups_of(claims) if many.is_late(event) else ():
            late |= ask(group, "late", partial(many.readings, group))
    found: Rows = {}
    for group in groups_of(list(crisis.claims.values())):
        for key, readings in ask(group, "all", partial(readings_of, simulator, group)).items():
            found[key] = (readings or {}) | ({"as_it_happened": late[key]} if key in late else {})
    written = REFERENCE / f"{crisis.slug}.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(document(run, found))


if __name__ == "__main__":
    main()
