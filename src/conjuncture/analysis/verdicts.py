"""Verdicts: in what share of the worlds does a claim hold, and how sure is that share.

A world is called for or against when the comparison is at least three standard errors from the
line and the condition was met in at least thirty histories. Worlds that are not called count for
the claim in the upper bound of the share and against it in the lower, and the sampling noise of
worlds is added to both (Wilson's interval). Counting every world by its estimate instead would
pull the share towards one half, and verdicts near the line would follow the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts, coupling_bounds, estimate
from conjuncture.analysis.estimates import Estimate
from conjuncture.analysis.mixing import wilson
from conjuncture.language.nodes import (
    Compare,
    Necessity,
    Number,
    Probability,
    Sufficiency,
    Within,
)

Real = NDArray[np.float64]
Bool = NDArray[np.bool_]
Word = Literal["holds", "fails", "depends", "unresolved"]

CALLED_AT = 3.0
FEWEST = 30
HOLDS_FROM = 0.9
FAILS_TO = 0.1
EXACTLY = 1e-7
"""A difference between means of counts that is smaller is rounding."""


@dataclass(frozen=True)
class Calls:
    """How each world is called: ``favours``, ``opposes``, or neither."""

    favours: Bool
    opposes: Bool

    @property
    def uncalled(self) -> Bool:
        """Worlds too close to the line, or in which the condition was too rare."""
        return ~(self.favours | self.opposes)


@dataclass(frozen=True)
class Verdict:
    """A verdict on a claim.

    Attributes
    ----------
    word : str
        ``holds``, ``fails``, ``depends`` or ``unresolved``.
    share : float
        Share of worlds in which the claim holds, uncalled worlds counted half.
    bounds : pair of float
        Lower and upper bound of that share.
    uncalled : float
        Share of worlds that could not be called.
    worlds_needed : int or None
        How many worlds would settle an unresolved claim; None when more worlds would not, because
        more histories are needed in those there are.
    """

    word: Word
    share: float
    bounds: tuple[float, float]
    uncalled: float
    worlds_needed: int | None = None


def call_worlds(test: Compare | Within, counts: Counts) -> Calls:
    """Call every world for or against a comparison."""
    means = counts.sums.means
    # A margin that is no finite number calls nothing.
    with np.errstate(all="ignore"):
        deviations = [
            (
                margin.value,
                np.sqrt(margin.variance(guarded(counts))),
                np.sqrt(margin.variance(counts.sums.covariances)),
            )
            for margin in margins(test, counts, means)
        ]
    enough = met_often_enough(counts)
    favours, opposes = enough.copy(), np.zeros_like(enough)
    on_line = holds_on_the_line(test)
    for value, error, plain in deviations:
        known = enough & np.isfinite(value)
        # Alike in every history, and just what the line says: more histories would say no more.
        exact = (np.abs(value) < EXACTLY) & (plain < EXACTLY)
        favours &= known & ((value > CALLED_AT * error) | (exact & on_line))
        opposes |= known & ((value < -CALLED_AT * error) | (exact & (not on_line)))
    return Calls(favours, opposes)


def holds_on_the_line(test: Compare | Within) -> bool:
    """Return whether equality satisfies the comparison."""
    return isinstance(test, Within) or test.operator in ("<=", ">=")


def margins(test: Compare | Within, counts: Counts, means: Real) -> list[Estimate]:
    """Return by how much the comparison is met, one estimate for each line it must clear.

    A share clears the ends 0 and 1 of an interval whatever it is.
    """
    if isinstance(test, Within):
        value = estimate(test.operand, counts, means)
        share = isinstance(test.operand, Probability | Necessity | Sufficiency)
        found = []
        if not (share and isinstance(test.low, Number) and test.low.value <= 0.0):
            found.append(value - estimate(test.low, counts, means))
        if not (share and isinstance(test.high, Number) and test.high.value >= 1.0):
            found.append(estimate(test.high, counts, means) - value)
        return found
    difference = estimate(test.left, counts, means) - estimate(test.right, counts, means)
    return [difference if test.operator in (">", ">=") else -difference]


def guarded(counts: Counts) -> Real:
    """Return the covariances with the uncertainty that a share of 0 or 1 hides.

    A share estimated as 0 or 1 has no sample variance. Four histories more, half of them
    contrary, give each share's mean at least the variance 1 / (n (n + 4)).
    """
    covariances = counts.sums.covariances.copy()
    histories = counts.sums.histories.astype(float)
    shares = [
        place
        for place, term in enumerate(counts.question.terms)
        if term and all(factor.what != "number" for factor in term)
    ]
    for place in shares:
        covariances[:, place, place] += 1.0 / (histories * (histories + 4.0))
    return covariances


def met_often_enough(counts: Counts) -> Bool:
    """Return the worlds in which every condition was met in at least thirty histories."""
    met = [counts.sums.first[:, ratio.bottom] for ratio in counts.question.ratios.values()]
    return np.asarray(np.min(met, axis=0) >= FEWEST)


def judge(
    calls: Calls, weights: Real | None = None, effective_worlds: float | None = None
) -> Verdict:
    """Return the verdict that the calls of some worlds support.

    Parameters
    ----------
    calls : Calls
    weights : array, shape (worlds,), optional
        Weights of worlds; the effective number of worlds then bounds the sampling noise.
    effective_worlds : float, optional
        How many independent worlds they are worth, where they are not independent.

    Examples
    --------
    >>> sure = Calls(np.arange(400) < 390, np.arange(400) >= 390)
    >>> judge(sure).word
    'holds'
    """
    count = len(calls.favours)
    low, open_share = share_of(calls.favours, weights), share_of(calls.uncalled, weights)
    equal = float(count) if weights is None else float(weights.sum() ** 2 / np.sum(weights**2))
    effective = effective_worlds or equal
    high = low + open_share
    bounds = (wilson(low, effective)[0], wilson(high, effective)[1])
    share = low + 0.5 * open_share
    word: Word = "unresolved"
    if bounds[0] >= HOLDS_FROM:
        word = "holds"
    elif bounds[1] <= FAILS_TO:
        word = "fails"
    elif bounds[0] > FAILS_TO and bounds[1] < HOLDS_FROM:
        word = "depends"
    # Where the uncalled worlds leave more open than sampling does, histories are what is missing.
    sampling = (bounds[1] - bounds[0]) - open_share
    wanting_worlds = word == "unresolved" and open_share <= sampling
    independent = count if effective_worlds is None else effective_worlds
    needed = worlds_to_settle(low, high, count, independent / count) if wanting_worlds else None
    return Verdict(word, share, bounds, open_share, needed)


def share_of(worlds: Bool, weights: Real | None = None) -> float:
    """Return the share of some worlds among all; of worlds that weigh the same, it is exact.

    Examples
    --------
    >>> share_of(np.array([True, False, False, False])), share_of(np.arange(3) < 1, np.arange(3.0))
    (0.25, 0.0)
    """
    return float(worlds.mean() if weights is None else weights @ worlds / weights.sum())


def worlds_to_settle(low: float, high: float, count: int, worth: float = 1.0) -> int | None:
    """Return with how many worlds the same shares would give a verdict, or None.

    ``worth`` is how many independent worlds each is worth.
    """
    for more in range(1, 15):
        number = count * 2**more
        bottom, top = wilson(low, worth * number)[0], wilson(high, worth * number)[1]
        settled = (
            bottom >= HOLDS_FROM or top <= FAILS_TO or (bottom > FAILS_TO and top < HOLDS_FROM)
        )
        if settled:
            return int(ceil(number / 100) * 100)
    return None


def coupling_decides(
    test: Compare | Within,
    counts: Counts,
    weights: Real | None,
    word: Word,
    effective_worlds: float | None = None,
) -> bool:
    """Return whether another coupling of luck, inside the bounds, would change the verdict.

    Only a comparison of one necessity or sufficiency with a number is examined.
    """
    if not isinstance(test, Compare) or not isinstance(test.right, Number):
        return False
    node = test.left
    if not isinstance(node, Necessity | Sufficiency):
        return False
    enough = met_often_enough(counts)
    ratio, means = counts.question.ratios[node], counts.sums.means
    words = set()
    for end in coupling_bounds(ratio, means):
        with np.errstate(divide="ignore", invalid="ignore"):
            bound = end / means[:, ratio.bottom]
        met = bound > test.right.value if test.operator in (">", ">=") else bound < test.right.value
        met = met & np.isfinite(bound)
        words.add(judge(Calls(enough & met, enough & ~met), weights, effective_worlds).word)
    return bool(words - {word}) and isfinite(test.right.value)
