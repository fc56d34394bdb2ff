"""Reads the source files, and says in a sentence which of them, or what of them, is not there."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from conjuncture.data.dictionary import DataSource

Row = Mapping[str, str]
"""One row of a table, all of it text; an empty text is a missing value."""


class SourceError(Exception):
    """A source file is not there, or not what it should be."""


def read(folder: Path, source: DataSource, needed: Sequence[str]) -> list[Row]:
    """Return the rows of a source file.

    Parameters
    ----------
    folder : Path
        The folder of source files.
    source : DataSource
    needed : sequence of str
        The columns that are used.

    Raises
    ------
    SourceError
        When the file or one of the columns is not there.
    """
    path = folder / source.file
    if not path.is_file():
        raise SourceError(f"{source.file} is not in {folder}; name the folder that holds it")
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows: list[Row] = list(reader)
    absent = [name for name in needed if name not in (reader.fieldnames or ())]
    if absent:
        raise SourceError(f"{source.file} has no column {', '.join(absent)}")
    return rows


def word(row: Row, column: str, words: Mapping[str, str]) -> str:
    """Return the word for a code, or nothing where the cell is empty.

    Raises
    ------
    SourceError
        When the code has no word: a cell that is not understood is never left out quietly.

    Examples
    --------
    >>> word({"combat": "1"}, "combat", {"0": "elite", "1": "combat"})
    'combat'
    """
    code = row[column].strip()
    if code and code not in words:
        raise SourceError(f"column {column} has '{code}'; known are {', '.join(words)}")
    return words[code] if code else ""


def yes_no(row: Row, column: str) -> str:
    """Return ``yes`` for 1, ``no`` for 0, nothing for an empty cell.

    Examples
    --------
    >>> yes_no({"defect": ""}, "defect"), yes_no({"defect": "0"}, "defect")
    ('', 'no')
    """
    return word(row, column, {"1": "yes", "0": "no"})


def day(row: Row, year: str = "year", month: str = "month", of_month: str = "day") -> date:
    """Return the day that stands in three columns."""
    return date(int(row[year]), int(row[month]), int(row[of_month]))


def name_case(country: str, when: date, taken: set[str]) -> str:
    """Return a name for a case that is not taken yet, and take it.

    Examples
    --------
    >>> taken = set()
    >>> [name_case("Bolivia", date(1970, 10, 6), taken) for _ in range(2)]
    ['Bolivia 1970-10-06', 'Bolivia 1970-10-06 (2)']
    """
    first = name = f"{country} {when.isoformat()}"
    number = 1
    while name in taken:
        number += 1
        name = f"{first} ({number})"
    taken.add(name)
    return name
