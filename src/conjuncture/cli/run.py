"""``conjuncture run``: the tree of outcomes, how each stage ends, and every history in a file.

Of the tree the branches stand on the left and their figures beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.console import make_console, show_groups, show_heading
from conjuncture.cli.interrupts import (
    exit_on_sigterm,
    exit_partial,
    partial_json_of,
    partial_run_of,
    print_partial,
    show_progress,
)
from conjuncture.cli.options import (
    ClusterOption,
    FiguresOption,
    HistoriesOption,
    JsonOption,
    OutputOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    WorldsOption,
    print_whole,
)
from conjuncture.cli.outputs import (
    build_result_document,
    draw_into,
    open_cluster_client,
    open_output,
    prepare_figures,
    refuse_unknown_ending,
)
from conjuncture.presentation.text import size_in_words

if TYPE_CHECKING:
    from conjuncture.analysis.answers import Answer
    from conjuncture.ensemble import Ensemble


def command(
    scenario: ScenarioArgument,
    *,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    cluster: ClusterOption = None,
    least: Annotated[
        float,
        typer.Option(
            "--least",
            metavar="X",
            help="Fold branches of the tree that a smaller share of all histories takes.",
        ),
    ] = 0.01,
    output: OutputOption = None,
    figures: FiguresOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Simulate a scenario: its outcomes as a tree, each stage, and on request every history.

    --output keeps the histories one by one in a file that ends in .parquet or .nc, or what is
    printed in one that ends in .json.
    """
    from conjuncture.api import load
    from conjuncture.engine.addresses import BLOCK, blocks_for

    refuse_unknown_ending(output)
    loaded = load(scenario)
    blocks = blocks_for(worlds, histories, seed)
    prepare_figures(figures)
    console = make_console()
    if not as_json:
        show_heading(console, loaded.title, size_in_words(worlds, blocks * BLOCK, seed))
    request = {"command": "run", "scenario": scenario, "least": least}
    one_by_one = output is not None and output.suffix != ".json"
    with (
        show_progress(quiet=quiet, answering=not one_by_one) as progress,
        open_cluster_client(cluster) as client,
    ):
        from conjuncture.analysis.outcome_tree import refuse_no_share

        refuse_no_share(least)
        ensemble = loaded.run(worlds, histories, seed, progress, client)
        if output is not None and one_by_one:
            with exit_on_sigterm():
                content = save(ensemble, output, request, least)
        else:
            with open_output(output) as keep:
                content = build_result_document(ensemble, request, outline_of(ensemble, least))
                keep(content, [])
    stopped = partial_run_of(ensemble, any_answer(ensemble))
    print_partial(stopped, as_json=as_json)
    if as_json:
        print_whole(content)
    else:
        from conjuncture.presentation.outcomes import groups_of_run

        groups = groups_of_run(ensemble.tree(least), ensemble.stages(), quiet=quiet)
        show_groups(groups, console)
    if figures is not None:
        from conjuncture.figures.results import pictures_of

        draw_into(figures, pictures_of(ensemble))
    exit_partial(stopped)


def outline_of(ensemble: Ensemble, least: float) -> dict[str, Any]:
    """Return the tree and every stage, and how far the run came where it was stopped."""
    found = {**ensemble.tree(least).to_dict(), **ensemble.stages().to_dict()}
    return {**found, **partial_json_of(partial_run_of(ensemble, any_answer(ensemble)))}


def any_answer(ensemble: Ensemble) -> Answer:
    """Return one of the answers; all of them count the same histories."""
    stage = next(iter(ensemble.stages().values()))
    return next(iter(stage.outcomes.values()))


def save(
    ensemble: Ensemble, output: Path, request: Mapping[str, Any], least: float
) -> dict[str, Any]:
    """Write every history into a file, and return the result that is kept with them."""
    found: dict[str, Any] = {}

    def content(digest: str) -> dict[str, Any]:
        found.update(outline_of(ensemble, least), histories_sha256=digest)
        return build_result_document(ensemble, request, found)

    ensemble.save(output, content, lambda sentence: typer.echo(sentence, err=True))
    return build_result_document(ensemble, request, found)
