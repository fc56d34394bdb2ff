"""Files that are there whole or not at all."""

from __future__ import annotations

import fcntl
import io
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from conjuncture.errors import UsageError, reason_of

if TYPE_CHECKING:
    from xarray import Dataset, DataTree

RESULT_KEY = "conjuncture_result"
"""Under this name a Parquet or NetCDF file keeps the JSON of the result it belongs to."""


@contextmanager
def write_atomically(target: Path) -> Iterator[Path]:
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
    >>> with write_atomically(Path("none/a.json")) as part:
    ...     pass
    Traceback (most recent call last):
    conjuncture.errors.UsageError: 'none/a.json' cannot be written: there is no folder 'none'
    """
    part = target.with_name(f".{target.stem[:40]}-{secrets.token_hex(4)}{target.suffix}")
    with explain_failures(target):
        try:
            part.touch(exist_ok=False)
            yield part
            move_into_place(part, target)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def explain_failures(target: Path) -> Iterator[None]:
    """Turn whatever keeps a file from being written into a sentence.

    Raises
    ------
    UsageError
        At once where the target is a folder or is to lie in none, later when the disk fails.
    """
    try:
        if target.is_dir():
            raise UsageError(f"'{target}' cannot be written: it is a folder; name a file in it")
        if not target.parent.is_dir():
            raise UsageError(f"'{target}' cannot be written: there is no folder '{target.parent}'")
        yield
    except OSError as error:
        if error is getattr(sys.stdout, "failure", None):
            raise
        reason = reason_of(error)
        told = UsageError(f"'{target}' cannot be written: {reason}")
        for note in getattr(error, "__notes__", ()):
            told.add_note(note)
        raise told from None


class DeferredErrorFile(io.RawIOBase):
    """A file that remembers what failed and goes on as if nothing had.

    HDF5 cannot bear that a file fails under it: it ends the process, without a word.

    Parameters
    ----------
    file : binary file, not buffered
    """

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self.failure: OSError | None = None

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def writable(self) -> bool:
        """Return that it can be written."""
        return True

    def seekable(self) -> bool:
        """Return that every place in it can be reached."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def readinto(self, buffer: Any, /) -> int | None:
        """Read what is there."""
        found: int | None = self._file.readinto(buffer)  # type: ignore[attr-defined]
        return found

    def write(self, data: Any, /) -> int:
        """Write all of it, unless something failed before."""
        left = memoryview(data).cast("B")
        size = len(left)
        try:
            while left and self.failure is None:
                left = left[self._file.write(left) :]
        except OSError as error:
            self.failure = error
        return size

    def truncate(self, size: int | None = None, /) -> int:
        """Cut or lengthen the file."""
        try:
            return self._file.truncate(size) if self.failure is None else size or 0
        except OSError as error:
            self.failure = error
            return size or 0


def write_netcdf(data: Dataset | DataTree, path: Path) -> None:
    """Write data as NetCDF (HDF5).

    Raises
    ------
    OSError
        When the file cannot be written, as of any other file.
    """
    with path.open("w+b", buffering=0) as file:
        sheltering = DeferredErrorFile(file)
        try:
            data.to_netcdf(sheltering, engine="h5netcdf")
        except Exception:
            # What could not be written cannot be read back either.
            if sheltering.failure is None:
                raise
        if sheltering.failure is not None:
            raise sheltering.failure


def move_into_place(part: Path, target: Path) -> None:
    """Put a finished file in the place of another, so that not even a power cut leaves half."""
    sync_to_disk(part)
    part.replace(target)
    sync_to_disk(target.parent)


def sync_to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock_file(file: IO[Any], otherwise: str) -> None:
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
