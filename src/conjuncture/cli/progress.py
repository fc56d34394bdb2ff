"""Progress bars on standard error: blocks done, blocks to come, time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from conjuncture.cli.stopping import InterruptibleProgress
from conjuncture.engine.progress import Progress, SilentProgress

if TYPE_CHECKING:
    import rich.progress

    from conjuncture.engine.compiler import Compilation

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
    from conjuncture.scenario.rooms import duration_text

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
    from conjuncture.scenario.rooms import duration_text

    program = SPENT.under_way
    if program is None:
        return "preparing"
    told = f"compiling, {program.seconds_elapsed:.0f} s"
    return (
        f"{told} of {duration_text(program.expected)}"
        if program.expected >= LONG_COMPILATION
        else told
    )


@contextmanager
def open_bars(*, quiet: bool) -> Iterator[Progress]:
    """Show bars on a terminal and unless it is to be quiet."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield SilentProgress()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Task, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Display
    from rich.text import Text

    class Description(TextColumn):
        """What is done; before anything is, what is waited for."""

        def render(self, task: Task) -> Text:
            """Return the text of the column, anew each time."""
            return Text(
                task.description
                if task.completed
                else f"{task.description}: {describe_compilation()}"
            )

    columns = (
        Description(""),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("blocks"),
        TimeRemainingColumn(compact=True),
    )
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
