"""What linked values can come to: interval arithmetic over draws, through the cells they read.

Interval arithmetic takes two places of one number for two numbers, and finds that
``w * a + (1 - w) * b`` can leave the range of ``a`` and ``b``. So such a number is taken by itself:
where the expression is of the first degree in it, or rises or falls with it throughout, its
extremes are at that number's ends; elsewhere its range is halved, a few times over (Moore, Kearfott
and Cloud 2009, chapters 5 and 6).

References
----------
Moore, R. E., Kearfott, R. B. and Cloud, M. J. (2009), Introduction to Interval Analysis, SIAM.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import islice, product
from typing import Any

from conjuncture.language import ranges
from conjuncture.language.distributions import support_of
from conjuncture.language.nodes import (
    Arithmetic,
    Call,
    Cell,
    Either,
    Expression,
    Label,
    Negative,
    NumberLiteral,
    RandomDraw,
    dependency_order,
    map_children,
    walk,
)
from conjuncture.language.ranges import Range, hull

MOST_EVALUATIONS = 400
"""Evaluations that one expression may take."""

MOST_HALVINGS = 5
"""How often the range of one number is halved."""

ZERO = Range(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class SlopedRange:
    """A range, and that of the derivative by one number."""

    value: Range
    slope: Range


def stays_within(node: Expression, leaves: Mapping[str, Range], allowed: Range) -> bool:
    """Return whether an expression is sure to stay within a range.

    Parameters
    ----------
    node : Expression
        Of Number, Cell, Negative, Arithmetic and Call.
    leaves : mapping of str to Range
        What each cell can be, whatever the others are.
    allowed : Range

    Examples
    --------
    >>> rising = Arithmetic("-", Cell("x"), Arithmetic("^", Cell("x"), NumberLiteral(2.0)))
    >>> stays_within(rising, {"x": Range(0.0, 1.0)}, Range(0.0, 0.3))
    True
    """
    counted = Counter(found.key for found, _ in walk(node) if isinstance(found, Cell))
    repeated = [key for key, times in counted.items() if times > 1]
    waiting = [(dict(leaves), dict.fromkeys(repeated, 0))]
    for _ in range(MOST_EVALUATIONS):
        if not waiting:
            return True
        known, halved = waiting.pop()
        if range_and_slope_of(node, known, "").value in allowed:
            continue
        parts = _split_case(node, known, halved)
        if not parts:
            return False
        waiting.extend(parts)
    return False


def _split_case(
    node: Expression, known: dict[str, Range], halved: dict[str, int]
) -> list[tuple[dict[str, Range], dict[str, int]]]:
    """Return the cases to look at in the place of one; none where it cannot be taken apart."""
    free = [
        key
        for key in halved
        if not known[key].is_constant
        and math.isfinite(known[key].lower)
        and math.isfinite(known[key].upper)
    ]
    for key in free:
        span = known[key]
        if _degree(node, key) < 2 or _is_monotone(range_and_slope_of(node, known, key).slope):
            ends = (Range(span.lower, span.lower), Range(span.upper, span.upper))
            return [({**known, key: end}, halved) for end in ends]
    for key in sorted(free, key=lambda one: halved[one]):
        if halved[key] < MOST_HALVINGS:
            span = known[key]
            middle = (span.lower + span.upper) / 2.0
            halves = (Range(span.lower, middle), Range(middle, span.upper))
            return [({**known, key: half}, {**halved, key: halved[key] + 1}) for half in halves]
    return []


def _is_monotone(slope: Range) -> bool:
    return slope.lower >= 0.0 or slope.upper <= 0.0


def _degree(node: Expression, key: str) -> int:
    """Return the degree of an expression in one number: 0, 1, or 2 for anything more."""
    match node:
        case Cell():
            return int(node.key == key)
        case Negative(operand=operand):
            return _degree(operand, key)
        case Arithmetic(operator=operator, left=left, right=right):
            first, second = _degree(left, key), _degree(right, key)
            if operator in ("+", "-"):
                return max(first, second)
            if operator == "*":
                return min(first + second, 2)
            return first if second == 0 and (operator == "/" or first == 0) else 2
        case Call(arguments=arguments):
            return 2 if any(_degree(one, key) for one in arguments) else 0
    return 0


def range_and_slope_of(node: Expression, known: Mapping[str, Range], key: str) -> SlopedRange:
    """Return the range of an expression, and of its derivative by one number.

    Examples
    --------
    >>> twice = Arithmetic("*", NumberLiteral(2.0), Cell("x"))
    >>> range_and_slope_of(twice, {"x": Range(0.0, 1.0)}, "x")
    SlopedRange(value=Range(lower=0.0, upper=2.0), slope=Range(lower=2.0, upper=2.0))
    """
    match node:
        case NumberLiteral(value=value):
            return SlopedRange(Range(value, value), ZERO)
        case Cell():
            return SlopedRange(known[node.key], Range(1.0, 1.0) if node.key == key else ZERO)
        case Negative(operand=operand):
            inner = range_and_slope_of(operand, known, key)
            return SlopedRange(ranges.negative(inner.value), ranges.negative(inner.slope))
        case Arithmetic(operator=operator, left=left, right=right):
            return _slope_of_arithmetic(
                operator,
                range_and_slope_of(left, known, key),
                range_and_slope_of(right, known, key),
            )
        case Call(function=function, arguments=arguments):
            return _slope_of_call(
                function, tuple(range_and_slope_of(one, known, key) for one in arguments)
            )
    raise TypeError(f"{type(node).__name__} is not a linked number")


def _slope_of_arithmetic(operator: str, left: SlopedRange, right: SlopedRange) -> SlopedRange:
    value = ranges.arithmetic(operator, left.value, right.value)
    match operator:
        case "+" | "-":
            return SlopedRange(value, ranges.arithmetic(operator, left.slope, right.slope))
        case "*":
            first = ranges.multiply(left.slope, right.value)
            return SlopedRange(value, ranges.add(first, ranges.multiply(left.value, right.slope)))
        case "/":
            # (f / g)' = (f' - (f / g) g') / g
            turned = ranges.negative(ranges.multiply(value, right.slope))
            return SlopedRange(value, ranges.divide(ranges.add(left.slope, turned), right.value))
    if left.slope == ZERO == right.slope:
        return SlopedRange(value, ZERO)
    if right.slope == ZERO and right.value.is_constant:
        exponent = right.value.lower
        lower = ranges.power(left.value, Range(exponent - 1.0, exponent - 1.0))
        return SlopedRange(value, ranges.multiply(ranges.multiply(right.value, lower), left.slope))
    return SlopedRange(value, Range())


def _slope_of_call(function: str, arguments: tuple[SlopedRange, ...]) -> SlopedRange:
    value = ranges.call(function, tuple(one.value for one in arguments))
    slopes = [one.slope for one in arguments]
    if all(slope == ZERO for slope in slopes):
        return SlopedRange(value, ZERO)
    first = arguments[0]
    match function:
        case "exp":
            return SlopedRange(value, ranges.multiply(value, first.slope))
        case "log":
            return SlopedRange(value, ranges.divide(first.slope, first.value))
        case "sqrt":
            twice = ranges.multiply(Range(2.0, 2.0), value)
            return SlopedRange(value, ranges.divide(first.slope, twice))
        case "logistic":
            return SlopedRange(value, ranges.multiply(Range(0.0, 0.25), first.slope))
    # The least, the greatest and the clipped move as one of the arguments does.
    spanned = slopes[0]
    for slope in slopes[1:]:
        spanned = hull(spanned, slope)
    return SlopedRange(value, spanned)


MOST_PARTS = 1_000
"""Parts of a value, what it reads written out, of which more is found out than at a glance."""

MOST_LEVELS = 100
"""Levels that it may have for that."""

MOST_CHOICES = 32
"""Ways in which its weighted choices can fall, for the same."""

ROUNDING = 1e-9
"""What rounding may add to a bound, relative to it or to 1; the engine takes it off again."""

RangeOfDraws = Callable[[str, tuple[float, ...]], Range]


@dataclass(frozen=True)
class ValueRanges:
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
    >>> spans = ValueRanges({"fog": RandomDraw("uniform", (0.5, 2.0), "fog")})
    >>> spans.range_of(Arithmetic("-", NumberLiteral(1.0), Cell("fog")))
    Range(lower=-1.0, upper=0.5)
    """

    values: Mapping[str, Expression]
    given: Mapping[str, Range] = field(default_factory=dict)
    law: RangeOfDraws = support_of
    _known: dict[str, Range] = field(default_factory=dict)

    def range_of(self, node: Expression) -> Range:
        """Return a range that holds every number that an expression can come to."""
        return range_from_leaves(node, self._range_of_leaf)

    def range_of_cell(self, key: str) -> Range:
        """Return the same of a cell."""
        return self._range_of_leaf(Cell(key))

    def with_given(self, given: Mapping[str, Range]) -> ValueRanges:
        """Return the same where the ranges of some cells more are known."""
        return work_out_ranges(self.values, {**self.given, **given}, self.law)

    def is_within(self, node: Expression, allowed: Range) -> bool:
        """Return whether an expression is sure to stay within a range.

        Interval arithmetic forgets that a number which stands twice is the same one; where it
        finds too much, the values that are read are written out and looked at together.

        Examples
        --------
        >>> spans = ValueRanges({"w": RandomDraw("beta", (2.0, 2.0), "w")})
        >>> rest = Arithmetic("-", NumberLiteral(1.0), Cell("w"))
        >>> spans.is_within(Arithmetic("+", Cell("w"), rest), Range(0.0, 1.0))
        True
        """
        if self.range_of(node) in allowed:
            return True
        allowed = _widen(allowed)
        leaves: dict[str, Range] = {}
        written_out = list(islice(self._expand_cells(node, leaves), MOST_CHOICES + 1))
        if not 0 < len(written_out) <= MOST_CHOICES:
            return False
        return all(stays_within(one, leaves, allowed) for one in written_out)

    def _range_of_leaf(self, node: Expression) -> Range:
        match node:
            case Cell(key=key):
                if key not in self._known:
                    self._known[key] = self._range_of_cell(key)
                return self._known[key]
            case RandomDraw(family=family, parameters=parameters):
                return self.law(family, parameters)
            case Either(options=options):
                return reduce(hull, map(self.range_of, options))
        return Range()

    def _range_of_cell(self, key: str) -> Range:
        if key in self.given:
            return self.given[key]
        return self.range_of(self.values[key]) if key in self.values else Range()

    def _expand_cells(self, node: Expression, leaves: dict[str, Range]) -> Iterator[Expression]:
        """Yield an expression over draws and moved cells alone, for each way choices can fall."""
        whole: Any = node
        while read := [
            key
            for found, _ in walk(whole)
            if isinstance(found, Cell) and (key := found.key) in self.values
            if key not in self.given and key not in leaves
        ]:
            whole = replace_nodes(whole, Cell, lambda cell: self._follow_cell(cell, read))
            depths = [depth for _, depth in walk(whole)]
            if len(depths) > MOST_PARTS or max(depths) > MOST_LEVELS:
                return
        choices = {found.site: found for found, _ in walk(whole) if isinstance(found, Either)}
        for picks in product(*(range(len(choice.options)) for choice in choices.values())):
            picked = dict(zip(choices, picks, strict=True))
            one = whole
            while any(isinstance(found, Either) for found, _ in walk(one)):
                one = replace_nodes(one, Either, partial(_pick, picked))
            yield replace_nodes(one, (RandomDraw, Cell), lambda leaf: self._name_leaf(leaf, leaves))

    def _follow_cell(self, cell: Cell, read: list[str]) -> Expression:
        return self.values[cell.key] if cell.key in read else cell

    def _name_leaf(self, leaf: RandomDraw | Cell, leaves: dict[str, Range]) -> Cell:
        name = f"draw {leaf.site}" if isinstance(leaf, RandomDraw) else leaf.key
        leaves[name] = self._range_of_leaf(leaf)
        return Cell(name)


def _pick(picked: Mapping[str, int], choice: Either) -> Expression:
    return choice.options[picked[choice.site]]


def _widen(allowed: Range) -> Range:
    """Return a range with room for what rounding adds."""
    slack = [ROUNDING * max(1.0, abs(end)) for end in (allowed.lower, allowed.upper)]
    return Range(allowed.lower - slack[0], allowed.upper + slack[1])


def work_out_ranges(
    values: Mapping[str, Expression],
    given: Mapping[str, Range] | None = None,
    law: RangeOfDraws = support_of,
) -> ValueRanges:
    """Return what the numbers of a scenario can come to, each worked out after those it reads.

    However long the chain from one number to the next, nothing is then asked deeply.
    """
    found = ValueRanges(values, given or {}, law)
    for key in dependency_order(values):
        found.range_of_cell(key)
    return found


def range_from_leaves(node: Expression, leaf: Callable[[Expression], Range]) -> Range:
    """Return the range of an expression from those of what stands for itself in it."""
    match node:
        case NumberLiteral(value=value):
            return Range(value, value)
        case Label(code=code):
            return Range(code, code)
        case Negative(operand=operand):
            return ranges.negative(range_from_leaves(operand, leaf))
        case Arithmetic(operator=operator, left=left, right=right):
            return ranges.arithmetic(
                operator, range_from_leaves(left, leaf), range_from_leaves(right, leaf)
            )
        case Call(function=function, arguments=arguments):
            return ranges.call(function, tuple(range_from_leaves(one, leaf) for one in arguments))
    return leaf(node)


def replace_nodes(node: Any, kind: Any, by: Callable[[Any], Expression]) -> Any:
    """Return a tree in which every node of a kind has another in its place."""
    if isinstance(node, kind):
        return by(node)
    return map_children(node, lambda part: replace_nodes(part, kind, by))
