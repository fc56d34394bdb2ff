"""A report as one HTML file that holds everything and asks nothing of a network.

Every text is escaped by the templates. Only the pictures go in as they are; they are our own, and
the texts inside them were escaped when they were drawn.
"""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conjuncture.presentation.claims import MEANINGS, READINGS, SYMBOLS
from conjuncture.report.content import Report

_BEFORE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLE = re.compile(r"\s*<style\b[^>]*>.*?</style>", re.DOTALL)
_NAMESPACE = re.compile(r"\s+xmlns(?::\w+)?=\"[^\"]*\"")
_ROOT = re.compile(r"<svg\b[^>]*>")
_LINK = re.compile(r"(<\w+\b[^>]*?\s)xlink:href=")
_FONT = re.compile(r"'DejaVu Sans'(?!\s*,)")
_LOOK = ' style="stroke-linejoin:round;stroke-linecap:butt">'
_SHORT = 90
_OPENING = re.compile(r"(?:^|(?<=[\s(\[\u2013\u2014]))[\"\u201c\u201e]|[\u201c\u201e]")
_CLOSING = re.compile(r"[\"\u201d]")


def as_html(report: Report) -> str:
    """Return a report as the text of an HTML file.

    Parameters
    ----------
    report : Report
    """
    template = _environment().get_template("report.html.j2")
    return (
        template.render(report=report, meanings=MEANINGS, readings=READINGS, symbols=SYMBOLS) + "\n"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conjuncture.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"inline": inline, "in_css": in_css, "short": short, "quoted": quoted}
    return environment


def inline(svg: str) -> Markup:
    r"""Return an SVG file as a part of a page: no prologue, no namespaces, no style for all.

    Examples
    --------
    >>> inline('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
    Markup('<svg style="stroke-linejoin:round;stroke-linecap:butt"><g/></svg>')
    """
    text = _STYLE.sub("", _COMMENT.sub("", _BEFORE.sub("", svg)))
    text = _FONT.sub("'DejaVu Sans', Verdana, sans-serif", _LINK.sub(r"\1href=", text))
    root = _ROOT.search(text)
    if root is None:
        return Markup()
    head = _NAMESPACE.sub("", root.group())[:-1] + _LOOK
    # What matplotlib wrote has its texts escaped already.
    return Markup((head + text[root.end() :]).strip())  # noqa: S704


def in_css(text: str) -> Markup:
    r"""Return a text as the inside of a string of CSS, all but letters and digits escaped.

    Examples
    --------
    >>> in_css('A "b"</style>')
    Markup('A\\20 \\22 b\\22 \\3c \\2f style\\3e ')
    """
    safe = "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in text)
    # Letters, digits and escapes of hexadecimal digits end no string, no style and no tag.
    return Markup(safe)  # noqa: S704


def short(text: str) -> str:
    """Return a long text cut at a word, with an ellipsis.

    Examples
    --------
    >>> short("a " * 60)[-5:]
    'a a …'
    """
    if len(text) <= _SHORT:
        return text
    return text[:_SHORT].rsplit(" ", 1)[0] + " …"


def quoted(text: str) -> str:
    """Return a text within quotation marks, those of its own made single.

    Examples
    --------
    >>> quoted("\u201cWhy?\u201d he asked."), quoted('He asked "Why?"')
    ('“‘Why?’ he asked.”', '“He asked ‘Why?’”')
    """
    inner = _CLOSING.sub("\u2019", _OPENING.sub("\u2018", text))
    return f"\u201c{inner}\u201d"
