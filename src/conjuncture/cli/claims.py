"""Tested claims on a terminal: a short block each, the verdicts as signs down the left margin."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from conjuncture.analysis.claim_results import ClaimResult, FailedClaim
from conjuncture.cli.console import print_wrapped, signs
from conjuncture.presentation.claims import (
    SYMBOLS,
    ClaimText,
    balance_of,
    claim_text,
    sentence_on,
)

STYLES = {
    "holds": "bold green",
    "mostly holds": "green",
    "depends": "bold yellow",
    "mostly fails": "red",
    "fails": "bold red",
    "open": "bold blue",
    "": "dim",
}
GAP = 2
MOST_LINES = 3
"""A block takes no more lines than this where words that can be spared are left out."""


class ClaimPage:
    """Prints claims one by one, as they are tested.

    Parameters
    ----------
    console : rich.console.Console
    slug : str
        Of the scenario, for the commands that are proposed.
    details : bool
        Whether to print what is told on request.
    """

    def __init__(self, console: Console, slug: str, *, details: bool) -> None:
        self._console = console
        self._slug = slug
        self._details = details

    def add(self, result: ClaimResult) -> None:
        """Print a claim: what it says, in how many worlds it holds, on what it hangs."""
        text = claim_text(result)
        margin = Text()
        for reading in text.readings:
            margin.append(signs(SYMBOLS[reading.word]), STYLES[reading.word]).append(" ")
        margin.append(" ")
        lines = self._fitted(text, len(margin))
        self._print(lines, margin, text.key)
        if self._details:
            self._print_details(text, len(margin))

    def add_failed(self, failed: FailedClaim) -> None:
        """Print a claim that could not be tested, and why."""
        body = Text(signs(failed.claim.says), "bold")
        body.append(f" could not be tested: {signs(failed.problem)}", "red")
        margin = Text(signs("– –  "), "dim")
        width = self._console.width - len(margin)
        self._print(wrapped(self._console, body, width, failed.claim.key), margin, failed.claim.key)

    def _fitted(self, text: ClaimText, left: int) -> list[Text]:
        """Return the lines of a block, of the fullest wording that is short enough."""
        lines: list[Text] = []
        see = see_it(self._slug, text)
        for hinges, pair in ((2, see), (1, see), (2, ""), (1, "")):
            body = Text(signs(text.says), "bold")
            body.append(" " + signs(sentence_on(text, hinges)), "not bold")
            for remark in text.remarks:
                body.append(" " + signs(remark), "not bold italic")
            if pair:
                body.append(f" {pair}", "not bold dim")
            lines = wrapped(self._console, body, self._console.width - left, text.key)
            if len(lines) <= MOST_LINES or self._details:
                break
        return lines

    def _print(self, lines: Sequence[Text], margin: Text, key: str) -> None:
        width = self._console.width
        for place, line in enumerate(lines):
            whole = margin.copy() if place == 0 else Text(" " * len(margin))
            whole.append_text(line)
            if place == 0:
                whole.pad_right(width - len(key) - len(whole))
                whole.append(key, "dim")
            self._console.print(whole, soft_wrap=True)

    def _print_details(self, text: ClaimText, left: int) -> None:
        console = self._console
        print_wrapped(console, Text(signs(text.test), "dim"), left)
        if text.announced:
            print_wrapped(console, Text(signs(text.announced), "dim"), left)
        for reading in text.readings:
            print_wrapped(console, Text(reading.name, "bold"), left)
            for name, told in reading.details:
                margin = Text(" " * (left + GAP) + name)
                print_wrapped(console, Text(signs(told)), left + GAP + COLUMN, margin)
        console.print()


COLUMN = len("share of worlds") + GAP


def wrapped(console: Console, body: Text, width: int, key: str) -> list[Text]:
    """Return a text in lines of a width, the first of which leaves room for a name."""
    first = body.wrap(console, width - len(key) - GAP)[0]
    first.rstrip()
    rest = body[len(first) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    lines = [first]
    for line in rest.wrap(console, width) if rest.plain else ():
        line.rstrip()
        lines.append(line)
    return lines


def see_it(slug: str, text: ClaimText) -> str:
    """Return the command that tells a pair of histories in which a claim holds, or fails."""
    if text.word not in ("holds", "fails"):
        return ""
    return f"See it: conjuncture chronicle {slug} --claim {text.key}"


def balance(results: Sequence[ClaimResult]) -> Text:
    """Return how many claims got which verdict, before one knows how it ended."""
    found = Text(f"{len(results)} claim{'' if len(results) == 1 else 's'}:")
    for word, count, verb in balance_of(results):
        found.append("  ").append(signs(f"{SYMBOLS[word]} {count} {verb}"), STYLES[word])
    return found
