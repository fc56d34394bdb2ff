"""Rows of the tables that faces show: the words and figures of results, without any layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, isfinite, log10

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.summary import StageSummary
from conjuncture.analysis.wording import format_decimals

ROUNDING = 1e-9
"""A standard error below this is what rounding leaves of none."""


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome or a measure of a stage."""

    stage: str
    what: str
    value: str
    interval: str


def figure_of(value: float, error: float, decimals: int = 2) -> str:
    """Return a number with the digits that its standard error leaves.

    Examples
    --------
    >>> figure_of(0.51234, 0.02), figure_of(0.51234, 0.0004), figure_of(1234.5, 20.0)
    ('0.51', '0.5123', '1,234')
    >>> figure_of(-0.512, 0.02), figure_of(-0.00002, 0.0004)
    ('−0.51', '0.0000')
    """
    if not isfinite(value):
        return "–"
    if error > ROUNDING:
        decimals = min(max(ceil(-log10(2.0 * error)), 0 if abs(value) >= 100 else 2), 6)
    return format_decimals(value, decimals)


def interval_of(answer: Answer) -> str:
    """Return the middle nine tenths of the worlds, with the digits of the value."""
    low, high = (figure_of(end, answer.standard_error) for end in answer.interval)
    return f"{low} to {high}" if isfinite(answer.interval[0]) else ""


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
    return OutcomeRow(
        stage, what, figure_of(answer.value, answer.standard_error), interval_of(answer)
    )


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


def html_outcomes(rows: Sequence[OutcomeRow]) -> str:
    """Return outcomes and measures as an HTML table."""
    return html_table(
        ["stage", "what", "value", "90 % of worlds"],
        [[escape(one) for one in (row.stage, row.what, row.value, row.interval)] for row in rows],
    )
