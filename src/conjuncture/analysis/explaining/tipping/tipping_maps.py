"""Maps: the probability of an event as two numbers move together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.explaining.sample import Sample
from conjuncture.analysis.explaining.tipping.moving import (
    Ranges,
    grid_of,
    probabilities,
    refuse_unmovable,
    set_to,
)
from conjuncture.analysis.phrases import number_in_words
from conjuncture.analysis.wording import unit_of
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.digits import write_number

Real = NDArray[np.float64]

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
    Map

    Raises
    ------
    UsageError
        When a number cannot be moved so, both are the same, or ``side`` is below 2.
    Enough
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
