"""The names of the cases in a table, read without the libraries that whole tables need."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from conjuncture.data.dictionary import DICTIONARY

COUNTRY = {"attempts": "country", "military_attempts": "country", "campaigns": "location"}
"""The column that says where a case was."""


@cache
def case_names(table: str) -> tuple[str, ...]:
    """Return the names of the cases of a table, in its order.

    Parameters
    ----------
    table : str
        ``attempts``, ``military_attempts`` or ``campaigns``.

    Raises
    ------
    KeyError
        When there is no such table.

    Examples
    --------
    >>> len(case_names("attempts")), "Bolivia 1970-10-06" in case_names("attempts")
    (491, True)
    """
    column = DICTIONARY[table].case
    return tuple(row[column] for row in _rows(table))


@cache
def country_of(table: str, case: str) -> str:
    """Return the country of a case, as its table has it.

    Examples
    --------
    >>> country_of("attempts", "Bolivia 1970-10-06")
    'Bolivia'
    """
    name = DICTIONARY[table].case
    return next(row[COUNTRY[table]] for row in _rows(table) if row[name] == case)


def _rows(table: str) -> Iterator[dict[str, str]]:
    text = files("conjuncture.data").joinpath(f"{table}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text))
