"""Pictures of results, readable in print and without colour vision.

Examples
--------
>>> import conjuncture
>>> claims = conjuncture.load("bolivia-1970").run(worlds=20).test(["alliance"])
>>> conjuncture.figures.draw_claims(claims).name
'claims'
"""

from conjuncture.figures.attribution import draw_attribution, draw_interactions
from conjuncture.figures.claims import draw_claims
from conjuncture.figures.discovery import draw_discovery
from conjuncture.figures.evidence import draw_comparison, draw_posterior, draw_rivalry
from conjuncture.figures.explanation import draw_causes, draw_explanation, draw_sensitivity
from conjuncture.figures.outcomes import draw_outcomes
from conjuncture.figures.picture import Picture, png, save, save_all, svg
from conjuncture.figures.results import pictures_of
from conjuncture.figures.tipping import draw_map, draw_tipping

__all__ = [
    "Picture",
    "draw_attribution",
    "draw_causes",
    "draw_claims",
    "draw_comparison",
    "draw_discovery",
    "draw_explanation",
    "draw_interactions",
    "draw_map",
    "draw_outcomes",
    "draw_posterior",
    "draw_rivalry",
    "draw_sensitivity",
    "draw_tipping",
    "pictures_of",
    "png",
    "save",
    "save_all",
    "svg",
]
