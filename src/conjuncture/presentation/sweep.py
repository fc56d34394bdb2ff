"""What a sweep found: as text, as JSON, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from conjuncture.analysis.parameter_sweep import Row, SweepResults, setting_of
from conjuncture.number_format import NO_NUMBER, figure_of
from conjuncture.presentation.sections import TextTable
from conjuncture.presentation.text import Group, Paragraph

HEADINGS = ("scenario", "asked", "reading", "found")


def groups_of(found: SweepResults, *, quiet: bool = False) -> Iterator[Group]:
    """Yield how many rows there are and, unless it is to be quiet, each in a line."""
    yield [Paragraph(f"{len(found):,} row{'' if len(found) == 1 else 's'}")]
    if found and not quiet:
        rows = tuple(
            (setting_of(row), f"{row['asked']} {row['name']}", row["reading"], finding_of(row))
            for row in found
        )
        yield [TextTable("", HEADINGS, rows, frozenset({3}))]


def finding_of(row: Row) -> str:
    """Return what a row found: a verdict, a value with the digits of its error, or a problem."""
    if row["problem"]:
        return "went wrong"
    if row["verdict"]:
        return str(row["verdict"])
    return NO_NUMBER if row["value"] is None else figure_of(row["value"], row["standard_error"])


def document_of(found: SweepResults) -> dict[str, list[Row]]:
    """Return the rows."""
    return {"rows": rows_of(found)}


def rows_of(found: SweepResults) -> list[Row]:
    """Return the rows."""
    return list(found)
