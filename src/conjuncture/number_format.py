"""How a number, a share and an interval are said, on every floor and in every form.

A share that is not quite none or all is never written as if it were. Where numbers are laid out, in
tables and beside claims, no line breaks before their unit; in running text it may. What a user
wrote is given back with every digit, and no exponent where none is needed.
"""

from __future__ import annotations

import math
from functools import partial
from math import ceil, isfinite, isinf, log10
from typing import NamedTuple


def write_number(number: float) -> str:
    """Return a number in the fewest digits that read back as the same number.

    Examples
    --------
    >>> write_number(19701005.0), write_number(0.25), write_number(-1e30)
    ('19701005', '0.25', '-1e+30')
    """
    value = float(number)
    if math.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def write_ends(low: float, high: float) -> str:
    """Return two numbers as the language writes an interval.

    Examples
    --------
    >>> write_ends(2.0, 5.5)
    '2 to 5.5'
    """
    return f"{write_number(low)} to {write_number(high)}"


def write_rounded(number: float, digits: int = 12) -> str:
    """Return a computed number without what rounding has left in its last digits.

    Examples
    --------
    >>> write_rounded(0.1 + 0.2), write_rounded(19701005.0)
    ('0.3', '19701005')
    """
    return write_number(float(f"{float(number):.{digits}g}"))


BLANK = "\u00a0"
MINUS = "\u2212"
NO_NUMBER = "\u2013"
MOST_DIGITS = 6
MOST_DECIMALS = 1
"""Of a percentage."""

ROUNDING = 1e-9
"""A standard error below this is what rounding leaves of none."""


class ShareForm(NamedTuple):
    """What stands before the unit of a share, and how one that is nearly none or all is written."""

    blank: str
    under: str
    over: str


LAID_OUT = ShareForm(BLANK, f"under{BLANK}{{step}}", f"over{BLANK}{{rest}}")
IN_TEXT = ShareForm(" ", "under {step}", "almost 100")
IN_PICTURE = ShareForm(" ", "<{step}", ">{rest}")
NEARLY = ("under", "over", "almost", "<", ">")
"""How a share begins that is nearly none, or nearly all."""


def percent(
    share: float, error: float = 0.01, *, signed: bool = False, form: ShareForm = LAID_OUT
) -> str:
    r"""Return a share as a percentage.

    Parameters
    ----------
    share : float
    error : float
        Its standard error, which says whether a decimal is worth writing.
    signed : bool
        Whether it is a difference of shares, which is then in percentage points.
    form : ShareForm
        Where it is read.

    Examples
    --------
    >>> percent(0.5123), percent(0.5123, 0.0004), percent(0.001), percent(0.0)
    ('51\xa0%', '51.2\xa0%', 'under\xa01\xa0%', '0\xa0%')
    >>> percent(-0.034, signed=True)
    '−3\xa0points'
    >>> percent(0.9999), percent_in_text(0.9999), percent_in_picture(0.9999)
    ('over\xa099\xa0%', 'almost 100 %', '>99 %')
    """
    if not isfinite(share):
        return NO_NUMBER
    decimals = decimals_for(100.0 * error)
    text = f"{abs(100.0 * share):.{decimals}f}"
    if error <= ROUNDING:
        text = text.removesuffix(".0")
    sign = MINUS if share < 0.0 and float(text) else ""
    if signed:
        sign = "+" if share > 0.0 and float(text) else sign
        return f"{sign}{text}{form.blank}{'point' if text == '1' else 'points'}"
    step = 10.0**-decimals
    if float(text) == 0.0 and share != 0.0:
        text = form.under.format(step=f"{step:g}")
    elif share < 1.0 and float(text) == 100.0:
        text = form.over.format(rest=f"{100.0 - step:g}")
    return f"{sign}{text}{form.blank}%"


percent_in_text = partial(percent, form=IN_TEXT)
percent_in_picture = partial(percent, form=IN_PICTURE)


def decimals_for(error: float) -> int:
    """Return how many decimals a standard error leaves of a percentage, at most one."""
    if error <= ROUNDING:
        return MOST_DECIMALS
    return min(max(ceil(-log10(2.0 * error)), 0), MOST_DECIMALS)


def round_number(number: float, digits: int = 2) -> str:
    """Return a number with some significant digits, a true minus sign, and no exponent.

    Examples
    --------
    >>> round_number(0.0312), round_number(-4.0), round_number(1234.5), round_number(-0.0)
    ('0.031', '−4', '1,234', '0')
    """
    if not isfinite(number):
        return NO_NUMBER
    if abs(number) >= 100:
        return f"{number:,.0f}".replace("-", MINUS)
    short = float(f"{number:.{digits}g}")
    text = f"{short:.{MOST_DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def format_decimals(number: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Return a number with some decimals and a true minus sign; what is rounded to 0 has no sign.

    Examples
    --------
    >>> format_decimals(-0.123), format_decimals(-0.001), format_decimals(0.25, 3, signed=True)
    ('−0.12', '0.00', '+0.250')
    """
    text = f"{abs(number):,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        return text
    return (MINUS if number < 0 else "+" if signed else "") + text


def figure_of(value: float, error: float, decimals: int = 2, *, signed: bool = False) -> str:
    """Return a number with the digits that its standard error leaves.

    Examples
    --------
    >>> figure_of(0.51234, 0.02), figure_of(0.51234, 0.0004), figure_of(1234.5, 20.0)
    ('0.51', '0.5123', '1,234')
    >>> figure_of(-0.512, 0.02), figure_of(-0.00002, 0.0004), figure_of(0.1, 0.0, signed=True)
    ('−0.51', '0.0000', '+0.10')
    """
    if not isfinite(value):
        return NO_NUMBER
    if isfinite(error) and error > ROUNDING:
        decimals = min(max(ceil(-log10(2.0 * error)), 0 if abs(value) >= 100 else 2), 6)
    return format_decimals(value, decimals, signed=signed)


def from_to(low: str, high: str) -> str:
    r"""Return an interval of what is written already; a unit that both have stands once.

    Examples
    --------
    >>> from_to("0.3", "1.5"), from_to("31\u00a0%", "66\u00a0%"), from_to("2", "2")
    ('0.3 to 1.5', '31 to 66\xa0%', '2')
    """
    if low == high:
        return low
    bare = not any(end.startswith(NEARLY) for end in (low, high))
    for unit in (" %", f"{BLANK}%", f"{BLANK}points"):
        if bare and low.endswith(unit) and high.endswith(unit):
            low = low.removesuffix(unit)
    return f"{low} to {high}"


def percent_range(low: float, high: float) -> str:
    """Return an interval of shares within a text.

    Examples
    --------
    >>> percent_range(0.49, 0.823), percent_range(0.001, 0.4)
    ('49 to 82 %', 'under 1 % to 40 %')
    """
    return from_to(percent_in_text(low), percent_in_text(high))


def interval(low: float, high: float, digits: int = 2, *, tried: bool = False) -> str:
    """Return an interval of numbers; an end that is infinite is open.

    Parameters
    ----------
    low, high : float
    digits : int
        Significant ones.
    tried : bool
        Whether beyond an open end nothing more was tried, so that the other may hold there too.

    Examples
    --------
    >>> interval(0.3, 1.5), interval(-2.0, -2.0), interval(float("-inf"), 2.0)
    ('0.3 to 1.5', '−2', 'below 2')
    >>> interval(0.32, float("inf"), tried=True), interval(float("-inf"), 2.0, tried=True)
    ('0.32 or more', 'up to 2')
    """
    first, last = round_number(low, digits), round_number(high, digits)
    if isinf(low) and isinf(high):
        return "anywhere"
    if isinf(low):
        return f"{'up to' if tried else 'below'} {last}"
    if isinf(high):
        return f"{first} or more" if tried else f"above {first}"
    return from_to(first, last)


def change_of(before: float, after: float) -> str:
    """Return two numbers with as many digits as it takes to tell them apart.

    Examples
    --------
    >>> change_of(0.5, 0.31), change_of(0.501, 0.502)
    ('from 0.5 to 0.31', 'from 0.501 to 0.502')
    """
    for digits in range(2, MOST_DIGITS + 1):
        pair = round_number(before, digits), round_number(after, digits)
        if pair[0] != pair[1]:
            break
    return f"from {pair[0]} to {pair[1]}"


def finite_or_none(value: float | None) -> float | None:
    """Return a number, or None for what JSON has no word for.

    Examples
    --------
    >>> finite_or_none(0.5), finite_or_none(float("nan"))
    (0.5, None)
    """
    return None if value is None or not isfinite(value) else float(value)


def bounds_or_none(values: tuple[float, float] | None) -> list[float | None] | None:
    """Return a lower and an upper bound, or None where there are none."""
    return None if values is None else [finite_or_none(values[0]), finite_or_none(values[1])]
