"""Arguments and options that several commands share, and the frame of what they print."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
