"""What of a case is taken as evidence: counts worked out by hand on a small table."""

import numpy as np
import pandas
import pytest
from scripts.learn.case_groups import TagShares, group_cases
from scripts.learn.population import ATTEMPTS, CAMPAIGNS, Population

from conjuncture.data import attempts, campaigns
from conjuncture.errors import UsageError

POPULATION = Population(
    name="nowhere",
    success="",
    parameters=(),
    tags={"elite": ("plotters", "elite"), "protest": ("protest", "yes")},
)
"""Cells: neither, protest, elite, both."""

NA = pandas.NA
FRAME = pandas.DataFrame(
    [
        ("elite", "yes", 1),
        ("elite", "no", 0),
        ("elite", "no", 1),
        ("combat", "yes", 0),
        ("combat", "no", 0),
        ("elite", NA, 1),
        (NA, "no", 0),
        (NA, NA, 1),
        ("elite", "yes", NA),
    ],
    columns=["plotters", "protest", "success"],
).astype({"plotters": "string", "protest": "string", "success": "Int64"})

OF_ELITE = np.array([0, 0, 0.625, 0.375])
"""Of three elite rows with protest coded one has it: (1 + 1/2) / (3 + 1)."""
OF_COMBAT = np.array([0.5, 0.5, 0, 0])
WITHOUT_PROTEST = np.array([0.375, 0, 0.625, 0])
"""Of three rows without protest whose rank is coded two are elite."""
OF_NOTHING = np.array([2.5 / 7 * 0.5, 2.5 / 7 * 0.5, 4.5 / 7 * 0.625, 4.5 / 7 * 0.375])
"""Four of six rows whose rank is coded are elite; protest as among rows of that rank."""


def test_rows_with_the_same_evidence_form_one_group():
    found = group_cases(FRAME, POPULATION, ("elite", "protest"))
    assert found.evidence.tolist() == [
        [-1, -1], [-1, 0], [0, 0], [0, 1], [1, -1], [1, 0], [1, 1],
    ]  # fmt: skip
    assert found.attempts.tolist() == [1, 1, 1, 1, 1, 2, 1]
    assert found.successes.tolist() == [1, 0, 0, 0, 1, 1, 1]
    assert found.group.tolist() == [6, 5, 5, 3, 2, 4, 1, 0, -1]


def test_a_missing_tag_is_a_mixture_by_the_shares_of_rows_that_are_like_it():
    weights = group_cases(FRAME, POPULATION, ("elite", "protest")).weights
    expected = [OF_NOTHING, WITHOUT_PROTEST, *np.eye(4)[:2], OF_ELITE, *np.eye(4)[2:]]
    np.testing.assert_allclose(weights, expected)


def test_over_tags_that_are_no_evidence_is_averaged():
    found = group_cases(FRAME, POPULATION, ("elite",))
    assert found.evidence.tolist() == [[-1, -1], [0, -1], [1, -1]]
    assert found.attempts.tolist() == [2, 2, 4]
    assert found.successes.tolist() == [1, 0, 3]
    np.testing.assert_allclose(found.weights, [OF_NOTHING, OF_COMBAT, OF_ELITE])


def test_without_evidence_all_rows_are_one_group():
    found = group_cases(FRAME, POPULATION, ())
    assert (found.attempts.tolist(), found.successes.tolist()) == ([8], [4])
    np.testing.assert_allclose(found.weights, [OF_NOTHING])


def test_outcomes_play_no_part_in_the_weights():
    other = FRAME.assign(success=(1 - FRAME["success"]).astype("Int64"))
    one, turned = (group_cases(frame, POPULATION, ("elite",)) for frame in (FRAME, other))
    np.testing.assert_array_equal(one.weights, turned.weights)
    np.testing.assert_array_equal(one.successes, turned.attempts - turned.successes)


def test_rows_to_be_predicted_take_the_shares_of_the_table_that_was_learned_from():
    shares = TagShares.of(FRAME, POPULATION)
    new = pandas.DataFrame(
        {"plotters": ["elite", "elite", None, "combat"], "protest": [None, "yes", "no", None]}
    )
    weights = shares.weights_of(new, ("elite", "protest"))
    np.testing.assert_allclose(weights, [OF_ELITE, np.eye(4)[3], WITHOUT_PROTEST, OF_COMBAT])
    by_rank = shares.weights_of(new, ("elite",))
    np.testing.assert_allclose(by_rank, [OF_ELITE, OF_ELITE, OF_NOTHING, OF_COMBAT])
    assert shares.weights_of(new.iloc[:0], ("elite",)).shape == (0, 4)


def test_where_nothing_like_it_was_seen_either_value_is_as_likely():
    shares = TagShares.of(FRAME[FRAME["plotters"] == "combat"], POPULATION)
    np.testing.assert_allclose(shares.weights([1, -1]), [0, 0, 0.5, 0.5])


def test_a_mistyped_tag_gets_the_name_that_is_nearest():
    with pytest.raises(UsageError, match="no tag 'elit'; did you mean 'elite'"):
        group_cases(FRAME, POPULATION, ("elit",))


@pytest.mark.parametrize(
    ("population", "table", "cases", "successes"),
    [(ATTEMPTS, attempts, 491, 245), (CAMPAIGNS, campaigns, 352, 150)],
    ids=["attempts", "campaigns"],
)
def test_every_case_of_the_table_with_an_outcome_is_in_a_group(population, table, cases, successes):
    frame = table()
    found = group_cases(frame, population, tuple(population.tags))
    assert found.attempts.sum() == cases
    assert found.successes.sum() == successes
    np.testing.assert_allclose(found.weights.sum(axis=1), 1.0)
    assert ((found.group == -1) == frame["success"].isna().to_numpy()).all()
    again = TagShares.of(frame, population).weights_of(frame, tuple(population.tags))
    decided = found.group >= 0
    np.testing.assert_array_equal(again[decided], found.weights[found.group[decided]])
