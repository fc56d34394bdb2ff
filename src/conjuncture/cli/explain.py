"""``conjuncture explain``: why a crisis ended as it did, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.analysis.explain.explanation import (
    PARTS,
    ExplainOptions,
    Explanation,
    choice_of,
)
from conjuncture.cli.console import adapt_signs, make_console, show_groups
from conjuncture.cli.failures import STOPPED
from conjuncture.cli.interrupts import WENT_WRONG, show_progress
from conjuncture.cli.options import (
    FiguresOption,
    JsonOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    WorldsOption,
    print_whole,
)
from conjuncture.cli.outputs import build_result_document, draw_into, open_output, prepare_figures
from conjuncture.errors import UsageError
from conjuncture.presentation.text import print_wrapped, size_in_words

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.analysis.explain.discovery_result import Discovery
    from conjuncture.analysis.explain.sensitivity import Sensitivity
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
    query: Annotated[
        str | None,
        typer.Option(
            "--query",
            metavar="QUERY",
            help='Say on which unknowns a number hangs, for example "E(showdown.margin)", in the '
            "place of an outcome.",
            show_default=False,
        ),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="PART",
            help=f"Only this part: {choice_of(PARTS)}; may be given several times.",
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
    if [outcome, claim, query].count(None) != 2:
        raise UsageError(
            'say what to explain, one of three: --outcome "showdown = torres", --claim NAME or '
            '--query "E(showdown.margin)"'
        )
    from conjuncture.api import load
    from conjuncture.engine.addresses import BLOCK, blocks_for

    loaded = load(scenario)
    blocks_for(worlds, BLOCK, seed)
    prepare_figures(figures)
    request = {
        "command": "explain", "scenario": scenario, "outcome": outcome, "claim": claim,
        "query": query, "parts": part or [], "groups": group or [], "conditions": condition or [],
        "maps": together or [], "level": level, "histories": each,
    }  # fmt: skip
    console = make_console()
    with (
        open_output(output) as keep,
        show_progress(quiet=quiet, answering=True) as progress,
    ):
        from conjuncture.analysis.explain.sample import StoppedEarly
        from conjuncture.presentation.explanation import groups_of

        ensemble = loaded.run(worlds, seed=seed, progress=progress)
        shown: list[str] = []

        def show(name: str, found: Any) -> None:
            if not as_json:
                with progress.suspend():
                    if outcome is not None and not shown:
                        show_outcome_heading(ensemble, outcome, console, quiet=quiet)
                    shown.append(name)
                    console.print()
                    show_groups(groups_of(found, quiet=quiet), console)

        try:
            found = answer_request(ensemble, request, show)
        except StoppedEarly:
            raise KeyboardInterrupt from None  # There is nothing so far.
        asked = {} if claim is None else {"claim": claim}
        content = build_result_document(ensemble, request, {**asked, **found.to_dict()})
        keep(content, [])
    whole = found if isinstance(found, Explanation) else None
    if as_json:
        print_whole(content)
    else:
        console.print()
        if whole is not None:
            show_end(whole, ensemble, console, quiet=quiet)
    if figures is not None:
        from conjuncture.figures.results import pictures_of

        draw_into(figures, pictures_of(found, ensemble.worlds.table))
    if whole is None:
        return
    for name, problem in whole.wrong.items():
        typer.echo(f"{name}: {problem}", err=True)
    if whole.missing:
        raise typer.Exit(STOPPED)
    if whole.wrong:
        raise typer.Exit(WENT_WRONG)


def answer_request(
    ensemble: Ensemble, request: Mapping[str, Any], show: Callable[[str, Any], None]
) -> Explanation | Discovery | Sensitivity:
    """Answer a request part by part.

    Parameters
    ----------
    ensemble : Ensemble
    request : mapping
    show : callable
        Called with the name of a part and the part.
    """
    if request["claim"] is not None:
        place = ensemble.discover(request["claim"])
        show(place.part, place)
        return place
    if request["query"] is not None:
        hangs = ensemble.sensitivity(request["query"])
        show(hangs.part, hangs)
        return hangs
    return ensemble.explain(request["outcome"], explain_options_of(ensemble, request), tell=show)


def explain_options_of(ensemble: Ensemble, request: Mapping[str, Any]) -> ExplainOptions:
    """Return what is asked of the explanation.

    Raises
    ------
    UsageError
        When a group is none of the scenario's, or a pair not two numbers.
    """
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
    return ExplainOptions(
        parts=request["parts"] or PARTS,
        each=request["histories"],
        level=request["level"],
        groups={name: groups[name] for name in request["groups"]},
        conditions=request["conditions"],
        pairs=pairs,
    )


def show_outcome_heading(
    ensemble: Ensemble, outcome: str, console: Console, *, quiet: bool
) -> None:
    """Print what is explained, in words and as a query writes it."""
    from rich.text import Text

    from conjuncture.analysis.clauses import event_in_words

    if not quiet:
        heading = Text(adapt_signs(f"Why {event_in_words(ensemble.crisis, outcome)}"), "bold")
        print_wrapped(console, heading.append(adapt_signs(f"  ({outcome})"), "dim"))


def show_end(found: Explanation, ensemble: Ensemble, console: Console, *, quiet: bool) -> None:
    """Print what is missing of an explanation, and what it rests on."""
    from rich.text import Text

    from conjuncture.number_format import figure_of
    from conjuncture.presentation.explanation import WORDING

    def tell(text: str, style: str) -> None:
        print_wrapped(console, Text(adapt_signs(text), style))

    if found.missing:
        titles = "; ".join(WORDING[part].title.lower() for part in found.missing)
        tell(f"stopped before: {titles}", "yellow")
    answer, own = found.probability, found.own_worlds
    for one in answer.unsolved:
        tell(f"Warning: {one.sentence}.", "bold")
    if quiet:
        return
    rests = size_in_words(ensemble.worlds.count, found.each, ensemble.seed)
    if own and found.parts.keys() <= {"discovery", "sensitivity"}:
        rests = f"{found.each} histories of each world, seed {ensemble.seed}"
    rests += own and f" ({own})"
    tell(
        f"{ensemble.crisis.title}: looked at were {rests}; in all "
        f"{answer.histories // answer.worlds} histories of each world P({found.event}) is "
        f"{figure_of(answer.value, answer.standard_error)}",
        "dim",
    )
