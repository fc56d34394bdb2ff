"""Whether an expression stays within a range, where numbers stand in it more than once.

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
from collections.abc import Mapping
from dataclasses import dataclass

from conjuncture.language import ranges
from conjuncture.language.nodes import Arithmetic, Call, Cell, Expression, Negative, NumberLiteral
from conjuncture.language.ranges import Range, hull
from conjuncture.language.walk import walk

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
    >>> range_and_slope_of(Arithmetic("*", NumberLiteral(2.0), Cell("x")), {"x": Range(0.0, 1.0)}, "x")
    Sloped(value=Range(lower=0.0, upper=2.0), slope=Range(lower=2.0, upper=2.0))
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
