"""Verdicts: the word that a claim's share of worlds supports, and what would tell more.

The share and its interval come from the distribution of the claim's quantity over worlds
(:mod:`conjuncture.analysis.claim_comparisons`). Each word is a true statement about the share
wherever the interval holds it. Where no word does, the claim is *open*, and it is said whether more
worlds, more histories or neither would tell. A tested claim keeps a verdict for each reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, floor, log10
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.hinges import Hinge
from conjuncture.analysis.observed_endings import DecidedPart
from conjuncture.analysis.shares_of_worlds import ShareOfWorlds, wilson_bounds
from conjuncture.engine.likelihood_weighting import Likelihood
from conjuncture.language.interventions import ActorIntervention
from conjuncture.language.nodes import walk
from conjuncture.scenario.crisis import Claim

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
    share : ShareOfWorlds
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


Announcement = Literal["announced", "secret", "mixed", ""]


@dataclass(frozen=True)
class Reading:
    """A claim under one reading of the evidence.

    Attributes
    ----------
    verdict : Verdict
    answer : Answer
        Of the quantity that the claim compares with a number, or of the difference of the two
        sides.
    coupling_matters : bool
        Whether another coupling of luck, within the bounds of the last draw, contradicts the word.
    decided : DecidedPart or None
        Of the reading *as it happened*: the part of the claim that the evidence decides, so that
        it is answered with fresh luck in the worlds weighed by what happened.
    evidence : Likelihood or None
        How probable each world makes what was observed.
    screened : int
        How many worlds were run as things were to find those in which it could go as observed; 0
        where those asked for were enough.
    """

    verdict: Verdict
    answer: Answer
    coupling_matters: bool = False
    decided: DecidedPart | None = None
    evidence: Likelihood | None = None
    screened: int = 0

    @property
    def fresh_luck(self) -> bool:
        """Whether it is answered with fresh luck, because what happened decides the claim."""
        return self.decided is not None


@dataclass(frozen=True, repr=False)
class ClaimResult:
    """A tested claim.

    Attributes
    ----------
    claim : Claim
    prior : Reading
    as_it_happened : Reading or None
        None where the scenario states nothing observed.
    rerun : Reading or None
        On request: fresh histories in worlds weighed by all that happened.
    placebo : Verdict or None
        The verdict in worlds that do not know what the account says; None where it would tell
        nothing because the claim neither holds nor fails.
    posterior : Posterior or None
        The worlds of the re-run, where they were found by sequential Monte Carlo.
    """

    claim: Claim
    prior: Reading
    as_it_happened: Reading | None = None
    rerun: Reading | None = None
    placebo: Verdict | None = None
    posterior: Posterior | None = None

    @property
    def word(self) -> Word | None:
        """The word before one knows how it ended."""
        return self.prior.verdict.word

    @property
    def foregone(self) -> bool:
        """Whether the verdict follows from the shape of the model, not from the account."""
        return (
            self.placebo is not None
            and self.word in ("holds", "fails")
            and self.word == self.placebo.word
        )

    @property
    def announcement(self) -> Announcement:
        """Whether what players do under the claim's interventions is known to the others.

        Empty where no intervention is on what somebody does.
        """
        acts = [one for one, _ in walk(self.claim.test) if isinstance(one, ActorIntervention)]
        if not acts:
            return ""
        kept = {one.secretly for one in acts}
        return "mixed" if len(kept) > 1 else ("secret" if kept == {True} else "announced")

    def __repr__(self) -> str:
        return f"ClaimResult({self.claim.key!r}, {self.word or 'no word'!r})"


@dataclass(frozen=True)
class FailedClaim:
    """A claim that could not be tested, and why: a number went wrong in one of its runs."""

    claim: Claim
    problem: str

    def __str__(self) -> str:
        place = self.claim.place
        where = f" ({place.file}:{place.line})" if place else ""
        return f"claim '{self.claim.key}'{where}: {self.problem}"
