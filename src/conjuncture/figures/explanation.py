"""All pictures of an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conjuncture.figures.attribution import draw_attribution, draw_interactions
from conjuncture.figures.causes import draw_causes
from conjuncture.figures.discovery import draw_discovery
from conjuncture.figures.sensitivity import draw_sensitivity
from conjuncture.figures.style import Picture
from conjuncture.figures.tipping import draw_map, draw_tipping

if TYPE_CHECKING:
    from conjuncture.analysis.explaining.explanation import Explanation


def draw_explanation(
    found: Explanation, values: Mapping[str, NDArray[np.float64]]
) -> list[Picture]:
    """Draw every part of an explanation that there is.

    Parameters
    ----------
    found : Explanation
    values : mapping of str to array, shape (worlds,)
        The numbers of the worlds, by key, as in ``worlds.table``.

    Returns
    -------
    list of Picture
        In the order in which the explanation is told.
    """
    pictures = []
    for part in (found.attribution, found.conditions):
        if part is not None and part.shares:
            pictures.append(draw_attribution(part))
            if part.strong_interactions:
                pictures.append(draw_interactions(part))
    if found.causes is not None:
        pictures.append(draw_causes(found.causes))
    if found.sensitivity is not None:
        pictures.append(draw_sensitivity(found.sensitivity))
    if found.tipping is not None:
        if found.tipping.curves:
            pictures.append(draw_tipping(found.tipping))
        for number, one in enumerate(found.tipping.maps, 1):
            pictures.append(draw_map(one, found.clause, f"tipping-map-{number}"))
    if found.discovery is not None and found.discovery.boxes:
        pictures.append(draw_discovery(found.discovery, values))
    return pictures
