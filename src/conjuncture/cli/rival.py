"""``conjuncture rival``: two accounts of one crisis, held against the same evidence."""

from __future__ import annotations

from typing import Annotated

import typer

from conjuncture.cli.console import make_console, show_groups
from conjuncture.cli.interrupts import show_progress
from conjuncture.cli.options import (
    JSON_VERSION,
    FiguresOption,
    HistoriesOption,
    JsonOption,
    OutputOption,
    QuietOption,
    SeedOption,
    WorldsOption,
    print_whole,
)
from conjuncture.cli.outputs import draw_into, open_output, prepare_figures, refuse_unknown_ending

GAP = 2


def command(
    first: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO",
            help="The first account: a folder, its scenario.yaml, or a name in the catalogue.",
            show_default=False,
        ),
    ],
    second: Annotated[
        str, typer.Argument(metavar="RIVAL", help="The second account.", show_default=False)
    ],
    *,
    evidence: Annotated[
        str | None,
        typer.Option(
            "--evidence",
            metavar="OUTCOMES",
            help="What happened, as in 'showdown = torres, cabinet = vetoed'; if not given, what "
            "both say was observed.",
            show_default=False,
        ),
    ] = None,
    coding: Annotated[
        list[str] | None,
        typer.Option(
            "--coding",
            metavar="CODING",
            help="What may have happened at a stage, as in 'cabinet = vetoed: 0.8, refused: 0.2'; "
            "may be given several times.",
            show_default=False,
        ),
    ] = None,
    odds: Annotated[
        float | None,
        typer.Option(
            "--odds",
            metavar="X",
            help="Prior odds of the first account against the second.",
            show_default=False,
        ),
    ] = None,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    output: OutputOption = None,
    figures: FiguresOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Hold two accounts of one crisis against the same evidence.

    Both scenarios need the stages, and the outcomes, that the evidence names.
    """
    from conjuncture.api import rival

    refuse_unknown_ending(output)
    prepare_figures(figures)
    with open_output(output) as keep:
        with show_progress(quiet=quiet) as progress:
            found = rival(
                first,
                second,
                evidence=evidence,
                coding=coding or (),
                worlds=worlds,
                histories=histories,
                seed=seed,
                odds=odds,
                progress=progress,
            )
        from conjuncture.presentation.rivalry import groups_of, rows_of

        request = {
            "command": "rival",
            "scenario": first,
            "rival": second,
            "evidence": evidence,
            "coding": coding or [],
            "odds": odds,
        }
        content = {
            "conjuncture_json": JSON_VERSION,
            **found.to_dict(),
            "run": {**found.records[0], "request": request},
            "rival_run": dict(found.records[1]),
        }
        keep(content, rows_of(found))
    if as_json:
        print_whole(content)
    else:
        show_groups(groups_of(found, quiet=quiet), make_console())
    if figures is not None:
        from conjuncture.figures.results import pictures_of

        draw_into(figures, pictures_of(found))
