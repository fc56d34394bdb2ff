"""Connecting to a cluster: what is refused, and that nothing beyond this machine hears of it."""

import sys
from contextlib import contextmanager

import psutil
import pytest

from conjuncture.engine import cluster
from conjuncture.engine.cluster import connect_to_cluster, kind_of_machine, refuse_unfit_workers
from conjuncture.errors import ClusterError, UsageError


def listening():
    """Return the addresses at which a process listens."""
    return {one.laddr.ip for one in psutil.Process().net_connections() if one.status == "LISTEN"}


def test_local_workers_are_reached_by_this_machine_alone_and_end(monkeypatch):
    monkeypatch.setattr(cluster.machine, "threads", lambda: 1)
    with connect_to_cluster("local") as client:
        [process] = client.run(lambda: psutil.Process().pid).values()
        assert list(client.nthreads().values()) == [1]
        assert listening() == {"127.0.0.1"}
        assert set(*client.run(listening).values()) == {"127.0.0.1"}
    assert not psutil.pid_exists(process)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere", "udp://127.0.0.1:9"])
def test_an_address_that_does_not_answer_is_a_sentence(address, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 0.5)
    told = rf"no cluster answers at '{address}'.*'dask scheduler' prints.*or 'local'"
    with pytest.raises(UsageError, match=told), connect_to_cluster(address):
        pass


def test_a_machine_too_busy_at_first_is_asked_once_more():
    asked = []

    def connect():
        asked.append(1)
        assert len(asked) > 1
        return "client"

    assert cluster.connect_patiently(connect) == "client"


def test_without_dask_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r"pip install 'conjuncture\[cluster\]'"),
        connect_to_cluster("local"),
    ):
        pass


def test_workers_that_cannot_be_started_are_a_sentence(monkeypatch):
    @contextmanager
    def failing():
        raise RuntimeError("no memory")
        yield

    monkeypatch.setattr(cluster, "local_cluster", failing)
    with (
        pytest.raises(ClusterError, match=r"no workers could be started.*\(no memory\)"),
        connect_to_cluster("local"),
    ):
        pass


class Workers:
    """A client of workers of some kinds."""

    def __init__(self, *kinds):
        self.kinds = kinds

    def run(self, function):
        return dict(enumerate(self.kinds))


def test_a_cluster_without_workers_or_of_other_machines_is_refused():
    with pytest.raises(ClusterError, match="no workers; start some with: dask worker"):
        refuse_unfit_workers(Workers())
    other = {**kind_of_machine(), "processor": "abc"}
    with pytest.raises(ClusterError, match=r"processor: .* here, abc there"):
        refuse_unfit_workers(Workers(kind_of_machine(), other))
    refuse_unfit_workers(Workers(kind_of_machine()))
