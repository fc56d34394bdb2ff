"""Tipping points: how far a number has to move for an outcome to become likelier than a level.

Which numbers of a scenario can be moved, how far, and what then becomes of an event; and maps of
its probability as two numbers move together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import CREDIBLE
from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explain.methods.crossing import Crossing, Track, crossings, extend, refine
from conjuncture.analysis.explain.sample import Sample
from conjuncture.analysis.phrases import number_in_words
from conjuncture.analysis.plain_words import join_words, unit_of
from conjuncture.analysis.result import Result
from conjuncture.engine.patches import AS_THINGS_WERE, Run
from conjuncture.engine.structure import rule_codes_of
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.interventions import SetCell
from conjuncture.language.names import unknown_name
from conjuncture.language.nodes import NumberLiteral
from conjuncture.language.unparser import write
from conjuncture.number_format import interval, round_number, write_ends, write_number
from conjuncture.ordering import find_smallest, put_in_order
from conjuncture.scenario.crisis import Crisis

__all__ = ["Crossing", "Curve", "Tipping", "TippingMap", "find_tipping_points"]


Real = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]

WIDENED = 0.25
"""By which share of its width a plausible range is widened on either side."""

FEW_VALUES = 6
"""A number that takes no more values over worlds can have no other."""

AT_ONCE = 16_000_000
"""Chances, of one history under one run each, that are held in memory at the same time."""


def refuse_unmovable(worlds: Worlds, keys: Sequence[str]) -> None:
    """Refuse to move what is no number, or none that can be moved.

    Raises
    ------
    UsageError
    """
    for key in keys:
        if key not in worlds.crisis.numbers:
            raise UsageError("; ".join(unknown_name("number", key, worlds.crisis.numbers)))
        if problem := why_unmovable(worlds, key):
            raise UsageError(f"'{key}' cannot be moved: it is {problem}; leave it out")


def why_unmovable(worlds: Worlds, key: str) -> str:
    """Return why a number cannot be moved, nothing where it can."""
    if rule_codes_of(worlds.crisis.numbers[key].value):
        return "a choice between rules"
    if any(act.key == key for act in worlds.setting):
        return "set for the whole run"
    if not np.isfinite(worlds.table[key]).all():
        return "sworn in some world"
    return ""


def is_moved_by_default(worlds: Worlds, key: str) -> bool:
    """Return whether a number is moved where nobody says which are.

    What nobody has in any world is not: to give it to somebody is a question of its own.
    """
    return not why_unmovable(worlds, key) and bool(worlds.table[key].any())


def plausible_range(worlds: Worlds, key: str) -> tuple[float, float]:
    """Return between which values a number is moved.

    From the 5th to the 95th percentile over worlds, widened by a quarter on either side, within its
    domain and within what worlds have: no value above the largest, or below the least, is tried.
    For a number on which all worlds agree these are percentiles and values of its widest law, and
    its value is always within.

    Parameters
    ----------
    worlds : Worlds
    key : str

    Examples
    --------
    >>> import conjuncture
    >>> worlds = Worlds(conjuncture.load("bolivia-1970").crisis, seed=1, count=400)
    >>> [round(end, 1) for end in plausible_range(worlds, "army_mood")]
    [-1.5, 1.7]
    """
    domain = worlds.crisis.numbers[key].domain
    column = worlds.table[key]
    low, high = (float(end) for end in np.quantile(column, CREDIBLE))
    least, most = float(column.min()), float(column.max())
    if low == high:
        widest = replace(worlds, placebo=True, setting=(), placed={}).table[key]
        widest = widest if np.isfinite(widest).all() else column
        ends = np.quantile(widest, CREDIBLE)
        low, high = min(low, float(ends[0])), max(high, float(ends[1]))
        least, most = min(least, float(widest.min())), max(most, float(widest.max()))
    width = high - low
    if width:
        low, high = max(low - WIDENED * width, least), min(high + WIDENED * width, most)
    else:
        # No law says how else it could be, so its own size has to.
        width = abs(low) or 1.0
        low, high = low - WIDENED * width, high + WIDENED * width
    if domain.lower is not None:
        low = max(low, domain.lower)
    if domain.upper is not None:
        high = min(high, domain.upper)
    return low, high


def grid_of(worlds: Worlds, key: str, ranges: Ranges, points: int) -> tuple[Real, bool]:
    """Return the values to which a number is set at first, and whether it has no others.

    Evenly over its range; of a number that takes a few values only, these values.

    Parameters
    ----------
    worlds : Worlds
    key : str
    ranges : mapping of str to pair of float
        Those that are asked for, in which every value is wanted.
    points : int

    Raises
    ------
    UsageError
        When a range that is asked for is none, or leaves the domain.
    """
    values = np.unique(worlds.table[key])
    if key not in ranges and 1 < len(values) <= min(FEW_VALUES, worlds.count // 2):
        return values, True
    return np.linspace(*range_of(worlds, key, ranges), points), False


def range_of(worlds: Worlds, key: str, ranges: Ranges) -> tuple[float, float]:
    """Return between which values a number is moved: those that are asked for, or plausible ones.

    Raises
    ------
    UsageError
        When a range that is asked for is none, or leaves the domain.
    """
    if key not in ranges:
        return plausible_range(worlds, key)
    low, high = (float(end) for end in ranges[key])
    domain = worlds.crisis.numbers[key].domain
    if not np.isfinite([low, high]).all() or low >= high:
        raise UsageError(
            f"'{key}' cannot move from {write_ends(low, high)}; give the lower end first, "
            "then the upper one"
        )
    if low not in domain or high not in domain:
        raise UsageError(
            f"'{key}' is {domain}, and {write_ends(low, high)} goes beyond that; give a range "
            "within"
        )
    return low, high


def set_to(crisis: Crisis, key: str, value: float) -> SetCell:
    """Return the intervention that sets a number, in all worlds and for the whole history."""
    domain = crisis.numbers[key].domain
    return SetCell(key, NumberLiteral(float(value)), lower=domain.lower, upper=domain.upper)


def probabilities(sample: Sample, runs: Sequence[Run], label: str) -> tuple[Real, Real]:
    """Return the probability of an event under each run, a few runs at a time.

    Parameters
    ----------
    sample : Sample
    runs : sequence of Run
    label : str
        What the progress is told.

    Returns
    -------
    values : array, shape (runs, worlds)
    noise : array, shape (runs,)
        Mean over worlds of the variance that a world's value owes to the luck of few histories.

    Raises
    ------
    UsageError
        When the sample has one history a world.
    StoppedEarly
        When somebody wants the answer so far.
    """
    if sample.each < 2:
        raise UsageError("at least 2 histories of each world tell how much is luck; ask for 16")
    few = max(1, AT_ONCE // (sample.worlds.count * sample.each))
    values, noise = [], []
    for start in range(0, len(runs), few):
        chances = sample.chances(runs[start : start + few], label=label).astype(np.float64)
        values.append(chances.mean(axis=2))
        noise.append(chances.var(axis=2, ddof=1).mean(axis=1) / sample.each)
    return np.concatenate(values), np.concatenate(noise)


SIDE = 15
"""Values of each of the two numbers."""


@dataclass(frozen=True)
class TippingMap:
    """How the probability of an event answers to two numbers, all else as it is.

    Attributes
    ----------
    keys, labels, units : pair of str
        The numbers, what a reader sees, and their units (empty where there is none).
    level : float
    grids : pair of array
        The values that each was set to, in all worlds and from the start.
    probability : array, shape (values of the second, values of the first)
        Pooled over worlds.
    error : array, same shape
        Its standard error over worlds.
    now : pair of float
        The medians of both numbers over worlds.
    """

    keys: tuple[str, str]
    labels: tuple[str, str]
    units: tuple[str, str]
    level: float
    grids: tuple[Real, Real]
    probability: Real
    error: Real
    now: tuple[float, float]

    def sentences(self) -> list[str]:
        """Return what the map shows in plain sentences."""
        above = float((self.probability >= self.level).mean())
        both = f"{self.labels[0]} and {self.labels[1]}"
        if above in (0.0, 1.0):
            side = "above" if above else "below"
            level = write_number(self.level)
            return [f"However {both} are combined, the probability stays {side} {level}."]
        return [
            f"Of the combinations of {both} within their ranges, {above:.0%} have a probability "
            f"of at least {write_number(self.level)}.".replace("%", " %")
        ]


def tipping_map(
    sample: Sample,
    keys: tuple[str, str],
    level: float = 0.5,
    ranges: Ranges | None = None,
    side: int = SIDE,
) -> TippingMap:
    """Return the probability of an event as two numbers move together.

    Parameters
    ----------
    sample : Sample
    keys : pair of str
        The numbers; the first along the rows.
    level : float
        At which a line is to be drawn.
    ranges : mapping of str to pair of float, optional
        Between which values to move a number, where not over its plausible range.
    side : int
        How many values each number takes, where it does not take a few only.

    Returns
    -------
    TippingMap

    Raises
    ------
    UsageError
        When a number cannot be moved so, both are the same, or ``side`` is below 2.
    StoppedEarly
        When somebody wants the answer so far.
    """
    first, second = keys
    worlds, crisis = sample.worlds, sample.crisis
    refuse_pair(worlds, keys)
    if side < 2:
        raise UsageError(f"a map has at least 2 values of each number, not {side}; 15 will do")
    across, up = (grid_of(worlds, key, ranges or {}, side)[0] for key in keys)
    runs = [
        (set_to(crisis, first, one), set_to(crisis, second, other))
        for other in up
        for one in across
    ]
    values, _ = probabilities(sample, runs, "map of two numbers")
    errors = values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    return TippingMap(
        keys=(first, second),
        labels=(number_in_words(crisis, first), number_in_words(crisis, second)),
        units=(unit_of(crisis, first).strip(), unit_of(crisis, second).strip()),
        level=level,
        grids=(across, up),
        probability=values.mean(axis=1).reshape(len(up), len(across)),
        error=errors.reshape(len(up), len(across)),
        now=(float(np.median(worlds.table[first])), float(np.median(worlds.table[second]))),
    )


def refuse_pair(worlds: Worlds, keys: tuple[str, str]) -> None:
    """Refuse a pair of numbers that makes no map.

    Raises
    ------
    UsageError
    """
    refuse_unmovable(worlds, keys)
    if keys[0] == keys[1]:
        raise UsageError(f"a map takes two numbers, and '{keys[0]}' is named twice")


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
class Tipping(Result):
    """Where an event becomes likelier than a level as numbers move.

    Attributes
    ----------
    event : str
    level : float
    probability : float
        Of the event as things are, in the same histories.
    curves : tuple of Curve
        Of every number that changes anything; those that cross first, the nearest first.
    maps : tuple of TippingMap
    still : tuple of str
        Labels of the numbers that were moved and changed nothing.
    says : str
        The event in words, as a clause.
    """

    part: ClassVar[str] = "tipping"
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
        f"{curve.label} is {side} {round_number(found.value)}{unit} "
        f"({interval(*found.interval, tried=True)}; "
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
    StoppedEarly
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
