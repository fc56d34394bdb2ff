"""Running blocks: their order, and what ends a run."""

import numpy as np
import pytest

from conjuncture.engine.addresses import every_block
from conjuncture.engine.runner import run_in_order
from conjuncture.ensemble import Ensemble
from conjuncture.errors import QueryError, SimulationError
from crises import FREE


def test_blocks_come_one_per_world_before_the_next():
    assert every_block(range(2), 0, 2)[:].tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]


def test_results_come_in_order_whatever_finishes_first():
    parts = [np.array([[number, 0]]) for number in range(40)]

    def slow_at_first(part):
        return sum(range(20_000 if part[0, 0] % 7 == 0 else 10)) * 0 + int(part[0, 0])

    assert [found for _, found in run_in_order(slow_at_first, parts, 2)] == list(range(40))


def test_an_error_in_a_thread_is_the_errors_own():
    def fails(part):
        raise SimulationError("as it must")

    with pytest.raises(SimulationError, match="as it must"):
        list(run_in_order(fails, [np.zeros((1, 2), np.int64)] * 3, 2))


BARGAIN = """
conjuncture: 1
title: Over a tax
account: account.md
forces: {a: {mass: 1}, b: {mass: 1}}
stages:
  talks:
    mechanism: programme
    issues: {tax: {positions: {a: 10, b: 60}}}
"""


def test_a_measure_that_is_no_number_ends_the_run(crisis):
    ensemble = Ensemble(crisis(BARGAIN), 3)
    ensemble.query("E(talks.distance[a])")
    told = r"yaml:7: stage 'talks': a measure .* 100\.00% of .* in world 0 under an intervention"
    with pytest.raises(SimulationError, match=told):
        ensemble.query("E(talks.distance[a] | do(talks.tax.positions.a = 1e25))")


def test_an_intervention_beyond_single_precision_is_a_sentence(crisis):
    huge = FREE.replace("line: {kind: army, troops: 1 to 3", "line: {kind: army, troops: 1e30")
    told = r"'line\.troops' would be 1e\+39 in world 0 .* up to 3\.4e\+38"
    with pytest.raises(QueryError, match=told):
        Ensemble(crisis(huge), 3).query("E(showdown.margin | do(line.troops *= 1e9))")


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        ("red aside", "'red' is the core of the camp 'a' and cannot leave it"),
        ("crowd.mass += 0 - 50", "outside its domain in"),
    ],
)
def test_an_intervention_that_cannot_be_is_a_sentence(crisis, act, problem):
    with pytest.raises(QueryError, match=problem):
        Ensemble(crisis(FREE), 4).query(f"P(showdown = a | do({act}))")
