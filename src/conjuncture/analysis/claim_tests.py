"""Testing claims: before one knows how it ended, as it happened, and against a placebo.

One run of the same histories serves all claims and both readings. As it happened a claim counts
the histories that went as observed; where that decides a part of the claim itself, it is answered
with fresh luck in the worlds weighed by what happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from conjuncture.analysis.questions import compile_question, observed_event_of
from conjuncture.analysis.readings import (
    WENT_WRONG,
    AsItHappened,
    CountedClaim,
    Rerun,
    Tester,
    placebo_verdicts,
    prior_reading,
    readings_as_it_happened,
    rerun_readings,
)
from conjuncture.analysis.screening import Screening, question_of
from conjuncture.analysis.simulator import Simulator
from conjuncture.analysis.unmet_conditions import UnansweredQuestion, reasons_for
from conjuncture.analysis.verdicts import ClaimResult, FailedClaim
from conjuncture.engine.patches import Run
from conjuncture.engine.program import RUNS_PER_CALL
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import ActorIntervention
from conjuncture.language.nodes import Compare, Within
from conjuncture.language.value_ranges import replace_nodes
from conjuncture.scenario.crisis import Claim


def test_claims(
    simulator: Simulator,
    claims: Sequence[Claim],
    *,
    wide: Worlds | None = None,
    rerun: Rerun | None = None,
    secretly: bool = False,
) -> Iterator[ClaimResult | FailedClaim]:
    """Test claims in every world, prior and as it happened, and against the placebo.

    They come in order, each as soon as it is tested, the first of them at once. Claims that compare
    the same runs are counted together; where a number goes wrong in these runs, each is tested by
    itself, and one that fails then comes with what went wrong. Where ``simulator.progress`` says
    that somebody wants the answer so far, claims that are not tested by then do not come.

    Parameters
    ----------
    simulator : Simulator
    claims : sequence of Claim
    wide : Worlds, optional
        The same worlds and more after them, to be looked through for those in which a late claim
        can be asked as it happened.
    rerun : Rerun, optional
        Adds the reading *re-run*.
    secretly : bool
        Whether what players do under interventions is kept from the others.
    """
    if secretly:
        claims = [replace(claim, test=keep_secret(claim.test)) for claim in claims]
    crisis = simulator.worlds.crisis
    events = dict.fromkeys(observed_event_of(crisis, claim.test) for claim in claims)
    screening = Screening(
        simulator, wide or simulator.worlds, tuple(one for one in events if one is not None)
    )
    tester = Tester(simulator, screening, rerun)
    for group in groups_of(claims):
        for some in results_apart(tester, group):
            if simulator.progress.is_stopped:
                return
            yield from some


# It begins with test and is none.
vars(test_claims)["__test__"] = False


def keep_secret(test: Compare | Within) -> Compare | Within:
    """Return a comparison in which what players do under interventions is known to nobody else."""

    def make_secret(act: Any) -> Any:
        return replace(act, secretly=True)

    kept: Compare | Within = replace_nodes(test, ActorIntervention, make_secret)
    return kept


def results_apart(
    tester: Tester, claims: Sequence[Claim]
) -> Iterator[list[ClaimResult] | list[FailedClaim]]:
    """Test some claims together or, where a number goes wrong in their runs, one by one."""
    try:
        yield results_of(tester, claims)
        return
    except WENT_WRONG as error:
        if len(claims) == 1:
            yield [FailedClaim(claims[0], str(error))]
            return
    for claim in claims:
        yield from results_apart(tester, [claim])


def groups_of(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
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


def results_of(tester: Tester, claims: Sequence[Claim]) -> list[ClaimResult]:
    """Test some claims together; none where the run was stopped meanwhile."""
    simulator = tester.simulator
    tests = [claim.test for claim in claims]
    crisis = simulator.worlds.crisis
    late = [AsItHappened.of(crisis, test) for test in tests]
    questions = [compile_question(test, crisis=crisis) for test in tests]
    conditioned = {
        place: compile_question(tests[place], one.happened, crisis)
        for place, one in enumerate(late)
        if one.happened is not None and one.decided is None
    }
    events = {one.happened: question_of(one.happened) for one in late if one.happened is not None}
    counted = simulator.count([*questions, *conditioned.values(), *events.values()], "histories")
    if simulator.progress.is_stopped:
        return []
    first, second = len(questions), len(questions) + len(conditioned)
    prior = [CountedClaim(test, one) for test, one in zip(tests, counted[:first], strict=True)]
    known = dict(zip(conditioned, counted[first:second], strict=True))
    seen = dict(zip(events, counted[second:], strict=True))
    readings = [prior_reading(tester, case) for case in prior]
    happened = readings_as_it_happened(tester, prior, known, seen, late)
    placebos = placebo_verdicts(tester, questions, readings)
    again = rerun_readings(tester, questions, prior)
    if tester.simulator.progress.is_stopped:
        return []
    found = [
        ClaimResult(
            claim=claim,
            prior=one,
            as_it_happened=two,
            rerun=three,
            placebo=blank,
            posterior=tester.rerun.posterior if tester.rerun else None,
        )
        for claim, one, two, three, blank in zip(
            claims, readings, happened, again, placebos, strict=True
        )
    ]
    return add_reasons(simulator, found, late)


def add_reasons(
    simulator: Simulator, found: list[ClaimResult], late: Sequence[AsItHappened]
) -> list[ClaimResult]:
    """Return results in which a reading without a value says why it has none."""
    missing = [
        (place, reading, UnansweredQuestion(one.claim.test, given), later)
        for place, (one, asked) in enumerate(zip(found, late, strict=True))
        for reading, given, later in (
            (one.prior, None, False),
            (one.as_it_happened, None if asked.decided else asked.happened, True),
        )
        if reading is not None and not (reading.answer.met and reading.verdict.reaching)
    ]
    if not missing:
        return found
    why = reasons_for(simulator, [asked for _, _, asked, _ in missing])
    for (place, reading, _, later), reason in zip(missing, why, strict=True):
        said = replace(reading, answer=replace(reading.answer, no_value=reason))
        if later:
            found[place] = replace(found[place], as_it_happened=said)
        else:
            found[place] = replace(found[place], prior=said)
    return found
