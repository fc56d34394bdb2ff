"""Standard output and standard error, where they may be closed, full, or not there at all."""

from __future__ import annotations

import os
import sys
import warnings
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

WARNINGS: deque[str] = deque(maxlen=20)
"""The last warnings of libraries, which are for a report and not for the user."""


class GuardedStream:
    """A stream that keeps the error with which it failed, so that it is known whose it was.

    Parameters
    ----------
    stream : text file
    quiet : bool
        Whether to go on as if nothing had failed: a message that cannot be shown spoils no result.
    """

    def __init__(self, stream: Any, *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self.failure: OSError | None = None

    def write(self, text: str) -> int:
        """Write a text."""
        return self._try_to(self._stream.write, text) or 0

    def flush(self) -> None:
        """Write what is held back."""
        self._try_to(self._stream.flush)

    def _try_to(self, work: Any, *told: Any) -> Any:
        try:
            return work(*told)
        except OSError as error:
            self.failure = error
            if self._quiet:
                return None
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def guard_streams() -> Iterator[None]:
    """Make the streams safe to write to for the time of a command, and keep warnings off them."""
    before = sys.stdout, sys.stderr
    sys.stdout = GuardedStream(before[0] or open_null_stream())
    sys.stderr = GuardedStream(before[1] or open_null_stream(), quiet=True)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = keep_warning
            yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            flush_or_discard(stream)
        sys.stdout, sys.stderr = before


def flush_or_discard(stream: Any) -> None:
    """Write what a stream holds back; where that fails, let it lead nowhere.

    Otherwise it would fail again when the interpreter ends, with a traceback.
    """
    with suppress(OSError):
        stream.flush()
    if getattr(stream, "failure", None) is not None:
        with suppress(OSError, ValueError):
            leads_nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(leads_nowhere, stream.fileno())
            os.close(leads_nowhere)


def open_null_stream() -> Any:
    """Return a stream for a program that was started without."""
    return Path(os.devnull).open("w", encoding="utf-8")


def keep_failure(failure: sys.UnraisableHookArgs) -> None:
    """Keep what failed where no error can be raised, such as while an object is taken down."""
    WARNINGS.append(f"{type(failure.exc_value).__name__}: {failure.exc_value}, in {failure.object}")


def keep_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: Any = None,
    line: str | None = None,
) -> None:
    """Keep a warning for a report."""
    del file, line
    WARNINGS.append(f"{filename}:{lineno}: {category.__name__}: {message}")
