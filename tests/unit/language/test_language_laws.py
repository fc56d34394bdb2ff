import math
from statistics import NormalDist

import pytest

from conjuncture.language.distributions import (
    DISTRIBUTIONS,
    NORMAL_95,
    DistributionError,
    distribution_of_interval,
    distribution_parameters,
    suggest_distribution,
)
from conjuncture.language.ranges import Range
from conjuncture.language.symbols import COUNT, NON_NEGATIVE, REAL, UNIT_INTERVAL, Domain


def test_z_is_the_95_per_cent_point():
    assert pytest.approx(NormalDist().inv_cdf(0.95), abs=1e-14) == NORMAL_95


@pytest.mark.parametrize(
    ("domain", "family", "transform", "low", "high"),
    [
        (REAL, "normal", float, -2.0, 5.0),
        (NON_NEGATIVE, "lognormal", math.log, 0.05, 0.25),
        (UNIT_INTERVAL, "logitnormal", lambda p: math.log(p / (1 - p)), 0.1, 0.6),
    ],
)
def test_an_interval_has_its_ends_at_5_and_95_per_cent(domain, family, transform, low, high):
    found, (mean, deviation), _ = distribution_of_interval(low, high, domain)
    law = NormalDist(mean, deviation)
    assert found == family
    assert law.cdf(transform(low)) == pytest.approx(0.05)
    assert law.cdf(transform(high)) == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("low", "high", "domain", "sentence"),
    [
        (3, 3, REAL, "the interval 3 to 3 has no width; write 3"),
        (5, 3, REAL, "the interval 5 to 3 runs backwards; write 3 to 5"),
        (
            0,
            5,
            NON_NEGATIVE,
            "a lognormal law cannot start at 0; write 0.05 to 5, or uniform(0, 5)",
        ),
        (
            -1,
            3,
            NON_NEGATIVE,
            (
                "the interval -1 to 3 leaves the domain: it must be a number of at least 0; "
                "write 0.03 to 3, or uniform(0, 3)"
            ),
        ),
        (
            0.2,
            1,
            UNIT_INTERVAL,
            "a logit-normal law cannot touch 0 or 1; write 0.2 to 0.99, or uniform(0.2, 1)",
        ),
        (
            20,
            50,
            UNIT_INTERVAL,
            (
                "the interval 20 to 50 leaves the domain: it must be between 0 and 1; "
                "write an interval inside the domain"
            ),
        ),
        (
            1,
            5,
            Domain(1.0, 7.0),
            (
                "an interval has no law of its own where between 1 and 7 is wanted; write "
                "uniform(1, 5)"
            ),
        ),
    ],
)
def test_intervals_that_are_refused(low, high, domain, sentence):
    with pytest.raises(DistributionError) as caught:
        distribution_of_interval(low, high, domain)
    assert f"{caught.value.problem}; {caught.value.remedy}" == sentence


def test_what_is_suggested_for_an_edge_is_accepted():
    assert distribution_of_interval(0.05, 5, NON_NEGATIVE)
    assert distribution_of_interval(0.2, 0.99, UNIT_INTERVAL)
    assert distribution_of_interval(0.995, 0.999, UNIT_INTERVAL)


@pytest.mark.parametrize(
    ("family", "arguments"),
    [
        ("normal", (0, 0)),
        ("lognormal", (0, 1)),
        ("lognormal", (1, -1)),
        ("logitnormal", (1, 1)),
        ("uniform", (1, 1)),
        ("loguniform", (0, 1)),
        ("triangular", (0, 3, 2)),
        ("triangular", (1, 1, 1)),
        ("beta", (0, 1)),
        ("gamma", (1, 0)),
        ("exponential", (0,)),
    ],
)
def test_parameters_out_of_range_are_refused(family, arguments):
    with pytest.raises(DistributionError, match="is not a law"):
        distribution_parameters(family, arguments)


def test_every_law_says_what_its_arguments_are():
    for law in DISTRIBUTIONS.values():
        assert law.arguments
        assert law.needs


def test_log_laws_are_written_by_their_median():
    assert distribution_parameters("lognormal", (2.0, 0.5))[0] == (math.log(2.0), 0.5)
    assert distribution_parameters("logitnormal", (0.5, 0.5))[0] == (0.0, 0.5)


@pytest.mark.parametrize(
    ("family", "arguments", "domain", "remedy"),
    [
        ("normal", (3.0, 1.0), REAL, None),
        ("normal", (3.0, 1.0), NON_NEGATIVE, "write lognormal(3, 0.32)"),
        ("normal", (0.5, 0.1), UNIT_INTERVAL, "write logitnormal(0.5, 0.4)"),
        ("uniform", (-1.0, 1.0), NON_NEGATIVE, "write uniform(0, 1)"),
        ("uniform", (0.5, 2.0), UNIT_INTERVAL, "write uniform(0.5, 1)"),
        ("gamma", (1.0, 2.0), NON_NEGATIVE, None),
        ("beta", (1.0, 2.0), NON_NEGATIVE, None),
        ("gamma", (1.0, 2.0), COUNT, "write a whole number"),
    ],
)
def test_laws_that_leave_the_domain(family, arguments, domain, remedy):
    support = distribution_parameters(family, arguments)[1]
    assert suggest_distribution(family, arguments, support, domain) == remedy


def test_a_positive_law_never_yields_zero():
    assert 0.0 not in distribution_parameters("lognormal", (1.0, 1.0))[1]
    assert 0.0 in Range.of(NON_NEGATIVE)
