r"""Weighing two accounts of one crisis by how probable they make the same evidence.

An account is judged by how probable it makes what happened, all that nobody knows averaged over:

.. math:: L = \frac{1}{n} \sum_i \sum_c p_c \, P(e_c \mid \text{world } i)

with :math:`p_c` the probability of each coding of what happened. The weight of evidence for the
first against the second is the logarithm of the ratio of their likelihoods
[fairfieldcharman2017]_. Stage after stage it adds up from what each event weighs given those
before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan, log, log10, nan

import numpy as np

from conjuncture.analysis.rivalry.rivals import (
    Bounded,
    Coding,
    EvidenceStep,
    RivalAccount,
    Rivalry,
    bootstrap_interval,
    error_of_ratio,
    influence_of,
    log_ratio,
    rule_of_three,
    spread_of_mean,
)
from conjuncture.analysis.rivalry.shared_evidence import SharedEvidence
from conjuncture.analysis.simulator import Simulator, Subprogress
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.likelihood_weighting import Likelihood, likelihood_of
from conjuncture.engine.machine import run_record
from conjuncture.engine.progress import Progress
from conjuncture.errors import UsageError
from conjuncture.number_format import write_number
from conjuncture.ordering import put_in_order


def hold_against(
    simulators: tuple[Simulator, Simulator], evidence: SharedEvidence, odds: float | None = None
) -> Rivalry:
    """Hold two accounts against the same evidence.

    Parameters
    ----------
    simulators : pair of Simulator
        Of the same seed and as many worlds, so that what the accounts share is drawn alike.
    evidence : SharedEvidence
        Of both crises, as :func:`~conjuncture.analysis.rivalry.shared_evidence.evidence_for`
        returns it.
    odds : float, optional
        Prior odds of the first against the second.

    Raises
    ------
    UsageError
        When the odds are none.
    """
    if odds is not None and not (isfinite(odds) and odds > 0.0):
        raise UsageError(
            f"odds must be a number above 0, such as 2 for two to one, not {write_number(odds)}"
        )
    count = len(evidence.coded)
    runs = sum(sum(1 for _ in evidence.codings(stages)) for stages in range(1, count + 1))
    blocks = sum(one.worlds.count * one.blocks for one in simulators)
    progress = Subprogress.announce(
        simulators[0].progress, "histories weighed by the evidence", runs * blocks
    )
    first, second = (WeighedWorlds.of(one, evidence, progress) for one in simulators)
    whole = first.whole.weights, second.whole.weights
    accounts = account_of(simulators[0], first.whole), account_of(simulators[1], second.whole)
    weight, bounded = weight_between(accounts)
    sure = not bounded and not isnan(weight)
    return Rivalry(
        evidence=str(evidence),
        accounts=accounts,
        weight=weight,
        error=error_of_ratio(*whole) if sure else nan,
        codings=tuple(codings_of(evidence, first, second)),
        interval=bootstrap_interval(*whole) if sure else (nan, nan),
        steps=tuple(steps_of(evidence.parts, first.stages, second.stages)),
        bounded=bounded,
        odds=odds,
        worlds=simulators[0].worlds.count,
        histories=simulators[0].blocks * BLOCK,
        left_out=evidence.left_out,
        records=tuple(
            run_record(one.worlds.crisis, one.worlds.seed, one.worlds.count, one.blocks * BLOCK)
            for one in simulators
        ),
    )


@dataclass(frozen=True)
class WeighedWorlds:
    """Worlds of one account weighed by the evidence.

    Attributes
    ----------
    stages : tuple of Likelihood
        Of the first event, the first two, and so on to all.
    readings : tuple of Likelihood
        Of every coding of all events.
    """

    stages: tuple[Likelihood, ...]
    readings: tuple[Likelihood, ...]

    @property
    def whole(self) -> Likelihood:
        """Of all events."""
        return self.stages[-1]

    @classmethod
    def of(
        cls, simulator: Simulator, evidence: SharedEvidence, progress: Progress
    ) -> WeighedWorlds:
        """Weigh the worlds of a simulator.

        Histories of the first events and of all of them have the same draws, so that what is
        imposed later does not disturb what came before.
        """
        stages: list[Likelihood] = []
        readings: list[Likelihood] = []
        for number in range(1, len(evidence.coded) + 1):
            codings = list(evidence.codings(number))
            readings = [
                likelihood_of(simulator.worlds, simulator.blocks, progress, seen)
                for seen, _ in codings
            ]
            stages.append(mix_likelihoods(readings, [share for _, share in codings]))
        return cls(tuple(stages), tuple(readings))


def mix_likelihoods(readings: Sequence[Likelihood], shares: Sequence[float]) -> Likelihood:
    """Return the likelihood of evidence that is read in several ways."""
    weights = np.sum([share * one.weights for one, share in zip(readings, shares, strict=True)], 0)
    squares = [(share * one.errors) ** 2 for one, share in zip(readings, shares, strict=True)]
    return Likelihood(weights, np.sqrt(np.sum(squares, 0)))


def account_of(simulator: Simulator, weighed: Likelihood) -> RivalAccount:
    """Return what the evidence says of one account."""
    crisis = simulator.worlds.crisis
    impossible = weighed.probability == 0.0
    return RivalAccount(
        title=crisis.title,
        slug=crisis.slug,
        log_likelihood=-inf if impossible else log(weighed.probability),
        error=nan if impossible else spread_of_mean(influence_of(weighed.weights)) * log(10.0),
        effective_worlds=weighed.effective_worlds,
        most=rule_of_three(simulator.worlds.count) if impossible else nan,
    )


def weight_between(accounts: tuple[RivalAccount, RivalAccount]) -> tuple[float, Bounded]:
    """Return the logarithm to base 10 of the Bayes factor, or its bound and of which kind it is."""
    first, second = accounts
    if isnan(first.most) and isnan(second.most):
        return (first.log_likelihood - second.log_likelihood) / log(10.0), ""
    if isnan(second.most):
        return log10(first.most) - second.log_likelihood / log(10.0), "at most"
    if isnan(first.most):
        return first.log_likelihood / log(10.0) - log10(second.most), "at least"
    return nan, ""


def codings_of(
    evidence: SharedEvidence, first: WeighedWorlds, second: WeighedWorlds
) -> list[Coding]:
    """Return what each reading of the evidence would weigh alone, the likeliest first."""
    found = []
    codings = evidence.codings()
    for (seen, share), one, two in zip(codings, first.readings, second.readings, strict=True):
        both = one.probability > 0.0 and two.probability > 0.0
        weight = log_ratio(one.weights, two.weights) if both else nan
        label = ", ".join(f"{stage} = {outcome}" for stage, outcome in seen.items())
        found.append(Coding(label, share, weight))
    return put_in_order(found, lambda coding: coding.probability, falling=True)


def steps_of(
    parts: Sequence[str], first: Sequence[Likelihood], second: Sequence[Likelihood]
) -> list[EvidenceStep]:
    """Return what each event adds, given those before it.

    Parameters
    ----------
    parts : sequence of str
        What happened, event by event.
    first, second : sequence of Likelihood
        Of the first event, the first two, and so on, under either account.
    """
    sure = Likelihood(np.ones_like(first[0].weights), np.zeros_like(first[0].weights))
    before = sure, sure
    found = []
    for says, one, two in zip(parts, first, second, strict=True):
        now = one, two
        chances = tuple(
            after.probability / prior.probability if prior.probability else nan
            for after, prior in zip(now, before, strict=True)
        )
        weight = error = total = total_error = nan
        if one.probability > 0.0 and two.probability > 0.0:
            moves = [
                influence_of(after.weights) - influence_of(prior.weights)
                for after, prior in zip(now, before, strict=True)
            ]
            weight = log10(chances[0] / chances[1])
            error = spread_of_mean(moves[0] - moves[1])
            total = log_ratio(one.weights, two.weights)
            total_error = error_of_ratio(one.weights, two.weights)
        found.append(
            EvidenceStep(says, (chances[0], chances[1]), weight, error, total, total_error)
        )
        before = one, two
    return found
