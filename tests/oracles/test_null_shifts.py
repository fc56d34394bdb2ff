"""Unknowns of which nothing was learnt: how often they are said to have moved.

Particles are carried to the posterior of two coordinates; all others keep the law of the prior, so
that any shift in them is chance. The p-values must then be uniform, though particles descend from
few draws of the prior and copies stay where moves fail.
"""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from chance import bound, false_alarm
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.conditioning.tempering import temper
from conjuncture.analysis.estimates import LEVEL

NULL = 30
INFORMED = ("first", "second")
HISTORIES = 64


def given(seed, particles=200, histories=0, share=0.5, null=NULL):
    """Return a posterior in which two unknowns were learnt of, and many and a rule were not."""
    generator = np.random.default_rng(seed)

    def likelihood(points):
        first, second = ndtri(points[:, :2]).T
        found = -2.0 * (first - 1.5) ** 2 - 2.0 * (second + 1.0) ** 2
        if histories:
            with np.errstate(divide="ignore"):
                return np.log(generator.binomial(histories, np.exp(found)) / histories)
        return found

    points = generator.random((particles, 2 + null + 1))
    faint = 0.5 / histories if histories else 0.0
    found = temper(points, likelihood(points), likelihood, generator, faint=faint)

    def values(points):
        return np.hstack([points[:, :2], points[:, 2:-1] ** 3, points[:, -1:] < share])

    return Posterior(
        what="quarrel = a",
        unknowns=(*INFORMED, *(f"null {one}" for one in range(null)), "rule"),
        labels=(*INFORMED, *(f"null {one}" for one in range(null)), "rule"),
        prior=values(np.random.default_rng(0).random((4096, 2 + null + 1))),
        values=values(found.points),
        weights=np.full(particles, 1.0 / particles),
        temperatures=found.temperatures,
        effective_worlds=found.effective,
        log_evidence=found.log_evidence,
        log_evidence_error=found.log_evidence_error,
        acceptance=found.acceptance,
        rules={"rule": {0: "weight", 1: "refusal"}},
    )


@pytest.fixture(scope="module")
def many():
    """Return the shifts in forty posteriors of a known likelihood, and in forty of an estimate."""
    return [
        given(seed, histories=histories).shifts()
        for histories in (0, HISTORIES)
        for seed in range(40)
    ]


def named(shifts):
    return frozenset(one.key for one in shifts if one.is_beyond_chance)


@pytest.mark.slow
def test_p_values_of_what_was_not_learnt_are_uniform(many):
    nulls = [one for shifts in many for one in shifts if one.key not in INFORMED]
    p_values = np.array([one.p_value for one in nulls])
    # Of one posterior they hang together a little, through how much its particles are worth.
    for level in (0.01, 0.05, 0.3):
        by_run = (p_values.reshape(len(many), -1) <= level).mean(axis=1)
        error = max(by_run.std(ddof=1), np.sqrt(level / NULL)) / np.sqrt(len(many))
        assert by_run.mean() <= level + bound() * error
        assert by_run.mean() >= 0.6 * level - bound() * error


def test_what_is_named_and_was_not_learnt_is_within_the_stated_level(many):
    # Where there is one such beside the two that were learnt of, a third of what is named is chance.
    false = sum(named(shifts) > frozenset(INFORMED) for shifts in many)
    assert false <= stats.binom.isf(false_alarm(), len(many), 3.0 * LEVEL)
    assert all(named(shifts) >= frozenset(INFORMED) for shifts in many)


def test_another_seed_names_the_same(many):
    assert np.mean([named(shifts) == frozenset(INFORMED) for shifts in many]) >= 0.9


@pytest.mark.parametrize("share", [0.5, 0.02])
def test_a_rule_of_which_nothing_was_learnt_is_not_named(share):
    p_values = [
        next(
            one.p_value
            for one in given(seed, 100, share=share, null=2).shifts()
            if one.key == "rule"
        )
        for seed in range(60)
    ]
    for level in (0.05, 0.2):
        room = bound() * np.sqrt(level * (1.0 - level) / len(p_values))
        assert np.mean(np.array(p_values) <= level) <= level + room
