"""The cases of a table, ready to be counted: outcomes, tags by number, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.reference_classes.telling import UNKNOWN, Codes
from conjuncture.data.rates import records
from conjuncture.data.reading import describe_table
from conjuncture.data.tags import TAGS

Real = NDArray[np.float64]

BEGAN = {"attempts": "date", "campaigns": "start"}
"""The column of each table that says when a case was, or began."""

DAYS = 365.25


@dataclass(frozen=True)
class RecordedCases:
    """The cases of a table whose outcome is on record.

    Attributes
    ----------
    among : str
        The table.
    names : tuple of str
    success : array of bool, shape (cases,)
    codes : mapping of str to array, shape (cases,)
        Of each tag the option of each case by its place among the options, -1 where the table has
        none.
    days : array, shape (cases,)
        When each was, in days.
    """

    among: str
    names: tuple[str, ...]
    success: NDArray[np.bool_]
    codes: Mapping[str, Codes]
    days: Real

    def drop_case(self, case: str) -> RecordedCases:
        """Return the same less one case; all of them where there is none of that name."""
        kept = np.array([name != case for name in self.names], bool)
        return RecordedCases(
            self.among,
            tuple(name for name in self.names if name != case),
            self.success[kept],
            {tag: codes[kept] for tag, codes in self.codes.items()},
            self.days[kept],
        )

    def day_of(self, case: str) -> float:
        """Return when a case was, in days; not a number where there is none of that name."""
        return float(self.days[self.names.index(case)]) if case in self.names else float("nan")


def cases_of(among: str) -> RecordedCases:
    """Return the cases of a table whose outcome is on record.

    Parameters
    ----------
    among : str
        ``attempts`` or ``campaigns``.

    Examples
    --------
    >>> found = cases_of("campaigns")
    >>> len(found.names), round(float(found.success.mean()), 3)
    (352, 0.426)
    """
    rows = [row for row in records(among) if row["success"]]
    name = describe_table(among).case
    codes = {}
    for tag in TAGS[among].values():
        places = {option: place for place, option in enumerate(tag.options)}
        codes[tag.name] = np.array([places.get(row[tag.name], UNKNOWN) for row in rows], np.int64)
    return RecordedCases(
        among=among,
        names=tuple(row[name] for row in rows),
        success=np.array([row["success"] == "1" for row in rows]),
        codes=codes,
        days=np.array([day_of(row[BEGAN[among]]) for row in rows]),
    )


def day_of(written: str) -> float:
    """Return a date, or the beginning of a year, in days.

    Examples
    --------
    >>> day_of("1970-10-06") - day_of("1970-10-04")
    2.0
    >>> round(day_of("1971") - day_of("1970"))
    365
    """
    if "-" in written:
        return float(date.fromisoformat(written).toordinal())
    return DAYS * float(written)
