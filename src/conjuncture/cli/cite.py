"""``conjuncture cite``: the works that a scenario and the mechanisms it uses rest on.

With ``--json``: ``scenario`` and ``references``, a list of ``{key, text, cited_by}``; ``cited_by``
is ``scenario``, ``method`` or the name of a mechanism.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from conjuncture.cli.options import JsonOption, ScenarioArgument, print_json

if TYPE_CHECKING:
    from conjuncture.scenario.crisis import Crisis


class Format(StrEnum):
    """How references are printed."""

    text = "text"
    bibtex = "bibtex"


def command(
    scenario: ScenarioArgument,
    *,
    form: Annotated[
        Format, typer.Option("--format", help="Readable text, or BibTeX entries.")
    ] = Format.text,
    as_json: JsonOption = False,
) -> None:
    """Print the works that a scenario and the mechanisms it uses rest on."""
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.bibliography import works
    from conjuncture.scenario.catalogue import find
    from conjuncture.scenario.reading import read_crisis

    crisis = read_crisis(find(scenario), stage_models())
    cited = _cited(crisis)
    known = works()
    texts = {
        key: crisis.references[key].text if key in crisis.references else known[key].text()
        for key in cited
    }
    if as_json:
        references = [{"key": key, "text": texts[key], "cited_by": by} for key, by in cited.items()]
        print_json({"scenario": crisis.slug, "references": references})
        return
    for key in cited:
        if form is Format.text:
            typer.echo(f"[{key}] {texts[key]}")
        elif key in known:
            typer.echo(known[key].bibtex + "\n")
        else:
            typer.echo(f"@misc{{{key},\n  note = {{{texts[key]}}}\n}}\n")


def _cited(crisis: Crisis) -> dict[str, str]:
    """Return the keys of the works, the scenario's own first, and who cites them."""
    from conjuncture.language.nodes import Necessity, Sufficiency
    from conjuncture.language.walk import walk

    cited = dict.fromkeys(crisis.references, "scenario")
    for stage in crisis.stages.values():
        for key in type(stage.model).references:
            cited.setdefault(key, stage.mechanism)
    cited.setdefault("oberstsontag2019", "method")
    tests = [node for claim in crisis.claims.values() for node, _ in walk(claim.test)]
    if any(isinstance(node, Necessity | Sufficiency) for node in tests):
        for key in ("pearl2000", "tianpearl2000"):
            cited.setdefault(key, "method")
    return cited
