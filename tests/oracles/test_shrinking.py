"""Shrinking of small classes against closed forms, its limits, and the coverage of its intervals.

Given the rate of the class above, the posterior of a class is a beta distribution with mean
(kappa p + s) / (kappa + n); what remains is an integral over that one rate, which SciPy makes here
by adaptive quadrature.
"""

import numpy as np
import pytest
from scipy import integrate, stats

from chance import bound
from conjuncture.analysis.reference_classes.shrinkage import (
    HALFWAY,
    ClassHierarchy,
    even_strengths,
    own_shares,
    rates_at_strength,
    shrink_rates,
)

CLOSE = 1e-3
"""What a grid of 160 rates is allowed to differ from an integral."""

FINEST = 1e-3
"""Rates nearer to 0 or 1 are drawn as this: nobody reads them finer."""


def two_levels(successes, cases, asked=0):
    """All cases, divided once; the class asked about is one of the parts."""
    parents = (np.zeros(len(cases), np.int64),)
    return ClassHierarchy(parents, np.array(successes, float), np.array(cases, float), (0, asked))


def integral(kappa, successes, cases, of=np.ones_like):
    """Integrate over the rate of all cases, times the probability of what was seen."""

    def weighed(rate):
        pair = kappa * rate, kappa * (1.0 - rate)
        seen = stats.betabinom.pmf(successes, cases, *pair).prod()
        return seen * of(rate)

    return integrate.quad(weighed, 0.0, 1.0, epsabs=1e-12, limit=200)[0]


@pytest.mark.parametrize("kappa", [0.8, 5.0, 60.0])
@pytest.mark.parametrize("asked", [0, 1, 2])
def test_posterior_of_a_class_is_its_closed_form(kappa, asked):
    successes, cases = np.array([3, 9, 0]), np.array([4, 30, 0])
    won, size = successes[asked], cases[asked]
    found = shrink_rates(two_levels(successes, cases, asked), np.array([kappa]))
    whole = integral(kappa, successes, cases)

    def mean(rate):
        return (kappa * rate + won) / (kappa + size)

    def square(rate):
        return mean(rate) * (1 - mean(rate)) / (kappa + size + 1) + mean(rate) ** 2

    first = integral(kappa, successes, cases, mean) / whole
    second = integral(kappa, successes, cases, square) / whole
    assert found.rates[1] == pytest.approx(first, abs=CLOSE)
    assert found.deviations[1] == pytest.approx(np.sqrt(second - first**2), abs=CLOSE)


def test_all_cases_are_the_mean_of_their_parts():
    kappa, successes, cases = 6.0, np.array([3, 9]), np.array([4, 30])
    whole = integral(kappa, successes, cases)

    def mean(rate):
        return ((kappa * rate + successes) / (kappa + cases)) @ cases / cases.sum()

    found = shrink_rates(two_levels(successes, cases), np.array([kappa]))
    expected = integral(kappa, successes, cases, mean) / whole
    assert found.rates[0] == pytest.approx(expected, abs=CLOSE)


def test_a_class_that_is_not_divided_has_its_binomial_posterior():
    found = shrink_rates(ClassHierarchy((), np.array([7.0]), np.array([20.0]), (0,)))
    exact = stats.beta(8, 14)
    assert found.rates[0] == pytest.approx(exact.mean(), abs=CLOSE)
    assert found.intervals[0] == pytest.approx(exact.interval(0.9), abs=CLOSE)


def test_evidence_on_the_strength_of_the_pull():
    successes, cases = np.array([2, 18, 9]), np.array([20, 20, 20])
    strengths = np.array([1.0, 4.0, 30.0])
    exact = np.array([integral(kappa, successes, cases) for kappa in strengths])
    found = shrink_rates(two_levels(successes, cases), strengths)
    assert found.plausible == pytest.approx(exact / exact.sum(), abs=CLOSE)
    scale = stats.binom.pmf(successes, cases, 0.5).prod() / 0.5 ** cases.sum()
    by_hand = np.log(exact) - np.log(scale)
    evidence = [
        rates_at_strength(two_levels(successes, cases), kappa, 160)[0] for kappa in strengths
    ]
    assert evidence == pytest.approx(by_hand, rel=CLOSE)


def test_a_class_without_cases_has_the_rate_of_the_class_above():
    successes, cases = [30, 32, 29, 31, 0], [100, 100, 100, 100, 0]
    empty = shrink_rates(two_levels(successes, cases, asked=4))
    assert empty.rates[1] == pytest.approx(empty.rates[0], abs=5 * CLOSE)
    assert own_shares(two_levels(successes, cases, asked=4), empty).tolist() == [1.0, 0.0]


def test_a_large_class_keeps_its_own_rate():
    found = two_levels([9_000, 20], [10_000, 100])
    assert shrink_rates(found).rates[1] == pytest.approx(0.9, abs=CLOSE)
    assert own_shares(found, shrink_rates(found))[1] > 0.99


def test_own_share_for_a_known_strength():
    nesting = two_levels([3, 9], [6, 30])
    shares = own_shares(nesting, shrink_rates(nesting, np.array([12.0])))
    assert shares.tolist() == [1.0, pytest.approx(6 / 18)]


def test_the_prior_of_the_strength_is_uniform_in_the_share_of_ten_cases():
    shares = HALFWAY / (HALFWAY + even_strengths(100))
    assert np.sort(shares) == pytest.approx((np.arange(100) + 0.5) / 100)


def test_intervals_of_nine_tenths_hold_nine_tenths():
    """Tables drawn from the model; 86 to 94 % of the intervals hold the rate that was drawn."""
    tables = int(np.ceil(0.09 * (bound(3) / 0.04) ** 2))
    assert tables >= 500
    rng = np.random.default_rng(6)
    strengths = np.array([4.0, 12.0, 40.0])
    parents = np.zeros(3, np.int64), np.array([0, 0, 1, 1, 2, 2])
    inside = np.zeros(3)
    for _ in range(tables):
        kappa = rng.choice(strengths)
        rates = rng.uniform(size=1)
        for parent in parents:
            rates = rng.beta(kappa * rates[parent], kappa * (1.0 - rates[parent]))
            rates = np.clip(rates, FINEST, 1.0 - FINEST)
        cases = rng.integers(1, 60, len(rates))
        nesting = ClassHierarchy(
            parents, rng.binomial(cases, rates).astype(float), cases * 1.0, (0, 0, 0)
        )
        two = nesting.parents[1] == 0
        truth = rates @ cases / cases.sum(), rates[two] @ cases[two] / cases[two].sum(), rates[0]
        found = shrink_rates(nesting, strengths, rates=80).intervals
        inside += [low <= rate <= high for rate, (low, high) in zip(truth, found, strict=True)]
    assert np.abs(inside / tables - 0.9).max() < 0.04, inside / tables
