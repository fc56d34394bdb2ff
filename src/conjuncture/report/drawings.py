"""The pictures of a report, each under a name of its own, as text that can stand in a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.plain_words import labels_of
from conjuncture.figures.attribution import draw_attribution, draw_interactions
from conjuncture.figures.claims import draw_claims
from conjuncture.figures.comparison import draw_comparison
from conjuncture.figures.discovery import draw_discovery
from conjuncture.figures.explanation import draw_causes, draw_sensitivity
from conjuncture.figures.outcomes import draw_outcomes
from conjuncture.figures.picture import Picture, svg
from conjuncture.figures.tipping import draw_map, draw_tipping
from conjuncture.ordering import put_in_order
from conjuncture.presentation.sections import Drawing

if TYPE_CHECKING:
    from conjuncture.analysis.courses import Flow
    from conjuncture.analysis.explain.attribution import Attribution
    from conjuncture.analysis.explain.explanation import Explanation
    from conjuncture.analysis.reference_classes.comparison import Comparison
    from conjuncture.analysis.verdicts import ClaimResult
    from conjuncture.scenario.crisis import Crisis

Values = Mapping[str, NDArray[np.float64]]
MOST_MAPS, MOST_BARS, MOST_CURVES = 3, 12, 12
"""Maps, bars and curves in a picture of a report; all of them come with ``--figures``."""


def drawing_of(picture: Picture, name: str) -> Drawing:
    """Return a picture as a report keeps it, under a name that is unique in the report."""
    text = svg(replace(picture, name=name))
    return Drawing(name, picture.title, picture.description, text)


def drawings_of_claims(tests: Sequence[ClaimResult]) -> tuple[Drawing, ...]:
    """Return the picture of the claims; none where no claim was tested."""
    return (drawing_of(draw_claims(tests), "claims"),) if tests else ()


def drawings_of_comparison(found: Comparison) -> tuple[Drawing, ...]:
    """Return the picture of cases on record that are like this one."""
    return (drawing_of(draw_comparison(found), "comparison"),)


def drawings_of_courses(flows: Sequence[Flow], crisis: Crisis) -> tuple[Drawing, ...]:
    """Return the picture of how a crisis can go, with how it did go marked."""
    return (drawing_of(draw_outcomes(flows, crisis.observed, labels_of(crisis)), "outcomes"),)


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
    pictures: dict[str, list[Drawing]] = {}
    for part, picture in pictures_of(found, values):
        pictures.setdefault(part, []).append(drawing_of(picture, f"{prefix}-{picture.name}"))
    return pictures


def pictures_of(found: Explanation, values: Values) -> Iterator[tuple[str, Picture]]:
    """Yield the pictures of an explanation, each with the part that it belongs to."""
    if found.attribution is not None and found.attribution.shares:
        yield "attribution", draw_attribution(found.attribution)
        if found.attribution.interactions:
            yield "attribution", draw_interactions(keep_strongest_pairs(found.attribution))
    if found.conditions is not None and found.conditions.shares:
        yield "conditions", draw_attribution(found.conditions)
    if found.causes is not None:
        yield "causes", draw_causes(replace(found.causes, sets=found.causes.sets[:MOST_BARS]))
    if found.sensitivity is not None:
        yield "sensitivity", draw_sensitivity(found.sensitivity)
    if found.tipping is not None and found.tipping.curves:
        few = replace(found.tipping, curves=found.tipping.curves[:MOST_CURVES])
        yield "tipping", draw_tipping(few)
        for place, pair in enumerate(found.tipping.maps[:MOST_MAPS], start=1):
            yield "tipping", draw_map(pair, found.clause, f"tipping-map-{place}")
    if found.discovery is not None:
        yield "discovery", draw_discovery(found.discovery, values)


def keep_strongest_pairs(found: Attribution) -> Attribution:
    """Return an attribution with its strongest interactions only."""
    strongest = put_in_order(found.interactions, lambda one: abs(one.value), falling=True)
    return replace(found, interactions=tuple(strongest[:MOST_BARS]))
