"""``conjuncture chronicle``: one history in plain words, and the same under interventions.

Two histories stand side by side where there is room, else in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from conjuncture.cli.console import adapt_signs, make_console
from conjuncture.cli.interrupts import show_progress
from conjuncture.cli.options import (
    HistoriesOption,
    JsonOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    WorldsOption,
    print_whole,
)
from conjuncture.cli.outputs import build_result_document
from conjuncture.errors import UsageError
from conjuncture.presentation.text import print_wrapped

if TYPE_CHECKING:
    from conjuncture.analysis.chronicle import Chronicle
    from conjuncture.analysis.divergence import EpisodeRow

INDENT = 2
SIDE_BY_SIDE = 110
"""From this width on two columns are easier to read than two texts in turn."""

LONGEST_LINE = 100
BETWEEN = " │ "
LATER_HEADS_OF_TWO = ("With the first change", "With the second")


def show_rows(chronicle: Chronicle, console: Console) -> None:
    """Print the stages of a chronicle: once what both share, apart what differs.

    Parameters
    ----------
    chronicle : Chronicle
    console : rich.console.Console
    """
    from conjuncture.analysis.chronicle import AS_IT_WAS

    heads = chronicle.column_titles
    later = LATER_HEADS_OF_TWO if chronicle.other else (AS_IT_WAS, "With the change")
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


WIDEST = 160
"""Two texts side by side have room for lines of a readable length each."""


def command(
    scenario: ScenarioArgument,
    *,
    given: Annotated[
        str | None,
        typer.Option(
            "--given",
            metavar="EVENT",
            help='Tell a history in which this is true, for example "showdown = torres".',
            show_default=False,
        ),
    ] = None,
    do: Annotated[
        str | None,
        typer.Option(
            "--do",
            metavar="INTERVENTIONS",
            help='Beside it the same history under these, for example "unions aside".',
            show_default=False,
        ),
    ] = None,
    world: Annotated[
        int | None,
        typer.Option("--world", metavar="W", help="Tell a history of this world."),
    ] = None,
    history: Annotated[
        int | None,
        typer.Option("--history", metavar="H", help="Tell this history of the world."),
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option(
            "--claim",
            metavar="NAME",
            help="Tell a history that shows what this claim says or, where it fails, how.",
            show_default=False,
        ),
    ] = None,
    secretly: Annotated[
        bool,
        typer.Option(
            "--secretly",
            help="What players do under the claim's interventions is kept from the others.",
        ),
    ] = False,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Tell one history in plain words, and beside it the same under interventions.

    Told is the first history that took the commonest course of those in which --given is true, or
    the one that --world and --history name. With --do the same history, on the same draws, is
    told under the interventions as well. With --claim both are taken from the claim.
    """
    from conjuncture.api import load
    from conjuncture.engine.addresses import blocks_for

    if claim is not None and any(one is not None for one in (given, do, world, history)):
        raise UsageError(
            "a claim says itself which history is told and under what; leave out --given, --do, "
            "--world and --history, or --claim"
        )
    if secretly and claim is None:
        raise UsageError(
            "--secretly is said of the interventions of a claim; give --claim too, or write "
            "'secretly' within --do, as in \"unions aside secretly\""
        )
    if (world is None) != (history is None):
        raise UsageError("a history has an address of two parts: give both --world and --history")
    loaded = load(scenario)
    if world is not None and history is not None:
        worlds, histories = max(worlds, world + 1), max(histories, history + 1)
    blocks_for(worlds, histories, seed)
    with show_progress(quiet=quiet or as_json) as progress:
        from conjuncture.analysis.chronicle import chronicle_document

        ensemble = loaded.run(worlds, histories, seed, progress)
        chronicle = ensemble.chronicle(
            given, do, world=world, history=history, claim=claim, secretly=secretly
        )
    if as_json:
        request = {
            "command": "chronicle", "scenario": scenario, "given": given, "do": do,
            "claim": claim, "secretly": secretly,
        }  # fmt: skip
        print_whole(build_result_document(ensemble, request, chronicle_document(chronicle)))
    else:
        show(chronicle, make_console(WIDEST), quiet=quiet)


def show(chronicle: Chronicle, console: Console, *, quiet: bool) -> None:
    """Print a chronicle under its address."""
    address = f"world {chronicle.world}, history {chronicle.history}, seed {chronicle.seed}"
    print_wrapped(console, Text(adapt_signs(chronicle.title), "bold"))
    print_wrapped(console, Text(address))
    shown = chronicle.illustration
    if shown is not None:
        console.print()
        print_wrapped(console, Text(adapt_signs(shown.says), "bold"))
        print_wrapped(console, Text(adapt_signs(shown.sentences)))
    if chronicle.why and shown is not None and not quiet:
        print_wrapped(console, Text(adapt_signs(chronicle.why), "dim"))
    elif chronicle.why and not quiet:
        again = f"--world {chronicle.world} --history {chronicle.history}"
        seed = "" if chronicle.seed == 1 else f" --seed {chronicle.seed}"
        why = f"{chronicle.why} To tell it again: {again}{seed}."
        print_wrapped(console, Text(adapt_signs(why), "dim"))
    show_rows(chronicle, console)
