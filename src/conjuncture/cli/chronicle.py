"""``conjuncture chronicle``: one history in plain words, and the same under interventions.

Two histories stand side by side where there is room, else in turn.
"""

from __future__ import annotations

from typing import Annotated

import typer

from conjuncture.cli.console import make_console, show_groups
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
        ensemble = loaded.run(worlds, histories, seed, progress)
        chronicle = ensemble.chronicle(
            given, do, world=world, history=history, claim=claim, secretly=secretly
        )
    if as_json:
        request = {
            "command": "chronicle", "scenario": scenario, "given": given, "do": do,
            "claim": claim, "secretly": secretly,
        }  # fmt: skip
        print_whole(build_result_document(ensemble, request, chronicle.to_dict()))
    else:
        from conjuncture.presentation.chronicle import groups_of

        show_groups(groups_of(chronicle, quiet=quiet), make_console(WIDEST))
