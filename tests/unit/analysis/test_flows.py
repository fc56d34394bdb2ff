"""Flows from stage to stage, counted from courses."""

from __future__ import annotations

import numpy as np
import pytest

from conjuncture.analysis.courses import Courses, Flow, Step, columns_of, flows_of
from conjuncture.errors import UsageError


def courses(*counted):
    """Return courses of one world: each its steps, and how many histories took it."""
    found = Courses(np.array([sum(count for _, count in counted)]))
    found.paths = [tuple(Step(*step) for step in path) for path, _ in counted]
    places = np.arange(len(counted))
    found._pending = [(places, np.array([count for _, count in counted]))]
    return found


def test_courses_that_meet_at_a_stage_flow_on_together():
    found = flows_of(
        courses(
            ([("a", 1, "x"), ("b", 1, "y")], 10),
            ([("a", 1, "z"), ("b", 1, "y")], 30),
            ([("a", 1, "x"), ("b", 1, "w"), ("a", 2, "x")], 20),
            ([("a", 1, "end")], 40),
        )
    )
    assert found == (
        Flow("a", "end", None, 0.4),
        Flow("a", "x", "b", 0.3),
        Flow("a", "z", "b", 0.3),
        Flow("b", "y", None, 0.4),
        Flow("b", "w", "a (2)", 0.2),
        Flow("a (2)", "x", None, 0.2),
    )


def test_what_comes_to_a_stage_leaves_it():
    found = flows_of(
        courses(
            ([("a", 1, "x"), ("b", 1, "y"), ("c", 1, "u")], 7),
            ([("a", 1, "x"), ("c", 1, "v")], 5),
            ([("a", 1, "z")], 3),
        )
    )
    for stage in ("b", "c"):
        coming = sum(flow.share for flow in found if flow.then == stage)
        assert coming == pytest.approx(sum(flow.share for flow in found if flow.stage == stage))
    assert columns_of(found) == {"a": 0, "b": 1, "c": 2}


def test_stages_that_can_each_follow_the_other_have_columns_all_the_same():
    flows = [
        Flow("start", "left", "b", 0.5), Flow("start", "right", "c", 0.5),
        Flow("b", "on", "c", 0.5), Flow("c", "on", "b", 0.5),
    ]  # fmt: skip
    found = columns_of(flows)
    assert found["start"] == 0
    assert sorted((found["b"], found["c"])) in ([1, 2], [2, 3])


def test_a_run_without_histories_has_no_flows():
    with pytest.raises(UsageError, match="before it had a history"):
        flows_of(Courses(np.zeros(1, np.int64)))
