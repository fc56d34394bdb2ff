"""Cases like this one as a report shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conjuncture.analysis.reference_classes.in_words import described
from conjuncture.analysis.reference_classes.rows import (
    CASE_HEADINGS,
    HEADINGS,
    LEGEND,
    alike,
    class_rows,
    ended,
    otherwise,
)
from conjuncture.analysis.wording import capital
from conjuncture.report import drawings
from conjuncture.report.content import Section, Table

if TYPE_CHECKING:
    from conjuncture.analysis.reference_classes.comparison import Comparison

METHODS = ("good1965", "gelman2013", "daniels1999", "miller1955")
"""The works that a comparison rests on, by their keys."""


def compared(found: Comparison) -> Section:
    """Return how cases on record that are like this one ended, and how far the scenario stands off.

    Parameters
    ----------
    found : Comparison
    """
    kind = described(found.tags).strip(" ()") or "no tag stated"
    classes = Table(
        f"Ever wider classes of {found.among}: {kind}",
        HEADINGS,
        tuple(class_rows(found)),
        frozenset(range(1, len(HEADINGS))),
    )
    tables = [classes]
    if found.nearest:
        rows = tuple(
            (one.case, ended(one), alike(one, len(found.tags)), otherwise(one))
            for one in found.nearest
        )
        tables.append(Table("The closest cases", CASE_HEADINGS, rows))
    return Section(
        anchor="similar-cases",
        title="Cases like this one",
        asks="What became of cases like it that are on record, and how far off is the model?",
        sentences=(*found.sentences(), found.caution),
        drawings=drawings.of_comparison(found),
        tables=tuple(tables),
        notes=(capital(LEGEND),),
    )
