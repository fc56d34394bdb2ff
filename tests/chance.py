"""One rate of false alarms for all tests in which chance plays a part.

Such a test holds a number that was drawn against one that is known, and its bound comes from the
number of draws. Were the seeds free, a whole run would fail by chance with a probability of at most
:data:`SUITE_FALSE_ALARM`; each comparison gets an equal part of it. Comparisons are counted as
they are made: who asks for a bound makes one, unless it says how many.
"""

from __future__ import annotations

from scipy import stats

SUITE_FALSE_ALARM = 0.02
"""The probability that a run of all tests fails although nothing is wrong, were the seeds free."""

MOST_COMPARISONS = 320
"""As many comparisons share that probability, which leaves each about four standard errors."""

FALSE_ALARM = SUITE_FALSE_ALARM / MOST_COMPARISONS

_made: list[int] = []


def false_alarm(comparisons: int = 1) -> float:
    """Return the probability with which one comparison may fail by chance, and count it."""
    _made.append(comparisons)
    return FALSE_ALARM


def bound(comparisons: int = 1) -> float:
    """Return how many standard errors a drawn number may lie to either side, and count it."""
    return float(stats.norm.isf(false_alarm(comparisons) / 2))


def comparisons_made() -> int:
    """Return how many comparisons were made so far."""
    return sum(_made)
