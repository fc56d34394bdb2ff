"""Who was in office in a country on a day, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.data.sources import Row, day, read, word

from conjuncture.data.columns import REIGN

COLUMNS = ("ccode", "sdate", "smonth", "syear", "emonth", "eyear", "militarycareer")
LISTED = date(2021, 8, 31)
"""The last day that the list of leaders covers."""

CAREER = {
    "0": "civilian", "0.0": "civilian", "1": "military", "1.0": "military", "0.5": "", "-99.0": "",
}  # fmt: skip
"""What the codes of a military career mean: some are neither, some are not known."""

MONTH = 365.25 / 12


@dataclass(frozen=True)
class Leader:
    """One spell in office; the list gives the month of its end, not the day."""

    country: int
    begun: date
    ended: tuple[int, int] | None
    career: str

    def months(self, when: date) -> str:
        """Return how many months the leader had been in office, as text with one decimal."""
        return f"{(when - self.begun).days / MONTH:.1f}"


def leaders(folder: Path) -> list[Leader]:
    """Return the leaders in the order in which they took office."""
    rows = read(folder, REIGN, COLUMNS)
    return sorted((_leader(row) for row in rows), key=lambda leader: leader.begun)


def in_office(known: list[Leader], country: int, when: date) -> Leader | None:
    """Return who was in office, of several the one who came last; None where nobody is known."""
    if when > LISTED:
        return None
    serving = [
        leader
        for leader in known
        if leader.country == country
        and leader.begun <= when
        and (leader.ended is None or leader.ended >= (when.year, when.month))
    ]
    return serving[-1] if serving else None


def _leader(row: Row) -> Leader:
    ended = (int(row["eyear"]), int(row["emonth"])) if row["eyear"] else None
    begun = day(row, "syear", "smonth", "sdate")
    return Leader(int(row["ccode"]), begun, ended, word(row, "militarycareer", CAREER))
