"""Running blocks: their order, and what ends a run."""

import numpy as np
import pytest

from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.programs import program_for
from conjuncture.engine.runner import Batch, every_block, in_order, refuse_wrong_numbers
from conjuncture.engine.worlds import draw_worlds
from conjuncture.ensemble import Ensemble
from conjuncture.errors import QueryError, SimulationError
from crises import FREE


def test_blocks_come_one_per_world_before_the_next():
    assert every_block(range(2), 0, 2).tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]


def test_results_come_in_order_whatever_finishes_first():
    parts = [np.array([[number, 0]]) for number in range(40)]

    def slow_at_first(part):
        return sum(range(20_000 if part[0, 0] % 7 == 0 else 10)) * 0 + int(part[0, 0])

    assert [found for _, found in in_order(slow_at_first, parts)] == list(range(40))


def test_an_error_in_a_thread_is_the_errors_own():
    def fails(part):
        raise SimulationError("as it must")

    with pytest.raises(SimulationError, match="as it must"):
        list(in_order(fails, [np.zeros((1, 2), np.int64)] * 3))


def test_a_measure_that_is_no_number_ends_the_run(crisis):
    free = crisis(FREE)
    batch = Batch(program_for(free), draw_worlds(free, 1, 3), (AS_THINGS_WERE,))
    part = np.array([[0, 0], [2, 0]])
    refuse_wrong_numbers(batch, part, np.zeros((4, 2, 1), int))
    wrong = np.zeros((4, 2, 1), int)
    wrong[1, 0, 0] = 51
    with pytest.raises(SimulationError, match=r"'showdown': a measure .* 4\.98% .* in world 2"):
        refuse_wrong_numbers(batch, part, wrong)


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
