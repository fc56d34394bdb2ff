"""The share of worlds in which a claim holds, against families of claims with known answers."""

import numpy as np
import pytest
from claim_families import (
    BEYOND,
    FAMILIES,
    count_differences,
    count_shares,
    covers,
    is_true,
    share_of,
    truth_of,
    word_of,
)
from scipy.stats import binom

from chance import false_alarm
from conjuncture.analysis.likelihoods import PENALTY
from conjuncture.analysis.shares_of_worlds import (
    effective_number,
    share_of_differences,
    share_of_margins,
    share_of_worlds,
    wilson_bounds,
)

SEEDS = 25
LEAST = 0.93
"""What intervals of 90 % are to cover, their ends rounded outward."""

MOST_WRONG = 0.01
"""How many words may be untrue."""


@pytest.fixture(scope="module")
def found():
    """The shares of all draws of every family that the rule is made for."""
    return {
        family: [share_of(family, seed) for seed in range(SEEDS)]
        for family in FAMILIES
        if family not in BEYOND
    }


@pytest.mark.slow
def test_intervals_of_every_family_hold_the_truth(found):
    """A family that covers .93 fails at most so often as the suite allows a comparison."""
    level = false_alarm()
    for family, shares in found.items():
        missed = sum(not covers(share, truth_of(family)) for share in shares)
        assert binom.sf(missed - 1, SEEDS, 1.0 - LEAST) >= level / len(found), family


@pytest.mark.slow
def test_intervals_of_all_families_together_hold_the_truth(found):
    missed = sum(
        not covers(share, truth_of(family)) for family, shares in found.items() for share in shares
    )
    assert binom.sf(missed - 1, SEEDS * len(found), 1.0 - LEAST) >= false_alarm()


@pytest.mark.slow
def test_words_are_true(found):
    told = [
        is_true(word_of(share), truth_of(family))
        for family, shares in found.items()
        for share in shares
    ]
    assert binom.sf(told.count(False) - 1, len(told), MOST_WRONG) >= false_alarm()


def test_worlds_without_any_effect_are_told_from_worlds_with_a_small_one():
    assert word_of(share_of("all_zero", 1)) == "fails"
    assert share_of("small", 1).high > 0.9


@pytest.mark.parametrize("family", ["smooth", "bimodal", "rare"])
def test_the_contrary_has_the_contrary_share(family):
    k, n, _ = count_shares(family, 1, 100)
    met = n > 0
    every = np.full(met.sum(), 512.0)
    one, other = (
        share_of_worlds(k[met], n[met], every, (0.5,), n[met], above=above)
        for above in (True, False)
    )
    assert one.value == pytest.approx(1.0 - other.value, abs=1e-9)
    assert one.low == pytest.approx(1.0 - other.high, abs=1e-9)
    assert one.favours == pytest.approx(1.0 - other.favours, abs=1e-9)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("kind", ["many_zeros", "all_zero", "beyond"])
def test_the_contrary_of_a_difference_has_the_contrary_share(kind, strict):
    n10, n01, n, made = count_differences(kind, 1, 100)
    one = share_of_differences(n10, n01, n, (made.line,), n, strict=strict)
    other = share_of_differences(n10, n01, n, (made.line,), n, above=False, strict=not strict)
    assert one.value == pytest.approx(1.0 - other.value, abs=1e-9)
    assert one.high == pytest.approx(1.0 - other.low, abs=1e-9)


def test_no_difference_at_all_is_upon_a_line_at_nothing():
    nothing, n = np.zeros(400), np.full(400, 512.0)
    for above in (True, False):
        told = share_of_differences(nothing, nothing, n, (0.0,), n, above=above)
        assert told.high <= 0.1
        told = share_of_differences(nothing, nothing, n, (0.0,), n, above=above, strict=False)
        assert told.low >= 0.9
    for lines in ((0.0, 0.2), (-0.2, 0.0)):
        assert share_of_differences(nothing, nothing, n, lines, n).low >= 0.9


def test_every_share_is_above_nothing_and_below_one():
    n = np.full(200, 500.0)
    never, always = np.zeros(200), n
    assert share_of_worlds(never, n, n, (0.0, 0.3), n).low >= 0.9
    assert share_of_worlds(always, n, n, (0.0, 0.3), n).high <= 0.1
    assert share_of_worlds(always, n, n, (0.7, 1.0), n).low >= 0.9
    whatever = share_of_worlds(np.linspace(0, 500, 200), n, n, (0.0, 1.0), n)
    assert whatever.value == pytest.approx(1.0)
    assert whatever.mass_within(0.02) == 0.0


@pytest.mark.parametrize("histories", [20, 2000])
def test_no_interval_is_narrower_than_the_sampling_of_worlds(histories):
    rng = np.random.default_rng(1)
    n = np.full(300, float(histories))
    k = rng.binomial(histories, np.where(np.arange(300) < 150, 0.6, 0.4)).astype(float)
    found = share_of_worlds(k, n, n, (0.5,), n)
    low, high = wilson_bounds(found.value, effective_number(n))
    assert found.low <= low
    assert found.high >= high


def test_worlds_far_from_the_line_are_counted():
    """All that is left to doubt is the penalty, which is worth half a world."""
    rng = np.random.default_rng(7)
    n = np.full(100, 500.0)
    share = np.r_[np.full(40, 0.9), np.full(60, 0.1)]
    found = share_of_worlds(rng.binomial(500, share).astype(float), n, n, (0.5,), n)
    assert found.value == pytest.approx(0.4, abs=PENALTY / (100 + PENALTY))
    assert found.favours == pytest.approx(np.r_[np.ones(40), np.zeros(60)], abs=1e-9)


@pytest.mark.parametrize(("strict", "value"), [(True, 0.0), (False, 1.0)])
def test_margins_that_are_exactly_nothing_are_upon_the_line(strict, value):
    nothing = np.zeros(400)
    found = share_of_margins(nothing, nothing, np.ones(400), strict=strict)
    assert found.value == pytest.approx(value, abs=PENALTY / 400)
    assert min(found.high, 1.0 - found.low) <= 0.05
    assert share_of_margins(nothing, nothing, np.ones(400), 0.3).low >= 0.95


def test_some_margins_exactly_nothing_are_told_from_those_near_it():
    rng = np.random.default_rng(3)
    margin, variance = np.zeros(400), np.zeros(400)
    margin[:120] = 0.01 + 0.001 * rng.normal(size=120)
    variance[:120] = 1e-6
    found = share_of_margins(margin, variance, np.ones(400))
    assert found.value == pytest.approx(0.3, abs=PENALTY / 400)
    assert found.favours == pytest.approx(np.repeat([1.0, 0.0], [120, 280]), abs=1e-6)


def test_margins_without_any_noise_are_counted():
    margin = np.repeat([0.4, -0.2, -0.4], [30, 30, 40])
    found = share_of_margins(margin, np.zeros(100), np.ones(100))
    assert found.value == pytest.approx(0.3, abs=PENALTY / 100)
    assert found.low < 0.3 < found.high


@pytest.mark.parametrize("worlds", [1, 2])
def test_one_or_two_worlds_say_little(worlds):
    k, n, weights = np.full(worlds, 30.0), np.array([60.0, 50.0])[:worlds], np.ones(worlds)
    every = np.full(worlds, 512.0)
    for found in (
        share_of_worlds(k, n, every, (0.2,), n),
        share_of_differences(k, np.zeros(worlds), every, (0.0,), weights),
        share_of_margins(np.ones(worlds), np.full(worlds, 0.01), weights),
    ):
        low, high = wilson_bounds(found.value, found.effective)
        assert found.value > 0.6
        assert 0.0 <= found.low <= low
        assert high <= found.high <= 1.0


def test_worlds_that_know_nothing_are_left_out():
    rng = np.random.default_rng(1)
    margin, variance, weights = rng.normal(size=80), np.full(80, 0.04), np.ones(80)
    whole = share_of_margins(margin, variance, weights)
    more = (
        np.append(margin, [np.nan, 9.0]),
        np.append(variance, [0.1, 0.1]),
        np.append(weights, [1, 0]),
    )
    found = share_of_margins(*more)
    assert (found.value, found.low, found.high) == (whole.value, whole.low, whole.high)
    assert found.favours[:80] == pytest.approx(whole.favours)
    assert found.favours[80:] == pytest.approx([whole.value] * 2)


def test_where_no_world_knows_anything_anything_may_be():
    nothing, one = np.zeros(3), np.ones(3)
    for found in (
        share_of_worlds(nothing, nothing, one, (0.5,), nothing),
        share_of_differences(nothing, nothing, nothing, (0.0,), nothing),
        share_of_margins(np.full(3, np.nan), one, one),
    ):
        assert np.isnan(found.value)
        assert (found.low, found.high, found.effective) == (0.0, 1.0, 0.0)
        assert found.mass_within(1.0) == 0.0


def test_an_effective_number_from_outside_takes_the_place_of_that_of_the_weights():
    n = np.full(100, 500.0)
    k = np.where(np.arange(100) < 50, 450.0, 50.0)
    whole = share_of_worlds(k, n, n, (0.5,), n)
    assert whole.effective == pytest.approx(100.0)
    same = share_of_worlds(k, n, n, (0.5,), n, effective=100.0)
    assert (same.low, same.high) == pytest.approx((whole.low, whole.high))
    fewer = share_of_worlds(k, n, n, (0.5,), n, effective=20.0)
    assert fewer.effective == 20.0
    assert fewer.low <= wilson_bounds(0.5, 20.0)[0]
    assert fewer.high >= wilson_bounds(0.5, 20.0)[1]
