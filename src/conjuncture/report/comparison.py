"""Cases like this one as a report shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conjuncture.analysis.reference_classes.in_words import tags_in_brackets
from conjuncture.analysis.reference_classes.rows import (
    CASE_HEADINGS,
    HEADINGS,
    LEGEND,
    class_rows,
    differing_tags_in_words,
    ending_in_words,
    shared_tags_in_words,
)
from conjuncture.analysis.wording import capitalise
from conjuncture.report import drawings
from conjuncture.report.content import Section, TextTable

if TYPE_CHECKING:
    from conjuncture.analysis.reference_classes.comparison import Comparison

COMPARISON_METHODS = ("good1965", "gelman2013", "daniels1999", "miller1955")
"""The works that a comparison rests on, by their keys."""


def comparison_section(found: Comparison) -> Section:
    """Return how cases on record that are like this one ended, and how far the scenario stands off.

    Parameters
    ----------
    found : Comparison
    """
    kind = tags_in_brackets(found.tags).strip(" ()") or "no tag stated"
    classes = TextTable(
        f"Ever wider classes of {found.among}: {kind}",
        HEADINGS,
        tuple(class_rows(found)),
        frozenset(range(1, len(HEADINGS))),
    )
    tables = [classes]
    if found.nearest:
        rows = tuple(
            (
                one.case,
                ending_in_words(one),
                shared_tags_in_words(one, len(found.tags)),
                differing_tags_in_words(one),
            )
            for one in found.nearest
        )
        tables.append(TextTable("The closest cases", CASE_HEADINGS, rows))
    return Section(
        anchor="similar-cases",
        title="Cases like this one",
        asks="What became of cases like it that are on record, and how far off is the model?",
        sentences=(*found.sentences(), found.caution),
        drawings=drawings.drawings_of_comparison(found),
        tables=tuple(tables),
        notes=(capitalise(LEGEND),),
    )
