"""``conjuncture cite``: the works that a scenario and the mechanisms it uses rest on.

With ``--json``: ``scenario`` and ``references``, a list of ``{key, text, cited_by}``; ``cited_by``
is ``scenario``, ``method``, ``data`` or the name of a mechanism.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from conjuncture.cli.options import JsonOption, ScenarioArgument, print_json


class ReferenceFormat(StrEnum):
    """How references are printed."""

    text = "text"
    bibtex = "bibtex"


def command(
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
