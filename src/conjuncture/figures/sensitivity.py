"""Sensitivity as a tornado: how much of a query's variance each unknown is behind."""

from __future__ import annotations

from math import isfinite

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from conjuncture.analysis.explaining.sensitivity.sensitivity import FactorIndices, Sensitivity
from conjuncture.analysis.wording import capitalise
from conjuncture.figures.style import (
    BLACK,
    BLUE,
    GREY,
    LINE,
    PALE,
    SKY,
    Picture,
    as_percentages,
    count_lines,
    empty_figure,
    in_house_style,
    is_finite,
    percent,
    rows_of_labels,
    wrap_label,
)

TALL = 0.32
"""Inches of a row: two bars."""
MOST_FACTORS = 30


@in_house_style
def draw_sensitivity(found: Sensitivity) -> Picture:
    """Draw first-order and total indices with their intervals, of what is seen to matter.

    Parameters
    ----------
    found : Sensitivity

    Returns
    -------
    Picture
        ``sensitivity``; at most thirty unknowns, the largest.
    """
    title = f"On which unknowns {found.query_phrase} hangs"
    told = found.indices_beyond_chance if found.is_clear else found.indices
    shown = told[:MOST_FACTORS]
    if len(shown) < len(told):
        title += f" (the first {len(shown)} of {len(told)})"
    if others := len(found.indices) - len(told):
        more = "one more is" if others == 1 else f"{others} more are"
        title += f"; {more} not told apart from nothing"
    labels = [wrap_label(capitalise(one.label)) for one in shown]
    heights = [max(count_lines(label) * LINE + 0.08, TALL) for label in labels]
    edges = np.concatenate([[0.0], np.cumsum(heights)])
    centres = (edges[:-1] + edges[1:]) / 2
    below = max(float(edges[-1]), TALL)
    figure = empty_figure(title, below + 0.85)
    axes = figure.add_subplot()
    for centre, one in zip(centres, shown, strict=True):
        show_index(axes, float(centre), one)
    rows_of_labels(axes, centres, labels)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.grid(axis="x", color=PALE, linewidth=0.5)
    axes.set(ylim=(below, 0.0), xlabel="share of the variance over the worlds")
    axes.margins(x=0.06)
    axes.set_xlim(left=0.0)
    as_percentages(axes.xaxis)
    keys = [
        Patch(facecolor=SKY, edgecolor="white", hatch="////", label="together with others (total)"),
        Patch(facecolor=BLUE, label="by itself (first order)"),
        Line2D([], [], color=BLACK, linewidth=0.9, label="90 % interval"),
    ]
    figure.legend(handles=keys, loc="outside lower right", ncols=3)
    return Picture("sensitivity", title, figure, describe_sensitivity(found))


def show_index(axes: Axes, centre: float, one: FactorIndices) -> None:
    """Draw the two bars of an unknown: the total above, the first order below."""
    bars = (
        (one.total, one.total_interval, one.beyond_chance, centre - 0.075, SKY, "////"),
        (one.first, one.first_interval, one.first_beyond_chance, centre + 0.075, BLUE, ""),
    )
    for value, interval, seen, place, colour, hatch in bars:
        if not isfinite(value):
            axes.annotate("–", (0.0, place), (4, 0), textcoords="offset points", va="center")
            continue
        # What may be nothing has no bar, only how large it may be.
        if seen:
            axes.barh(place, value, 0.13, color=colour, edgecolor="white", hatch=hatch, linewidth=0)
        if is_finite(interval):
            axes.plot(interval, (place, place), color=BLACK, linewidth=0.9, marker="|", ms=4)


def describe_sensitivity(found: Sensitivity) -> str:
    """Return what the picture shows, in words."""
    if not found.indices:
        return f"{found.query_phrase} does not hang on any unknown."
    if not found.indices_beyond_chance:
        return f"No unknown is seen to have a part in the variance of {found.query_phrase}."
    largest = "; ".join(
        f"{one.label} {percent(one.total)} in all"
        + (f", {percent(one.first)} by itself" if one.first_beyond_chance else "")
        for one in found.indices_beyond_chance[:3]
    )
    return (
        f"Shares of the variance of {found.query_phrase} over the worlds. The largest: {largest}."
    )
