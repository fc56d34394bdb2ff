"""The share of worlds in which a claim holds, against families of claims with known answers."""

import numpy as np
import pytest
from claim_families import (
    DIFFERENCES,
    MANY,
    SHARES,
    counted_differences,
    counted_shares,
    truth_of_shares,
)
from scipy.stats import binom

from chance import false_alarm
from conjuncture.analysis.mixing import (
    PENALTY,
    effective_number,
    share_of_differences,
    share_of_margins,
    share_of_worlds,
    wilson,
)

SEEDS = 6
LEAST = 0.93
"""What intervals of 90 % are to cover, their ends rounded outward."""


def missed_too_often(missed, tries):
    """Return whether so many intervals miss that they do not cover .93 of the time."""
    return binom.sf(missed - 1, tries, 1.0 - LEAST) < false_alarm()


def of_shares(family, seed, worlds=400):
    k, n, made = counted_shares(family, seed, worlds)
    met = n > 0
    every = np.full(met.sum(), 512.0)
    return share_of_worlds(k[met], n[met], every, (made.line,), n[met], above=made.above)


def of_differences(kind, seed):
    n10, n01, n, made = counted_differences(kind, seed)
    return share_of_differences(n10, n01, n, (made.line,), n), made.truth


def test_intervals_of_shares_hold_the_truth():
    missed = 0
    for family in SHARES:
        truth = truth_of_shares(family)
        for seed in range(SEEDS):
            found = of_shares(family, seed)
            missed += not found.low - 0.005 <= truth <= found.high + 0.005
    assert not missed_too_often(missed, SEEDS * len(SHARES))


def test_intervals_of_differences_hold_the_truth():
    missed = 0
    for kind in DIFFERENCES:
        for seed in range(SEEDS):
            found, truth = of_differences(kind, seed)
            missed += not found.low - 0.005 <= truth <= found.high + 0.005
    assert not missed_too_often(missed, SEEDS * len(DIFFERENCES))


def test_worlds_without_any_effect_are_told_from_worlds_with_a_small_one():
    none, _ = of_differences("all_zero", 1)
    assert none.high <= 0.1
    small, _ = of_differences("small", 1)
    assert small.high > 0.9


@pytest.mark.parametrize("family", ["smooth", "bimodal", "rare"])
def test_the_contrary_has_the_contrary_share(family):
    k, n, _ = counted_shares(family, 1, 100)
    met = n > 0
    every = np.full(met.sum(), 512.0)
    one, other = (
        share_of_worlds(k[met], n[met], every, (0.5,), n[met], above=above)
        for above in (True, False)
    )
    assert one.value == pytest.approx(1.0 - other.value, abs=1e-9)
    assert one.low == pytest.approx(1.0 - other.high, abs=1e-9)
    assert one.favours == pytest.approx(1.0 - other.favours, abs=1e-9)


def test_intervals_between_two_lines_hold_the_truth():
    made = SHARES["smooth"](np.random.default_rng(123), MANY)
    within = (made.share > 0.3) & (made.share < 0.7)
    truth = made.condition @ within / made.condition.sum()
    missed = 0
    for seed in range(3 * SEEDS):
        k, n, _ = counted_shares("smooth", seed)
        met = n > 0
        found = share_of_worlds(k[met], n[met], np.full(met.sum(), 512.0), (0.3, 0.7), n[met])
        missed += not found.low - 0.005 <= truth <= found.high + 0.005
    assert not missed_too_often(missed, 3 * SEEDS)


def test_a_world_that_says_nothing_changes_nothing():
    rng = np.random.default_rng(1)
    margin, variance, weights = rng.normal(size=80), np.full(80, 0.04), np.ones(80)
    whole = share_of_margins(margin, variance, weights)
    silent = np.append(margin, np.nan), np.append(variance, np.nan), np.append(weights, 1e-9)
    assert share_of_margins(*silent).value == pytest.approx(whole.value, abs=1e-6)


@pytest.mark.parametrize("histories", [20, 2000])
def test_no_interval_is_narrower_than_the_sampling_of_worlds(histories):
    rng = np.random.default_rng(1)
    n = np.full(300, float(histories))
    k = rng.binomial(histories, np.where(np.arange(300) < 150, 0.6, 0.4)).astype(float)
    found = share_of_worlds(k, n, n, (0.5,), n)
    low, high = wilson(found.value, effective_number(n))
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
