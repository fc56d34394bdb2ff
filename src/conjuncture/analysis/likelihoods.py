"""How probable what was counted in a world is, for each value that the quantity may have there.

A claim compares a quantity with a line. Each world has its own value of the quantity, known from a
finite number of histories. Here stand the likelihoods from which the distribution over worlds is
estimated (:mod:`conjuncture.analysis.shares_of_worlds`), exact where the counts have an exact law.

The distribution over worlds that makes what was counted most probable is the nonparametric
maximum-likelihood estimate [kiefer1956]_ [koenker2014]_ on a grid, by expectation and maximisation;
the shares of the grid that other distributions give are kept whose likelihood is not significantly
smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logit

Real = NDArray[np.float64]

CUT = 3.8414588206941236
"""The 95 % point of chi-squared with one degree of freedom: 2 Δℓ up to this stays inside."""

TILTS: Real = np.geomspace(2.0, 6000.0, 15)
"""How strongly distributions are drawn to one side, to find the ends of the interval."""

FIRST = 10
"""After so many steps of all tilts, those that end nearest to the cut are all but known."""

AT_ONCE = 3
"""Tilts that are worked out together."""

PENALTY = 0.5
"""The weight of the mean log of the distribution, which keeps every point possible."""

LEAST = 1e-300
NEGLIGIBLE = 1e-15
"""A point is possible where some world finds it more likely than this, relative to its best."""


@dataclass(frozen=True)
class WorldGroup:
    """Worlds, and the points of the distribution that are theirs.

    Attributes
    ----------
    points : array, shape (points,)
        Places of those that some of the worlds find possible.
    of_worlds : array, shape (worlds, points)
        Their likelihoods.
    of_points : array, shape (points, worlds)
        The same, a row for each point: products are faster so.
    weights : array, shape (worlds,)
    """

    points: NDArray[np.intp]
    of_worlds: Real
    of_points: Real
    weights: Real


def group_of(likelihoods: Real, weights: Real, first: int = 0) -> WorldGroup:
    """Return worlds with the points from the ``first`` on.

    Parameters
    ----------
    likelihoods : array, shape (worlds, points)
    weights : array, shape (worlds,)
    first : int
    """
    possible = np.flatnonzero(likelihoods.max(axis=0) > NEGLIGIBLE)
    of_worlds = likelihoods[:, possible]
    return WorldGroup(first + possible, of_worlds, np.ascontiguousarray(of_worlds.T), weights)


def run_em_steps(
    groups: Sequence[WorldGroup], mass: Real, steps: int, pull: Real | None = None
) -> Real:
    """Return distributions after some steps of expectation and maximisation.

    Parameters
    ----------
    groups : sequence of WorldGroup
    mass : array, shape (distributions, points)
        Where they start.
    steps : int
    pull : array, shape (distributions, points), optional
        What draws each of them to some points.

    Notes
    -----
    Each step raises Σ_w a_w ln (L g)_w + ½ mean_j ln g_j + Σ_j pull_j g_j.
    """
    least = PENALTY / mass.shape[1]
    # The points of each group stand together, then those that no world finds possible.
    theirs = np.concatenate([group.points for group in groups])
    order = np.concatenate([theirs, np.setdiff1d(np.arange(mass.shape[1]), theirs)])
    ends = np.cumsum([len(group.points) for group in groups])
    places = [slice(end - len(one.points), end) for one, end in zip(groups, ends, strict=True)]
    mass = mass[:, order]
    pulled = np.zeros_like(mass) if pull is None else pull[:, order]
    for _ in range(steps):
        raised = pulled.copy()
        for group, place in zip(groups, places, strict=True):
            seen = mass[:, place] @ group.of_points
            np.maximum(seen, LEAST, out=seen)
            np.divide(group.weights, seen, out=seen)
            raised[:, place] += seen @ group.of_worlds
        raised *= mass
        raised += least
        raised /= raised.sum(axis=1, keepdims=True)
        mass = raised
    found = np.empty_like(mass)
    found[:, order] = mass
    return found


def log_likelihoods(groups: Sequence[WorldGroup], mass: Real) -> Real:
    """Return the penalised log-likelihood of each distribution."""
    penalised: Real = PENALTY * np.log(np.maximum(mass, LEAST)).mean(axis=1)
    for group in groups:
        seen = mass[:, group.points] @ group.of_points
        penalised += np.log(np.maximum(seen, LEAST)) @ group.weights
    return penalised


def ends_of(
    groups: Sequence[WorldGroup], best: Real, favours: Real, steps: int
) -> tuple[float, float]:
    """Return how far below and above the best share the interval reaches.

    Parameters
    ----------
    groups : sequence of WorldGroup
    best : array, shape (1, points)
        The most likely distribution.
    favours : array, shape (points,)
        How much of each point counts for the share.
    steps : int
    """
    untilted = np.concatenate([best, run_em_steps(groups, best, steps)])
    below, above = (end_of(groups, untilted, side, steps) for side in (1.0 - favours, favours))
    return below, above


def end_of(groups: Sequence[WorldGroup], untilted: Real, side: Real, steps: int) -> float:
    """Return how far above its best value the share on one side reaches.

    Only the tilts that end next to the cut tell, and they are all but known after :data:`FIRST`
    steps; as is the one that may have become likelier than what seemed best.
    """
    pull = TILTS[:, None] * side
    early = run_em_steps(groups, np.repeat(untilted[:1], len(TILTS), axis=0), FIRST, pull)
    logs = log_likelihoods(groups, untilted)
    first = log_likelihoods(groups, early)
    beyond = 2.0 * (logs.max() - first) > CUT
    highest = int(np.argmax(beyond)) + 1 if beyond.any() else len(TILTS)
    lowest = max(highest - AT_ONCE, 0)
    shares, start = untilted @ side, float(untilted[0] @ side)
    tilts = np.union1d(np.argmax(first), np.arange(lowest, highest))
    while len(tilts):
        mass = run_em_steps(groups, early[tilts], steps - FIRST, pull[tilts])
        logs = np.append(logs, log_likelihoods(groups, mass))
        shares = np.append(shares, mass @ side)
        inside = 2.0 * (logs.max() - logs[-len(tilts) :]) <= CUT
        if tilts[-1] == highest - 1 and inside[-1]:
            tilts = np.arange(highest, min(highest + AT_ONCE, len(TILTS)))
            highest += len(tilts)
        elif tilts[0] <= lowest and not inside[tilts >= lowest][0]:
            tilts = np.arange(max(lowest - AT_ONCE, 0), lowest)
            lowest -= len(tilts)
        else:
            break
    onward = shares >= start - 1e-12
    return interpolate_cut(shares[onward], 2.0 * (logs.max() - logs[onward]), start)


def interpolate_cut(shares: Real, drops: Real, start: float) -> float:
    """Return how far from ``start`` shares go before 2 Δℓ passes the cut, interpolated in its root.

    Examples
    --------
    >>> round(interpolate_cut(np.array([0.5, 0.6, 0.7]), np.array([0.0, 0.96, 3.84145882]), 0.5), 3)
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


LineValues = tuple[float, ...]
"""The one line that a quantity is compared with, or the two that it must lie between."""

LOGITS: Real = np.concatenate(
    [np.linspace(-9.0, -4.5, 10), np.linspace(-4.3, 4.3, 87), np.linspace(4.5, 9.0, 10)]
)
"""Log-odds of a share about its line: 107 of them, dense where most worlds lie."""

NEAREST_LINE = 1e-4
"""Shares are compared with lines no nearer to 0 and 1 than this."""

SHARES_THAT_DIFFER: Real = np.concatenate(
    [[0.0, 3e-4, 0.001, 0.002, 0.004, 0.007], np.geomspace(0.011, 0.97, 16)]
)
STEPS: Real = np.geomspace(0.02, 1.0, 9)
"""Differences about a line, in units of the square root of the share that differs."""

NO_DIFFERENCE = 0.002
"""Compared with 0, a difference of up to this counts as none."""

REALS = 121
LEAST_DEVIATION = 0.002
"""The least standard deviation of a margin, in units of how far the grid reaches."""

EXACTLY = 1e-7
"""A margin or a standard deviation that is smaller is rounding."""


@dataclass(frozen=True)
class Likelihoods:
    """The likelihood of every world on a grid of values.

    Attributes
    ----------
    values : array, shape (worlds, points)
        Relative to the largest of each world.
    favours : array, shape (points,)
        1 where the comparison holds, 0 where it does not, a half on the line.
    distance : array, shape (points,)
        From the nearest line, in the units of the quantity.
    """

    values: Real
    favours: Real
    distance: Real


def likelihoods_of_shares(
    k: Real, n: Real, lines: LineValues, *, above: bool = True
) -> Likelihoods:
    """Return the binomial likelihoods of shares, ``k`` of ``n`` histories in each world.

    Parameters
    ----------
    k, n : array, shape (worlds,)
        Histories in which the event is true, of those in which the condition is.
    lines : tuple of float
        One line, or the two ends of an interval.
    above : bool
        Whether the claim is that the share lies above the line; of no account for two.

    Examples
    --------
    >>> found = likelihoods_of_shares(np.array([3.0, 90.0]), np.array([100.0, 100.0]), (0.5,))
    >>> found.values.shape, float(found.favours[found.values[1].argmax()])
    ((2, 107), 1.0)
    """
    points = grid_of_logits(lines)
    log = log_binomial(k, n, points)
    ends = logits_of(lines)
    favours = side_of(points, ends, above=above)
    reached = tuple(expit(ends[np.isfinite(ends)]))
    distance = distance_from(expit(points), reached)
    return Likelihoods(relative_likelihoods(log), favours, distance)


def log_binomial(k: Real, n: Real, logits: Real) -> Real:
    """Return the log of the likelihood of ``k`` of ``n``, without what does not hang on the share.

    Parameters
    ----------
    k, n : array, shape (worlds,)
    logits : array, shape (points,) or (worlds, points)
        Log-odds of the share.

    Returns
    -------
    array, shape (worlds, points)
    """
    # The log of the contrary share is log_expit(logits) - logits.
    found: Real = n[:, None] * log_expit(logits) - (n - k)[:, None] * logits
    return found


def logits_of(lines: LineValues) -> Real:
    """Return the log-odds of the lines that a share is compared with.

    Of two lines, one at 0 or 1 is infinitely far: a share is within it whatever it is.

    Examples
    --------
    >>> logits_of((0.0, 0.5)).tolist()
    [-inf, 0.0]
    """
    ends = np.asarray(lines)
    found: Real = logit(np.clip(ends, NEAREST_LINE, 1.0 - NEAREST_LINE))
    if len(lines) == 2:
        found = np.where(ends <= 0.0, -np.inf, np.where(ends >= 1.0, np.inf, found))
    return found


def middle_of(logits: Real) -> float:
    """Return the middle of the lines that can be reached.

    Examples
    --------
    >>> middle_of(np.array([-np.inf, 2.0])), middle_of(np.array([-np.inf, np.inf]))
    (2.0, 0.0)
    """
    reached = logits[np.isfinite(logits)]
    return float(reached.mean()) if len(reached) else 0.0


def grid_of_logits(lines: LineValues) -> Real:
    """Return log-odds about a line, or about the middle of two, the lines themselves among them.

    Examples
    --------
    >>> [len(grid_of_logits(lines)) for lines in ((0.5,), (0.2, 0.6))]
    [107, 109]
    """
    ends = logits_of(lines)
    points: Real = LOGITS + middle_of(ends)
    if len(ends) == 1:
        return points
    return np.unique(np.concatenate([points, ends[np.isfinite(ends)]]))


def side_of(points: Real, lines: Real, *, above: bool) -> Real:
    """Return 1 where the claim holds: beyond its line, or between its two; a half upon one.

    Parameters
    ----------
    points : array
        Of any shape.
    lines : array, shape (1,) or (2,)
    above : bool
        Whether beyond a line is above it; of no account for two.

    Examples
    --------
    >>> points = np.array([-1.0, 0.0, 1.0, 2.0])
    >>> side_of(points, np.array([0.0]), above=True).tolist()
    [0.0, 0.5, 1.0, 1.0]
    >>> side_of(points, np.array([0.0, 2.0]), above=True).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    upon = np.isclose(points[..., None], lines, rtol=0.0, atol=1e-9).any(axis=-1)
    if len(lines) == 1:
        within = points > lines[0] if above else points < lines[0]
    else:
        within = (points > lines[0]) & (points < lines[1])
    return np.where(upon, 0.5, within.astype(float))


def likelihoods_of_differences(
    n10: Real, n01: Real, n: Real, lines: LineValues, *, above: bool = True, strict: bool = True
) -> Likelihoods:
    """Return the trinomial likelihoods of differences between two runs of the same histories.

    Parameters
    ----------
    n10, n01, n : array, shape (worlds,)
        Histories that went only the one way and only the other, of those in the condition.
    lines : tuple of float
        One line, or the two ends of an interval.
    above, strict : bool
        Whether the claim is that the difference lies above the line, and not upon it.

    Notes
    -----
    On a grid of D, the share of histories that differ, by differences of at most D.

    Examples
    --------
    >>> one, other = np.array([40.0]), np.array([2.0])
    >>> found = likelihoods_of_differences(one, other, np.array([512.0]), (0.05,))
    >>> float(found.favours[found.values[0].argmax()])
    1.0
    """
    differing, differences = grid_of_differences(lines)
    chances = (differing + differences) / 2.0, (differing - differences) / 2.0, 1.0 - differing
    counted = n10, n01, n - n10 - n01
    log = np.zeros((len(n), len(differences)))
    for many, chance in zip(counted, chances, strict=True):
        log += many[:, None] * np.log(np.clip(chance, 1e-9, 1.0))
    distance = distance_from(differences, lines)
    if len(lines) == 2:
        low, high = shift_zero_line(lines[0], -1.0), shift_zero_line(lines[1], 1.0)
        met = (differences >= low) & (differences <= high)
    elif above:
        line = shift_zero_line(lines[0], 1.0 if strict else -1.0)
        met = differences > line if strict else differences >= line
    else:
        line = shift_zero_line(lines[0], -1.0 if strict else 1.0)
        met = differences < line if strict else differences <= line
    return Likelihoods(relative_likelihoods(log), met.astype(float), distance)


def shift_zero_line(line: float, sign: float, part: float = 1.0) -> float:
    """Return a line at 0 moved up or down by what counts as no difference; others as they are.

    Examples
    --------
    >>> shift_zero_line(0.0, -1.0), shift_zero_line(0.05, -1.0)
    (-0.002, 0.05)
    """
    return sign * part * NO_DIFFERENCE if line == 0.0 else line


def grid_of_differences(lines: LineValues) -> tuple[Real, Real]:
    """Return pairs of a share that differs and a difference, dense about each line.

    Examples
    --------
    >>> differing, differences = grid_of_differences((0.0,))
    >>> bool(np.all(np.abs(differences) <= differing + 1e-9))
    True
    """
    firsts, seconds = [], []
    for share in SHARES_THAT_DIFFER:
        about = [
            line + sign * step * np.sqrt(share)
            for line in lines
            for step in STEPS
            for sign in (-1, 1)
        ]
        found = np.array([0.0, -share, share, *about])
        found = np.unique(found[np.abs(found) <= share + 1e-12].round(9))
        firsts.append(np.full(len(found), share))
        seconds.append(found)
    return np.concatenate(firsts), np.concatenate(seconds)


def normal_likelihoods(
    margin: Real,
    variance: Real,
    many: NDArray[np.intp],
    width: float | None = None,
    *,
    strict: bool = True,
) -> Likelihoods:
    """Return normal likelihoods of margins: by how much each world is on the favoured side.

    Parameters
    ----------
    margin, variance : array, shape (worlds,)
        Finite.
    many : array, shape (worlds,)
        How many worlds have these numbers.
    width : float, optional
        The claim is that the margin lies between 0 and this; without it, that it is above 0.
    strict : bool
        Whether a claim of one line fails where the margin is exactly 0.

    Notes
    -----
    A world of no variance on a line is there exactly, and only such worlds are: they have the last
    point for themselves.

    Examples
    --------
    >>> found = normal_likelihoods(np.array([-1, 2, 0.0]), np.array([0.1, 0.1, 0]), np.ones(3, int))
    >>> [float(found.favours[row.argmax()]) for row in found.values]
    [0.0, 1.0, 0.0]
    """
    lines = (0.0,) if width is None else (0.0, width)
    upon = (distance_from(margin, lines) < EXACTLY) & (np.sqrt(np.abs(variance)) < EXACTLY)
    centre = 0.0 if width is None else width / 2.0
    reach = 1.2 * centre
    if not upon.all():
        times = many[~upon]
        usual = np.sqrt(np.median(np.repeat(np.maximum(variance[~upon], 0.0), times)))
        furthest = np.quantile(np.repeat(np.abs(margin[~upon] - centre), times), 0.98)
        reach = max(reach, float(furthest + 3.0 * usual))
    reach = reach or 1.0
    spread = np.linspace(-1.0, 1.0, REALS)
    points = centre + reach * (0.25 * spread + 0.75 * spread**3)
    points = np.unique(np.concatenate([points, lines]))
    favours = side_of(points, np.array(lines), above=True)
    least = (LEAST_DEVIATION * reach) ** 2
    log = -0.5 * (margin[:, None] - points) ** 2 / np.maximum(variance, least)[:, None]
    found = Likelihoods(relative_likelihoods(log), favours, distance_from(points, lines))
    if not upon.any():
        return found
    values = np.column_stack([np.where(upon[:, None], 0.0, found.values), upon])
    met = float(width is not None or not strict)
    return Likelihoods(values, np.append(favours, met), np.append(found.distance, 0.0))


def distance_from(points: Real, lines: LineValues) -> Real:
    """Return how far points are from the nearest line; infinitely far where there is none."""
    nearest: Real = np.abs(points[:, None] - np.asarray(lines)).min(axis=1, initial=np.inf)
    return nearest


def relative_likelihoods(log: Real) -> Real:
    """Return likelihoods relative to the largest of each world."""
    likelihoods: Real = np.exp(log - log.max(axis=1, keepdims=True))
    return likelihoods
