"""Error rates of the verdict rule over repeated seeds, on worlds whose shares are known.

Each repetition draws worlds with probabilities from a beta law and histories from binomials. A
bound of the share errs with probability 5 % at most, so at a share exactly on a line the wrong
verdict may come in 5 % of the repetitions, and never far from one.
"""

import numpy as np
import pytest
from conjuncture.analysis.refining import Case, refine
from conjuncture.analysis.testing import reading
from scipy import optimize, stats

from chance import false_alarm
from conjuncture.analysis.answers import Counts
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.adding import Sums
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.progress import Silent
from conjuncture.language.nodes import Compare, Label, Number, Outcome, Probability

EVENT = Compare("=", Outcome("showdown"), Label("a", 0))
CLAIM = Compare(">", Probability(EVENT), Number(0.5))
QUESTION = compile_question(CLAIM)
REPETITIONS = 200
WORLDS = 400


class Bench:
    """Stands in for a laboratory: histories are coins with each world's probability."""

    def __init__(self, probabilities, generator):
        self.probabilities = probabilities
        self.generator = generator
        self.blocks = 1
        self.progress = Silent()

    def count_blocks(self, questions, blocks, _label):
        assert questions == [QUESTION]
        counted = np.bincount(blocks[:, 0], minlength=len(self.probabilities)) * BLOCK
        won = self.generator.binomial(counted, self.probabilities).astype(float)
        first = np.zeros((len(counted), len(QUESTION.terms)))
        for place, term in enumerate(QUESTION.terms):
            whats = {factor.what for factor in term}
            first[:, place] = counted if not term else 0.0 if "undefined" in whats else won
        second = np.minimum(first[:, :, None], first[:, None, :])
        return [Counts(QUESTION, Sums(counted.astype(np.int64), first, second))]


def concentration(share):
    """Return a beta law of mean-dependent shape with P(p > 1/2) = share."""
    shift = optimize.brentq(lambda m: stats.beta.sf(0.5, 6 * m, 6 * (1 - m)) - share, 0.01, 0.99)
    return stats.beta(6 * shift, 6 * (1 - shift))


def verdicts(share, allowance):
    generator = np.random.default_rng(20261122)
    law = concentration(share)
    words = []
    for _ in range(REPETITIONS):
        bench = Bench(law.rvs(WORLDS, random_state=generator), generator)
        listed = np.stack([np.arange(WORLDS), np.zeros(WORLDS, int)], axis=1)
        base = bench.count_blocks([QUESTION], listed, "")[0]
        case = refine(bench, [Case(CLAIM, base, base)], allowance)[0][0]
        words.append(reading(case).verdict.word)
    return {word: words.count(word) for word in set(words)}


def at_most(rate):
    """Return the count of repetitions that a rate exceeds with the false-alarm probability."""
    return stats.binom.isf(false_alarm(), REPETITIONS, rate)


@pytest.mark.parametrize(
    ("share", "right", "wrong"),
    [
        (0.9, None, ("holds",)),
        (0.9, None, ("depends",)),
        (0.1, None, ("fails",)),
        (0.1, None, ("depends",)),
        (0.97, "holds", ("fails", "depends")),
        (0.03, "fails", ("holds", "depends")),
        (0.5, "depends", ("holds", "fails")),
    ],
)
def test_wrong_verdicts_are_rare_and_right_ones_come(share, right, wrong):
    counted = verdicts(share, allowance=100_000)
    for word in wrong:
        assert counted.get(word, 0) <= at_most(0.05), counted
    if right:
        assert counted.get(right, 0) >= 0.5 * REPETITIONS, counted


def test_without_extra_histories_a_claim_is_left_open_and_never_misjudged():
    counted = verdicts(0.9, allowance=0)
    assert counted.get("holds", 0) <= at_most(0.05)
    assert counted.get("unresolved", 0) >= 0.9 * REPETITIONS


def test_counting_estimates_would_pull_the_share_towards_one_half():
    """The reason for the rule: with few histories naive counting misses the true share."""
    generator = np.random.default_rng(1)
    probabilities = concentration(0.9).rvs(200_000, random_state=generator)
    naive = np.mean(generator.binomial(64, probabilities) / 64 > 0.5)
    assert naive < np.mean(probabilities > 0.5) - 0.01
