"""Two accounts of one crisis held against the same evidence: what comes of it, and what it says.

Of each account there is the probability :math:`w_i` that it gives to the evidence in world i, and
its likelihood is the mean over worlds. World i has the same address under both accounts, and what
they share moves together: errors are those of pairs of worlds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, isnan, log, log10, nan, sqrt
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.result import Result
from conjuncture.number_format import figure_of, format_decimals, write_rounded
from conjuncture.ordering import find_largest

Real = NDArray[np.float64]

RESAMPLES = 2000
TAIL = 0.05
"""Each end of the interval errs with probability 5 %."""

AT_ONCE = 4_000_000
"""Numbers in memory at once when worlds are drawn again."""

SCALE = (
    (2.0, "not worth more than a bare mention"),
    (6.0, "positive"),
    (10.0, "strong"),
    (float("inf"), "very strong"),
)
"""Upper ends of twice the natural logarithm of the Bayes factor, and what each is called."""


def log_ratio(first: Real, second: Real) -> float:
    """Return the logarithm to base 10 of the ratio of two mean weights.

    Examples
    --------
    >>> log_ratio(np.array([0.2, 0.4]), np.array([0.03, 0.03]))
    1.0
    """
    return round(log10(float(first.mean()) / float(second.mean())), 15)


def influence_of(weights: Real) -> Real:
    """Return by how much each world moves the logarithm of the mean weight, times their number."""
    moved: Real = weights / weights.mean() - 1.0
    return moved


def spread_of_mean(influence: Real) -> float:
    r"""Return the standard error of a logarithm to base 10 from what each world moves it by.

    .. math:: \frac{1}{\ln 10} \sqrt{\frac{\sum_i (u_i - \bar u)^2}{n (n - 1)}}

    Not a number for a single world.

    Examples
    --------
    >>> spread_of_mean(np.zeros(3))
    0.0
    """
    if len(influence) < 2:
        return float("nan")
    return float(np.std(influence, ddof=1)) / sqrt(len(influence)) / log(10.0)


def error_of_ratio(first: Real, second: Real) -> float:
    """Return the standard error of :func:`log_ratio` over worlds, by the delta method."""
    return spread_of_mean(influence_of(first) - influence_of(second))


def bootstrap_interval(
    first: Real, second: Real, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """Return the interval of :func:`log_ratio` from worlds drawn again, in pairs (bootstrap).

    Parameters
    ----------
    first, second : array, shape (worlds,)
    seed : int
    resamples : int

    Returns
    -------
    low, high : float
        Between them lie nine tenths of what other worlds might have given; not finite where too
        few worlds bear the weight to say.
    """
    count = len(first)
    if count < 2:
        return float("nan"), float("nan")
    generator = np.random.default_rng(seed)
    both = np.stack([first, second], axis=1)
    found: list[Real] = []
    most = max(1, AT_ONCE // count)
    for start in range(0, resamples, most):
        number = min(most, resamples - start)
        drawn = generator.multinomial(count, np.full(count, 1.0 / count), size=number)
        found.append(drawn @ both / count)
    means = np.concatenate(found)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.log10(means[:, 0]) - np.log10(means[:, 1])
    # Weights that are nothing in both are as much for the one as for the other.
    ratios = np.sort(np.where(np.isnan(ratios), 0.0, ratios))
    return float(ratios[int(TAIL * resamples)]), float(ratios[int((1.0 - TAIL) * resamples) - 1])


def weight_in_words(weight: float) -> str:
    """Return what a weight of evidence, whichever account it favours, is called [kassraftery1995]_.

    Parameters
    ----------
    weight : float
        Logarithm of the Bayes factor to base 10.

    Examples
    --------
    >>> weight_in_words(0.3), weight_in_words(-1.0), weight_in_words(3.0)
    ('not worth more than a bare mention', 'positive', 'very strong')
    """
    twice = 2.0 * log(10.0) * abs(weight)
    return next((words for end, words in SCALE if twice < end), SCALE[-1][1])


def decibels_of(weight: float) -> float:
    """Return a weight of evidence in decibels, ten times its logarithm [fairfieldcharman2017]_."""
    return 10.0 * weight


def rule_of_three(worlds: int) -> float:
    """Return what a probability is at most that was nothing in every world (rule of three).

    Had one world in 3 / n given it any chance, n worlds would have missed all of them with a
    probability of 5 % [hanleylippmanhand1983]_; histories do not count, since a world that allows
    what the others rule out is missed however many they have.

    Examples
    --------
    >>> rule_of_three(400)
    0.0075
    """
    return min(1.0, 3.0 / worlds)


FEW_WORLDS = 100
"""Below so many effective worlds the error of a likelihood is itself uncertain."""

Bounded = Literal["", "at least", "at most"]


@dataclass(frozen=True)
class RivalAccount:
    """One of two accounts, and how probable it makes the evidence.

    Attributes
    ----------
    title, slug : str
    log_likelihood : float
        Natural logarithm of the probability of the evidence; minus infinity where no history of
        any world has it.
    error : float
        Standard error of ``log_likelihood``.
    effective_worlds : float
        How many equal worlds are worth those that the evidence leaves.
    most : float
        What the probability is at most, where no history had the evidence; else not a number.
    """

    title: str
    slug: str
    log_likelihood: float
    error: float
    effective_worlds: float
    most: float = nan


@dataclass(frozen=True)
class EvidenceStep:
    """What one event adds to the weight of evidence, given those before it.

    Attributes
    ----------
    says : str
        What happened, in the words of the language.
    chances : pair of float
        How probable each account makes it, given what went before.
    weight, error : float
        Logarithm of their ratio to base 10, and its standard error; not numbers where one is
        nothing.
    total, total_error : float
        The same of all events up to this one.
    """

    says: str
    chances: tuple[float, float]
    weight: float
    error: float
    total: float
    total_error: float


class Coding(NamedTuple):
    """One reading of the evidence: its probability, and what it would weigh alone (log10)."""

    label: str
    probability: float
    weight: float


@dataclass(frozen=True)
class Rivalry(Result):
    """Two accounts held against the same evidence.

    Attributes
    ----------
    evidence : str
    accounts : pair of Account
    weight : float
        Logarithm to base 10 of the Bayes factor for the first against the second. Where one of
        them gives the evidence no chance in any history, its bound; where both do, not a number.
    error : float
        Its standard error over worlds.
    codings : tuple of Coding
        The readings of the evidence; one where nothing is in doubt.
    interval : pair of float
        Middle nine tenths of the weight over worlds drawn again.
    steps : tuple of Step
        Event by event.
    bounded : str
        ``at least`` or ``at most`` where the weight is a bound, else empty.
    odds : float or None
        Prior odds of the first against the second.
    worlds, histories : int
        ``histories`` in each world.
    left_out : tuple of str
        Stages of which only one account says what was observed.
    records : tuple of mapping
        The run record of each account.
    """

    evidence: str
    accounts: tuple[RivalAccount, RivalAccount]
    weight: float
    error: float
    codings: tuple[Coding, ...]
    interval: tuple[float, float] = (nan, nan)
    steps: tuple[EvidenceStep, ...] = ()
    bounded: Bounded = ""
    odds: float | None = None
    worlds: int = 0
    histories: int = 0
    left_out: tuple[str, ...] = ()
    records: tuple[Mapping[str, Any], ...] = ()

    @property
    def decibels(self) -> float:
        """The weight of evidence in decibels."""
        return decibels_of(self.weight)

    @property
    def words(self) -> str:
        """What a weight of that size is called."""
        return weight_in_words(self.weight)

    @property
    def posterior_odds(self) -> float | None:
        """Odds of the first against the second after the evidence."""
        if self.odds is None or isnan(self.weight):
            return None
        return float(self.odds * 10.0**self.weight)

    def sentences(self) -> list[str]:
        """Return what a reader should know, in plain sentences."""
        lines = [weight_sentence(self), discrimination_sentence(self), odds_sentence(self)]
        return [line for line in lines if line] + warnings_on(self)


def weight_sentence(rivalry: Rivalry) -> str:
    """Return the sentence with the weight of evidence."""
    first, second = rivalry.accounts
    if isnan(rivalry.weight):
        return (
            f"Neither '{first.slug}' nor '{second.slug}' has a single history in which "
            f"{rivalry.evidence}: {impossible_steps(rivalry)}; there is nothing to weigh."
        )
    for place, account in enumerate(rivalry.accounts):
        if not isnan(account.most):
            other = rivalry.accounts[1 - place]
            return (
                f"No history of '{account.slug}' has the evidence ({impossible_steps(rivalry)}), "
                f"so its probability there is at most {account.most:.2g}, the rule of three over "
                f"{rivalry.worlds:,} worlds; against {exp(other.log_likelihood):.2g} in "
                f"'{other.slug}' that is a weight of evidence of {rivalry.bounded} "
                f"{format_decimals(rivalry.decibels, 1)} dB for '{first.slug}'."
            )
    favoured = rivalry.accounts[0 if rivalry.weight >= 0 else 1]
    low, high = (10.0 * end for end in sorted(rivalry.interval))
    error = 10.0 * rivalry.error
    given = " and ".join(
        f"{exp(one.log_likelihood):.2g} in '{one.slug}'" for one in rivalry.accounts
    )
    margin = ""
    if isfinite(error):
        margin = (
            f" ± {figure_of(error, error)} dB ({figure_of(low, error)} to {figure_of(high, error)})"
        )
    else:
        margin = " dB"
    return (
        f"The evidence has probability {given}: a weight of "
        f"{figure_of(rivalry.decibels, error if isfinite(error) else 0.0, 1)}{margin} for "
        f"'{first.slug}' against '{second.slug}', {rivalry.words}"
        + (f" in favour of '{favoured.slug}'." if rivalry.weight else ".")
    )


def impossible_steps(rivalry: Rivalry) -> str:
    """Return at which event an account has no history left, for each that has none."""
    found = []
    for place, account in enumerate(rivalry.accounts):
        if isnan(account.most):
            continue
        lost = next(step for step in rivalry.steps if step.chances[place] == 0.0)
        found.append(f"none of '{account.slug}' comes as far as '{lost.says}'")
    return ", ".join(found)


def discrimination_sentence(rivalry: Rivalry) -> str:
    """Return which event tells the accounts apart most, where there are several."""
    known = [step for step in rivalry.steps if isfinite(step.weight)]
    if len(known) < 2:
        return ""
    most: EvidenceStep = find_largest(known, lambda step: abs(step.weight))
    if abs(most.weight) < 2.0 * most.error or most.weight == 0.0:
        return "No event by itself tells them apart by more than two standard errors."
    favoured = rivalry.accounts[0 if most.weight > 0 else 1]
    return (
        f"Most of what tells them apart is '{most.says}', "
        f"{figure_of(10.0 * abs(most.weight), 10.0 * most.error)} dB for '{favoured.slug}' given "
        "what went before."
    )


def odds_sentence(rivalry: Rivalry) -> str:
    """Return what becomes of prior odds, where they were given."""
    after = rivalry.posterior_odds
    if rivalry.odds is None or after is None:
        return ""
    bound = f" {rivalry.bounded}" if rivalry.bounded else ""
    odds, become = write_rounded(rivalry.odds, 3), write_rounded(after, 3)
    return (
        f"Odds of {odds} for '{rivalry.accounts[0].slug}' become{bound} {become}, a "
        f"probability of{bound} {after / (1.0 + after):.3g}."
    )


def warnings_on(rivalry: Rivalry) -> list[str]:
    """Return what weakens the comparison."""
    found = []
    few = [
        f"{account.effective_worlds:.0f} in '{account.slug}'"
        for account in rivalry.accounts
        if isnan(account.most) and account.effective_worlds < FEW_WORLDS
    ]
    if few:
        found.append(
            f"Warning: weighed by the evidence the worlds are worth only {' and '.join(few)}; "
            "errors are too small then, so ask for more worlds."
        )
    if rivalry.left_out:
        found.append(
            f"Left out, because only one of them says what was observed: "
            f"{', '.join(rivalry.left_out)}."
        )
    return found
