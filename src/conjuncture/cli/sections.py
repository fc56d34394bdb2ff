"""Sections of a report on a terminal: a title, what it asks, sentences, tables of figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conjuncture.cli.console import adapt_signs, print_wrapped

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.report.content import Section, TextTable

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
    from rich.text import Text

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
    from rich.text import Text

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
    from rich.text import Text

    for row in table.rows:
        print_wrapped(console, Text(adapt_signs(str(row[0]))), INDENT)
        figures = [
            f"{head} {cell}" for head, cell in zip(table.headings[1:], row[1:], strict=True) if cell
        ]
        print_wrapped(console, Text(adapt_signs("; ".join(figures)), "dim"), 2 * INDENT)
