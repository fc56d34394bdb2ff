"""The pictures of a report, each under a name of its own, as text that can stand in a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.explain.attribution import Attribution
from conjuncture.analysis.explain.causes import Causes
from conjuncture.analysis.explain.tipping import Tipping
from conjuncture.figures.picture import Picture, svg
from conjuncture.figures.results import pictures_of
from conjuncture.ordering import put_in_order
from conjuncture.presentation.sections import Drawing

if TYPE_CHECKING:
    from conjuncture.analysis.explain.explanation import Explanation

Values = Mapping[str, NDArray[np.float64]]
MOST_MAPS, MOST_BARS, MOST_CURVES = 3, 12, 12
"""Maps, bars and curves in a picture of a report; all of them come with ``--figures``."""


def drawing_of(picture: Picture, name: str) -> Drawing:
    """Return a picture as a report keeps it, under a name that is unique in the report."""
    text = svg(replace(picture, name=name))
    return Drawing(name, picture.title, picture.description, text)


def drawings_of(result: Any) -> tuple[Drawing, ...]:
    """Return the pictures of a result of which a report has but one."""
    return tuple(drawing_of(one, one.name) for one in pictures_of(result))


def drawings_of_explanation(
    found: Explanation, prefix: str, values: Values
) -> dict[str, list[Drawing]]:
    """Return the pictures of each part of an explanation.

    Parameters
    ----------
    found : Explanation
    prefix : str
        With which their names begin.
    values : mapping of str to array, shape (worlds,)
        The numbers of the worlds, by key.
    """
    return {
        name: [
            drawing_of(picture, f"{prefix}-{picture.name}")
            for picture in pictures_of(keep_first(part), values)
        ]
        for name, part in found.parts.items()
    }


def keep_first(part: Any) -> Any:
    """Return a part of an explanation with no more than a picture in a report shows."""
    match part:
        case Attribution(kind="forces"):
            strongest = put_in_order(part.interactions, lambda one: abs(one.value), falling=True)
            return replace(part, interactions=tuple(strongest[:MOST_BARS]))
        case Attribution():
            return replace(part, interactions=())
        case Causes():
            return replace(part, sets=part.sets[:MOST_BARS])
        case Tipping():
            return replace(part, curves=part.curves[:MOST_CURVES], maps=part.maps[:MOST_MAPS])
    return part
