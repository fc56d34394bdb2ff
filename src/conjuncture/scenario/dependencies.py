"""What depends on what: which stages can follow, which numbers change, which of them are read.

An effect changes a number between two stages. A number that the scenario writes as an expression
over such a number is evaluated anew where a stage starts, and so is one that reads it in turn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from conjuncture.graph import reachable_from
from conjuncture.language.interventions import SetCell
from conjuncture.language.names import LanguageErrors, Problem
from conjuncture.language.nodes import Expression, Intervention, Measure, cells_of, walk
from conjuncture.scenario.crisis import Claim, Number, Stage

END = "end"


def forced_stages(edges: Mapping[str, Mapping[str, str]], first: str) -> tuple[str, ...]:
    """Return the stages that every history reaches: the first, and what alone can follow it.

    Parameters
    ----------
    edges : mapping
        Stage to (outcome to the stage that follows, or ``end``), every outcome included.
    first : str
        Where the crisis starts.

    Examples
    --------
    >>> forced_stages({"a": {"x": "b", "y": "b"}, "b": {"x": "end", "y": "c"}, "c": {}}, "a")
    ('a', 'b')
    """
    found = [first]
    while True:
        following = set(edges.get(found[-1], {}).values())
        if len(following) != 1 or (step := following.pop()) == END or step in found:
            return tuple(found)
        found.append(step)


def impossible_observation(
    edges: Mapping[str, Mapping[str, str]],
    first: str,
    observed: Mapping[str, str],
    repeated: Iterable[str],
) -> str | None:
    """Return a stage whose observation no path from the first stage can contain, or None.

    A stage with several visits may have ended otherwise before, so its observation does not
    narrow the way onwards.

    Examples
    --------
    >>> edges = {"a": {"x": "b", "y": "end"}, "b": {"x": "end"}}
    >>> impossible_observation(edges, "a", {"a": "y", "b": "x"}, ())
    'b'
    """
    loose = set(repeated)
    narrowed = {
        stage: [
            step
            for outcome, step in following.items()
            if stage not in observed or stage in loose or observed[stage] == outcome
        ]
        for stage, following in edges.items()
    }
    from_here = {stage: reachable_from(narrowed, stage) for stage in {first, *observed}}
    passed: list[str] = []
    for stage in observed:
        if stage not in from_here[first]:
            return stage
        if any(stage not in from_here[one] and one not in from_here[stage] for one in passed):
            return stage
        passed.append(stage)
    return None


@dataclass(frozen=True, slots=True)
class CellUsage:
    """Which cells something reads, and which are only set or moved.

    Attributes
    ----------
    read : frozenset of str
        Cells that a value, an effect on another number or a claim reads.
    imposed : frozenset of str
        Cells that the interventions of a claim set.
    asked : frozenset of str
        Cells that effects or claims read, set or move, and what measures that they read are of.
    """

    read: frozenset[str]
    imposed: frozenset[str]
    asked: frozenset[str]

    @classmethod
    def of(
        cls, numbers: Mapping[str, Number], stages: Mapping[str, Stage], claims: Mapping[str, Claim]
    ) -> CellUsage:
        """Gather what a whole scenario reads."""
        read = {cell for number in numbers.values() for cell in number.reads}
        imposed: set[str] = set()
        asked: set[str] = set()
        for effect in (effect for stage in stages.values() for effect in stage.effects):
            if effect.when is not None:
                read |= cells_of(effect.when)
                asked |= _cells_asked_in(effect.when)
            for change in effect.changes:
                read |= cells_of(change.value) - {change.key}
                asked |= _cells_asked_in(change.value) | {change.key}
        for claim in claims.values():
            read |= cells_of(claim.test)
            asked |= _cells_asked_in(claim.test)
            imposed |= {node.key for node, _ in walk(claim.test) if isinstance(node, SetCell)}
        return cls(frozenset(read), frozenset(imposed), frozenset(asked | imposed))

    def find_read_owners(self, names: Collection[str], numbers: Mapping[str, Number]) -> set[str]:
        """Return those of some forces of which anything outside them reads a number.

        Parameters
        ----------
        names : collection of str
            Forces that do nothing by themselves: what one of them reads of another counts only
            where the first is read itself.
        numbers : mapping of str to Number
            Every cell of the scenario.
        """
        reads: dict[str, set[str]] = defaultdict(set)
        for key, number in numbers.items():
            reads[_owner_of(key)].update(map(_owner_of, number.reads))
        starts = {_owner_of(cell) for cell in self.asked} | (reads.keys() - set(names))
        return set(reachable_from(reads, *starts)) & set(names)


def _cells_asked_in(node: Expression) -> frozenset[str]:
    indices = {one.index for one, _ in walk(node) if isinstance(one, Measure) and one.index}
    return cells_of(node) | indices


def _owner_of(cell: str) -> str:
    return cell.partition(".")[0]


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
    crisis : NumbersAndStages
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
    crisis : NumbersAndStages
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
    conjuncture.language.names.LanguageErrors: what effects have made of 'line.cohesion' by \
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
