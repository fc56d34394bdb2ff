"""A report as one HTML file that holds everything and asks nothing of a network.

Every text is escaped by the templates. Only the pictures go in as they are; they are our own, and
the texts inside them were escaped when they were drawn.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conjuncture.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    RED,
    SKY,
    WIDTH,
)
from conjuncture.presentation.claims import CONSTANTS, MEANINGS, READINGS, SYMBOLS
from conjuncture.report.content import Report

_BEFORE = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STYLE = re.compile(r"\s*<style\b[^>]*>.*?</style>", re.DOTALL)
_NAMESPACE = re.compile(r"\s+xmlns(?::\w+)?=\"[^\"]*\"")
_ROOT = re.compile(r"<svg\b[^>]*>")
_LINK = re.compile(r"(<\w+\b[^>]*?\s)xlink:href=")
_FONT = re.compile(r"'DejaVu Sans'(?!\s*,)")
_COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}\b")
_HOUSE = {
    "#000000": "ink", "#ffffff": "paper", BLACK: "ink", GREY: "grey", PALE: "pale",
    "#f2f2f2": "shade", BLUE: "blue", GREEN: "green", RED: "red", PURPLE: "purple",
    ORANGE: "orange", SKY: "sky",
}  # fmt: skip
"""Colours of pictures that a page may set otherwise in the dark."""
_SCALE = re.compile(r'id="[^"]*QuadMesh')
"""A scale of colours: what is written over it was chosen for it, so such a picture stays light."""
_WIDTH = re.compile(r'\bwidth="([0-9.]+)pt"')
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
    environment = _html_environment()
    page = environment.get_template("report.html.j2").render(
        report=report,
        meanings=MEANINGS,
        constants=CONSTANTS,
        readings=READINGS,
        symbols=SYMBOLS,
        digest=digest(environment.get_template("report.js").render()),
    )
    return f"{page}\n"


def digest(script: str) -> str:
    """Return the digest of a script by which a page lets it run, and no other.

    Examples
    --------
    >>> digest("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


@cache
def _html_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conjuncture.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "inline": inline_svg,
        "in_css": escape_css,
        "short": shorten_text,
        "quoted": quote_text,
        "styled": css_class_of,
    }
    return environment


def inline_svg(svg: str) -> Markup:
    r"""Return an SVG file as a part of a page: no prologue, no namespaces, no style for all.

    Examples
    --------
    >>> inline_svg('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
    Markup('<svg style="stroke-linejoin:round;stroke-linecap:butt"><g/></svg>')
    """
    text = _STYLE.sub("", _COMMENT.sub("", _BEFORE.sub("", svg)))
    text = _FONT.sub("'DejaVu Sans', Verdana, sans-serif", _LINK.sub(r"\1href=", text))
    root = _ROOT.search(text)
    if root is None:
        return Markup()
    head, rest = _NAMESPACE.sub("", root.group())[:-1], text[root.end() :]
    width = _WIDTH.search(head)
    if _SCALE.search(rest):
        head += ' class="light"'
    else:
        rest = _COLOUR.sub(colour_variable_of, rest)
        if width is not None and float(width[1]) > 72.0 * WIDTH:
            head += ' class="across"'
    # What matplotlib wrote has its texts escaped already.
    return Markup((head + _LOOK + rest).strip())  # noqa: S704


def colour_variable_of(colour: re.Match[str]) -> str:
    """Return a colour so that the page may set another in its place, where it is one of ours."""
    name = _HOUSE.get(colour.group())
    return f"var(--figure-{name},{colour.group()})" if name else colour.group()


def css_class_of(words: str) -> str:
    """Return a verdict or the name of a reading as a class of the page's style.

    Examples
    --------
    >>> css_class_of("mostly holds")
    'mostly-holds'
    """
    return words.replace(" ", "-")


def escape_css(text: str) -> Markup:
    r"""Return a text as the inside of a string of CSS, all but letters and digits escaped.

    Examples
    --------
    >>> escape_css('A "b"</style>')
    Markup('A\\20 \\22 b\\22 \\3c \\2f style\\3e ')
    """
    safe = "".join(one if one.isascii() and one.isalnum() else f"\\{ord(one):x} " for one in text)
    # Letters, digits and escapes of hexadecimal digits end no string, no style and no tag.
    return Markup(safe)  # noqa: S704


def shorten_text(text: str) -> str:
    """Return a long text cut at a word, with an ellipsis.

    Examples
    --------
    >>> shorten_text("a " * 60)[-5:]
    'a a …'
    """
    if len(text) <= _SHORT:
        return text
    return text[:_SHORT].rsplit(" ", 1)[0] + " …"


def quote_text(text: str) -> str:
    """Return a text within quotation marks, those of its own made single.

    Examples
    --------
    >>> quote_text("\u201cWhy?\u201d he asked."), quote_text('He asked "Why?"')
    ('“‘Why?’ he asked.”', '“He asked ‘Why?’”')
    """
    inner = _CLOSING.sub("\u2019", _OPENING.sub("\u2018", text))
    return f"\u201c{inner}\u201d"
