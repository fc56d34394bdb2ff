"""Rows of the tables that faces show: the words and figures of results, without any layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, isfinite, log10

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.summary import StageSummary
from conjuncture.analysis.testing import Reading, Tested
from conjuncture.analysis.unsolved import Unsolved, joined
from conjuncture.analysis.wording import fixed
from conjuncture.engine.sizes import MOST_WORLDS

SYMBOLS = {"holds": "✓", "fails": "✗", "depends": "◐", "unresolved": "?"}
"""Verdicts for readers who see no colours."""

COLOURS = {"holds": "#1a7f37", "fails": "#cf222e", "depends": "#9a6700", "unresolved": "#57606a"}


ROUNDING = 1e-9
"""A standard error below this is what rounding leaves of none."""


@dataclass(frozen=True)
class ReadingRow:
    """A claim in one reading: ``word`` is the verdict, or empty where it could not be asked."""

    name: str
    word: str
    value: str
    interval: str
    share: str
    bounds: str


@dataclass(frozen=True)
class ClaimRow:
    """A claim as a reader sees it; the prior reading comes first."""

    key: str
    says: str
    test: str
    readings: tuple[ReadingRow, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome or a measure of a stage."""

    stage: str
    what: str
    value: str
    interval: str


def figure(value: float, error: float, decimals: int = 2) -> str:
    """Return a number with the digits that its standard error leaves.

    Examples
    --------
    >>> figure(0.51234, 0.02), figure(0.51234, 0.0004), figure(1234.5, 20.0)
    ('0.51', '0.5123', '1,234')
    >>> figure(-0.512, 0.02), figure(-0.00002, 0.0004)
    ('−0.51', '0.0000')
    """
    if not isfinite(value):
        return "–"
    if error > ROUNDING:
        decimals = min(max(ceil(-log10(2.0 * error)), 0 if abs(value) >= 100 else 2), 6)
    return fixed(value, decimals)


def span(answer: Answer) -> str:
    """Return the middle nine tenths of the worlds, with the digits of the value."""
    low, high = (figure(end, answer.standard_error) for end in answer.interval)
    return f"{low} to {high}" if isfinite(answer.interval[0]) else ""


def reading_row(name: str, reading: Reading) -> ReadingRow:
    """Return a reading in figures; bounds of the share are rounded outwards."""
    answer, verdict = reading.answer, reading.verdict
    if not isfinite(answer.value):
        return ReadingRow(name, "", "–", "", "", "")
    low, high = floor(100 * verdict.bounds[0] + 1e-9), ceil(100 * verdict.bounds[1] - 1e-9)
    return ReadingRow(
        name=name,
        word=verdict.word,
        value=figure(answer.value, answer.standard_error),
        interval=span(answer),
        share=f"{100 * verdict.share:.0f} %",
        bounds=f"{low} to {high}",
    )


def claim_rows(tests: Sequence[Tested]) -> list[ClaimRow]:
    """Return the claims in the account's order."""
    return [claim_row(tested) for tested in tests]


def claim_row(tested: Tested) -> ClaimRow:
    """Return a claim as a reader sees it."""
    return ClaimRow(
        key=tested.claim.key,
        says=tested.claim.says,
        test=tested.claim.written,
        readings=tuple(reading_row(name, reading) for name, reading in readings_of(tested)),
        remarks=tuple(remarks(tested)),
    )


def readings_of(tested: Tested) -> list[tuple[str, Reading]]:
    """Return the readings of a claim by name."""
    named = [
        ("prior", tested.prior),
        ("as it happened", tested.as_it_happened),
        ("re-run" if tested.posterior is None else "re-run by SMC", tested.rerun),
    ]
    return [(name, reading) for name, reading in named if reading is not None]


def unsolved_in(tested: Tested) -> list[Unsolved]:
    """Return the stages on which a claim rests and that were not solved everywhere."""
    return joined(reading.answer.unsolved for _, reading in readings_of(tested))


def remarks(tested: Tested) -> list[str]:
    """Return what must be known beside the figures, each a sentence."""
    found = []
    answer = tested.prior.answer
    if tested.foregone:
        found.append(
            f"foregone: {tested.prior.verdict.word} whatever the account says, "
            "by the shape of the model"
        )
    if answer.coupling is not None:
        low, high = (figure(end, answer.standard_error) for end in answer.coupling)
        hangs = "; the verdict depends on it" if tested.prior.depends_on_coupling else ""
        found.append(f"{low} to {high} however luck is coupled{hangs}")
    if answer.forestalled:
        share = figure(answer.forestalled, answer.standard_error)
        found.append(f"forestalled in {share}: the stage was no longer reached")
    if answer.undefined:
        found.append(f"undefined in {100 * answer.undefined:.0f} % of the histories that count")
    found += [f"{one.sentence}" for one in unsolved_in(tested)]
    for name, reading in readings_of(tested):
        if not isfinite(reading.answer.value):
            where = "" if name == "prior" else f" {name}"
            found.append(f"cannot be asked{where}: {reading.answer.lacking}")
        elif reading.verdict.word == "unresolved":
            found.append(("" if name == "prior" else f"{name}: ") + remedy(reading))
    return found


def remedy(reading: Reading) -> str:
    """Return what would settle an unresolved claim."""
    verdict = reading.verdict
    if verdict.worlds_needed is not None and verdict.worlds_needed <= MOST_WORLDS:
        return f"needs about {verdict.worlds_needed:,} worlds"
    if verdict.uncalled > 0.01:
        close = f"{100 * verdict.uncalled:.0f} % of worlds are too close to call"
        return f"{close}: needs more histories"
    return "its share of worlds lies on the line between two verdicts"


def outcome_rows(stages: Mapping[str, StageSummary]) -> list[OutcomeRow]:
    """Return the outcomes and measures of every stage; labels that never occurred are left out."""
    rows = []
    for name, stage in stages.items():
        for label, answer in stage.outcomes.items():
            rows.append(outcome_row(name, f"{name} = {label}", answer))
        for measure, shares in stage.labels.items():
            rows += [
                outcome_row(name, f"{measure} = {label}", answer)
                for label, answer in shares.items()
                if answer.value > 0
            ]
        rows += [
            outcome_row(name, f"mean of {measure}", answer)
            for measure, answer in stage.means.items()
            if isfinite(answer.value)
        ]
    return rows


def outcome_row(stage: str, what: str, answer: Answer) -> OutcomeRow:
    """Return one figure of a stage."""
    return OutcomeRow(stage, what, figure(answer.value, answer.standard_error), span(answer))


def html_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a notebook; headings and cells are HTML already.

    Examples
    --------
    >>> html_table(["claim"], [["<b>numbers</b>"]]).count("<td")
    1
    """
    cell = "style='text-align:left;vertical-align:top'"
    head = "".join(f"<th {cell}>{heading}</th>" for heading in headings)
    body = "".join(
        "<tr>" + "".join(f"<td {cell}>{one}</td>" for one in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_claims(rows: Sequence[ClaimRow]) -> str:
    """Return the claims as an HTML table."""
    names = list(dict.fromkeys(reading.name for row in rows for reading in row.readings))
    return html_table(["claim", *names], [html_claim(row, names) for row in rows])


def html_claim(row: ClaimRow, names: Sequence[str]) -> list[str]:
    """Return the cells of one claim."""
    small = "".join(f"<br><small><i>{escape(remark)}</i></small>" for remark in row.remarks)
    cells = [f"<b>{escape(row.says)}</b><br><code>{escape(row.test)}</code>{small}"]
    by_name = {reading.name: reading for reading in row.readings}
    for name in names:
        reading = by_name.get(name)
        if reading is None or not reading.word:
            cells.append("–")
            continue
        cells.append(
            f"<span style='white-space:nowrap'><b style='color:{COLOURS[reading.word]}'>"
            f"{SYMBOLS[reading.word]}&nbsp;{reading.word}</b><br>"
            f"{reading.value} <small>({reading.interval})</small><br>"
            f"<small>{reading.share} of worlds ({reading.bounds})</small></span>"
        )
    return cells


def html_outcomes(rows: Sequence[OutcomeRow]) -> str:
    """Return outcomes and measures as an HTML table."""
    return html_table(
        ["stage", "what", "value", "90 % of worlds"],
        [[escape(one) for one in (row.stage, row.what, row.value, row.interval)] for row in rows],
    )
