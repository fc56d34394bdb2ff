"""Which works a crisis rests on: its own references, and those of the mechanisms it uses."""

from __future__ import annotations

from conjuncture.language.nodes import Necessity, Sufficiency
from conjuncture.language.walk import walk
from conjuncture.scenario.bibliography import works
from conjuncture.scenario.crisis import Crisis


def cited(crisis: Crisis) -> dict[str, str]:
    """Return the keys of the works, the scenario's own first, and who cites them.

    Who cites is ``scenario``, ``method`` or the name of a mechanism.

    Examples
    --------
    >>> import conjuncture
    >>> found = cited(conjuncture.load("bolivia-1970").crisis)
    >>> found["source_text"], found["skaperdas1996"], found["oberstsontag2019"]
    ('scenario', 'showdown', 'method')
    """
    found = dict.fromkeys(crisis.references, "scenario")
    for stage in crisis.stages.values():
        for key in type(stage.model).references:
            found.setdefault(key, stage.mechanism)
    found.setdefault("oberstsontag2019", "method")
    tests = [node for claim in crisis.claims.values() for node, _ in walk(claim.test)]
    if any(isinstance(node, Necessity | Sufficiency) for node in tests):
        for key in ("pearl2000", "tianpearl2000"):
            found.setdefault(key, "method")
    return found


def reference(crisis: Crisis, key: str) -> str:
    """Return a work in a line, as a list of references has it.

    Examples
    --------
    >>> import conjuncture
    >>> reference(conjuncture.load("bolivia-1970").crisis, "skaperdas1996")[:28]
    'Skaperdas, Stergios (1996). '
    """
    own = crisis.references.get(key)
    return works()[key].text() if own is None else own.text
