"""The cases of a table and how often those of a kind succeeded, light to import."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from conjuncture.data.dictionary import DICTIONARY, TAGS, Tag, describe_table, path
from conjuncture.errors import UsageError
from conjuncture.language.names import find_nearest_name

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
