"""Citations such as ``[@key; @other, p. 4]`` become links into a list of all works cited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from conjuncture.scenario.bibliography import BibliographyEntry, works

LIST = "reference/works"
CODE_OR_CITATION = re.compile(
    r"^(?P<indent> *)(?P<fence>```+|~~~+).*?^(?P=indent)(?P=fence)"
    r"|(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)"
    r"|\[(?P<cited>@[^\]]+)\]",
    re.MULTILINE | re.DOTALL,
)
ONE = re.compile(r"@(?P<key>[\w:-]+)(?P<place>, .+)?", re.DOTALL)

logger = logging.getLogger(__name__)


def link_citations(
    text: str, known: Mapping[str, BibliographyEntry]
) -> tuple[str, list[tuple[int, str]]]:
    """Replace the citations outside code by links.

    Returns
    -------
    text
        The Markdown with links.
    mistakes
        The line and the text of every citation that cannot be resolved.
    """
    mistakes: list[tuple[int, str]] = []

    def link(match: re.Match[str]) -> str:
        if match["cited"] is None:
            return match[0]
        links = []
        for part in match["cited"].split(";"):
            one = ONE.fullmatch(part.strip())
            if one is None or one["key"] not in known:
                mistakes.append((text.count("\n", 0, match.start()) + 1, part.strip()))
                continue
            links.append(f"[{known[one['key']].short_text()}](#{one['key']}){one['place'] or ''}")
        return f"({'; '.join(links)})"

    return CODE_OR_CITATION.sub(link, text), mistakes


def list_works(known: Mapping[str, BibliographyEntry]) -> str:
    """Return the works as Markdown, in the order of their text, each with a target to link to."""
    lines = []
    for work in sorted(known.values(), key=lambda work: work.text().casefold()):
        escaped = re.sub(r"([\\`*_\[\]<>$#])", r"\\\1", work.text())
        lines.append(f"({work.key})=\n{escaped}\n")
    return "\n".join(lines)


def resolve(_app: Sphinx, page: str, source: list[str]) -> None:
    """Link the citations of a page as it is read; the list of works gets its entries."""
    known = works()
    source[0], mistakes = link_citations(source[0], known)
    for line, cited in mistakes:
        logger.warning(
            "'%s' is not a work in references.bib; write [@key] with a key from there, or add it",
            cited,
            location=(page, line),
        )
    if page == LIST:
        source[0] += "\n" + list_works(known)


def setup(app: Sphinx) -> dict[str, Any]:
    """Resolve citations whenever a page is read."""
    app.connect("source-read", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
