"""Arguments and options that several commands share, and the frame of what they print."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer

JSON_VERSION = 2
"""The version of the shapes of ``--json``."""

JSON_PRINTED = Event()
"""Set once a command has printed its object: an error after that prints no second one."""

ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="A folder, its scenario.yaml, or the name of a crisis in the catalogue.",
        show_default=False,
    ),
]

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output.")
]

QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing beyond the result itself.")
]


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

FiguresOption = Annotated[
    Path | None,
    typer.Option(
        "--figures",
        metavar="FOLDER",
        help="Draw the result into this folder, as SVG and PNG.",
        show_default=False,
    ),
]


def print_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object with the version of its shape on standard output.

    Examples
    --------
    >>> print_json({"mistakes": []})
    {
      "conjuncture_json": 2,
      "mistakes": []
    }
    """
    print_whole({"conjuncture_json": JSON_VERSION, **content})


def print_whole(content: Mapping[str, Any]) -> None:
    """Print one JSON object as it is on standard output."""
    JSON_PRINTED.set()
    typer.echo(format_json(content))


def format_json(content: Mapping[str, Any]) -> str:
    """Return JSON as every command prints it."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
