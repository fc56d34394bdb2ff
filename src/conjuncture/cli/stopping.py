"""Heeding the user who stops a command, wherever the interrupt falls.

Where histories are counted for an answer, the first interrupt asks for the answer so far and the
second ends the command; everywhere else the first one ends it.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Event, Timer, main_thread
from types import FrameType
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import typer

from conjuncture.cli.console import print_wrapped, results
from conjuncture.cli.streams import keep_failure

if TYPE_CHECKING:
    from conjuncture.analysis.answers import Answer
    from conjuncture.engine.progress import Progress
    from conjuncture.ensemble import Ensemble

STOPPED = 130

WENT_WRONG = 1
"""Some of what was asked could not be computed; the rest is there."""

ENDED = 128 + signal.SIGTERM

AGAIN = 0.1
"""Seconds until a signal that would be lost where it fell is sent again."""

_stop = Event()
_end = Event()
_answerable = Event()
_enough = Event()
_listening: list[int] = []
_lost: set[int] = set()


@contextmanager
def interrupts_remembered() -> Iterator[None]:
    """Remember an interrupt until the command comes to a point where it can stop.

    An interrupt that would be lost where it falls is sent again a moment later, any other raised.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not _stop.is_set() and _answerable.is_set() and not _enough.is_set():
            _enough.set()
            return
        _stop.set()
        if _can_be_raised_in(frame):
            _lost.discard(number)
            raise KeyboardInterrupt
        send_again(number)

    for event in (_stop, _end, _answerable, _enough):
        event.clear()
    with _heard(signal.SIGINT, interrupt):
        yield


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Let a request to end go through every ``finally``, so that no file stays half written.

    A request that would be lost where it falls is sent again a moment later.
    """

    def end(number: int, frame: FrameType | None) -> None:
        _end.set()
        if _can_be_raised_in(frame):
            _lost.discard(number)
            raise SystemExit(ENDED)
        send_again(number)

    with _heard(signal.SIGTERM, end):
        yield


@contextmanager
def _heard(number: int, handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    before = signal.signal(number, handler)
    _listening.append(number)
    try:
        yield
    finally:
        _listening.remove(number)
        _lost.discard(number)
        signal.signal(number, before)


def send_again(number: int) -> None:
    """Send this process a signal a moment later, unless it was heeded by then.

    The command may not tell its progress for minutes, while it traces or compiles a program.
    """

    def send() -> None:
        thread = main_thread().ident
        if number in _lost and thread is not None:
            # To the main thread, so that it hears it even where it waits for others.
            signal.pthread_kill(thread, number)

    _lost.add(number)
    timer = Timer(AGAIN, send)
    timer.daemon = True
    timer.start()


def keep_unraisable(failure: sys.UnraisableHookArgs) -> None:
    """Keep what failed where no error can be raised, such as while an object is taken down.

    A request to stop or end that fell there is sent again.
    """
    number = signal.SIGTERM if isinstance(failure.exc_value, SystemExit) else signal.SIGINT
    if isinstance(failure.exc_value, KeyboardInterrupt | SystemExit) and number in _listening:
        send_again(number)
    else:
        keep_failure(failure)


def _can_be_raised_in(frame: FrameType | None) -> bool:
    # JAX has a function of its own called at every garbage collection; Python drops what is
    # raised there.
    return frame is None or not frame.f_code.co_name.endswith("gc_callback")


@runtime_checkable
class Aside(Protocol):
    """Something on the screen that can be put aside while other things are printed."""

    def aside(self) -> AbstractContextManager[None]:
        """Put it aside for the time of a ``with`` statement."""


class Heeding:
    """Passes on what it is told, unless the user wants the command to stop.

    Parameters
    ----------
    progress : Progress
    answering : bool
        Whether there is an answer so far, as soon as some histories are done.
    """

    def __init__(self, progress: Progress, *, answering: bool = False) -> None:
        self._progress = progress
        self._answering = answering

    @property
    def stopped(self) -> bool:
        """Whether the answer so far is wanted."""
        return self._answering and _enough.is_set()

    def expect(self, label: str, blocks: int) -> None:
        """Pass on what is to come."""
        _heed()
        self._progress.expect(label, blocks)

    def advance(self, blocks: int) -> None:
        """Pass on what is done."""
        _heed()
        self._progress.advance(blocks)
        if self._answering:
            _answerable.set()

    def aside(self) -> AbstractContextManager[None]:
        """Let something be printed while bars are shown."""
        return self._progress.aside() if isinstance(self._progress, Aside) else nullcontext()

    def done(self) -> None:
        """Have the next interrupt end the command: nothing is counted any more."""
        _answerable.clear()


def _heed() -> None:
    if _end.is_set():
        _lost.clear()
        raise SystemExit(ENDED)
    if _stop.is_set():
        _lost.clear()
        raise KeyboardInterrupt


@dataclass(frozen=True)
class Stopped:
    """A run that the user stopped.

    Attributes
    ----------
    histories, asked : int
        How many histories there are, and how many there were to be, in all worlds together.
    empty, worlds : int
        How many worlds have none, and how many there are.
    """

    histories: int
    asked: int
    empty: int
    worlds: int

    def __str__(self) -> str:
        none = f" ({self.empty:,} of {self.worlds:,} worlds have none)" if self.empty else ""
        return (
            f"stopped after {self.histories:,} of {self.asked:,} histories{none}: errors are wider "
            "accordingly"
        )


def short_of(ensemble: Ensemble, answer: Answer) -> Stopped | None:
    """Return how far the run behind an answer came; None where it came to its end."""
    asked = ensemble.worlds.count * ensemble.histories
    if answer.histories >= asked:
        return None
    worlds = ensemble.worlds.count
    return Stopped(answer.histories, asked, worlds - answer.worlds, worlds)


def under_key(stopped: Stopped | None) -> dict[str, dict[str, int]]:
    """Return what the JSON of a result that was stopped holds more than others."""
    if stopped is None:
        return {}
    counts = {
        "histories": stopped.histories,
        "asked": stopped.asked,
        "worlds_without": stopped.empty,
    }
    return {"stopped": counts}


def tell(stopped: Stopped | None, *, as_json: bool) -> None:
    """Say before the results that the user stopped the run; beside JSON on standard error."""
    if stopped is None:
        return
    if as_json:
        typer.echo(str(stopped), err=True)
        return
    from rich.text import Text

    print_wrapped(results(), Text(str(stopped), "yellow"))


def end(stopped: Stopped | None) -> None:
    """End a command with the exit code for what the user stopped, where that is so."""
    if stopped is not None:
        raise typer.Exit(STOPPED)
