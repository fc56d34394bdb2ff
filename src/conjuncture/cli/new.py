"""``conjuncture new``: start a scenario from a small complete example.

With ``--json``: ``folder`` and ``files``, the paths that were written.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from conjuncture.cli.options import JsonOption, QuietOption, print_json
from conjuncture.errors import UsageError, reason_of

TEMPLATE_FILES = ("scenario.yaml", "account.md")


def command(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="The folder to make.", show_default=False),
    ],
    *,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Write a small complete scenario and its account into a new folder.

    What stands in them is an example with an explanation of each part; replace it as you go.
    Nothing is ever overwritten.
    """
    try:
        if folder.exists():
            raise UsageError(f"there is a '{folder}' already; choose another name, or move it away")
        folder.mkdir(parents=True)
        for name in TEMPLATE_FILES:
            text = files("conjuncture.cli").joinpath("template", name).read_text(encoding="utf-8")
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        reason = reason_of(error)
        raise UsageError(f"the folder '{folder}' cannot be written: {reason}") from None
    if as_json:
        print_json(
            {"folder": str(folder), "files": [str(folder / name) for name in TEMPLATE_FILES]}
        )
    elif not quiet:
        for name in TEMPLATE_FILES:
            typer.echo(folder / name)
        typer.echo(f"next: conjuncture check {folder}", err=True)
