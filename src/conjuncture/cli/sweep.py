"""``conjuncture sweep``: the same questions of several scenarios, in several settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conjuncture.cli.failures import STOPPED
from conjuncture.cli.interrupts import WENT_WRONG, exit_on_sigterm, show_progress
from conjuncture.cli.options import ClusterOption, QuietOption
from conjuncture.cli.outputs import open_cluster_client


def command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="SWEEP",
            help="A YAML file that names scenarios, questions, and the settings to ask them in.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where the table goes: a file that ends in .parquet or .csv.",
            show_default=False,
        ),
    ],
    cluster: ClusterOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask the same of several scenarios in several settings, and write one table.

    A sweep that was stopped goes on where it was: run the same command again.
    """
    from conjuncture.api import sweep

    def tell(line: str) -> None:
        if not quiet:
            typer.echo(line, err=True)

    with (
        exit_on_sigterm(),
        show_progress(quiet=quiet, answering=True) as progress,
        open_cluster_client(cluster) as client,
    ):
        rows = sweep(file, output, client=client, progress=progress, tell=tell)
        stopped = progress.is_stopped
    wrong = [row for row in rows if row["problem"]]
    if not quiet:
        typer.echo(f"{len(rows):,} rows in {output}")
    if stopped:
        typer.echo("stopped; run the same command again to go on from here", err=True)
        raise typer.Exit(STOPPED)
    if wrong:
        from conjuncture.analysis.parameter_sweep import setting_of

        for row in wrong:
            where = setting_of(row)
            typer.echo(f"{row['asked']} '{row['name']}' ({where}): {row['problem']}", err=True)
        raise typer.Exit(WENT_WRONG)
