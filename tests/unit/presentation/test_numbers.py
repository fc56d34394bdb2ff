"""Numbers in a report: as many digits as are known, none that are not."""

import math

import pytest

from conjuncture.language.parser import parse_query
from conjuncture.number_format import BLANK, from_to, interval, percent
from conjuncture.presentation.claims import format_quantity, kind_of, kind_of_comparison


@pytest.mark.parametrize(
    ("share", "error", "written"),
    [
        (0.5, 0.02, "50_%"),
        (0.5, 0.0001, "50.0_%"),
        (0.5, 0.0, "50_%"),
        (0.125, 0.0, "12.5_%"),
        (0.0, 0.01, "0_%"),
        (0.0001, 0.01, "under_1_%"),
        (0.0001, 0.0001, "under_0.1_%"),
        (0.9999, 0.01, "over_99_%"),
        (1.0, 0.01, "100_%"),
        (math.nan, 0.1, "–"),
    ],
)
def test_percentages(share, error, written):
    assert percent(share, error) == written.replace("_", BLANK)


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.12, "+12_points"), (-0.01, "−1_point"), (0.001, "0_points"), (-0.001, "0_points")],
)
def test_points(share, written):
    assert percent(share, signed=True) == written.replace("_", BLANK)


def test_intervals():
    assert interval(0.3, 1.5) == "0.3 to 1.5"
    assert from_to(percent(0.31), percent(0.66)) == f"31 to 66{BLANK}%"
    assert from_to(percent(0.001), percent(0.66)) == f"under{BLANK}1{BLANK}% to 66{BLANK}%"
    assert from_to(percent(0.5), percent(0.5)) == f"50{BLANK}%"


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("P(a = b) > 0.5", "share"),
        ("necessity(do(u aside) for a = b) > 0.5", "share"),
        ("P(a = b) > P(a = c)", "points"),
        ("P(a = b) - P(a = c) - P(a = d) > 0", "points"),
        ("P(a = b) in [0.1, 0.2]", "share"),
        ("E(a.rounds) > 2", "number"),
        ("P(a = b) / P(a = c) > 2", "number"),
        ("P(a = b) - E(a.rounds) > 2", "number"),
    ],
)
def test_what_a_claim_compares(claim, kind):
    assert kind_of_comparison(parse_query(claim)) == kind


def test_numbers_keep_their_digits():
    assert kind_of(parse_query("E(a.rounds)")) == "number"
    assert format_quantity("number", -0.0312, 0.001) == "−0.031"
    assert format_quantity("points", -0.0312, 0.02) == f"−3{BLANK}points"
