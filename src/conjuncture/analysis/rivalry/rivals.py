"""Two accounts of one crisis held against the same evidence: what comes of it, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, isnan, nan
from typing import Any, Literal, NamedTuple

from conjuncture.analysis.rivalry.weight_of_evidence import decibels_of, weight_in_words
from conjuncture.analysis.tables import figure_of
from conjuncture.analysis.wording import format_decimals
from conjuncture.language.digits import write_rounded
from conjuncture.ordering import find_largest

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
class Rivalry:
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
                f"No history of '{account.slug}' has the evidence ({impossible_steps(rivalry)}), so its "
                f"probability there is at most {account.most:.2g}, the rule of three over "
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
        f"{figure_of(10.0 * abs(most.weight), 10.0 * most.error)} dB for '{favoured.slug}' given what "
        "went before."
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
