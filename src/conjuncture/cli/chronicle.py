"""``conjuncture chronicle``: one history in plain words, and the same under interventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import adapt_signs, make_console, print_wrapped
from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument, print_whole
from conjuncture.cli.progress import show_progress
from conjuncture.cli.running import (
    HistoriesOption,
    SeedOption,
    WorldsOption,
    build_result_document,
)
from conjuncture.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.analysis.chronicle import Chronicle

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
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.loading import load

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
    from rich.text import Text

    from conjuncture.cli.telling import show_rows

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
