"""The navigation follows the folders of docs/: a new page stands in it without being listed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from sphinx.application import Sphinx

CAPTIONS = {
    "tutorial": "Tutorial",
    "how-to": "How to",
    "explanation": "Explanation",
    "reference": "Reference",
    "mechanisms": "Mechanisms",
    "validation": "Validation",
}


def section(page: str) -> tuple[int, str]:
    """Return the place and the name of the section that a page belongs to.

    Examples
    --------
    >>> section("how-to/add-a-value"), section("tutorial")
    ((1, 'how-to'), (0, 'tutorial'))
    """
    name = page.split("/", maxsplit=1)[0]
    known = list(CAPTIONS)
    return (known.index(name) if name in known else len(known), name)


def contents(pages: set[str]) -> str:
    """Return hidden tables of contents, one a section, in Markdown."""
    ordered = sorted(pages, key=lambda page: (section(page), page))
    tables = []
    for (_, name), members in groupby(ordered, key=section):
        caption = CAPTIONS.get(name, name.capitalize())
        lines = ["```{toctree}", ":hidden:", f":caption: {caption}", "", *members, "```"]
        tables.append("\n".join(lines))
    return "\n\n".join(tables)


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    """Put every page under the first one."""
    root = app.config.root_doc
    if page == root:
        source[0] += "\n\n" + contents(app.env.found_docs - {root}) + "\n"


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the contents whenever the first page is read."""
    app.connect("source-read", add_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
