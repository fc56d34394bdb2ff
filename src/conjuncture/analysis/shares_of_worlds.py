"""The distribution of a quantity over worlds, and in what share of them a comparison holds.

Each world has a value of its own, seen through the noise of finitely many histories. The
distribution of these values is estimated by nonparametric maximum likelihood [kiefer1956]_
[koenker2014]_, and the share of worlds on the favoured side of a line with it. The interval holds
every share that some distribution gives whose likelihood is not significantly smaller. Worlds with
the same numbers are taken together: their likelihoods are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.likelihoods import (
    LEAST,
    Likelihoods,
    LineValues,
    ends_of,
    grid_of_logits,
    group_of,
    likelihoods_of_differences,
    likelihoods_of_shares,
    log_binomial,
    logits_of,
    middle_of,
    normal_likelihoods,
    relative_likelihoods,
    run_em_steps,
    shift_zero_line,
    side_of,
)
from conjuncture.ordering import find_largest

Real = NDArray[np.float64]


@dataclass(frozen=True)
class MergedWorlds:
    """Worlds that know something, those with the same numbers taken together.

    Attributes
    ----------
    kind : array, shape (all worlds,)
        Of which kind each is; −1 where it knows nothing.
    first : array, shape (kinds,)
        Where each kind stands first.
    many, weights : array, shape (kinds,)
        How many there are of each, and what they weigh together.
    effective : float
        How many equal, independent worlds all are worth.
    """

    kind: NDArray[np.intp]
    first: NDArray[np.intp]
    many: NDArray[np.intp]
    weights: Real
    effective: float

    @property
    def scaled_weights(self) -> Real:
        """Weights that add up to the effective number."""
        found: Real = self.weights * self.effective / self.weights.sum()
        return found

    def mean(self, values: Real) -> Real:
        """Return the weighted mean of values, the first axis of which is that of the kinds."""
        found: Real = np.average(values, axis=0, weights=self.weights)
        return found

    def spread_over_worlds(self, of_kinds: Real, otherwise: float) -> Real:
        """Return the numbers of the kinds for each of all worlds, or what others have."""
        found: Real = np.where(self.kind < 0, otherwise, of_kinds[self.kind])
        return found


def merge_worlds(
    known: NDArray[np.bool_], weights: Real, effective: float, *numbers: Real
) -> MergedWorlds:
    """Return the worlds that know something; those with the same numbers have one likelihood.

    Examples
    --------
    >>> k, weights = np.array([3.0, 1.0, 3.0, 1.0]), np.array([1.0, 1.0, 2.0, 0.0])
    >>> found = merge_worlds(weights > 0.0, weights, 3.0, k)
    >>> found.kind.tolist(), found.weights.tolist(), found.many.tolist()
    ([1, 0, 1, -1], [1.0, 3.0], [1, 2])
    """
    _, first, kind, many = np.unique(
        np.stack(numbers)[:, known],
        axis=1,
        return_index=True,
        return_inverse=True,
        return_counts=True,
    )
    kinds = np.full(len(known), -1)
    kinds[known] = kind
    together = np.bincount(kind, weights[known]).astype(float)
    return MergedWorlds(kinds, np.flatnonzero(known)[first], many, together, effective)


def heavier_half(worlds: MergedWorlds) -> NDArray[np.bool_]:
    """Return which kinds of worlds are the heavier half by weight; none where all weigh the same.

    Examples
    --------
    >>> weights = np.array([1.0, 1.0, 2.0, 4.0])
    >>> heavier_half(merge_worlds(weights > 0.0, weights, 4.0, np.arange(4.0))).tolist()
    [False, False, False, True]
    """
    each = worlds.weights / worlds.many
    order = np.argsort(each, kind="stable")
    reached = np.cumsum(worlds.weights[order])
    middle = each[order][np.searchsorted(reached, reached[-1] / 2.0)]
    heavy, light = each > middle * (1.0 + 1e-9), each < middle * (1.0 - 1e-9)
    # Those that weigh what the middle one does stay together, on the side that needs them.
    found: NDArray[np.bool_] = (
        heavy if worlds.weights[heavy].sum() >= worlds.weights[light].sum() else ~light
    )
    return found


ONE_SIDED = 1.6448536269514722
"""Each end of an interval of 90 % errs with probability 5 %."""

STEPS, STEPS_SHIFTED, STEPS_OF_DIFFERENCES, STEPS_TRIED = 150, 120, 100, 60
SHIFTS = (0.0, 0.5, 1.0, 1.5)
"""The link between quantity and condition is the best of these, times a regression slope."""

MOST_SHIFTED = 2.5

NORMAL_PART = 0.75
"""So much of what counts as no difference does with normal likelihoods, which have no gap there."""


@dataclass(frozen=True)
class ShareFit:
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
class ShareOfWorlds(ShareFit):
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


def wilson_bounds(share: float, count: float) -> tuple[float, float]:
    """Return Wilson's bounds of a share, each erring with probability 5 %.

    Examples
    --------
    >>> [round(bound, 3) for bound in wilson_bounds(0.5, 100)]
    [0.419, 0.581]
    """
    square = ONE_SIDED**2
    centre = (share + square / (2.0 * count)) / (1.0 + square / count)
    inner = share * (1.0 - share) / count + square / (4.0 * count**2)
    half = ONE_SIDED * sqrt(max(inner, 0.0)) / (1.0 + square / count)
    return max(0.0, centre - half), min(1.0, centre + half)


def fixed_share(
    likelihoods: Likelihoods, worlds: MergedWorlds, steps: int = STEPS, *, halves: bool = False
) -> ShareOfWorlds:
    """Return the share where the quantity is independent of how often the condition is met.

    Parameters
    ----------
    likelihoods : Likelihoods
        Of every kind of worlds.
    worlds : MergedWorlds
    steps : int
    halves : bool
        Whether it may differ between the worlds that make the condition less and more probable.

    Notes
    -----
    What is estimated for halves is the joint distribution of the quantity and the half. One
    distribution for both would be that of the heavier worlds, which have more histories to tell it.
    """
    heavy = heavier_half(worlds) if halves else np.zeros(len(worlds.weights), bool)
    parts = [~heavy, heavy] if heavy.any() else [~heavy]
    values, points = likelihoods.values, len(likelihoods.favours)
    favours = np.tile(likelihoods.favours, len(parts))
    groups = [
        group_of(values[part], worlds.scaled_weights[part], points * place)
        for place, part in enumerate(parts)
    ]
    best = run_em_steps(groups, np.full((1, len(favours)), 1.0 / len(favours)), steps)
    below, above = ends_of(groups, best, favours, steps)
    favoured = np.empty(len(values))
    for part, mass in zip(parts, best.reshape(len(parts), points), strict=True):
        favoured[part] = chance_of(values[part], mass, likelihoods.favours)
    value = float(best[0] @ favours)
    together = best.reshape(len(parts), points).sum(axis=0)
    return ShareOfWorlds(
        value,
        value - below,
        value + above,
        favoured,
        worlds.effective,
        likelihoods.distance,
        together,
    )


def chance_of(values: Real, mass: Real, favours: Real) -> Real:
    """Return how probable it is of each world that it is on the favoured side."""
    found: Real = (values * mass * favours).sum(axis=1) / np.maximum(values @ mass, LEAST)
    return found


def shifted_share(
    k: Real,
    n: Real,
    histories: Real,
    worlds: MergedWorlds,
    lines: LineValues,
    *,
    above: bool = True,
) -> ShareFit:
    """Return the share where the quantity may move with how often the condition is met.

    Parameters
    ----------
    k, n, histories : array, shape (kinds,)
        ``k`` of the ``n`` histories in the condition, of all; ``n`` positive.
    worlds : MergedWorlds
    lines : tuple of float
    above : bool

    Notes
    -----
    logit p_w = b z_w + r, with z_w the standardised logit of the rate of the condition, held within
    ±2.5, and r drawn from the distribution that is estimated.
    """
    met = standardise(np.log((n + 0.5) / (histories - n + 0.5)), worlds)
    points, ends = grid_of_logits(lines), logits_of(lines)
    slope = slope_of(k, n, worlds.many, met, middle_of(ends))
    start = np.full((1, len(points)), 1.0 / len(points))
    fits = []
    for factor in SHIFTS:
        at = points + factor * slope * met[:, None]
        log = log_binomial(k, n, at)
        values = relative_likelihoods(log)
        groups = [group_of(values, worlds.scaled_weights)]
        mass = run_em_steps(groups, start, STEPS_TRIED)
        seen = np.log(np.maximum(values @ mass[0], LEAST)) + log.max(axis=1)
        fits.append((float(seen @ worlds.scaled_weights), at, values, groups, mass))
    _, at, values, groups, mass = find_largest(fits, lambda fit: fit[0])
    mass = run_em_steps(groups, mass, STEPS_SHIFTED)
    favours = side_of(at, ends, above=above)
    of_points = worlds.mean(favours)
    low, high = ends_of(groups, mass, of_points, STEPS_SHIFTED)
    value = float(mass[0] @ of_points)
    of_worlds = favours @ mass[0]
    spread = worlds.mean((of_worlds - worlds.mean(of_worlds)) ** 2)
    extra = ONE_SIDED**2 * float(spread) / worlds.effective
    return ShareFit(
        value,
        max(0.0, value - float(np.sqrt(low**2 + extra))),
        min(1.0, value + float(np.sqrt(high**2 + extra))),
        chance_of(values, mass[0], favours),
    )


def standardise(values: Real, worlds: MergedWorlds) -> Real:
    """Return values as standard deviations from their weighted mean, held within ±2.5."""
    centred = values - worlds.mean(values)
    spread = np.sqrt(worlds.mean(centred**2)) + 1e-9
    deviations: Real = np.clip(centred / spread, -MOST_SHIFTED, MOST_SHIFTED)
    return deviations


def slope_of(k: Real, n: Real, many: NDArray[np.intp], met: Real, line: float) -> float:
    """Return the weighted regression of the log-odds of a share on how often its condition is met.

    y = logit((k + ½)/(n − k + ½)) − line, held within ±5, with weights n/(4 + 1.5 n).
    """
    y = np.clip(np.log((k + 0.5) / (n - k + 0.5)) - line, -5.0, 5.0)
    weights = many * n / (4.0 + 1.5 * n)
    x = met - weights @ met / weights.sum()
    return float(weights @ (x * y) / max(weights @ x**2, 1e-9))


def combine_fits(worlds: MergedWorlds, fixed: ShareOfWorlds, *others: ShareFit) -> ShareOfWorlds:
    """Return the mean of fits with the hull of their intervals and of Wilson's."""
    fits = (fixed, *others)
    value = float(np.mean([one.value for one in fits]))
    low, high = wilson_bounds(value, worlds.effective)
    favours = np.mean([one.favours for one in fits], axis=0)
    return replace(
        fixed,
        value=value,
        low=min(low, *(one.low for one in fits)),
        high=max(high, *(one.high for one in fits)),
        favours=worlds.spread_over_worlds(favours, value),
    )


def unknown_share(worlds: int) -> ShareOfWorlds:
    """Return what is known where no world knows anything."""
    nothing = np.zeros(0)
    return ShareOfWorlds(np.nan, 0.0, 1.0, np.full(worlds, np.nan), 0.0, nothing, nothing)


def share_of_worlds(
    k: Real,
    n: Real,
    histories: Real,
    lines: LineValues,
    weights: Real,
    *,
    above: bool = True,
    effective: float | None = None,
) -> ShareOfWorlds:
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
    worth = effective or effective_number(weights[known])
    worlds = merge_worlds(known, weights, worth, k, n, histories)
    k, n, histories = k[worlds.first], n[worlds.first], histories[worlds.first]
    fixed = fixed_share(likelihoods_of_shares(k, n, lines, above=above), worlds)
    others = []
    if (n < histories).any():
        others.append(shifted_share(k, n, histories, worlds, lines, above=above))
    return combine_fits(worlds, fixed, *others)


def share_of_differences(
    n10: Real,
    n01: Real,
    n: Real,
    lines: LineValues,
    weights: Real,
    *,
    above: bool = True,
    strict: bool = True,
    effective: float | None = None,
) -> ShareOfWorlds:
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
    worth = effective or effective_number(weights[known])
    worlds = merge_worlds(known, weights, worth, n10, n01, n)
    n10, n01, n = n10[worlds.first], n01[worlds.first], n[worlds.first]
    likelihoods = likelihoods_of_differences(n10, n01, n, lines, above=above, strict=strict)
    fixed = fixed_share(likelihoods, worlds, STEPS_OF_DIFFERENCES, halves=True)
    others = []
    if len(lines) == 1:
        difference = (n10 - n01) / n
        variance = ((n10 + n01) / n - difference**2) / n + 1.0 / (n * (n + 4.0))
        margin = difference - shift_zero_line(
            lines[0], 1.0 if above == strict else -1.0, NORMAL_PART
        )
        margin = margin if above else -margin
        likelihoods = normal_likelihoods(margin, variance, worlds.many)
        others.append(fixed_share(likelihoods, worlds, halves=True))
    return combine_fits(worlds, fixed, *others)


def share_of_margins(
    margin: Real,
    variance: Real,
    weights: Real,
    width: float | None = None,
    *,
    strict: bool = True,
    effective: float | None = None,
) -> ShareOfWorlds:
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
    worth = effective or effective_number(weights[known])
    worlds = merge_worlds(known, weights, worth, margin, variance)
    margin, variance = margin[worlds.first], variance[worlds.first]
    likelihoods = normal_likelihoods(margin, variance, worlds.many, width, strict=strict)
    return combine_fits(worlds, fixed_share(likelihoods, worlds, halves=True))
