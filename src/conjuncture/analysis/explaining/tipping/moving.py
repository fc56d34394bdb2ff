"""Moving numbers: which of a scenario's can be, how far, and what then becomes of an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import CREDIBLE
from conjuncture.analysis.explaining.sample import Sample
from conjuncture.engine.intervening import Run
from conjuncture.engine.structure import rule_codes_of
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.digits import write_ends
from conjuncture.language.names import unknown_name
from conjuncture.language.nodes import NumberLiteral, SetCell
from conjuncture.scenario.crisis import Crisis

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
    Enough
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
