"""Choosing the histories that show what a claim says, and saying in plain words what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conjuncture.analysis.choosing import Choice, commonest
from conjuncture.analysis.comparisons import condition_counts, share_where
from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.never_met import Asked, reasons
from conjuncture.analysis.pair_survey import Kind, Surveyed, survey_pairs
from conjuncture.analysis.pair_wording import HALF, Frequency, reason_in_words, shown_in_words
from conjuncture.analysis.pairs import Pair, States, pair_of
from conjuncture.analysis.parting import Episode
from conjuncture.analysis.questions import compile_question, what_happened
from conjuncture.engine.intervening import Run
from conjuncture.errors import UsageError
from conjuncture.scenario.crisis import Claim


@dataclass(frozen=True)
class Illustration:
    """What a history, or a pair of them, shows of a claim.

    Attributes
    ----------
    key, says : str
        Of the claim.
    worlds : float
        The share of worlds in which the claim holds.
    as_said : bool or None
        Whether this history goes as the claim says; None where no single history shows it.
    share : float
        The share of the histories in the condition that go so too.
    histories : int
        How many are in the condition.
    sentences : str
        What they show, why they were chosen and how common that is.
    """

    key: str
    says: str
    worlds: float
    as_said: bool | None
    share: float
    histories: int
    sentences: str


@dataclass(frozen=True)
class Shown:
    """The history that was chosen for a claim.

    Attributes
    ----------
    claim : Claim
    pair : Pair
    choice : Choice
    states : tuple of str
        How the events of the pair are in it.
    holding : float
        The share of worlds in which the claim holds.
    frequency : Frequency
    """

    claim: Claim
    pair: Pair
    choice: Choice
    states: States
    holding: float
    frequency: Frequency


def show_claim(laboratory: Laboratory, claim: Claim) -> Shown:
    """Choose a typical history of what a claim says, or, where it fails, of what it does not.

    Parameters
    ----------
    laboratory : Laboratory
    claim : Claim

    Raises
    ------
    UsageError
        When the condition of the claim never comes about, with the nearest that does.
    """
    holding = share_of_worlds(laboratory, claim)
    pair = pair_of(claim.test)
    happened = what_happened(laboratory.worlds.crisis, claim.test)
    surveyed = survey_pairs(laboratory, pair, happened)
    if not surveyed.courses:
        raise UsageError("the run was stopped before it had a history; let it run longer")
    kind, found = kind_to_show(pair, surveyed, holds=holding > HALF)
    courses = surveyed.courses[kind]
    like = " that go so" + (" and went as observed" if kind.observed else "")
    as_said = pair.goes_so(kind.states)
    frequency = Frequency(
        as_said=as_said,
        share=surveyed.share(lambda one: pair.goes_so(one) == as_said),
        reverse=surveyed.share(lambda one: one in pair.reverse) if pair.reverse else None,
        histories=surveyed.total,
        found=found,
    )
    choice = commonest(courses, range(len(courses.paths)), like)
    return Shown(claim, pair, choice, kind.states, holding, frequency)


def illustration_of(
    laboratory: Laboratory, shown: Shown, told: Mapping[Run, Sequence[Episode]]
) -> Illustration:
    """Return what a history shows of a claim, in words.

    Parameters
    ----------
    laboratory : Laboratory
    shown : Shown
    told : mapping of Run to sequence of Episode
        The history in each run that is told.
    """
    pair, frequency = shown.pair, shown.frequency
    sentences = (
        shown_in_words(laboratory, pair, shown.states, shown.choice, told),
        reason_in_words(laboratory.worlds.crisis, pair, shown.holding, frequency),
    )
    return Illustration(
        key=shown.claim.key,
        says=shown.claim.says,
        worlds=shown.holding,
        as_said=None if pair.so is None else frequency.as_said,
        share=frequency.share,
        histories=frequency.histories,
        sentences=" ".join(filter(None, sentences)),
    )


def share_of_worlds(laboratory: Laboratory, claim: Claim) -> float:
    """Return in what share of worlds a claim holds, before one knows how it ended.

    Raises
    ------
    UsageError
        When its condition never comes about.
    """
    (counts,) = laboratory.count([compile_question(claim.test)], "histories")
    if laboratory.progress.stopped:
        raise UsageError("the run was stopped before it had a history; let it run longer")
    weights = condition_counts(counts)
    if not weights.any():
        why = reasons(laboratory, [Asked(claim.test)])[0]
        raise UsageError(f"no history shows what '{claim.key}' says: {why}")
    return share_where(claim.test, counts, weights).value


def kind_to_show(pair: Pair, surveyed: Surveyed, *, holds: bool) -> tuple[Kind, bool]:
    """Return which kind of history to show, and whether it is of the kind that was looked for.

    Of those that go as the claim says where it holds, and otherwise where it fails, it is the
    commonest: if possible of those that went as observed.
    """
    fit = [kind for kind in surveyed.courses if pair.goes_so(kind.states) == holds]
    found = bool(fit) or pair.so is None
    fit = fit or list(surveyed.courses)
    fit = [kind for kind in fit if kind.observed] or fit
    return max(fit, key=surveyed.histories), found
