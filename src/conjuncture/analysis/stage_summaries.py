"""A summary of every stage: how it ends, how often it is reached, what it measures.

With it stand the rows of tables that faces show: words and figures, without any layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import isfinite

from conjuncture.analysis.answers import Answer, Counts, answer
from conjuncture.analysis.unsolved_stages import UnsolvedStage, worst_of_each_stage
from conjuncture.language.nodes import Compare, Label, Measure, Outcome, Quantity, Reached
from conjuncture.language.quantities import Mean, Probability
from conjuncture.numbers import figure_of
from conjuncture.scenario.crisis import Crisis


@dataclass(frozen=True)
class StageSummary:
    """What can be said of one stage on one screen.

    Attributes
    ----------
    outcomes : mapping of str to Answer
        Probability of each outcome among all histories.
    labels : mapping of str to mapping of str to Answer
        For each measure with labels, such as ``how``, their probabilities where it was reached.
    means : mapping of str to Answer
        Mean of each number that the stage measures, where it was reached.
    """

    outcomes: dict[str, Answer] = field(default_factory=dict)
    labels: dict[str, dict[str, Answer]] = field(default_factory=dict)
    means: dict[str, Answer] = field(default_factory=dict)

    @property
    def reached_share(self) -> float:
        """Share of the histories that came to the stage."""
        return 1.0 - next(iter(self.outcomes.values())).undefined


def unsolved_in(stages: Mapping[str, StageSummary]) -> list[UnsolvedStage]:
    """Return the stages that were not solved everywhere, each once."""
    return worst_of_each_stage(
        one.unsolved for stage in stages.values() for one in stage.outcomes.values()
    )


def summarise(crisis: Crisis, counts: Sequence[Counts]) -> dict[str, StageSummary]:
    """Summarise every stage; measures of single forces and camps are left to queries.

    Parameters
    ----------
    crisis : Crisis
    counts : sequence of Counts
        For each of :func:`questions_of`.
    """
    asked = questions_of(crisis)
    found: dict[str, StageSummary] = {}
    for (stage, measure, label), counted in zip(asked.values(), counts, strict=True):
        summary = found.setdefault(stage, StageSummary())
        if not measure:
            summary.outcomes[label] = answer(counted)
        elif label:
            summary.labels.setdefault(measure, {})[label] = answer(counted)
        else:
            summary.means[measure] = answer(counted)
    return found


def questions_of(crisis: Crisis) -> Mapping[Quantity, tuple[str, str, str]]:
    """Return what a summary asks, and of each the stage, the measure and the label."""
    asked: dict[Quantity, tuple[str, str, str]] = {}
    for stage in crisis.stages:
        symbols = crisis.vocabulary.stages[stage]
        for code, label in enumerate(symbols.outcomes):
            event = Compare("=", Outcome(stage), Label(label, code))
            asked[Probability(event)] = (stage, "", label)
        for measure, symbol in symbols.measures.items():
            if symbol.index is not None:
                continue
            node, reached = Measure(stage, measure), Reached(stage)
            for code, label in enumerate(symbol.kind.labels or ()):
                event = Compare("=", node, Label(label, code))
                asked[Probability(event, given=reached)] = (stage, measure, label)
            if not symbol.kind.labels:
                asked[Mean(node, given=reached)] = (stage, measure, "")
    return asked


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome or a measure of a stage."""

    stage: str
    what: str
    value: str
    interval: str


def interval_of(answer: Answer) -> str:
    """Return the middle nine tenths of the worlds, with the digits of the value."""
    low, high = (figure_of(end, answer.standard_error) for end in answer.interval)
    return f"{low} to {high}" if isfinite(answer.interval[0]) else ""


def outcome_rows(stages: Mapping[str, StageSummary]) -> list[OutcomeRow]:
    """Return the outcomes and measures of every stage; labels that never occurred are left out."""
    rows = []
    for name, stage in stages.items():
        for label, share in stage.outcomes.items():
            rows.append(outcome_row(name, f"{name} = {label}", share))
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
