"""Builds ``campaigns``: the list of NAVCO 1.2, its codes as words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from scripts.data.sources import Row, SourceError, read, yes_no

from conjuncture.data.columns import NAVCO
from conjuncture.data.dictionary import LARGE, SMALL

COLUMNS = (
    "campaign", "location", "byear", "eyear", "success", "limited", "failure", "ongoing",
    "nonviol", "viol", "regchange", "fselfdet", "secession", "other", "participation",
    "percentage_popular_participation", "regviol", "defect", "regaid", "statesup",
)  # fmt: skip
RESULT = {"success": "success", "limited": "limited", "failure": "failure"}
METHOD = {"nonviol": "nonviolent", "viol": "violent"}
AIM = {
    "regchange": "regime_change",
    "fselfdet": "self_determination",
    "secession": "secession",
    "other": "other",
}
DIGITS = 6


def build(folder: Path) -> list[Row]:
    """Return the rows of the table.

    Parameters
    ----------
    folder : Path
        The folder of source files.
    """
    rows = read(folder, NAVCO, COLUMNS)
    often = Counter(row["campaign"] for row in rows)
    return [_campaign(row, alone=often[row["campaign"]] == 1) for row in rows]


def _campaign(row: Row, *, alone: bool) -> Row:
    place = "" if alone else f" ({row['location']} {row['byear']})"
    result = "ongoing" if yes_no(row, "ongoing") == "yes" else _one(row, RESULT)
    # Where the number of people is not known the source has a share of zero.
    share = row["percentage_popular_participation"] if row["participation"] else ""
    return {
        "campaign": row["campaign"] + place,
        "location": row["location"],
        "start": row["byear"],
        "end": row["eyear"],
        "result": result,
        "success": {"success": "1", "ongoing": ""}.get(result, "0"),
        "method": _one(row, METHOD),
        "aim": _one(row, AIM),
        "defection": yes_no(row, "defect"),
        "repression": yes_no(row, "regviol"),
        "foreign_support": yes_no(row, "statesup"),
        "regime_aid": yes_no(row, "regaid"),
        "participation": row["participation"],
        "participation_share": f"{float(share):.{DIGITS}g}" if share else "",
        "size": _size(float(share)) if share else "",
    }


def _one(row: Row, words: Mapping[str, str]) -> str:
    """Return the word of the one column that is 1."""
    found = [name for column, name in words.items() if yes_no(row, column) == "yes"]
    if len(found) != 1:
        raise SourceError(
            f"{NAVCO.file}: the campaign '{row['campaign']}' is not one of {', '.join(words)}"
        )
    return found[0]


def _size(share: float) -> str:
    if share < SMALL:
        return "small"
    return "medium" if share < LARGE else "large"
