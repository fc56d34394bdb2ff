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
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.never_met import Asked, reasons
from conjuncture.analysis.questions import Question, compile_question, what_happened
from conjuncture.analysis.refining import Case, refine
from conjuncture.analysis.verdicts import Verdict, call_worlds, coupling_decides, judge
from conjuncture.engine.adding import Sums
from conjuncture.engine.evidence import Likelihood
from conjuncture.engine.intervening import Run
from conjuncture.engine.program import RUNS_PER_CALL
from conjuncture.errors import QueryError, SimulationError
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

WENT_WRONG = (SimulationError, QueryError)
"""What ends a run in which a number leaves its domain or is none any more."""

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
    posterior : Posterior or None
        The worlds of the re-run, where they were found by sequential Monte Carlo.
    """

    claim: Claim
    prior: Reading
    as_it_happened: Reading | None
    rerun: Reading | None
    placebo: Verdict
    evidence: Likelihood | None = None
    posterior: Posterior | None = None

    @property
    def foregone(self) -> bool:
        """Whether the verdict follows from the shape of the model, not from the account."""
        word = self.prior.verdict.word
        return word in ("holds", "fails") and word == self.placebo.word


@dataclass(frozen=True)
class Failed:
    """A claim that could not be tested, and why: a number went wrong in one of its runs."""

    claim: Claim
    problem: str

    def __str__(self) -> str:
        place = self.claim.place
        where = f" ({place.file}:{place.line})" if place else ""
        return f"claim '{self.claim.key}'{where}: {self.problem}"


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
    posterior: Posterior | None = None,
) -> Iterator[Tested | Failed]:
    """Test claims in every world, prior and as it happened, and against the placebo.

    They come in order, each as soon as it is tested, the first of them at once. Claims that compare
    the same runs are counted together; where a number goes wrong in these runs, each is tested by
    itself, and one that fails then comes with what went wrong. Where ``laboratory.progress`` says
    that somebody wants the answer so far, claims that are not tested by then do not come.

    Parameters
    ----------
    laboratory : Laboratory
    claims : sequence of Claim
    extra : float
        Allowance of extra histories for worlds too close to call, as a multiple of the run. Each
        claim has an even share, and what one does not need goes to those after it.
    weights : array, shape (worlds,), optional
        Probability of what was observed in each world; adds the reading *re-run*.
    posterior : Posterior, optional
        Worlds that could have produced what was observed; the reading *re-run* is then made in
        them, with an allowance of its own for those too close to call.
    """
    worlds = laboratory.worlds
    fewer = -(-worlds.count // PLACEBO_SHARE)
    placebo = replace(laboratory, worlds=replace(worlds, count=fewer, placebo=True, placed={}))
    allowance, remaining = int(extra * worlds.count * laboratory.blocks), len(claims)
    for group in groups(claims):
        share = allowance * len(group) // remaining
        rerun = Rerun(laboratory, weights, posterior, share)
        for some in apart_where_wrong(laboratory, placebo, group, share, rerun):
            if laboratory.progress.stopped:
                return
            found, spent = some
            yield from found
            allowance -= spent
        remaining -= len(group)


def apart_where_wrong(
    laboratory: Laboratory,
    placebo: Laboratory,
    claims: Sequence[Claim],
    allowance: int,
    rerun: Rerun,
) -> Iterator[tuple[list[Tested] | list[Failed], int]]:
    """Test some claims together or, where a number goes wrong in their runs, one by one."""
    try:
        yield examined(laboratory, placebo, claims, allowance, rerun)
        return
    except WENT_WRONG as error:
        if len(claims) == 1:
            yield [Failed(claims[0], str(error))], 0
            return
    for claim in claims:
        alone = replace(rerun, allowance=allowance // len(claims))
        yield from apart_where_wrong(laboratory, placebo, [claim], alone.allowance, alone)


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
    rerun: Rerun,
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
    try:
        blanks = placebo.count(questions, "placebo histories")
    except WENT_WRONG as error:
        raise SimulationError(f"in worlds that do not know the account, {error}") from None
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
    again = rerun.readings(questions, refined[: len(tests)])
    found = [
        Tested(
            claim=claim,
            prior=reading(prior),
            as_it_happened=reading(later) if later else None,
            rerun=once_more,
            placebo=judge(call_worlds(claim.test, blank)),
            evidence=seen,
            posterior=rerun.posterior,
        )
        for claim, prior, later, once_more, blank, seen in zip(
            claims, refined[: len(tests)], happening, again, blanks, behind, strict=True
        )
    ]
    asked = [(test, None) for test in tests], list(zip(tests, happened, strict=True))
    return with_reasons(laboratory, found, *asked), spent


def with_reasons(
    laboratory: Laboratory,
    found: list[Tested],
    prior: Sequence[tuple[Expression, Expression | None]],
    later: Sequence[tuple[Expression, Expression | None]],
) -> list[Tested]:
    """Return tested claims in which a reading without a value says why it has none."""
    missing = [
        (place, name, Asked(*asked[place]))
        for place, one in enumerate(found)
        for name, asked in (("prior", prior), ("as_it_happened", later))
        if (had := getattr(one, name)) is not None and not had.answer.met
    ]
    if not missing:
        return found
    told = reasons(laboratory, [asked for _, _, asked in missing])
    for (place, name, _), why in zip(missing, told, strict=True):
        had = getattr(found[place], name)
        said = replace(had, answer=replace(had.answer, no_value=why))
        found[place] = replace(found[place], **{name: said})
    return found


@dataclass(frozen=True)
class Rerun:
    """How the reading *re-run* is made, if at all.

    Attributes
    ----------
    laboratory : Laboratory
    weights : array, shape (worlds,), or None
        Of the worlds as the account has them.
    posterior : Posterior or None
        Worlds to be used in their place.
    allowance : int
        Extra blocks for those of them that are too close to call.
    """

    laboratory: Laboratory
    weights: Real | None
    posterior: Posterior | None
    allowance: int

    def readings(
        self, questions: Sequence[Question], cases: Sequence[Case]
    ) -> list[Reading] | list[None]:
        """Return the reading of each claim.

        Parameters
        ----------
        questions : sequence of Question
        cases : sequence of Case
            The same claims in worlds as the account has them.
        """
        if self.posterior is not None:
            given = self.posterior.laboratory(self.laboratory)
            counted = given.count(questions, "histories in worlds that could have produced it")
            if given.progress.stopped:
                return [None] * len(cases)
            worth = self.posterior.effective_worlds
            fresh = [
                Case(case.test, counts, counts, effective_worlds=worth)
                for case, counts in zip(cases, counted, strict=True)
            ]
            return [reading(one) for one in refine(given, fresh, self.allowance)[0]]
        if self.weights is not None:
            weighed = [replace(case, weights=self.weights) for case in cases]
            return [reading(one, value_weights=self.weights) for one in weighed]
        return [None] * len(cases)


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
    verdict, worth = case.judged(case.calls), case.effective_worlds
    shown = replace(counts, question=replace(counts.question, asked=compared(case.test)))
    found = answer(shown, value_weights)
    if worth is not None:
        wider = found.standard_error * np.sqrt(found.worlds / worth)
        found = replace(found, standard_error=float(wider), effective_worlds=worth)
    return Reading(
        verdict=verdict,
        answer=found,
        depends_on_coupling=coupling_decides(case.test, counts, case.weights, verdict.word, worth),
        extra_histories=int(counts.sums.histories.sum() - case.base.sums.histories.sum()),
    )
