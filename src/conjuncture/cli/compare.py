"""``conjuncture compare``: a scenario beside cases on record that are like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import make_console, show_groups, show_heading
from conjuncture.cli.interrupts import (
    exit_partial,
    partial_json_of,
    partial_run_of,
    print_partial,
    show_progress,
)
from conjuncture.cli.options import (
    ClusterOption,
    Constants,
    ConstantsOption,
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
from conjuncture.errors import UsageError
from conjuncture.presentation.text import size_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence


def command(
    scenario: ScenarioArgument,
    *,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag",
            metavar="NAME=OPTION",
            help="What kind of case it is, in the place of what stands under 'like:' or beside it; "
            "may be given several times.",
            show_default=False,
        ),
    ] = None,
    among: Annotated[
        str | None,
        typer.Option(
            "--among",
            metavar="TABLE",
            help="Among which cases: attempts or campaigns; as under 'like:' if not given.",
            show_default=False,
        ),
    ] = None,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    constants: ConstantsOption = Constants.documented,
    cluster: ClusterOption = None,
    output: OutputOption = None,
    figures: FiguresOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Compare a scenario with cases like it whose outcome is on record.

    What kind of case it is stands under 'like:' in the scenario. The nearest class are the cases
    that share all its tags; it is widened tag by tag, the least telling first. Small classes are
    drawn towards wider ones.
    """
    from conjuncture.analysis.reference_classes.recorded_cases import stated_tags
    from conjuncture.api import load
    from conjuncture.engine.addresses import BLOCK, blocks_for

    refuse_unknown_ending(output)
    loaded = load(scenario)
    blocks = blocks_for(worlds, histories, seed)
    tags = tags_of(tag or ())
    stated_tags(loaded.crisis, tags, among)
    prepare_figures(figures)
    console = make_console()
    if not as_json:
        show_heading(console, loaded.title, size_in_words(worlds, blocks * BLOCK, seed, constants))
    with open_output(output) as keep:
        from conjuncture.presentation.comparison import groups_of, rows_of

        with (
            show_progress(quiet=quiet, answering=True) as progress,
            open_cluster_client(cluster) as client,
        ):
            ensemble = loaded.run(worlds, histories, seed, progress, client, constants)
            found = ensemble.compare(tags, among=among)
        request = {"command": "compare", "scenario": scenario, "tags": tags, "among": among}
        stopped = None if found.own is None else partial_run_of(ensemble, found.own)
        content = build_result_document(
            ensemble, request, {**found.to_dict(), **partial_json_of(stopped)}
        )
        keep(content, rows_of(found))
    print_partial(stopped, as_json=as_json)
    if as_json:
        print_whole(content)
    else:
        show_groups(groups_of(found, quiet=quiet), console)
    if figures is not None:
        from conjuncture.figures.results import pictures_of

        draw_into(figures, pictures_of(found))
    exit_partial(stopped)


def tags_of(written: Sequence[str]) -> dict[str, str]:
    """Return the tags that were named.

    Parameters
    ----------
    written : sequence of str

    Raises
    ------
    UsageError
        When one is not written as NAME=OPTION, or is named twice.

    Examples
    --------
    >>> tags_of(["plotters=combat", " protest = no"])
    {'plotters': 'combat', 'protest': 'no'}
    """
    found: dict[str, str] = {}
    for one in written:
        name, sign, option = (part.strip() for part in one.partition("="))
        if not (name and sign and option):
            raise UsageError(f"'{one}' is no tag; write NAME=OPTION, as in plotters=combat")
        if name in found:
            raise UsageError(f"the tag '{name}' is named twice; keep one of the two")
        found[name] = option
    return found
