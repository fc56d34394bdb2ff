"""Blocks of text on a terminal: paragraphs, and tables in columns, wrapped between words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal, TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from conjuncture.presentation.sections import (
        Rule,
        Section,
        SideBySide,
        TextTable,
        Told,
        Tree,
    )

COLUMNS = 80
INDENT = 2
GAP = 2
"""Blanks between two columns of a table."""
NARROWEST = 18
"""Columns that a label is given at least before a table is folded."""
NARROWEST_WORDS = 40
"""Columns that the words at the end of a row are given at least, before they go below."""


HANGING = 2
"""Columns by which all but the first line of a told sentence stand in."""
LONGEST_LINE = 100
"""Columns of a told sentence at most."""
SIDE_BY_SIDE = 110
"""From this width on two columns are easier to read than two texts in turn."""
BETWEEN = " │ "

Span: TypeAlias = tuple[str, str]
"""A stretch of text and how it is set: in the words for styles that terminals are told."""
Adapt: TypeAlias = Callable[[str], str]
"""Returns a text in signs that a console can show."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph.

    Attributes
    ----------
    text : str or tuple of Span
    tone : str
        How it is set: ``bold``, ``dim``, ``italic``, a colour, or as it is.
    indent : int
        Columns left free before every line.
    margin : tuple of Span
        What stands there before the first line.
    """

    text: str | tuple[Span, ...]
    tone: str = ""
    indent: int = 0
    margin: tuple[Span, ...] = ()

    @property
    def spans(self) -> tuple[Span, ...]:
        """The text in stretches that are set alike."""
        return ((self.text, self.tone),) if isinstance(self.text, str) else self.text


Block: TypeAlias = "Paragraph | TextTable | Tree | Told | Rule | SideBySide"
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
    return text_printed_by(partial(print_groups, groups), width)


def text_printed_by(show: Callable[[Console], None], width: int = COLUMNS) -> str:
    """Return what is printed on a console without colours."""
    kept = StringIO()
    show(Console(file=kept, width=width, highlight=False, markup=False, emoji=False))
    return kept.getvalue().rstrip("\n")


def print_groups(groups: Sequence[Group], console: Console, adapt: Adapt = str) -> None:
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
            print_block(block, console, adapt)


def print_block(block: Block, console: Console, adapt: Adapt) -> None:
    """Print a block in the way of its kind."""
    from conjuncture.presentation.sections import Rule, SideBySide, TextTable, Told, Tree

    match block:
        case Paragraph():
            margin = text_of_spans(block.margin, adapt)
            print_wrapped(console, text_of_spans(block.spans, adapt), block.indent, margin)
        case TextTable():
            print_table(adapt_table(block, adapt), console)
        case Tree():
            print_tree(block, console, adapt)
        case Told():
            print_told(block.lines, console, adapt, INDENT)
        case Rule():
            width = console.width
            if width < SIDE_BY_SIDE:
                width = min(width, LONGEST_LINE)
            line = f"{'─' * INDENT} {block.text} ".ljust(width, "─")
            console.print(Text(adapt(line), "yellow"), soft_wrap=True)
        case SideBySide():
            print_side_by_side(block, console, adapt)


def text_of_spans(spans: Sequence[Span], adapt: Adapt) -> Text:
    """Return a text whose stretches are set each in its own way."""
    return Text.assemble(*((adapt(text), tone) for text, tone in spans))


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


def adapt_table(table: TextTable, adapt: Adapt) -> TextTable:
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


def print_tree(tree: Tree, console: Console, adapt: Adapt) -> None:
    """Print the branches of a tree, their figures beside them where there is room, else below."""
    branches = [line for line in tree.lines if line.figures]
    widths = widths_of([tree.heads, *(line.figures for line in branches)])
    labels = [adapt(line.guides + line.label) for line in branches]
    left = max(map(len, (tree.name, *labels))) + GAP
    beside = left + sum(widths) + GAP * (len(widths) - 1) <= console.width
    head = Text(tree.name, "bold")
    if beside:
        head.pad_right(left - len(head))
        head.append(align_figures(tree.heads, widths), "dim")
    console.print(head, soft_wrap=True)
    for line in tree.lines:
        guides = (adapt(line.guides), "dim")
        if beside and line.figures:
            arrow = (adapt(" → ") if line.then else "", "dim")
            text = Text.assemble(guides, line.outcome, arrow, (line.then, "bold"))
            text.pad_right(left - len(text))
            console.print(text.append(align_figures(line.figures, widths)), soft_wrap=True)
            continue
        text = Text(adapt(line.label), "" if line.figures else "dim")
        print_wrapped(console, text, len(line.guides), Text(*guides))
        if line.told:
            print_wrapped(console, Text(adapt(line.told), "dim"), len(line.guides) + GAP)


def align_figures(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return figures to the right of their columns; intervals in brackets to the left."""
    return (
        (" " * GAP)
        .join(
            cell.ljust(width) if cell.startswith("(") or not cell else cell.rjust(width)
            for cell, width in zip(cells, widths, strict=True)
        )
        .rstrip()
    )


def print_told(lines: Sequence[str], console: Console, adapt: Adapt, indent: int) -> None:
    """Print sentences; the further lines of each stand two columns in."""
    width = min(console.width, LONGEST_LINE) - indent
    for line in lines:
        for text in wrap_hanging(Text(adapt(line)), width, console):
            console.print(Text(" " * indent) + text, soft_wrap=True)


def wrap_hanging(text: Text, width: int, console: Console) -> list[Text]:
    """Return the lines of a sentence, all but the first two columns in."""
    wrapped = text.wrap(console, width - HANGING)
    for line in wrapped:
        line.rstrip()
    return [wrapped[0], *(Text(" " * HANGING) + line for line in wrapped[1:])] if wrapped else []


def print_side_by_side(block: SideBySide, console: Console, adapt: Adapt) -> None:
    """Print two texts in two columns or, where there is no room for both, in turn."""
    sides = tuple(zip(block.heads, (block.left, block.right), strict=True))
    if console.width < SIDE_BY_SIDE:
        for head, lines in sides:
            print_wrapped(console, Text(adapt(f"{head}:"), "italic"), INDENT)
            print_told(lines, console, adapt, 2 * INDENT)
        return
    width = (console.width - INDENT - len(BETWEEN)) // 2
    columns = [
        [
            wrapped
            for text in (Text(adapt(head), "italic"), *(Text(adapt(line)) for line in lines))
            for wrapped in wrap_hanging(text, width, console)
        ]
        for head, lines in sides
    ]
    for left, right in zip_longest(*columns, fillvalue=Text()):
        whole = Text(" " * INDENT) + left
        whole.pad_right(INDENT + width - len(whole))
        whole = whole + Text(adapt(BETWEEN), "dim") + right
        whole.rstrip()
        console.print(whole, soft_wrap=True)


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
