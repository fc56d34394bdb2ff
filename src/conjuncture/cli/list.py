"""``conjuncture list``: the crises of the catalogue and the mechanisms that are installed.

With ``--json``: ``crises`` and ``mechanisms``, each a list of ``{name, title}``.
"""

from __future__ import annotations

import typer

from conjuncture.cli.options import JsonOption, print_json


def command(*, as_json: JsonOption = False) -> None:
    """List the crises of the catalogue and the mechanisms for their stages."""
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.scenario_file import crises, title_of

    shipped = [(slug, title_of(folder)) for slug, folder in crises().items()]
    mechanisms = [
        (name, (model.__doc__ or "").strip().partition("\n")[0])
        for name, model in stage_models().items()
    ]
    if as_json:
        print_json({
            "crises": [{"name": name, "title": text} for name, text in shipped],
            "mechanisms": [{"name": name, "title": text} for name, text in mechanisms],
        })  # fmt: skip
        return
    width = max(len(name) for name, _ in (*shipped, *mechanisms))
    for heading, entries in (("Crises", shipped), ("Mechanisms", mechanisms)):
        typer.echo(heading)
        for name, text in entries:
            typer.echo(f"  {name:<{width}}  {text}")
