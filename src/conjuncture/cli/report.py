"""``conjuncture report``: everything that can be said of a scenario, in one file to send on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from conjuncture.cli.failures import STOPPED
from conjuncture.cli.interrupts import WENT_WRONG, exit_on_sigterm, show_progress
from conjuncture.cli.options import (
    ClusterOption,
    HistoriesOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    WorldsOption,
)
from conjuncture.cli.outputs import open_cluster_client


class ReportFormat(StrEnum):
    """How a report is written."""

    html = "html"
    md = "md"


def command(
    scenario: ScenarioArgument,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to write it; NAME-report.html, or .md, if not given.",
            show_default=False,
        ),
    ] = None,
    outcome: Annotated[
        list[str] | None,
        typer.Option(
            "--outcome",
            metavar="EVENT",
            help='What to explain, for example "showdown = torres"; may be given several times. '
            "How the first stage ended, if not given.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        ReportFormat | None,
        typer.Option(
            "--format",
            help="html: one file that holds everything. md: Markdown, its pictures in a folder "
            "NAME-figures beside it. The ending of FILE says which, if not given.",
            show_default=False,
        ),
    ] = None,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    cluster: ClusterOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a report: the account, its claims and their verdicts, why it ended as it did.

    The file opens without a network, prints, and can be sent to a colleague. The first Ctrl-C ends
    the simulating; what is done by then is written, and the report says what is missing.
    """
    from conjuncture.api import load
    from conjuncture.engine.addresses import blocks_for

    loaded = load(scenario)
    blocks_for(worlds, histories, seed)
    target = output or Path(f"{loaded.crisis.slug}-report.{form.value if form else 'html'}")
    from conjuncture.engine.files import write_atomically
    from conjuncture.report.builder import build_report
    from conjuncture.report.document import form_of, write_part

    chosen = form_of(target, form.value if form else None)
    with exit_on_sigterm(), write_atomically(target) as part:
        with (
            show_progress(quiet=quiet, answering=True) as progress,
            open_cluster_client(cluster) as client,
        ):
            report = build_report(loaded.run(worlds, histories, seed, progress, client), outcome)
            stopped = progress.is_stopped
        write_part(report, target, part, chosen)
    if not quiet:
        typer.echo(f"the report is in '{target}'")
    if report.wrong and not stopped:
        typer.echo("\n".join(["not everything could be computed:", *report.wrong]), err=True)
        raise typer.Exit(WENT_WRONG)
    if stopped:
        typer.echo("\n".join(["stopped before the end:", *report.missing]), err=True)
        raise typer.Exit(STOPPED)
