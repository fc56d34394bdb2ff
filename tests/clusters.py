"""A cluster of two processes of one thread each, which tests of several files may start."""

from collections.abc import Iterator
from contextlib import contextmanager

from conjuncture.engine.cluster import local_cluster


@contextmanager
def two_workers() -> Iterator[object]:
    """Give a client of two workers on this machine."""
    from distributed import Client

    with local_cluster(2) as cluster, Client(cluster, set_as_default=False) as client:
        yield client
