"""``conjuncture posterior``: what is known of the unknowns once it is known what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.console import print_wrapped, results, signs
from conjuncture.cli.failing import tell_later
from conjuncture.cli.figures import FiguresOption, draw_into, prepared
from conjuncture.cli.heading import show_heading, size
from conjuncture.cli.options import (
    JsonOption,
    QuietOption,
    ScenarioArgument,
    print_whole,
    written_json,
)
from conjuncture.cli.progress import watched
from conjuncture.cli.running import (
    HistoriesOption,
    SeedOption,
    WorldsOption,
    framed,
)
from conjuncture.cli.stopping import stopped_by_signals
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
    from conjuncture.engine.addresses import BLOCK
    from conjuncture.engine.sizes import blocks_for
    from conjuncture.loading import load

    if output is not None and output.suffix != ".nc":
        raise UsageError(f"'{output}' does not end in .nc; ArviZ's schema is written as NetCDF")
    if output is not None and find_spec("arviz_base") is None:
        raise UsageError(
            "writing ArviZ's schema needs the package arviz-base; install it with "
            "pip install 'conjuncture[arviz]'"
        )
    loaded = load(scenario)
    blocks = blocks_for(worlds, histories, seed)
    prepared(figures)
    console = results(LONGEST)
    if not as_json:
        show_heading(console, loaded.title, size(worlds, blocks * BLOCK, seed))
    from conjuncture.analysis.reporting.results import learnt

    with placed(output) as keep:
        with watched(quiet=quiet) as progress:
            ensemble = loaded.run(worlds, histories, seed, progress)
            posterior = ensemble.posterior()
        if posterior is None:
            raise KeyboardInterrupt
        request = {"command": "posterior", "scenario": scenario}
        content = framed(ensemble, request, learnt(posterior))
        keep(posterior, written_json(content))
    if as_json:
        print_whole(content)
    else:
        show(posterior, console, quiet=quiet)
    if figures is not None:
        from conjuncture.figures.posterior import draw_posterior

        draw_into(figures, [draw_posterior(posterior)])


@contextmanager
def placed(output: Path | None) -> Iterator[Callable[[Posterior, str], None]]:
    """Give a function that writes a posterior, and the JSON of the result, into the file asked for.

    The place is tried at once, so that nothing is simulated in vain.
    """
    if output is None:
        yield lambda _posterior, _result: None
        return
    from conjuncture.engine.files import KEPT, write_netcdf, written_whole

    done = False
    try:
        with stopped_by_signals(), written_whole(output) as part:
            found: list[tuple[Posterior, str]] = []

            def keep(posterior: Posterior, result: str) -> None:
                found.append((posterior, result))

            yield keep
            done = True
            for posterior, result in found:
                tree = posterior.to_arviz()
                tree.attrs[KEPT] = result
                write_netcdf(tree, part)
    except UsageError as error:
        if not done:
            raise
        tell_later(error)


def show(posterior: Posterior, console: Console, *, quiet: bool) -> None:
    """Print prior and posterior side by side, those unknowns first that moved most."""
    from rich.text import Text

    moved = posterior.moved()
    for sentence in posterior.sentences():
        print_wrapped(console, Text(signs(sentence)))
    if moved:
        console.print()
        for line in table(moved[:MOST_ROWS], console.width):
            print_wrapped(console, line)
    if len(moved) > MOST_ROWS:
        more = len(moved) - MOST_ROWS
        print_wrapped(console, Text(f"and {more} more, which --json or a file shows", "dim"))
    if moved and not quiet:
        console.print()
        print_wrapped(console, Text(signs(LEGEND), "dim"))


def table(rows: list[Shift], width: int) -> list[Text]:
    """Return the lines of the table: names on a line of their own where lines are too short."""
    from rich.text import Text

    cells = [
        (spanned(one.prior), spanned(one.posterior), moved_by(one))
        if not one.rule
        else (shared(one.prior), shared(one.posterior), moved_by(one))
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
            found.append(Text.assemble((signs(name.ljust(margin)), "bold"), "  ", line(columns)))
        else:
            found += [Text(signs(name), "bold"), Text("  " + line(columns))]
    return found


def spanned(span: tuple[float, float, float]) -> str:
    """Return a median and the middle nine tenths around it.

    Examples
    --------
    >>> spanned((0.1, 0.25, 0.5))
    '0.25 (0.1 to 0.5)'
    """
    from conjuncture.analysis.wording import rounded

    low, middle, high = map(rounded, span)
    return f"{middle} ({low} to {high})"


def shared(span: tuple[float, float, float]) -> str:
    """Return the share of worlds that have a rule.

    Examples
    --------
    >>> shared((0.5, 0.5, 0.5))
    '50 % of worlds'
    """
    return f"{100 * span[1]:.0f} % of worlds"


def moved_by(one: Shift) -> str:
    """Return how far an unknown moved, with the error of that."""
    from conjuncture.analysis.wording import fixed

    return f"{fixed(one.shift, signed=True)} ± {one.error:.2f}"
