"""A few histories of every world, replayed under interventions and under sides of their own."""

import numpy as np
import pytest

import conjuncture
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.engine.addresses import every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.errors import QueryError, UsageError
from conjuncture.scenario.queries import read_event, read_interventions
from crises import FREE, SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

WORLDS = 30


@pytest.fixture(scope="module")
def free(write_crisis):
    return conjuncture.load(write_crisis(FREE)).run(worlds=WORLDS)


@pytest.fixture(scope="module")
def sample(free):
    return Sample(free.simulator, read_event("showdown = a", free.crisis))


def run(text, crisis):
    return read_interventions(text, crisis) if text else ()


TEXTS = ["", "guard aside", "line aside, crowd aside", "line.troops = 0", "mood = 0.4"]


def test_the_histories_are_those_of_the_ensemble(free, sample):
    runs = tuple(run(text, free.crisis) for text in TEXTS)
    batch = Batch(program_for(free.crisis, runs), free.worlds, runs)
    usual = np.empty((len(runs), WORLDS, sample.each), bool)
    for part, trace in simulate_traces(batch, every_block(range(WORLDS), 0, 1), SilentProgress()):
        outcome = trace.passages[0].outcome[:, :, : sample.each]
        usual[:, part[:, 0]] = np.moveaxis(outcome == 0, 1, 0)
    assert (sample.truths(runs) != usual).mean() < 0.005


def test_chances_have_the_mean_of_what_is_drawn(free, sample):
    chances, drawn = sample.chances([()]), sample.truths([()])
    assert ((chances > 0) & (chances < 1)).mean() > 0.5
    assert ((chances == 0) & drawn).sum() == 0
    assert abs(chances.mean() - drawn.mean()) < 5 * 0.5 / np.sqrt(drawn.size)


def as_it_was(sample):
    """Return the sides taken in every history of a sample, with nothing imposed."""
    places = np.arange(sample.worlds.count * sample.each)
    free = np.full((len(places), *sample.conduct.has_value.shape), -1, np.int8)
    happened, done = sample.replay(places, free)
    return happened, done.values


def test_sides_of_its_own_are_what_an_intervention_imposes(free, sample):
    happened, sides = as_it_was(sample)
    places = np.arange(len(sides))
    assert set(np.unique(sides[:, :, 2:])) == {0, 1, 2}
    assert (sides[:, :, :2] == -1).all()  # the cores
    assert (happened == sample.truths([()]).ravel()).all()
    imposed = np.full_like(sides, -1)
    guard = list(free.crisis.forces).index("guard")
    imposed[:, :, guard] = 0
    happened, done = sample.replay(places, imposed)
    aside = run("guard aside", free.crisis)
    assert (happened == sample.truths([aside]).ravel()).all()
    assert (done.values[:, 0, guard] == 0).all()
    assert not done.acted[:, guard].any()


def test_histories_can_be_picked_and_each_has_its_own_sides(free, sample):
    _, sides = as_it_was(sample)
    crowd = list(free.crisis.forces).index("crowd")
    places = np.array([7, 3, 7, 470])
    imposed = np.full((4, *sides.shape[1:]), -1, np.int8)
    imposed[2, 0, crowd] = 2
    _, done = sample.replay(places, imposed)
    assert (done.values[[0, 1, 3]] == sides[[7, 3, 470]]).all()
    assert done.values[2, 0, crowd] == 2


def test_forces_are_those_that_can_stand_aside(sample, write_crisis):
    assert sample.forces == ("guard", "line", "crowd")
    sworn = conjuncture.load(write_crisis(SWORN)).run(worlds=4)
    first = Sample(sworn.simulator, read_event("showdown = a", sworn.crisis))
    both = Sample(sworn.simulator, read_event("second = b", sworn.crisis))
    assert first.stages_on_the_way == ("showdown",)
    assert both.stages_on_the_way == ("showdown", "second")
    unreached = as_it_was(both)[1][:, 1, 2:] == -1
    assert unreached.any()
    assert (unreached.all(axis=1) == unreached.any(axis=1)).all()


def test_numbers_of_a_world_can_be_asked_about(free):
    about = Sample(free.simulator, read_event("showdown = a and mood > 0", free.crisis))
    drawn = about.truths([()])[0]
    assert not drawn[free.worlds.table["mood"] <= 0].any()
    assert drawn[free.worlds.table["mood"] > 0.1].any()


def test_what_cannot_be_done_is_said(free, sample):
    with pytest.raises(UsageError, match="1 to 512 histories"):
        Sample(free.simulator, sample.event, 513)
    with pytest.raises(UsageError, match="leave out 'at"):
        sample.chances([run("guard.troops = 2 at showdown", free.crisis)])
    with pytest.raises(QueryError, match="core of the camp"):
        sample.chances([run("red aside", free.crisis)])


def test_somebody_who_wants_the_answer_so_far_gets_no_more(free, sample):
    class Impatient(SilentProgress):
        is_stopped = True

    from dataclasses import replace

    hasty = Sample(replace(free.simulator, progress=Impatient()), sample.event)
    with pytest.raises(StoppedEarly):
        hasty.chances([()])
