"""The verdict on given calls: words, bounds, and what an open claim needs."""

import numpy as np
import pytest

import conjuncture
from conjuncture.analysis.mixing import wilson
from conjuncture.analysis.verdicts import Calls, judge
from crises import FREE


def calls(favours, opposes, uncalled):
    total = favours + opposes + uncalled
    places = np.arange(total)
    return Calls(places < favours, (places >= favours) & (places < favours + opposes))


@pytest.mark.parametrize(
    ("counted", "word"),
    [
        ((380, 20, 0), "holds"),
        ((375, 5, 20), "holds"),
        ((360, 40, 0), "unresolved"),
        ((20, 380, 0), "fails"),
        ((200, 200, 0), "depends"),
        ((100, 100, 200), "depends"),
        ((0, 0, 400), "unresolved"),
        ((60, 300, 40), "depends"),
    ],
)
def test_words(counted, word):
    assert judge(calls(*counted)).word == word


def test_uncalled_worlds_count_against_below_and_for_above():
    verdict = judge(calls(100, 200, 100))
    assert verdict.share == pytest.approx(0.375)
    assert verdict.uncalled == 0.25
    assert verdict.bounds == pytest.approx((wilson(0.25, 400)[0], wilson(0.5, 400)[1]))


def test_an_open_claim_says_how_many_worlds_would_settle_it():
    needed = judge(calls(366, 34, 0)).worlds_needed
    assert needed == 1600
    assert judge(calls(366 * 2, 34 * 2, 0)).word == "unresolved"
    assert judge(calls(366 * 4, 34 * 4, 0)).word == "holds"


def test_an_open_claim_that_needs_histories_says_no_number_of_worlds():
    verdict = judge(calls(30, 200, 170))
    assert verdict.word == "unresolved"
    assert verdict.worlds_needed is None


def test_weights_count_and_make_the_bounds_wider():
    evenly = judge(calls(380, 20, 0))
    weights = np.where(np.arange(400) % 10 == 0, 9.0, 0.1)
    weighted = judge(calls(380, 20, 0), weights)
    assert weighted.share == pytest.approx(evenly.share)
    assert weighted.bounds[0] < evenly.bounds[0]
    assert weighted.bounds[1] > evenly.bounds[1]


def test_wilson_is_symmetric_and_within_zero_and_one():
    low, high = wilson(0.3, 50)
    assert (1 - high, 1 - low) == pytest.approx(wilson(0.7, 50))
    assert wilson(0.0, 10)[0] == 0.0
    assert wilson(1.0, 10)[1] == 1.0


ON_THE_LINE = """
  always: {says: It ended some way., test: P(showdown = a or showdown = b) >= 1}
  beyond: {says: It ended some third way., test: P(showdown = a or showdown = b) < 1}
  never: {says: It ended both ways., test: P(showdown = a and showdown = b) > 0}
  number: {says: Two camps there were., test: E(1 + (1 * showdown.rounds - showdown.rounds)) > 1}
  alike: {says: Nothing differs., test: "P(showdown = a | do(mood = mood)) - P(showdown = a) > 0"}
  from_nothing: {says: It was rare., test: "P(showdown = b and crowd.side = a) in [0, 0.1]"}
  below: {says: It was rare., test: P(showdown = b and crowd.side = a) <= 0.1}
"""


@pytest.fixture(scope="module")
def on_the_line(write_crisis):
    text = FREE if "\nclaims:" in FREE else FREE + "\nclaims:"
    return conjuncture.load(write_crisis(text.rstrip() + ON_THE_LINE)).run(worlds=60).test(extra=0)


def test_what_is_just_the_line_in_every_history_is_no_close_call(on_the_line):
    words = {one.claim.key: one.prior.verdict for one in on_the_line}
    assert words["always"].word == "holds"
    for key in ("beyond", "never", "alike", "number"):
        assert (words[key].word, words[key].uncalled) == ("fails", 0.0), key


def test_an_end_that_no_share_can_pass_is_no_line(on_the_line):
    words = {one.claim.key: one.prior.verdict for one in on_the_line}
    assert words["from_nothing"] == words["below"]
