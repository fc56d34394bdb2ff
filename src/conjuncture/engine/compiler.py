"""What the compiler is told: how to lay out the loops over histories. And how long it takes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

Made = TypeVar("Made")

ONE_THREAD: dict[str, str | bool] = {
    "xla_cpu_multi_thread_eigen": False,
    "xla_cpu_enable_concurrency_optimized_scheduler": False,
}
"""Every core has a thread of ours already: one block is not to be split over several."""

EXTRA_OPTIONS = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true"
"""Several numbers that are worked out from the same ones share a loop, instead of each working
them out anew: a third less to compile, and a fifth faster (Bolivia, October 1970).
"""


def options() -> dict[str, str | bool]:
    """Return what a program is compiled with; on an accelerator what is usual there."""
    import jax

    return ONE_THREAD if jax.default_backend() == "cpu" else {}


def ask_for_extra_options() -> None:
    """Ask for what the compiler only reads from the environment, before it is first used.

    Who has set extra options already keeps them. A process that compiled something before it came
    here compiles without ours: more slowly, and with other roundings.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_backend_extra_options" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {EXTRA_OPTIONS}".strip()


@dataclass(frozen=True)
class Compilation:
    """A program that is being compiled: since when, and about how many seconds it takes in all."""

    since: float
    expected: float

    @property
    def seconds_elapsed(self) -> float:
        """Seconds since it was begun."""
        return time.monotonic() - self.since


@dataclass
class CompileTime:
    """What this process has spent on programs: how many, and seconds to trace, compile or load."""

    programs: int = 0
    seconds: float = 0.0
    under_way: Compilation | None = None
    on_start: Callable[[Compilation], None] | None = None
    begun: dict[str, Compilation] = field(default_factory=dict)

    @contextmanager
    def time_program(self, name: str = "", expected: float = 0.0) -> Iterator[None]:
        """Count the time of a ``with`` statement, and say first how long it may take."""
        with self.announce_program(name, expected):
            start = time.perf_counter()
            yield
            self.programs += 1
            self.seconds += time.perf_counter() - start

    @contextmanager
    def announce_program(self, name: str, expected: float = 0.0) -> Iterator[None]:
        """Show for the time of a ``with`` statement that a program is being made.

        What is done for the same program in several goes is shown as one.
        """
        outer = self.under_way
        if outer is None and name in self.begun:
            self.under_way = self.begun[name]
        elif outer is None:
            self.under_way = self.begun[name] = Compilation(time.monotonic(), expected)
            if self.on_start is not None:
                self.on_start(self.under_way)
        try:
            yield
        finally:
            self.under_way = outer


def run_interruptibly(work: Callable[[], Made]) -> Made:
    """Do work that hears no interrupt, such as compiling, so that the user can leave it.

    In the main thread it is done by another, which whoever leaves does not wait for.
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    done = threading.Event()
    made: list[Made] = []
    failed: list[BaseException] = []

    def do() -> None:
        try:
            made.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            failed.append(error)
        finally:
            done.set()

    threading.Thread(target=do, daemon=True).start()
    while not done.wait(0.1):
        pass
    if failed:
        raise failed[0]
    return made[0]


SPENT = CompileTime()
