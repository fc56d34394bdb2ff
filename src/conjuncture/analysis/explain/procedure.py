"""How an outcome is explained: part by part; or what is nearest to it if no history has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.clauses import event_in_words, outcome_in_words
from conjuncture.analysis.explain.explanation import (
    PARTS,
    ExplainOptions,
    Explanation,
    compute_part,
)
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.phrases import quantity_in_words, stage_in_words
from conjuncture.analysis.plain_words import join_words
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.progress import Progress
from conjuncture.errors import QueryError, SimulationError, UsageError
from conjuncture.language.nodes import (
    And,
    Compare,
    Expression,
    Label,
    Measure,
    Outcome,
    Reached,
    walk,
)
from conjuncture.language.quantities import Probability
from conjuncture.language.unparser import write
from conjuncture.number_format import round_number
from conjuncture.ordering import find_largest, put_in_order

ENOUGH_EVENTS = 200
"""Histories with the event, below which more histories of each world are taken."""


def explain(
    simulator: Simulator,
    event: Expression,
    asked: ExplainOptions | None = None,
    tell: Callable[[str, Any], None] | None = None,
) -> Explanation:
    """Explain an event.

    Where ``simulator.progress`` says that somebody wants the answer so far, the part at work and
    those after it are missing. A part in whose runs a number goes wrong is left out, and the others
    go on.

    Parameters
    ----------
    simulator : Simulator
    event : Expression
        A linked event.
    asked : ExplainOptions, optional
    tell : callable, optional
        Called with the name of a part and the part, as soon as it is there.

    Raises
    ------
    UsageError
        When no history has the event, with what the nearest possible is.
    StoppedEarly
        When somebody wants the answer so far before there is any.

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.scenario.queries import read_event
    >>> ensemble = conjuncture.load("bolivia-1970").run(worlds=20)
    >>> event = read_event("showdown = torres", ensemble.crisis)
    >>> found = explain(ensemble.simulator, event, ExplainOptions(["attribution"]))
    >>> len(found.attribution.shares)
    8
    """
    asked = asked or ExplainOptions()
    each = min(BLOCK, simulator.blocks * BLOCK)
    whole = Sample(simulator, event, max(each, asked.each))
    happened = whole.truths((AS_THINGS_WERE,), label="histories as they were")[0]
    if not happened.any():
        raise UsageError(nearest_possible(whole))
    probability = probability_of(simulator, event)
    sample = replace(whole, each=histories_per_world(happened, asked.each))
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    parts = [part for part in PARTS if part in asked.parts]
    for place, part in enumerate(parts, 1):
        counted = PartProgress(simulator.progress, f"{place} of {len(parts)}")
        try:
            found[part] = compute_part(
                part, replace(sample, simulator=replace(simulator, progress=counted)), asked
            )
        except StoppedEarly:
            break
        except (SimulationError, QueryError) as error:
            wrong[part] = str(error)
            continue
        if found[part] is not None and tell is not None:
            tell(part, found[part])
        if simulator.progress.is_stopped:
            break
    missing = tuple(part for part in parts if part not in found and part not in wrong)
    return Explanation(
        write(event),
        probability,
        **found,
        missing=missing,
        each=sample.each,
        wrong=wrong,
        says=event_in_words(simulator.worlds.crisis, event),
    )


def probability_of(simulator: Simulator, event: Expression) -> Answer:
    """Return how probable an event is in all histories, as a query answers."""
    counts = simulator.count([compile_question(Probability(event))], "histories as they were")[0]
    if simulator.progress.is_stopped:
        raise StoppedEarly
    return answer(counts)


def histories_per_world(happened: np.ndarray, each: int) -> int:
    """Return how many histories of each world are taken, so that enough have the event.

    Parameters
    ----------
    happened : array of bool, shape (worlds, histories)
    each : int
        How many at least.

    Examples
    --------
    >>> rare = np.zeros((400, 512), bool)
    >>> rare[:100, ::128] = True
    >>> histories_per_world(rare, 16), histories_per_world(~rare, 16)
    (256, 16)
    """
    most = happened.shape[1]
    while each < most and happened[:, :each].sum() < ENOUGH_EVENTS:
        each = min(most, 2 * each)
    return each


class PartProgress:
    """Tells which part of the whole the work to come belongs to.

    Parameters
    ----------
    progress : Progress
    place : str
    """

    def __init__(self, progress: Progress, place: str) -> None:
        self._progress = progress
        self._place = place

    @property
    def is_stopped(self) -> bool:
        """Whether the answer so far is wanted."""
        return self._progress.is_stopped

    def expect(self, label: str, blocks: int) -> None:
        """Pass on what is to come."""
        self._progress.expect(f"{self._place}, {label}", blocks)

    def advance(self, blocks: int) -> None:
        """Pass on what is done."""
        self._progress.advance(blocks)


MOST_OUTCOMES = 3
"""How many other outcomes are named."""


def nearest_possible(sample: Sample) -> str:
    """Say that no history has the event, and what the nearest possible is.

    Of several things at once, it is all but one that happen together most often; of a stage's
    outcome, how else the stage ends, or how far histories come; of a number, how near it comes.

    Parameters
    ----------
    sample : Sample
        Of an event that is true in no history.

    Returns
    -------
    str
        Sentences.

    Raises
    ------
    StoppedEarly
        When somebody wants the answer so far.
    """
    worlds, each = sample.worlds.count, sample.each
    chance = float(sample.chances((AS_THINGS_WERE,))[0].max(initial=0.0))
    clause, written = event_in_words(sample.crisis, sample.event), write(sample.event)
    found = f"in none of {worlds * each:,} histories is it so that {clause} ('{written}')"
    if chance > 0.0:
        found += f" (its chance was at most {chance:.2g} in any of them)"
    return f"{found}, so there is nothing to explain; {nearest_in_words(sample)}"


def nearest_in_words(sample: Sample) -> str:
    """Say what comes nearest to the event of a sample."""
    event = sample.event
    if isinstance(event, And):
        return nearest_of_several(sample, conjuncts(event))
    for node, _ in walk(event):
        match node:
            case Compare(left=Outcome(stage=stage), right=Label()):
                return other_outcomes(sample, stage)
            case Compare(left=Measure() as measure):
                return range_of(sample, measure)
    return "ask for an event that happens, or for more worlds"


def conjuncts(event: Expression) -> list[Expression]:
    """Return the events that must all be true."""
    if isinstance(event, And):
        return [*conjuncts(event.left), *conjuncts(event.right)]
    return [event]


def nearest_of_several(sample: Sample, parts: list[Expression]) -> str:
    """Say which of several things happen together, all but one."""
    shares = []
    for place in range(len(parts)):
        rest = parts[:place] + parts[place + 1 :]
        whole = rest[0]
        for one in rest[1:]:
            whole = And(whole, one)
        shares.append((share_of(sample, whole), whole, parts[place]))
    share, whole, left_out = find_largest(shares, lambda one: one[0])
    if share == 0.0:
        return nearest_in_words(replace(sample, event=whole))
    without, together = (event_in_words(sample.crisis, one) for one in (left_out, whole))
    return (
        f"all but one happen together: leave out that {without} ('{write(left_out)}'), and in "
        f"{share:.2%} of them {together} ('{write(whole)}')"
    ).replace("%", " %")


def other_outcomes(sample: Sample, stage: str) -> str:
    """Say how a stage does end, or that no history comes to it."""
    crisis = sample.crisis
    reached = share_of(sample, Reached(stage))
    if reached == 0.0:
        earlier = [name for name in sample.stages_on_the_way if name != stage]
        shares = {name: share_of(sample, Reached(name)) for name in earlier}
        last = [name for name in earlier if shares[name] > 0.0][-1]
        return (
            f"no history comes to {stage_in_words(crisis, stage)} ('{stage}'); the nearest stage "
            f"before it that any reaches is {stage_in_words(crisis, last)} ('{last}'), in "
            f"{shares[last]:.2%} of them".replace("%", " %")
        )
    ends = {
        label: share_of(sample, Compare("=", Outcome(stage), Label(label, code)))
        for code, label in enumerate(crisis.vocabulary.stages[stage].outcomes)
    }
    seen = [label for label in ends if ends[label] > 0.0]
    usual = put_in_order(seen, lambda label: ends[label], falling=True)
    told = join_words(
        [
            f"{outcome_in_words(crisis, stage, label)} ('{stage} = {label}') in {ends[label]:.2%}"
            for label in usual[:MOST_OUTCOMES]
        ]
    )
    return f"the nearest possible: {told} of them".replace("%", " %")


def range_of(sample: Sample, measure: Measure) -> str:
    """Say between which values a measure lies."""
    values = sample.values_of(measure)
    if np.isnan(values).all():
        return other_outcomes(sample, measure.stage)
    low, high = (round_number(float(end), 3) for end in (np.nanmin(values), np.nanmax(values)))
    what = quantity_in_words(sample.crisis, measure)
    return f"the nearest possible: {what} ('{write(measure)}') lies between {low} and {high}"


def share_of(sample: Sample, event: Expression) -> float:
    """Return in what share of the histories an event is true."""
    other = replace(sample, event=event)
    return float(other.truths((AS_THINGS_WERE,), label="what else happens")[0].mean())
