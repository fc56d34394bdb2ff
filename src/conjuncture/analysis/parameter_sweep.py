"""Sweeping: every scenario of a sweep in every setting, and what was asked of each, as rows.

The table, as Parquet or CSV, has a row for each question in each setting. Until it is whole a
journal keeps what is done so far, a line for each setting. A line is written to the end, and to the
disk, before the next setting starts: a sweep that was killed finds every line again but one that
was cut short, and goes on from there.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.claim_tests import test_claims
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.readings import WENT_WRONG
from conjuncture.analysis.result import Result
from conjuncture.analysis.screening import wider_worlds
from conjuncture.analysis.simulator import Simulator
from conjuncture.analysis.verdicts import FailedClaim
from conjuncture.engine import draws, machine
from conjuncture.engine.addresses import BLOCK, blocks_for
from conjuncture.engine.files import explain_failures, lock_file, write_atomically
from conjuncture.engine.machine import BUILD_KEYS
from conjuncture.engine.progress import Progress
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.installation import LANGUAGE
from conjuncture.number_format import finite_or_none, write_number
from conjuncture.scenario.sweep_file import Sweep, SweepCase, SweepSetting

if TYPE_CHECKING:
    from distributed import Client


Row = dict[str, Any]


class SweepResults(Result, list[Row]):
    """What a sweep found: a row for each question and each reading of each claim."""


def setting_of(row: Mapping[str, Any]) -> str:
    """Return where a row was asked, in a text.

    Examples
    --------
    >>> setting_of({"scenario": "free", "value": 0.5, "set.caution": 0.1})
    'free, caution = 0.1'
    """
    values = {key.removeprefix("set."): row[key] for key in row if key.startswith("set.")}
    fixed = [f"{key} = {write_setting(value)}" for key, value in values.items()]
    return ", ".join([row["scenario"], *fixed])


class Journal:
    """Rows by the digest of their setting, in memory and on the disk.

    Parameters
    ----------
    file : binary file, optional
        Open for reading and writing; where there is none, rows are kept in memory alone.

    Attributes
    ----------
    done : dict of str to list of Row
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self.done: dict[str, list[Row]] = {}
        self._file = file
        if file is None:
            return
        end = 0
        for line in file:
            if not line.endswith(b"\n"):
                break
            end += len(line)
            try:
                key, rows = json.loads(line)
            except ValueError:
                continue
            self.done[key] = rows
        file.truncate(end)
        file.seek(end)

    def add(self, key: str, rows: list[Row]) -> None:
        """Keep the rows of a setting, on the disk before this returns."""
        if self._file is not None:
            self._file.write(json.dumps([key, rows]).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        self.done[key] = rows


@contextmanager
def journal_beside(target: Path) -> Iterator[Journal]:
    """Give the journal of a table, held by this process alone; the caller deletes it in the end.

    Parameters
    ----------
    target : Path
        The table; the journal lies beside it.

    Raises
    ------
    UsageError
        When it cannot be written, or another process holds it.
    """
    path = journal_of(target)
    with explain_failures(target), path.open("a+b") as file:
        lock_file(file, f"another sweep is writing '{target}'; wait for it, or name another file")
        file.seek(0)
        yield Journal(file)


def journal_of(target: Path) -> Path:
    """Return where the journal of a table lies.

    Examples
    --------
    >>> journal_of(Path("results.parquet")).name
    'results.parquet.unfinished'
    """
    return target.with_name(target.name + ".unfinished")


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
    case : SweepCase
    setting : SweepSetting
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
    return {
        "value": finite_or_none(found.value),
        "standard_error": finite_or_none(found.standard_error),
        "low": finite_or_none(found.interval[0]),
        "high": finite_or_none(found.interval[1]),
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
        **machine.describe_machine(),
        "generator": draws.GENERATOR,
        "block": BLOCK,
        "language": LANGUAGE,
    }
    return tuple(described[name] for name in BUILD_KEYS)


ENDINGS = (".parquet", ".csv")


def refuse_unknown_form(target: Path) -> None:
    """Raise when a file's ending does not say in which form to write the table."""
    if target.suffix not in ENDINGS:
        raise UsageError(
            f"'{target}' does not say in which form to write; end its name in .parquet or .csv"
        )


def write_table(target: Path, rows: Sequence[Mapping[str, Any]], keys: Mapping[str, bool]) -> None:
    """Write rows, each with the same columns; the file is there whole or not at all.

    Parameters
    ----------
    target : Path
        Ends in ``.parquet`` or ``.csv``. In CSV what is not known is empty.
    rows : sequence of mapping
    keys : mapping of str to bool
        The numbers that are set, and whether every value of each is a number.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    kinds = {f"set.{key}": "number" if numeric else "text" for key, numeric in keys.items()}
    texts = dict.fromkeys((*TEXTS, "verdict", PROBLEM), "text")
    figures = dict.fromkeys((*FIGURES, *VERDICTS[1:]), "number")
    kinds = {**texts, **figures, **dict.fromkeys(RUNS, "count"), **kinds}
    names = (*TEXTS, *FIGURES, *VERDICTS, *RUNS, *(f"set.{key}" for key in keys), PROBLEM)
    with write_atomically(target) as part:
        if target.suffix == ".csv":
            with part.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, names)
                writer.writeheader()
                writer.writerows(rows)
            return
        import pyarrow
        import pyarrow.parquet

        # Seeds go up to 2^64 - 1.
        types = {"text": pyarrow.string(), "number": pyarrow.float64(), "count": pyarrow.uint64()}
        schema = pyarrow.schema([(name, types[kinds[name]]) for name in names])
        plain = [{name: to_column_value(row[name], kinds[name]) for name in names} for row in rows]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(plain, schema), part)


def to_column_value(value: Any, kind: str) -> Any:
    """Return a value as its column holds it: beside names of rules, numbers are texts."""
    return str(value) if kind == "text" and value is not None else value
