"""Why a question has no value: which part of its condition is never met, and what does occur."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import isfinite

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.plain_words import join_words
from conjuncture.analysis.questions import compile_question, join_events
from conjuncture.analysis.simulator import Simulator
from conjuncture.language.nodes import (
    And,
    Cell,
    Compare,
    Expression,
    Label,
    Measure,
    Outcome,
    Quantity,
    Reached,
    Within,
    quantities_of,
    walk,
)
from conjuncture.language.quantities import NumberQuantity, Probability, Quantile
from conjuncture.language.unparser import write
from conjuncture.number_format import percent_in_text as percent
from conjuncture.scenario.crisis import Crisis

MOST_PARTS, MOST_NAMED = 6, 2
NEARLY_ALL = (0.0005, 0.9995)
"""Between these quantiles a number is said to lie."""


@dataclass(frozen=True)
class UnansweredQuestion:
    """A question without a value, and what was observed if it is asked as it happened."""

    query: Expression
    happened: Expression | None = None


def reasons_for(simulator: Simulator, asked: Sequence[UnansweredQuestion]) -> list[str]:
    """Return for each question in a few sentences why it has no value.

    The histories are those that it was asked of.

    Parameters
    ----------
    simulator : Simulator
    asked : sequence of UnansweredQuestion
    """
    crisis = simulator.worlds.crisis
    quantities = [list(quantities_of(one.query)) for one in asked]
    wanted: dict[Expression, None] = {}
    for one, found in zip(asked, quantities, strict=True):
        for quantity in found:
            wanted |= dict.fromkeys(questions_about(quantity, one.happened, crisis))
    counted = simulator.count(
        [compile_question(one).as_drawn() for one in wanted], "histories, part by part"
    )
    if simulator.progress.is_stopped:
        return [""] * len(asked)
    answers = {one: answer(counts) for one, counts in zip(wanted, counted, strict=True)}
    return [
        _reason_for(found, one.happened, crisis, answers)
        for one, found in zip(asked, quantities, strict=True)
    ]


def explain_missing(simulator: Simulator, found: Answer, asked: UnansweredQuestion) -> Answer:
    """Return an answer that says which part of its condition is never met, if that is why."""
    if found.met:
        return found
    return replace(found, no_value=reasons_for(simulator, [asked])[0])


def questions_about(
    quantity: Quantity, happened: Expression | None, crisis: Crisis
) -> Iterator[Probability | Quantile]:
    """Yield everything that is counted about the condition of a quantity."""
    parts = conditions_of(quantity, happened)
    yield Probability(join_events(parts) or Reached(next(iter(crisis.stages))))
    for part in parts:
        yield Probability(part)
        for subject in _subjects_of(part):
            yield from _value_queries_of(subject, crisis).values()
    if len(parts) <= MOST_PARTS:
        for pair in combinations(parts, 2):
            yield Probability(And(*pair))


def conditions_of(quantity: Quantity, happened: Expression | None) -> list[Expression]:
    """Return the events that must all be true for a history to count.

    Examples
    --------
    >>> from conjuncture.language.nodes import NumberLiteral
    >>> from conjuncture.language.quantities import Necessity
    >>> one = Compare(">", Cell("fog"), NumberLiteral(1.0))
    >>> [write(part) for part in conditions_of(Necessity((), one, And(one, Reached("end"))), None)]
    ['fog > 1', 'reached(end)']
    """
    given: list[Expression] = [part for part in (quantity.given, happened) if part is not None]
    if quantity.presupposition is not None:
        given.append(quantity.presupposition)
    parts: dict[Expression, None] = {}
    while given:
        part = given.pop(0)
        if isinstance(part, And):
            given[:0] = [part.left, part.right]
        else:
            parts[part] = None
    return list(parts)


def _reason_for(
    quantities: Sequence[Quantity],
    happened: Expression | None,
    crisis: Crisis,
    answers: Mapping[Expression, Answer],
) -> str:
    for quantity in quantities:
        parts = conditions_of(quantity, happened)
        whole = answers[Probability(join_events(parts) or Reached(next(iter(crisis.stages))))]
        if whole.value == 0.0:
            return _why_unmet(parts, crisis, answers)
    for quantity in quantities:
        if isinstance(quantity, NumberQuantity):
            return (
                f"'{write(quantity.expression)}' is undefined wherever the condition is met, being "
                "of a stage that is not reached or of somebody who is absent"
            )
    conditions = dict.fromkeys(
        f"'{write(given)}'"
        for quantity in quantities
        if (given := join_events(conditions_of(quantity, happened))) is not None
    )
    return f"no world has histories in all of its conditions, {join_words(list(conditions))}"


def _why_unmet(
    parts: Sequence[Expression], crisis: Crisis, answers: Mapping[Expression, Answer]
) -> str:
    histories = answers[Probability(parts[0])].histories
    opening = f"its condition was never met in {histories:,} histories"
    never = [part for part in parts if answers[Probability(part)].value == 0.0]
    told = [_why_never(part, crisis, answers) for part in never[:MOST_NAMED]]
    if never:
        more = f", and so for {len(never) - MOST_NAMED} parts more" * (len(never) > MOST_NAMED)
        return f"{opening}: {'; '.join(told)}{more}"
    shares = ", ".join(
        f"'{write(part)}' in {percent(answers[Probability(part)].value)}" for part in parts
    )
    together = "never all together"
    if len(parts) <= MOST_PARTS:
        apart = [
            pair for pair in combinations(parts, 2) if answers[Probability(And(*pair))].value == 0.0
        ]
        if apart and len(parts) > 2:
            first, second = apart[0]
            together += f": '{write(first)}' and '{write(second)}' exclude each other"
    return f"{opening}: each part is true somewhere, {shares}, but {together}"


def _why_never(part: Expression, crisis: Crisis, answers: Mapping[Expression, Answer]) -> str:
    said = f"'{write(part)}' is never true"
    if answers[Probability(part)].undefined > 0.995:
        return (
            f"'{write(part)}' is undefined, being of a stage that is not reached or of the absent"
        )
    found = []
    for subject in _subjects_of(part):
        values = _value_queries_of(subject, crisis)
        first = next(iter(values.values()))
        if isinstance(first, Quantile):
            low, high = (answers[one].value for one in values.values())
            if isfinite(low) and isfinite(high):
                found.append(f"{write(subject)} lies between {low:.3g} and {high:.3g}")
            continue
        shares = {label: answers[one].value for label, one in values.items()}
        listed = [
            f"{label} in {percent(share)}"
            for label, share in sorted(shares.items(), key=lambda item: -item[1])
            if share > 0.0
        ]
        if listed:
            found.append(f"{write(subject)} is {', '.join(listed)}")
    return f"{said} ({'; '.join(found)})" if found else said


def _subjects_of(part: Expression) -> list[Expression]:
    """Return what an event compares: outcomes and measures, and numbers that may be anything."""
    found: dict[Expression, None] = {}
    for node, _ in walk(part):
        match node:
            case Compare(left=Outcome() | Measure() as left, right=Label()):
                found[left] = None
            case Compare(left=left, right=right):
                found |= {side: None for side in (left, right) if _varies(side)}
            case Within(operand=operand):
                found |= {operand: None} if _varies(operand) else {}
    return list(found)[:MOST_NAMED]


def _varies(side: Expression) -> bool:
    return any(isinstance(node, Measure | Cell) for node, _ in walk(side))


def _value_queries_of(subject: Expression, crisis: Crisis) -> dict[str, Probability | Quantile]:
    """Return what is to be counted to tell which values a subject takes."""
    labels: Sequence[str] = ()
    match subject:
        case Outcome(stage=stage):
            labels = crisis.vocabulary.stages[stage].outcomes
        case Measure(stage=stage, measure=measure):
            labels = crisis.vocabulary.stages[stage].measures[measure].kind.labels or ()
    if labels:
        return {
            label: Probability(Compare("=", subject, Label(label, code)))
            for code, label in enumerate(labels)
        }
    return {str(level): Quantile(level, subject) for level in NEARLY_ALL}
