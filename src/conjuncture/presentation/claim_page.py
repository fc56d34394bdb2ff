"""Tested claims on a terminal: a short block each, the verdicts as signs down the left margin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from conjuncture.analysis.verdicts import ClaimResult, FailedClaim
from conjuncture.presentation.claims import (
    CAVEAT,
    CONSTANT,
    CONSTANTS,
    RISES,
    STYLES,
    SYMBOLS,
    TWO_SIGNS,
    Brevity,
    ClaimResultsLike,
    balance_of,
    chronicle_of,
    claim_text,
    notes_in_words,
    sentence_on,
)
from conjuncture.presentation.sections import ClaimText
from conjuncture.presentation.text import print_wrapped
from conjuncture.scenario.crisis import Crisis

FULLEST_FIRST: tuple[tuple[int, Brevity], ...] = ((2, 0), (1, 0), (1, 1), (1, 2))
"""How many unknowns are named, and how much is left out."""

EXPLAINED = (TWO_SIGNS, RISES, f"{CONSTANTS}.")
"""What is explained below the page, each only where it occurs."""

GAP = 2
MOST_LINES = 3
"""A block takes no more lines than this where words that can be spared are left out."""


class ClaimPage:
    """Prints claims one by one, as they are tested.

    Parameters
    ----------
    console : rich.console.Console
    crisis : Crisis
    scenario : str
        As it was asked for, for the commands that are proposed.
    details : bool
        Whether to print what is told on request.
    adapt : callable
        Returns a text in signs that the console can show.
    """

    def __init__(
        self,
        console: Console,
        crisis: Crisis,
        scenario: str,
        *,
        details: bool = False,
        adapt: Callable[[str], str] = str,
    ) -> None:
        self._console = console
        self._adapt = adapt
        self._crisis = crisis
        self._scenario = scenario
        self._details = details
        self._explained: dict[str, None] = {}

    @property
    def legend(self) -> str:
        """What explains the signs that were printed."""
        return " ".join(one for one in EXPLAINED if one in self._explained)

    def add(self, result: ClaimResult) -> None:
        """Print a claim: what it says, in how many worlds it holds, on what it hangs."""
        text = claim_text(self._crisis, result)
        margin = Text()
        for reading in text.readings:
            margin.append(self._adapt(SYMBOLS[reading.word]), STYLES[reading.word])
        margin.append(" ")
        lines = self._fit_lines(text, len(margin))
        said = "".join(map(str, lines))
        met = len(text.readings) > 1, "→" in said, f"{CONSTANT} (" in said
        used = (one for one, seen in zip(EXPLAINED, met, strict=True) if seen)
        self._explained |= dict.fromkeys(used)
        self._print(lines, margin)
        if self._details:
            self._print_details(text, len(margin))

    def add_failed(self, failed: FailedClaim) -> None:
        """Print a claim that could not be tested, and why."""
        body = Text(self._adapt(with_stop(failed.claim.says)), "bold")
        body.append(f" It could not be tested: {self._adapt(failed.problem)}", "red")
        margin = Text(self._adapt("–– "), "dim")
        width = self._console.width - len(margin)
        self._print(lines_with_name(body, width, failed.claim.key), margin)

    def _fit_lines(self, text: ClaimText, left: int) -> list[Text]:
        """Return the lines of a block, of the fullest wording that is short enough."""
        lines: list[Text] = []
        for hinges, brevity in FULLEST_FIRST:
            body = Text(self._adapt(with_stop(text.says)), "bold")
            body.append(" " + self._adapt(sentence_on(text, hinges, brevity)), "not bold")
            lines = lines_with_name(body, self._console.width - left, text.key)
            if len(lines) <= MOST_LINES or self._details:
                break
        return lines

    def _print(self, lines: Sequence[Text], margin: Text) -> None:
        for place, line in enumerate(lines):
            whole = margin.copy() if place == 0 else Text(" " * len(margin))
            self._console.print(whole.append_text(line), soft_wrap=True)

    def _print_details(self, text: ClaimText, left: int) -> None:
        console = self._console
        print_wrapped(console, Text(self._adapt(text.test), "dim"), left)
        if text.announced:
            print_wrapped(console, Text(self._adapt(text.announced), "dim"), left)
        for remark in text.remarks:
            print_wrapped(console, Text(self._adapt(remark), "italic"), left)
        if text.word in ("holds", "fails"):
            pair = f"a pair of histories that shows it: {chronicle_of(self._scenario, text.key)}"
            print_wrapped(console, Text(pair, "dim"), left)
        for reading in text.readings:
            if not reading.details:
                continue
            print_wrapped(console, Text(reading.name, "bold"), left)
            for name, told in reading.details:
                margin = Text(" " * (left + GAP) + name)
                print_wrapped(console, Text(self._adapt(told)), left + GAP + COLUMN, margin)

    def conclude(self, results: ClaimResultsLike, *notes: str, quiet: bool = False) -> None:
        """Print how the claims stand and, unless it is to be quiet, how to read the page.

        Parameters
        ----------
        results : ClaimResults
        *notes : str
            What must be known besides.
        quiet : bool
        """
        console = self._console
        console.print()
        balance = Text(f"{len(results)} claim{'' if len(results) == 1 else 's'}:")
        for word, count, verb in balance_of(list(results)):
            told = self._adapt(f"{SYMBOLS[word]} {count} {verb}")
            balance.append("  ").append(told, STYLES[word])
        print_wrapped(console, balance)
        if told := " ".join([*notes_in_words(results), *notes]):
            print_wrapped(console, Text(self._adapt(told)))
        if quiet:
            return
        shown = any(one.word in ("holds", "fails") for one in results)
        why = f"✓ and ✗ shown: {chronicle_of(self._scenario, 'NAME')}." if shown else ""
        below = " ".join(filter(None, (self.legend, why, CAVEAT)))
        print_wrapped(console, Text(self._adapt(below), "dim"))


COLUMN = len("share of worlds") + GAP


def with_stop(says: str) -> str:
    """Return a sentence with a full stop, where it ends in nothing that sets it apart.

    Examples
    --------
    >>> with_stop("Torres won"), with_stop("Who won?")
    ('Torres won.', 'Who won?')
    """
    return says if says.rstrip('"”’»)').endswith((".", "!", "?", "…", ":")) else f"{says}."


def lines_with_name(body: Text, width: int, key: str) -> list[Text]:
    """Return a text in lines of a width, with a name at the right where the last of them ends.

    Where there is no room for it, the first line makes some. Lines are not broken at blanks that
    do not break.
    """
    lines = lines_of(body, width, "")
    place = len(lines) - 1
    if len(lines[place]) + GAP + len(key) > width:
        lines, place = lines_of(body, width, " " * (len(key) + GAP)), 0
    lines[place].pad_right(width - len(key) - len(lines[place]))
    lines[place].append(key, "not bold dim")
    return lines


def lines_of(body: Text, width: int, room: str) -> list[Text]:
    """Return a text in lines, the first of them shorter by some room."""
    lines: list[Text] = []
    end = 0
    for line in wrap(body.plain, width, initial_indent=room, break_on_hyphens=False):
        plain = line if lines else line.removeprefix(room)
        begin = body.plain.index(plain, end)
        end = begin + len(plain)
        lines.append(body[begin:end])
    return lines
