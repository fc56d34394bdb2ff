"""Which works a crisis rests on: its own, those of its mechanisms, those of cases like it."""

from __future__ import annotations

from conjuncture.data.dictionary import DICTIONARY
from conjuncture.language.nodes import Necessity, Sufficiency
from conjuncture.language.walk import walk
from conjuncture.scenario.bibliography import works
from conjuncture.scenario.crisis import Crisis


def citations_of(crisis: Crisis) -> dict[str, str]:
    """Return the keys of the works, the scenario's own first, and who cites them.

    Who cites is ``scenario``, ``method``, ``data`` (the table of similar cases: their outcomes and
    the tags by which the scenario compares itself with them) or the name of a mechanism.

    Examples
    --------
    >>> import conjuncture
    >>> found = citations_of(conjuncture.load("bolivia-1970").crisis)
    >>> found["source_text"], found["skaperdas1996"], found["oberstsontag2019"]
    ('scenario', 'showdown', 'method')
    """
    found = dict.fromkeys(crisis.references, "scenario")
    for stage in crisis.stages.values():
        for key in type(stage.model).references:
            found.setdefault(key, stage.mechanism)
    if crisis.like is not None:
        for column in DICTIONARY[crisis.like.among].columns:
            if column.kind == "outcome" or column.name in crisis.like.tags:
                for key in column.source.works:
                    found.setdefault(key, "data")
    found.setdefault("oberstsontag2019", "method")
    tests = [node for claim in crisis.claims.values() for node, _ in walk(claim.test)]
    if any(isinstance(node, Necessity | Sufficiency) for node in tests):
        for key in ("pearl2000", "tianpearl2000"):
            found.setdefault(key, "method")
    return found


def reference_text(crisis: Crisis, key: str) -> str:
    """Return a work in a line, as a list of references has it.

    Examples
    --------
    >>> import conjuncture
    >>> reference_text(conjuncture.load("bolivia-1970").crisis, "skaperdas1996")[:28]
    'Skaperdas, Stergios (1996). '
    """
    own = crisis.references.get(key)
    return works()[key].text() if own is None else own.text
