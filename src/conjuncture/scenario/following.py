"""Numbers that change within a history: those that effects move, and those that follow from them.

An effect changes a number between two stages. A number that the scenario writes as an expression
over such a number is evaluated anew where a stage starts, and so is one that reads it in turn.
"""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from typing import Protocol

from conjuncture.language.walk import cells_read
from conjuncture.scenario.crisis import Number, Stage


class Staged(Protocol):
    """What has numbers and stages; a :class:`~conjuncture.scenario.crisis.Crisis` does."""

    @property
    def numbers(self) -> Lookup[str, Number]:
        """Every cell by its key."""

    @property
    def stages(self) -> Lookup[str, Stage]:
        """The stages by their keys."""


def moved(crisis: Staged) -> frozenset[str]:
    """Return the cells that effects move.

    Parameters
    ----------
    crisis : Crisis
        Or anything else with its ``numbers`` and ``stages``.

    Examples
    --------
    >>> import conjuncture
    >>> moved(conjuncture.load("bolivia-1970").crisis) >= frozenset()
    True
    """
    return frozenset(
        change.key
        for stage in crisis.stages.values()
        for effect in stage.effects
        for change in effect.changes
    )


def following(crisis: Staged) -> tuple[str, ...]:
    """Return the cells that follow from moved ones, each after those that it reads.

    A cell follows when its expression reads a moved cell, directly or through other cells. Moved
    cells are not among them: a scenario in which one would be is refused.

    Parameters
    ----------
    crisis : Crisis
        Or anything else with its ``numbers`` and ``stages``. No number may need itself.

    Examples
    --------
    >>> import conjuncture
    >>> crisis = conjuncture.load("bolivia-1970").crisis
    >>> moved(crisis).isdisjoint(following(crisis))
    True
    """
    roots = moved(crisis)
    return tuple(key for key in dependents(crisis.numbers, roots) if key not in roots)


def dependents(numbers: Lookup[str, Number], roots: frozenset[str]) -> tuple[str, ...]:
    """Return the cells whose expressions read one of ``roots``, directly or through others.

    Parameters
    ----------
    numbers : mapping
        Every cell of the scenario.
    roots : frozenset of str
        The cells to start from. One of them is returned only where it reads another one.

    Returns
    -------
    tuple of str
        Each cell after those that it reads, otherwise in the order of ``numbers``.
    """
    reads = {key: sorted(cells_read(number.value)) for key, number in numbers.items()}
    depends: dict[str, bool] = {}
    found: list[str] = []
    for start in numbers:
        waiting = [start]
        while waiting:
            key = waiting[-1]
            below = [cell for cell in reads[key] if cell in numbers and cell not in depends]
            below = [cell for cell in below if cell not in waiting]
            if key not in depends and below:
                waiting.extend(reversed(below))
                continue
            waiting.pop()
            if key in depends:
                continue
            depends[key] = any(cell in roots or depends.get(cell, False) for cell in reads[key])
            if depends[key]:
                found.append(key)
    return tuple(found)
