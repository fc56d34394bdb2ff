"""Blocks of text on a terminal: paragraphs, and tables in columns, wrapped between words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import TYPE_CHECKING, Literal, TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from conjuncture.presentation.sections import Section, TextTable

COLUMNS = 80
INDENT = 2
GAP = 2
"""Blanks between two columns of a table."""
NARROWEST = 18
"""Columns that a label is given at least before a table is folded."""
NARROWEST_WORDS = 40
"""Columns that the words at the end of a row are given at least, before they go below."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``tone`` is how it is set: ``bold``, ``dim`` or as it is."""

    text: str
    tone: Literal["", "bold", "dim"] = ""


Block: TypeAlias = "Paragraph | TextTable"
Group: TypeAlias = "Sequence[Block]"
"""Blocks that stand together; a blank line parts a group from the next."""


def groups_of(section: Section, *, quiet: bool = False) -> Iterator[Group]:
    """Yield a section: what it is called and asks, what it says, its tables, and its notes.

    Parameters
    ----------
    section : Section
    quiet : bool
        Whether to leave out what it asks, and the notes.
    """
    head = [Paragraph(section.title, "bold")] if section.title else []
    asks = [Paragraph(section.asks, "dim")] if section.asks and not quiet else []
    yield [*head, *asks, *map(Paragraph, section.sentences)]
    yield from ([table] for table in section.tables)
    yield from notes_of(section.notes, quiet=quiet)


def notes_of(notes: Sequence[str], *, quiet: bool) -> Iterator[Group]:
    """Yield what is said in small letters, each by itself; nothing where it is to be quiet."""
    yield from ([Paragraph(one, "dim")] for one in notes if not quiet)


def text_of_groups(groups: Sequence[Group], width: int = COLUMNS) -> str:
    """Return groups of blocks as lines of text.

    Examples
    --------
    >>> print(text_of_groups([[Paragraph("a word")], [Paragraph("or two")]], 20))
    a word
    <BLANKLINE>
    or two
    """
    kept = StringIO()
    console = Console(file=kept, width=width, highlight=False, markup=False, emoji=False)
    print_groups(groups, console)
    return kept.getvalue().rstrip("\n")


def print_groups(
    groups: Sequence[Group], console: Console, adapt: Callable[[str], str] = str
) -> None:
    """Print groups of blocks with a blank line between them.

    Parameters
    ----------
    groups : sequence of sequence of Paragraph or TextTable
    console : rich.console.Console
    adapt : callable
        Returns a text in signs that the console can show.
    """
    for place, group in enumerate(groups):
        if place:
            console.print()
        for block in group:
            if isinstance(block, Paragraph):
                print_wrapped(console, Text(adapt(block.text), block.tone))
            else:
                print_table(adapt_table(block, adapt), console)


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


def adapt_table(table: TextTable, adapt: Callable[[str], str]) -> TextTable:
    """Return a table in signs that a console can show."""
    return replace(
        table,
        caption=adapt(table.caption),
        headings=tuple(map(adapt, table.headings)),
        rows=tuple(tuple(map(adapt, row)) for row in table.rows),
    )


def print_table(table: TextTable, console: Console) -> None:
    """Print a table: under its caption, or flush where it has none; as a list without figures."""
    if table.caption:
        print_under_caption(table, console)
    elif table.figures:
        print_flush(table, console)
    else:
        print_list(table.rows, console)


def print_under_caption(table: TextTable, console: Console) -> None:
    """Print labels to the left, figures to the right, row by row where the table is too wide."""
    print_wrapped(console, Text(table.caption, "italic"), INDENT)
    widths = widths_of((table.headings, *table.rows))
    figures = sum(widths[place] + GAP for place in table.figures)
    if console.width - INDENT - figures < NARROWEST:
        for row in table.rows:
            print_wrapped(console, Text(row[0]), INDENT)
            cells = zip(table.headings[1:], row[1:], strict=True)
            told = "; ".join(f"{head} {cell}" for head, cell in cells if cell)
            print_wrapped(console, Text(told, "dim"), 2 * INDENT)
        return
    grid = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for place, head in enumerate(table.headings):
        number = place in table.figures
        justify: Literal["left", "right"] = "right" if number else "left"
        grid.add_column(head, justify=justify, no_wrap=number, overflow="fold")
    for row in table.rows:
        grid.add_row(*map(Text, row))
    with console.capture() as caught:
        console.print(grid, width=console.width - INDENT)
    for line in caught.get().rstrip("\n").split("\n"):
        console.print(Text.from_ansi(" " * INDENT + line.rstrip()), soft_wrap=True)


def print_flush(table: TextTable, console: Console) -> None:
    """Print rows of figures; what they are of stands above them where lines are too short.

    In a column without a heading are names, which are bold.
    """
    first, *heads = table.headings
    widths = widths_of((table.headings, *table.rows))
    beside = sum(widths) + GAP * (len(widths) - 1) <= console.width
    left = widths[0] + GAP if beside else GAP

    def figures(cells: Sequence[str]) -> str:
        room = enumerate(zip(cells, widths[1:], strict=True), start=1)
        return (" " * GAP).join(
            cell.rjust(width) if place in table.figures else cell.ljust(width)
            for place, (cell, width) in room
        )

    if first and not beside:
        print_wrapped(console, Text(first, "dim"))
    head = first.ljust(left) if beside else " " * left
    print_wrapped(console, Text(head + figures(heads), "dim"))
    for name, *cells in table.rows:
        told, style = figures(cells), "" if first else "bold"
        if beside:
            label = (name.ljust(left - GAP), style)
            print_wrapped(console, Text.assemble(label, " " * GAP, told))
        else:
            print_wrapped(console, Text(name, style))
            print_wrapped(console, Text(told), left)


def print_list(rows: Sequence[Sequence[str]], console: Console) -> None:
    """Print rows of three: a name, a word, and a text beside them, or below on a short line."""
    names, words, _ = (width + GAP for width in widths_of(rows))
    for name, word, text in rows:
        margin = Text.assemble((name.ljust(names), "bold"), word.ljust(words))
        if names + words + NARROWEST_WORDS <= console.width:
            print_wrapped(console, Text(text), names + words, margin)
        else:
            print_wrapped(console, margin)
            print_wrapped(console, Text(text), INDENT)


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


def widths_of(rows: Sequence[Sequence[str]]) -> list[int]:
    """Return how wide the columns of a table are."""
    return [max(map(len, column)) for column in zip(*rows, strict=True)]
