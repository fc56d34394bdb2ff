r"""How much evidence speaks for one account against another, with its error.

Of each account there is the probability :math:`w_i` that it gives to the evidence in world i, and
its likelihood is the mean over worlds. World i has the same address under both accounts, and what
they share moves together: errors are those of pairs of worlds.
"""

from __future__ import annotations

from math import log, log10, sqrt

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

RESAMPLES = 2000
TAIL = 0.05
"""Each end of the interval errs with probability 5 %."""

AT_ONCE = 4_000_000
"""Numbers in memory at once when worlds are drawn again."""

SCALE = (
    (2.0, "not worth more than a bare mention"),
    (6.0, "positive"),
    (10.0, "strong"),
    (float("inf"), "very strong"),
)
"""Upper ends of twice the natural logarithm of the Bayes factor, and what each is called."""


def log_ratio(first: Real, second: Real) -> float:
    """Return the logarithm to base 10 of the ratio of two mean weights.

    Examples
    --------
    >>> log_ratio(np.array([0.2, 0.4]), np.array([0.03, 0.03]))
    1.0
    """
    return round(log10(float(first.mean()) / float(second.mean())), 15)


def influence_of(weights: Real) -> Real:
    """Return by how much each world moves the logarithm of the mean weight, times their number."""
    moved: Real = weights / weights.mean() - 1.0
    return moved


def spread_of_mean(influence: Real) -> float:
    r"""Return the standard error of a logarithm to base 10 from what each world moves it by.

    .. math:: \frac{1}{\ln 10} \sqrt{\frac{\sum_i (u_i - \bar u)^2}{n (n - 1)}}

    Not a number for a single world.

    Examples
    --------
    >>> spread_of_mean(np.zeros(3))
    0.0
    """
    if len(influence) < 2:
        return float("nan")
    return float(np.std(influence, ddof=1)) / sqrt(len(influence)) / log(10.0)


def error_of_ratio(first: Real, second: Real) -> float:
    """Return the standard error of :func:`log_ratio` over worlds, by the delta method."""
    return spread_of_mean(influence_of(first) - influence_of(second))


def bootstrap_interval(
    first: Real, second: Real, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Return the interval of :func:`log_ratio` from worlds drawn again, in pairs (bootstrap).

    Parameters
    ----------
    first, second : array, shape (worlds,)
    seed : int
    resamples : int

    Returns
    -------
    low, high : float
        Between them lie nine tenths of what other worlds might have given; not finite where too
        few worlds bear the weight to say.
    """
    count = len(first)
    if count < 2:
        return float("nan"), float("nan")
    generator = np.random.default_rng(seed)
    both = np.stack([first, second], axis=1)
    found: list[Real] = []
    most = max(1, AT_ONCE // count)
    for start in range(0, resamples, most):
        number = min(most, resamples - start)
        drawn = generator.multinomial(count, np.full(count, 1.0 / count), size=number)
        found.append(drawn @ both / count)
    means = np.concatenate(found)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log10(means[:, 0]) - np.log10(means[:, 1])
    # Weights that are nothing in both are as much for the one as for the other.
    ratios = np.sort(np.where(np.isnan(ratios), 0.0, ratios))
    return float(ratios[int(TAIL * resamples)]), float(ratios[int((1.0 - TAIL) * resamples) - 1])


def weight_in_words(weight: float) -> str:
    """Return what a weight of evidence, whichever account it favours, is called [kassraftery1995]_.

    Parameters
    ----------
    weight : float
        Logarithm of the Bayes factor to base 10.

    Examples
    --------
    >>> weight_in_words(0.3), weight_in_words(-1.0), weight_in_words(3.0)
    ('not worth more than a bare mention', 'positive', 'very strong')
    """
    twice = 2.0 * log(10.0) * abs(weight)
    return next((words for end, words in SCALE if twice < end), SCALE[-1][1])


def decibels_of(weight: float) -> float:
    """Return a weight of evidence in decibels, ten times its logarithm [fairfieldcharman2017]_."""
    return 10.0 * weight


def rule_of_three(worlds: int) -> float:
    """Return what a probability is at most that was nothing in every world (rule of three).

    Had one world in 3 / n given it any chance, n worlds would have missed all of them with a
    probability of 5 % [hanleylippmanhand1983]_; histories do not count, since a world that allows
    what the others rule out is missed however many they have.

    Examples
    --------
    >>> rule_of_three(400)
    0.0075
    """
    return min(1.0, 3.0 / worlds)
