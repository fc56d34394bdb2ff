"""Particles that are copies of one world are that world, with more histories."""

from dataclasses import replace

import numpy as np
import pytest

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.claim_comparisons import condition_counts, share_where
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.readings import CountedClaim, find_copies, merge_counts
from conjuncture.analysis.simulator import add_counts
from conjuncture.engine.tallies import Sums
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble
from crises import FREE, linked_test

pytestmark = pytest.mark.usefixtures("without_compiler")

TEST = "P(showdown.strength[a] > 3 | crowd.side = a) > 0.4"
WORLDS = 30


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


def posterior_of(values, worlds=None):
    """Return a posterior of so many particles, worth half as many worlds."""
    count = len(values)
    return Posterior(
        what="showdown = a", unknowns=("mood",), labels=("mood",), prior=values, values=values,
        weights=np.full(count, 1 / count), temperatures=(1.0,), effective_worlds=count / 2,
        log_evidence=-1.0, log_evidence_error=0.1, acceptance=(0.5,), worlds=worlds,
    )  # fmt: skip


def counts_of(crisis, k, n, histories=512):
    """Return the asked claim and counts of it, ``k`` of ``n`` histories in each world."""
    asked = linked_test(TEST, crisis)
    question = compile_question(asked)
    (ratio,) = question.ratios.values()
    first = np.zeros((len(n), len(question.terms)))
    first[:, ratio.bottom], first[:, ratio.top[0]] = n, k
    second = np.minimum(first[:, :, None], first[:, None, :])
    return asked, Counts(question, Sums(np.full(len(n), histories), first, second))


def test_equal_rows_are_one_world():
    values = np.array([[0.1], [0.3], [0.1], [0.2], [0.3]])
    places = find_copies(posterior_of(values), ())
    assert len(set(places)) == 3
    assert places[0] == places[2]
    assert places[1] == places[4]


def test_what_is_drawn_anew_and_bears_on_the_question_tells_copies_apart(free):
    """What did not bear on what happened is drawn anew for each particle."""
    values = np.full((6, 1), 0.25)
    where = {"mood": np.full(6, 0.75)}
    posterior = posterior_of(values, Worlds(free, 1, 6, placed=where))
    assert len(set(find_copies(posterior, {"mood"}))) == 1
    assert len(set(find_copies(posterior, {"mood", "crowd.mass"}))) == 6


def test_histories_of_copies_are_added(free):
    generator = np.random.default_rng(1)
    n = generator.integers(20, 500, WORLDS).astype(float)
    k = np.floor(n * generator.random(WORLDS))
    _, counts = counts_of(free, k, n)
    places = np.tile(np.arange(WORLDS // 2), 2)
    merged = merge_counts(counts, places)
    half = np.arange(WORLDS) < WORLDS // 2
    expected = add_counts(
        replace(counts, sums=counts.sums.map_rows(lambda rows: rows[half])),
        replace(counts, sums=counts.sums.map_rows(lambda rows: rows[~half])),
    )
    for name in ("histories", "first", "second"):
        np.testing.assert_array_equal(getattr(merged.sums, name), getattr(expected.sums, name))


def test_copies_have_the_share_of_the_worlds_they_are(free):
    """However often a world stands there, its share is that of one with all its histories."""
    generator = np.random.default_rng(2)
    n = np.full(WORLDS, 240.0)
    k = np.floor(n * generator.random(WORLDS) / 4) * 4
    asked, once = counts_of(free, k, n, 512)
    _, four = counts_of(free, np.tile(k / 4, 4), np.tile(n / 4, 4), 128)
    case = CountedClaim(asked, four, effective=WORLDS / 2, places=np.tile(np.arange(WORLDS), 4))
    found = case.share(condition_counts(four))
    alone = share_where(asked, once, condition_counts(once), WORLDS / 2)
    assert (found.value, found.low, found.high) == (alone.value, alone.low, alone.high)
    assert found.effective == WORLDS / 2
    np.testing.assert_array_equal(found.favours, np.tile(alone.favours, 4))


def test_where_few_particles_reach_the_condition_they_are_worth_less(free):
    n = np.where(np.arange(WORLDS) < 10, 200.0, 0.0)
    asked, counts = counts_of(free, n / 2, n)
    case = CountedClaim(asked, counts, effective=15.0, places=np.arange(WORLDS))
    assert case.share(condition_counts(counts)).effective == pytest.approx(5.0)
    nowhere = counts_of(free, 0 * n, 0 * n)[1]
    assert np.isnan(replace(case, counts=nowhere).share(condition_counts(nowhere)).value)


RARE = """
conjuncture: 1
title: The weaker camp won
account: account.md
unknowns: {decisiveness: 4, fog: 0.5}
forces:
  red: {kind: army, troops: 1 to 60}
  blue: {kind: army, troops: 0.05 to 5}
  blues: {kind: army, troops: 0.5 to 2, leans: {b: sworn}}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
observed: {showdown: b}
claims:
  likely: {says: It was likely to win., test: P(showdown = b) > 0.5}
  alone: {says: Even alone., test: P(showdown = b | do(blues.troops = 0)) > 0.5}
"""


@pytest.mark.slow
def test_claims_are_rerun_in_the_distinct_worlds_of_a_posterior(crisis):
    ensemble = Ensemble(crisis(RARE), 60)
    tested = ensemble.test(rerun=True)
    posterior = tested.posterior
    assert posterior is not None
    assert posterior.effective_worlds < 60
    for one in tested:
        assert one.rerun.answer.effective_worlds == posterior.effective_worlds
        assert one.rerun.verdict.effective_worlds == pytest.approx(posterior.effective_worlds)
        low, high = one.rerun.verdict.interval
        assert low <= one.rerun.verdict.share <= high
    assert tested["likely"].rerun.verdict.share >= tested["likely"].prior.verdict.share
