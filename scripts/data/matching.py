"""Matches the events of two lists one to one, by country and nearness in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

DAYS = 7
"""How far apart two entries of the same event may be dated."""

Event = tuple[int, date]
"""Country code and day."""


def match_events(
    ours: Sequence[Event], theirs: Sequence[Event], days: int = DAYS
) -> dict[int, int]:
    """Return for each of our events that is also theirs the place of theirs.

    The pair that lies nearest in time is matched first, whatever the order of the lists; of pairs
    that lie equally near, the one that comes first in our list, and then in theirs.

    Parameters
    ----------
    ours, theirs : sequence of (int, date)
        Country code and day of each event.
    days : int, optional
        The largest distance in time.

    Returns
    -------
    dict of int to int
        From places in our list to places in theirs.

    Examples
    --------
    >>> torres = (145, date(1970, 10, 6))
    >>> match_events([torres], [(145, date(1970, 10, 5)), torres])
    {0: 1}
    """
    pairs = sorted(
        (abs((when - other).days), place, there)
        for place, (country, when) in enumerate(ours)
        for there, (land, other) in enumerate(theirs)
        if country == land and abs((when - other).days) <= days
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, place, there in pairs:
        if place not in found and there not in taken:
            found[place] = there
            taken.add(there)
    return found
