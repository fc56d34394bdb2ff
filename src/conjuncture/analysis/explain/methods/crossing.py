"""Where curves cross a level, found by bisection on common random numbers, on plain functions.

A curve is known world by world at some points: the same worlds and histories at each of them, so
that what differs between two points is due to the point alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import CREDIBLE

Real = NDArray[np.float64]
Evaluate = Callable[[Sequence[tuple[int, float]]], tuple[Real, Real]]
"""From pairs of a curve and a point to the value in every world, shape (pairs, worlds), and the
mean over worlds of the variance of its noise, shape (pairs,)."""

NINETY = 1.6448536269514722
"""Standard errors to either side within which a normal number lies with probability 90 %."""

FINE = 1.0 / 256
"""Bisection ends when a bracket is this share of the range."""


@dataclass
class Track:
    """What is known of one curve so far.

    Attributes
    ----------
    points : array, shape (points,)
        In ascending order.
    values : array, shape (points, worlds)
    noise : array, shape (points,)
        Mean over worlds of the variance of the noise of finite histories.
    steps : bool
        Whether the number can have no value between two points.
    """

    points: Real = field(default_factory=lambda: np.zeros(0))
    values: Real = field(default_factory=lambda: np.zeros((0, 0)))
    noise: Real = field(default_factory=lambda: np.zeros(0))
    steps: bool = False

    def add(self, points: Sequence[float], values: Real, noise: Real) -> None:
        """Add some points, in any order."""
        every = np.concatenate([self.points, points])
        order = np.argsort(every, kind="stable")
        self.points = every[order]
        known = self.values if len(self.values) else np.zeros((0, values.shape[1]))
        self.values = np.concatenate([known, values])[order]
        self.noise = np.concatenate([self.noise, noise])[order]

    @property
    def mean_values(self) -> Real:
        """The mean over worlds at each point, shape (points,)."""
        return np.asarray(self.values.mean(axis=1))

    @property
    def error(self) -> Real:
        """The standard error of the mean over worlds, shape (points,)."""
        worlds = self.values.shape[1]
        if worlds < 2:
            return np.full(len(self.points), np.inf)
        return np.asarray(self.values.std(axis=1, ddof=1) / np.sqrt(worlds))

    @property
    def is_flat(self) -> bool:
        """Whether nothing changed in any world."""
        return bool((self.values == self.values[:1]).all())

    @property
    def denoised_values(self) -> Real:
        """The values with the noise of finite histories taken out, shape (points, worlds).

        At each point they are drawn towards their mean until their variance is what remains when
        that of the noise is subtracted.
        """
        pooled = self.mean_values[:, None]
        total = self.values.var(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.sqrt(np.maximum(0.0, 1.0 - self.noise / total))
        kept = np.where(total > 0.0, kept, 0.0)
        return np.asarray(pooled + kept[:, None] * (self.values - pooled))

    @property
    def spread(self) -> tuple[Real, Real]:
        """The 5th and 95th percentile over worlds at each point, without the noise."""
        low, high = np.quantile(self.denoised_values, CREDIBLE, axis=1)
        return low, high

    def brackets(self, level: float) -> list[int]:
        """Return the places of points after which the mean changes to the other side of a level.

        Examples
        --------
        >>> track = Track()
        >>> track.add([0.0, 1.0, 2.0], np.array([[0.2], [0.8], [0.1]]), np.zeros(3))
        >>> track.brackets(0.5), track.brackets(0.9)
        ([0, 1], [])
        """
        above = self.mean_values >= level
        return [int(place) for place in np.flatnonzero(above[1:] != above[:-1])]


@dataclass(frozen=True)
class Crossing:
    """Where the mean over worlds crosses a level.

    Attributes
    ----------
    value : float
        Of a number that takes a few values only the one that lies beyond, seen from ``now``.
    interval : pair of float
        The points at which the mean is not told apart from the level, by its standard error over
        worlds, at 90 %: it contains the true crossing with that probability. Where it reaches the
        end of the range it is open: that end is infinite. Of a number that takes a few values
        only, the two between which it is.
    rising : bool
        Whether the mean goes from below the level to above.
    share : float
        Share of worlds in which the level is crossed in that direction, the noise taken out.
    steps : bool
        Whether the number can have no value between the two ends of the interval.
    """

    value: float
    interval: tuple[float, float]
    rising: bool
    share: float
    steps: bool = False


def refine(evaluate: Evaluate, tracks: Sequence[Track], level: float) -> None:
    """Add points to curves around their crossings: halve every bracket, then try the ends.

    All curves take a step together, so that every step is one call.

    Parameters
    ----------
    evaluate : callable
    tracks : sequence of Track
        With points on a coarse grid; a crossing between two of them that is undone before the
        next is not seen.
    level : float
    """
    while wanted := [
        (which, float(track.points[[place, place + 1]].mean()))
        for which, track in enumerate(tracks)
        for place in track.brackets(level)
        if not track.steps
        and np.diff(track.points[[place, place + 1]])[0] > FINE * np.ptp(track.points)
    ]:
        extend(evaluate, tracks, wanted)
    ends = [
        (which, end)
        for which, track in enumerate(tracks)
        if not track.steps
        for place in track.brackets(level)
        for end in undecided_interval(track, place, level)
        if end not in track.points
    ]
    extend(evaluate, tracks, list(dict.fromkeys(ends)))


def extend(
    evaluate: Evaluate, tracks: Sequence[Track], wanted: Sequence[tuple[int, float]]
) -> None:
    """Evaluate curves at some points and add these."""
    if not wanted:
        return
    values, noise = evaluate(wanted)
    for which, track in enumerate(tracks):
        mine = [place for place, (curve, _) in enumerate(wanted) if curve == which]
        if mine:
            track.add([wanted[place][1] for place in mine], values[mine], noise[mine])


def crossings(track: Track, level: float, now: float = -np.inf) -> tuple[Crossing, ...]:
    """Return where a curve crosses a level, as far as its points tell.

    Parameters
    ----------
    track : Track
    level : float
    now : float
        Where the number is.

    Examples
    --------
    >>> track = Track()
    >>> track.add([0.0, 1.0], np.array([[0.1, 0.1, 0.1], [0.9, 0.9, 0.3]]), np.zeros(2))
    >>> [(round(one.value, 3), one.rising, round(one.share, 3)) for one in crossings(track, 0.5)]
    [(0.667, True, 0.667)]
    """
    above = track.denoised_values >= level
    found = []
    for place in track.brackets(level):
        rising = bool(track.mean_values[place] < level)
        after = above if rising else ~above
        crossed = (np.logical_or.accumulate(~after, axis=0) & after).any(axis=0)
        ends = float(track.points[place]), float(track.points[place + 1])
        unclear = (
            ends
            if track.steps
            else open_interval(track, level, undecided_interval(track, place, level))
        )
        found.append(
            Crossing(
                value=(ends[1] if now < ends[1] else ends[0])
                if track.steps
                else crossing_point(track, place, level),
                interval=unclear,
                rising=rising,
                share=float(crossed.mean()),
                steps=track.steps,
            )
        )
    return tuple(found)


def crossing_point(track: Track, place: int, level: float) -> float:
    """Return where the straight line between two neighbouring points crosses a level."""
    pair = track.mean_values[[place, place + 1]] - level
    return float(root(track.points[place], track.points[place + 1], pair[0], pair[1]))


def undecided_interval(track: Track, place: int, level: float) -> tuple[float, float]:
    r"""Return the points around a crossing at which the mean is not told apart from the level.

    Those at which :math:`|\bar P(x) - L| \le 1.645\, s(x)`, with :math:`s` the standard error of
    the mean over worlds, without a gap.
    """
    told_apart = np.abs(track.mean_values - level) - NINETY * track.error
    here = crossing_point(track, place, level)
    error = np.interp(here, track.points, track.error)
    ends = []
    for outward in (range(place, -1, -1), range(place + 1, len(track.points))):
        inner, inside = here, -NINETY * float(error)
        for point in outward:
            if told_apart[point] > 0.0:
                inner = root(inner, track.points[point], inside, told_apart[point])
                break
            inner, inside = track.points[point], told_apart[point]
        ends.append(float(inner))
    return ends[0], ends[1]


def open_interval(track: Track, level: float, ends: tuple[float, float]) -> tuple[float, float]:
    """Return an interval with an infinite end where at the end of the range nothing is told apart.

    Examples
    --------
    >>> track = Track()
    >>> track.add([0.0, 1.0], np.array([[0.1, 0.1, 0.1], [0.9, 0.9, 0.3]]), np.zeros(2))
    >>> open_interval(track, 0.5, (0.5, 1.0))
    (0.5, inf)
    """
    told_apart = np.abs(track.mean_values - level) > NINETY * track.error
    low, high = ends
    if low <= track.points[0] and not told_apart[0]:
        low = -np.inf
    if high >= track.points[-1] and not told_apart[-1]:
        high = np.inf
    return low, high


def root(left: float, right: float, below: float, above: float) -> float:
    """Return where a straight line between two values is zero; where both are equal, the left."""
    if not np.isfinite(below) or not np.isfinite(above):
        return right
    return left if above == below else left + (right - left) * below / (below - above)
