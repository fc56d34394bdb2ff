"""On what claims hang: whether fresh worlds order low and high as the worlds that named it did."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rows import Effort, Part, Row, Table

import conjuncture
from conjuncture.analysis.answers import Counts
from conjuncture.analysis.claim_comparisons import condition_counts, share_where
from conjuncture.analysis.claim_tests import groups_of
from conjuncture.analysis.hinges import Hinge, Unknowns, shares_in_thirds, variance_between_options
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.readings import AsItHappened
from conjuncture.analysis.screening import (
    Screening,
    likelihood_of,
    question_of,
    wider_worlds,
)
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.worlds import Worlds
from conjuncture.scenario.crisis import Claim

CASES = ("bolivia-1970", "spain-1981", "ussr-1991")
SEED, FRESH_SEED, FRESH_WORLDS = 1, 31, 1200


@dataclass(frozen=True)
class CheckedHinge:
    """An unknown that a claim was said to hang on, and what fresh worlds say of it.

    Attributes
    ----------
    claim, reading : str
    hinge : Hinge
    again : dict of str to float
        The shares of fresh worlds in which the claim holds, by the same names.
    """

    claim: str
    reading: str
    hinge: Hinge
    again: dict[str, float]

    @property
    def ends(self) -> tuple[str, str]:
        """The names of the smallest and the largest share, as it was said."""
        shares = self.hinge.shares
        return min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)

    @property
    def is_confirmed(self) -> bool:
        """Whether the fresh worlds have the two ends in the same order."""
        low, high = self.ends
        return self.again.get(low, np.nan) < self.again.get(high, np.nan)


def shares_again(
    hinge: Hinge, claim: Claim, counts: Counts, weights: np.ndarray, unknowns: Unknowns,
    worlds: Worlds,
) -> dict[str, float]:  # fmt: skip
    """Return the shares of other worlds by the same unknown."""
    said = weights > 0.0
    favours = share_where(claim.test, counts, weights).favours[said]
    found = unknowns.candidates(counts.question, worlds)
    values = found.table[hinge.key][said]
    if hinge.limits is not None:
        return shares_in_thirds(favours, values, weights[said])[0]
    names = found.options[hinge.key]
    taken = variance_between_options(favours, values.astype(np.int64), weights[said])[1]
    return {names[option]: share for option, share in taken.items()}


def confirm_before(
    simulator: Simulator, claims: Sequence[Claim], named: dict[str, Sequence[Hinge]]
) -> Iterator[CheckedHinge]:
    """Ask claims again before one knows how it ended, in the worlds of a simulator."""
    unknowns = Unknowns(simulator)
    for group in groups_of([claim for claim in claims if named.get(claim.key)]):
        questions = [
            compile_question(claim.test, crisis=simulator.worlds.crisis) for claim in group
        ]
        for claim, counts in zip(group, simulator.count(questions, "histories"), strict=True):
            weights = condition_counts(counts)
            for hinge in named[claim.key]:
                again = shares_again(hinge, claim, counts, weights, unknowns, simulator.worlds)
                yield CheckedHinge(claim.key, "prior", hinge, again)


def confirm_as_it_happened(
    simulator: Simulator, claims: Sequence[Claim], named: dict[str, Sequence[Hinge]]
) -> Iterator[CheckedHinge]:
    """Ask claims again as it happened, in five times the worlds of a simulator."""
    unknowns, crisis = Unknowns(simulator), simulator.worlds.crisis
    wide = wider_worlds(simulator.worlds)
    late = {
        claim.key: AsItHappened.of(crisis, claim.test) for claim in claims if named.get(claim.key)
    }
    by_event = {one.happened: list[Claim]() for one in late.values()}
    for claim in claims:
        if claim.key in late:
            by_event[late[claim.key].happened].append(claim)
    events = tuple(event for event in by_event if event is not None)
    screening = Screening(simulator, wide, events)
    counted = simulator.count([question_of(event) for event in events], "histories")
    for event, seen in zip(events, counted, strict=True):
        screened = screening.is_needed(likelihood_of(seen.sums))
        worlds = wide if screened else simulator.worlds
        evidence = screening.evidence(event, seen) if screened else likelihood_of(seen.sums)
        if evidence is None:
            continue
        for group in groups_of(by_event[event]):
            questions = [
                compile_question(claim.test, None if late[claim.key].decided else event, crisis)
                for claim in group
            ]
            first = simulator.count(questions, "histories")
            every = screening.count(questions, first, evidence) if screened else first
            for claim, counts in zip(group, every or (), strict=True):
                weights = condition_counts(counts)
                if late[claim.key].decided:
                    weights = weights * evidence.weights
                for hinge in named[claim.key]:
                    again = shares_again(hinge, claim, counts, weights, unknowns, worlds)
                    yield CheckedHinge(claim.key, "as it happened", hinge, again)


def retest_hinges(case: str, worlds: int) -> list[CheckedHinge]:
    """Test a case, and look at every unknown that was named in fresh worlds."""
    print(f"  hinges: {case}", file=sys.stderr, flush=True)
    scenario = conjuncture.load(case)
    results = scenario.run(seed=SEED).test()
    claims = [one.claim for one in results]
    before = {one.claim.key: one.prior.verdict.hinges for one in results}
    happened = {
        one.claim.key: one.as_it_happened.verdict.hinges
        for one in results
        if one.as_it_happened is not None
    }
    fresh = scenario.run(worlds, seed=FRESH_SEED).simulator
    return [
        *confirm_before(fresh, claims, before),
        *confirm_as_it_happened(fresh, claims, happened),
    ]


def row_of(one: CheckedHinge) -> Row:
    """Return the row of an unknown: what was said, and what fresh worlds say."""
    low, high = one.ends
    said, again = one.hinge.shares, one.again
    note = f"{low} {100 * said[low]:.0f} %, {high} {100 * said[high]:.0f} %; again "
    note += f"{100 * again.get(low, np.nan):.0f} and {100 * again.get(high, np.nan):.0f} %"
    if not one.is_confirmed:
        note += ": not confirmed"
    return Row(
        f"{one.claim}, {one.reading}", [100.0 * one.hinge.variance], "% of the variance",
        one.hinge.label, note,
    )  # fmt: skip


def hinges(effort: Effort) -> Part:
    """Look at every unknown that was named again, in fresh worlds."""
    worlds = max(effort.histories(FRESH_WORLDS), 400)
    found = {case: retest_hinges(case, worlds) for case in CASES}
    every = [one for some in found.values() for one in some]
    share = sum(one.is_confirmed for one in every) / max(len(every), 1)
    summary = [
        Row(case, [float(sum(one.is_confirmed for one in some))], "confirmed",
            note=f"of {len(some)} that were named")
        for case, some in found.items()
    ]  # fmt: skip
    note = f"Named at 400 worlds of 512 histories (seed {SEED}); again in {worlds:,} worlds (seed "
    note += f"{FRESH_SEED}), of which the thirds, or the rules, are compared in the same way."
    tables = [Table("On what claims hang, in fresh worlds", summary, [note])]
    tables += [Table(f"On what the claims of {case} hang", [row_of(one) for one in some])
               for case, some in found.items()]  # fmt: skip
    return Part(tables, {"unknowns confirmed": share})
