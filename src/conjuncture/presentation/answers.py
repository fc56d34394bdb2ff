"""The answer to a query: as text, as JSON, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from conjuncture.analysis.answers import Answer
from conjuncture.number_format import figure_of, write_rounded
from conjuncture.presentation.documents import (
    Content,
    answer_document,
    estimate_range,
    flatten_estimate,
)
from conjuncture.presentation.text import Group, Paragraph


def groups_of(answer: Answer, run: str = "", *, quiet: bool = False) -> Iterator[Group]:
    """Yield a query with its value, and what belongs to the value.

    Parameters
    ----------
    answer : Answer
    run : str
        On what it rests: the size of the run, and the reading.
    quiet : bool
        Whether to leave that out.
    """
    question = " ".join(answer.query.split()) or "the value"
    if not isfinite(answer.value):
        yield [Paragraph(f"{question} has no value: {answer.why_no_value}")]
        return
    # One digit more than the table of claims shows, for a single number has room for it.
    value = figure_of(answer.value, answer.standard_error / 10.0)
    facts = list(facts_of(answer))
    width = max(len(name) for name, _ in facts)
    yield [
        Paragraph(((f"{question} = ", ""), (value, "bold"))),
        *(
            Paragraph((("  ", ""), (name.ljust(width), "dim"), (f"  {told}", "")))
            for name, told in facts
        ),
        *(Paragraph(f"  Warning: {one.sentence}.", "bold") for one in answer.unsolved),
        *([Paragraph(f"  {run}", "dim")] if run and not quiet else []),
    ]


def facts_of(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield what belongs to a value, and what each is called."""
    error = answer.standard_error
    yield "middle nine tenths of the worlds", estimate_range(answer)
    yield "standard error", figure_of(error, error / 10.0)
    if answer.coupling is not None:
        low, high = (figure_of(end, error) for end in answer.coupling)
        yield "however luck is coupled", f"{low} to {high}"
    if answer.forestalled is not None:
        yield "forestalled", figure_of(answer.forestalled, error)
    if answer.undefined:
        yield "undefined", f"{write_rounded(100 * answer.undefined, 2)} % of the histories"


def document_of(answer: Answer) -> Content:
    """Return a query and its answer."""
    return {"query": answer.query, **answer_document(answer)}


def rows_of(answer: Answer) -> list[Content]:
    """Return a query and its answer as one flat row."""
    found = document_of(answer)
    return [{"query": found["query"], **flatten_estimate(found), "undefined": found["undefined"]}]
