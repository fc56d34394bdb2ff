"""When a claim is marked: only where a word at the bounds of the last draw contradicts its own."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from conjuncture.analysis import readings
from conjuncture.analysis.answers import Counts, answer
from conjuncture.analysis.claim_comparisons import quantity_compared
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.screening import extend_counts
from conjuncture.analysis.simulator import add_counts
from conjuncture.analysis.verdicts import SHARES, contradict
from conjuncture.engine.tallies import Sums
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import read_crisis
from crises import SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

WORLDS, HISTORIES = 60, 512
CAUSE = "necessity(do(reds aside) for showdown = a)"
TESTS = (
    f"{CAUSE} > 0.5", f"{CAUSE} < 0.5", f"2 * {CAUSE} > 1", f"{CAUSE} in [0.2, 0.5]",
    f"{CAUSE} in [0, 0.5]", f"{CAUSE} > 0", f"{CAUSE} - P(second = a) > 0.5",
)  # fmt: skip


@pytest.fixture(scope="module")
def sworn(write_crisis):
    listed = "".join(
        f"  claim_{place}: {{says: It did., test: '{test}'}}\n" for place, test in enumerate(TESTS)
    )
    text = SWORN.replace("claims: {}", f"claims:\n{listed}")
    return Ensemble(read_crisis(write_crisis(text), stage_models()), WORLDS, HISTORIES)


def counted(crisis, test, turned, most):
    """Return counts in worlds that are alike: half of the histories have the outcome.

    So many of these are turned; at most so many could be by another coupling of the last draw.
    """
    asked = crisis.claims[f"claim_{TESTS.index(test)}"].test
    question = compile_question(asked, crisis=crisis)
    half = HISTORIES / 2
    first = np.full((WORLDS, len(question.terms)), half)
    for ratio in question.ratios.values():
        first[:, list(ratio.top)] = half * turned
    second = np.minimum(first[:, :, None], first[:, None, :])
    histories = np.full(WORLDS, HISTORIES)
    last = np.tile(half * np.array([1.0, turned, most]), (WORLDS, 1))
    products = np.minimum(last[:, :, None], last[:, None, :])
    last_draw = None if question.last_draw is None else Sums(histories, last, products)
    return readings.CountedClaim(
        asked, Counts(question, Sums(histories, first, second), last_draw=last_draw)
    )


@pytest.mark.parametrize(
    ("test", "turned", "most", "word", "matters"),
    [
        (TESTS[0], 0.2, 0.4, "fails", False),
        (TESTS[0], 0.2, 0.8, "fails", True),
        (TESTS[0], 0.8, 0.9, "holds", False),
        (TESTS[1], 0.2, 0.8, "holds", True),
        (TESTS[2], 0.2, 0.8, "fails", True),
        (TESTS[3], 0.35, 0.4, "holds", False),
        (TESTS[3], 0.35, 0.8, "holds", True),
        (TESTS[3], 0.05, 0.35, "fails", True),
        (TESTS[4], 0.2, 0.8, "holds", True),
        (TESTS[5], 0.2, 0.8, "holds", False),
        (TESTS[6], 0.2, 0.8, "fails", False),
    ],
)
def test_a_claim_is_marked_where_a_bound_contradicts_it(sworn, test, turned, most, word, matters):
    case = counted(sworn.crisis, test, turned, most)
    reading = readings.prior_reading(readings.Tester.of(sworn.simulator), case)
    assert reading.verdict.word == word
    assert reading.coupling_matters is matters


def test_two_words_contradict_each_other_where_no_share_has_both():
    shares = np.linspace(0.0, 1.0, 10_001)
    for one, other in product(SHARES, repeat=2):
        inside = [(shares > SHARES[word][0]) & (shares < SHARES[word][1]) for word in (one, other)]
        assert contradict(one, other) is not bool((inside[0] & inside[1]).any())


@pytest.mark.slow
def test_claims_are_marked_before_one_knows_how_it_ended_alone(sworn):
    for result in sworn.test():
        late = result.as_it_happened
        assert late is None or not late.coupling_matters
        bounds = result.prior.answer.last_draw
        assert (bounds is not None) is (
            result.claim.key != "claim_6" and result.claim.key != "claim_2"
        )


def test_what_is_counted_of_the_last_draw_goes_with_the_rest(sworn):
    case = counted(sworn.crisis, TESTS[0], 0.2, 0.8)
    twice = add_counts(case.counts, case.counts)
    np.testing.assert_array_equal(twice.last_draw.first, 2 * case.counts.last_draw.first)
    wide = extend_counts(case.counts, WORLDS + 5)
    assert wide.last_draw.histories.tolist() == [HISTORIES] * WORLDS + [0] * 5
    kept, _ = wide.with_histories(None)
    np.testing.assert_array_equal(kept.last_draw.second, case.counts.last_draw.second)
    asked = replace(case.counts.question, asked=quantity_compared(case.test))
    found = [answer(replace(one, question=asked)).last_draw for one in (twice, wide)]
    assert found == [pytest.approx((0.2, 0.8))] * 2
