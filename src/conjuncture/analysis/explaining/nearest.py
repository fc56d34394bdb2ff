"""What is nearest to an outcome that no history has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from conjuncture.analysis.clauses import event_in_words, outcome_in_words
from conjuncture.analysis.explaining.sample import Sample
from conjuncture.analysis.phrases import quantity_in_words, stage_in_words
from conjuncture.analysis.wording import join_words, round_number
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.language.nodes import (
    And,
    Compare,
    Expression,
    Label,
    Measure,
    Outcome,
    Reached,
)
from conjuncture.language.walk import walk
from conjuncture.language.writing import write
from conjuncture.ordering import find_largest, put_in_order

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
    Enough
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
