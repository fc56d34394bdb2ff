"""Where results are printed: how wide, with or without colours, in which signs.

Also the lines above a result, and the sections of a report: a title, what it asks, sentences,
tables of figures.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from conjuncture.presentation.sections import Section, TextTable


PIPED_WIDTH = 80
SHORTEST, LONGEST = 60, 120
PLAIN_SIGNS = {
    "✓": "+", "◕": "(+)", "◐": "~", "◔": "(x)", "✗": "x",
    "–": "-", "×": "x", "├": "|", "└": "`", "│": "|", "→": "->",
    "…": "...", "─": "-", "±": "+-",
    "−": "-", "\u00a0": " ", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
"""For outputs that know no other signs."""


class ResultConsole(Console):
    """A console that leaves it to the program what happens when nobody reads any more."""

    def on_broken_pipe(self) -> None:
        """Pass the error on, where rich would end the program with code 1."""
        error = sys.exception()
        if error is not None:
            raise error


def make_console(longest: int = LONGEST) -> ResultConsole:
    """Return the console for results.

    As wide as the terminal, or as ``COLUMNS`` says, up to 120 columns, since longer lines are hard
    to read (up to ``longest`` where two texts stand side by side); 80 columns where there is no
    terminal, so that what is piped or kept does not depend on the window. rich looks at
    ``NO_COLOR`` itself.
    """
    stream = sys.stdout
    if not is_unicode() and hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    piped = None if stream.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    console = ResultConsole(width=piped, highlight=False, markup=False, emoji=False)
    if not SHORTEST <= console.width <= longest:
        console.width = min(max(console.width, SHORTEST), longest)
    return console


def print_wrapped(
    console: Console, text: Text, indent: int = 0, margin: Text | None = None
) -> None:
    """Print a text with line breaks between words, and no blanks at the end of a line.

    Parameters
    ----------
    console : rich.console.Console
    text : rich.text.Text
    indent : int
        Columns left free before every line.
    margin : rich.text.Text, optional
        What stands there before the first line.
    """
    before = margin or Text()
    for line in text.wrap(console, console.width - indent):
        line.rstrip()
        whole = before.copy()
        whole.pad_right(indent - len(whole))
        console.print(whole.append_text(line), soft_wrap=True)
        before = Text()


def is_unicode() -> bool:
    """Return whether standard output can show every sign."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def adapt_signs(text: str) -> str:
    """Return a text in signs that standard output can show.

    Examples
    --------
    >>> adapt_signs("holds")
    'holds'
    """
    return text if is_unicode() else "".join(PLAIN_SIGNS.get(sign, sign) for sign in text)


def size_in_words(worlds: int, histories: int, seed: int, constants: str = "documented") -> str:
    """Return the size of a run in words, and where its structural constants come from.

    Examples
    --------
    >>> size_in_words(400, 512, 1)
    '400 worlds × 512 histories, seed 1'
    """
    learned = "" if constants == "documented" else f", constants {constants}"
    many = "" if worlds == 1 else "s"
    return f"{worlds:,} world{many} × {histories:,} histories, seed {seed}{learned}"


def show_heading(console: Console, title: str, run: str) -> None:
    """Print the title of a crisis and the size of a run, before anything heavy is loaded."""
    console.print(Text(title, "bold"))
    console.print(Text(adapt_signs(run)))
    console.print()
    console.file.flush()


INDENT = 2
NARROWEST = 18
"""Columns that a label is given at least before a table is folded."""


def show_section(section: Section, console: Console, *, quiet: bool) -> None:
    """Print a section.

    Parameters
    ----------
    section : Section
    console : rich.console.Console
    quiet : bool
        Whether to leave out what the section asks.
    """
    console.print()
    print_wrapped(console, Text(adapt_signs(section.title), "bold"))
    if not quiet:
        print_wrapped(console, Text(adapt_signs(section.asks), "dim"))
    for sentence in section.sentences:
        print_wrapped(console, Text(adapt_signs(sentence)))
    for table in section.tables:
        console.print()
        show_table(table, console)


def show_table(table: TextTable, console: Console) -> None:
    """Print a table: labels to the left, figures to the right, folded where it is too wide."""
    from rich.table import Table as Grid

    print_wrapped(console, Text(adapt_signs(table.caption), "italic"), INDENT)
    figures = sum(
        max(len(str(row[place])) for row in (table.headings, *table.rows)) + 2
        for place in table.figures
    )
    if console.width - INDENT - figures < NARROWEST:
        show_folded(table, console)
        return
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, head in enumerate(table.headings):
        number = place in table.figures
        grid.add_column(
            adapt_signs(head),
            justify="right" if number else "left",
            no_wrap=number,
            overflow="fold",
        )
    for row in table.rows:
        grid.add_row(*(Text(adapt_signs(str(cell))) for cell in row))
    with console.capture() as caught:
        console.print(grid, width=console.width - INDENT)
    for line in caught.get().rstrip("\n").split("\n"):
        console.print(Text.from_ansi(" " * INDENT + line.rstrip()), soft_wrap=True)


def show_folded(table: TextTable, console: Console) -> None:
    """Print a table row by row: the label, and below it each figure with its head."""
    for row in table.rows:
        print_wrapped(console, Text(adapt_signs(str(row[0]))), INDENT)
        figures = [
            f"{head} {cell}" for head, cell in zip(table.headings[1:], row[1:], strict=True) if cell
        ]
        print_wrapped(console, Text(adapt_signs("; ".join(figures)), "dim"), 2 * INDENT)


def show_figure_rows(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of figures; what they are of stands above them where lines are too short."""
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    beside = sum(widths) + INDENT * (len(widths) - 1) <= console.width
    left = widths[0] + INDENT if beside else INDENT
    head, figures = heads[0].ljust(left), align_figures(heads[1:], widths[1:])
    if not beside:
        print_wrapped(console, Text(heads[0], "dim"))
        head = " " * left
    print_wrapped(console, Text(adapt_signs(head + figures), "dim"))
    for row in rows:
        text = align_figures(row[1:], widths[1:])
        if beside:
            print_wrapped(console, Text(adapt_signs(row[0].ljust(left) + text)))
        else:
            print_wrapped(console, Text(adapt_signs(row[0])))
            print_wrapped(console, Text(adapt_signs(text)), left)


def align_figures(row: Sequence[str], widths: Sequence[int]) -> str:
    """Return figures in columns, to the right in each."""
    gap = " " * INDENT
    return gap.join(one.rjust(width) for one, width in zip(row, widths, strict=True))
