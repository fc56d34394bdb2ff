"""``conjuncture compare``: a scenario beside cases on record that are like it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import (
    adapt_signs,
    make_console,
    print_wrapped,
    show_figure_rows,
    show_heading,
    size_in_words,
)
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from conjuncture.analysis.reference_classes.comparison import Comparison


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
        from conjuncture.analysis.reporting.comparison_documents import (
            class_table,
            comparison_document,
        )

        with (
            show_progress(quiet=quiet, answering=True) as progress,
            open_cluster_client(cluster) as client,
        ):
            ensemble = loaded.run(worlds, histories, seed, progress, client, constants)
            found = ensemble.compare(tags, among=among)
        request = {"command": "compare", "scenario": scenario, "tags": tags, "among": among}
        stopped = None if found.own is None else partial_run_of(ensemble, found.own)
        content = build_result_document(
            ensemble, request, {**comparison_document(found), **partial_json_of(stopped)}
        )
        keep(content, class_table(content))
    print_partial(stopped, as_json=as_json)
    if as_json:
        print_whole(content)
    else:
        show(found, console, quiet=quiet)
    if figures is not None:
        from conjuncture.figures.comparison import draw_comparison

        draw_into(figures, [draw_comparison(found)])
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


def show(found: Comparison, console: Console, *, quiet: bool) -> None:
    """Print the classes, what they come to, the closest cases and, unless quiet, how to read it."""
    from rich.text import Text

    from conjuncture.analysis.reference_classes.comparison import (
        HEADINGS,
        LEGEND,
        class_rows,
        tags_in_brackets,
    )

    kind = tags_in_brackets(found.tags).strip(" ()") or "no tag stated"
    print_wrapped(console, Text(adapt_signs(f"among {found.among}: {kind}")))
    console.print()
    show_figure_rows(console, HEADINGS, class_rows(found))
    for sentence in found.sentences():
        console.print()
        print_wrapped(console, Text(adapt_signs(sentence)))
    if found.nearest:
        console.print()
        show_cases(console, found)
    for line in (found.caution, *(() if quiet else (LEGEND,))):
        console.print()
        print_wrapped(console, Text(adapt_signs(line), "" if line is found.caution else "dim"))


def show_cases(console: Console, found: Comparison) -> None:
    """Print the cases that are most alike, and how each ended."""
    from rich.text import Text

    from conjuncture.analysis.reference_classes.comparison import (
        differing_tags_in_words,
        ending_in_words,
        shared_tags_in_words,
    )

    print_wrapped(console, Text("closest cases", "dim"))
    names = max(len(one.case) for one in found.nearest) + 2
    ends = len("succeeded") + 2
    beside = names + ends + 40 <= console.width
    for one in found.nearest:
        rest = "; ".join(
            filter(None, [shared_tags_in_words(one, len(found.tags)), differing_tags_in_words(one)])
        )
        margin = Text.assemble(
            (adapt_signs(one.case.ljust(names)), "bold"), ending_in_words(one).ljust(ends)
        )
        if beside:
            print_wrapped(console, Text(adapt_signs(rest)), names + ends, margin)
        else:
            print_wrapped(console, margin)
            print_wrapped(console, Text(adapt_signs(rest)), 2)
