"""The laws that a value can be drawn from: their parameters, their support, their intervals.

``low to high`` is a 90 % credible interval: 5 % of the draws lie below ``low`` and 5 % above
``high``. Its family follows the domain of what is drawn, as in Squiggle: normal on the real line,
lognormal from 0 upwards, logit-normal between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from conjuncture.language.ranges import Range
from conjuncture.language.symbols import NON_NEGATIVE, REAL, UNIT_INTERVAL, Domain

Z = 1.6448536269514722
"""The 95 % point of the standard normal law."""

LEANINGS = {
    "firm": (2.0, 4.0),
    "warm": (0.0, 2.0),
    "undecided": (-1.0, 1.0),
    "cool": (-2.0, 0.0),
    "hostile": (-4.0, -2.0),
}
"""Words for leanings and their 90 % intervals; ``sworn`` (always that side) stands apart."""


class LawError(ValueError):
    """A law cannot be what was written: carries problem and remedy."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Law:
    """A family as users write it.

    Attributes
    ----------
    arguments : tuple of str
        What its arguments mean, in order.
    allows : callable
        Whether the arguments are in range.
    needs : str
        The same in words.
    parameters : callable
        Arguments as written to the parameters of :class:`~conjuncture.language.nodes.Drawn`.
    support : callable
        The smallest range that holds every draw.
    """

    arguments: tuple[str, ...]
    allows: Callable[..., bool]
    needs: str
    parameters: Callable[..., tuple[float, ...]]
    support: Callable[..., Range]


def _as_written(*arguments: float) -> tuple[float, ...]:
    return arguments


def _logit(share: float) -> float:
    return math.log(share) - math.log1p(-share)


_POSITIVE = Range.above(0.0)
_OPEN_UNIT = Range(_POSITIVE.lower, math.nextafter(1.0, 0.0))

LAWS = {
    "normal": Law(
        ("mean", "standard deviation"),
        lambda _, sd: sd > 0,
        "a standard deviation above 0",
        _as_written,
        lambda *_: Range(),
    ),
    "lognormal": Law(
        ("median", "standard deviation of the logarithm"),
        lambda median, sd: median > 0 and sd > 0,
        "a median and a standard deviation of the logarithm above 0",
        lambda median, sd: (math.log(median), sd),
        lambda *_: _POSITIVE,
    ),
    "logitnormal": Law(
        ("median", "standard deviation of the log-odds"),
        lambda median, sd: 0 < median < 1 and sd > 0,
        "a median between 0 and 1 and a standard deviation of the log-odds above 0",
        lambda median, sd: (_logit(median), sd),
        lambda *_: _OPEN_UNIT,
    ),
    "uniform": Law(
        ("low", "high"),
        lambda low, high: low < high,
        "its low end below its high end",
        _as_written,
        Range,
    ),
    "loguniform": Law(
        ("low", "high"),
        lambda low, high: 0 < low < high,
        "its low end above 0 and below its high end",
        _as_written,
        Range,
    ),
    "triangular": Law(
        ("low", "mode", "high"),
        lambda low, mode, high: low <= mode <= high and low < high,
        "low, mode and high in this order",
        _as_written,
        lambda low, _, high: Range(low, high),
    ),
    "beta": Law(
        ("a", "b"),
        lambda a, b: a > 0 and b > 0,
        "both parameters above 0",
        _as_written,
        lambda *_: Range(0.0, 1.0),
    ),
    "gamma": Law(
        ("shape", "scale"),
        lambda shape, scale: shape > 0 and scale > 0,
        "a shape and a scale above 0",
        _as_written,
        lambda *_: Range(lower=0.0),
    ),
    "exponential": Law(
        ("mean",),
        lambda mean: mean > 0,
        "a mean above 0",
        _as_written,
        lambda *_: Range(lower=0.0),
    ),
}
"""Law, as a value calls it, to what it means."""


def law_parameters(family: str, arguments: tuple[float, ...]) -> tuple[tuple[float, ...], Range]:
    """Return the parameters of a draw and the range that holds it.

    Raises
    ------
    LawError
        When an argument is out of range.

    Examples
    --------
    >>> law_parameters("lognormal", (1.0, 0.5))[0]
    (0.0, 0.5)
    """
    law = LAWS[family]
    if not law.allows(*arguments):
        raise LawError(
            f"{law_text(family, arguments)} is not a law",
            f"'{family}({', '.join(law.arguments)})' needs {law.needs}",
        )
    return law.parameters(*arguments), law.support(*arguments)


def law_text(family: str, arguments: tuple[float, ...]) -> str:
    """Return a law as users write it.

    Examples
    --------
    >>> law_text("uniform", (0.0, 5.0))
    'uniform(0, 5)'
    """
    return f"{family}({', '.join(f'{argument:g}' for argument in arguments)})"


def interval_law(
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
    >>> family, (mean, deviation), _ = interval_law(-1.0, 1.0, REAL)
    >>> family, mean, round(deviation, 4)
    ('normal', 0.0, 0.608)
    >>> interval_law(1.0, 4.0, NON_NEGATIVE)[0], interval_law(0.1, 0.4, UNIT_INTERVAL)[0]
    ('lognormal', 'logitnormal')
    """
    if low == high:
        raise LawError(f"the interval {low:g} to {high:g} has no width", f"write {low:g}")
    if low > high:
        raise LawError(
            f"the interval {low:g} to {high:g} runs backwards", f"write {high:g} to {low:g}"
        )
    if domain == REAL:
        return "normal", _centred(low, high), Range()
    if domain == NON_NEGATIVE:
        _refuse_edges(low, high, "a lognormal law cannot start at 0", domain)
        return "lognormal", _centred(math.log(low), math.log(high)), _POSITIVE
    if domain == UNIT_INTERVAL:
        _refuse_edges(low, high, "a logit-normal law cannot touch 0 or 1", domain)
        return "logitnormal", _centred(_logit(low), _logit(high)), _OPEN_UNIT
    raise LawError(
        f"an interval has no law of its own where {domain} is wanted",
        "write a number" if domain.whole else f"write uniform({low:g}, {high:g})",
    )


def _centred(low: float, high: float) -> tuple[float, float]:
    return (low + high) / 2, (high - low) / (2 * Z)


def _refuse_edges(low: float, high: float, edge: str, domain: Domain) -> None:
    if low not in domain or high not in domain:
        problem = f"the interval {low:g} to {high:g} leaves the domain: it must be {domain}"
    elif low == domain.lower or high == domain.upper:
        problem = edge
    else:
        return
    upper = math.inf if domain.upper is None else domain.upper
    if high <= 0 or low >= upper:
        raise LawError(problem, "write an interval inside the domain")
    inner_high = min(high, 0.99 * upper)
    inner_low = low if low > 0 else inner_high / 100
    if inner_low >= inner_high:
        raise LawError(problem, f"write uniform({low:g}, {upper:g})")
    raise LawError(
        problem,
        f"write {inner_low:g} to {inner_high:g}, or uniform({max(low, 0):g}, {min(high, upper):g})",
    )


def law_outside(
    family: str, arguments: tuple[float, ...], support: Range, domain: Domain
) -> str | None:
    """Return what to write instead of a law that leaves the domain, or None when it stays inside.

    Examples
    --------
    >>> law_outside("normal", (3.0, 1.0), Range(), NON_NEGATIVE)
    'write lognormal(3, 0.32)'
    >>> law_outside("uniform", (-1.0, 1.0), Range(-1.0, 1.0), NON_NEGATIVE)
    'write uniform(0, 1)'
    """
    if domain.whole:
        return "write a whole number"
    lower = -math.inf if domain.lower is None else domain.lower
    upper = math.inf if domain.upper is None else domain.upper
    if support.lower >= lower and support.upper <= upper:
        return None
    if family == "normal":
        mean, deviation = arguments
        if domain == NON_NEGATIVE and mean > 0:
            spread = math.sqrt(math.log1p((deviation / mean) ** 2))
            return f"write lognormal({mean:g}, {spread:.2g})"
        if domain == UNIT_INTERVAL and 0 < mean < 1:
            return f"write logitnormal({mean:g}, {deviation / (mean * (1 - mean)):.2g})"
    if family in ("uniform", "loguniform"):
        low, high = max(arguments[0], lower), min(arguments[1], upper)
        if low < high and math.isfinite(low):
            return f"write {law_text(family, (low, high))}"
    if domain == UNIT_INTERVAL:
        return "write beta(a, b) or logitnormal(median, standard deviation of the log-odds)"
    if domain == NON_NEGATIVE:
        return "write lognormal(median, standard deviation of the logarithm)"
    return "write uniform(low, high) inside the domain"
