"""Quantities: every kind that a query asks for, from the pieces of its text to its meaning.

A kind is a class here, with what builds it from its rule of the grammar (:class:`QuantityBuilder`)
and how it is written; what its names mean follows from whether it is of an event or of a number.
Terms count it (:mod:`conjuncture.analysis.questions`), which are ratios unless
:mod:`conjuncture.analysis.answers` says otherwise, and sentences speak of it
(:mod:`conjuncture.analysis.clauses`); elsewhere only these families are told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

from lark import Token

from conjuncture.language.expression_linker import resolve_event, resolve_number
from conjuncture.language.interventions import Do, Pieces, link_interventions_of
from conjuncture.language.name_resolution import LinkContext, LinkedNode
from conjuncture.language.names import LanguageErrors, Problem
from conjuncture.language.nodes import (
    And,
    Expression,
    Intervention,
    Measure,
    Not,
    Quantity,
    Reached,
    State,
    SyntaxNode,
    literal_value,
    nodes_in,
    span_of,
    walk,
)
from conjuncture.language.ranges import Range
from conjuncture.language.unparser import write, write_interventions
from conjuncture.number_format import write_number

SHARE = Range(0.0, 1.0)

OPENINGS = ("PROBABILITY", "MEAN", "QUANTILE", "NECESSITY", "SUFFICIENCY")
"""The terminals of the grammar with which a quantity begins."""


class EventQuantity(Quantity):
    """A share of histories: those in which an event is so."""

    __slots__ = ()
    if TYPE_CHECKING:

        @property
        def event(self) -> Expression:
            """The event."""

    @property
    def about(self) -> Expression:
        """The event."""
        return self.event


class NumberQuantity(Quantity):
    """Something of how a number is distributed over histories; a query writes its ``letter``."""

    __slots__ = ()
    letter: ClassVar[str]
    if TYPE_CHECKING:

        @property
        def expression(self) -> Expression:
            """The number."""

    @property
    def about(self) -> Expression:
        """The number."""
        return self.expression


class CausalQuantity(EventQuantity):
    """A share that joins two runs: how an event was, and how it is under interventions."""

    __slots__ = ()

    def _write_as(self, word: str) -> str:
        given = "" if self.given is None else f" given {write(self.given)}"
        return (
            f"{word}(do({write_interventions(self.interventions)}) for {write(self.event)}{given}"
        )


@dataclass(frozen=True, slots=True)
class Probability(EventQuantity):
    """``P(event | given, do(...))``. ``given`` is one event (conditions joined by And) or None."""

    event: Expression
    given: Expression | None = None
    interventions: tuple[Intervention, ...] = ()

    def __str__(self) -> str:
        return f"P({write(self.event)}{_write_conditions(self)})"


@dataclass(frozen=True, slots=True)
class Mean(NumberQuantity):
    """``E(expression | given, do(...))``."""

    letter = "E"
    expression: Expression
    given: Expression | None = None
    interventions: tuple[Intervention, ...] = ()

    def __str__(self) -> str:
        return f"E({write(self.expression)}{_write_conditions(self)})"


@dataclass(frozen=True, slots=True)
class Quantile(NumberQuantity):
    """``Q(level, expression | given, do(...))``."""

    letter = "Q"
    level: float
    expression: Expression
    given: Expression | None = None
    interventions: tuple[Intervention, ...] = ()

    def __str__(self) -> str:
        level = write_number(self.level)
        return f"Q({level}, {write(self.expression)}{_write_conditions(self)})"


@dataclass(frozen=True, slots=True)
class Necessity(CausalQuantity):
    """``necessity(do(...) for event given given [or forestalled])``."""

    interventions: tuple[Intervention, ...]
    event: Expression
    given: Expression | None = None
    or_forestalled: bool = False

    @property
    def presupposition(self) -> Expression:
        """The event itself."""
        return self.event

    @property
    def counted_states(self) -> frozenset[State]:
        """That it is turned and, where so asked, forestalled."""
        return frozenset({"false", "undefined"} if self.or_forestalled else {"false"})

    def __str__(self) -> str:
        return self._write_as("necessity") + " or forestalled" * self.or_forestalled + ")"


@dataclass(frozen=True, slots=True)
class Sufficiency(CausalQuantity):
    """``sufficiency(do(...) for event given given)``."""

    interventions: tuple[Intervention, ...]
    event: Expression
    given: Expression | None = None

    @property
    def presupposition(self) -> Expression:
        """That the event was not so."""
        return Not(self.event)

    def __str__(self) -> str:
        return self._write_as("sufficiency") + ")"


def _write_conditions(node: Quantity) -> str:
    parts = [] if node.given is None else [write(node.given)]
    if node.interventions:
        parts.append(f"do({write_interventions(node.interventions)})")
    return f" | {', '.join(parts)}" if parts else ""


class QuantityBuilder:
    """Builds each kind from the pieces of its rule."""

    def conditions(self, pieces: Pieces) -> list[SyntaxNode]:
        """Pass on the conditions and the interventions after ``|``."""
        return nodes_in(pieces)

    def quantity(self, pieces: Pieces) -> Quantity:
        """Build ``P(...)`` or ``E(...)``."""
        kind = Probability if pieces[0] == "P" else Mean
        given, interventions = _conditions(pieces[3])
        return kind(pieces[2], given, interventions, **span_of(pieces))

    def quantile(self, pieces: Pieces) -> Quantile:
        """Build ``Q(level, ...)``."""
        level = literal_value(pieces[2])
        if level is None or not 0 < level < 1:
            problem = "the level of Q is a number between 0 and 1"
            place = span_of([pieces[2]])
            raise LanguageErrors([Problem(**place, problem=problem, remedy="write Q(0.9, ...)")])
        given, interventions = _conditions(pieces[5])
        return Quantile(level, pieces[4], given, interventions, **span_of(pieces))

    def necessity(self, pieces: Pieces) -> Necessity:
        """Build ``necessity(do(...) for event given event or forestalled)``."""
        taken, event, *given = nodes_in(pieces)
        forestalled = getattr(pieces[-2], "type", "") == "FORESTALLED"
        condition = given[0] if given else None
        return Necessity(taken.interventions, event, condition, forestalled, **span_of(pieces))

    def sufficiency(self, pieces: Pieces) -> Sufficiency:
        """Build ``sufficiency(do(...) for event given event)``."""
        brought, event, *given = nodes_in(pieces)
        condition = given[0] if given else None
        return Sufficiency(brought.interventions, event, condition, **span_of(pieces))


def _conditions(given: Any) -> tuple[Expression | None, tuple[Intervention, ...]]:
    if isinstance(given, Token):
        return None, ()
    events = [node for node in given if not isinstance(node, Do)]
    imposed = [node.interventions for node in given if isinstance(node, Do)]
    interventions = tuple(intervention for group in imposed for intervention in group)
    join: Callable[[Expression, Expression], Expression] = _join_with_and
    return (reduce(join, events) if events else None), interventions


def _join_with_and(left: Expression, right: Expression) -> Expression:
    return And(left, right, start=left.start, end=right.end)


def resolve_quantity(node: Expression, context: LinkContext) -> LinkedNode | None:
    """Return the meaning of a quantity, None where a node is none; problems are noted."""
    inner = replace(context, reads="history", leaf=None)
    match node:
        case EventQuantity():
            parts: dict[str, Any] = {
                "event": resolve_event(node.event, inner).node,
                "given": _resolve_given(node, inner),
                "interventions": link_interventions_of(node.interventions, inner),
            }
            return LinkedNode(replace(node, **parts), None, SHARE)
        case NumberQuantity():
            return _resolve_number_quantity(node, inner)
    return None


def _resolve_given(node: Quantity, inner: LinkContext) -> Expression | None:
    return None if node.given is None else resolve_event(node.given, inner).node


def _resolve_number_quantity(node: NumberQuantity, inner: LinkContext) -> LinkedNode:
    expression = resolve_number(node.expression, inner)
    given = _resolve_given(node, inner)
    interventions = link_interventions_of(node.interventions, inner)
    if not expression.wrong:
        _require_reached(node, expression.node, given, inner)
    parts: dict[str, Any] = {
        "expression": expression.node,
        "given": given,
        "interventions": interventions,
    }
    return replace(expression, node=replace(node, **parts), whole=False)


def _require_reached(
    node: NumberQuantity, expression: Expression, given: Expression | None, inner: LinkContext
) -> None:
    conditions = list(_conjuncts(given)) if given is not None else []
    told: set[str] = set()
    for measure, _ in walk(expression):
        if not isinstance(measure, Measure):
            continue
        visit = measure.visit or 1
        certain = visit == 1 and measure.stage in inner.certain
        kept = any(
            isinstance(condition, Reached)
            and condition.stage == measure.stage
            and (condition.visit or 1) >= visit
            for condition in conditions
        )
        text = measure.stage + (f"[{visit}]" if visit > 1 else "")
        if certain or kept or text in told:
            continue
        told.add(text)
        problem = f"'{node.letter}' reads '{text}', which a history may not reach"
        inner.complain(node, problem, f"add the condition: | reached({text})")


def _conjuncts(node: Expression) -> Iterator[SyntaxNode]:
    if isinstance(node, And):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node
