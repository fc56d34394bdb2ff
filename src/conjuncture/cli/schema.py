"""``conjuncture schema``: the JSON Schema of scenarios, for editors.

What is printed is the schema itself; ``--json`` changes nothing.
"""

from __future__ import annotations

import typer

from conjuncture.cli.options import JsonOption


def command(*, as_json: JsonOption = False) -> None:
    """Print the JSON Schema of a scenario, with every mechanism that is installed.

    Editors complete and mark with it when the first line of scenario.yaml is
    # yaml-language-server: $schema=FILE.
    """
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.schema import schema_text

    del as_json
    typer.echo(schema_text(stage_models()), nl=False)
