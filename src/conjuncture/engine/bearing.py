"""Which numbers can bear on how stages end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from conjuncture.engine.planning import on_the_way
from conjuncture.engine.structure import Structure
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Expression
from conjuncture.language.walk import cells_read


def numbers_bearing_on(
    stages: Iterable[str],
    worlds: Worlds,
    structure: Structure,
    reads: Mapping[str, Set[str]],
    named: Iterable[Expression] = (),
) -> frozenset[str]:
    """Return the numbers that can bear on some stages.

    Those that mechanisms and effects read there and on the way there, and all that these follow
    from.

    Parameters
    ----------
    stages : iterable of str
    worlds : Worlds
    structure : Structure
    reads : mapping of str to set of str
        The numbers that the mechanism of each stage reads, as a ledger has them.
    named : iterable of Expression
        Expressions whose numbers count in any case.
    """
    passed = on_the_way(structure, stages)
    waiting = [key for stage in passed for key in reads.get(stage, ())]
    waiting += [key for expression in named for key in cells_read(expression)]
    for stage in passed:
        for effect in structure.crisis.stages[stage].effects:
            waiting += cells_read(effect.when) if effect.when is not None else ()
            waiting += [key for change in effect.changes for key in cells_read(change.value)]
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in worlds.values and key not in found:
            found.add(key)
            waiting += worlds.reads[key]
    return frozenset(found)
