"""``conjuncture test``: the claims of a scenario, in how many worlds each holds, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.console import adapt_signs, make_console, show_groups, show_heading
from conjuncture.cli.failures import STOPPED
from conjuncture.cli.interrupts import WENT_WRONG, show_progress
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
from conjuncture.errors import SimulationError, UsageError
from conjuncture.presentation.text import size_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from conjuncture.analysis.alternatives import Alternative, Alternatives
    from conjuncture.analysis.verdicts import ClaimResult, FailedClaim
    from conjuncture.api import Scenario


DOES_NOT_HOLD = 3


def command(
    scenario: ScenarioArgument,
    *,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim", metavar="NAME", help="Test this claim alone; may be given several times."
        ),
    ] = None,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    constants: ConstantsOption = Constants.documented,
    cluster: ClusterOption = None,
    rerun: Annotated[
        bool,
        typer.Option("--rerun", help="Add fresh histories in worlds that could have produced it."),
    ] = False,
    secretly: Annotated[
        bool,
        typer.Option(
            "--secretly",
            help="Ask what players do in a claim's do(...) as if the others did not know of it.",
        ),
    ] = False,
    alternatives: Annotated[
        bool,
        typer.Option(
            "--alternatives",
            help="Test the claims again under each choice between models made otherwise.",
        ),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 3 unless every claim holds.")
    ] = False,
    details: Annotated[
        bool,
        typer.Option(
            "--details", help="Add tests, values, effective worlds and bounds of coupling."
        ),
    ] = False,
    output: OutputOption = None,
    figures: FiguresOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Test the claims of a scenario.

    Each claim is tested in every world: before one knows how it ended (prior), and among the
    histories that ended as observed (as it happened). With --alternatives it is tested before one
    knows how it ended, as the scenario has it and under one other choice between models at a time.
    """
    from conjuncture.api import load
    from conjuncture.engine.addresses import BLOCK, blocks_for

    refuse_unknown_ending(output)
    loaded = load(scenario)
    blocks = blocks_for(worlds, histories, seed)
    if not loaded.claims:
        typer.echo("the scenario makes no claims to test; write them under 'claims:'", err=True)
    prepare_figures(figures)
    console = make_console()
    if not as_json:
        show_heading(console, loaded.title, size_in_words(worlds, blocks * BLOCK, seed, constants))
    if alternatives:
        refuse_beside_alternatives(
            {
                "--rerun": rerun,
                "--secretly": secretly,
                "--constants": constants is Constants.learned,
                "--figures": figures is not None,
            }
        )
        wanted = {"scenario": scenario, "claims": claim or None}
        sizes = (worlds, histories, seed)
        tried = show_alternatives(
            loaded, sizes, cluster, wanted, console, output, as_json=as_json, quiet=quiet
        )
        if tried.is_stopped:
            raise typer.Exit(STOPPED)
        if strict and any(word != "holds" for row in tried.rows for word in row.words.values()):
            raise typer.Exit(DOES_NOT_HOLD)
        return
    with open_output(output) as keep:
        from conjuncture.analysis.reference_classes.comparison import summary_in_words
        from conjuncture.analysis.verdicts import FailedClaim
        from conjuncture.presentation.claim_page import ClaimPage
        from conjuncture.presentation.claim_results import claim_rows

        with (
            show_progress(quiet=quiet, answering=True) as progress,
            open_cluster_client(cluster) as client,
        ):
            alone = claim is not None and len(set(claim)) == 1
            page = ClaimPage(
                console, loaded.crisis, scenario, details=details or alone, adapt=adapt_signs
            )

            def show_one(tested: ClaimResult | FailedClaim) -> None:
                with progress.suspend():
                    if isinstance(tested, FailedClaim):
                        page.add_failed(tested)
                    else:
                        page.add(tested)

            ensemble = loaded.run(worlds, histories, seed, progress, client, constants)
            tests = ensemble.test(
                claim or None,
                rerun=rerun and bool(loaded.claims),
                secretly=secretly,
                tell=None if as_json else show_one,
            )
            beside, wrong = [], [str(one) for one in tests.failed]
            if not (as_json or claim or progress.is_stopped or loaded.crisis.like is None):
                try:
                    beside = [summary_in_words(ensemble.compare())]
                except SimulationError as error:
                    wrong.append(f"comparison with similar cases: {error}")
        request = {
            "command": "test",
            "scenario": scenario,
            "claims": claim or None,
            "rerun": rerun,
            "secretly": secretly,
        }
        found = tests.to_dict()
        asked = len(set(claim) if claim else loaded.claims)
        stopped = len(tests) + len(tests.failed) < asked
        if stopped:
            found["stopped"] = {"claims": len(tests), "asked": asked}
        content = build_result_document(ensemble, request, found)
        keep(content, list(claim_rows(content)))
    if as_json:
        print_whole(content)
    elif tests:
        page.conclude(tests, *beside, quiet=quiet)
    if figures is not None and tests:
        from conjuncture.figures.results import pictures_of

        draw_into(figures, pictures_of(tests))
    if stopped:
        typer.echo(f"stopped after {len(tests)} of {asked} claims", err=True)
    if wrong:
        typer.echo("\n".join(wrong), err=True)
    if secretly and not any(one.announcement for one in tests):
        typer.echo(
            "no claim says in do(...) what somebody does, so that --secretly changes nothing",
            err=True,
        )
    if stopped:
        raise typer.Exit(STOPPED)
    if wrong:
        raise typer.Exit(WENT_WRONG)
    if strict and any(one.word != "holds" for one in tests):
        raise typer.Exit(DOES_NOT_HOLD)


def refuse_beside_alternatives(given: dict[str, bool]) -> None:
    """Raise when an option was given that --alternatives has no use for."""
    reasons = {
        "--rerun": "has no re-run reading",
        "--secretly": "asks the claims as they are written",
        "--constants": "keeps documented constants",
        "--figures": "has no picture yet",
    }
    for option, reason in reasons.items():
        if given[option]:
            raise UsageError(f"--alternatives {reason}; leave out {option}")


def show_alternatives(
    loaded: Scenario,
    sizes: tuple[int, int, int],
    cluster: str | None,
    asked: Mapping[str, Any],
    console: Console,
    output: Path | None,
    *,
    as_json: bool,
    quiet: bool,
) -> Alternatives:
    """Try the alternatives of a scenario and print what each changes, as soon as it is done.

    Parameters
    ----------
    loaded : Scenario
    sizes : tuple of int
        Worlds, histories of each, and the seed.
    cluster : str or None
        Address of a cluster that runs the histories.
    asked : mapping
        What was asked: ``scenario``, ``claims``.
    console : rich.console.Console
    output : Path or None
        Where the result is kept.
    as_json, quiet : bool
    """
    with open_output(output) as keep:
        from conjuncture.presentation.alternatives import (
            alternative_group,
            base_group,
            groups_of_choices,
            rows_of,
        )

        begun: list[Alternative] = []
        with (
            show_progress(quiet=quiet, answering=True) as progress,
            open_cluster_client(cluster) as client,
        ):

            def show_one(base: Alternative, row: Alternative) -> None:
                with progress.suspend():
                    if not begun:
                        show_groups([base_group(base)], console)
                    begun.append(row)
                    show_groups([[], alternative_group(base, row)], console)

            ensemble = loaded.run(*sizes, progress, client)
            found = ensemble.alternatives(asked["claims"], tell=None if as_json else show_one)
        request = {
            "command": "test", **asked, "rerun": False, "secretly": False, "alternatives": True,
        }  # fmt: skip
        content = build_result_document(ensemble, request, found.to_dict())
        keep(content, list(rows_of(found)))
    if as_json:
        print_whole(content)
    elif found.rows:
        if not begun:
            show_groups([base_group(found.rows[0])], console)
        show_groups([[], *groups_of_choices(found, quiet=quiet)], console)
    if found.is_stopped:
        told = f"stopped after {found.tried_count} of {found.asked} alternatives"
        typer.echo(told if found.rows else "stopped before any claim was tested", err=True)
    return found
