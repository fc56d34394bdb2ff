"""Renew what docs/reference/data.md says of the columns of every table.

``python -m scripts.data.page``, from the root of the repository, after a change to the dictionary.
"""

from __future__ import annotations

import sys
from pathlib import Path

from conjuncture.data.dictionary import DICTIONARY, Column, DataSource, DataTable

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "data.md"


def columns(table: DataTable) -> str:
    """Return the columns of a table as a table in Markdown."""
    head = "| column | what it says | missing | hindsight | from |\n| --- | --- | --- | --- | --- |"
    return "\n".join([head, *map(_column, table.columns)])


def terms(table: DataTable) -> str:
    """Return the sources of a table and their terms as a list in Markdown."""
    return "\n".join(
        f"- {source.name} {_cite_source(source)}, `{source.file}`. {source.terms}"
        for source in table.sources
    )


def fill_page(text: str) -> str:
    """Return the page with the columns and terms of every table between its markers."""
    for table in DICTIONARY.values():
        before, begin, rest = text.partition(f"<!-- {table.name} -->\n")
        _, end, after = rest.partition(f"<!-- end of {table.name} -->\n")
        inside = f"\n{columns(table)}\n\nSources and terms:\n\n{terms(table)}\n\n"
        text = before + begin + inside + end + after
    return text


def _column(column: Column) -> str:
    told = "; ".join(
        f"`{option}`: {meaning}" if meaning else f"`{option}`"
        for option, meaning in column.options.items()
    )
    unit = f"Unit: {column.unit}." if column.unit else ""
    parts = (column.meaning, f"{told}." if told else "", unit, column.caution)
    says = " ".join(part for part in parts if part)
    marks = (
        str(column.missing or ""),
        "yes" if column.hindsight else "",
        _cite_source(column.source),
    )
    return f"| `{column.name}` | {says} | {' | '.join(marks)} |"


def _cite_source(source: DataSource) -> str:
    return f"[@{'; @'.join(source.works)}]"


def main() -> int:
    """Renew the page."""
    PAGE.write_text(fill_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
