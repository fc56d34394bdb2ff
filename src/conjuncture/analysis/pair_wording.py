"""What a history shows of a claim, in plain words: what happens in it, and how common that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conjuncture.analysis.choosing import ChosenHistory
from conjuncture.analysis.clauses import (
    denial_in_words,
    event_in_words,
    outcome_in_words,
    run_in_words,
)
from conjuncture.analysis.counting import Simulator
from conjuncture.analysis.pair_survey import numbers_of_history
from conjuncture.analysis.pairs import Pair, State, States
from conjuncture.analysis.parting import Episode
from conjuncture.analysis.phrases import quantity_in_words
from conjuncture.analysis.wording import capitalise, join_words, percent, round_number
from conjuncture.engine.intervening import AS_THINGS_WERE, Run
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import And, Compare, Expression, Not, Outcome
from conjuncture.scenario.crisis import Crisis

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
