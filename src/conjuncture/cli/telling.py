"""A chronicle on a terminal: two histories side by side where there is room, or in turn."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Console
from rich.text import Text

from conjuncture.analysis.chronicle import AS_IT_WAS, Chronicle
from conjuncture.analysis.parting import EpisodeRow
from conjuncture.cli.console import adapt_signs, print_wrapped

INDENT = 2
SIDE_BY_SIDE = 110
"""From this width on two columns are easier to read than two texts in turn."""

LONGEST_LINE = 100
BETWEEN = " │ "
LATER_HEADS = (AS_IT_WAS, "With the change")
LATER_HEADS_OF_TWO = ("With the first change", "With the second")


def show_rows(chronicle: Chronicle, console: Console) -> None:
    """Print the stages of a chronicle: once what both share, apart what differs.

    Parameters
    ----------
    chronicle : Chronicle
    console : rich.console.Console
    """
    heads = chronicle.column_titles
    later = LATER_HEADS_OF_TWO if chronicle.other else LATER_HEADS
    rows = chronicle.rows
    first = next((row for row in rows if row.diverges), None)
    apart = named = False
    for row in rows:
        console.print()
        print_wrapped(console, Text(adapt_signs(row.title), "bold"))
        for line in row.shared_lines:
            show_line(line, console)
        if row is first:
            draw_rule(" Here the two part ", console)
        elif apart and not row.has_differences:
            print_wrapped(console, Text("(the same in both)", "dim"), INDENT)
        if row.has_differences:
            show_both(row, later if named else heads, console)
        apart, named = apart or row.diverges, named or row.has_differences
    if chronicle.under_do is not None and first is None:
        console.print()
        same = f"as {chronicle.other}" if chronicle.other else "as it was"
        never = f"{heads[1]}, all else goes {same}: the two never part."
        print_wrapped(console, Text(adapt_signs(never), "italic"))


def show_both(row: EpisodeRow, heads: Sequence[str], console: Console) -> None:
    """Print what differs, in two columns or in turn."""
    sides = [
        side_lines_of(lines, present=one is not None)
        for lines, one in ((row.lines_as_it_was, row.left), (row.lines_under_do, row.right))
    ]
    if row.left and row.right and not row.is_same_stage:
        names = (row.left.name, row.right.name)
        heads = [f"{head} – {name}" for head, name in zip(heads, names, strict=True)]
    if console.width < SIDE_BY_SIDE:
        for head, lines in zip(heads, sides, strict=True):
            print_wrapped(console, Text(adapt_signs(f"{head}:"), "italic"), INDENT)
            for line in lines:
                show_line(line, console, 2 * INDENT)
        return
    width = (console.width - INDENT - len(BETWEEN)) // 2
    columns = [
        [
            wrapped
            for text in (
                Text(adapt_signs(head), "italic"),
                *(Text(adapt_signs(line)) for line in lines),
            )
            for wrapped in wrap_hanging(text, width, console)
        ]
        for head, lines in zip(heads, sides, strict=True)
    ]
    for left, right in zip_longest(*columns, fillvalue=Text()):
        whole = Text(" " * INDENT) + left
        whole.pad_right(INDENT + width - len(whole))
        whole = whole + Text(adapt_signs(BETWEEN), "dim") + right
        whole.rstrip()
        console.print(whole, soft_wrap=True)


def side_lines_of(lines: Sequence[str], *, present: bool) -> Sequence[str]:
    """Return what one side tells; where it tells nothing, why."""
    if not present:
        return ["It did not come to this."]
    return lines or ["Nothing more."]


def show_line(line: str, console: Console, indent: int = INDENT) -> None:
    """Print a sentence; its further lines stand two columns in."""
    width = min(console.width, LONGEST_LINE) - indent
    for text in wrap_hanging(Text(adapt_signs(line)), width, console):
        console.print(Text(" " * indent) + text, soft_wrap=True)


def wrap_hanging(text: Text, width: int, console: Console) -> list[Text]:
    """Return the lines of a sentence, all but the first two columns in."""
    wrapped = text.wrap(console, width - INDENT)
    for line in wrapped:
        line.rstrip()
    return [wrapped[0], *(Text(" " * INDENT) + line for line in wrapped[1:])] if wrapped else []


def draw_rule(text: str, console: Console) -> None:
    """Print where the two part."""
    line = "─" * INDENT + text
    width = console.width if console.width >= SIDE_BY_SIDE else min(console.width, LONGEST_LINE)
    console.print(Text(adapt_signs(line.ljust(width, "─")), "yellow"), soft_wrap=True)
