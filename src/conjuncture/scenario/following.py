"""Numbers that change within a history: those that effects move, and those that follow from them.

An effect changes a number between two stages. A number that the scenario writes as an expression
over such a number is evaluated anew where a stage starts, and so is one that reads it in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from conjuncture.language.mistakes import LanguageErrors, Problem
from conjuncture.language.nodes import Expression, Intervention, SetCell
from conjuncture.language.walk import cells_of, walk
from conjuncture.scenario.crisis import Number, Stage


class NumbersAndStages(Protocol):
    """What has numbers and stages; a :class:`~conjuncture.scenario.crisis.Crisis` does."""

    @property
    def numbers(self) -> Mapping[str, Number]:
        """Every cell by its key."""

    @property
    def stages(self) -> Mapping[str, Stage]:
        """The stages by their keys."""


def moved_cells(crisis: NumbersAndStages) -> frozenset[str]:
    """Return the cells that effects move.

    Parameters
    ----------
    crisis : Crisis
        Or anything else with its ``numbers`` and ``stages``.

    Examples
    --------
    >>> import conjuncture
    >>> moved_cells(conjuncture.load("bolivia-1970").crisis) >= frozenset()
    True
    """
    return _cells_moved_in(crisis.stages)


def _cells_moved_in(stages: Mapping[str, Stage]) -> frozenset[str]:
    return frozenset(
        change.key
        for stage in stages.values()
        for effect in stage.effects
        for change in effect.changes
    )


def derived_cells(crisis: NumbersAndStages) -> tuple[str, ...]:
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
    >>> moved_cells(crisis).isdisjoint(derived_cells(crisis))
    True
    """
    roots = moved_cells(crisis)
    return tuple(key for key in dependents_of(crisis.numbers, roots) if key not in roots)


def varying_cells(numbers: Mapping[str, Number], stages: Mapping[str, Stage]) -> frozenset[str]:
    """Return the cells that can differ between the histories of a world."""
    roots = _cells_moved_in(stages)
    return roots | frozenset(dependents_of(numbers, roots))


def refuse_unknowable(asked: Expression | Sequence[Intervention], cells: frozenset[str]) -> None:
    """Refuse to set from a stage on what is worked out from a number that may have changed by then.

    Parameters
    ----------
    asked : Expression or sequence of Intervention
        A linked query, or what stands in one ``do(...)``.
    cells : frozenset of str
        Those that can differ between the histories of a world.

    Raises
    ------
    LanguageErrors

    Examples
    --------
    >>> from conjuncture.language.nodes import Cell
    >>> halved = SetCell("line.cohesion", Cell("line.cohesion"), "window")
    >>> refuse_unknowable([halved], frozenset({"line.cohesion"}))
    Traceback (most recent call last):
    conjuncture.language.mistakes.LanguageErrors: what effects have made of 'line.cohesion' by \
'window' is not known here; write a number, as in do(army.cohesion = 0.5 at window)
    """
    acts = asked if isinstance(asked, Sequence) else [node for node, _ in walk(asked)]
    problems = []
    for act in acts:
        if isinstance(act, SetCell) and act.at is not None and cells_of(act.value) & cells:
            cell = min(cells_of(act.value) & cells)
            problem = f"what effects have made of '{cell}' by '{act.at}' is not known here"
            remedy = "write a number, as in do(army.cohesion = 0.5 at window)"
            problems.append(Problem(act.start, act.end, problem, remedy))
    if problems:
        raise LanguageErrors(problems)


def dependents_of(numbers: Mapping[str, Number], roots: frozenset[str]) -> tuple[str, ...]:
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
    reads = {key: sorted(number.reads) for key, number in numbers.items()}
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
