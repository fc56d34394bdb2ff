"""The answers to all claims of a case, seed after seed, beside the reference.

``benchmarks/renew_reference.py`` renews what they are held against.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rows import Effort, Part, Row, Table

import conjuncture
from conjuncture.analysis.verdicts import SHARES, Reading

CASE = "bolivia-1970"
REFERENCE = Path(__file__).resolve().parents[1] / "reference" / f"{CASE}.json"
SEEDS = range(1, 6)
READINGS = {"prior": "prior", "as_it_happened": "as it happened"}

NEAR = 0.02
"""So much a share may differ from the reference, which is itself a sample."""


@dataclass(frozen=True)
class CheckedReading:
    """A claim under one reading with one seed.

    Attributes
    ----------
    claim, reading : str
    word : str
        Empty where there is none.
    share, low, high, effective_worlds : float
    reference : float
        The share of worlds of the reference.
    fresh_luck : bool
        Whether what happened decides the claim, so that it was asked with fresh luck.
    """

    claim: str
    reading: str
    word: str
    share: float
    low: float
    high: float
    effective_worlds: float
    reference: float
    fresh_luck: bool

    @property
    def is_definite(self) -> bool:
        """Whether there is a word that says something."""
        return self.word not in ("", "open")

    @property
    def miss(self) -> float:
        """How far the reference lies outside the interval."""
        return max(self.low - self.reference, self.reference - self.high, 0.0)

    @property
    def untruth(self) -> float:
        """How far the reference lies outside the shares of which the word is true."""
        if not self.is_definite:
            return 0.0
        low, high = next(bounds for word, bounds in SHARES.items() if word == self.word)
        return max(low - self.reference, self.reference - high, 0.0)


def checked_reading_of(
    claim: str, name: str, reading: Reading | None, reference: Mapping[str, Any] | None
) -> CheckedReading | None:
    """Return what is looked at of a reading, None of one that cannot be asked."""
    if reading is None or reference is None or reading.verdict.effective_worlds == 0.0:
        return None
    verdict = reading.verdict
    return CheckedReading(
        claim=claim,
        reading=name,
        word=verdict.word or "",
        share=verdict.share,
        low=verdict.interval[0],
        high=verdict.interval[1],
        effective_worlds=verdict.effective_worlds,
        reference=reference["share"],
        fresh_luck=reading.fresh_luck,
    )


def checked_readings_with(seed: int, reference: Mapping[str, Any]) -> Iterator[CheckedReading]:
    """Test all claims at the default size."""
    print(f"  verdicts: seed {seed}", file=sys.stderr, flush=True)
    for one in conjuncture.load(CASE).run(seed=seed).test():
        for name in READINGS:
            known = reference[one.claim.key].get(name)
            found = checked_reading_of(one.claim.key, name, getattr(one, name), known)
            if found is not None:
                yield found


def count_definite(
    found: Sequence[Sequence[CheckedReading]], name: str
) -> tuple[list[float], list[float]]:
    """Return with each seed how many claims have a word, and how many could be asked."""
    asked = [
        [one for one in every if one.reading == name and not one.fresh_luck] for every in found
    ]
    return [float(sum(one.is_definite for one in every)) for every in asked], [
        float(len(every)) for every in asked
    ]


def label_of(one: CheckedReading) -> str:
    """Return which claim it is, and under which reading."""
    return f"{one.claim}, {READINGS[one.reading]}"


def row_of(some: Sequence[CheckedReading]) -> Row:
    """Return the row of a claim under one reading: its shares, words and the reference."""
    words = Counter(one.word or "too few worlds" for one in some)
    told = ", ".join(f"{word} {count}×" if count < len(some) else word
                     for word, count in words.most_common())  # fmt: skip
    low, high = min(one.low for one in some), max(one.high for one in some)
    note = f"{told}; intervals within {100 * low:.0f}–{100 * high:.0f} %; reference "
    note += f"{100 * some[0].reference:.1f} %"
    missed = max(one.miss for one in some)
    if missed > NEAR:
        note += f", missed by {100 * missed:.1f}"
    if some[0].fresh_luck:
        note += "; with fresh luck"
    return Row(some[0].claim, [100.0 * one.share for one in some], "%", note=note)


def verdicts(effort: Effort) -> Part:
    """Hold the words and intervals of all claims against the reference."""
    reference = json.loads(REFERENCE.read_text())
    run = reference["run"]
    seeds = SEEDS[: effort.repetitions]
    by_seed = [list(checked_readings_with(seed, reference["claims"])) for seed in seeds]
    every = [one for some in by_seed for one in some]
    groups: dict[tuple[str, str], list[CheckedReading]] = {}
    for one in every:
        groups.setdefault((one.claim, one.reading), []).append(one)
    counts = {name: count_definite(by_seed, name) for name in READINGS}
    within = sum(one.miss <= NEAR for one in every) / len(every)
    furthest = max(every, key=lambda one: one.miss)
    least_true = max(every, key=lambda one: one.untruth)
    summary = [
        Row(f"claims with a word, {said}", counts[name][0], "claims",
            note=f"of {min(counts[name][1]):.0f} that can be asked")
        for name, said in READINGS.items()
    ]  # fmt: skip
    summary += [
        Row("intervals that hold the reference within .02", [100.0 * within], "%",
            note=f"of {len(every)}"),
        Row("furthest that an interval misses it", [furthest.miss], "",
            note=label_of(furthest) if furthest.miss else ""),
        Row("furthest that a word is untrue of it", [least_true.untruth], "",
            note=label_of(least_true) if least_true.untruth else ""),
    ]  # fmt: skip
    note = f"400 worlds of 512 histories, {len(seeds)} seeds, beside {run['worlds']:,} worlds of "
    note += f"{run['histories']:,} histories, of late claims {run['late_worlds']:,} worlds (seed "
    note += f"{run['seed']})."
    notes = [note]
    if conjuncture.load(CASE).crisis.digest != run["scenario_sha256"]:
        notes.append(
            "The text of the scenario has changed since: unless that was words alone, run "
            "benchmarks/renew_reference.py first."
        )
    tables = [Table("Verdicts beside the reference", summary, notes)]
    for name, said in READINGS.items():
        rows = [row_of(some) for (_, reading), some in groups.items() if reading == name]
        tables.append(Table(f"Share of worlds in which each claim holds, {said}", rows))
    numbers = {
        "claims with a word, prior": min(counts["prior"][0]),
        "claims with a word, as it happened": min(counts["as_it_happened"][0]),
        "intervals that hold the reference": within,
        "furthest miss": furthest.miss,
        "furthest untruth": least_true.untruth,
    }
    return Part(tables, numbers)
