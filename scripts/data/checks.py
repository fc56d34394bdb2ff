"""Checks a table that was built before it is written: its shape, and facts known of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scripts.data.sources import Row

from conjuncture.data.dictionary import Column, DataTable


@dataclass(frozen=True)
class KnownRate:
    """How many of the cases with these cells succeeded, as published or counted in the source."""

    cases: int
    succeeded: float
    cells: Mapping[str, str] = field(default_factory=dict)


RATES: Mapping[str, Sequence[KnownRate]] = {
    "attempts": (
        KnownRate(491, 0.499),
        KnownRate(177, 0.780, {"plotters": "elite"}),
        KnownRate(259, 0.328, {"plotters": "combat"}),
        KnownRate(55, 0.400, {"plotters": ""}),
        KnownRate(19, 0.947, {"protest": "yes"}),
        KnownRate(266, 0.508, {"protest": "no"}),
        KnownRate(132, 0.485, {"outside_support": "yes"}),
        KnownRate(153, 0.582, {"outside_support": "no"}),
    ),
    "military_attempts": (
        KnownRate(286, 0.290, {"plotters": "combat"}),
        KnownRate(191, 0.764, {"plotters": "elite"}),
    ),
    "campaigns": (
        KnownRate(352, 0.426),
        KnownRate(52, 0.769, {"method": "nonviolent", "defection": "yes"}),
    ),
}
"""Known of the tables; cases whose success is not known do not count."""

KNOWN: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "attempts": {
        "Bolivia 1969-09-26": {"success": "1"},
        "Bolivia 1970-10-06": {
            "success": "1", "plotters": "elite", "outside_support": "yes", "protest": "no",
        },
        "Bolivia 1971-01-10": {"success": "0"},
        "Bolivia 1971-08-22": {"success": "1"},
        "Chile 1973-06-29": {"success": "0"},
        "Chile 1973-09-11": {"success": "1", "protest": "yes"},
        "Turkey 2016-07-15": {"success": "0", "protest": ""},
    },
}  # fmt: skip
"""Cells of cases that are known."""


def complaints(table: DataTable, rows: Sequence[Row]) -> list[str]:
    """Return what is wrong with a table, as sentences.

    Parameters
    ----------
    table : Table
        What the dictionary says of it.
    rows : sequence of mapping of str to str
    """
    found = [] if len(rows) == table.rows else [f"has {len(rows)} rows, not {table.rows}"]
    names = [column.name for column in table.columns]
    if any(list(row) != names for row in rows):
        return [*found, f"the columns are not {', '.join(names)}"]
    twice = [case for case, times in Counter(row[table.case] for row in rows).items() if times > 1]
    found += [f"the case '{case}' stands more than once" for case in twice]
    for column in table.columns:
        found += _column(column, [row[column.name] for row in rows])
    for rate in RATES.get(table.name, ()):
        found += _rate(rate, rows)
    found += _cases(table, rows)
    return found


def _column(column: Column, cells: Sequence[str]) -> list[str]:
    found = []
    missing = cells.count("")
    if missing != column.missing:
        found.append(f"{column.name} lacks {missing} cells, not {column.missing}")
    if column.options:
        words = set(cells) - {""}
        found += [f"{column.name} has '{one}'" for one in sorted(words - set(column.options))]
        never = set(column.options) - words
        found += [f"{column.name} is never '{one}'" for one in sorted(never)]
    return found


def _rate(rate: KnownRate, rows: Sequence[Row]) -> list[str]:
    ended = [
        int(row["success"])
        for row in rows
        if row["success"] and all(row[name] == cell for name, cell in rate.cells.items())
    ]
    share = sum(ended) / len(ended) if ended else 0.0
    if len(ended) == rate.cases and round(share, 3) == rate.succeeded:
        return []
    which = ", ".join(f"{name} '{cell}'" for name, cell in rate.cells.items()) or "all"
    counted = f"{share:.3f} of {len(ended)} succeeded, not {rate.succeeded:.3f} of {rate.cases}"
    return [f"of the cases with {which} {counted}"]


def _cases(table: DataTable, rows: Sequence[Row]) -> list[str]:
    by_name = {row[table.case]: row for row in rows}
    found = []
    for case, cells in KNOWN.get(table.name, {}).items():
        if case not in by_name:
            found.append(f"there is no case '{case}'")
            continue
        found += [
            f"{name} of {case} is '{by_name[case][name]}', not '{cell}'"
            for name, cell in cells.items()
            if by_name[case][name] != cell
        ]
    return found
