"""``conjuncture run``: the tree of outcomes, how each stage ends, and every history in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.console import adapt_signs, make_console, print_wrapped
from conjuncture.cli.figures import FiguresOption, draw_into, prepare_figures
from conjuncture.cli.heading import show_heading, size_in_words
from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument, print_whole
from conjuncture.cli.progress import show_progress
from conjuncture.cli.running import (
    ClusterOption,
    HistoriesOption,
    OutputOption,
    SeedOption,
    WorldsOption,
    build_result_document,
    open_cluster_client,
    open_output,
    refuse_unknown_ending,
)
from conjuncture.cli.stopping import (
    exit_on_sigterm,
    exit_partial,
    partial_json_of,
    partial_run_of,
    print_partial,
)

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.analysis.answers import Answer
    from conjuncture.analysis.tree import OutcomeTree
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
    from conjuncture.engine.addresses import BLOCK
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.loading import load

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
        from conjuncture.analysis.tree import refuse_no_share

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
        show(ensemble, ensemble.tree(least), console, quiet=quiet)
    if figures is not None:
        from conjuncture.analysis.wording import labels_of
        from conjuncture.figures.outcomes import draw_outcomes

        crisis = ensemble.crisis
        picture = draw_outcomes(ensemble.flows, crisis.observed, labels_of(crisis))
        draw_into(figures, [picture])
    exit_partial(stopped)


def outline_of(ensemble: Ensemble, least: float) -> dict[str, Any]:
    """Return the tree and every stage, and how far the run came where it was stopped."""
    from conjuncture.analysis.reporting.results import summary_document, tree_document

    found = {**tree_document(ensemble.tree(least)), **summary_document(ensemble.stages)}
    return {**found, **partial_json_of(partial_run_of(ensemble, any_answer(ensemble)))}


def any_answer(ensemble: Ensemble) -> Answer:
    """Return one of the answers; all of them count the same histories."""
    stage = next(iter(ensemble.stages.values()))
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


def show(ensemble: Ensemble, tree: OutcomeTree, console: Console, *, quiet: bool) -> None:
    """Print the outcome tree, then the outcomes and measures of every stage."""
    from rich.text import Text

    from conjuncture.analysis.summary import unsolved_in
    from conjuncture.analysis.tables import outcome_rows
    from conjuncture.cli.branches import TREE_LEGEND, show_tree

    show_tree(tree, console)
    console.print()
    if not quiet:
        print_wrapped(console, Text(adapt_signs(TREE_LEGEND), "dim"))
        console.print()
    for one in unsolved_in(ensemble.stages):
        print_wrapped(console, Text(adapt_signs(f"Warning: {one.sentence}."), "bold"))
        console.print()
    rows = outcome_rows(ensemble.stages)
    widths = (max(len(row.what) for row in rows) + 2, max(len(row.value) for row in rows) + 2)
    for name, stage in ensemble.stages.items():
        reached = f"reached in {100 * stage.reached_share:.3g} % of the histories"
        print_wrapped(console, Text.assemble((name, "bold"), "  ", (reached, "dim")))
        for row in rows:
            if row.stage == name:
                line = row.what.ljust(widths[0]) + row.value.rjust(widths[1] - 2) + "  "
                print_wrapped(console, Text.assemble(line, (f"({row.interval})", "dim")), 2)
        console.print()
    if not quiet:
        legend = (
            "Shares of histories and means, pooled over worlds, with the middle nine tenths of the "
            "worlds. What a stage measures counts the histories that reached it."
        )
        print_wrapped(console, Text(adapt_signs(legend), "dim"))
