"""``conjuncture posterior``: what is known of the unknowns once it is known what happened."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import make_console, show_groups, show_heading
from conjuncture.cli.interrupts import show_progress
from conjuncture.cli.options import (
    FiguresOption,
    HistoriesOption,
    JsonOption,
    QuietOption,
    ScenarioArgument,
    SeedOption,
    WorldsOption,
    format_json,
    print_whole,
)
from conjuncture.cli.outputs import build_result_document, draw_into, open_output, prepare_figures
from conjuncture.errors import UsageError
from conjuncture.presentation.text import size_in_words

if TYPE_CHECKING:
    from conjuncture.analysis.conditioning.posterior import Posterior

LONGEST = 160


def command(
    scenario: ScenarioArgument,
    *,
    worlds: WorldsOption = 400,
    histories: HistoriesOption = 512,
    seed: SeedOption = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write prior and posterior in ArviZ's schema into a file that ends in .nc.",
            show_default=False,
        ),
    ] = None,
    figures: FiguresOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the worlds that could have produced what was observed, and show what sets them apart."""
    from conjuncture.api import load
    from conjuncture.engine.addresses import BLOCK, blocks_for

    if output is not None and output.suffix != ".nc":
        raise UsageError(f"'{output}' does not end in .nc; ArviZ's schema is written as NetCDF")
    if output is not None and find_spec("arviz_base") is None:
        raise UsageError(
            "writing ArviZ's schema needs the package arviz-base; install it with "
            "pip install 'conjuncture[arviz]'"
        )
    loaded = load(scenario)
    blocks = blocks_for(worlds, histories, seed)
    prepare_figures(figures)
    console = make_console(LONGEST)
    if not as_json:
        show_heading(console, loaded.title, size_in_words(worlds, blocks * BLOCK, seed))
    from conjuncture.presentation.posterior import groups_of

    with open_output(output, write_posterior) as keep:
        with show_progress(quiet=quiet) as progress:
            ensemble = loaded.run(worlds, histories, seed, progress)
            posterior = ensemble.posterior()
        if posterior is None:
            raise KeyboardInterrupt
        request = {"command": "posterior", "scenario": scenario}
        content = build_result_document(ensemble, request, posterior.to_dict())
        keep(posterior, format_json(content))
    if as_json:
        print_whole(content)
    else:
        show_groups(groups_of(posterior, quiet=quiet), console)
    if figures is not None:
        from conjuncture.figures.results import pictures_of

        draw_into(figures, pictures_of(posterior))


def write_posterior(part: Path, posterior: Posterior, result: str) -> None:
    """Write prior and posterior in ArviZ's schema, and with them the JSON of the result."""
    from conjuncture.engine.files import RESULT_KEY, write_netcdf

    tree = posterior.to_arviz()
    tree.attrs[RESULT_KEY] = result
    write_netcdf(tree, part)
