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
from conjuncture.cli.console import adapt_signs, print_wrapped
from conjuncture.cli.options import print_whole
from conjuncture.cli.progress import show_progress
from conjuncture.cli.running import build_result_document, open_cluster_client, open_output

if TYPE_CHECKING:
    from conjuncture.analysis.alternatives.alternatives import Alternative, Alternatives
    from conjuncture.loading import Scenario

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
    from conjuncture.presentation.numbers import percent

    console.print()
    print_wrapped(console, Text(adapt_signs(str(row.choice)), "bold"))
    changed = [key for key, word in row.words.items() if word != base.words[key]]
    for key in changed:
        before, after = (percent(one.readings[key].verdict.share) for one in (base, row))
        line = Text.assemble(
            f"{key}: ", style_verdict(base.words[key]), adapt_signs(" → "), style_verdict(row.words[key]),
            adapt_signs(f"  ({before} → {after} of worlds)"),
        )  # fmt: skip
        print_wrapped(console, line, CHOICE_GAP)
    if not changed:
        print_wrapped(console, Text("no style_verdict changes", "dim"), CHOICE_GAP)
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
