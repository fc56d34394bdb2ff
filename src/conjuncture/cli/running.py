"""What the commands that simulate share: their options, and how a run is set up and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conjuncture.cli.failing import tell_later
from conjuncture.cli.options import JSON_VERSION, format_json
from conjuncture.cli.stopping import exit_on_sigterm
from conjuncture.errors import UsageError

if TYPE_CHECKING:
    from distributed import Client

    from conjuncture.ensemble import Ensemble


class Constants(StrEnum):
    """Where structural constants come from that a scenario leaves open."""

    documented = "documented"
    learned = "learned"


WorldsOption = Annotated[
    int, typer.Option("--worlds", metavar="N", help="How many draws of what nobody knows.")
]
HistoriesOption = Annotated[
    int,
    typer.Option(
        "--histories", metavar="N", help="How many histories in each world, in steps of 512."
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", metavar="N", help="The same seed gives the same draws.")
]
ConstantsOption = Annotated[
    Constants,
    typer.Option(
        "--constants",
        help="Structural constants that the scenario leaves open: as wide as documented, or as "
        "attempts in other countries leave them.",
    ),
]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Run on a Dask cluster: its scheduler's address, or 'local' for a process a core.",
        show_default=False,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Keep the result in a file that ends in .json, .parquet or .nc (NetCDF).",
        show_default=False,
    ),
]

ENDINGS = (".json", ".parquet", ".nc")


def refuse_unknown_ending(output: Path | None) -> None:
    """Raise when a file's ending does not say in which form to write it."""
    if output is not None and output.suffix not in ENDINGS:
        raise UsageError(
            f"'{output}' does not say in which form to write; end its name in "
            f"{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        )


def build_result_document(
    ensemble: Ensemble, request: Mapping[str, Any], content: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a result in its frame: version, scenario, what was found, and the run record.

    Parameters
    ----------
    ensemble : Ensemble
    request : mapping
        What was asked, so that ``conjuncture reproduce`` can ask it again.
    content : mapping
    """
    return {
        "conjuncture_json": JSON_VERSION,
        "scenario": ensemble.crisis.slug,
        "title": ensemble.crisis.title,
        **content,
        "run": {**ensemble.record, "request": dict(request)},
    }


def discard(content: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
    """Keep nothing, where no file was asked for."""
    del content, rows


@contextmanager
def open_output(
    output: Path | None,
) -> Iterator[Callable[[Mapping[str, Any], list[dict[str, Any]]], None]]:
    """Give a function that keeps a result, and its rows, in the file asked for.

    The place is tried at once, so that nothing is simulated in vain. Where the disk fails at the
    end, the command goes on and prints what it has found; its exit code is that of the failure.
    """
    if output is None:
        yield discard
        return
    from conjuncture.engine.files import write_atomically

    done = False
    try:
        with exit_on_sigterm(), write_atomically(output) as part:
            found: list[tuple[Mapping[str, Any], list[dict[str, Any]]]] = []

            def keep(content: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
                found.append((content, rows))

            yield keep
            done = True
            for content, rows in found:
                write_result(part, content, rows)
    except UsageError as error:
        if not done:
            raise
        tell_later(error)


def write_result(part: Path, content: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write a result, and its rows, in the form that the ending of a file says."""
    if part.suffix == ".json":
        part.write_text(format_json(content) + "\n", encoding="utf-8")
        return
    from conjuncture.cli.rows import write_rows

    write_rows(part, rows, format_json(content))


@contextmanager
def open_cluster_client(address: str | None) -> Iterator[Client | None]:
    """Give a client of the cluster asked for, or None where none was."""
    if address is None:
        yield None
        return
    from conjuncture.engine.connecting import connect_to_cluster

    with exit_on_sigterm(), connect_to_cluster(address) as client:
        yield client
