"""The commands about what there is: ``new``, ``list``, ``cite`` and ``schema``. They run nothing.

With ``--json``: of ``new``, ``folder`` and ``files``, the paths that were written; of ``list``,
``crises`` and ``mechanisms``, each a list of ``{name, title}``; of ``cite``, ``scenario`` and
``references``, a list of ``{key, text, cited_by}``, where ``cited_by`` is ``scenario``, ``method``,
``data`` or the name of a mechanism. ``schema`` prints a JSON Schema anyway.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from conjuncture.cli.options import JsonOption, QuietOption, ScenarioArgument, print_json
from conjuncture.errors import UsageError, reason_of

TEMPLATE_FILES = ("scenario.yaml", "account.md")


def new_command(
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


def list_command(*, as_json: JsonOption = False) -> None:
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


class ReferenceFormat(StrEnum):
    """How references are printed."""

    text = "text"
    bibtex = "bibtex"


def cite_command(
    scenario: ScenarioArgument,
    *,
    form: Annotated[
        ReferenceFormat, typer.Option("--format", help="Readable text, or BibTeX entries.")
    ] = ReferenceFormat.text,
    as_json: JsonOption = False,
) -> None:
    """Print the works that a scenario and the mechanisms it uses rest on."""
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.bibliography import citations_of as cited_by
    from conjuncture.scenario.bibliography import reference_text, works
    from conjuncture.scenario.scenario_file import find_scenario, read_crisis

    crisis = read_crisis(find_scenario(scenario), stage_models())
    cited = cited_by(crisis)
    known = works()
    texts = {key: reference_text(crisis, key) for key in cited}
    if as_json:
        references = [{"key": key, "text": texts[key], "cited_by": by} for key, by in cited.items()]
        print_json({"scenario": crisis.slug, "references": references})
        return
    for key in cited:
        if form is ReferenceFormat.text:
            typer.echo(f"[{key}] {texts[key]}")
        elif key in known:
            typer.echo(known[key].bibtex + "\n")
        else:
            typer.echo(f"@misc{{{key},\n  note = {{{texts[key]}}}\n}}\n")


def schema_command(*, as_json: JsonOption = False) -> None:
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
