"""Work on a cluster: piles of blocks go out to dask.distributed workers, sums come back.

The cluster is one that is there, or the cores of this machine. What a worker needs to know travels
to it once, as a parcel; a unit of work is two numbers, the first pile and the one after the last.
What comes back is added here in the order of addresses, so that it does not matter which worker did
what, nor whether one was lost: its units are done again by another, and each is added once.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import tempfile
import time
import zlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from conjuncture.engine import draws, machine
from conjuncture.engine.addresses import PiledBlocks, Rows, split_piles
from conjuncture.engine.progress import Progress
from conjuncture.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster, WorkerPlugin


SOURCES = ("conjuncture.engine", "conjuncture.language", "conjuncture.mechanisms")


@cache
def kind_of_machine() -> dict[str, str]:
    """Return what the results of this machine depend on, besides what is asked."""
    described = machine.describe_machine()
    names = ("conjuncture", "jax", "jaxlib", "numpy", "scipy", "device", "processor", "compiler")
    return {
        **{name: str(described[name]) for name in names},
        "generator": str(draws.GENERATOR),
        "sources": " ".join(machine.digest_sources(name) for name in SOURCES),
    }


def describe_difference(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Return a sentence that says how a worker's machine differs from this one, or nothing.

    Examples
    --------
    >>> describe_difference({"jax": "0.10.2"}, {"jax": "0.10.1"})[:61]
    'a worker is of another kind than this machine (jax: 0.10.2 he'
    >>> describe_difference({"jax": "0.10.2"}, {"jax": "0.10.2"})
    ''
    """
    told = [
        f"{name}: {here[name] or 'nothing'} here, {there.get(name) or 'nothing'} there"
        for name in here
        if here[name] != there.get(name)
    ]
    if not told:
        return ""
    return (
        f"a worker is of another kind than this machine ({'; '.join(told)}), and its results would "
        "not be equal bit for bit; use workers of one kind, and run the command on one of them"
    )


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


Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

UNITS_AHEAD = 3
"""Units for each thread of the cluster that are under way at a time; no more exist."""

SECONDS_A_UNIT, UNITS_A_SECOND = 1.0, 50
"""How long a unit takes at least, and how many all workers together return in a second at most:
with more threads than that units grow, for one process shares them out and adds them up."""

FIRST_BLOCKS = 16
MOST_READY = 4
PATIENCE, LOOK = 60.0, 0.2
"""Seconds to wait for a worker where none is left, and between looks at the user."""


class Work(Protocol[Result_co]):
    """What can be done to piles of blocks; it can be pickled."""

    @property
    def capacity(self) -> int:
        """How many blocks fit into a call."""

    def worker(self) -> Callable[[Rows], Result_co]:
        """Return what does it, to some piles at a time."""


@dataclass(frozen=True)
class Parcel:
    """Work on its way to the workers.

    Attributes
    ----------
    digest : str
        Of what is packed.
    kind : mapping of str to str
        The kind of machine it comes from.
    packed : bytes
        The work and its blocks.
    """

    digest: str
    kind: dict[str, str]
    packed: bytes


@dataclass(frozen=True)
class UnitResult:
    """A unit that was done, how many blocks it had, and how long it took."""

    result: Any
    blocks: int
    seconds: float


def run_on_cluster(
    work: Work[Result], blocks: PiledBlocks, progress: Progress, client: Client
) -> Iterator[Result]:
    """Do the work on all piles by the workers of a cluster, and yield the results in order.

    Parameters
    ----------
    work : Work
    blocks : PiledBlocks
    progress : Progress
        Looked at while waiting: where it is stopped, nothing more is yielded.
    client : distributed.Client

    Raises
    ------
    ClusterError
        When workers are of another kind than this machine, or the cluster fails.
    """
    if not blocks.piles:
        return
    try:
        with SentUnits(client, parcel_of(work, blocks), blocks) as sent:
            while (future := sent.next_unit()) is not None:
                done = sent.wait(future, progress)
                if done is None:
                    return
                yield done.result
    except (OSError, RuntimeError, CancelledError) as error:
        raise ClusterError(f"the cluster failed: {error}") from None


class SentUnits:
    """The units that are under way.

    Parameters
    ----------
    client : distributed.Client
    parcel : Parcel
    blocks : PiledBlocks
    """

    def __init__(self, client: Client, parcel: Parcel, blocks: PiledBlocks) -> None:
        self._client = client
        self._parcel = parcel
        self._blocks = blocks
        self._units = split_piles(0, blocks.piles, self._choose_unit_size)
        self._waiting: deque[Future[UnitResult]] = deque()
        self._threads, self._looked = 0, -PATIENCE
        self._per_block: float | None = None

    def __enter__(self) -> SentUnits:
        # A task and no scattered data: lost with a worker, it is made again from what was sent.
        self._carrier = self._client.submit(return_parcel, self._parcel, pure=False)
        return self

    def __exit__(self, *error: object) -> None:
        # A cluster that is gone does nothing more for us as it is.
        with suppress(OSError, RuntimeError, CancelledError):
            self._client.cancel([*self._waiting, self._carrier], force=True)

    def next_unit(self) -> Future[UnitResult] | None:
        """Return the unit that comes next in order, and send as many as there is room for."""
        self._count_threads()
        while len(self._waiting) < UNITS_AHEAD * max(1, self._threads):
            unit = next(self._units, None)
            if unit is None:
                break
            self._waiting.append(self._client.submit(do_unit, self._carrier, *unit, pure=False))
        return self._waiting.popleft() if self._waiting else None

    def wait(self, future: Future[UnitResult], progress: Progress) -> UnitResult | None:
        """Return what came of a unit, or None where the user wants the answer so far."""
        from distributed import KilledWorker, wait

        deadline = time.monotonic() + PATIENCE
        while True:
            if progress.is_stopped:
                self._waiting.append(future)
                return None
            try:
                with self._client.as_current():
                    wait([future], timeout=LOOK)
                done = future.result(timeout=PATIENCE)
            except TimeoutError:
                self._count_threads()
                if self._threads:
                    deadline = time.monotonic() + PATIENCE
                elif time.monotonic() > deadline:
                    raise ClusterError(
                        "the cluster has no worker left; start some, and run this again"
                    ) from None
                continue
            except KilledWorker:
                raise ClusterError(
                    "workers died again and again over the same histories; see their logs, and "
                    "give each more memory"
                ) from None
            self._per_block = min(done.seconds / done.blocks, self._per_block or float("inf"))
            return done

    def _choose_unit_size(self, remaining: int) -> int:
        depth = len(self._blocks) / self._blocks.piles
        blocks: float = FIRST_BLOCKS
        if self._per_block is not None:
            seconds = max(SECONDS_A_UNIT, self._threads / UNITS_A_SECOND)
            blocks = seconds / max(self._per_block, 1e-9)
        # Towards the end units get smaller, so that the workers end together.
        return int(min(blocks / depth, -(-remaining // (2 * max(1, self._threads)))))

    def _count_threads(self) -> None:
        """Count the threads of the cluster, now and then: workers may come and go."""
        now = time.monotonic()
        if now - self._looked > SECONDS_A_UNIT:
            self._threads, self._looked = sum(self._client.nthreads().values()), now


def parcel_of(work: Work[Any], blocks: PiledBlocks) -> Parcel:
    """Pack work and its blocks."""
    packed = zlib.compress(pickle.dumps((work, blocks)), 1)
    digest = hashlib.blake2b(packed, digest_size=12).hexdigest()
    return Parcel(digest, kind_of_machine(), packed)


def return_parcel(parcel: Parcel) -> Parcel:
    """Return the parcel: as the result of a task it goes from worker to worker."""
    return parcel


_opened_parcels: OrderedDict[str, tuple[PiledBlocks, Callable[[Rows], Any]]] = OrderedDict()
_one_at_a_time = Lock()


def open_parcel(parcel: Parcel) -> tuple[PiledBlocks, Callable[[Rows], Any]]:
    """Return the blocks of a parcel and what does its work; the last few are kept, on a worker."""
    with _one_at_a_time:
        if parcel.digest not in _opened_parcels:
            if differs := describe_difference(parcel.kind, kind_of_machine()):
                raise ClusterError(differs)
            machine.prepare()
            try:
                work, blocks = pickle.loads(zlib.decompress(parcel.packed))  # noqa: S301 - a worker runs what its client sends
            except (ImportError, AttributeError) as error:
                raise ClusterError(
                    f"a worker lacks something ({error}); install the same packages on all machines"
                ) from None
            _opened_parcels[parcel.digest] = blocks, work.worker()
            if len(_opened_parcels) > MOST_READY:
                _opened_parcels.popitem(last=False)
        _opened_parcels.move_to_end(parcel.digest)
        return _opened_parcels[parcel.digest]


def do_unit(parcel: Parcel, first: int, last: int) -> UnitResult:
    """Do a unit of work: what runs on a worker, in one thread of its own."""
    blocks, work = open_parcel(parcel)
    rows = blocks.rows_of_piles(first, last)
    begin = time.perf_counter()
    return UnitResult(work(rows), len(rows), time.perf_counter() - begin)
