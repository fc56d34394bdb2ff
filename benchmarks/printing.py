"""The tables as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rows import Part, Row, Table

LARGE = 1000


def number(value: float) -> str:
    """Return a number with as many digits as a reader needs."""
    if abs(value) >= LARGE:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cells(row: Row, table: Table) -> list[str]:
    """Return the cells of a row; a row without values has its note instead."""
    found = [row.what, row.how]
    if row.values:
        low, high = min(row.values), max(row.values)
        spread = f"{number(low)}–{number(high)}" if len(row.values) > 1 else "once"
        found += [f"{number(row.median)} {row.unit}", spread]
    else:
        found += ["–", ""]
    if table.ratio:
        first = table.rows[0]
        comparable = row.values and first.values and row.unit == first.unit
        found.append(f"{row.median / first.median:.3g}" if comparable else "")
    return [*found, row.note]


def without_empty(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Leave out columns in which nothing but the heading stands."""
    used = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    return [[row[place] for place in used] for row in rows]


def table_lines_of(table: Table) -> Iterable[str]:
    """Return a table in lines."""
    yield f"### {table.title}"
    yield ""
    heading = ["what", "how", "median", "least–largest"]
    heading += [table.ratio, "note"] if table.ratio else ["note"]
    rows = without_empty([heading, *(cells(row, table) for row in table.rows)])
    yield f"| {' | '.join(rows[0])} |"
    yield f"| {' | '.join('---' for _ in rows[0])} |"
    for row in rows[1:]:
        yield f"| {' | '.join(row)} |"
    yield ""
    for note in table.notes:
        yield note
        yield ""


def document(parts: dict[str, Part], machine: Sequence[str], met: Sequence[str]) -> str:
    """Return the whole of RESULTS.md."""
    lines = ["# Benchmarks", "", *(f"- {line}" for line in machine), ""]
    lines += [
        "Medians of interleaved repetitions, with the least and the largest beside them.",
        "docs/explanation/speed.md says what is measured and how to read it.",
        "",
        "## Targets",
        "",
        "| target | measured | |",
        "| --- | --- | --- |",
        *met,
        "",
    ]
    for name, part in parts.items():
        lines += [f"## {name}", ""]
        for table in part.tables:
            lines += table_lines_of(table)
    return "\n".join(lines).rstrip() + "\n"
