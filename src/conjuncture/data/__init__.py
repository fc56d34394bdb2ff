"""Tables of historical cases, and what every column of them means.

pandas is loaded only when a table is asked for as a data frame.

Examples
--------
>>> from conjuncture import data
>>> table = data.attempts().set_index("case")
>>> int(table.loc["Bolivia 1970-10-06", "success"])
1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conjuncture.data.dictionary import (
    DICTIONARY,
    TAGS,
    Column,
    DataSource,
    DataTable,
    Kind,
    Tag,
    describe_table,
    path,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DICTIONARY",
    "TAGS",
    "Column",
    "DataSource",
    "DataTable",
    "Tag",
    "attempts",
    "campaigns",
    "describe_table",
    "military_attempts",
    "path",
]

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
