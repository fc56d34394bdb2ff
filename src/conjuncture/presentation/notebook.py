"""Blocks of text and pictures as a notebook shows them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from importlib import import_module
from typing import Any

from conjuncture.analysis.stage_summaries import html_table
from conjuncture.presentation.text import Block, Group, Paragraph

TAGS = {"": "", "bold": "b", "dim": "small"}


def html_of_groups(groups: Iterable[Group]) -> str:
    """Return groups of blocks as a piece of a page; every text is escaped.

    Examples
    --------
    >>> html_of_groups([[Paragraph("a < b", "bold")]])
    '<p><b>a &lt; b</b></p>'
    """
    return "".join(html_of_block(block) for group in groups for block in group)


def html_of_block(block: Block) -> str:
    """Return a paragraph or a table."""
    if isinstance(block, Paragraph):
        tag = TAGS[block.tone]
        text = escape(block.text)
        return f"<p>{f'<{tag}>{text}</{tag}>' if tag else text}</p>"
    caption = f"<p><i>{escape(block.caption)}</i></p>" if block.caption else ""
    return caption + html_table(
        [escape(one) for one in block.headings],
        [[escape(cell) for cell in row] for row in block.rows],
    )


def html_of_pictures(result: Any) -> str:
    """Return the pictures of a result, each by itself, so that no two share a name.

    They are drawn on a floor above this one, which is found by name: nothing here leans on what
    draws.
    """
    figures = import_module("conjuncture.figures.results")
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
