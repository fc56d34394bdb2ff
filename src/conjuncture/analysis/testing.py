"""Testing claims: prior, as it happened, and against a placebo.

One run of the same histories serves all claims and both readings; extra histories are spent where
they can settle a verdict (:mod:`conjuncture.analysis.refining`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Answer, answer
from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.questions import compile_question, what_happened
from conjuncture.analysis.refining import Case, refine
from conjuncture.analysis.verdicts import Verdict, call_worlds, coupling_decides, judge
from conjuncture.engine.adding import Sums
from conjuncture.engine.evidence import Likelihood
from conjuncture.engine.intervening import Run
from conjuncture.engine.program import RUNS_PER_CALL
from conjuncture.language.nodes import (
    Arithmetic,
    Compare,
    Expression,
    Number,
    Probability,
    Within,
)
from conjuncture.scenario.crisis import Claim

Real = NDArray[np.float64]
MOST_EXTRA = 0.5
"""Extra histories for close calls, as a share of the run, where nobody asks for more."""

PLACEBO_SHARE = 2
"""Every second world has a placebo: enough for a verdict, and a quarter of the time saved."""


@dataclass(frozen=True)
class Reading:
    """A claim under one reading of the evidence.

    Attributes
    ----------
    verdict : Verdict
    answer : Answer
        Of the quantity that the claim compares with a number, or of the difference of the two
        sides.
    depends_on_coupling : bool
        Whether the verdict would differ if luck were coupled otherwise between the two runs.
    extra_histories : int
        Histories spent on worlds that were too close to call.
    """

    verdict: Verdict
    answer: Answer
    depends_on_coupling: bool
    extra_histories: int


@dataclass(frozen=True)
class Tested:
    """A tested claim.

    Attributes
    ----------
    claim : Claim
    prior : Reading
    as_it_happened : Reading or None
        None where the scenario states nothing observed.
    rerun : Reading or None
        On request.
    placebo : Verdict
        The verdict in worlds that do not know what the account says.
    evidence : Likelihood or None
        How probable each world makes what was observed: the share of its histories that ended so.
    """

    claim: Claim
    prior: Reading
    as_it_happened: Reading | None
    rerun: Reading | None
    placebo: Verdict
    evidence: Likelihood | None = None

    @property
    def foregone(self) -> bool:
        """Whether the verdict follows from the shape of the model, not from the account."""
        word = self.prior.verdict.word
        return word in ("holds", "fails") and word == self.placebo.word


def compared(test: Compare | Within) -> Expression:
    """Return the quantity whose value is shown: the one compared with a number, or a difference."""
    if isinstance(test, Within):
        return test.operand
    if isinstance(test.right, Number):
        return test.left
    if isinstance(test.left, Number):
        return test.right
    return Arithmetic("-", test.left, test.right)


def examine(
    laboratory: Laboratory,
    claims: Sequence[Claim],
    *,
    extra: float = MOST_EXTRA,
    weights: Real | None = None,
) -> Iterator[Tested]:
    """Test claims in every world, prior and as it happened, and against the placebo.

    They come in order, each as soon as it is tested, the first of them at once. Claims that compare
    the same runs are counted together. Where ``laboratory.progress`` says that somebody wants the
    answer so far, claims that are not tested by then do not come.

    Parameters
    ----------
    laboratory : Laboratory
    claims : sequence of Claim
    extra : float
        Allowance of extra histories for worlds too close to call, as a multiple of the run. Each
        claim has an even share, and what one does not need goes to those after it.
    weights : array, shape (worlds,), optional
        Probability of what was observed in each world; adds the reading *re-run*.
    """
    worlds = laboratory.worlds
    fewer = -(-worlds.count // PLACEBO_SHARE)
    placebo = replace(laboratory, worlds=replace(worlds, count=fewer, placebo=True))
    allowance, remaining = int(extra * worlds.count * laboratory.blocks), len(claims)
    for group in groups(claims):
        share = allowance * len(group) // remaining
        found, spent = examined(laboratory, placebo, group, share, weights)
        if laboratory.progress.stopped:
            return
        yield from found
        allowance, remaining = allowance - spent, remaining - len(group)


def groups(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Yield claims that follow one another in groups that a call has room for, the first alone."""
    group: list[Claim] = []
    runs: dict[Run, None] = {}
    for place, claim in enumerate(claims):
        needed = compile_question(claim.test).runs
        if group and (place == 1 or len(runs | dict.fromkeys(needed)) > RUNS_PER_CALL):
            yield group
            group, runs = [], {}
        group.append(claim)
        runs.update(dict.fromkeys(needed))
    if group:
        yield group


def examined(
    laboratory: Laboratory,
    placebo: Laboratory,
    claims: Sequence[Claim],
    allowance: int,
    weights: Real | None,
) -> tuple[list[Tested], int]:
    """Test some claims together, and return how many extra blocks of the allowance it took."""
    tests = [claim.test for claim in claims]
    happened = [what_happened(laboratory.worlds.crisis, test) for test in tests]
    questions = [compile_question(test) for test in tests]
    conditioned = {
        place: compile_question(test, seen)
        for place, (test, seen) in enumerate(zip(tests, happened, strict=True))
        if seen is not None
    }
    evidence = {
        seen: compile_question(Probability(seen)).as_drawn()
        for seen in happened
        if seen is not None
    }
    counted = laboratory.count([*questions, *conditioned.values(), *evidence.values()], "histories")
    blanks = placebo.count(questions, "placebo histories")
    if laboratory.progress.stopped:
        return [], 0
    first, second = len(questions), len(questions) + len(conditioned)
    cases = [Case(test, one, one) for test, one in zip(tests, counted[:first], strict=True)]
    given = dict(zip(conditioned, counted[first:second], strict=True))
    weighing = {
        seen: likelihood_from(one.sums)
        for seen, one in zip(evidence, counted[second:], strict=True)
    }
    behind = [None if seen is None else weighing[seen] for seen in happened]
    followed = []
    for place, one in given.items():
        posterior = behind[place]
        if posterior is not None and posterior.weights.any():
            followed.append(place)
            cases.append(Case(tests[place], one, one, posterior.weights))
    refined, spent = refine(laboratory, cases, allowance)
    later_cases = dict(zip(followed, refined[len(tests) :], strict=True))
    happening = [later_cases.get(place) for place in range(len(tests))]
    found = [
        Tested(
            claim=claim,
            prior=reading(prior),
            as_it_happened=reading(later) if later else None,
            rerun=reading(replace(prior, weights=weights), value_weights=weights)
            if weights is not None
            else None,
            placebo=judge(call_worlds(claim.test, blank)),
            evidence=seen,
        )
        for claim, prior, later, blank, seen in zip(
            claims, refined[: len(tests)], happening, blanks, behind, strict=True
        )
    ]
    return found, spent


def likelihood_from(sums: Sums) -> Likelihood:
    """Return how probable what was observed is in each world, from counts of it."""
    posterior = sums.means[:, 0]
    return Likelihood(posterior, np.sqrt(posterior * (1.0 - posterior) / sums.histories))


def reading(case: Case, value_weights: Real | None = None) -> Reading:
    """Return a claim's verdict and value from its counts.

    Parameters
    ----------
    case : Case
        Its weights weigh worlds in the share that the verdict rests on: under evidence a world
        counts by how probable it made what happened.
    value_weights : array, shape (worlds,), optional
        Weights of worlds in the pooled value; not needed where the condition, pooled, weighs
        them already.
    """
    counts = case.counts
    verdict = judge(case.calls, case.weights)
    shown = replace(counts, question=replace(counts.question, asked=compared(case.test)))
    return Reading(
        verdict=verdict,
        answer=answer(shown, value_weights),
        depends_on_coupling=coupling_decides(case.test, counts, case.weights, verdict.word),
        extra_histories=int(counts.sums.histories.sum() - case.base.sums.histories.sum()),
    )
