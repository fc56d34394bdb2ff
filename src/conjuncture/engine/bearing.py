"""Which numbers can bear on how stages end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from conjuncture.engine.planning import stages_leading_to
from conjuncture.engine.structure import Structure
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Expression
from conjuncture.language.walk import cells_of


def relevant_numbers_of(
    stages: Iterable[str],
    worlds: Worlds,
    structure: Structure,
    reads: Mapping[str, Set[str]],
    named: Iterable[Expression] = (),
    *,
    unused: bool = False,
) -> frozenset[str]:
    """Return the numbers that can bear on some stages.

    Those that mechanisms and effects read there and on the way there, and all that these follow
    from. What a stage reads of a force and never uses does not bear: the leanings of a core, which
    has no choice.

    Parameters
    ----------
    stages : iterable of str
    worlds : Worlds
    structure : Structure
    reads : mapping of str to set of str
        The numbers that the mechanism of each stage reads, as a ledger has them.
    named : iterable of Expression
        Expressions whose numbers count in any case.
    unused : bool
        Whether what is read and never used counts as well.
    """
    passed = stages_leading_to(structure, stages)
    waiting = [
        key
        for stage in passed
        for key in reads.get(stage, ())
        if unused or not is_idle(structure, stage, key)
    ]
    waiting += [key for expression in named for key in cells_of(expression)]
    for stage in passed:
        for effect in structure.crisis.stages[stage].effects:
            waiting += cells_of(effect.when) if effect.when is not None else ()
            waiting += [key for change in effect.changes for key in cells_of(change.value)]
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in worlds.values and key not in found:
            found.add(key)
            waiting += worlds.reads[key]
    return frozenset(found)


def is_idle(structure: Structure, stage: str, key: str) -> bool:
    """Return whether a stage reads a number of a force and never uses it.

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.engine.structure import structure_of
    >>> structure = structure_of(conjuncture.load("bolivia-1970").crisis)
    >>> is_idle(structure, "showdown", "staff.leans.miranda")
    True
    >>> is_idle(structure, "showdown", "altiplano.leans.miranda")
    False
    """
    crisis = structure.crisis
    unused = crisis.stages[stage].model.unused_of(crisis.cast)
    owner, *path = key.split(".")
    if owner in crisis.forces:
        return path[0] in unused.get(owner, ())
    # A reach is its backer's, or its signal's, and ends in the name of the force.
    return "reach" in path[:-1] and "reach" in unused.get(path[-1], ())
