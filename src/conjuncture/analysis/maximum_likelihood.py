"""The distribution over worlds that makes what was counted most probable, and how far others go.

The nonparametric maximum-likelihood estimate [kiefer1956]_ [koenker2014]_ of a distribution on a
grid, by expectation and maximisation; and the shares of the grid that other distributions give
whose likelihood is not significantly smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    groups : sequence of Group
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
    groups : sequence of Group
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
