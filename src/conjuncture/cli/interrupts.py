"""How a command shows its progress, and how the user stops it, wherever the interrupt falls.

Where histories are counted for an answer, the first interrupt asks for the answer so far and the
second ends the command; everywhere else the first one ends it. Bars on standard error show the
blocks done, those to come and the time left.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Event, Timer, main_thread
from types import FrameType
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.text import Text

from conjuncture.cli.console import make_console
from conjuncture.cli.failures import STOPPED, keep_failure
from conjuncture.engine.progress import Progress, SilentProgress
from conjuncture.presentation.text import print_wrapped

if TYPE_CHECKING:
    import rich.progress

    from conjuncture.analysis.answers import Answer
    from conjuncture.engine.compiler import Compilation
    from conjuncture.ensemble import Ensemble


WENT_WRONG = 1
"""Some of what was asked could not be computed; the rest is there."""

TERMINATED = 128 + signal.SIGTERM

AGAIN = 0.1
"""Seconds until a signal that would be lost where it fell is sent again."""

_stop_requested = Event()
_end_requested = Event()
_answerable = Event()
_answer_wanted = Event()
_listening: list[int] = []
_lost: set[int] = set()


@contextmanager
def remember_interrupts() -> Iterator[None]:
    """Remember an interrupt until the command comes to a point where it can stop.

    An interrupt that would be lost where it falls is sent again a moment later, any other raised.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        if not _stop_requested.is_set() and _answerable.is_set() and not _answer_wanted.is_set():
            _answer_wanted.set()
            return
        _stop_requested.set()
        if _can_be_raised_in(frame):
            _lost.discard(number)
            raise KeyboardInterrupt
        send_again(number)

    for event in (_stop_requested, _end_requested, _answerable, _answer_wanted):
        event.clear()
    with _handle_signal(signal.SIGINT, interrupt):
        yield


@contextmanager
def exit_on_sigterm() -> Iterator[None]:
    """Let a request to end go through every ``finally``, so that no file stays half written.

    A request that would be lost where it falls is sent again a moment later.
    """

    def end(number: int, frame: FrameType | None) -> None:
        _end_requested.set()
        if _can_be_raised_in(frame):
            _lost.discard(number)
            raise SystemExit(TERMINATED)
        send_again(number)

    with _handle_signal(signal.SIGTERM, end):
        yield


@contextmanager
def _handle_signal(number: int, handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
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


class InterruptibleProgress:
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
    def is_stopped(self) -> bool:
        """Whether the answer so far is wanted."""
        return self._answering and _answer_wanted.is_set()

    def expect(self, label: str, blocks: int) -> None:
        """Pass on what is to come."""
        _raise_if_requested()
        self._progress.expect(label, blocks)

    def advance(self, blocks: int) -> None:
        """Pass on what is done."""
        _raise_if_requested()
        self._progress.advance(blocks)
        if self._answering:
            _answerable.set()

    def suspend(self) -> AbstractContextManager[None]:
        """Let something be printed while bars are shown."""
        bars = self._progress
        return bars.suspend() if isinstance(bars, ProgressBars) else nullcontext()

    def finish(self) -> None:
        """Have the next interrupt end the command: nothing is counted any more."""
        _answerable.clear()


def _raise_if_requested() -> None:
    if _end_requested.is_set():
        _lost.clear()
        raise SystemExit(TERMINATED)
    if _stop_requested.is_set():
        _lost.clear()
        raise KeyboardInterrupt


@dataclass(frozen=True)
class PartialRun:
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


def partial_run_of(ensemble: Ensemble, answer: Answer) -> PartialRun | None:
    """Return how far the run behind an answer came; None where it came to its end."""
    worlds = ensemble.worlds.count
    asked = worlds * ensemble.histories
    if answer.histories >= asked:
        return None
    return PartialRun(answer.histories, asked, worlds - answer.worlds, worlds)


def partial_json_of(stopped: PartialRun | None) -> dict[str, dict[str, int]]:
    """Return what the JSON of a result that was stopped holds more than others."""
    if stopped is None:
        return {}
    return {
        "stopped": {
            "histories": stopped.histories, "asked": stopped.asked, "worlds_without": stopped.empty,
        }
    }  # fmt: skip


def print_partial(stopped: PartialRun | None, *, as_json: bool) -> None:
    """Say before the results that the user stopped the run; beside JSON on standard error."""
    if stopped is None:
        return
    if as_json:
        typer.echo(str(stopped), err=True)
        return
    print_wrapped(make_console(), Text(str(stopped), "yellow"))


def exit_partial(stopped: PartialRun | None) -> None:
    """End a command with the exit code for what the user stopped, where that is so."""
    if stopped is not None:
        raise typer.Exit(STOPPED)


LONG_COMPILATION = 15.0
"""Seconds of compiling from which it is said beforehand how many it will be."""


@contextmanager
def show_progress(*, quiet: bool, answering: bool = False) -> Iterator[InterruptibleProgress]:
    """Show how far a run has come, on a terminal and unless it is to be quiet.

    Parameters
    ----------
    quiet : bool
    answering : bool
        Whether the first interrupt asks for the answer so far, once there are some histories.
    """
    from conjuncture.engine.compiler import SPENT

    with open_bars(quiet=quiet) as progress:
        heeding = InterruptibleProgress(progress, answering=answering)
        SPENT.on_start = None if quiet else lambda program: announce_compilation(program, heeding)
        try:
            yield heeding
        finally:
            SPENT.on_start = None
            heeding.finish()


def announce_compilation(program: Compilation, progress: InterruptibleProgress) -> None:
    """Say before a long compilation how long it will take."""
    from conjuncture.scenario.stage_graph import duration_text

    if program.expected < LONG_COMPILATION:
        return
    with progress.suspend():
        typer.echo(
            f"compiling takes {duration_text(program.expected)}; it is done once for each scenario",
            err=True,
        )


def describe_compilation() -> str:
    """Return what is being waited for before the first histories are done."""
    from conjuncture.engine.compiler import SPENT
    from conjuncture.scenario.stage_graph import duration_text

    program = SPENT.under_way
    if program is None:
        return "preparing"
    told = f"compiling, {program.seconds_elapsed:.0f} s"
    long = program.expected >= LONG_COMPILATION
    return f"{told} of {duration_text(program.expected)}" if long else told


@contextmanager
def open_bars(*, quiet: bool) -> Iterator[Progress]:
    """Show bars on a terminal and unless it is to be quiet."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield SilentProgress()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Display

    class Description(TextColumn):
        """What is done; before anything is, what is waited for."""

        def render(self, task: Task) -> Text:
            """Return the text of the column, anew each time."""
            waited = "" if task.completed else f": {describe_compilation()}"
            return Text(task.description + waited)

    columns = (
        Description(""), BarColumn(), MofNCompleteColumn(), TextColumn("blocks"),
        TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Display(*columns, console=console, transient=True, refresh_per_second=5) as display:
        yield ProgressBars(display)


class ProgressBars:
    """A bar for each kind of work; work announced again makes its bar longer.

    Parameters
    ----------
    display : rich.progress.Progress
    """

    def __init__(self, display: rich.progress.Progress) -> None:
        self._display = display
        self._tasks: dict[str, rich.progress.TaskID] = {}
        self._totals: dict[str, int] = {}
        self._current = ""

    def expect(self, label: str, blocks: int) -> None:
        """Lengthen the bar of a kind of work, or begin one."""
        self._current = label
        self._totals[label] = self._totals.get(label, 0) + blocks
        if label not in self._tasks:
            self._tasks[label] = self._display.add_task(label)
        self._display.update(self._tasks[label], total=self._totals[label])

    def advance(self, blocks: int) -> None:
        """Move the bar of the work announced last."""
        self._display.update(self._tasks[self._current], advance=blocks)

    @property
    def is_stopped(self) -> bool:
        """A bar stops nobody."""
        return False

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Take the bars off the screen for a while."""
        self._display.stop()
        try:
            yield
        finally:
            self._display.start()
