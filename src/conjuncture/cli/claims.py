"""Tested claims on a terminal, in two layouts: side by side where there is room, or stacked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from conjuncture.analysis.tables import SYMBOLS, ClaimRow, ReadingRow
from conjuncture.cli.console import print_wrapped, signs

STYLES = {
    "holds": "bold green",
    "fails": "bold red",
    "depends": "bold yellow",
    "unresolved": "bold blue",
    "": "dim",
}
NARROWEST_CLAIM = 50
GAP = 2


def show_claims(rows: Sequence[ClaimRow], console: Console) -> None:
    """Print claims in the account's order, in the layout that fits.

    Parameters
    ----------
    rows : sequence of ClaimRow
    console : rich.console.Console
    """
    names = list(dict.fromkeys(reading.name for row in rows for reading in row.readings))
    widths = figure_widths(rows)
    beside = sum(widths) + 3 * GAP
    room = console.width - len(names) * beside
    if room >= NARROWEST_CLAIM:
        console.print(side_by_side(rows, names))
    else:
        show_stacked(rows, widths, console)


def figure_widths(rows: Sequence[ClaimRow]) -> tuple[int, int, int]:
    """Return the widths of verdict, value and share."""
    readings = [reading for row in rows for reading in row.readings]
    verdict = max(len(verdict_of(reading)) for reading in readings)
    return (
        verdict,
        max(len("value"), *(len(valued(reading)) for reading in readings)),
        max(len("share of worlds"), *(len(shared(reading)) for reading in readings)),
    )


def verdict_of(reading: ReadingRow) -> Text:
    """Return a verdict as a sign and a word, in its colour."""
    text = f"{SYMBOLS[reading.word]} {reading.word}" if reading.word else "–"
    return Text(signs(text), STYLES[reading.word])


def valued(reading: ReadingRow) -> str:
    """Return a value with its interval over worlds."""
    return signs(reading.value) + (f" ({reading.interval})" if reading.interval else "")


def shared(reading: ReadingRow) -> str:
    """Return the share of worlds with its bounds."""
    return f"{reading.share} ({reading.bounds})" if reading.share else ""


def show_stacked(
    rows: Sequence[ClaimRow], widths: tuple[int, int, int], console: Console
) -> None:
    """Print the claims one beneath the other, a line for each reading."""
    left = max(widths[0], *(len(row.key) for row in rows)) + GAP
    name = max(len(reading.name) for row in rows for reading in row.readings) + GAP
    places = (left, name, widths[1] + GAP)
    heads = zip(("verdict", "reading", "value"), places, strict=True)
    head = "".join(title.ljust(width) for title, width in heads)
    print_wrapped(console, Text(f"{head}share of worlds", "dim"))
    for row in rows:
        console.print()
        print_wrapped(console, Text(row.says, "bold"), left, Text(row.key, "bold"))
        print_wrapped(console, Text(signs(row.test), "dim"), left)
        for reading in row.readings:
            line = Text(reading.name.ljust(name)).append(valued(reading).ljust(places[2]))
            print_wrapped(console, line.append(shared(reading)), left, verdict_of(reading))
        for remark in row.remarks:
            print_wrapped(console, Text(signs(remark), "italic"), left)


def side_by_side(rows: Sequence[ClaimRow], names: Sequence[str]) -> Table:
    """Return the claims as a table with every reading beside the claim."""
    table = Table(box=None, padding=(0, GAP, 1, 0), pad_edge=False, header_style="dim", expand=True)
    for name in names[:1]:
        add_columns(table, name)
    table.add_column("claim", ratio=1)
    for name in names[1:]:
        add_columns(table, name)
    for row in rows:
        by_name = {reading.name: reading for reading in row.readings}
        cells: list[RenderableType] = []
        for place, name in enumerate(names):
            reading = by_name.get(name, ReadingRow(name, "", "–", "", "", ""))
            cells += [verdict_of(reading), valued(reading), shared(reading)]
            if place == 0:
                claim = [Text.assemble((row.says, "bold"), (f"  {row.key}", "dim"))]
                claim.append(Text(signs(row.test), "dim"))
                claim += [Text(signs(remark), "italic") for remark in row.remarks]
                cells.append(Group(*claim))
        table.add_row(*cells)
    return table


def add_columns(table: Table, name: str) -> None:
    """Add the columns of one reading."""
    table.add_column(name, no_wrap=True)
    table.add_column("value", no_wrap=True)
    table.add_column("share of worlds", no_wrap=True)
