"""The journal of a sweep: what is done so far, a line for each setting, until the table is whole.

A line is written to the end, and to the disk, before the next setting starts. A sweep that was
killed finds every line again but one that was cut short, and goes on from there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from conjuncture.engine.files import explain_failures, lock_file

Row = dict[str, Any]


class Journal:
    """Rows by the digest of their setting, in memory and on the disk.

    Parameters
    ----------
    file : binary file, optional
        Open for reading and writing; where there is none, rows are kept in memory alone.

    Attributes
    ----------
    done : dict of str to list of Row
    """

    def __init__(self, file: IO[bytes] | None = None) -> None:
        self.done: dict[str, list[Row]] = {}
        self._file = file
        if file is None:
            return
        end = 0
        for line in file:
            if not line.endswith(b"\n"):
                break
            end += len(line)
            try:
                key, rows = json.loads(line)
            except ValueError:
                continue
            self.done[key] = rows
        file.truncate(end)
        file.seek(end)

    def add(self, key: str, rows: list[Row]) -> None:
        """Keep the rows of a setting, on the disk before this returns."""
        if self._file is not None:
            self._file.write(json.dumps([key, rows]).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        self.done[key] = rows


@contextmanager
def journal_beside(target: Path) -> Iterator[Journal]:
    """Give the journal of a table, held by this process alone; the caller deletes it in the end.

    Parameters
    ----------
    target : Path
        The table; the journal lies beside it.

    Raises
    ------
    UsageError
        When it cannot be written, or another process holds it.
    """
    path = journal_of(target)
    with explain_failures(target), path.open("a+b") as file:
        lock_file(file, f"another sweep is writing '{target}'; wait for it, or name another file")
        file.seek(0)
        yield Journal(file)


def journal_of(target: Path) -> Path:
    """Return where the journal of a table lies.

    Examples
    --------
    >>> journal_of(Path("results.parquet")).name
    'results.parquet.unfinished'
    """
    return target.with_name(target.name + ".unfinished")
