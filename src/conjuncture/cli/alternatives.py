"""Claims under alternatives on a terminal: what each choice changes, and what hangs on which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.text import Text

from conjuncture.cli.claims import STYLES
from conjuncture.cli.console import print_wrapped, signs
from conjuncture.cli.options import print_whole
from conjuncture.cli.progress import watched
from conjuncture.cli.running import clustered, framed, kept

if TYPE_CHECKING:
    from conjuncture.analysis.alternatives.alternatives import Alternative, Alternatives
    from conjuncture.loading import Scenario

GAP = 2
LEGEND = (
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
    with kept(output) as keep:
        from conjuncture.presentation.alternatives import alternative_rows, alternatives_document

        begun: list[Alternative] = []
        with watched(quiet=quiet, answering=True) as progress, clustered(cluster) as client:

            def show_one(base: Alternative, row: Alternative) -> None:
                with progress.aside():
                    if not begun:
                        begin(console, base)
                    begun.append(row)
                    show_row(console, base, row)

            ensemble = loaded.run(*sizes, progress, client)
            found = ensemble.alternatives(asked["claims"], tell=None if as_json else show_one)
        request = {
            "command": "test", **asked, "rerun": False, "secretly": False, "alternatives": True,
        }  # fmt: skip
        content = framed(ensemble, request, alternatives_document(found, ensemble.crisis))
        keep(content, alternative_rows(content))
    if as_json:
        print_whole(content)
    elif found.rows:
        if not begun:
            begin(console, found.rows[0])
        conclude(console, found, quiet=quiet)
    if found.stopped:
        told = f"stopped after {found.tried} of {found.asked} alternatives"
        typer.echo(told if found.rows else "stopped before any claim was tested", err=True)
    return found


def begin(console: Console, base: Alternative) -> None:
    """Print the verdicts as the scenario has them."""
    counts = Counter(base.words.values())
    head = Text.assemble(("as the scenario has it", "bold"), ":")
    for word, count in counts.items():
        head.append(f"  {count} ").append_text(verdict(word))
    print_wrapped(console, head)


def show_row(console: Console, base: Alternative, row: Alternative) -> None:
    """Print which verdicts one choice changes."""
    from conjuncture.presentation.numbers import percent

    console.print()
    print_wrapped(console, Text(signs(str(row.choice)), "bold"))
    changed = [key for key, word in row.words.items() if word != base.words[key]]
    for key in changed:
        before, after = (percent(one.readings[key].verdict.share) for one in (base, row))
        line = Text.assemble(
            f"{key}: ", verdict(base.words[key]), signs(" → "), verdict(row.words[key]),
            signs(f"  ({before} → {after} of worlds)"),
        )  # fmt: skip
        print_wrapped(console, line, GAP)
    if not changed:
        print_wrapped(console, Text("no verdict changes", "dim"), GAP)
    if row.untouched:
        cannot = f"{len(row.untouched)} of {len(row.words)} claims are about what it cannot reach"
        print_wrapped(console, Text(cannot, "dim"), GAP)


def verdict(word: str) -> Text:
    """Return a verdict as a sign and a word, in its colour."""
    from conjuncture.presentation.claims import SYMBOLS

    known = word if word in SYMBOLS else ""
    return Text(signs(f"{SYMBOLS[known]} {word}"), STYLES[known])


def conclude(console: Console, found: Alternatives, *, quiet: bool) -> None:
    """Print on which choices each verdict hangs."""
    left = max(map(len, (*found.claims, "claim"))) + GAP
    middle = len("◕ mostly holds") + GAP
    console.print()
    head = "claim".ljust(left) + "verdict".ljust(middle) + "hangs on"
    print_wrapped(console, Text(head, "dim"))
    for key in found.claims:
        margin = Text(key.ljust(left)).append_text(verdict(found.rows[0].words[key]))
        print_wrapped(console, hanging(found, key), left + middle, margin)
    for one in found.left_out:
        console.print()
        print_wrapped(console, Text(signs(f"not tried: {one.choice}, because {one.why}"), "dim"))
    if not found.tried:
        for line in found.sentences():
            console.print()
            print_wrapped(console, Text(signs(line)))
    elif not quiet:
        console.print()
        print_wrapped(console, Text(signs(LEGEND), "dim"))


def hanging(found: Alternatives, key: str) -> Text:
    """Return the choices on which a verdict hangs, each with the verdict there."""
    rows = {row.choice: row for row in found.rows}
    text = Text()
    for choice in (*found.hangs[key], *found.unsettled[key]):
        if text:
            text.append("; ")
        text.append(signs(f"{choice} (")).append_text(verdict(rows[choice].words[key])).append(")")
    return text or Text("none of what was tried" if found.tried else "nothing was tried", "dim")
