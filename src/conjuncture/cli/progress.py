"""Progress bars on standard error: blocks done, blocks to come, time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from conjuncture.cli.stopping import Heeding
from conjuncture.engine.progress import Progress, Silent

if TYPE_CHECKING:
    import rich.progress


@contextmanager
def watched(*, quiet: bool, answering: bool = False) -> Iterator[Heeding]:
    """Show how far a run has come, on a terminal and unless it is to be quiet.

    Parameters
    ----------
    quiet : bool
    answering : bool
        Whether the first interrupt asks for the answer so far, once there are some histories.
    """
    with shown(quiet=quiet) as progress:
        heeding = Heeding(progress, answering=answering)
        try:
            yield heeding
        finally:
            heeding.done()


@contextmanager
def shown(*, quiet: bool) -> Iterator[Progress]:
    """Show bars on a terminal and unless it is to be quiet."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield Silent()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Display

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("blocks"),
        TimeRemainingColumn(compact=True),
    )
    with Display(*columns, console=console, transient=True, refresh_per_second=5) as display:
        yield Bars(display)


class Bars:
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
            # The first block waits for the compiler, and no bar can say how long.
            self._tasks[label] = self._display.add_task(f"{label}: preparing")
        self._display.update(self._tasks[label], total=self._totals[label])

    def advance(self, blocks: int) -> None:
        """Move the bar of the work announced last."""
        self._display.update(self._tasks[self._current], advance=blocks, description=self._current)

    @property
    def stopped(self) -> bool:
        """A bar stops nobody."""
        return False

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bars off the screen for a while."""
        self._display.stop()
        try:
            yield
        finally:
            self._display.start()
