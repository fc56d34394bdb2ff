"""Intervals: ``low to high`` says between what a number lies, nine times out of ten.

It is a 90 % credible interval: 5 % of the draws lie below ``low`` and 5 % above ``high``. Its
family follows the domain of what is drawn, as in Squiggle: normal on the real line, lognormal from
0 upwards, logit-normal between 0 and 1.
"""

from __future__ import annotations

import math

from conjuncture.language.digits import write_ends, write_number, write_rounded
from conjuncture.language.laws import OPEN_UNIT, POSITIVE, DistributionError, logit
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import NON_NEGATIVE, REAL, UNIT_INTERVAL, Domain

NORMAL_95 = 1.6448536269514722
"""The 95 % point of the standard normal law."""


def distribution_of_interval(
    low: float, high: float, domain: Domain
) -> tuple[str, tuple[float, ...], Range]:
    """Return family, parameters and support of the 90 % interval ``low to high``.

    Parameters
    ----------
    low, high : float
        The 5 % and the 95 % point.
    domain : Domain
        What the drawn quantity can be.

    Raises
    ------
    LawError
        When the interval runs backwards or leaves or touches the edge of the domain.

    Examples
    --------
    >>> family, (mean, deviation), _ = distribution_of_interval(-1.0, 1.0, REAL)
    >>> family, mean, round(deviation, 4)
    ('normal', 0.0, 0.608)
    >>> distribution_of_interval(1.0, 4.0, NON_NEGATIVE)[0], distribution_of_interval(0.1, 0.4, UNIT_INTERVAL)[0]
    ('lognormal', 'logitnormal')
    """
    first, last = write_number(low), write_number(high)
    if low == high:
        raise DistributionError(f"the interval {first} to {last} has no width", f"write {first}")
    if low > high:
        raise DistributionError(
            f"the interval {first} to {last} runs backwards", f"write {last} to {first}"
        )
    if domain == REAL:
        return "normal", _centre_and_deviation(low, high), Range()
    if domain == NON_NEGATIVE:
        _refuse_edges(low, high, "a lognormal law cannot start at 0", domain)
        return "lognormal", _centre_and_deviation(math.log(low), math.log(high)), POSITIVE
    if domain == UNIT_INTERVAL:
        _refuse_edges(low, high, "a logit-normal law cannot touch 0 or 1", domain)
        return "logitnormal", _centre_and_deviation(logit(low), logit(high)), OPEN_UNIT
    raise DistributionError(
        f"an interval has no law of its own where {domain} is wanted",
        "write a number" if domain.whole else f"write uniform({first}, {last})",
    )


def _centre_and_deviation(low: float, high: float) -> tuple[float, float]:
    return (low + high) / 2, (high - low) / (2 * NORMAL_95)


def _refuse_edges(low: float, high: float, edge: str, domain: Domain) -> None:
    if low not in domain or high not in domain:
        problem = f"the interval {write_ends(low, high)} leaves the domain: it must be {domain}"
    elif low == domain.lower or high == domain.upper:
        problem = edge
    else:
        return
    upper = math.inf if domain.upper is None else domain.upper
    if high <= 0 or low >= upper:
        raise DistributionError(problem, "write an interval inside the domain")
    inner_high = min(high, 0.99 * upper)
    inner_low = low if low > 0 else inner_high / 100
    wide = f"uniform({write_number(max(low, 0))}, {write_number(min(high, upper))})"
    if inner_low >= inner_high:
        raise DistributionError(problem, f"write {wide}")
    narrow = f"{write_rounded(inner_low)} to {write_rounded(inner_high)}"
    raise DistributionError(problem, f"write {narrow}, or {wide}")
