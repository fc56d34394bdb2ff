"""Which history is told: the commonest course, or that of the histories that went as observed."""

from types import SimpleNamespace

import numpy as np
import pytest

from conjuncture.analysis.courses import Courses, Step
from conjuncture.analysis.illustrations import (
    NOT_AT_ALL,
    NOT_TO_THE_END,
    choose_typical_of_observed,
)
from crises import SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

STAGES = ("showdown", "second")


@pytest.fixture(scope="module")
def sworn(crisis):
    return crisis(SWORN)


def observing(crisis, observed):
    return SimpleNamespace(stages=crisis.stages, observed=observed)


def taken(*courses):
    """Return courses of one world: how each of two stages ended, and how many histories took it."""
    ends = [ends for ends, _ in courses]
    paths = [
        tuple(Step(STAGES[place], 1, end) for place, end in enumerate(course)) for course in ends
    ]
    counts = np.array([count for _, count in courses])
    first = [(0, place) for place in range(len(courses))]
    return Courses(
        np.array([counts.sum()]), paths, first, _pending=[(np.arange(len(ends)), counts)]
    )


COURSES = taken((("b",), 700), (("a", "a"), 20), (("a", "b"), 280))


def test_of_those_that_went_as_observed_the_commonest(sworn):
    """Most histories ended otherwise; a report that tells one of them tells what did not happen."""
    seen = observing(sworn, {"second": "b", "showdown": "a"})
    choice = choose_typical_of_observed(COURSES, seen)
    assert (choice.world, choice.history) == (0, 2)
    assert choice.why == (
        "All 280 histories that went as observed took this course; this is the first of them."
    )
    choice = choose_typical_of_observed(COURSES, observing(sworn, {"showdown": "a"}))
    assert choice.history == 2
    assert choice.why.startswith("280 of the 300 histories that went as observed took this course,")


def test_of_those_that_went_so_as_far_as_possible(sworn):
    rare = taken((("b",), 700), (("a", "a"), 20))
    choice = choose_typical_of_observed(rare, observing(sworn, {"showdown": "a", "second": "b"}))
    assert choice.history == 1
    assert choice.why == (
        f"{NOT_TO_THE_END} All 20 histories that went as observed up to the showdown took this course; "
        "this is the first of them."
    )
    choice = choose_typical_of_observed(taken((("b",), 7)), observing(sworn, {"showdown": "a"}))
    assert choice.why.startswith(f"{NOT_AT_ALL} All 7 histories took this course")


def test_of_all_where_nothing_was_observed(sworn):
    choice = choose_typical_of_observed(COURSES, observing(sworn, {}))
    assert choice.history == 0
    assert choice.why.startswith(
        "700 of the 1,000 histories took this course, more than any other;"
    )
