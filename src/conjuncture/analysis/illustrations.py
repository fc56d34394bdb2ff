"""The histories that show what a claim says, and what they show in plain words.

The history that is told is the first that took the commonest course.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from conjuncture.analysis.claim_comparisons import condition_counts, share_where
from conjuncture.analysis.clauses import (
    denial_in_words,
    event_in_words,
    outcome_in_words,
    run_in_words,
)
from conjuncture.analysis.courses import Course, Courses, survey_courses
from conjuncture.analysis.divergence import Episode
from conjuncture.analysis.pairs import (
    Pair,
    PairCourses,
    PairKind,
    States,
    numbers_of_history,
    pair_of,
    survey_pairs,
)
from conjuncture.analysis.phrases import quantity_in_words, stage_in_words
from conjuncture.analysis.plain_words import capitalise, join_words
from conjuncture.analysis.questions import compile_question, observed_event_of
from conjuncture.analysis.simulator import Simulator
from conjuncture.analysis.unmet_conditions import UnansweredQuestion, reasons_for
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.patches import AS_THINGS_WERE, Run
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.nodes import And, Compare, Expression, Not, Outcome, State
from conjuncture.number_format import percent_in_text as percent
from conjuncture.number_format import round_number
from conjuncture.scenario.crisis import Claim, Crisis
from conjuncture.scenario.queries import read_event
from conjuncture.scenario.stage_graph import stage_order


@dataclass(frozen=True)
class ChosenHistory:
    """A history, by its address, and why it was chosen (nothing where it was asked for)."""

    world: int
    history: int
    why: str


def choose_by_address(simulator: Simulator, world: int, history: int) -> ChosenHistory:
    """Return the history that somebody asked for by its address.

    Raises
    ------
    UsageError
        When the ensemble has no such history.
    """
    sizes = (
        ("world", world, simulator.worlds.count),
        ("history", history, simulator.blocks * BLOCK),
    )
    for what, number, count in sizes:
        if not 0 <= number < count:
            raise UsageError(f"{what} must be 0 to {count - 1:,}, not {number}")
    return ChosenHistory(world, history, "")


def choose_typical(simulator: Simulator, given: str | None = None) -> ChosenHistory:
    """Return the first history, in the order of addresses, that took the commonest course.

    Parameters
    ----------
    simulator : Simulator
    given : str, optional
        Only histories in which this event is true are looked at.

    Raises
    ------
    QueryError
        When ``given`` is no event.
    UsageError
        When no history fits.
    """
    crisis = simulator.worlds.crisis
    event = None if given is None else read_event(given, crisis)
    courses, _ = survey_courses(simulator, given=event, label="histories searched")
    searched = int(courses.searched.sum())
    if not courses.paths:
        raise UsageError(no_history_message(given or "", searched, courses.undefined))
    condition = "" if event is None else f" in which {event_in_words(crisis, event)}"
    return choose_commonest(courses, range(len(courses.paths)), condition)


def choose_typical_of_observed(courses: Courses, crisis: Crisis) -> ChosenHistory:
    """Return the first history that took the commonest course of those that went as observed.

    Where none did to the end, it is of those that went so up to the latest stage possible, and the
    reason says so; where nothing was observed, of all.

    Parameters
    ----------
    courses : Courses
        One or more.
    crisis : Crisis
    """
    seen = [stage for stage in stage_order(crisis.stages) if stage in crisis.observed]
    for last in range(len(seen), 0, -1):
        asked = {stage: crisis.observed[stage] for stage in seen[:last]}
        fit = [place for place, path in enumerate(courses.paths) if has_endings(path, asked)]
        if fit:
            latest = stage_in_words(crisis, seen[last - 1])
            end = "" if last == len(seen) else f" up to {latest}"
            choice = choose_commonest(courses, fit, f" that went as observed{end}")
            return choice if not end else replace(choice, why=f"{NOT_TO_THE_END} {choice.why}")
    choice = choose_commonest(courses, range(len(courses.paths)), "")
    return choice if not seen else replace(choice, why=f"{NOT_AT_ALL} {choice.why}")


NOT_TO_THE_END = "No history went as observed to the end."
NOT_AT_ALL = "No history went as observed."


def has_endings(path: Course, asked: Mapping[str, str]) -> bool:
    """Return whether stages ended in certain ways on a course, the last visit to each counting.

    Examples
    --------
    >>> from conjuncture.analysis.courses import Step
    >>> path = (Step("talks", 1, "failed"), Step("talks", 2, "agreed"))
    >>> has_endings(path, {"talks": "agreed"}), has_endings(path, {"talks": "failed"})
    (True, False)
    """
    ends = {step.stage: step.outcome for step in path}
    return all(ends.get(stage) == outcome for stage, outcome in asked.items())


def choose_commonest(courses: Courses, among: Iterable[int], condition: str) -> ChosenHistory:
    """Return the first history that took the course which most did, of some courses.

    Parameters
    ----------
    courses : Courses
    among : iterable of int
        Their places, in order; one or more.
    condition : str
        What their histories have in common, to follow the word.
    """
    places = list(among)
    totals = courses.totals()[places]
    most = int(np.argmax(totals))
    fit, took = int(totals.sum()), int(totals[most])
    why = (
        f"{took:,} of the {fit:,} histories{condition} took this course, more than any other; "
        "this is the first of them."
    )
    if took == fit:
        why = f"All {fit:,} histories{condition} took this course; this is the first of them."
    return ChosenHistory(*courses.first[places[most]], why)


def no_history_message(given: str, searched: int, undefined: int) -> str:
    """Return what to try when no history fits."""
    gone = ""
    if undefined:
        gone = (
            f" (in {100 * undefined / searched:.3g} % of them it is undefined, because they never "
            "reach a stage that it reads)"
        )
    return (
        f"in none of the {searched:,} histories searched is '{given}' true{gone}; search more of "
        "them with --worlds or --histories, ask for less, or see with 'conjuncture run' what "
        "does occur"
    )


HALF = 0.5
"""A claim that holds in more of the worlds is shown as it says."""

LONGEST = 100
"""Interventions that take more characters are not told within a sentence."""


@dataclass(frozen=True)
class Frequency:
    """How common what a history shows is, and whether it was what was looked for."""

    as_said: bool
    share: float
    reverse: float | None
    histories: int
    found: bool


def pair_in_words(
    simulator: Simulator,
    pair: Pair,
    states: States,
    choice: ChosenHistory,
    told: Mapping[Run, Sequence[Episode]],
) -> str:
    """Return what a history shows, and the same history under what is imposed, in a sentence.

    Nothing where the claim compares what no single history shows.
    """
    if not pair.expressions:
        return ""
    worlds = simulator.worlds
    if pair.gap is None:
        clauses = [
            clause_of(worlds.crisis, sight.expression, state, told[sight.run])
            for sight, state in zip(pair.expressions, states, strict=True)
        ]
    else:
        numbers = numbers_of_history(simulator, pair, choice.world, choice.history)
        values = ["has no value" if one is None else f"is {round_number(one)}" for one in numbers]
        clauses = [
            f"{quantity_in_words(worlds.crisis, sight.expression)} {value}"
            for sight, value in zip(pair.expressions, values, strict=True)
        ]
    imposed = circumstances_of(worlds, pair, choice)
    said = [
        (imposed[sight.run], clause)
        for sight, clause in zip(pair.expressions, clauses, strict=True)
    ]
    return sentence_of(sorted(said, key=lambda one: list(imposed.values()).index(one[0])))


def circumstances_of(worlds: Worlds, pair: Pair, choice: ChosenHistory) -> dict[Run, str]:
    """Return under what each column is told; nothing for things as they were."""
    words = [run_in_words(worlds, run, choice.world) for run in pair.columns]
    if any(len(one) > LONGEST for one in words):
        words = ["", "with the change"]
        if AS_THINGS_WERE not in pair.columns:
            words = ["with the first change", "with the second"]
    return dict(zip(pair.columns, words, strict=True))


def sentence_of(told: Sequence[tuple[str, str]]) -> str:
    """Return what is so in one run of a history, or in two, as a sentence.

    Parameters
    ----------
    told : sequence of (str, str)
        What is imposed, nothing for things as they were, and a clause.

    Examples
    --------
    >>> sentence_of([("", "Torres wins"), ("with the unions standing aside", "Miranda wins")])
    'In this history Torres wins; with the unions standing aside, and the same luck, Miranda wins.'
    >>> sentence_of([("", "Torres wins"), ("without the unions", "Torres wins")])
    'In this history Torres wins; without the unions, and the same luck, that is no different.'
    """
    (imposed, clause), *others = told
    first = f"{capitalise(imposed)}, {clause}" if imposed else f"In this history {clause}"
    for also, other in others:
        if also == imposed:
            return f"{first}, and {other}."
        ends = "that is no different" if other == clause else other
        under = f"{also}, and the same luck" if also else "as it was, with the same luck"
        return f"{first}; {under}, {ends}."
    return f"{first}."


def reason_in_words(crisis: Crisis, pair: Pair, holding: float, frequency: Frequency) -> str:
    """Return why a history was chosen, and how common what it shows is.

    Parameters
    ----------
    crisis : Crisis
    pair : Pair
    holding : float
        The share of worlds in which the claim holds.
    frequency : Frequency
    """
    several = len(pair.columns) > 1
    what, proves = ("this pair", "A pair") if several else ("this history", "One history")
    proves = f"{proves} illustrates and proves nothing."
    where = "" if pair.given is None else f" in which {condition_in_words(crisis, pair.given)}"
    among = f"the {frequency.histories:,} histories{where}"
    if pair.agreeing_states is None:
        reason = "What the claim compares no single history shows"
        return f"{reason}; {what} is a typical one of {among}. {proves}"
    share, most = percent(holding), holding > HALF
    worlds = f"in {share} of the worlds" + ("" if most else ", not in most")
    if not frequency.found:
        wanted = "it" if most else "how it fails"
        return f"The claim holds {worlds}, but none of {among} shows {wanted}. {proves}"
    goes, also = "does not go", ""
    if frequency.as_said:
        goes = "goes"
        if frequency.reverse is not None:
            also = f", the reverse in {percent(frequency.reverse)}"
    return (
        f"The claim holds {worlds}, so {what} was chosen as one in which it {goes} as the claim "
        f"says. That is so in {percent(frequency.share)} of {among}{also}. {proves}"
    )


def clause_of(crisis: Crisis, event: Expression, state: State, told: Sequence[Episode]) -> str:
    """Return how an event is in one run of a history, as a clause.

    Of the end of a stage it says how the stage ended there.
    """
    if state == "undefined":
        return "it does not come to that"
    match event:
        case Compare(operator="=" | "!=", left=Outcome(stage=stage, visit=visit)):
            ends = [
                one.outcome for one in told if one.stage == stage and visit in (None, one.visit)
            ]
            if ends:
                return outcome_in_words(crisis, stage, ends[-1], visit)
    return (event_in_words if state == "true" else denial_in_words)(crisis, event)


def condition_in_words(crisis: Crisis, given: Expression) -> str:
    """Return a condition as a clause, without what its other parts say already."""
    parts = parts_of(given)
    ends = {part.left for part in parts if isinstance(part, Compare) and part.operator == "="}
    said = [
        event_in_words(crisis, part)
        for part in parts
        if not (
            isinstance(part, Not)
            and isinstance(part.operand, Compare)
            and part.operand.left in ends
        )
    ]
    return join_words(said)


def parts_of(event: Expression) -> list[Expression]:
    """Return the events that must all be true for one to be."""
    if isinstance(event, And):
        return [*parts_of(event.left), *parts_of(event.right)]
    return [event]


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
    choice : ChosenHistory
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
    simulator : Simulator
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
    simulator : Simulator
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
