"""Work on a cluster: equal bit for bit to one process, whatever happens to the workers."""

import copy
import os
import pickle
import signal

import numpy as np
import pytest

from clusters import two_workers
from conjuncture.analysis.questions import compile_question
from conjuncture.engine import cluster
from conjuncture.engine.addresses import every_block, pile_blocks
from conjuncture.engine.batch import Batch
from conjuncture.engine.cluster import UNITS_AHEAD, parcel_of, run_on_cluster
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import TallyWork, tally, tally_work_of
from conjuncture.ensemble import Ensemble
from conjuncture.errors import ClusterError, ConjunctureError
from conjuncture.scenario.queries import read_query
from crises import FREE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client():
    with two_workers() as found:
        yield found


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE)


class Stopping(SilentProgress):
    """Stops a run after the first portion."""

    def __init__(self):
        self.seen = 0

    def advance(self, blocks):
        self.seen += blocks

    @property
    def is_stopped(self):
        return self.seen > 0


class Killing(SilentProgress):
    """Kills a worker after the first portion."""

    def __init__(self, client):
        self.before = client.run(os.getpid)
        self.killed = None

    def advance(self, blocks):
        if self.killed is None:
            self.killed = next(iter(self.before.values()))
            os.kill(self.killed, signal.SIGKILL)


def margin(crisis, worlds):
    """Return the work of counting a measure that is not a whole number."""
    ensemble = Ensemble(crisis, worlds)
    question = compile_question(read_query("E(showdown.margin)", crisis))
    batch = Batch(ensemble.simulator.program(), ensemble.worlds, (AS_THINGS_WERE,))
    return tally_work_of(batch, (question.group((0,)),), ())


def same(one, other):
    return pickle.dumps(one) == pickle.dumps(other)


@pytest.mark.parametrize(
    "query",
    [
        "P(showdown = a | crowd.side = a, do(guard aside))",
        "E(showdown.margin)",
        "Q(0.9, showdown.margin)",
    ],
)
def test_answers_are_those_of_one_process(free, client, query):
    here = Ensemble(free, 9, 20 * 512).query(query)
    assert same(Ensemble(free, 9, 20 * 512, client=client).query(query), here)


def test_the_tree_and_the_stages_are_those_of_one_process(free, client):
    here, there = Ensemble(free, 9, 1024), Ensemble(free, 9, 1024, client=client)
    assert str(there.tree()) == str(here.tree())
    assert same(there.stages(), here.stages())


def test_claims_are_those_of_one_process(free, client):
    here, there = Ensemble(free, 30), Ensemble(free, 30, client=client)
    assert same(there.test()[0].prior, here.test()[0].prior)
    assert same(there.test()[0].as_it_happened, here.test()[0].as_it_happened)


@pytest.mark.parametrize(
    ("troops", "query"),
    [
        ("1e30", "E(showdown.margin | do(line.troops *= 1e9))"),
        ("1 to 3", "P(showdown = a | do(crowd.mass += 0 - 50))"),
    ],
)
def test_errors_are_those_of_one_process(crisis, client, troops, query):
    odd = crisis(
        FREE.replace("line: {kind: army, troops: 1 to 3", f"line: {{kind: army, troops: {troops}")
    )
    told = []
    for where in (None, client):
        with pytest.raises(ConjunctureError) as raised:
            Ensemble(odd, 3, client=where).query(query)
        told.append((type(raised.value), str(raised.value)))
    assert told[0] == told[1]


def test_a_worker_killed_in_the_middle_changes_nothing(free, client):
    work = margin(free, 40)
    blocks = every_block(range(40), 0, 40)
    here = tally(work.batch, work.counting, blocks, SilentProgress())
    killing = Killing(client)
    there = tally(work.batch, work.counting, blocks, killing, client)
    assert killing.killed is not None
    np.testing.assert_array_equal(there.sums[0].histories, 40 * 512)
    assert same(there.sums, here.sums)


def test_few_units_exist_at_a_time_and_a_stop_leaves_none(free, client):
    work = margin(free, 40)
    endless = every_block(range(40), 0, 25_000_000)
    before = set(client.futures)
    results = run_on_cluster(work, pile_blocks(endless), SilentProgress(), client)
    first = next(results)
    assert first.worlds[0] == 0
    assert len(set(client.futures) - before) <= 2 * UNITS_AHEAD + 2
    results.close()
    stopped = tally(work.batch, work.counting, endless, Stopping(), client)
    assert 0 < stopped.sums[0].histories.sum() < 1_000_000


def test_a_machine_of_another_kind_is_refused(free, client, monkeypatch):
    kind = {**cluster.kind_of_machine(), "jax": "0.0.1"}
    monkeypatch.setattr(cluster, "kind_of_machine", lambda: kind)
    with pytest.raises(
        ClusterError, match=r"of another kind than this machine \(jax: 0\.0\.1 here"
    ):
        Ensemble(free, 3, client=client).query("E(showdown.margin)")


def test_a_parcel_is_small_and_leaves_behind_what_is_worked_out_anew(free):
    work = margin(free, 5000)
    work.worker()
    parcel = parcel_of(work, every_block(range(5000), 0, 1))
    assert len(parcel.packed) < 100_000
    again = copy.copy(work)
    assert isinstance(again, TallyWork)
    assert again.batch.program is work.batch.program
