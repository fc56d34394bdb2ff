"""Connecting to a cluster: one that is there, or one of this machine's cores."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from conjuncture.engine import machine
from conjuncture.engine.kinds import describe_difference, kind_of_machine
from conjuncture.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster, WorkerPlugin

LOCAL = "local"
LOOPBACK = "127.0.0.1"
SECONDS_TO_ANSWER = 5.0


@contextmanager
def connect_to_cluster(address: str) -> Iterator[Client]:
    """Give a client of a cluster, and close it whatever happens.

    Parameters
    ----------
    address : str
        Of a scheduler, such as ``tcp://10.0.0.1:8786``; or ``local``: a process for each core of
        this machine, which end with the block.

    Yields
    ------
    distributed.Client

    Raises
    ------
    UsageError
        When Dask is not installed, or no cluster answers.
    ClusterError
        When it has no workers, or some of another kind than this machine.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "a cluster needs Dask, which is not installed; "
            "write: pip install 'conjuncture[cluster]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        if address == LOCAL:
            try:
                scheduler = stack.enter_context(local_cluster()).scheduler_address
            except (RuntimeError, OSError) as error:
                raise ClusterError(
                    f"no workers could be started on this machine ({error}); a script that starts "
                    "some keeps its own work under: if __name__ == '__main__'"
                ) from None
        else:
            scheduler = address
        try:
            client = connect_patiently(
                lambda: Client(scheduler, timeout=SECONDS_TO_ANSWER, set_as_default=False)
            )
        except (OSError, ValueError) as error:
            raise UsageError(
                f"no cluster answers at '{address}' ({error}); write the address that "
                "'dask scheduler' prints, such as tcp://10.0.0.1:8786, or 'local'"
            ) from None
        stack.enter_context(client)
        if address == LOCAL:
            client.register_plugin(make_interrupt_plugin())
        refuse_unfit_workers(client)
        yield client


def connect_patiently(connect: Callable[[], Client]) -> Client:
    """Connect, and once more where the machine is too busy to start Dask's own thread in time.

    Dask waits ten seconds for it and then fails an assertion.
    """
    try:
        return connect()
    except AssertionError:
        return connect()


@contextmanager
def local_cluster(workers: int | None = None) -> Iterator[LocalCluster]:
    """Start workers on this machine, each a process of one thread, and end them whatever happens.

    They are reached by this machine alone, and there is no dashboard.

    Parameters
    ----------
    workers : int, optional
        One for each core if not given.
    """
    from distributed import LocalCluster

    with (
        tempfile.TemporaryDirectory(prefix="conjuncture-") as folder,
        LocalCluster(
            n_workers=workers or machine.threads(),
            threads_per_worker=1,
            processes=True,
            host=LOOPBACK,
            dashboard_address=f"{LOOPBACK}:0",
            worker_dashboard_address=f"{LOOPBACK}:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
            memory_limit=None,
            local_directory=folder,
        ) as cluster,
    ):
        yield cluster


def make_interrupt_plugin() -> WorkerPlugin:
    """Return a plugin with which a worker leaves an interrupt to the command it works for."""
    from distributed import WorkerPlugin

    class InterruptIgnorer(WorkerPlugin):
        def setup(self, worker: object) -> None:
            import signal

            del worker
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    return InterruptIgnorer()


def refuse_unfit_workers(client: Client) -> None:
    """Raise when a cluster has no workers, or one of another kind than this machine."""
    try:
        kinds = client.run(kind_of_machine)
    except ImportError as error:
        raise ClusterError(
            f"a worker lacks something ({error}); install conjuncture on all machines"
        ) from None
    if not kinds:
        raise ClusterError("the cluster has no workers; start some with: dask worker ADDRESS")
    for kind in kinds.values():
        if differs := describe_difference(kind_of_machine(), kind):
            raise ClusterError(differs)
