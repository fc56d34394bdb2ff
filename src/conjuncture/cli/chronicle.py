"""``conjuncture chronicle``: one history in plain words, and the same under interventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import print_wrapped, results, signs
from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument, print_whole
from conjuncture.cli.progress import watched
from conjuncture.cli.running import (
    HistoriesOption,
    SeedOption,
    WorldsOption,
    framed,
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
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Tell one history in plain words, and beside it the same under interventions.

    Told is the first history that took the commonest course of those in which --given is true, or
    the one that --world and --history name. With --do the same history, on the same draws, is
    told under the interventions as well.
    """
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.loading import load

    if (world is None) != (history is None):
        raise UsageError("a history has an address of two parts: give both --world and --history")
    loaded = load(scenario)
    if world is not None and history is not None:
        worlds, histories = max(worlds, world + 1), max(histories, history + 1)
    blocks_for(worlds, histories, seed)
    with watched(quiet=quiet or as_json) as progress:
        from conjuncture.analysis.chronicle import chronicled

        ensemble = loaded.run(worlds, histories, seed, progress)
        chronicle = ensemble.chronicle(given, do, world=world, history=history)
    if as_json:
        request = {"command": "chronicle", "scenario": scenario, "given": given, "do": do}
        print_whole(framed(ensemble, request, chronicled(chronicle)))
    else:
        show(chronicle, results(WIDEST), quiet=quiet)


def show(chronicle: Chronicle, console: Console, *, quiet: bool) -> None:
    """Print a chronicle under its address."""
    from rich.text import Text

    from conjuncture.cli.telling import show_rows

    address = f"world {chronicle.world}, history {chronicle.history}, seed {chronicle.seed}"
    print_wrapped(console, Text(signs(chronicle.title), "bold"))
    print_wrapped(console, Text(address))
    if chronicle.why and not quiet:
        again = f"--world {chronicle.world} --history {chronicle.history}"
        seed = "" if chronicle.seed == 1 else f" --seed {chronicle.seed}"
        why = f"{chronicle.why} To tell it again: {again}{seed}."
        print_wrapped(console, Text(signs(why), "dim"))
    show_rows(chronicle, console)
