"""``conjuncture explain``: why a crisis ended as it did, part by part."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.console import print_wrapped, results, signs
from conjuncture.cli.figures import FiguresOption, draw_into, prepared
from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument
from conjuncture.cli.progress import watched
from conjuncture.cli.running import (
    SeedOption,
    WorldsOption,
    framed,
    kept,
    written_json,
)
from conjuncture.cli.stopping import STOPPED
from conjuncture.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.analysis.explaining.explanation import Explaining, Explanation
    from conjuncture.ensemble import Ensemble


def command(
    scenario: ScenarioArgument,
    *,
    outcome: Annotated[
        str | None,
        typer.Option(
            "--outcome",
            metavar="EVENT",
            help='What to explain, for example "showdown = torres".',
            show_default=False,
        ),
    ] = None,
    claim: Annotated[
        str | None,
        typer.Option(
            "--claim",
            metavar="CLAIM",
            help="Say in which worlds this claim holds, in the place of an outcome.",
            show_default=False,
        ),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="PART",
            help="Only this part: attribution, conditions, causes, sensitivity, tipping or "
            "discovery; may be given several times.",
            show_default=False,
        ),
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            metavar="GROUP",
            help="A group of the scenario whose forces act as one; may be given several times.",
            show_default=False,
        ),
    ] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(
            "--condition",
            metavar="NEUTRAL",
            help="A condition by what would undo it, as in 'army_mood = 0'; may be given several "
            "times.",
            show_default=False,
        ),
    ] = None,
    together: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="A,B",
            help="Two numbers to move together; may be given several times.",
            show_default=False,
        ),
    ] = None,
    level: Annotated[
        float,
        typer.Option("--level", metavar="P", help="The probability at which it tips."),
    ] = 0.5,
    each: Annotated[
        int,
        typer.Option("--histories", metavar="N", help="How many histories of each world, to 512."),
    ] = 16,
    worlds: WorldsOption = 400,
    seed: SeedOption = 1,
    figures: FiguresOption = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Keep the result in a file that ends in .json.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say why it ended so: who made the difference, on what it hangs, where it tips.

    The same few histories of every world are replayed under each change.
    """
    if output is not None and output.suffix != ".json":
        raise UsageError(f"'{output}' does not end in .json, the one form of an explanation")
    if (outcome is None) == (claim is None):
        raise UsageError(
            'say what to explain, one of two: --outcome "showdown = torres" or --claim NAME'
        )
    from conjuncture.engine.addresses import BLOCK
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.loading import load

    loaded = load(scenario)
    blocks_for(worlds, BLOCK, seed)
    prepared(figures)
    request = {
        "command": "explain", "scenario": scenario, "outcome": outcome, "claim": claim,
        "parts": part or [], "groups": group or [], "conditions": condition or [],
        "maps": together or [], "level": level, "histories": each,
    }  # fmt: skip
    console = results()
    with kept(output) as keep, watched(quiet=quiet, answering=True) as progress:
        from conjuncture.analysis.reporting.explanation import explained, plain

        ensemble = loaded.run(worlds, seed=seed, progress=progress)

        def show(name: str, found: Any) -> None:
            if not as_json:
                with progress.aside():
                    show_part(name, found, ensemble, console, quiet=quiet)

        if claim is not None:
            place = ensemble.discover(claim)
            content = {"claim": claim, **plain(place), "sentences": place.sentences()}
            found = None
            show("discovery", place)
        else:
            found = ensemble.explain(outcome or "", asked_of(ensemble, request), tell=show)
            content = explained(found)
        content = framed(ensemble, request, content)
        keep(content, [])
    if as_json:
        typer.echo(written_json(content))
    elif found is not None:
        show_end(found, ensemble, each, seed, console, quiet=quiet)
    if figures is not None:
        from conjuncture.figures.discovery import draw_discovery
        from conjuncture.figures.explanation import draw_explanation

        table = ensemble.worlds.table
        draw_into(
            figures,
            [draw_discovery(place, table)] if found is None else draw_explanation(found, table),
        )
    if found is not None and found.missing:
        raise typer.Exit(STOPPED)


def asked_of(ensemble: Ensemble, request: dict[str, Any]) -> Explaining:
    """Return what is asked of the explanation.

    Raises
    ------
    UsageError
        When a group is none of the scenario's, or a pair not two numbers.
    """
    from conjuncture.analysis.explaining.explanation import PARTS, Explaining
    from conjuncture.language.names import unknown_name

    groups = ensemble.crisis.groups
    for name in request["groups"]:
        if name not in groups:
            raise UsageError("; ".join(unknown_name("group", name, groups)))
    pairs = []
    for text in request["maps"]:
        names = [one.strip() for one in text.split(",")]
        if len(names) != 2:
            raise UsageError(f"--map takes two numbers with a comma between, and got '{text}'")
        pairs.append((names[0], names[1]))
    return Explaining(
        parts=request["parts"] or PARTS,
        each=request["histories"],
        level=request["level"],
        groups={name: groups[name] for name in request["groups"]},
        conditions=request["conditions"],
        pairs=pairs,
    )


def show_part(name: str, found: Any, ensemble: Ensemble, console: Console, *, quiet: bool) -> None:
    """Print one part of an explanation as soon as it is there."""
    from conjuncture.analysis.wording import names_of
    from conjuncture.cli.sections import show_section
    from conjuncture.report.explaining import section_of

    section = section_of(name, found, names_of(ensemble.crisis))
    show_section(section, console, quiet=quiet)


def show_end(
    found: Explanation, ensemble: Ensemble, each: int, seed: int, console: Console, *, quiet: bool
) -> None:
    """Print what the explanation rests on, and what is missing."""
    from rich.text import Text

    from conjuncture.cli.heading import size
    from conjuncture.report.explaining import TITLES

    console.print()
    if found.missing:
        missing = "; ".join(TITLES[part].lower() for part in found.missing)
        print_wrapped(console, Text(signs(f"stopped before: {missing}"), "yellow"))
    if not quiet:
        text = f"{ensemble.crisis.title}: {size(ensemble.worlds.count, each, seed)}"
        print_wrapped(console, Text(signs(text), "dim"))
