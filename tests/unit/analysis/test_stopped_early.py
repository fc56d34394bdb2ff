"""A run that was stopped answers from the histories it has, and from no others."""

from dataclasses import replace
from math import isfinite

import numpy as np
import pytest

from block_limit import BlockLimit
from conjuncture.analysis.answers import answer
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.addresses import BLOCK
from conjuncture.ensemble import Ensemble
from conjuncture.errors import UsageError
from conjuncture.scenario.queries import read_query
from crises import slow_unless
from graphs import QUARREL

pytestmark = pytest.mark.usefixtures("without_compiler")

WORLDS, HISTORIES = 24, BLOCK * 20
QUESTIONS = (
    "P(contest = a)",
    "E(reckoning.margin | reached(reckoning))",
    "P(contest = a) - P(reckoning = b | contest[2] = a)",
    "Q(0.5, reckoning.margin | reached(reckoning))",
)


@pytest.fixture(scope="module")
def quarrel(crisis):
    return crisis(QUARREL)


@pytest.fixture(scope="module")
def saved(quarrel):
    """The first outcome of every history."""
    return Ensemble(quarrel, WORLDS, HISTORIES).to_xarray()["stages/contest/outcome"].values[0]


def blocks_of(histories):
    """Return the blocks that a stopped run has: in each world the first so many."""
    rows = [(world, block) for world, n in enumerate(histories) for block in range(n // BLOCK)]
    return np.array(rows, np.int64)


def counted(ensemble, text, blocks=None):
    question = compile_question(read_query(text, ensemble.crisis))
    if blocks is None:
        return ensemble.simulator.count([question], "histories")[0]
    return ensemble.simulator.count_blocks([question], blocks, "histories")[0]


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("blocks", slow_unless({400}, [1, 100, 400]))
def test_an_answer_so_far_is_that_of_the_same_blocks_alone(quarrel, text, blocks):
    stopped = counted(Ensemble(quarrel, WORLDS, HISTORIES, progress=BlockLimit(blocks)), text)
    histories = stopped.sums.histories
    assert 0 < histories.sum() < WORLDS * HISTORIES
    alone = counted(Ensemble(quarrel, WORLDS, HISTORIES), text, blocks_of(histories))
    np.testing.assert_array_equal(alone.sums.histories, histories)
    assert answer(stopped) == answer(alone)


@pytest.mark.parametrize("text", slow_unless(QUESTIONS[:1], QUESTIONS))
def test_worlds_without_histories_do_not_count(quarrel, text):
    stopped = Ensemble(quarrel, WORLDS, HISTORIES, progress=BlockLimit(100))
    found = stopped.query(text)
    assert found.worlds < WORLDS
    assert found.histories < WORLDS * HISTORIES
    numbers = (found.value, found.standard_error, *found.interval)
    assert all(map(isfinite, numbers))
    whole = Ensemble(quarrel, WORLDS, HISTORIES).query(text)
    assert found.standard_error > whole.standard_error


def test_weights_of_worlds_without_histories_do_not_count(quarrel):
    stopped = counted(Ensemble(quarrel, WORLDS, HISTORIES, progress=BlockLimit(100)), QUESTIONS[0])
    weights = np.linspace(1.0, 2.0, WORLDS)
    seen = stopped.sums.histories > 0
    found = answer(stopped, weights)
    again = np.where(seen, weights, 1e6)
    assert replace(answer(stopped, again), counts_sha256="") == replace(found, counts_sha256="")


def test_tree_and_stages_of_a_stopped_run_count_the_same_histories(quarrel):
    stopped = Ensemble(quarrel, WORLDS, HISTORIES, progress=BlockLimit(100))
    root, other = stopped.tree(least=0.0).root, stopped.stages()["reckoning"].outcomes["a"]
    for branch in root.branches:
        assert branch.probability.histories == other.histories < WORLDS * HISTORIES
        assert branch.probability.worlds == other.worlds < WORLDS
    assert root.worlds == 1.0
    assert sum(branch.probability.value for branch in root.branches) == pytest.approx(1.0)
    assert sum(branch.likeliest for branch in root.branches) == pytest.approx(1.0)


def test_the_tree_of_a_stopped_run_is_that_of_its_histories(quarrel, saved):
    stopped = Ensemble(quarrel, WORLDS, HISTORIES, progress=BlockLimit(100))
    shares = {branch.outcome: branch.probability for branch in stopped.tree(0.0).root.branches}
    seen = [
        saved[world, :count] for world, count in enumerate(stopped._survey[0].searched) if count
    ]
    assert sum(map(len, seen)) == shares["a"].histories
    for code, outcome in enumerate("ab"):
        assert shares[outcome].value == pytest.approx(
            np.mean([(one == code).mean() for one in seen])
        )


def test_a_run_that_is_not_stopped_counts_everything(quarrel):
    ensemble = Ensemble(quarrel, 10, progress=BlockLimit(10**9))
    found = ensemble.query(QUESTIONS[0])
    assert (found.worlds, found.histories) == (10, 10 * BLOCK)


def test_no_history_at_all_is_a_sentence(quarrel):
    nothing = counted(Ensemble(quarrel, 4), QUESTIONS[0], np.zeros((0, 2), np.int64))
    with pytest.raises(UsageError, match="stopped before it had a history"):
        answer(nothing)
