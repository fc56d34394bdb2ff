"""Files that are there whole or not at all."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from conjuncture.errors import UsageError

KEPT = "conjuncture_result"
"""Under this name a Parquet or NetCDF file keeps the JSON of the result it belongs to."""


@contextmanager
def written_whole(target: Path) -> Iterator[Path]:
    """Give a temporary file beside the target, which takes its place when all went well.

    Whatever ends the work before, an error or the user, the temporary file goes and the target
    stays as it was. It is made at once, so that a folder that cannot be written is found out
    before anything is simulated.

    Parameters
    ----------
    target : Path

    Yields
    ------
    Path
        The temporary file, empty.

    Raises
    ------
    UsageError
        When the file cannot be written.

    Examples
    --------
    >>> with written_whole(Path("none/a.json")) as part:
    ...     pass
    Traceback (most recent call last):
    conjuncture.errors.UsageError: 'none/a.json' cannot be written: there is no folder 'none'
    """
    part = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix}")
    with failures_told(target):
        try:
            part.touch(exist_ok=False)
            yield part
            put(part, target)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def failures_told(target: Path) -> Iterator[None]:
    """Turn whatever keeps a file from being written into a sentence.

    Raises
    ------
    UsageError
        At once where the target is a folder or is to lie in none, later when the disk fails.
    """
    if target.is_dir():
        raise UsageError(f"'{target}' cannot be written: it is a folder; name a file in it")
    if not target.parent.is_dir():
        raise UsageError(f"'{target}' cannot be written: there is no folder '{target.parent}'")
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        told = UsageError(f"'{target}' cannot be written: {reason}")
        for note in getattr(error, "__notes__", ()):
            told.add_note(note)
        raise told from None


def put(part: Path, target: Path) -> None:
    """Put a finished file in the place of another, so that not even a power cut leaves half."""
    settle(part)
    part.replace(target)
    settle(target.parent)


def settle(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def hold(file: IO[Any], otherwise: str) -> None:
    """Keep an open file for this process alone, until it is closed or the process ends.

    Raises
    ------
    UsageError
        With the sentence ``otherwise``, where another process holds it.
    """
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(otherwise) from None
