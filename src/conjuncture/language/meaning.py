"""What linking knows of a piece of a tree besides the node: its unit, its range, its labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from conjuncture.language.digits import write_number
from conjuncture.language.mistakes import Problem
from conjuncture.language.nodes import Expression, SyntaxNode
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import Domain, Kind, Unit, Vocabulary

EVERYTHING = Range()


@dataclass(frozen=True, slots=True)
class LinkedNode:
    """A linked node and what is known of it.

    Attributes
    ----------
    node : Expression
    unit : Unit or None
        None fits any unit: a literal, or an unknown of the scenario, which declares none.
    range : Range
        Holds every number that it can be.
    whole : bool
        Whether it is always a whole number.
    labels : tuple of str or None
        The labels it can be, when it is no number.
    wrong : bool
        True where a problem has been told already; nothing more is then said of it.
    """

    node: Expression
    unit: Unit | None = None
    range: Range = EVERYTHING
    whole: bool = False
    labels: tuple[str, ...] | None = None
    wrong: bool = False

    @classmethod
    def of(cls, node: Expression, kind: Kind, *, any_unit: bool = False) -> LinkedNode:
        """Return the meaning of a reference to something of a kind."""
        if kind.labels is not None:
            return cls(node, labels=kind.labels)
        unit = None if any_unit else kind.unit
        return cls(node, unit, Range.of(kind.domain), kind.domain.whole)


Reads = Literal["value", "intervention", "history", "query"]
"""What names may be read: cells alone (twice), everything, or only quantities."""


@dataclass(slots=True)
class LinkContext:
    """One linking: what names mean, what may be read, and the problems found so far.

    Attributes
    ----------
    leaf : callable or None
        Asked first for every node of a number: links intervals and laws in values, quantities in
        queries; returns None for what it leaves to the ordinary rules.
    certain : frozenset of str
        Stages that every history reaches.
    """

    vocabulary: Vocabulary
    reads: Reads
    leaf: Callable[[Expression], LinkedNode | None] | None = None
    certain: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def complain(self, node: SyntaxNode, problem: str, remedy: str = "") -> None:
        """Note a problem at a node."""
        self.problems.append(Problem(node.start, node.end, problem, remedy))

    def refuse(self, node: Expression, problem: str, remedy: str = "") -> LinkedNode:
        """Note a problem at a node and return a meaning of which nothing more is said."""
        self.complain(node, problem, remedy)
        return LinkedNode(node, wrong=True)


def write_labels(labels: tuple[str, ...]) -> str:
    """Return labels as a sentence lists them.

    Examples
    --------
    >>> write_labels(("aside", "miranda", "torres"))
    'aside, miranda or torres'
    """
    return " or ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))


def domain_problem(key: str, number: float, domain: Domain) -> str | None:
    """Return what is wrong with a number as the value of a cell, or None."""
    if number not in domain or (domain.whole and not number.is_integer()):
        return f"'{key}' must be {domain}, and this is {write_number(number)}"
    return None
