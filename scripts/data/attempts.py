"""Builds ``attempts``: those of Powell and Thyne, with what four other data sets say of each.

The outcome is always Powell and Thyne's. An event that another list does not have leaves the
columns from that list empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from scripts.data import military_attempts
from scripts.data.incumbents import in_office, leaders
from scripts.data.matching import Event, match_events
from scripts.data.sources import Row, SourceError, day, name_case, read, word, yes_no

from conjuncture.data.columns import CAM, CLINE, COLPUS, POWELL_THYNE
from conjuncture.data.dictionary import CLINE_FLAGS

COLUMNS = ("country", "ccode", "year", "month", "day", "coup")
COLPUS_COLUMNS = (
    "ccode", "date", "type", "srofficial", "jrofficer", "anyoutsidesupport", "outsidesupporters",
)  # fmt: skip
FLAGS = tuple(column.name for column in CLINE_FLAGS)
CLINE_COLUMNS = ("cowcode", "year", "month", "day", *FLAGS)

ENDED = {"1": "0", "2": "1"}
AIM = {
    "CH": "regime_change",
    "SH": "reshuffling",
    "AD": "against_democracy",
    "PR": "against_provisional",
    "WR": "warlord",
    "NM": "non_military",
}
ADDED_REGIONS = {369: "europe"}
"""Countries that Coup Agency and Mechanisms lacks: Ukraine."""

FIRST_YEAR, YEARS_BEFORE = 1950, 5
EVE = timedelta(days=2)
"""How long before the attempt it is asked who was in office, since lists differ by a day."""


def build(folder: Path) -> list[Row]:
    """Return the rows of the table.

    Parameters
    ----------
    folder : Path
        The folder of source files.
    """
    rows = read(folder, POWELL_THYNE, COLUMNS)
    events = [(int(row["ccode"]), day(row)) for row in rows]
    parts = (
        _outcomes(rows, events),
        _ranks(folder, events),
        _support(folder, events),
        _incumbents(folder, events),
        _regions(folder, events),
        [_prior(event, events) for event in events],
        _flags(folder, events),
    )
    return [
        {name: cell for part in row for name, cell in part.items()}
        for row in zip(*parts, strict=True)
    ]


def _outcomes(rows: Sequence[Row], events: Sequence[Event]) -> list[Row]:
    taken: set[str] = set()
    return [
        {
            "case": name_case(row["country"], when, taken),
            "country": row["country"],
            "ccode": row["ccode"],
            "date": when.isoformat(),
            "year": row["year"],
            "success": word(row, "coup", ENDED),
        }
        for row, (_, when) in zip(rows, events, strict=True)
    ]


def _join_rows(events: Sequence[Event], others: Sequence[Event], rows: Sequence[Row]) -> list[Row]:
    """Return the row of each of our events in another list, one without cells where it has none."""
    places = match_events(events, others)
    return [rows[places[place]] if place in places else {} for place in range(len(events))]


def _ranks(folder: Path, events: Sequence[Event]) -> list[Row]:
    rows = read(folder, CAM, military_attempts.COLUMNS)
    others = [(int(row["cowcode"]), date.fromisoformat(row["date"])) for row in rows]
    ranks = military_attempts.RANK
    found = _join_rows(events, others, rows)
    return [{"plotters": word(row, "combat", ranks) if row else ""} for row in found]


def _support(folder: Path, events: Sequence[Event]) -> list[Row]:
    rows = read(folder, COLPUS, COLPUS_COLUMNS)
    others = [(int(row["ccode"]), date.fromisoformat(row["date"])) for row in rows]
    return [_support_cells(row) for row in _join_rows(events, others, rows)]


def _support_cells(row: Row) -> Row:
    if not row:
        return dict.fromkeys(("leader", "aim", "outside_support", "protest", "outsiders"), "")
    support = yes_no(row, "anyoutsidesupport")
    outsiders = " ".join(row["outsidesupporters"].split())
    named_protest = "yes" if "protest" in outsiders.casefold() else "no"
    return {
        "leader": _leader(yes_no(row, "srofficial"), yes_no(row, "jrofficer")),
        "aim": word(row, "type", AIM),
        "outside_support": support,
        "protest": named_protest if support else "",
        "outsiders": outsiders,
    }


def _leader(senior: str, junior: str) -> str:
    """Return what the leader was; a junior officer may be a senior official, as a minister is."""
    if senior == "yes":
        return "senior"
    if junior == "yes":
        return "junior"
    return "other" if senior and junior else ""


def _incumbents(folder: Path, events: Sequence[Event]) -> list[Row]:
    known = leaders(folder)
    found: list[Row] = []
    for country, when in events:
        leader = in_office(known, country, when - EVE)
        found.append({
            "incumbent": leader.career if leader else "",
            "tenure_months": leader.months(when - EVE) if leader else "",
        })  # fmt: skip
    return found


def _regions(folder: Path, events: Sequence[Event]) -> list[Row]:
    rows = read(folder, CAM, military_attempts.COLUMNS)
    regions = military_attempts.REGION
    known = ADDED_REGIONS | {int(row["cowcode"]): word(row, "region", regions) for row in rows}
    lost = sorted({country for country, _ in events} - set(known))
    if lost:
        listed = ", ".join(map(str, lost))
        raise SourceError(f"{CAM.file} has no region for the countries {listed}")
    return [{"region": known[country]} for country, _ in events]


def _prior(event: Event, events: Sequence[Event]) -> Row:
    """Return how often it was tried before; not known where the years reach before the list."""
    country, when = event
    if when.year < FIRST_YEAR + YEARS_BEFORE:
        return {"prior_attempts": "", "prior": ""}
    span = timedelta(days=YEARS_BEFORE * 365.25)
    count = sum(land == country and when - span <= day < when for land, day in events)
    return {"prior_attempts": str(count), "prior": ("none", "one", "several")[min(count, 2)]}


def _flags(folder: Path, events: Sequence[Event]) -> list[Row]:
    rows = read(folder, CLINE, CLINE_COLUMNS)
    others = [(int(row["cowcode"]), day(row)) for row in rows]
    found = _join_rows(events, others, rows)
    return [{name: yes_no(row, name) if row else "" for name in FLAGS} for row in found]
