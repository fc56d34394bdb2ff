"""The dictionary of ``military_attempts``: a list of its own, with its own outcomes."""

from __future__ import annotations

from conjuncture.data.dictionary.entries import Column, DataTable
from conjuncture.data.dictionary.shared import CAM, PLOTTERS, RANK_IN_HINDSIGHT, REGIONS

MILITARY_ATTEMPTS = DataTable(
    name="military_attempts",
    title="Attempts at a coup by the military, 1950 to 2017, all with the rank of the plotters",
    rows=477,
    case="case",
    columns=(
        Column("case", "text", CAM, "Country and day of the attempt."),
        Column("country", "text", CAM, "The country, as the source names it."),
        Column("ccode", "integer", CAM, "The country's number in the Correlates of War project."),
        Column("date", "date", CAM, "The day of the attempt."),
        Column("year", "integer", CAM, "The year of the attempt."),
        Column(
            "success",
            "outcome",
            CAM,
            "1 where the attempt succeeded, otherwise 0.",
            hindsight=True,
            caution="The list's own outcome; that of Powell and Thyne differs in 2.3 % of the "
            "attempts that both have.",
        ),
        Column(
            "plotters",
            "tag",
            CAM,
            "The rank of those who plotted.",
            options=PLOTTERS,
            hindsight=True,
            caution=RANK_IN_HINDSIGHT,
        ),
        Column("region", "tag", CAM, "The part of the world.", options=REGIONS),
    ),
    caution="Ranks were coded by people who knew how the attempt ended.",
)
"""Military attempts with the outcome of Albrecht, Koehler and Schutz."""
