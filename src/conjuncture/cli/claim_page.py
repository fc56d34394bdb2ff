"""Tested claims on a terminal: a short block each, the verdicts as signs down the left margin.

Below them, or instead, what each alternative choice changes, and what hangs on which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.text import Text

from conjuncture.analysis.verdicts import ClaimResult, FailedClaim
from conjuncture.cli.console import adapt_signs
from conjuncture.cli.interrupts import show_progress
from conjuncture.cli.options import print_whole
from conjuncture.cli.outputs import build_result_document, open_cluster_client, open_output
from conjuncture.presentation.claim_notes import RISES, TWO_SIGNS, balance_of
from conjuncture.presentation.claims import (
    CONSTANT,
    CONSTANTS,
    SYMBOLS,
    Brevity,
    ClaimText,
    chronicle_of,
    claim_text,
    sentence_on,
)
from conjuncture.presentation.text import print_wrapped
from conjuncture.scenario.crisis import Crisis

if TYPE_CHECKING:
    from conjuncture.analysis.alternatives import Alternative, Alternatives
    from conjuncture.api import Scenario


STYLES = {
    "holds": "bold green",
    "mostly holds": "green",
    "depends": "bold yellow",
    "mostly fails": "red",
    "fails": "bold red",
    "open": "bold blue",
    "": "dim",
}
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
    """

    def __init__(self, console: Console, crisis: Crisis, scenario: str, *, details: bool) -> None:
        self._console = console
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
            margin.append(adapt_signs(SYMBOLS[reading.word]), STYLES[reading.word])
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
        body = Text(adapt_signs(with_stop(failed.claim.says)), "bold")
        body.append(f" It could not be tested: {adapt_signs(failed.problem)}", "red")
        margin = Text(adapt_signs("–– "), "dim")
        width = self._console.width - len(margin)
        self._print(lines_with_name(body, width, failed.claim.key), margin)

    def _fit_lines(self, text: ClaimText, left: int) -> list[Text]:
        """Return the lines of a block, of the fullest wording that is short enough."""
        lines: list[Text] = []
        for hinges, brevity in FULLEST_FIRST:
            body = Text(adapt_signs(with_stop(text.says)), "bold")
            body.append(" " + adapt_signs(sentence_on(text, hinges, brevity)), "not bold")
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
        print_wrapped(console, Text(adapt_signs(text.test), "dim"), left)
        if text.announced:
            print_wrapped(console, Text(adapt_signs(text.announced), "dim"), left)
        for remark in text.remarks:
            print_wrapped(console, Text(adapt_signs(remark), "italic"), left)
        if text.word in ("holds", "fails"):
            pair = f"a pair of histories that shows it: {chronicle_of(self._scenario, text.key)}"
            print_wrapped(console, Text(pair, "dim"), left)
        for reading in text.readings:
            if not reading.details:
                continue
            print_wrapped(console, Text(reading.name, "bold"), left)
            for name, told in reading.details:
                margin = Text(" " * (left + GAP) + name)
                print_wrapped(console, Text(adapt_signs(told)), left + GAP + COLUMN, margin)


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


def balance(results: Sequence[ClaimResult]) -> Text:
    """Return how many claims got which verdict, before one knows how it ended."""
    found = Text(f"{len(results)} claim{'' if len(results) == 1 else 's'}:")
    for word, count, verb in balance_of(results):
        found.append("  ").append(adapt_signs(f"{SYMBOLS[word]} {count} {verb}"), STYLES[word])
    return found


CHOICE_GAP = 2
ALTERNATIVES_LEGEND = (
    "A verdict hangs on a choice when it is another one where that choice alone is made "
    "otherwise, everything else and all draws being the same, and no share of worlds would agree "
    "with both; other words that do not contradict each other are shown after these. What was "
    "tried is what the mechanisms of these stages offer; two choices made otherwise together may "
    "do what neither does alone."
)


def show_alternatives(
    loaded: Scenario,
    sizes: tuple[int, int, int],
    cluster: str | None,
    asked: Mapping[str, Any],
    console: Console,
    output: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> Alternatives:
    """Try the alternatives of a scenario and print what each changes, as soon as it is done.

    Parameters
    ----------
    loaded : Scenario
    sizes : tuple of int
        Worlds, histories of each, and the seed.
    cluster : str or None
        Address of a cluster that runs the histories.
    asked : mapping
        What was asked: ``scenario``, ``claims``.
    console : rich.console.Console
    output : Path or None
        Where the result is kept.
    as_json, quiet : bool
    """
    with open_output(output) as keep:
        from conjuncture.presentation.alternatives import alternative_rows, alternatives_document

        begun: list[Alternative] = []
        with (
            show_progress(quiet=quiet, answering=True) as progress,
            open_cluster_client(cluster) as client,
        ):

            def show_one(base: Alternative, row: Alternative) -> None:
                with progress.suspend():
                    if not begun:
                        show_base(console, base)
                    begun.append(row)
                    show_alternative(console, base, row)

            ensemble = loaded.run(*sizes, progress, client)
            found = ensemble.alternatives(asked["claims"], tell=None if as_json else show_one)
        request = {
            "command": "test", **asked, "rerun": False, "secretly": False, "alternatives": True,
        }  # fmt: skip
        content = build_result_document(
            ensemble, request, alternatives_document(found, ensemble.crisis)
        )
        keep(content, alternative_rows(content))
    if as_json:
        print_whole(content)
    elif found.rows:
        if not begun:
            show_base(console, found.rows[0])
        show_decisive_choices(console, found, quiet=quiet)
    if found.is_stopped:
        told = f"stopped after {found.tried_count} of {found.asked} alternatives"
        typer.echo(told if found.rows else "stopped before any claim was tested", err=True)
    return found


def show_base(console: Console, base: Alternative) -> None:
    """Print the verdicts as the scenario has them."""
    counts = Counter(base.words.values())
    head = Text.assemble(("as the scenario has it", "bold"), ":")
    for word, count in counts.items():
        head.append(f"  {count} ").append_text(style_verdict(word))
    print_wrapped(console, head)


def show_alternative(console: Console, base: Alternative, row: Alternative) -> None:
    """Print which verdicts one choice changes."""
    from conjuncture.numbers import percent

    console.print()
    print_wrapped(console, Text(adapt_signs(str(row.choice)), "bold"))
    changed = [key for key, word in row.words.items() if word != base.words[key]]
    for key in changed:
        before, after = (percent(one.readings[key].verdict.share) for one in (base, row))
        line = Text.assemble(
            f"{key}: ", style_verdict(base.words[key]), adapt_signs(" → "),
            style_verdict(row.words[key]), adapt_signs(f"  ({before} → {after} of worlds)"),
        )  # fmt: skip
        print_wrapped(console, line, CHOICE_GAP)
    if not changed:
        print_wrapped(console, Text("no verdict changes", "dim"), CHOICE_GAP)
    if row.untouched:
        cannot = f"{len(row.untouched)} of {len(row.words)} claims are about what it cannot reach"
        print_wrapped(console, Text(cannot, "dim"), CHOICE_GAP)


def style_verdict(word: str) -> Text:
    """Return a verdict as a sign and a word, in its colour."""
    from conjuncture.presentation.claims import SYMBOLS

    known = word if word in SYMBOLS else ""
    return Text(adapt_signs(f"{SYMBOLS[known]} {word}"), STYLES[known])


def show_decisive_choices(console: Console, found: Alternatives, *, quiet: bool) -> None:
    """Print on which choices each verdict hangs."""
    left = max(map(len, (*found.claims, "claim"))) + CHOICE_GAP
    middle = len("◕ mostly holds") + CHOICE_GAP
    console.print()
    head = "claim".ljust(left) + "verdict".ljust(middle) + "hangs on"
    print_wrapped(console, Text(head, "dim"))
    for key in found.claims:
        margin = Text(key.ljust(left)).append_text(style_verdict(found.rows[0].words[key]))
        print_wrapped(console, decisive_choices_of(found, key), left + middle, margin)
    for one in found.left_out:
        console.print()
        print_wrapped(
            console, Text(adapt_signs(f"not tried: {one.choice}, because {one.why}"), "dim")
        )
    if not found.tried_count:
        for line in found.sentences():
            console.print()
            print_wrapped(console, Text(adapt_signs(line)))
    elif not quiet:
        console.print()
        print_wrapped(console, Text(adapt_signs(ALTERNATIVES_LEGEND), "dim"))


def decisive_choices_of(found: Alternatives, key: str) -> Text:
    """Return the choices on which a verdict hangs, each with the verdict there."""
    rows = {row.choice: row for row in found.rows}
    text = Text()
    for choice in (*found.hangs[key], *found.unsettled[key]):
        if text:
            text.append("; ")
        text.append(adapt_signs(f"{choice} (")).append_text(
            style_verdict(rows[choice].words[key])
        ).append(")")
    return text or Text(
        "none of what was tried" if found.tried_count else "nothing was tried", "dim"
    )
