"""Verdicts: the word that a claim's share of worlds supports, and what would tell more.

The share and its interval come from the distribution of the claim's quantity over worlds
(:mod:`conjuncture.analysis.comparisons`). Each word is a true statement about the share wherever
the interval holds it. Where no word does, the claim is *open*, and it is said whether more worlds,
more histories or neither would tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, floor, log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.hinges import Hinge
from conjuncture.analysis.mixing import ShareOfWorlds, wilson_bounds

Real = NDArray[np.float64]
Word = Literal["holds", "mostly holds", "depends", "mostly fails", "fails", "open"]

HOLDS_FROM, MOSTLY_FROM, MOSTLY_TO, FAILS_TO = 0.9, 0.75, 0.25, 0.1
FEWEST_WORLDS = 10.0
"""With fewer effective worlds there is no word."""

AT_LINE = 0.5
"""A claim lies at its line where this share of the worlds lies next to it."""

MOST_TIMES = 64
"""How many times as many worlds or histories are worth proposing."""


@dataclass(frozen=True)
class Verdict:
    """A verdict on a claim.

    Attributes
    ----------
    word : str or None
        ``holds``, ``mostly holds``, ``depends``, ``mostly fails``, ``fails`` or ``open``; None
        where the worlds are worth too few for any.
    share : float
        Share of worlds in which the claim holds, worlds weighing by how probable they make its
        condition; NaN where none reaches it.
    interval : pair of float
        The interval of 90 % of that share.
    effective_worlds : float
        How many equal worlds those that reach the condition are worth.
    reaching, worlds : int
        Worlds in which the condition comes about, of how many.
    at_line : bool
        Whether an open claim lies at its line, so that more histories would not tell.
    worlds_needed, histories_needed : int or None
        How many worlds, or histories in each, would likely close an open claim.
    hinges : tuple of Hinge
        On what it hangs.
    favours : array, shape (worlds,)
        Probability that each world is on the claim's side; the share itself where the condition
        never came.
    """

    word: Word | None
    share: float
    interval: tuple[float, float]
    effective_worlds: float
    reaching: int
    worlds: int
    at_line: bool = False
    worlds_needed: int | None = None
    histories_needed: int | None = None
    hinges: tuple[Hinge, ...] = ()
    favours: Real | None = field(default=None, repr=False, compare=False)


def word_of(low: float, high: float) -> Word:
    """Return the first word that is true of every share in an interval.

    Examples
    --------
    >>> word_of(0.92, 1.0), word_of(0.79, 0.95), word_of(0.4, 0.55), word_of(0.0, 0.08)
    ('holds', 'mostly holds', 'depends', 'fails')
    >>> word_of(0.05, 0.22), word_of(0.05, 0.5)
    ('mostly fails', 'open')
    """
    if low >= HOLDS_FROM:
        return "holds"
    if high <= FAILS_TO:
        return "fails"
    if low >= MOSTLY_FROM:
        return "mostly holds"
    if high <= MOSTLY_TO:
        return "mostly fails"
    if low > FAILS_TO and high < HOLDS_FROM:
        return "depends"
    return "open"


SHARES: dict[str, tuple[float, float]] = {
    "holds": (HOLDS_FROM, 1.0),
    "mostly holds": (MOSTLY_FROM, 1.0),
    "depends": (FAILS_TO, HOLDS_FROM),
    "mostly fails": (0.0, MOSTLY_TO),
    "fails": (0.0, FAILS_TO),
}
"""What each word says of the share: that it lies between these. All others say nothing."""


def contradict(word: str, other: str) -> bool:
    """Return whether no share agrees with both of two words.

    Examples
    --------
    >>> contradict("holds", "depends"), contradict("mostly holds", "depends")
    (True, False)
    >>> contradict("mostly fails", "fails"), contradict("open", "holds")
    (False, False)
    """
    one, two = (SHARES.get(said, (0.0, 1.0)) for said in (word, other))
    return max(one[0], two[0]) >= min(one[1], two[1])


def verdict_on(
    share: ShareOfWorlds, *, reaching: int, worlds: int, histories: int, near: float
) -> Verdict:
    """Return the verdict that a share supports.

    Parameters
    ----------
    share : Share
    reaching, worlds : int
        Worlds in which the condition comes about, of how many asked for.
    histories : int
        In each world.
    near : float
        What counts as next to the line, in the units of the quantity.
    """
    interval = (share.low, share.high)
    known = Verdict(
        word=None,
        share=share.value,
        interval=interval,
        effective_worlds=share.effective,
        reaching=reaching,
        worlds=worlds,
        favours=share.favours,
    )
    if share.effective < FEWEST_WORLDS:
        if not share.effective:  # No world knows anything of the quantity.
            return known
        needed = round_up_to_two_digits(worlds * FEWEST_WORLDS / share.effective)
        return replace(known, worlds_needed=max(needed, worlds + 1))
    word = word_of(*interval)
    if word != "open":
        return replace(known, word=word)
    at_line = share.mass_within(near) >= AT_LINE
    worlds_needed = histories_needed = None
    if not at_line and word_of(*wilson_bounds(share.value, share.effective)) != "open":
        histories_needed = histories_to_tell(share.value, interval, share.effective, histories)
    if not at_line and histories_needed is None:
        worlds_needed = worlds_to_tell(share.value, interval, worlds)
    return replace(
        known, word="open", at_line=at_line,
        worlds_needed=worlds_needed, histories_needed=histories_needed,
    )  # fmt: skip


def worlds_to_tell(share: float, interval: tuple[float, float], asked: int) -> int | None:
    """Return with how many worlds the same share would have a word, None where none would do.

    Both halves of the interval shrink with the root of their number.

    Parameters
    ----------
    share : float
    interval : pair of float
        With as many worlds as were asked.
    asked : int

    Examples
    --------
    >>> worlds_to_tell(0.82, (0.65, 0.92), 400)
    680
    """
    below, above = share - interval[0], interval[1] - share

    def tells(factor: float) -> bool:
        return word_of(share - below / factor**0.5, share + above / factor**0.5) != "open"

    times = smallest_factor(tells)
    return None if times is None else round_up_to_two_digits(asked * times)


def histories_to_tell(
    share: float, interval: tuple[float, float], effective: float, histories: int
) -> int | None:
    """Return with how many histories in each world the same share would have a word.

    What the interval is wider than that of as many worlds known exactly is due to finite
    histories, and shrinks with the root of their number.
    """
    exact = wilson_bounds(share, effective)
    wider = max(exact[0] - interval[0], 0.0), max(interval[1] - exact[1], 0.0)

    def tells(factor: float) -> bool:
        low, high = exact[0] - wider[0] / factor**0.5, exact[1] + wider[1] / factor**0.5
        return word_of(low, high) != "open"

    times = smallest_factor(tells)
    return None if times is None else round_up_to_two_digits(histories * times)


def smallest_factor(tells: Callable[[float], bool]) -> float | None:
    """Return the smallest factor up to ``MOST_TIMES`` with which a word can be told."""
    for step in range(1, 8 * int(log10(MOST_TIMES) / log10(2.0)) + 1):
        factor: float = 2.0 ** (step / 8.0)
        if tells(factor):
            return factor
    return None


def round_up_to_two_digits(number: float) -> int:
    """Return a number rounded up to two digits.

    Examples
    --------
    >>> round_up_to_two_digits(2432.1), round_up_to_two_digits(97.0)
    (2500, 97)
    """
    unit = 10.0 ** max(floor(log10(max(number, 1.0))) - 1, 0)
    return int(ceil(number / unit - 1e-9) * unit)
