"""The laws that a value can be drawn from: their arguments, parameters and support.

``low to high`` is an interval, a 90 % credible one: 5 % of the draws lie below ``low`` and 5 %
above ``high``. Its family follows the domain of what is drawn, as in Squiggle: normal on the real
line, lognormal from 0 upwards, logit-normal between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from conjuncture.language.ranges import Range, call
from conjuncture.language.symbols import NON_NEGATIVE, REAL, UNIT_INTERVAL, Domain
from conjuncture.number_format import write_ends, write_number, write_rounded

LEANINGS = {
    "firm": (2.0, 4.0),
    "warm": (0.0, 2.0),
    "undecided": (-1.0, 1.0),
    "cool": (-2.0, 0.0),
    "hostile": (-4.0, -2.0),
}
"""Words for leanings and their 90 % intervals; ``sworn`` (always that side) stands apart."""


class DistributionError(ValueError):
    """A law cannot be what was written: carries problem and remedy."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Distribution:
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
        Arguments as written to the parameters of :class:`~conjuncture.language.nodes.RandomDraw`.
    support : callable
        The smallest range that holds every draw, from the parameters of a draw.
    drawn : callable or None
        The range of the draws that are as rare as a number of standard deviations of a normal law
        or less, from that number and the parameters; None where that is the support.
    """

    arguments: tuple[str, ...]
    allows: Callable[..., bool]
    needs: str
    parameters: Callable[..., tuple[float, ...]]
    support: Callable[..., Range]
    draw_range: Callable[..., Range] | None = None


def _keep_arguments(*arguments: float) -> tuple[float, ...]:
    return arguments


def logit(share: float) -> float:
    """Return the log-odds of a share.

    Examples
    --------
    >>> logit(0.5)
    0.0
    """
    return math.log(share) - math.log1p(-share)


FARTHEST = 8.21
"""Standard deviations from the middle of a normal law at which the lowest uniform lies, 2^-53."""

MOST_CERTAIN = 1e12
"""The largest parameter of a beta and shape of a gamma law: beyond it they are one number."""


def _range_of_normal(farthest: float, mean: float, deviation: float) -> Range:
    return Range(mean - farthest * deviation, mean + farthest * deviation)


def _range_of_gamma(farthest: float, shape: float, scale: float) -> Range:
    # Boucheron, Lugosi and Massart (2013), Concentration Inequalities, section 2.4.
    rarest = _rarity(farthest)
    return Range(0.0, scale * (shape + math.sqrt(2.0 * shape * rarest) + rarest))


def _rarity(farthest: float) -> float:
    """Return minus the logarithm of how rare a standard normal draw farther out is."""
    return -math.log(math.erfc(farthest / math.sqrt(2.0)) / 2.0)


POSITIVE = Range.above(0.0)
OPEN_UNIT = Range(POSITIVE.lower, math.nextafter(1.0, 0.0))

DISTRIBUTIONS = {
    "normal": Distribution(
        ("mean", "standard deviation"),
        lambda _, sd: sd > 0,
        "a standard deviation above 0",
        _keep_arguments,
        lambda *_: Range(),
        _range_of_normal,
    ),
    "lognormal": Distribution(
        ("median", "standard deviation of the logarithm"),
        lambda median, sd: median > 0 and sd > 0,
        "a median and a standard deviation of the logarithm above 0",
        lambda median, sd: (math.log(median), sd),
        lambda *_: POSITIVE,
        lambda *law: call("exp", (_range_of_normal(*law),)),
    ),
    "logitnormal": Distribution(
        ("median", "standard deviation of the log-odds"),
        lambda median, sd: 0 < median < 1 and sd > 0,
        "a median between 0 and 1 and a standard deviation of the log-odds above 0",
        lambda median, sd: (logit(median), sd),
        lambda *_: OPEN_UNIT,
        lambda *law: call("logistic", (_range_of_normal(*law),)),
    ),
    "uniform": Distribution(
        ("low", "high"),
        lambda low, high: low < high,
        "its low end below its high end",
        _keep_arguments,
        Range,
    ),
    "loguniform": Distribution(
        ("low", "high"),
        lambda low, high: 0 < low < high and math.isfinite(high / low),
        "its low end above 0 and below its high end",
        _keep_arguments,
        Range,
    ),
    "triangular": Distribution(
        ("low", "mode", "high"),
        lambda low, mode, high: low <= mode <= high and low < high,
        "low, mode and high in this order",
        _keep_arguments,
        lambda low, _, high: Range(low, high),
    ),
    "beta": Distribution(
        ("a", "b"),
        lambda a, b: 0 < a <= MOST_CERTAIN and 0 < b <= MOST_CERTAIN,
        "both parameters above 0 and at most 1e12",
        _keep_arguments,
        lambda *_: Range(0.0, 1.0),
    ),
    "gamma": Distribution(
        ("shape", "scale"),
        lambda shape, scale: 0 < shape <= MOST_CERTAIN and scale > 0,
        "a shape above 0 and at most 1e12, and a scale above 0",
        _keep_arguments,
        lambda *_: Range(lower=0.0),
        _range_of_gamma,
    ),
    "exponential": Distribution(
        ("mean",),
        lambda mean: mean > 0,
        "a mean above 0",
        _keep_arguments,
        lambda *_: Range(lower=0.0),
        lambda farthest, mean: Range(0.0, mean * _rarity(farthest)),
    ),
}
"""Law, as a value calls it, to what it means."""


def distribution_parameters(
    family: str, arguments: tuple[float, ...]
) -> tuple[tuple[float, ...], Range]:
    """Return the parameters of a draw and the range that holds it.

    Raises
    ------
    DistributionError
        When an argument is out of range.

    Examples
    --------
    >>> distribution_parameters("lognormal", (1.0, 0.5))[0]
    (0.0, 0.5)
    """
    law = DISTRIBUTIONS[family]
    if not law.allows(*arguments):
        raise DistributionError(
            f"{write_distribution(family, arguments)} is not a law",
            f"'{family}({', '.join(law.arguments)})' needs {law.needs}",
        )
    parameters = law.parameters(*arguments)
    return parameters, law.support(*parameters)


def support_of(family: str, parameters: tuple[float, ...]) -> Range:
    """Return the smallest range that holds every draw of a law.

    Parameters
    ----------
    family : str
    parameters : tuple of float
        Those of :class:`~conjuncture.language.nodes.RandomDraw`.

    Examples
    --------
    >>> support_of("uniform", (0.0, 5.0)), support_of("gamma", (2.0, 1.0))
    (Range(lower=0.0, upper=5.0), Range(lower=0.0, upper=inf))
    """
    return DISTRIBUTIONS[family].support(*parameters)


def range_of_draws(family: str, parameters: tuple[float, ...], farthest: float = FARTHEST) -> Range:
    """Return the range of all draws but the rarest on either side.

    Parameters
    ----------
    family, parameters
        As in :func:`support_of`.
    farthest : float
        They are as rare as draws of a normal law that lie so many standard deviations out; if not
        given, no world can draw them.

    Examples
    --------
    >>> range_of_draws("normal", (0.0, 1.0), 5.0), range_of_draws("uniform", (0.0, 1.0), 5.0)
    (Range(lower=-5.0, upper=5.0), Range(lower=0.0, upper=1.0))
    """
    law = DISTRIBUTIONS[family]
    if law.draw_range is None:
        return law.support(*parameters)
    return law.draw_range(farthest, *parameters)


def write_distribution(family: str, arguments: tuple[float, ...]) -> str:
    """Return a law as users write it.

    Examples
    --------
    >>> write_distribution("uniform", (0.0, 5.0))
    'uniform(0, 5)'
    """
    return f"{family}({', '.join(write_number(argument) for argument in arguments)})"


def suggest_distribution(
    family: str, arguments: tuple[float, ...], support: Range, domain: Domain
) -> str | None:
    """Return what to write instead of a law that leaves the domain, or None when it stays inside.

    Examples
    --------
    >>> suggest_distribution("normal", (3.0, 1.0), Range(), NON_NEGATIVE)
    'write lognormal(3, 0.32)'
    >>> suggest_distribution("uniform", (-1.0, 1.0), Range(-1.0, 1.0), NON_NEGATIVE)
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
            return f"write lognormal({write_number(mean)}, {spread:.2g})"
        if domain == UNIT_INTERVAL and 0 < mean < 1:
            spread = deviation / (mean * (1 - mean))
            return f"write logitnormal({write_number(mean)}, {spread:.2g})"
    if family in ("uniform", "loguniform"):
        low, high = max(arguments[0], lower), min(arguments[1], upper)
        if low < high and math.isfinite(low):
            return f"write {write_distribution(family, (low, high))}"
    if domain == UNIT_INTERVAL:
        return "write beta(a, b) or logitnormal(median, standard deviation of the log-odds)"
    if domain == NON_NEGATIVE:
        return "write lognormal(median, standard deviation of the logarithm)"
    return "write uniform(low, high) inside the domain"


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
    DistributionError
        When the interval runs backwards or leaves or touches the edge of the domain.

    Examples
    --------
    >>> family, (mean, deviation), _ = distribution_of_interval(-1.0, 1.0, REAL)
    >>> family, mean, round(deviation, 4)
    ('normal', 0.0, 0.608)
    >>> [distribution_of_interval(0.1, 0.4, one)[0] for one in (NON_NEGATIVE, UNIT_INTERVAL)]
    ['lognormal', 'logitnormal']
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
