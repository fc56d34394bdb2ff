"""``conjuncture run``: the tree of outcomes, how each stage ends, and every history in a file.

Of the tree the branches stand on the left and their figures beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from conjuncture.cli.console import adapt_signs, make_console, show_heading
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
from conjuncture.presentation.text import print_wrapped, size_in_words

if TYPE_CHECKING:
    from conjuncture.analysis.answers import Answer
    from conjuncture.analysis.outcome_tree import OutcomeBranch, OutcomeTree, TreeLine
    from conjuncture.ensemble import Ensemble


GAP = 2
FIGURE_HEADS = ("of all", "from here", "", "likeliest")

TREE_LEGEND = (
    "of all: share of all histories. from here: share of those that came to the stage, with the "
    "middle nine tenths of the worlds. likeliest: share of the worlds that come here in which no "
    "other outcome is likelier. A number in brackets counts visits; without an arrow the crisis "
    "ends."
)


def show_tree(tree: OutcomeTree, console: Console) -> None:
    """Print the outcome tree.

    The figures stand beside the branches where there is room for both, otherwise under them.

    Parameters
    ----------
    tree : OutcomeTree
    console : rich.console.Console
    """
    lines = tree.lines
    figures = [figures_of(line.branch) for line in lines if line.branch is not None]
    widths = [max(map(len, column)) for column in zip(FIGURE_HEADS, *figures, strict=True)]
    branches = [
        Text(adapt_signs(line.guides + line.label)) for line in lines if line.branch is not None
    ]
    left = max(len(one) for one in (Text(tree.root.name), *branches)) + GAP
    beside = left + sum(widths) + GAP * (len(widths) - 1) <= console.width
    head = Text(tree.root.name, "bold")
    if beside:
        head.pad_right(left - len(head))
        head.append(align_cells(FIGURE_HEADS, widths), "dim")
    console.print(head, soft_wrap=True)
    for line in lines:
        if beside and line.branch is not None:
            text = style_branch(line)
            text.pad_right(left - len(text))
            console.print(text.append(align_cells(figures_of(line.branch), widths)), soft_wrap=True)
        else:
            show_stacked(line, console)


def show_stacked(line: TreeLine, console: Console) -> None:
    """Print a branch, and its figures on the next line with their names."""
    indent = len(line.guides)
    style = "" if line.branch is not None else "dim"
    guides = Text(adapt_signs(line.guides), "dim")
    print_wrapped(console, Text(adapt_signs(line.label), style), indent, guides)
    if line.branch is not None:
        share, here, among, likeliest = figures_of(line.branch)
        text = f"{share} of all, {here} {among} from here, likeliest in {likeliest} of worlds"
        print_wrapped(console, Text(text, "dim"), indent + GAP)


def style_branch(line: TreeLine) -> Text:
    """Return a branch with the lines that lead to it."""
    outcome, arrow, then = line.label.partition(" → ")
    return Text.assemble(
        (adapt_signs(line.guides), "dim"), outcome, (adapt_signs(arrow), "dim"), (then, "bold")
    )


def figures_of(branch: OutcomeBranch) -> tuple[str, str, str, str]:
    """Return the figures of a branch, in the order of their heads."""
    from conjuncture.analysis.outcome_tree import proportion_of
    from conjuncture.analysis.stage_summaries import interval_of

    among = interval_of(branch.here)
    return (
        proportion_of(branch.probability),
        proportion_of(branch.here),
        f"({among})" if among else "",
        f"{100 * branch.likeliest:.0f} %",
    )


def align_cells(cells: tuple[str, ...], widths: list[int]) -> str:
    """Return cells in columns, numbers to the right."""
    last = len(cells) - 1
    parts = [
        cell.ljust(width) if place == 2 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return (" " * GAP).join(parts[: last + 1]).rstrip()


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
        show(ensemble, ensemble.tree(least), console, quiet=quiet)
    if figures is not None:
        from conjuncture.analysis.plain_words import labels_of
        from conjuncture.figures.outcomes import draw_outcomes

        crisis = ensemble.crisis
        picture = draw_outcomes(ensemble.flows(), crisis.observed, labels_of(crisis))
        draw_into(figures, [picture])
    exit_partial(stopped)


def outline_of(ensemble: Ensemble, least: float) -> dict[str, Any]:
    """Return the tree and every stage, and how far the run came where it was stopped."""
    from conjuncture.analysis.reporting.result_documents import summary_document, tree_document

    found = {**tree_document(ensemble.tree(least)), **summary_document(ensemble.stages())}
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


def show(ensemble: Ensemble, tree: OutcomeTree, console: Console, *, quiet: bool) -> None:
    """Print the outcome tree, then the outcomes and measures of every stage."""
    from conjuncture.analysis.stage_summaries import outcome_rows, unsolved_in

    show_tree(tree, console)
    console.print()
    if not quiet:
        print_wrapped(console, Text(adapt_signs(TREE_LEGEND), "dim"))
        console.print()
    for one in unsolved_in(ensemble.stages()):
        print_wrapped(console, Text(adapt_signs(f"Warning: {one.sentence}."), "bold"))
        console.print()
    rows = outcome_rows(ensemble.stages())
    widths = (max(len(row.what) for row in rows) + 2, max(len(row.value) for row in rows) + 2)
    for name, stage in ensemble.stages().items():
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
