"""A report as Markdown: the same content, its pictures as files beside it.

Every text that a template prints is escaped, so that no mark of a scenario's text is taken for one
of ours; what is not to be escaped is of the type :class:`MarkdownText`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from conjuncture.presentation.claims import CONSTANTS, MEANINGS, READINGS, SYMBOLS
from conjuncture.report.content import Report, Segment
from conjuncture.report.html import quote_text, shorten_text

_ANYWHERE = re.compile(r"([\\`*_\[\]|~$^=])")
_AT_THE_START = re.compile(r"^([#+\-])")
_NUMBERED = re.compile(r"^(\d+)([.)])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class MarkdownText(str):
    """A text that is Markdown already."""

    __slots__ = ()


def as_markdown(report: Report, folder: str) -> str:
    """Return a report as Markdown.

    Parameters
    ----------
    report : Report
    folder : str
        The name of the folder beside it in which its pictures are, as SVG.
    """
    template = _markdown_environment().get_template("report.md.j2")
    text = template.render(
        report=report,
        folder=folder,
        meanings=MEANINGS,
        constants=CONSTANTS,
        readings=READINGS,
        symbols=SYMBOLS,
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@cache
def _markdown_environment() -> Environment:
    environment = Environment(  # noqa: S701 - what is printed is escaped for Markdown by `finalize`
        loader=PackageLoader("conjuncture.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=escape_markdown,
    )
    environment.filters |= {
        "code": code_span,
        "short": shorten_text,
        "quoted": quote_text,
        "segment": mark_segment,
        "address": escape_link,
        "level": heading_mark,
        "marked": MarkdownText,
    }
    return environment


def escape_markdown(text: Any) -> Any:
    r"""Return a text so that Markdown shows it as it is, on one line.

    Examples
    --------
    >>> print(escape_markdown("1. *No* <b>|</b> [x](y)"))
    1\. \*No\* &lt;b&gt;\|&lt;/b&gt; \[x\](y)
    """
    if isinstance(text, MarkdownText) or not isinstance(text, str):
        return text
    line = re.sub(r"\s*[\r\n\t\v\f\u2028\u2029]\s*", " ", text).translate(_ENTITIES)
    line = _ANYWHERE.sub(r"\\\1", line)
    return MarkdownText(_NUMBERED.sub(r"\1\\\2", _AT_THE_START.sub(r"\\\1", line)))


def code_span(text: str) -> MarkdownText:
    r"""Return a text as a span of code that may stand in a table.

    Examples
    --------
    >>> code_span("P(a | b)"), code_span("a`b")
    ('`P(a \\| b)`', '``a`b``')
    """
    line = " ".join(text.split())
    runs = [len(run) for run in re.findall(r"`+", line)]
    fence = "`" * next(length for length in range(1, len(runs) + 2) if length not in runs)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return MarkdownText(f"{fence}{pad}{line}{pad}{fence}".replace("|", "\\|"))


def escape_link(name: str) -> MarkdownText:
    """Return the name of a file or an anchor as it may stand in a link."""
    return MarkdownText(quote(name))


def heading_mark(depth: int) -> MarkdownText:
    """Return the mark of a heading."""
    return MarkdownText("#" * depth)


def mark_segment(one: Segment) -> MarkdownText:
    """Return a stretch of the account, with the anchors and the notes of its passages."""
    text = str(escape_markdown(one.text))
    text = text if text.strip() else one.text
    tag = {"strong": "strong", "emphasis": "em"}.get(one.weight)
    if tag:
        text = f"<{tag}>{text}</{tag}>"
    if one.kind:
        mark = "mark" if one.kind == "rests" else "u"
        text = f"<{mark}>{text}</{mark}>"
    starts = "".join(f'<a id="passage-{number}"></a>' for number in one.starts)
    notes = ", ".join(f"[{number}](#note-{number})" for number in one.ends)
    return MarkdownText(starts + text + (f"<sup>{notes}</sup>" if notes else ""))
