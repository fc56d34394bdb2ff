"""A claim under one reading: before one knows how it ended, as it happened, re-run, or blank.

Among worlds found by sequential Monte Carlo there are copies: resampling copies particles, and a
copy that no move led away is the same world again. Its histories tell more of that world; taken for
a world of its own it would count what is known of it twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts, answer
from conjuncture.analysis.claim_comparisons import (
    condition_counts,
    is_share,
    quantity_compared,
    share_where,
    shares_at_last_draw,
)
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.hinges import Unknowns
from conjuncture.analysis.observed_endings import (
    DecidedPart,
    find_decided_part,
    observed_endings_of,
)
from conjuncture.analysis.questions import Question, observed_event_of
from conjuncture.analysis.screening import Screening, likelihood_of
from conjuncture.analysis.shares_of_worlds import ShareOfWorlds, effective_number
from conjuncture.analysis.simulator import Simulator
from conjuncture.analysis.verdicts import Reading, Verdict, contradict, verdict_on, word_of
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import QueryError, SimulationError
from conjuncture.language.nodes import Compare, Expression, Within
from conjuncture.scenario.crisis import Crisis

Places = NDArray[np.int64]


def find_copies(posterior: Posterior, keys: Iterable[str]) -> Places:
    """Return which of the distinct worlds each particle is.

    Two particles are one world where all that bears on what happened is equal in them, and so are
    the numbers that bear on what is asked: what does not bear on what happened is drawn anew for
    every particle.

    Parameters
    ----------
    posterior : Posterior
        With its worlds.
    keys : iterable of str
        The numbers that bear on what is asked.

    Returns
    -------
    array of int, shape (particles,)
        From 0 on, each number in some particle.
    """
    columns = list(posterior.values.T)
    if posterior.worlds is not None:
        columns += [posterior.worlds.table[key] for key in sorted(keys)]
    _, places = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    return places.reshape(-1).astype(np.int64)


def merge_counts(counts: Counts, places: Places) -> Counts:
    """Return counts in which those of equal places are one world.

    Parameters
    ----------
    counts : Counts
    places : array of int, shape (worlds,)
        From 0 on.

    Examples
    --------
    >>> from conjuncture.analysis.questions import compile_question
    >>> from conjuncture.engine.tallies import Sums
    >>> from conjuncture.language.nodes import NumberLiteral
    >>> sums = Sums(np.array([5, 5, 5]), np.arange(3.0)[:, None], np.arange(3.0)[:, None, None])
    >>> counts = Counts(compile_question(NumberLiteral(1.0)), sums)
    >>> found = merge_counts(counts, np.array([0, 1, 0]))
    >>> found.sums.histories.tolist(), found.sums.first[:, 0].tolist()
    ([10, 5], [2.0, 1.0])
    """
    worlds = int(places.max()) + 1
    return counts.by_rows(lambda rows: add_rows(rows, places, worlds))


def add_rows(rows: NDArray[Any], places: Places, count: int) -> NDArray[Any]:
    """Return rows added up by their place, shape (count, ...)."""
    found = np.zeros((count, *rows.shape[1:]), rows.dtype)
    np.add.at(found, places, rows)
    return found


Real = NDArray[np.float64]

WENT_WRONG = (SimulationError, QueryError)
"""What ends a run in which a number leaves its domain or is none any more."""

NEAR = 0.02
"""Next to its line is so near: of a share, or of the range that other numbers have."""

PLACEBO_WORLDS = 100
"""Enough to tell whether a claim holds, or fails, whatever the account says."""


@dataclass(frozen=True)
class Rerun:
    """The reading *re-run*: fresh histories in worlds weighed by all that happened.

    Attributes
    ----------
    weights : array, shape (worlds,)
        Probability of what was observed in each world.
    posterior : Posterior, optional
        Worlds that could have produced what was observed, which are used in their place.
    """

    weights: Real
    posterior: Posterior | None = None


@dataclass(frozen=True)
class Tester:
    """What the testing of claims rests on.

    Attributes
    ----------
    simulator : Simulator
    screening : Screening
    rerun : Rerun or None
    """

    simulator: Simulator
    screening: Screening
    rerun: Rerun | None = None

    @classmethod
    def of(cls, simulator: Simulator) -> Tester:
        """Return what the prior reading alone rests on."""
        return cls(simulator, Screening(simulator, simulator.worlds, ()))

    @cached_property
    def placebo(self) -> Simulator:
        """Worlds that do not know what the account says."""
        worlds = self.simulator.worlds
        fewer = min(worlds.count, PLACEBO_WORLDS)
        blank = replace(worlds, count=fewer, placebo=True, placed={})
        return replace(self.simulator, worlds=blank)

    @cached_property
    def unknowns(self) -> Unknowns:
        """What nobody knows, in each world."""
        return Unknowns(self.simulator)


@dataclass(frozen=True)
class CountedClaim:
    """A claim as it is asked of one reading, and what was counted for it.

    Attributes
    ----------
    test : Compare or Within
    counts : Counts
    weights : array, shape (worlds,), optional
        How probable each world makes what happened, where the counts do not know it.
    effective : float, optional
        How many equal worlds there are, where they are not independent.
    places : array of int, shape (worlds,), optional
        Which of the distinct worlds each one is, where some are copies of others.
    """

    test: Compare | Within
    counts: Counts
    weights: Real | None = None
    effective: float | None = None
    places: NDArray[np.int64] | None = None

    def share(self, met: Real) -> ShareOfWorlds:
        """Return the share of worlds in which it holds, copies of one world being that world.

        Parameters
        ----------
        met : array, shape (worlds,)
            Histories of each world in the condition.
        """
        if self.places is None:
            weights = met if self.weights is None else met * self.weights
            return share_where(self.test, self.counts, weights, self.effective)
        merged = merge_counts(self.counts, self.places)
        worth = self.effective
        if worth is not None and met.any():
            # Of equal worlds those count less in which the condition is rare.
            worth *= effective_number(met) / len(met)
        found = share_where(self.test, merged, condition_counts(merged), worth)
        return replace(found, favours=found.favours[self.places])


@dataclass(frozen=True)
class AsItHappened:
    """How a claim is asked as it happened.

    Attributes
    ----------
    happened : Expression or None
        What was observed up to the last stage that it names; None where nothing was.
    decided : DecidedPart or None
        What of the claim that decides.
    """

    happened: Expression | None = None
    decided: DecidedPart | None = None

    @classmethod
    def of(cls, crisis: Crisis, test: Expression) -> AsItHappened:
        """Return how a claim is asked."""
        happened = observed_event_of(crisis, test)
        if happened is None:
            return cls()
        return cls(happened, find_decided_part(observed_endings_of(crisis, happened), test))


def readings_as_it_happened(
    tester: Tester,
    prior: Sequence[CountedClaim],
    known: Mapping[int, Counts],
    seen: Mapping[Expression, Counts],
    late: Sequence[AsItHappened],
) -> list[Reading | None]:
    """Return the reading of each claim among histories that went as observed.

    Parameters
    ----------
    tester : Tester
    prior : sequence of CountedClaim
        The claims before one knows how it ended.
    known : dict of int to Counts
        By their place, the claims that the evidence leaves open, under the evidence.
    seen : dict of Expression to Counts
        How often it went as observed.
    late : sequence of AsItHappened
    """
    found: list[Reading | None] = [None] * len(prior)
    by_event: dict[Expression, list[int]] = {}
    for place, one in enumerate(late):
        if one.happened is not None:
            by_event.setdefault(one.happened, []).append(place)
    for event, places in by_event.items():
        evidence = likelihood_of(seen[event].sums)
        counts = [known[place] if place in known else prior[place].counts for place in places]
        screened = 0
        if tester.screening.is_needed(evidence):
            wide = tester.screening.evidence(event, seen[event])
            if wide is None:
                return found
            more = tester.screening.count([each.question for each in counts], counts, wide)
            if more is None:
                return found
            evidence, counts, screened = wide, more, tester.screening.wide.count
        for place, each in zip(places, counts, strict=True):
            weights = evidence.weights if late[place].decided else None
            case = CountedClaim(prior[place].test, each, weights)
            read = reading_of(tester, case, tester.screening.wide if screened else None)
            found[place] = replace(
                read,
                # Bounds that hold for any coupling need histories chosen before they ran.
                answer=replace(read.answer, coupling=None, last_draw=None),
                decided=late[place].decided,
                evidence=evidence,
                screened=screened,
            )
    return found


def reading_of(tester: Tester, case: CountedClaim, worlds: Worlds | None = None) -> Reading:
    """Return a claim's verdict and value from its counts.

    Parameters
    ----------
    tester : Tester
    case : CountedClaim
    worlds : Worlds, optional
        Those that were counted, where they are not those asked for.
    """
    asked = tester.simulator.worlds
    counts = case.counts
    question = replace(counts.question, asked=quantity_compared(case.test))
    found = answer(replace(counts, question=question), case.weights)
    if case.effective is not None:
        wider = found.standard_error * np.sqrt(found.worlds / case.effective)
        found = replace(found, standard_error=float(wider), effective_worlds=case.effective)
    met = condition_counts(counts)
    weights = met if case.weights is None else met * case.weights
    share = case.share(met)
    low, high = found.interval
    verdict = verdict_on(
        share,
        reaching=int(np.count_nonzero(met)),
        worlds=asked.count,
        histories=tester.simulator.blocks * BLOCK,
        near=NEAR if is_share(case.test) else NEAR * (high - low),
    )
    if verdict.word not in (None, "holds", "fails"):
        there = asked if worlds is None else worlds
        hinges = tester.unknowns.hinges(
            share.favours, weights, counts.question, there, share.effective
        )
        verdict = replace(verdict, hinges=hinges)
    return Reading(verdict, found)


def prior_reading(tester: Tester, case: CountedClaim) -> Reading:
    """Return the reading of a claim before one knows how it ended.

    It is marked where the word would be contradicted if the last stroke of luck were coupled
    otherwise: no share of worlds agrees both with it and with the word at one of the bounds.
    """
    reading = reading_of(tester, case)
    word = reading.verdict.word
    shares = shares_at_last_draw(case.test, case.counts, condition_counts(case.counts))
    if word is None or shares is None:
        return reading
    matters = any(contradict(word, word_of(one.low, one.high)) for one in shares)
    return replace(reading, coupling_matters=matters)


def placebo_verdicts(
    tester: Tester, questions: Sequence[Question], readings: Sequence[Reading]
) -> list[Verdict | None]:
    """Return the verdicts of claims that hold or fail in worlds that do not know the account."""
    found: list[Verdict | None] = [None] * len(questions)
    places = [place for place, one in enumerate(readings) if one.verdict.word in ("holds", "fails")]
    if not places:
        return found
    try:
        counted = tester.placebo.count([questions[place] for place in places], "placebo histories")
    except WENT_WRONG as error:
        raise SimulationError(f"in worlds that do not know the account, {error}") from None
    if tester.simulator.progress.is_stopped:
        return found
    for place, counts in zip(places, counted, strict=True):
        test = counts.question.asked
        if isinstance(test, Compare | Within):
            weights = condition_counts(counts)
            share = share_where(test, counts, weights)
            found[place] = verdict_on(
                share,
                reaching=int(np.count_nonzero(weights)),
                worlds=tester.placebo.worlds.count,
                histories=tester.placebo.blocks * BLOCK,
                near=0.0,
            )
    return found


def rerun_readings(
    tester: Tester, questions: Sequence[Question], prior: Sequence[CountedClaim]
) -> list[Reading | None]:
    """Return the reading *re-run* of each claim, where it was asked for."""
    if tester.rerun is None or tester.simulator.progress.is_stopped:
        return [None] * len(prior)
    posterior = tester.rerun.posterior
    if posterior is None:
        weights = tester.rerun.weights
        return [reading_of(tester, replace(case, weights=weights)) for case in prior]
    given = posterior.to_simulator(tester.simulator)
    counted = given.count(questions, "histories in worlds that could have produced it")
    if given.progress.is_stopped:
        return [None] * len(prior)
    return [
        reading_of(tester, counted_claim_in(tester, posterior, case, counts), given.worlds)
        for case, counts in zip(prior, counted, strict=True)
    ]


def counted_claim_in(
    tester: Tester, posterior: Posterior, case: CountedClaim, counts: Counts
) -> CountedClaim:
    """Return a claim as it is asked of the worlds of a posterior, counted there."""
    there = tester.simulator.worlds if posterior.worlds is None else posterior.worlds
    places = find_copies(posterior, tester.unknowns.keys_bearing_on(counts.question, there))
    return CountedClaim(case.test, counts, effective=posterior.effective_worlds, places=places)
