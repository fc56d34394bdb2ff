"""Tested claims on a terminal: the verdicts down the left margin, the figures beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from rich.console import Console
from rich.text import Text

from conjuncture.analysis.tables import SYMBOLS, ClaimRow, ReadingRow
from conjuncture.analysis.testing import Failed
from conjuncture.cli.console import print_wrapped, signs

STYLES = {
    "holds": "bold green",
    "fails": "bold red",
    "depends": "bold yellow",
    "unresolved": "bold blue",
    "": "dim",
}
GAP = 2
NAME = len("as it happened") + GAP
VALUE = len("0.123 (0.123 to 0.123)") + GAP
"""Columns that hold whatever comes: claims are printed before the later ones are known."""


class ClaimTable:
    """Prints claims one by one, as they are tested, under one head.

    Parameters
    ----------
    console : rich.console.Console
    keys : collection of str
        The names of all claims that may come, for the width of the margin.
    """

    def __init__(self, console: Console, keys: Collection[str]) -> None:
        verdicts = [len(f"{sign} {word}") for word, sign in SYMBOLS.items()]
        self._console = console
        self._left = max([*verdicts, *map(len, keys)]) + GAP
        self._begun = False

    def add(self, row: ClaimRow) -> None:
        """Print a claim: what it says, its test, a line for each reading."""
        console, left = self._console, self._left
        self._begin(row.key, row.says, row.test)
        for reading in row.readings:
            value = valued(reading).ljust(VALUE - GAP) + " " * GAP
            line = reading.name.ljust(NAME) + value + shared(reading)
            print_wrapped(console, Text(line), left, verdict_of(reading))
        for remark in row.remarks:
            print_wrapped(console, Text(signs(remark), "italic"), left)

    def add_failed(self, failed: Failed) -> None:
        """Print a claim that could not be tested, and why."""
        claim = failed.claim
        self._begin(claim.key, claim.says, claim.written)
        told = Text(signs(f"could not be tested: {failed.problem}"), "red")
        print_wrapped(self._console, told, self._left, Text(signs("–"), "dim"))

    def _begin(self, key: str, says: str, test: str) -> None:
        console, left = self._console, self._left
        if not self._begun:
            head = "verdict".ljust(left) + "reading".ljust(NAME) + "value".ljust(VALUE)
            print_wrapped(console, Text(head + "share of worlds", "dim"))
            self._begun = True
        console.print()
        print_wrapped(console, Text(signs(says), "bold"), left, Text(key, "bold"))
        print_wrapped(console, Text(signs(test), "dim"), left)


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
    if unasked := counts[""]:
        found.append(f"  {unasked} cannot be asked")
    return found
