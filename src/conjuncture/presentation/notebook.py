"""Blocks of text and pictures as a notebook shows them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from conjuncture.analysis.result import renderer_of
from conjuncture.presentation.sections import Rule, SideBySide, TextTable, Told, Tree
from conjuncture.presentation.text import Block, Group, Paragraph, Span

TAGS = {"": "", "bold": "b", "dim": "small", "italic": "i"}
"""Others are colours, which are left to terminals."""

AS_IT_IS = "style='white-space:pre'"
LEFT_TOP = "style='text-align:left;vertical-align:top'"


def html_of_groups(groups: Iterable[Group]) -> str:
    """Return groups of blocks as a piece of a page; every text is escaped.

    Examples
    --------
    >>> html_of_groups([[Paragraph("a < b", "bold")]])
    '<p><b>a &lt; b</b></p>'
    """
    return "".join(html_of_block(block) for group in groups for block in group)


def html_of_block(block: Block) -> str:
    """Return a block as a piece of a page."""
    match block:
        case Paragraph():
            spans = (*block.margin, *block.spans)
            return f"<p>{''.join(map(html_of_span, spans))}</p>"
        case TextTable():
            caption = f"<p><i>{escape(block.caption)}</i></p>" if block.caption else ""
            return caption + html_table(
                [escape(one) for one in block.headings],
                [[escape(cell) for cell in row] for row in block.rows],
            )
        case Tree():
            rows = [
                [
                    f"<code {AS_IT_IS}>{escape(line.guides + line.label)}</code>",
                    *map(escape, line.figures),
                ]
                for line in block.lines
            ]
            return html_table([escape(block.name), *map(escape, block.heads)], rows)
        case Told():
            return "".join(f"<p>{escape(line)}</p>" for line in block.lines)
        case Rule():
            return f"<hr><p><i>{escape(block.text)}</i></p>"
        case SideBySide():
            sides = ["<br>".join(map(escape, side)) for side in (block.left, block.right)]
            return html_table([escape(head) for head in block.heads], [sides])


def html_of_span(span: Span) -> str:
    """Return a stretch of text as it is set."""
    text, tone = span
    tag = TAGS.get(tone, "")
    return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)


def html_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for a notebook; headings and cells are HTML already.

    Examples
    --------
    >>> html_table(["claim"], [["<b>numbers</b>"]]).count("<td")
    1
    """
    head = "".join(f"<th {LEFT_TOP}>{heading}</th>" for heading in headings)
    body = "".join(
        "<tr>" + "".join(f"<td {LEFT_TOP}>{one}</td>" for one in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def html_of_pictures(result: Any) -> str:
    """Return the pictures of a result, each by itself, so that no two share a name.

    They are drawn on a floor above this one: nothing here leans on what draws.
    """
    figures = renderer_of("pictures")
    return "".join(
        picture_html(figures.svg(one), one.title, one.description)
        for one in figures.pictures_of(result)
    )


def picture_html(svg: str, title: str, description: str) -> str:
    """Return a picture inside a page.

    Examples
    --------
    >>> picture_html("<svg/>", "Shares", "Two bars.")
    '<img src="data:image/svg+xml;base64,PHN2Zy8+" title="Shares" alt="Two bars.">'
    """
    source = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img src="{source}" title="{escape(title)}" alt="{escape(description)}">'
