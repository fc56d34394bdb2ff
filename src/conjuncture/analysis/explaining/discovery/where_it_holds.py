"""In which worlds of an ensemble a claim holds, or an event is likely enough."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.comparisons import condition_counts, share_where
from conjuncture.analysis.counting import Simulator, stages_read
from conjuncture.analysis.explaining.discovery.boxes import BoxSearch
from conjuncture.analysis.explaining.discovery.candidates import (
    Candidates,
    candidates_of,
    numbers_behind,
)
from conjuncture.analysis.explaining.discovery.discovering import discover
from conjuncture.analysis.explaining.discovery.discovery import Discovery
from conjuncture.analysis.explaining.discovery.noisy_labels import effective_trials, share_above
from conjuncture.analysis.explaining.sample import Sample, StoppedEarly
from conjuncture.analysis.questions import compile_question, stages_named
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.intervening import AS_THINGS_WERE, Run
from conjuncture.engine.tallies import Factor
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.digits import write_number
from conjuncture.language.nodes import Compare, Expression, NumberLiteral, Probability, Within
from conjuncture.scenario.crisis import Claim, Crisis

Bool = NDArray[np.bool_]
LEVEL = 0.5
SURE = 0.95
"""A world is called for or against where it is on that side at least so probably."""

MORE = 5
"""A discovery from few histories of each world takes so many times as many worlds."""


def discover_claim(simulator: Simulator, claim: Claim, rule: BoxSearch | None = None) -> Discovery:
    """Say in which worlds a claim holds.

    Worlds too close to call are left out and counted.

    Parameters
    ----------
    simulator : Laboratory
    claim : Claim
    rule : Rule, optional
        How boxes are sought and chosen.

    Raises
    ------
    UsageError
        When no world can be called.
    Enough
        When somebody wants the answer so far.
    """
    return discover_test(simulator, claim.test, f"the claim '{claim.key}'", rule)


def discover_event(
    simulator: Simulator, event: Expression, level: float = LEVEL, rule: BoxSearch | None = None
) -> Discovery:
    """Say in which worlds an event has at least some probability.

    Parameters
    ----------
    simulator : Laboratory
    event : Expression
        A linked event.
    level : float
        From 0 to 1.
    rule : Rule, optional

    Raises
    ------
    UsageError
        When the level is no probability, or no world can be called.
    Enough
        When somebody wants the answer so far.
    """
    test = threshold_test(event, level)
    what = threshold_in_words(simulator.worlds.crisis, event, level)
    return discover_test(simulator, test, what, rule)


def discover_sample(
    sample: Sample,
    level: float = LEVEL,
    worlds: int | None = None,
    rule: BoxSearch | None = None,
) -> Discovery:
    """Say in which worlds an event has at least some probability, from a few histories of many.

    Many worlds tell better where a box ends, but which side of the level a world is on is read
    off few histories, and some are put on the wrong one. The result says what remains of share,
    coverage and density without that noise.

    Parameters
    ----------
    sample : Sample
    level : float
        From 0 to 1.
    worlds : int, optional
        How many; five times those of the sample if not given, and always those of the sample where
        its draws are placed.
    rule : Rule, optional

    Raises
    ------
    UsageError
        When the level is no probability.
    Enough
        When somebody wants the answer so far.
    """
    test = threshold_test(sample.event, level)
    few = sample.worlds
    many = few if few.placed else replace(few, count=worlds or MORE * few.count)
    chances = sample.chances((AS_THINGS_WERE,), many, "histories of more worlds")[0]
    means = chances.mean(axis=1, dtype=np.float64)
    candidates = candidates_for(sample.simulator, (AS_THINGS_WERE,), test, many)
    what = threshold_in_words(sample.crisis, sample.event, level)
    found = discover_among(candidates, means >= level, np.ones(len(means), bool), what, rule)
    found = replace(found, histories=sample.each)
    trials = effective_trials(chances)
    if not np.isfinite(trials):
        return found
    share = density = share_above(means, trials, level)
    inside = len(means)
    if found.boxes:
        box = found.boxes[0].inside(candidates.table, candidates.options)
        inside, density = int(box.sum()), share_above(means[box], trials, level)
    coverage = min(1.0, inside * density / (len(means) * share)) if share else 0.0
    return replace(found, corrected=(share, coverage, density))


def discover_test(
    simulator: Simulator, test: Compare | Within, what: str, rule: BoxSearch | None
) -> Discovery:
    """Say in which worlds a comparison holds."""
    question = compile_question(test)
    counts = simulator.count([question], "histories")[0]
    if simulator.progress.is_stopped:
        raise StoppedEarly
    met = condition_counts(counts)
    favours = share_where(test, counts, met).favours
    called = (met > 0.0) & (np.abs(favours - 0.5) >= SURE - 0.5)
    if not called.any():
        raise UsageError(
            f"no world can be called for or against {what}; ask for more histories, or for a "
            "condition that is met more often"
        )
    candidates = candidates_for(simulator, question.runs, test, simulator.worlds)
    found = discover_among(candidates, favours > 0.5, called, what, rule)
    return replace(found, histories=simulator.blocks * BLOCK)


def threshold_test(event: Expression, level: float) -> Compare:
    """Return the comparison that an event is at least so probable.

    Examples
    --------
    >>> from conjuncture.language.nodes import Reached
    >>> from conjuncture.language.writing import write
    >>> write(threshold_test(Reached("pact"), 0.25))
    'P(reached(pact)) >= 0.25'
    """
    if not 0.0 <= level <= 1.0:
        raise UsageError(f"the level is a probability, from 0 to 1, not {write_number(level)}")
    return Compare(">=", Probability(event), NumberLiteral(level))


def threshold_in_words(crisis: Crisis, event: Expression, level: float) -> str:
    """Return that an event is at least so probable, as the subject of a sentence."""
    least = write_number(level)
    return f"a probability of at least {least} that {event_in_words(crisis, event)}"


def candidates_for(
    simulator: Simulator, runs: Collection[Run], test: Expression, worlds: Worlds
) -> Candidates:
    """Return the numbers of the worlds that can matter for a comparison."""
    crisis = worlds.crisis
    read = stages_read([Factor(0, test, "true")], crisis)
    stages = frozenset(crisis.stages) if read is None else read | stages_named(test)
    return candidates_of(worlds, numbers_behind(simulator, runs, [test], stages))


def discover_among(
    candidates: Candidates, holds: Bool, called: Bool, what: str, rule: BoxSearch | None
) -> Discovery:
    """Return what tells the worlds that were called apart."""
    found = discover(
        {key: column[called] for key, column in candidates.table.items()},
        holds[called],
        what=what,
        labels=candidates.labels,
        options=candidates.options,
        uncalled=int((~called).sum()),
        rule=rule,
    )
    return replace(found, computed=candidates.computed)
