"""What linked values can come to: interval arithmetic over draws, through the cells they read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial, reduce
from itertools import islice, product
from typing import Any

from conjuncture.language import ranges
from conjuncture.language.laws import support_of
from conjuncture.language.nodes import (
    Arithmetic,
    Call,
    Cell,
    Drawn,
    Either,
    Expression,
    Label,
    Negative,
    Node,
    Number,
)
from conjuncture.language.proofs import stays_within
from conjuncture.language.ranges import Range, hull
from conjuncture.language.walk import dependency_order, walk

MOST_PARTS = 1_000
"""Parts of a value, what it reads written out, of which more is found out than at a glance."""

DEEPEST = 100
"""Levels that it may have for that."""

MOST_CHOSEN = 32
"""Ways in which its weighted choices can fall, for the same."""

ROUNDING = 1e-9
"""What rounding may add to a bound, relative to it or to 1; the engine takes it off again."""

Law = Callable[[str, tuple[float, ...]], Range]


@dataclass(frozen=True)
class Spans:
    """What the numbers of a scenario can come to.

    Parameters
    ----------
    values : mapping of str to Expression
        Every cell, linked, free of cycles.
    given : mapping of str to Range
        The cells whose range is known otherwise, because effects move them.
    law : callable
        The range of a draw, from its family and parameters.

    Examples
    --------
    >>> spans = Spans({"fog": Drawn("uniform", (0.5, 2.0), "fog")})
    >>> spans.of(Arithmetic("-", Number(1.0), Cell("fog")))
    Range(lower=-1.0, upper=0.5)
    """

    values: Mapping[str, Expression]
    given: Mapping[str, Range] = field(default_factory=dict)
    law: Law = support_of
    _known: dict[str, Range] = field(default_factory=dict)

    def of(self, node: Expression) -> Range:
        """Return a range that holds every number that an expression can come to."""
        return span(node, self._leaf)

    def of_cell(self, key: str) -> Range:
        """Return the same of a cell."""
        return self._leaf(Cell(key))

    def given_also(self, given: Mapping[str, Range]) -> Spans:
        """Return the same where the ranges of some cells more are known."""
        return in_order(self.values, {**self.given, **given}, self.law)

    def within(self, node: Expression, allowed: Range) -> bool:
        """Return whether an expression is sure to stay within a range.

        Interval arithmetic forgets that a number which stands twice is the same one; where it
        finds too much, the values that are read are written out and looked at together.

        Examples
        --------
        >>> spans = Spans({"w": Drawn("beta", (2.0, 2.0), "w")})
        >>> rest = Arithmetic("-", Number(1.0), Cell("w"))
        >>> spans.within(Arithmetic("+", Cell("w"), rest), Range(0.0, 1.0))
        True
        """
        if self.of(node) in allowed:
            return True
        allowed = _widened(allowed)
        leaves: dict[str, Range] = {}
        written_out = list(islice(self._written_out(node, leaves), MOST_CHOSEN + 1))
        if not 0 < len(written_out) <= MOST_CHOSEN:
            return False
        return all(stays_within(one, leaves, allowed) for one in written_out)

    def _leaf(self, node: Expression) -> Range:
        match node:
            case Cell(key=key):
                if key not in self._known:
                    self._known[key] = self._cell(key)
                return self._known[key]
            case Drawn(family=family, parameters=parameters):
                return self.law(family, parameters)
            case Either(options=options):
                return reduce(hull, map(self.of, options))
        return Range()

    def _cell(self, key: str) -> Range:
        if key in self.given:
            return self.given[key]
        return self.of(self.values[key]) if key in self.values else Range()

    def _written_out(self, node: Expression, leaves: dict[str, Range]) -> Iterator[Expression]:
        """Yield an expression over draws and moved cells alone, for each way choices can fall."""
        whole: Any = node
        while read := [
            key
            for found, _ in walk(whole)
            if isinstance(found, Cell) and (key := found.key) in self.values
            if key not in self.given and key not in leaves
        ]:
            whole = replaced(whole, Cell, lambda cell: self._followed(cell, read))
            depths = [depth for _, depth in walk(whole)]
            if len(depths) > MOST_PARTS or max(depths) > DEEPEST:
                return
        choices = {found.site: found for found, _ in walk(whole) if isinstance(found, Either)}
        for picks in product(*(range(len(choice.options)) for choice in choices.values())):
            picked = dict(zip(choices, picks, strict=True))
            one = whole
            while any(isinstance(found, Either) for found, _ in walk(one)):
                one = replaced(one, Either, partial(_pick, picked))
            yield replaced(one, (Drawn, Cell), lambda leaf: self._named(leaf, leaves))

    def _followed(self, cell: Cell, read: list[str]) -> Expression:
        return self.values[cell.key] if cell.key in read else cell

    def _named(self, leaf: Drawn | Cell, leaves: dict[str, Range]) -> Cell:
        name = f"draw {leaf.site}" if isinstance(leaf, Drawn) else leaf.key
        leaves[name] = self._leaf(leaf)
        return Cell(name)


def _pick(picked: Mapping[str, int], choice: Either) -> Expression:
    return choice.options[picked[choice.site]]


def _widened(allowed: Range) -> Range:
    """Return a range with room for what rounding adds."""
    slack = [ROUNDING * max(1.0, abs(end)) for end in (allowed.lower, allowed.upper)]
    return Range(allowed.lower - slack[0], allowed.upper + slack[1])


def in_order(
    values: Mapping[str, Expression],
    given: Mapping[str, Range] | None = None,
    law: Law = support_of,
) -> Spans:
    """Return what the numbers of a scenario can come to, each worked out after those it reads.

    However long the chain from one number to the next, nothing is then asked deeply.
    """
    found = Spans(values, given or {}, law)
    for key in dependency_order(values):
        found.of_cell(key)
    return found


def span(node: Expression, leaf: Callable[[Expression], Range]) -> Range:
    """Return the range of an expression from those of what stands for itself in it."""
    match node:
        case Number(value=value):
            return Range(value, value)
        case Label(code=code):
            return Range(code, code)
        case Negative(operand=operand):
            return ranges.negative(span(operand, leaf))
        case Arithmetic(operator=operator, left=left, right=right):
            return ranges.arithmetic(operator, span(left, leaf), span(right, leaf))
        case Call(function=function, arguments=arguments):
            return ranges.call(function, tuple(span(one, leaf) for one in arguments))
    return leaf(node)


def replaced(node: Any, kind: Any, by: Callable[[Any], Expression]) -> Any:
    """Return a tree in which every node of a kind has another in its place."""
    if isinstance(node, tuple):
        return tuple(replaced(part, kind, by) for part in node)
    if isinstance(node, kind):
        return by(node)
    if not isinstance(node, Node):
        return node
    inner = {
        one.name: replaced(getattr(node, one.name), kind, by)
        for one in fields(node)
        if isinstance(getattr(node, one.name), Node | tuple)
    }
    return replace(node, **inner) if inner else node
