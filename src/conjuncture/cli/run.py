"""``conjuncture run``: how each stage ends, and every history in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from conjuncture.cli.console import print_wrapped, results, signs
from conjuncture.cli.heading import show_heading, size
from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument
from conjuncture.cli.progress import watched
from conjuncture.cli.running import (
    HistoriesOption,
    OutputOption,
    SeedOption,
    WorldsOption,
    framed,
    kept,
    refuse_unknown_ending,
    stopped_by_signals,
    written_json,
)

if TYPE_CHECKING:
    from rich.console import Console

    from conjuncture.ensemble import Ensemble


def command(
    scenario: ScenarioArgument,
    *,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    output: OutputOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Simulate a scenario: how each stage ends, and on request every history.

    --output keeps the histories one by one in a file that ends in .parquet or .nc, or what is
    printed in one that ends in .json.
    """
    from conjuncture.engine.addresses import BLOCK
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.loading import load

    refuse_unknown_ending(output)
    loaded = load(scenario)
    blocks = blocks_for(worlds, histories, seed)
    console = results()
    if not as_json:
        show_heading(console, loaded.title, size(worlds, blocks * BLOCK, seed))
    request = {"command": "run", "scenario": scenario}
    with watched(quiet=quiet) as progress:
        from conjuncture.analysis.reporting import summarised

        ensemble = loaded.run(worlds, histories, seed, progress)
        if output is None or output.suffix == ".json":
            with kept(output) as keep:
                content = framed(ensemble, request, summarised(ensemble.stages))
                keep(content, [])
        else:
            with stopped_by_signals():
                content = save(ensemble, output, request)
    if as_json:
        typer.echo(written_json(content))
    else:
        show(ensemble, console, quiet=quiet)


def save(ensemble: Ensemble, output: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """Write every history into a file, and return the result that is kept with them."""
    from conjuncture.analysis.reporting import summarised

    found: dict[str, Any] = {}

    def content(digest: str) -> dict[str, Any]:
        found.update(summarised(ensemble.stages), histories_sha256=digest)
        return framed(ensemble, request, found)

    ensemble.save(output, content)
    return framed(ensemble, request, found)


def show(ensemble: Ensemble, console: Console, *, quiet: bool) -> None:
    """Print the outcomes and measures of every stage."""
    from rich.text import Text

    from conjuncture.analysis.tables import outcome_rows

    rows = outcome_rows(ensemble.stages)
    widths = (max(len(row.what) for row in rows) + 2, max(len(row.value) for row in rows) + 2)
    for name, stage in ensemble.stages.items():
        reached = f"reached in {100 * stage.reached:.3g} % of the histories"
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
        print_wrapped(console, Text(signs(legend), "dim"))
