"""Two workers of a cluster on this machine beside one."""

from __future__ import annotations

import importlib.util

from rows import Effort, Part, Row, Table

MOST_REPETITIONS = 3
"""A turn of both clusters on both cases takes most of a minute."""


def cluster(effort: Effort) -> Part:
    """Time both cases of cluster.py; the target is for the worse of the two."""
    if importlib.util.find_spec("distributed") is None:
        missing = Row("Dask is not installed: pip install 'conjuncture[cluster]'", [], "")
        return Part([Table("Two workers beside one", [missing])])
    from cluster import rows

    found = rows(min(effort.repetitions, MOST_REPETITIONS))
    told = [
        Row(
            row["case"],
            [row["spread"][0], row["ratio"], row["spread"][1]],
            "times one worker",
            f"{row['histories']:,} histories a turn",
            f"{row['one worker']:,.0f} and {row['two workers']:,.0f} histories/s",
        )
        for row in found
    ]
    note = "Workers of one thread each, pinned to a core; both clusters are up and take turns."
    worst = min(row["ratio"] for row in found)
    return Part([Table("Two workers beside one", told, [note])], {"two workers": worst})
