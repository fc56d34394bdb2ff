"""``conjuncture rival``: two accounts of one crisis, held against the same evidence."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import (
    adapt_signs,
    make_console,
    print_wrapped,
    show_figure_rows,
    size_in_words,
)
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

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.analysis.rivalry.rivals import EvidenceStep, Rivalry

GAP = 2
LEGEND = (
    "A weight of evidence is ten times the logarithm of how many times likelier the first account "
    "makes the evidence than the second, in decibels: 10 dB is ten times, 20 dB a hundred, and "
    "below 0 it speaks for the second. Each event is weighed given those before it; so far is "
    "their sum."
)
CAVEAT = (
    "An account is judged with all that it leaves open, and one that allows everything makes "
    "nothing likely. Both may be wrong, and this says only which of the two expected more of what "
    "happened."
)


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
        from conjuncture.analysis.reporting.rivalry_documents import rival_table, rivalry_document

        shape = rivalry_document(found)
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
            **shape,
            "run": {**found.records[0], "request": request},
            "rival_run": dict(found.records[1]),
        }
        keep(content, rival_table(shape))
    if as_json:
        print_whole(content)
    else:
        show(found, seed, make_console(), quiet=quiet)
    if figures is not None:
        from conjuncture.figures.rivalry import draw_rivalry

        draw_into(figures, [draw_rivalry(found)])


def show(found: Rivalry, seed: int, console: Console, *, quiet: bool) -> None:
    """Print how the weight of evidence builds up, and what it comes to."""
    from rich.text import Text

    from conjuncture.numbers import format_decimals

    one, two = found.accounts
    print_wrapped(console, Text(adapt_signs(f"{one.title} ({one.slug})"), "bold"))
    print_wrapped(console, Text(adapt_signs(f"against {two.title} ({two.slug})"), "bold"))
    print_wrapped(console, Text(adapt_signs(size_in_words(found.worlds, found.histories, seed))))
    console.print()
    heads = ("in the first", "in the second", "weight (dB)", "so far (dB)")
    show_figure_rows(console, ("evidence", *heads), [step_row(one) for one in found.steps])
    if len(found.codings) > 1:
        console.print()
        rows = [
            (label, f"{share:.3g}", "–" if isnan(weight) else format_decimals(10.0 * weight, 1))
            for label, share, weight in found.codings
        ]
        show_figure_rows(console, ("if it was", "probability", "weight (dB)"), rows)
    for line in found.sentences():
        console.print()
        print_wrapped(console, Text(adapt_signs(line)))
    for line in () if quiet else (LEGEND, CAVEAT):
        console.print()
        print_wrapped(console, Text(adapt_signs(line), "dim"))


def step_row(step: EvidenceStep) -> tuple[str, ...]:
    """Return what one event adds, in figures."""
    chances = ("–" if isnan(chance) else f"{chance:.3g}" for chance in step.chances)
    return (
        step.says,
        *chances,
        in_decibels(step.weight, step.error),
        in_decibels(step.total, step.total_error),
    )


def in_decibels(weight: float, error: float) -> str:
    """Return a weight with its error, in decibels.

    Examples
    --------
    >>> in_decibels(0.25, 0.012)
    '2.50 ± 0.12'
    """
    from conjuncture.numbers import figure_of, format_decimals

    if not isfinite(weight):
        return "–"
    if not isfinite(error):
        return format_decimals(10.0 * weight, 1)
    return f"{figure_of(10.0 * weight, 10.0 * error)} ± {figure_of(10.0 * error, 10.0 * error)}"
