"""Numbers as users write them: every digit, and no exponent where none is needed."""

from __future__ import annotations

import math


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
