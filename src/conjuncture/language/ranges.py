"""Interval arithmetic: the range of an expression whose parts are known by their domains.

It exists to refuse, before anything runs, forms that are not defined everywhere: division by what
can be 0, the logarithm or root of what can be negative.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from conjuncture.language.symbols import Domain


@dataclass(frozen=True, slots=True)
class Range:
    """All numbers from ``lower`` to ``upper``, the ends included."""

    lower: float = -math.inf
    upper: float = math.inf

    @classmethod
    def above(cls, bound: float) -> Range:
        """Return everything strictly above ``bound``."""
        return cls(math.nextafter(bound, math.inf), math.inf)

    @classmethod
    def of(cls, domain: Domain) -> Range:
        """Return the range of a domain.

        Examples
        --------
        >>> Range.of(Domain(lower=0.0))
        Range(lower=0.0, upper=inf)
        """
        return cls(
            -math.inf if domain.lower is None else domain.lower,
            math.inf if domain.upper is None else domain.upper,
        )

    def __contains__(self, inner: float | Range) -> bool:
        if isinstance(inner, Range):
            return self.lower <= inner.lower and inner.upper <= self.upper
        return self.lower <= inner <= self.upper

    @property
    def is_constant(self) -> bool:
        """Whether it holds one number only."""
        return self.lower == self.upper


def hull(one: Range, other: Range) -> Range:
    """Return the smallest range that holds two.

    Examples
    --------
    >>> hull(Range(0.0, 1.0), Range(3.0, 4.0))
    Range(lower=0.0, upper=4.0)
    """
    return Range(min(one.lower, other.lower), max(one.upper, other.upper))


def arithmetic(operator: str, left: Range, right: Range) -> Range:
    """Return the range of two numbers joined by ``+ - * / ^``."""
    match operator:
        case "+":
            return add(left, right)
        case "-":
            return add(left, negative(right))
        case "*":
            return multiply(left, right)
        case "/":
            return divide(left, right)
    return power(left, right)


def negative(operand: Range) -> Range:
    """Return the range of ``-operand``."""
    return Range(-operand.upper, -operand.lower)


def add(left: Range, right: Range) -> Range:
    """Return the range of ``left + right``."""
    return Range(left.lower + right.lower, left.upper + right.upper)


def multiply(left: Range, right: Range) -> Range:
    """Return the range of ``left * right``.

    Examples
    --------
    >>> multiply(Range(-1.0, 2.0), Range(0.0, math.inf))
    Range(lower=-inf, upper=inf)
    """
    return _corners(_product_of, left, right)


def divide(left: Range, right: Range) -> Range:
    """Return the range of ``left / right``, everything where ``right`` can be 0."""
    if 0.0 in right:
        return Range()
    return _corners(_quotient_of, left, right)


def power(base: Range, exponent: Range) -> Range:
    """Return the range of ``base ^ exponent`` where :func:`power_is_partial` finds nothing.

    Examples
    --------
    >>> power(Range(-2.0, 1.0), Range(2.0, 2.0))
    Range(lower=0.0, upper=4.0)
    """
    if power_is_partial(base, exponent):
        return Range()
    found = _corners(_power_of, base, exponent)
    if base.lower < 0.0 < base.upper and exponent.lower % 2 == 0:
        return Range(min(found.lower, 0.0), found.upper)
    return found


def power_is_partial(base: Range, exponent: Range) -> str | None:
    """Return what may go wrong in ``base ^ exponent`` in words, or None."""
    whole = exponent.is_constant and exponent.lower.is_integer()
    if 0.0 in base and exponent.lower < 0:
        return "the base can be 0 and the exponent negative"
    if base.lower < 0 and not whole:
        return "the base can be negative and the exponent is not a whole number"
    return None


def call(function: str, arguments: tuple[Range, ...]) -> Range:
    """Return the range of a function of the grammar."""
    first = arguments[0]
    match function:
        case "min":
            return Range(min(a.lower for a in arguments), min(a.upper for a in arguments))
        case "max":
            return Range(max(a.lower for a in arguments), max(a.upper for a in arguments))
        case "clip":
            return call("min", (call("max", arguments[:2]), arguments[2]))
        case "exp":
            return Range(_exp(first.lower), _exp(first.upper))
        case "log":
            return Range(_log(first.lower), _log(first.upper))
        case "sqrt":
            return Range(math.sqrt(max(first.lower, 0.0)), math.sqrt(max(first.upper, 0.0)))
        case _:
            return Range(_logistic(first.lower), _logistic(first.upper))


def _corners(operation: Callable[[float, float], float], left: Range, right: Range) -> Range:
    ends = product((left.lower, left.upper), (right.lower, right.upper))
    found = [operation(one, other) for one, other in ends]
    return Range(min(found), max(found))


def _product_of(left: float, right: float) -> float:
    return 0.0 if 0.0 in (left, right) else left * right


def _quotient_of(left: float, right: float) -> float:
    return 0.0 if left == 0.0 or math.isinf(right) else left / right


def _power_of(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _exp(exponent: float) -> float:
    try:
        return math.exp(exponent)
    except OverflowError:
        return math.inf


def _logistic(exponent: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * exponent))


def _log(number: float) -> float:
    return math.log(number) if number > 0 else -math.inf
