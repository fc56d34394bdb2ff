"""Docstrings in the reference: works they cite are linked, shapes of arrays link to nothing."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

from conjuncture.scenario.bibliography import works

CITED = re.compile(r"\[(\w+)\]_")
SHAPE = re.compile(r"^(:(?:type|vartype|rtype)[^:]*: )(.*\bshape\b.*)$")


def amend(lines: list[str]) -> None:
    """Amend the lines of a docstring after napoleon.

    Examples
    --------
    >>> lines = [":type holds: bool array, shape (worlds,)", "Values of [owen1977]_."]
    >>> amend(lines)
    >>> lines
    [':type holds: *bool array, shape (worlds,)*', 'Values of :ref:`Owen 1977 <owen1977>`.']
    """
    known = works()

    def link(match: re.Match[str]) -> str:
        key = match[1].lower()
        return f":ref:`{known[key].short_text()} <{key}>`" if key in known else match[0]

    lines[:] = [CITED.sub(link, SHAPE.sub(r"\1*\2*", line)) for line in lines]


def setup(app: Sphinx) -> dict[str, Any]:
    """Amend every docstring that autodoc reads."""
    app.connect("autodoc-process-docstring", lambda *event: amend(event[-1]), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
