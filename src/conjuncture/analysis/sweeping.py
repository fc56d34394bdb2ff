"""Sweeping: every scenario of a sweep in every setting, and what was asked of each, as rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.claim_results import FailedClaim
from conjuncture.analysis.claims import test_claims
from conjuncture.analysis.counting import Simulator
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.readings import WENT_WRONG
from conjuncture.analysis.reporting.results import estimate_document, finite_or_none
from conjuncture.analysis.screening import wider_worlds
from conjuncture.engine import laws, machine
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.progress import Progress
from conjuncture.engine.record import BUILD_KEYS
from conjuncture.engine.sizes import blocks_for
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.digits import write_number
from conjuncture.scenario.sweep_file import Sweep, SweepCase, SweepSetting
from conjuncture.version import LANGUAGE

if TYPE_CHECKING:
    from distributed import Client

Row = dict[str, Any]

TEXTS = ("scenario", "asked", "name", "text", "reading")
FIGURES = ("value", "standard_error", "low", "high", "undefined")
VERDICTS = (
    "verdict", "share_of_worlds", "share_low", "share_high", "effective_worlds", "fresh_luck",
)  # fmt: skip
PROBLEM = "problem"
RUNS = ("worlds", "histories", "seed")


@dataclass(frozen=True)
class SweepPoint:
    """A scenario in one setting.

    Attributes
    ----------
    case : Case
    setting : Setting
    worlds, blocks, seed : int
        ``blocks`` of 512 histories in each world.
    """

    case: SweepCase
    setting: SweepSetting
    worlds: int
    blocks: int
    seed: int

    def __str__(self) -> str:
        fixed = [f"{key} = {write_setting(value)}" for key, value in self.setting.values.items()]
        size = f"{self.worlds} worlds × {self.blocks * BLOCK} histories"
        return ", ".join([self.case.name, *fixed, size, f"seed {self.seed}"])

    @property
    def digest(self) -> str:
        """The digest of all that its rows depend on."""
        asked = [
            self.case.name,
            self.case.crisis.digest,
            {key: text for key, (text, _, _) in self.case.questions.items()},
            [claim.key for claim in self.case.claims],
            self.setting.values,
            [self.worlds, self.blocks, self.seed],
            build_identity(),
        ]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def rows(self, progress: Progress, client: Client | None) -> list[Row]:
        """Run it, and return a row for each question and each reading of each claim.

        Of a question or a claim in whose runs a number went wrong, the row says what.
        """
        crisis, case = self.case.crisis, self.case
        worlds = Worlds(crisis, self.seed, self.worlds, setting=self.setting.acts)
        simulator = Simulator(worlds, self.blocks, progress, client)
        found = []
        if case.questions:
            found += self.answer_rows(simulator, list(case.questions))
        if case.claims and not progress.is_stopped:
            found += list(self.claim_rows(simulator))
        return found

    def answer_rows(self, simulator: Simulator, names: Sequence[str]) -> list[Row]:
        """Answer questions together or, where a number goes wrong in their runs, one by one."""
        asked = [self.case.questions[name] for name in names]
        try:
            counted = simulator.count([compile_question(one) for _, one, _ in asked], "histories")
        except WENT_WRONG as error:
            if len(names) > 1:
                return [row for name in names for row in self.answer_rows(simulator, [name])]
            return [self.row("question", names[0], asked[0][0], "prior", {"problem": str(error)})]
        return [
            self.row("question", name, text, "prior", figures_of(answer(counts)))
            for name, (text, _, _), counts in zip(names, asked, counted, strict=True)
        ]

    def claim_rows(self, simulator: Simulator) -> Iterator[Row]:
        """Test the claims, and yield a row for each reading of each."""
        wide = wider_worlds(simulator.worlds)
        for one in test_claims(simulator, self.case.claims, wide=wide):
            if isinstance(one, FailedClaim):
                claim, problem = one.claim, {"problem": one.problem}
                yield self.row("claim", claim.key, claim.written, "prior", problem)
                continue
            for name, reading in (("prior", one.prior), ("as it happened", one.as_it_happened)):
                if reading is None:
                    continue
                verdict = reading.verdict
                figures = figures_of(reading.answer) | {
                    "verdict": verdict.word,
                    "share_of_worlds": finite_or_none(verdict.share),
                    "share_low": finite_or_none(verdict.interval[0]),
                    "share_high": finite_or_none(verdict.interval[1]),
                    "effective_worlds": finite_or_none(verdict.effective_worlds),
                    "fresh_luck": reading.fresh_luck,
                }
                yield self.row("claim", one.claim.key, one.claim.written, name, figures)

    def row(
        self, asked: str, name: str, text: str, reading: str, figures: Mapping[str, Any]
    ) -> Row:
        """Return a row: what was asked where, and what was found."""
        texts = (self.case.name, asked, name, text, reading)
        runs = {"worlds": self.worlds, "histories": self.blocks * BLOCK, "seed": self.seed}
        values = {f"set.{key}": value for key, value in self.setting.values.items()}
        found = {**dict(zip(TEXTS, texts, strict=True)), **figures, **runs, **values}
        names = (*TEXTS, *FIGURES, *VERDICTS, *RUNS, *values, PROBLEM)
        return {key: found.get(key) for key in names}


def figures_of(found: Answer) -> Row:
    """Return a value with its error and its interval over worlds."""
    told = estimate_document(found)
    low, high = told["interval"] or (None, None)
    return {
        "value": told["value"],
        "standard_error": told["standard_error"],
        "low": low,
        "high": high,
        "undefined": finite_or_none(found.undefined),
    }


def write_setting(value: float | str) -> str:
    """Return a value as the sweep may have written it.

    Examples
    --------
    >>> write_setting(12.0), write_setting("majority")
    ('12', 'majority')
    """
    return write_number(value) if isinstance(value, float) else value


def points_of(sweep: Sweep) -> list[SweepPoint]:
    """Return every scenario in every setting.

    Raises
    ------
    ScenarioError
        With the place of a number that is out of range.
    """
    found = []
    findings = sweep.diagnostics
    for case in sweep.cases:
        for setting in case.settings:
            for worlds, histories, seed in product(*sweep.sizes.values()):
                try:
                    blocks = blocks_for(worlds[0], histories[0], seed[0])
                except UsageError as error:
                    name = str(error).partition(" ")[0]
                    place = {"worlds": worlds, "histories": histories, "seed": seed}[name][1]
                    findings.refuse_at(place, str(error))
                    continue
                found.append(SweepPoint(case, setting, worlds[0], blocks, seed[0]))
    findings.raise_any()
    return found


@cache
def build_identity() -> tuple[Any, ...]:
    """Return what results depend on besides what is asked."""
    described = {
        **machine.describe_machine(), "generator": laws.GENERATOR, "block": BLOCK, "language": LANGUAGE,
    }  # fmt: skip
    return tuple(described[name] for name in BUILD_KEYS)
