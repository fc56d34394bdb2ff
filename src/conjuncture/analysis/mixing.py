"""The distribution of a quantity over worlds, and in what share of them a comparison holds.

Each world has a value of its own, seen through the noise of finitely many histories. The
distribution of these values is estimated by nonparametric maximum likelihood [kiefer1956]_
[koenker2014]_, and the share of worlds on the favoured side of a line with it. The interval holds
every share that some distribution gives whose likelihood is not significantly smaller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.likelihoods import (
    NO_DIFFERENCE,
    Likelihoods,
    Lines,
    grid_of_logits,
    likelihoods_of_differences,
    likelihoods_of_shares,
    log_binomial,
    logits_of,
    normal_likelihoods,
    relative,
    side_of,
)
from conjuncture.ordering import find_largest

Real = NDArray[np.float64]

ONE_SIDED = 1.6448536269514722
"""Each end of an interval of 90 % errs with probability 5 %."""

CUT = 3.8414588206941236
"""The 95 % point of chi-squared with one degree of freedom: 2 Δℓ up to this stays inside."""

TILTS: Real = np.concatenate([[0.0], np.geomspace(2.0, 6000.0, 15)])
"""How strongly distributions are drawn to one side, to find the ends of the interval."""

PENALTY = 0.5
"""The weight of the mean log of the distribution, which keeps every point possible."""

STEPS, STEPS_SHIFTED, STEPS_OF_DIFFERENCES, STEPS_TRIED = 150, 120, 100, 60
SHIFTS = (0.0, 0.5, 1.0, 1.5)
"""The link between quantity and condition is the best of these, times a regression slope."""

MOST_SHIFTED = 2.5
LEAST = 1e-300


@dataclass(frozen=True)
class Fit:
    """The share of worlds on the favoured side of a line, by one fit.

    Attributes
    ----------
    value : float
    low, high : float
        The interval of 90 %.
    favours : array, shape (worlds,)
        Probability that each world is on the favoured side.
    """

    value: float
    low: float
    high: float
    favours: Real


@dataclass(frozen=True)
class Share(Fit):
    """The share of worlds in which a comparison holds.

    Where no world knows anything of it, the value is NaN and the interval from 0 to 1. A world that
    weighs nothing, or knows nothing, has the share itself in ``favours``.

    Attributes
    ----------
    effective : float
        How many equal, independent worlds the share is of.
    distance : array, shape (points,)
        From the nearest line, in the units of the quantity.
    mass : array, shape (points,)
        The distribution over worlds, the quantity being independent of the condition.
    """

    effective: float
    distance: Real
    mass: Real

    def mass_within(self, distance: float) -> float:
        """Return the mass of the fitted distribution within a distance of the line."""
        return float(self.mass[self.distance <= distance].sum())


def effective_number(weights: Real) -> float:
    """Return how many equal worlds weighted ones are worth: (Σv)² / Σv².

    Examples
    --------
    >>> effective_number(np.array([1.0, 1.0, 0.0])), effective_number(np.array([3.0, 1.0]))
    (2.0, 1.6)
    """
    return float(weights.sum() ** 2 / np.sum(weights**2))


def wilson(share: float, count: float) -> tuple[float, float]:
    """Return Wilson's bounds of a share, each erring with probability 5 %.

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson(0.5, 100)]
    [0.419, 0.581]
    """
    square = ONE_SIDED**2
    centre = (share + square / (2.0 * count)) / (1.0 + square / count)
    inner = share * (1.0 - share) / count + square / (4.0 * count**2)
    half = ONE_SIDED * sqrt(max(inner, 0.0)) / (1.0 + square / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def improve(likelihoods: Real, mass: Real, weights: Real, pull: Real, steps: int) -> Real:
    """Return distributions after some steps of expectation and maximisation.

    Parameters
    ----------
    likelihoods : array, shape (worlds, points)
    mass : array, shape (distributions, points)
        Where they start.
    weights : array, shape (worlds,)
    pull : array, shape (distributions, points)
        What draws each of them to some points.
    steps : int

    Notes
    -----
    Each step raises Σ_w a_w ln (L g)_w + ½ mean_j ln g_j + Σ_j pull_j g_j.
    """
    least = PENALTY / mass.shape[1]
    for _ in range(steps):
        seen = np.maximum(mass @ likelihoods.T, LEAST)
        mass = mass * ((weights / seen) @ likelihoods + pull) + least
        mass = mass / mass.sum(axis=1, keepdims=True)
    return mass


def log_likelihoods(likelihoods: Real, mass: Real, weights: Real) -> Real:
    """Return the penalised log-likelihood of each distribution."""
    seen = np.log(np.maximum(mass @ likelihoods.T, LEAST)) @ weights
    penalised: Real = seen + PENALTY * np.log(np.maximum(mass, LEAST)).mean(axis=1)
    return penalised


def reach(shares: Real, drops: Real, start: float) -> float:
    """Return how far from ``start`` shares go before 2 Δℓ passes the cut, interpolated in its root.

    Examples
    --------
    >>> round(reach(np.array([0.5, 0.6, 0.7]), np.array([0.0, 0.96, 3.84145882]), 0.5), 3)
    0.2
    """
    order = np.argsort(drops, kind="stable")
    distance, drop = np.abs(shares - start)[order], drops[order]
    inside = drop <= CUT
    furthest = float(distance[inside].max(initial=0.0))
    beyond = ~inside & (distance > furthest)
    if beyond.any() and inside.any():
        nearest = np.nonzero(beyond)[0][np.argmin(distance[beyond])]
        last = np.nonzero(inside)[0][np.argmax(distance[inside])]
        roots = np.sqrt(CUT), np.sqrt(max(drop[last], 0.0)), np.sqrt(drop[nearest])
        part = (roots[0] - roots[1]) / max(roots[2] - roots[1], 1e-9)
        furthest += float(np.clip(part, 0.0, 1.0) * (distance[nearest] - furthest))
    return furthest


def fixed_share(
    likelihoods: Likelihoods, weights: Real, effective: float, steps: int = STEPS
) -> Share:
    """Return the share where the quantity is independent of how often the condition is met.

    Parameters
    ----------
    likelihoods : Likelihoods
    weights : array, shape (worlds,)
        Positive.
    effective : float
        How many equal worlds they are worth.
    steps : int
    """
    values, favours = likelihoods.values, likelihoods.favours
    scaled = weights * effective / weights.sum()
    points = values.shape[1]
    best = improve(values, np.full((1, points), 1.0 / points), scaled, np.zeros((1, points)), steps)
    ends = ends_of(values, best, scaled, favours, steps)
    inner = (values * best[0] * favours).sum(axis=1) / np.maximum(values @ best[0], LEAST)
    value = float(best[0] @ favours)
    low, high = value - ends[0], value + ends[1]
    return Share(value, low, high, inner, effective, likelihoods.distance, best[0])


def ends_of(
    values: Real, best: Real, weights: Real, favours: Real, steps: int
) -> tuple[float, float]:
    """Return how far below and above the best share the interval reaches."""
    start = float(best[0] @ favours)
    found = []
    for sign in (-1.0, 1.0):
        side = favours if sign > 0 else 1.0 - favours
        pull = TILTS[:, None] * side
        drawn = improve(values, np.repeat(best, len(TILTS), axis=0), weights, pull, steps)
        mass = np.concatenate([best, drawn])
        log = log_likelihoods(values, mass, weights)
        shares = mass @ favours
        onward = sign * (shares - start) >= -1e-12
        found.append(reach(shares[onward], 2.0 * (log.max() - log)[onward], start))
    return found[0], found[1]


def shifted_share(
    k: Real,
    n: Real,
    histories: Real,
    lines: Lines,
    weights: Real,
    effective: float,
    *,
    above: bool = True,
) -> Fit:
    """Return the share where the quantity may move with how often the condition is met.

    Parameters
    ----------
    k, n, histories : array, shape (worlds,)
        ``k`` of the ``n`` histories in the condition, of all; ``n`` positive.
    lines : tuple of float
    weights : array, shape (worlds,)
    effective : float
        How many equal worlds they are worth.
    above : bool

    Notes
    -----
    logit p_w = b z_w + r, with z_w the standardised logit of the rate of the condition, held within
    ±2.5, and r drawn from the distribution that is estimated.
    """
    met = standardise(np.log((n + 0.5) / (histories - n + 0.5)), weights)
    points, ends = grid_of_logits(lines), logits_of(lines)
    slope = slope_of(k, n, met, float(ends.mean()))
    scaled = weights * effective / weights.sum()
    start = np.full((1, len(points)), 1.0 / len(points))
    nothing = np.zeros_like(start)
    fits = []
    for factor in SHIFTS:
        shift = factor * slope * met[:, None]
        log = log_binomial(k, n, points + shift)
        mass = improve(relative(log), start, scaled, nothing, STEPS_TRIED)
        seen = np.log(np.maximum(mass[0] @ relative(log).T, LEAST)) + log.max(axis=1)
        fits.append((float(seen @ scaled), shift, mass))
    _, shift, mass = find_largest(fits, lambda fit: fit[0])
    at = points + shift
    values = relative(log_binomial(k, n, at))
    mass = improve(values, mass, scaled, nothing, STEPS_SHIFTED)
    favours = side_of(at, ends, above=above)
    of_points = weights @ favours / weights.sum()
    low, high = ends_of(values, mass, scaled, of_points, STEPS_SHIFTED)
    value = float(mass[0] @ of_points)
    of_worlds = favours @ mass[0]
    spread = weights @ (of_worlds - weights @ of_worlds / weights.sum()) ** 2 / weights.sum()
    extra = ONE_SIDED**2 * float(spread) / effective
    inner = (values * mass[0] * favours).sum(axis=1) / np.maximum(values @ mass[0], LEAST)
    return Fit(
        value,
        max(0.0, value - float(np.sqrt(low**2 + extra))),
        min(1.0, value + float(np.sqrt(high**2 + extra))),
        inner,
    )


def standardise(values: Real, weights: Real) -> Real:
    """Return values as standard deviations from their weighted mean, held within ±2.5."""
    centred = values - weights @ values / weights.sum()
    spread = np.sqrt(weights @ centred**2 / weights.sum()) + 1e-9
    deviations: Real = np.clip(centred / spread, -MOST_SHIFTED, MOST_SHIFTED)
    return deviations


def slope_of(k: Real, n: Real, met: Real, line: float) -> float:
    """Return the weighted regression of the log-odds of a share on how often its condition is met.

    y = logit((k + ½)/(n − k + ½)) − line, held within ±5, with weights n/(4 + 1.5 n).
    """
    y = np.clip(np.log((k + 0.5) / (n - k + 0.5)) - line, -5.0, 5.0)
    weights = n / (4.0 + 1.5 * n)
    x = met - weights @ met / weights.sum()
    return float(weights @ (x * y) / max(weights @ x**2, 1e-9))


def combine(fixed: Share, *others: Fit) -> Share:
    """Return the mean of fits with the hull of their intervals and of Wilson's."""
    fits = (fixed, *others)
    value = float(np.mean([one.value for one in fits]))
    low, high = wilson(value, fixed.effective)
    return replace(
        fixed,
        value=value,
        low=min(low, *(one.low for one in fits)),
        high=max(high, *(one.high for one in fits)),
        favours=np.mean([one.favours for one in fits], axis=0),
    )


def spread_over(share: Share, known: NDArray[np.bool_]) -> Share:
    """Return the share of the worlds that know something as that of all of them."""
    favours = np.full(len(known), share.value)
    favours[known] = share.favours
    return replace(share, favours=favours)


def unknown_share(worlds: int) -> Share:
    """Return what is known where no world knows anything."""
    nothing = np.zeros(0)
    return Share(np.nan, 0.0, 1.0, np.full(worlds, np.nan), 0.0, nothing, nothing)


def share_of_worlds(
    k: Real,
    n: Real,
    histories: Real,
    lines: Lines,
    weights: Real,
    *,
    above: bool = True,
    effective: float | None = None,
) -> Share:
    """Return in what share of worlds a share of histories lies on the favoured side of a line.

    Parameters
    ----------
    k, n, histories : array, shape (worlds,)
        ``k`` of the ``n`` histories in the condition, of all that were run.
    lines : tuple of float
        One, or the two ends of an interval.
    weights : array, shape (worlds,)
        How probable each world makes the condition; worlds that weigh nothing are left out.
    above : bool
    effective : float, optional
        How many equal, independent worlds they are worth, where the weights do not say so.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> n = np.full(300, 200.0)
    >>> k = rng.binomial(200, np.where(np.arange(300) < 90, 0.8, 0.3)).astype(float)
    >>> found = share_of_worlds(k, n, n, (0.5,), n)
    >>> round(found.value, 1), found.low < 0.3 < found.high
    (0.3, True)
    """
    known = (weights > 0.0) & (n > 0.0)
    if not known.any():
        return unknown_share(len(k))
    k, n, histories, weights = k[known], n[known], histories[known], weights[known]
    worth = effective or effective_number(weights)
    fixed = fixed_share(likelihoods_of_shares(k, n, lines, above=above), weights, worth)
    others = []
    if (n < histories).any():
        others.append(shifted_share(k, n, histories, lines, weights, worth, above=above))
    return spread_over(combine(fixed, *others), known)


def share_of_differences(
    n10: Real,
    n01: Real,
    n: Real,
    lines: Lines,
    weights: Real,
    *,
    above: bool = True,
    strict: bool = True,
    effective: float | None = None,
) -> Share:
    """Return in what share of worlds a difference between two runs is on the favoured side.

    Parameters
    ----------
    n10, n01, n : array, shape (worlds,)
        Histories that went only the one way and only the other, of those in the condition.
    lines : tuple of float
        One, or the two ends of an interval.
    weights : array, shape (worlds,)
        Worlds that weigh nothing are left out.
    above, strict : bool
        Whether the claim is that it lies above the line, and not upon it.
    effective : float, optional
        How many equal, independent worlds they are worth, where the weights do not say so.

    Notes
    -----
    The mean of two fits, with trinomial and with normal likelihoods: the normal alone misleads
    where many worlds have exactly no effect, the trinomial's grid where there are many small ones.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> n = np.full(200, 512.0)
    >>> n10 = rng.binomial(512, np.where(np.arange(200) < 60, 0.08, 0.0)).astype(float)
    >>> found = share_of_differences(n10, np.zeros(200), n, (0.0,), n)
    >>> found.low < 0.3 < found.high
    True
    """
    known = (weights > 0.0) & (n > 0.0)
    if not known.any():
        return unknown_share(len(n))
    n10, n01, n, weights = n10[known], n01[known], n[known], weights[known]
    worth = effective or effective_number(weights)
    likelihoods = likelihoods_of_differences(n10, n01, n, lines, above=above, strict=strict)
    fixed = fixed_share(likelihoods, weights, worth, STEPS_OF_DIFFERENCES)
    others = []
    if len(lines) == 1:
        difference = (n10 - n01) / n
        margin = difference - lines[0] - 0.75 * NO_DIFFERENCE * (lines[0] == 0.0 and strict)
        variance = ((n10 + n01) / n - difference**2) / n + 1.0 / (n * (n + 4.0))
        sign = 1.0 if above else -1.0
        others.append(fixed_share(normal_likelihoods(sign * margin, variance), weights, worth))
    return spread_over(combine(fixed, *others), known)


def share_of_margins(
    margin: Real,
    variance: Real,
    weights: Real,
    width: float | None = None,
    *,
    strict: bool = True,
    effective: float | None = None,
) -> Share:
    """Return in what share of worlds a margin that is normal about its value is above nothing.

    Parameters
    ----------
    margin, variance : array, shape (worlds,)
        A world where either is not finite knows nothing of the quantity and is left out; one where
        both are nothing lies exactly on the line.
    weights : array, shape (worlds,)
        Worlds that weigh nothing are left out.
    width : float, optional
        The claim is that it lies between 0 and this, or upon them.
    strict : bool
        Whether a claim of one line fails where the margin is exactly nothing.
    effective : float, optional
        How many equal, independent worlds they are worth, where the weights do not say so.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> true = np.where(np.arange(200) < 60, 1.0, -1.0)
    >>> seen = true + 0.1 * rng.normal(size=200)
    >>> found = share_of_margins(seen, np.full(200, 0.01), np.ones(200))
    >>> round(found.value, 2)
    0.3
    """
    known = (weights > 0.0) & np.isfinite(margin) & np.isfinite(variance)
    if not known.any():
        return unknown_share(len(margin))
    margin, variance, weights = margin[known], variance[known], weights[known]
    likelihoods = normal_likelihoods(margin, variance, width, strict=strict)
    worth = effective or effective_number(weights)
    return spread_over(combine(fixed_share(likelihoods, weights, worth)), known)
