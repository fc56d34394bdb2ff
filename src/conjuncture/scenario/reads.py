"""Which numbers of a scenario something reads, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from conjuncture.language.nodes import Expression, Measure, SetCell
from conjuncture.language.walk import cells_of, walk
from conjuncture.scenario.crisis import Claim, Number, Stage


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
        found = {_owner_of(cell) for cell in self.asked} & set(names)
        waiting = [key for key in numbers if _owner_of(key) not in names or _owner_of(key) in found]
        while waiting:
            read = {_owner_of(cell) for key in waiting for cell in numbers[key].reads}
            more = (read & set(names)) - found
            found |= more
            waiting = [key for key in numbers if _owner_of(key) in more]
        return found


def _cells_asked_in(node: Expression) -> frozenset[str]:
    indices = {one.index for one, _ in walk(node) if isinstance(one, Measure) and one.index}
    return cells_of(node) | indices


def _owner_of(cell: str) -> str:
    return cell.partition(".")[0]
