"""Tipping points: how far a number has to move for an outcome to become likelier than a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import CREDIBLE
from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explaining.sample import Sample
from conjuncture.analysis.explaining.tipping.crossing import (
    Crossing,
    Track,
    crossings,
    extend,
    refine,
)
from conjuncture.analysis.explaining.tipping.moving import (
    Ranges,
    grid_of,
    is_moved_by_default,
    probabilities,
    refuse_unmovable,
    set_to,
)
from conjuncture.analysis.explaining.tipping.tipping_maps import (
    TippingMap,
    refuse_pair,
    tipping_map,
)
from conjuncture.analysis.phrases import number_in_words
from conjuncture.analysis.wording import join_words, round_number, to_or_more, unit_of
from conjuncture.engine.intervening import AS_THINGS_WERE, Run
from conjuncture.errors import UsageError
from conjuncture.language.digits import write_number
from conjuncture.language.writing import write
from conjuncture.ordering import find_smallest, put_in_order

__all__ = ["Crossing", "Curve", "Tipping", "TippingMap", "find_tipping_points"]

Real = NDArray[np.float64]

GRID = 7
"""Points of the coarse grid on which crossings are looked for."""

MOST_TOLD = 3


@dataclass(frozen=True)
class Curve:
    """How the probability of an event answers to one number, all else as it is.

    Attributes
    ----------
    key, label, unit : str
        The number, what a reader sees, and its unit (empty where it has none).
    level : float
    now : (float, float, float)
        The 5th, 50th and 95th percentile of the number over worlds.
    grid : array, shape (points,)
        The values it was set to, in all worlds and from the start.
    probability : array, shape (points,)
        Pooled over worlds.
    low, high : array, shape (points,)
        The 5th and 95th percentile over worlds, the noise of finite histories taken out.
    crossings : tuple of Crossing
        Where the pooled probability crosses the level.
    """

    key: str
    label: str
    unit: str
    level: float
    now: tuple[float, float, float]
    grid: Real
    probability: Real
    low: Real
    high: Real
    crossings: tuple[Crossing, ...]

    @property
    def distance(self) -> float:
        """How far the nearest crossing is from the median, in widths of what is thought possible.

        The width is that between the 5th and the 95th percentile over worlds, or that of the grid
        where all worlds agree. Infinite without a crossing.
        """
        width = self.now[2] - self.now[0] or float(np.ptp(self.grid)) or 1.0
        ways = [abs(one.value - self.now[1]) / width for one in self.crossings]
        return min(ways, default=float("inf"))

    @property
    def nearest_crossing(self) -> Crossing | None:
        """The crossing nearest to the median."""
        if not self.crossings:
            return None
        return find_smallest(self.crossings, lambda one: abs(one.value - self.now[1]))


@dataclass(frozen=True)
class Tipping:
    """Where an event becomes likelier than a level as numbers move.

    Attributes
    ----------
    event : str
    level : float
    probability : float
        Of the event as things are, in the same histories.
    curves : tuple of Curve
        Of every number that changes anything; those that cross first, the nearest first.
    maps : tuple of Map
    still : tuple of str
        Labels of the numbers that were moved and changed nothing.
    says : str
        The event in words, as a clause.
    """

    event: str
    level: float
    probability: float
    curves: tuple[Curve, ...]
    maps: tuple[TippingMap, ...]
    still: tuple[str, ...] = ()
    says: str = ""

    @property
    def clause(self) -> str:
        """The event in words, or as the language writes it where nobody says it in words."""
        return self.says or self.event

    def sentences(self) -> list[str]:
        """Return what was found in plain sentences."""
        line = (
            f"In the histories looked at, the probability that {self.clause} is "
            f"{self.probability:.2f}"
        )
        crossing = [curve for curve in self.curves if curve.crossings]
        ways = [crossing_in_words(curve) for curve in crossing[:MOST_TOLD]]
        level = write_number(self.level)
        first = f"{line}. With all else as it is, it crosses {level} where {join_words(ways)}."
        if not crossing:
            first = (
                f"{line}, and no single number, moved as far as is plausible, takes it across "
                f"{write_number(self.level)}."
            )
        told = [first]
        if more := len(crossing) - len(ways):
            told.append(f"{more} more of the numbers can take it across, from farther away.")
        if self.still:
            count = len(self.still)
            told.append(
                f"{count} {'number was' if count == 1 else 'numbers were'} moved and changed "
                "nothing."
            )
        return told


def crossing_in_words(curve: Curve) -> str:
    """Return where a curve crosses its level first, as the end of a sentence."""
    found = curve.nearest_crossing
    if found is None:
        return f"{curve.label} is nowhere"
    side = "above" if found.value > curve.now[1] else "below"
    unit = f" {curve.unit}" if curve.unit else ""
    if found.steps:
        low, high = (round_number(end) for end in found.interval)
        return (
            f"{curve.label} is {round_number(found.value)}{unit} (of {low} and {high}; in "
            f"{found.share:.0%} of worlds)".replace("%", " %")
        )
    return (
        f"{curve.label} is {side} {round_number(found.value)}{unit} ({to_or_more(*found.interval)}; "
        f"now about {round_number(curve.now[1])}; in {found.share:.0%} of worlds)".replace(
            "%", " %"
        )
    )


def find_tipping_points(
    sample: Sample,
    level: float = 0.5,
    keys: Sequence[str] | None = None,
    ranges: Ranges | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
) -> Tipping:
    """Return where the probability of an event crosses a level as one number moves.

    Each number is set, in all worlds and for the whole history, to values across its plausible
    range, everything else staying as it is; the same histories are replayed under each value. A
    number that the scenario writes as an expression is set as a whole.

    Parameters
    ----------
    sample : Sample
    level : float
        Between 0 and 1.
    keys : sequence of str, optional
        The numbers to move; all that stages on the way to the event read, if not given, save those
        that are nothing in every world. Choices between rules and sworn leanings cannot be moved.
    ranges : mapping of str to pair of float, optional
        Between which values to move a number, where not over its plausible range.
    pairs : sequence of pair of str, optional
        Numbers to move together, for a map each. If not given, the two that cross nearest and of
        which neither is written as an expression over the other.

    Returns
    -------
    Tipping

    Raises
    ------
    UsageError
        When the level, a number or a range is none.
    Enough
        When somebody wants the answer so far.
    """
    if not 0.0 < level < 1.0:
        given = write_number(level)
        raise UsageError(f"a level lies between 0 and 1, and {given} does not; write 0.5")
    worlds, crisis = sample.worlds, sample.crisis
    ranges = ranges or {}
    refuse_unmovable(worlds, [*(keys or ()), *ranges])
    for pair in pairs or ():
        refuse_pair(worlds, pair)
    if keys is None:
        bearing = sample.numbers
        keys = [
            key for key in crisis.numbers if key in bearing and is_moved_by_default(worlds, key)
        ]
    moved = list(keys)
    tracks = [Track() for _ in moved]

    def runs_of(wanted: Sequence[tuple[int, float]]) -> list[Run]:
        return [(set_to(crisis, moved[place], point),) for place, point in wanted]

    grids = []
    for key, track in zip(moved, tracks, strict=True):
        grid, track.steps = grid_of(worlds, key, ranges, GRID)
        grids.append(grid)
    coarse = [(place, float(point)) for place, grid in enumerate(grids) for point in grid]
    values, noise = probabilities(sample, [AS_THINGS_WERE, *runs_of(coarse)], "tipping points")
    extend(lambda _: (values[1:], noise[1:]), tracks, coarse)
    refine(lambda wanted: probabilities(sample, runs_of(wanted), "tipping points"), tracks, level)
    found = dict(zip(moved, tracks, strict=True))
    curves = [
        curve_of(sample, key, track, level) for key, track in found.items() if not track.is_flat
    ]
    curves = put_in_order(
        curves, lambda curve: curve.distance, lambda curve: -float(np.ptp(curve.probability))
    )
    if pairs is None:
        pairs = nearest_pair(sample, [curve.key for curve in curves if curve.crossings])
    return Tipping(
        event=write(sample.event),
        level=level,
        probability=float(values[0].mean()),
        curves=tuple(curves),
        maps=tuple(tipping_map(sample, pair, level, ranges) for pair in pairs),
        still=tuple(number_in_words(crisis, key) for key, track in found.items() if track.is_flat),
        says=event_in_words(crisis, sample.event),
    )


def nearest_pair(sample: Sample, crossing: Sequence[str]) -> list[tuple[str, str]]:
    """Return the first number and the next that does not follow from it, nor it from that."""
    reads = sample.worlds.reads
    for other in crossing[1:]:
        if other not in reads[crossing[0]] and crossing[0] not in reads[other]:
            return [(crossing[0], other)]
    return []


def curve_of(sample: Sample, key: str, track: Track, level: float) -> Curve:
    """Return the curve of a number from what was found along its track."""
    worlds, crisis = sample.worlds, sample.crisis
    low, middle, high = np.quantile(worlds.table[key], (CREDIBLE[0], 0.5, CREDIBLE[1]))
    least, most = track.spread
    return Curve(
        key=key,
        label=number_in_words(crisis, key),
        unit=unit_of(crisis, key).strip(),
        level=level,
        now=(float(low), float(middle), float(high)),
        grid=track.points,
        probability=track.mean_values,
        low=least,
        high=most,
        crossings=crossings(track, level, float(middle)),
    )
