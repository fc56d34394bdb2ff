"""Tested claims on a terminal: the verdicts down the left margin, the figures beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
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
GAP = 2


def show_claims(rows: Sequence[ClaimRow], console: Console) -> None:
    """Print claims in the account's order: what each says, its test, a line for each reading.

    Parameters
    ----------
    rows : sequence of ClaimRow
    console : rich.console.Console
    """
    readings = [reading for row in rows for reading in row.readings]
    margins = [*(len(verdict_of(reading)) for reading in readings), *(len(row.key) for row in rows)]
    left = max(margins) + GAP
    name = max(len(reading.name) for reading in readings) + GAP
    value = max(len(valued(reading)) for reading in readings) + GAP
    head = "verdict".ljust(left) + "reading".ljust(name) + "value".ljust(value) + "share of worlds"
    print_wrapped(console, Text(head, "dim"))
    for row in rows:
        console.print()
        print_wrapped(console, Text(signs(row.says), "bold"), left, Text(row.key, "bold"))
        print_wrapped(console, Text(signs(row.test), "dim"), left)
        for reading in row.readings:
            line = reading.name.ljust(name) + valued(reading).ljust(value) + shared(reading)
            print_wrapped(console, Text(line), left, verdict_of(reading))
        for remark in row.remarks:
            print_wrapped(console, Text(signs(remark), "italic"), left)
    console.print()
    print_wrapped(console, balance(rows))


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


def balance(rows: Sequence[ClaimRow]) -> Text:
    """Return how many claims got which verdict, before one knows how it ended."""
    counts = Counter(row.readings[0].word for row in rows)
    found = Text(f"{len(rows)} claim{'' if len(rows) == 1 else 's'}, prior:")
    for word, sign in SYMBOLS.items():
        found.append("  ").append(signs(f"{counts[word]} {sign} {word}"), STYLES[word])
    return found
