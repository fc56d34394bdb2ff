"""Classes of the tables that ship: what is counted, what is left out, what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from conjuncture.analysis.answers import Answer
from conjuncture.analysis.reference_classes.comparison import summary_in_words
from conjuncture.analysis.reference_classes.outside_view import (
    classes_of,
    compare_with_cases,
    distance_from_class,
    log_odds_of,
    rank_tags,
)
from conjuncture.analysis.reference_classes.recorded_cases import (
    RecordedCases,
    cases_of,
    find_closest_cases,
    information_of,
)
from conjuncture.analysis.reference_classes.shrinkage import ClassHierarchy, count_possible_members

BOLIVIA = "Bolivia 1970-10-06"
TAGS = {
    "region": "americas", "outside_support": "yes", "plotters": "elite", "protest": "no",
    "incumbent": "military",
}  # fmt: skip


@pytest.fixture(scope="module")
def bolivia():
    own = Answer(0.46, (0.05, 0.93), 0.01, 400, 204_800)
    return compare_with_cases("attempts", TAGS, BOLIVIA, "showdown = torres", own)


@pytest.mark.parametrize(
    ("among", "tags", "raw", "count"),
    [
        ("attempts", {"plotters": "elite"}, 0.780, 177),
        ("attempts", {"plotters": "combat"}, 0.328, 259),
        ("attempts", {"protest": "yes"}, 0.947, 19),
        ("attempts", {"protest": "no"}, 0.508, 266),
        ("attempts", {"outside_support": "yes"}, 0.485, 132),
        ("campaigns", {"method": "nonviolent", "defection": "yes"}, 0.769, 52),
    ],
)
def test_raw_rates_are_those_of_the_data(among, tags, raw, count):
    narrowest = compare_with_cases(among, tags).classes[0]
    assert narrowest.cases == count
    assert narrowest.raw == pytest.approx(raw, abs=6e-4)
    assert narrowest.pulled == pytest.approx(narrowest.rate - narrowest.raw)


def test_classes_widen_by_the_least_telling_tag(bolivia):
    assert list(bolivia.tags) == list(bolivia.bits)
    assert list(bolivia.bits.values()) == sorted(bolivia.bits.values(), reverse=True)
    dropped = [one.dropped for one in bolivia.classes]
    assert dropped == ["", *reversed(bolivia.tags)]
    sizes = [one.cases for one in bolivia.classes]
    assert sizes == sorted(sizes)
    assert sizes[-1] == 490
    assert bolivia.classes[-1].successes == 244


def test_the_case_itself_is_in_no_class(bolivia):
    alone = compare_with_cases("attempts", TAGS)
    assert [
        one.cases - other.cases for one, other in zip(alone.classes, bolivia.classes, strict=True)
    ] == [1] * 6
    assert BOLIVIA not in [one.case for one in bolivia.nearest]
    assert alone.nearest[0].case < alone.nearest[1].case
    assert "the case itself, is in no class" in str(bolivia)


def test_unknown_is_left_out_and_never_counts_as_no():
    found = compare_with_cases("attempts", {"protest": "no"}).classes[0]
    cases = cases_of("attempts")
    assert found.unknown == int((cases.codes["protest"] == -1).sum()) == 491 - 19 - 266
    assert found.cases + found.unknown + 19 == 491


def test_campaigns_that_had_not_ended_are_no_failures():
    found = compare_with_cases("campaigns", {}).classes
    assert [(one.cases, one.successes) for one in found] == [(352, 150)]


def test_a_class_without_a_case_offers_the_nearest_that_has_one():
    found = compare_with_cases(
        "attempts", {"plotters": "elite", "protest": "yes", "region": "europe"}
    )
    empty, reference = found.classes[0], found.reference
    assert (empty.cases, empty.weight) == (0, 0.0)
    assert np.isnan(empty.raw)
    assert 0.0 < empty.interval[0] < empty.rate < empty.interval[1] < 1.0
    assert reference.cases
    assert found.empty.startswith("None of the attempts on record has all of these tags")
    assert found.sentences()[0] == found.empty
    assert (reference.cases, reference.raw) == (11, 1.0)
    assert (
        summary_in_words(found) == "Outside view: 100 % of the 11 attempts most like it succeeded."
    )


def test_the_closest_cases_share_the_most_telling_tags(bolivia):
    assert len(bolivia.nearest) == 8
    weights = [sum(bolivia.bits[tag] for tag in one.shared) for one in bolivia.nearest]
    assert weights == sorted(weights, reverse=True)
    first = [one.case for one in bolivia.nearest if len(one.shared) == 5]
    assert first == ["Ecuador 1975-09-01", "Guatemala 1954-06-29", "Bolivia 1952-04-09"]
    last = bolivia.nearest[-1]
    assert {*last.shared, *last.differs, *last.unknown} == set(TAGS)


def test_ties_are_broken_by_date_and_then_by_name():
    codes = {"method": np.array([0, 0, 0, 1, -1])}
    cases = RecordedCases(
        "campaigns", ("B", "A", "C", "D", "E"), np.ones(5, bool), codes, np.array([5.0, 5, 1, 0, 0])
    )
    found = find_closest_cases(cases, {"method": "nonviolent"}, {"method": 0.0}, 2.0)
    assert [one.case for one in found] == ["C", "A", "B"]
    nobody_knows = find_closest_cases(
        cases, {"method": "nonviolent"}, {"method": 0.0}, float("nan")
    )
    assert [one.case for one in nobody_knows] == ["A", "B", "C"]


def test_distance_is_a_difference_of_log_odds(bolivia):
    rate = bolivia.classes[0].rate
    expected = np.log(0.46 / 0.54) - np.log(rate / (1 - rate))
    assert bolivia.distance == pytest.approx(expected)
    low, high = bolivia.distance_interval
    assert low < bolivia.distance < high
    certain = Answer(1.0, (1.0, 1.0), 0.0, 10, 5_120)
    assert distance_from_class(bolivia.classes[0], certain)[0] == pytest.approx(
        log_odds_of(1 - 0.5 / 5_121) - log_odds_of(rate)
    )
    assert np.isnan(distance_from_class(bolivia.classes[0], None)[0])


def test_what_is_said_of_hindsight(bolivia):
    assert "the tags plotters, protest and outside support were coded" in bolivia.caution
    assert "region" not in bolivia.caution
    assert "coded" not in compare_with_cases("attempts", {"region": "europe"}).caution


def test_disagreement_is_told_on_either_side():
    def told(value):
        own = Answer(value, (value, value), 0.0, 400, 204_800)
        return str(compare_with_cases("attempts", {"plotters": "combat"}, "", "s = a", own))

    assert "makes success likelier than cases like it do" in told(0.9)
    assert "makes success less likely than cases like it do" in told(0.02)
    assert "do not contradict one another" in told(0.34)
    assert "Disagreement is information, not an error" in told(0.9)


def test_a_tag_that_says_nothing_tells_nothing():
    random = np.random.default_rng(3)
    success = random.random(4000) < 0.4
    assert information_of(random.integers(0, 5, 4000), success) < 2e-3
    assert information_of(np.full(4000, -1), success) == 0.0


def test_tags_that_tell_alike_keep_their_order():
    cases = cases_of("attempts")
    twin = RecordedCases(
        cases.among,
        cases.names,
        cases.success,
        {**cases.codes, "leader": cases.codes["plotters"]},
        cases.days,
    )
    assert list(rank_tags(twin, {"leader": "senior", "plotters": "combat"})) == [
        "leader",
        "plotters",
    ]
    assert list(rank_tags(twin, {"plotters": "combat", "leader": "senior"})) == [
        "plotters",
        "leader",
    ]


def test_a_tag_that_does_not_divide_changes_nothing():
    cases = cases_of("attempts")
    once, _ = classes_of(cases, {"plotters": "elite"})
    twin = RecordedCases(
        cases.among,
        cases.names,
        cases.success,
        {**cases.codes, "leader": cases.codes["plotters"]},
        cases.days,
    )
    twice, _ = classes_of(twin, {"plotters": "elite", "leader": "junior"})
    assert [one.rate for one in twice] == pytest.approx([once[0].rate, once[0].rate, once[1].rate])


def test_counts_of_a_nesting_add_up():
    random = np.random.default_rng(5)
    codes, success = random.integers(-1, 3, (200, 3)), random.random(200) < 0.5
    stated = np.array([0, 1, 2])
    nesting = ClassHierarchy.of(codes, success, stated)
    for depth, (won, size) in enumerate(nesting.counts):
        inside = (codes[:, :depth] == stated[:depth]).all(axis=1)
        assert (won, size) == (int(success[inside].sum()), int(inside.sum()))
        fits = np.isin(codes[:, :depth], -1) | (codes[:, :depth] == stated[:depth])
        assert (
            count_possible_members(codes[:, :depth], stated[:depth])
            == int(fits.all(axis=1).sum()) - size
        )
