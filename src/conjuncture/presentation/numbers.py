"""Numbers as a report writes them: percentages with as many digits as their error leaves."""

from __future__ import annotations

from math import ceil, isfinite, isinf, log10

from conjuncture.analysis.claim_comparisons import quantity_compared
from conjuncture.analysis.plain_words import MINUS, round_number
from conjuncture.analysis.stage_summaries import ROUNDING, figure_of
from conjuncture.language.nodes import (
    Arithmetic,
    Compare,
    Expression,
    Necessity,
    Probability,
    Sufficiency,
    Within,
)

BLANK = "\u00a0"
MOST_DECIMALS = 1


def percent(share: float, error: float = 0.01, *, signed: bool = False) -> str:
    r"""Return a share as a percentage.

    Parameters
    ----------
    share : float
    error : float
        Its standard error, which says whether a decimal is worth writing.
    signed : bool
        Whether it is a difference of shares, which is then in percentage points.

    Examples
    --------
    >>> percent(0.5123), percent(0.5123, 0.0004), percent(0.001), percent(0.0)
    ('51\xa0%', '51.2\xa0%', 'under\xa01\xa0%', '0\xa0%')
    >>> percent(-0.034, signed=True)
    '−3\xa0points'
    """
    if not isfinite(share):
        return "\u2013"
    decimals = decimals_for(100.0 * error)
    text = f"{abs(100.0 * share):.{decimals}f}"
    if error <= ROUNDING:
        text = text.removesuffix(".0")
    small = float(text) == 0.0 and share != 0.0
    if signed:
        sign = "" if float(text) == 0.0 else (MINUS if share < 0 else "+")
        return f"{sign}{text}{BLANK}{'point' if text == '1' else 'points'}"
    step = f"{10.0**-decimals:g}"
    if small:
        return f"under{BLANK}{step}{BLANK}%"
    if share < 1.0 and float(text) == 100.0:
        return f"over{BLANK}{100.0 - 10.0**-decimals:g}{BLANK}%"
    return f"{text}{BLANK}%"


def decimals_for(error: float) -> int:
    """Return how many decimals a standard error leaves, at most one."""
    if error <= ROUNDING:
        return MOST_DECIMALS
    return min(max(ceil(-log10(2.0 * error)), 0), MOST_DECIMALS)


def number(value: float, digits: int = 2) -> str:
    """Return a number with a proper minus sign.

    Examples
    --------
    >>> number(-0.512), number(1234.5)
    ('\u22120.51', '1,234')
    """
    return round_number(value, digits) if isfinite(value) else "\u2013"


def from_to(low: str, high: str) -> str:
    r"""Return an interval as the scenario language writes it.

    Examples
    --------
    >>> from_to("0.3", "1.5"), from_to("31\u00a0%", "66\u00a0%"), from_to("2", "2")
    ('0.3 to 1.5', '31 to 66\xa0%', '2')
    """
    if low == high:
        return low
    for unit in (f"{BLANK}%", f"{BLANK}points"):
        plain = not low.startswith(("under", "over")) and not high.startswith(("under", "over"))
        if low.endswith(unit) and high.endswith(unit) and plain:
            low = low.removesuffix(unit)
    return f"{low} to {high}"


def interval(low: float, high: float, digits: int = 2) -> str:
    """Return an interval of numbers; an end that is infinite is open.

    Examples
    --------
    >>> interval(0.3, 1.5), interval(-2.0, -2.0), interval(float("-inf"), 2.0)
    ('0.3 to 1.5', '\u22122', 'below 2')
    """
    if isinf(low) and isinf(high):
        return "anywhere"
    if isinf(low):
        return f"below {number(high, digits)}"
    if isinf(high):
        return f"above {number(low, digits)}"
    return from_to(number(low, digits), number(high, digits))


def kind_of(asked: Expression) -> str:
    """Return whether a quantity is a ``share``, a difference of shares (``points``) or a number."""
    if isinstance(asked, Probability | Necessity | Sufficiency):
        return "share"
    if isinstance(asked, Arithmetic) and asked.operator in ("+", "-"):
        parts = {kind_of(asked.left), kind_of(asked.right)}
        return "points" if parts <= {"share", "points"} else "number"
    return "number"


def kind_of_comparison(test: Compare | Within) -> str:
    """Return the kind of the quantity that a claim compares."""
    return kind_of(quantity_compared(test))


def format_quantity(kind: str, value: float, error: float) -> str:
    """Return a quantity of a kind with the digits that its error leaves."""
    if kind == "number":
        return figure_of(value, error)
    return percent(value, error, signed=kind == "points")
