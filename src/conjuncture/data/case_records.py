"""The cases of a table, also as data frames, and how often those of a kind succeeded.

Light to import: pandas is loaded only when a data frame is asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from conjuncture.data.dictionary import DICTIONARY, TAGS, Kind, Tag, describe_table, path
from conjuncture.errors import UsageError
from conjuncture.language.names import find_nearest_name

if TYPE_CHECKING:
    import pandas as pd


_TYPES: dict[Kind, str] = {
    "text": "string", "tag": "string", "date": "string", "integer": "Int64", "number": "Float64",
}  # fmt: skip


def attempts() -> pd.DataFrame:
    """Return the attempts at a coup, 1950 to 2023.

    Returns
    -------
    pandas.DataFrame, shape (491, columns)
        Nullable types; what is not coded or not known is ``pd.NA``. Columns as the dictionary has
        them: ``conjuncture data show attempts``.

    Notes
    -----
    Attempts and outcomes after [powellthyne2011]_, ranks of plotters after [albrecht2021]_,
    leaders, aims and support after [chin2021]_, kinds of actors after [peyton2023]_, incumbents
    after [bell2021]_.

    Examples
    --------
    >>> table = attempts()
    >>> len(table), round(float(table["success"].mean()), 3)
    (491, 0.499)
    >>> float(table.groupby("plotters")["success"].mean().round(3)["elite"])
    0.78
    """
    return _read("attempts")


def military_attempts() -> pd.DataFrame:
    """Return the attempts at a coup by the military, 1950 to 2017, with their own list's outcome.

    Returns
    -------
    pandas.DataFrame, shape (477, columns)
        Nullable types; no cell is missing. Columns as the dictionary has them: ``conjuncture data
        show military_attempts``.

    Notes
    -----
    The list of [albrecht2021]_.

    Examples
    --------
    >>> table = military_attempts()
    >>> float(table.groupby("plotters")["success"].mean().round(3)["combat"])
    0.29
    """
    return _read("military_attempts")


def campaigns() -> pd.DataFrame:
    """Return mass campaigns, nonviolent and violent, 1945 to 2013.

    Returns
    -------
    pandas.DataFrame, shape (389, columns)
        Nullable types; ``success`` is ``pd.NA`` where a campaign had not ended. Columns as the
        dictionary has them: ``conjuncture data show campaigns``.

    Notes
    -----
    The list of [chenowethshay2019]_, which continues that of [chenowethstephan2011]_.

    Examples
    --------
    >>> table = campaigns()
    >>> deserted = table[(table["method"] == "nonviolent") & (table["defection"] == "yes")]
    >>> int(deserted["success"].count()), round(float(deserted["success"].mean()), 2)
    (52, 0.77)
    """
    return _read("campaigns")


def _read(name: str) -> pd.DataFrame:
    import pandas as pd

    columns = describe_table(name).columns
    types: dict[str, Any] = {
        column.name: _TYPES.get(column.kind, "string" if column.options else "Int64")
        for column in columns
    }
    with path(name).open(encoding="utf-8", newline="") as stream:
        # Only an empty cell is missing: "no" and "none" are answers.
        return pd.read_csv(stream, dtype=types, keep_default_na=False, na_values=[""])


Record = Mapping[str, str]
"""One case; an empty text is a missing value."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of some cases succeeded.

    Attributes
    ----------
    cases : int
        Those of which it is known how they ended.
    successes : int
    unended : int
        Cases left out, because they had not ended.
    """

    cases: int
    successes: int
    unended: int = 0

    @property
    def share(self) -> float | None:
        """The share that succeeded; None where there is no case."""
        return self.successes / self.cases if self.cases else None


@cache
def records(table: str) -> tuple[Record, ...]:
    """Return the cases of a table as they stand in its file.

    Parameters
    ----------
    table : str

    Raises
    ------
    UsageError
        When there is no such table.

    Examples
    --------
    >>> records("attempts")[0]["case"]
    'Cuba 1952-03-10'
    """
    with path(table).open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def success_rate_of(cases: Sequence[Record]) -> Rate:
    """Return how many of the cases succeeded.

    Examples
    --------
    >>> success_rate_of(records("campaigns"))
    Rate(cases=352, successes=150, unended=37)
    """
    ended = [case["success"] for case in cases if case["success"]]
    return Rate(len(ended), ended.count("1"), len(cases) - len(ended))


def select_cases(table: str, tags: Mapping[str, str]) -> tuple[Record, ...]:
    """Return the cases that have these tags; a case of which one is not known does not.

    Parameters
    ----------
    table : str
    tags : mapping of str to str

    Raises
    ------
    UsageError
        When there is no such table, or it has no such tag or option.

    Examples
    --------
    >>> success_rate_of(select_cases("military_attempts", {"plotters": "combat"}))
    Rate(cases=286, successes=83, unended=0)
    """
    describe_table(table)
    for name, option in tags.items():
        found = find_tag(table, name)
        if option not in found.options:
            raise UsageError(
                f"'{name}' is never '{option}'; {_hint(option, found.options)}"
                f"write one of: {', '.join(found.options)}"
            )
    return tuple(
        case
        for case in records(table)
        if all(case[name] == option for name, option in tags.items())
    )


def find_tag(table: str, name: str) -> Tag:
    """Return a tag of a table.

    Raises
    ------
    UsageError
        When there is none of that name; it lists those there are.

    Examples
    --------
    >>> find_tag("campaigns", "size").options
    ('small', 'medium', 'large')
    """
    known = TAGS[describe_table(table).name]
    if name not in known:
        raise UsageError(
            f"the {table} have no tag '{name}'; {_hint(name, known)}"
            f"the tags are: {', '.join(known)}"
        )
    return known[name]


def _hint(word: str, known: Sequence[str] | Mapping[str, Tag]) -> str:
    guess = find_nearest_name(word, known)
    return f"did you mean '{guess}'? " if guess is not None else ""


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
    return tuple(row[column] for row in records(table))


@cache
def country_of(table: str, case: str) -> str:
    """Return the country of a case, as its table has it.

    Examples
    --------
    >>> country_of("attempts", "Bolivia 1970-10-06")
    'Bolivia'
    """
    name = DICTIONARY[table].case
    return next(row[COUNTRY[table]] for row in records(table) if row[name] == case)
