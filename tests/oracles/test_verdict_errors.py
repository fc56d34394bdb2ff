"""Error rates of words over repeated seeds, on worlds whose shares are known.

Each repetition draws worlds with probabilities from a beta law and histories from binomials. An end
of the interval errs with probability 5 % at most, so at a share exactly on a line the wrong word may
come in 5 % of the repetitions, and never far from one.
"""

import numpy as np
import pytest
from scipy import optimize, stats

from chance import false_alarm
from conjuncture.analysis.answers import Counts
from conjuncture.analysis.claim_comparisons import condition_counts, share_where
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.verdicts import verdict_on
from conjuncture.engine.tallies import Sums
from conjuncture.language.nodes import Cell, Compare, Label, NumberLiteral, Outcome
from conjuncture.language.quantities import Probability

HISTORIES = 512
EVENT = Compare("=", Outcome("showdown"), Label("a", 0))
CLAIM = Compare(
    ">", Probability(EVENT, Compare(">", Cell("mood"), NumberLiteral(0.0))), NumberLiteral(0.5)
)
QUESTION = compile_question(CLAIM)
REPETITIONS = 60
WORLDS = 400


def counts_of(probabilities, generator):
    """Return the counts of coins with each world's probability, all of whose throws count."""
    (ratio,) = QUESTION.ratios.values()
    first = np.zeros((len(probabilities), len(QUESTION.terms)))
    first[:, ratio.bottom] = HISTORIES
    first[:, ratio.top[0]] = generator.binomial(HISTORIES, probabilities)
    second = np.minimum(first[:, :, None], first[:, None, :])
    return Counts(QUESTION, Sums(np.full(len(probabilities), HISTORIES), first, second))


def law_of(share):
    """Return a beta law of mean-dependent shape with P(p > 1/2) = share."""
    shift = optimize.brentq(lambda m: stats.beta.sf(0.5, 6 * m, 6 * (1 - m)) - share, 0.01, 0.99)
    return stats.beta(6 * shift, 6 * (1 - shift))


def words_of(share, worlds=WORLDS):
    """Return how often each word comes where the claim holds in that share of all worlds."""
    generator = np.random.default_rng(20261122)
    law = law_of(share)
    words = []
    for _ in range(REPETITIONS):
        counts = counts_of(law.rvs(worlds, random_state=generator), generator)
        found = share_where(CLAIM, counts, condition_counts(counts))
        words.append(
            verdict_on(found, reaching=worlds, worlds=worlds, histories=HISTORIES, near=0.02).word
        )
    return {word: words.count(word) for word in set(words)}


def at_most(rate):
    """Return the count of repetitions that a rate exceeds with the false-alarm probability."""
    return stats.binom.isf(false_alarm(), REPETITIONS, rate)


@pytest.mark.parametrize(
    ("share", "right", "wrong"),
    [
        (0.9, None, ("holds", "depends")),
        (0.1, None, ("fails", "depends")),
        (0.75, None, ("mostly holds", "holds")),
        (0.25, None, ("mostly fails", "fails")),
        (0.97, "holds", ("fails", "depends", "mostly fails")),
        (0.03, "fails", ("holds", "depends", "mostly holds")),
        (0.85, "mostly holds", ("holds", "fails", "mostly fails")),
        (0.15, "mostly fails", ("fails", "holds", "mostly holds")),
        (0.5, "depends", ("holds", "fails", "mostly holds", "mostly fails")),
    ],
)
def test_untrue_words_are_rare_and_true_ones_come(share, right, wrong):
    counted = words_of(share)
    for word in wrong:
        assert counted.get(word, 0) <= at_most(0.05), counted
    if right:
        assert counted.get(right, 0) >= 0.5 * REPETITIONS, counted


def test_few_worlds_leave_a_claim_open_rather_than_misjudge_it():
    counted = words_of(0.9, worlds=14)
    assert counted.get("holds", 0) <= at_most(0.05)
    assert counted.get("open", 0) >= 0.5 * REPETITIONS, counted


def test_counting_estimates_would_pull_the_share_towards_one_half():
    """The reason for the rule: with few histories naive counting misses the true share."""
    generator = np.random.default_rng(1)
    probabilities = law_of(0.9).rvs(200_000, random_state=generator)
    naive = np.mean(generator.binomial(64, probabilities) / 64 > 0.5)
    assert naive < np.mean(probabilities > 0.5) - 0.01
