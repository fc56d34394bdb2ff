"""Writing a report into a file: whole or not at all, and beside Markdown its pictures."""

from __future__ import annotations

from pathlib import Path

from conjuncture.engine.files import write_atomically
from conjuncture.errors import UsageError, reason_of
from conjuncture.report.content import Report
from conjuncture.report.html import as_html
from conjuncture.report.markdown import as_markdown

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
