"""``conjuncture posterior``: what is known of the unknowns once it is known what happened."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import (
    adapt_signs,
    make_console,
    print_wrapped,
    show_heading,
    size_in_words,
)
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

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from conjuncture.analysis.conditioning.posterior import Posterior, Shift

LONGEST = 160
MOST_ROWS = 15
LEGEND = (
    "moved: by how many standard deviations of the prior the mean has moved, on the scale on which "
    "the prior is normal, with its standard error; other numbers are medians with the middle nine "
    "tenths of the worlds. Of the unknowns that are named, one in a hundred is expected to be "
    "there by chance (false discovery rate); the others are left out."
)


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
    from conjuncture.analysis.reporting.result_documents import posterior_document

    with open_output(output, write_posterior) as keep:
        with show_progress(quiet=quiet) as progress:
            ensemble = loaded.run(worlds, histories, seed, progress)
            posterior = ensemble.posterior()
        if posterior is None:
            raise KeyboardInterrupt
        request = {"command": "posterior", "scenario": scenario}
        content = build_result_document(ensemble, request, posterior_document(posterior))
        keep(posterior, format_json(content))
    if as_json:
        print_whole(content)
    else:
        show(posterior, console, quiet=quiet)
    if figures is not None:
        from conjuncture.figures.posterior import draw_posterior

        draw_into(figures, [draw_posterior(posterior)])


def write_posterior(part: Path, posterior: Posterior, result: str) -> None:
    """Write prior and posterior in ArviZ's schema, and with them the JSON of the result."""
    from conjuncture.engine.files import RESULT_KEY, write_netcdf

    tree = posterior.to_arviz()
    tree.attrs[RESULT_KEY] = result
    write_netcdf(tree, part)


def show(posterior: Posterior, console: Console, *, quiet: bool) -> None:
    """Print prior and posterior side by side, those unknowns first that moved most."""
    from rich.text import Text

    moved = posterior.shifts_beyond_chance()
    for sentence in posterior.sentences():
        print_wrapped(console, Text(adapt_signs(sentence)))
    if moved:
        console.print()
        for line in shift_lines_of(moved[:MOST_ROWS], console.width):
            print_wrapped(console, line)
    if len(moved) > MOST_ROWS:
        more = len(moved) - MOST_ROWS
        print_wrapped(console, Text(f"and {more} more, which --json or a file shows", "dim"))
    if moved and not quiet:
        console.print()
        print_wrapped(console, Text(adapt_signs(LEGEND), "dim"))


def shift_lines_of(rows: list[Shift], width: int) -> list[Text]:
    """Return the lines of the table: names on a line of their own where lines are too short."""
    from rich.text import Text

    cells = [
        (interval_in_words(one.prior), interval_in_words(one.posterior), shift_in_words(one))
        if not one.rule
        else (share_in_words(one.prior), share_in_words(one.posterior), shift_in_words(one))
        for one in rows
    ]
    head = ("prior", "posterior", "moved")
    widths = [max(len(cell) for cell in column) for column in zip(head, *cells, strict=True)]
    names = [f"{one.label}{f',{one.unit}' if one.unit else ''}" for one in rows]
    longest = max(map(len, names))
    beside = longest + 2 + sum(widths) + 4 <= width

    def line(columns: tuple[str, str, str]) -> str:
        padded = [text.ljust(room) for text, room in zip(columns[:2], widths[:2], strict=True)]
        return "  ".join([*padded, columns[2].rjust(widths[2])])

    margin = longest if beside else 0
    found = [Text(" " * (margin + 2) + line(head), "dim")]
    for name, columns in zip(names, cells, strict=True):
        if beside:
            found.append(
                Text.assemble((adapt_signs(name.ljust(margin)), "bold"), "  ", line(columns))
            )
        else:
            found += [Text(adapt_signs(name), "bold"), Text("  " + line(columns))]
    return found


def interval_in_words(span: tuple[float, float, float]) -> str:
    """Return a median and the middle nine tenths around it.

    Examples
    --------
    >>> interval_in_words((0.1, 0.25, 0.5))
    '0.25 (0.1 to 0.5)'
    """
    from conjuncture.numbers import round_number

    low, middle, high = map(round_number, span)
    return f"{middle} ({low} to {high})"


def share_in_words(span: tuple[float, float, float]) -> str:
    """Return the share of worlds that have a rule.

    Examples
    --------
    >>> share_in_words((0.5, 0.5, 0.5))
    '50 % of worlds'
    """
    return f"{100 * span[1]:.0f} % of worlds"


def shift_in_words(one: Shift) -> str:
    """Return how far an unknown moved, with the error of that."""
    from conjuncture.numbers import format_decimals

    return f"{format_decimals(one.shift, signed=True)} ± {one.error:.2f}"
