"""Everything a report says, in order, and how it shows itself: in a notebook, or as a file.

A file is written whole or not at all, as HTML or as Markdown.

One HTML file holds everything and asks nothing of a network. Every text is escaped by the
templates. Only the pictures go in as they are; they are our own, and the texts inside them were
escaped when they were drawn. Markdown has the same content, its pictures as files beside it; every
text that a template prints is escaped there too, so that no mark of a scenario's text is taken for
one of ours, and what is not to be escaped is of the type :class:`MarkdownText`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from conjuncture.analysis.result import Result
from conjuncture.engine.files import write_atomically
from conjuncture.errors import UsageError, reason_of
from conjuncture.figures.picture import (
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
from conjuncture.presentation.documents import to_json_value
from conjuncture.presentation.sections import (
    AccountText,
    CitedWork,
    Drawing,
    ExplanationSections,
    Owner,
    QuotedPassage,
    Section,
    Segment,
    ShownClaim,
    StageEnds,
    Story,
    Strip,
    TextTable,
)

if TYPE_CHECKING:
    import pandas


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


HTML, MARKDOWN = ("html", "htm"), ("md", "markdown")


def form_of(path: Path, form: str | None = None) -> str:
    """Return the form in which a report is written, ``html`` or ``md``.

    Parameters
    ----------
    path : Path
        Its ending says which, where nobody does.
    form : str, optional

    Raises
    ------
    UsageError
        When neither says, or they contradict one another.

    Examples
    --------
    >>> form_of(Path("report.html")), form_of(Path("report.md")), form_of(Path("report"), "md")
    ('html', 'md', 'md')
    """
    ending = path.suffix.lower().lstrip(".")
    said = "html" if ending in HTML else "md" if ending in MARKDOWN else None
    if form is None and said is None:
        raise UsageError(
            f"'{path}' does not say in which form to write; end its name in .html or .md"
        )
    if form is not None and form not in ("html", "md"):
        raise UsageError(f"a report is written as 'html' or 'md', not as '{form}'")
    if form is not None and said is not None and form != said:
        raise UsageError(
            f"'{path}' ends in .{ending}, and the format asked for is {form}; keep one of the two"
        )
    return form or said or "html"


def figures_folder(path: Path) -> Path:
    """Return the folder for the pictures of a report in Markdown.

    Examples
    --------
    >>> figures_folder(Path("out/report.md")).as_posix()
    'out/report-figures'
    """
    return path.with_name(f"{path.stem}-figures")


def write(report: Report, path: str | Path, form: str | None = None) -> None:
    """Write a report into a file.

    As HTML it is one file that holds everything. As Markdown its pictures are written as SVG into
    a folder beside it, ``NAME-figures``.

    Parameters
    ----------
    report : Report
    path : str or Path
        Ends in ``.html`` or ``.md``, or ``form`` says which.
    form : str, optional
        ``html`` or ``md``.

    Raises
    ------
    UsageError
        When it cannot be written.
    """
    target = Path(path)
    chosen = form_of(target, form)
    with write_atomically(target) as part:
        write_part(report, target, part, chosen)


def write_part(report: Report, target: Path, part: Path, form: str) -> None:
    """Write a report into the temporary file that is to take the place of ``target``."""
    if form == "html":
        part.write_text(as_html(report), encoding="utf-8")
        return
    folder = figures_folder(target)
    if report.all_drawings:
        make_folder(folder)
    for drawing in report.all_drawings:
        with write_atomically(folder / f"{drawing.name}.svg") as picture:
            picture.write_text(drawing.svg, encoding="utf-8")
    part.write_text(as_markdown(report, folder.name), encoding="utf-8")


def make_folder(folder: Path) -> None:
    """Make a folder where there is none.

    Raises
    ------
    UsageError
        When it cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(f"the folder '{folder}' cannot be made: {reason}") from None


@dataclass(frozen=True)
class Report(Result):
    """Everything a report says, in order.

    Attributes
    ----------
    title, slug : str
        Of the crisis.
    summary : tuple of str
        Paragraphs in plain words.
    missing : tuple of str
        What an interrupted run left undone or could not be computed, each a sentence.
    account : AccountText
    unknowns, cast, stages : tuple of Owner
    defaults : Table or None
        Numbers of which the account says nothing.
    claims : tuple of ShownClaim
    evidence : tuple of str
        What the readings under evidence rest on.
    outcomes : Section
        How the crisis goes in the model.
    explained : tuple of ExplanationSections
    stories : tuple of Story
    drawings : tuple of Drawing
        Of the claims.
    caveats : tuple of str
    cited : tuple of CitedWork
    record : tuple of (str, str)
    comparison : Section or None
        Cases on record that are like this one, where the scenario says what kind of case it is.
    wrong : tuple of str
        What could not be computed, because a number went wrong; each stands under ``missing`` too.
    strips : tuple of Strip
        The claims' figure on the first screen.
    course : tuple of StageEnds
        The flow of outcomes where there is no room for its picture.
    """

    title: str
    slug: str
    summary: tuple[str, ...]
    missing: tuple[str, ...]
    account: AccountText
    unknowns: tuple[Owner, ...]
    cast: tuple[Owner, ...]
    stages: tuple[Owner, ...]
    defaults: TextTable | None
    claims: tuple[ShownClaim, ...]
    evidence: tuple[str, ...]
    outcomes: Section | None
    explained: tuple[ExplanationSections, ...]
    stories: tuple[Story, ...]
    drawings: tuple[Drawing, ...]
    caveats: tuple[str, ...]
    cited: tuple[CitedWork, ...]
    record: tuple[tuple[str, str], ...]
    comparison: Section | None = None
    wrong: tuple[str, ...] = ()
    strips: tuple[Strip, ...] = ()
    course: tuple[StageEnds, ...] = ()

    def __str__(self) -> str:
        return as_markdown(self, f"{self.slug}-report-figures")

    def _repr_html_(self) -> str:
        style = "width:100%;height:45em;border:0"
        return f'<iframe style="{style}" srcdoc="{escape(as_html(self))}"></iframe>'

    def to_dict(self) -> dict[str, Any]:
        """Return everything that it says as JSON knows it."""
        return dict(to_json_value(self))

    def to_frame(self) -> pandas.DataFrame:
        """Return how the claims stand as a table, a row a claim and reading.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas

        return pandas.DataFrame(
            {
                "claim": strip.anchor.removeprefix("claim-"),
                "says": strip.says,
                "reading": extent.name,
                "verdict": extent.word,
                "share_of_worlds": extent.share,
                "share_low": extent.low,
                "share_high": extent.high,
            }
            for strip in self.strips
            for extent in strip.extents
        )

    @property
    def omitted_passages(self) -> Sequence[QuotedPassage]:
        """Passages that are left out on purpose."""
        return [one for one in self.account.passages if one.kind == "omitted"]

    @property
    def uncovered_passages(self) -> Sequence[QuotedPassage]:
        """Sentences on which nothing rests, and nobody says why."""
        return [one for one in self.account.passages if one.kind == "nowhere"]

    @property
    def question(self) -> str:
        """What was asked, in a sentence or two: the first paragraph of the summary."""
        return self.summary[0] if self.summary else ""

    @property
    def answers(self) -> Sequence[str]:
        """What it came to: the rest of the summary."""
        return self.summary[1:]

    @property
    def readings(self) -> Sequence[str]:
        """The names of the readings that some claim has, in order."""
        return list(dict.fromkeys(one.name for claim in self.claims for one in claim.text.readings))

    @property
    def all_drawings(self) -> Sequence[Drawing]:
        """Every picture in the order in which it appears."""
        found = list(self.drawings)
        for section in filter(None, (self.outcomes, self.comparison)):
            found += section.drawings
        for explained in self.explained:
            found += [drawing for section in explained.sections for drawing in section.drawings]
        return found
