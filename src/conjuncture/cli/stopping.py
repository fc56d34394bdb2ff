"""Heeding the user who stops a command, wherever the interrupt falls."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conjuncture.engine.progress import Progress

_stop = Event()


@contextmanager
def interrupts_remembered() -> Iterator[None]:
    """Remember an interrupt until the command comes to a point where it can stop.

    JAX has a function of its own called at every garbage collection, and whatever is raised there
    is lost; an interrupt that falls into it is only remembered, any other raised at once as well.
    """

    def interrupt(_number: int, frame: FrameType | None) -> None:
        _stop.set()
        if frame is None or not frame.f_code.co_name.endswith("gc_callback"):
            raise KeyboardInterrupt

    _stop.clear()
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Heeding:
    """Passes on what it is told, unless the user wants the command to stop.

    Parameters
    ----------
    progress : Progress
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def expect(self, label: str, blocks: int) -> None:
        """Pass on what is to come."""
        _heed()
        self._progress.expect(label, blocks)

    def advance(self, blocks: int) -> None:
        """Pass on what is done."""
        _heed()
        self._progress.advance(blocks)


def _heed() -> None:
    if _stop.is_set():
        raise KeyboardInterrupt
