"""Comparisons as sums of quantities, and what a comparison of one quantile says of shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from conjuncture.language.nodes import (
    Arithmetic,
    Compare,
    Expression,
    Negative,
    NumberLiteral,
    Quantity,
    Within,
    quantities_of,
)
from conjuncture.language.quantities import Probability, Quantile

Order = Literal["=", "!=", "<", "<=", ">", ">="]
ORDERS = (">", ">=", "<", "<=")
REVERSED_ORDERS: dict[Order, Order] = {">": "<", ">=": "<=", "<": ">", "<=": ">="}

DIGITS = 12
"""Of a line that is worked out: 0.3 / 0.1 is 3."""


@dataclass(frozen=True)
class LinearForm:
    """A sum of quantities, each with a factor, and a constant."""

    factors: Mapping[Quantity, float]
    constant: float = 0.0

    def __add__(self, other: LinearForm) -> LinearForm:
        factors = dict(self.factors)
        for quantity, factor in other.factors.items():
            factors[quantity] = factors.get(quantity, 0.0) + factor
        return LinearForm(factors, self.constant + other.constant)

    def times(self, number: float) -> LinearForm:
        """Return it multiplied by a number."""
        factors = {quantity: number * factor for quantity, factor in self.factors.items()}
        return LinearForm(factors, number * self.constant)


def linear_of(expression: Expression) -> LinearForm | None:
    """Return an expression as a sum of quantities with factors, None where it is no such sum."""
    match expression:
        case NumberLiteral(value=value):
            return LinearForm({}, value)
        case Negative(operand=operand):
            inner = linear_of(operand)
            return None if inner is None else inner.times(-1.0)
        case Arithmetic(operator=operator, left=left, right=right):
            one, two = linear_of(left), linear_of(right)
            if one is None or two is None:
                return None
            if operator in ("+", "-"):
                return one + two.times(1.0 if operator == "+" else -1.0)
            if operator == "*" and not (one.factors and two.factors):
                return two.times(one.constant) if not one.factors else one.times(two.constant)
            if operator == "/" and not two.factors and two.constant != 0.0:
                return one.times(1.0 / two.constant)
            return None
        case Quantity():
            return LinearForm({expression: 1.0})
    return None


def difference_of(left: Expression, right: Expression) -> LinearForm | None:
    """Return one expression less another as a sum of quantities, None where it is no such sum."""
    one, two = linear_of(left), linear_of(right)
    return None if one is None or two is None else one + two.times(-1.0)


def exceedances_of(asked: Expression) -> tuple[Compare, ...]:
    """Return what a comparison of one quantile with numbers says of shares.

    Q(q, x | F) > c says that P(x > c | F) > 1 - q, and Q(q, x | F) < c that P(x < c | F) > q. That
    it lies in [a, b] says that it is at least a and not above b.

    Parameters
    ----------
    asked : Expression

    Returns
    -------
    tuple of Compare
        One of a comparison, in which the quantile may have a factor and be shifted. Two of an
        interval: that the quantile is at least its lower end, and that it is above its upper one,
        of which the second implies the first. None of all else.

    Examples
    --------
    >>> from conjuncture.language.nodes import Measure
    >>> from conjuncture.language.unparser import write
    >>> margin = Quantile(0.9, Measure("showdown", "margin"))
    >>> [write(one) for one in exceedances_of(Compare(">", margin, NumberLiteral(0.2)))]
    ['P(showdown.margin > 0.2) > 0.1']
    >>> turned = Compare("<", Arithmetic("*", NumberLiteral(-2.0), margin), NumberLiteral(6.0))
    >>> [write(one) for one in exceedances_of(turned)]
    ['P(showdown.margin > -3) > 0.1']
    >>> between = Within(margin, NumberLiteral(1.0), NumberLiteral(3.0))
    >>> [write(one) for one in exceedances_of(between)]
    ['P(showdown.margin >= 1) >= 0.1', 'P(showdown.margin > 3) > 0.1']
    """
    quantities = quantities_of(asked)
    if len(quantities) != 1 or not isinstance(quantities[0], Quantile):
        return ()
    quantile = quantities[0]
    if isinstance(asked, Within):
        low, high = (line_of(asked.operand, end, quantile) for end in (asked.low, asked.high))
        if low is None or high is None or low[0] * high[0] <= 0.0:
            return ()
        least, most = (low[1], high[1]) if low[0] > 0.0 else (high[1], low[1])
        if least > most:
            return ()
        return exceedance_of(quantile, ">=", least), exceedance_of(quantile, ">", most)
    if not isinstance(asked, Compare) or asked.operator not in ORDERS:
        return ()
    found = line_of(asked.left, asked.right, quantile)
    if found is None:
        return ()
    operator = asked.operator if found[0] > 0.0 else REVERSED_ORDERS[asked.operator]
    return (exceedance_of(quantile, operator, found[1]),)


def line_of(left: Expression, right: Expression, quantity: Quantity) -> tuple[float, float] | None:
    """Return the factor that a quantity has in a difference, and where the difference is nothing.

    None where there is no such place.
    """
    form = difference_of(left, right)
    factor = 0.0 if form is None else form.factors.get(quantity, 0.0)
    if form is None or factor == 0.0:
        return None
    return factor, float(f"{-form.constant / factor:.{DIGITS}g}") + 0.0


def exceedance_of(quantile: Quantile, operator: Order, line: float) -> Compare:
    """Return what it says of a share that a quantile lies beyond a line."""
    beyond = Compare(operator, quantile.expression, NumberLiteral(line))
    above = operator in (">", ">=")
    share = Probability(beyond, quantile.given, quantile.interventions)
    level = round(1.0 - quantile.level, 12) if above else quantile.level
    return Compare(">" if operator in (">", "<") else ">=", share, NumberLiteral(level))
