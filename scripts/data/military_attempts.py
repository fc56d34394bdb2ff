"""Builds ``military_attempts``: the list of Coup Agency and Mechanisms as it stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scripts.data.sources import Row, name_case, read, word

from conjuncture.data.columns import CAM

COLUMNS = ("cowcode", "region", "year", "country", "successful", "date", "combat")
REGION = {
    "1": "europe",
    "2": "middle_east_north_africa",
    "3": "sub_saharan_africa",
    "4": "asia_pacific",
    "5": "americas",
}
RANK = {"1": "combat", "0": "elite"}
ENDED = {"1": "1", "0": "0"}


def build(folder: Path) -> list[Row]:
    """Return the rows of the table.

    Parameters
    ----------
    folder : Path
        The folder of source files.
    """
    taken: set[str] = set()
    rows = read(folder, CAM, COLUMNS)
    return [
        {
            "case": name_case(row["country"], date.fromisoformat(row["date"]), taken),
            "country": row["country"],
            "ccode": row["cowcode"],
            "date": row["date"],
            "year": row["year"],
            "success": word(row, "successful", ENDED),
            "plotters": word(row, "combat", RANK),
            "region": word(row, "region", REGION),
        }
        for row in rows
    ]
