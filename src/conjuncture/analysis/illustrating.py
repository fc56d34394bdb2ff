"""Choosing the histories that show what a claim says, and saying in plain words what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conjuncture.analysis.choosing import ChosenHistory, choose_commonest
from conjuncture.analysis.comparisons import condition_counts, share_where
from conjuncture.analysis.counting import Simulator
from conjuncture.analysis.never_met import UnansweredQuestion, reasons_for
from conjuncture.analysis.pair_survey import PairCourses, PairKind, survey_pairs
from conjuncture.analysis.pair_wording import HALF, Frequency, pair_in_words, reason_in_words
from conjuncture.analysis.pairs import Pair, States, pair_of
from conjuncture.analysis.parting import Episode
from conjuncture.analysis.questions import compile_question, observed_event_of
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
class ShownHistory:
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
    choice: ChosenHistory
    states: States
    world_share: float
    frequency: Frequency


def show_claim(simulator: Simulator, claim: Claim) -> ShownHistory:
    """Choose a typical history of what a claim says, or, where it fails, of what it does not.

    Parameters
    ----------
    simulator : Laboratory
    claim : Claim

    Raises
    ------
    UsageError
        When the condition of the claim never comes about, with the nearest that does.
    """
    holding = share_of_worlds(simulator, claim)
    pair = pair_of(claim.test)
    happened = observed_event_of(simulator.worlds.crisis, claim.test)
    surveyed = survey_pairs(simulator, pair, happened)
    if not surveyed.courses:
        raise UsageError("the run was stopped before it had a history; let it run longer")
    kind, found = kind_to_show(pair, surveyed, holds=holding > HALF)
    courses = surveyed.courses[kind]
    like = " that go so" + (" and went as observed" if kind.observed else "")
    as_said = pair.agrees_with_claim(kind.states)
    frequency = Frequency(
        as_said=as_said,
        share=surveyed.share(lambda one: pair.agrees_with_claim(one) == as_said),
        reverse=surveyed.share(lambda one: one in pair.reverse_states)
        if pair.reverse_states
        else None,
        histories=surveyed.total,
        found=found,
    )
    choice = choose_commonest(courses, range(len(courses.paths)), like)
    return ShownHistory(claim, pair, choice, kind.states, holding, frequency)


def illustration_of(
    simulator: Simulator, shown: ShownHistory, told: Mapping[Run, Sequence[Episode]]
) -> Illustration:
    """Return what a history shows of a claim, in words.

    Parameters
    ----------
    simulator : Laboratory
    shown : Shown
    told : mapping of Run to sequence of Episode
        The history in each run that is told.
    """
    pair, frequency = shown.pair, shown.frequency
    sentences = (
        pair_in_words(simulator, pair, shown.states, shown.choice, told),
        reason_in_words(simulator.worlds.crisis, pair, shown.world_share, frequency),
    )
    return Illustration(
        key=shown.claim.key,
        says=shown.claim.says,
        worlds=shown.world_share,
        as_said=None if pair.agreeing_states is None else frequency.as_said,
        share=frequency.share,
        histories=frequency.histories,
        sentences=" ".join(filter(None, sentences)),
    )


def share_of_worlds(simulator: Simulator, claim: Claim) -> float:
    """Return in what share of worlds a claim holds, before one knows how it ended.

    Raises
    ------
    UsageError
        When its condition never comes about.
    """
    (counts,) = simulator.count([compile_question(claim.test)], "histories")
    if simulator.progress.is_stopped:
        raise UsageError("the run was stopped before it had a history; let it run longer")
    weights = condition_counts(counts)
    if not weights.any():
        why = reasons_for(simulator, [UnansweredQuestion(claim.test)])[0]
        raise UsageError(f"no history shows what '{claim.key}' says: {why}")
    return share_where(claim.test, counts, weights).value


def kind_to_show(pair: Pair, surveyed: PairCourses, *, holds: bool) -> tuple[PairKind, bool]:
    """Return which kind of history to show, and whether it is of the kind that was looked for.

    Of those that go as the claim says where it holds, and otherwise where it fails, it is the
    commonest: if possible of those that went as observed.
    """
    fit = [kind for kind in surveyed.courses if pair.agrees_with_claim(kind.states) == holds]
    found = bool(fit) or pair.agreeing_states is None
    fit = fit or list(surveyed.courses)
    fit = [kind for kind in fit if kind.observed] or fit
    return max(fit, key=surveyed.histories), found
