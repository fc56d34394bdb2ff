"""``conjuncture schema``: the JSON Schema of scenarios, for editors.

What is printed is the schema itself; ``--json`` changes nothing.
"""

from __future__ import annotations

from importlib.resources import files

import typer

from conjuncture.cli.options import JsonOption


def command(*, as_json: JsonOption = False) -> None:
    """Print the JSON Schema of a scenario, with every mechanism that is installed.

    Editors complete and mark with it when the first line of scenario.yaml is
    # yaml-language-server: $schema=FILE.
    """
    from conjuncture.mechanisms.registry import packages, stage_models

    del as_json
    if all(package.startswith("conjuncture.mechanisms.") for package in packages().values()):
        # With no mechanism but our own, the schema is the one in the wheel; to read it is quicker.
        shipped = files("conjuncture.scenario").joinpath("schema-1.json")
        typer.echo(shipped.read_text(encoding="utf-8"), nl=False)
        return
    from conjuncture.scenario.schema import schema_text

    typer.echo(schema_text(stage_models()), nl=False)
