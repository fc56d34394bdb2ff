"""All pictures of an explanation; those of actual causes and of sensitivity are drawn here.

Actual causes are shown by the histories in which each set of forces made the difference, or none;
sensitivity as a tornado: how much of a query's variance each unknown is behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from conjuncture.analysis.explain.attribution import NINETY, Attribution
from conjuncture.analysis.explain.causes import Causes
from conjuncture.analysis.explain.discovery_result import Discovery
from conjuncture.analysis.explain.sensitivity import FactorIndices, Sensitivity
from conjuncture.analysis.explain.tipping import Tipping
from conjuncture.analysis.plain_words import capitalise, join_words, plain_label
from conjuncture.figures.attribution import draw_attribution, draw_interactions
from conjuncture.figures.discovery import draw_discovery
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    SKY,
    Picture,
    as_percentages,
    empty_figure,
    in_house_style,
    is_finite,
    rows_of_labels,
    stack_rows,
    wrap_label,
)
from conjuncture.figures.tipping import draw_map, draw_tipping
from conjuncture.number_format import percent_in_picture as percent

if TYPE_CHECKING:
    from conjuncture.analysis.explain.explanation import Explanation

Values = Mapping[str, NDArray[np.float64]]
"""The numbers of the worlds, by key."""
MOST_SETS = 25
BETWEEN = 0.1
KINDS = {"but-for": (BLUE, ""), "preempting": (ORANGE, "////")}
PARTS = (
    ("single", "one force alone", BLUE, ""),
    ("several", "only several together", SKY, "...."),
    ("preempted", "only preempting causes", ORANGE, "////"),
    ("luck", "no set of up to three forces", PALE, ""),
)
"""What could have turned a history, in the order of the fields of the result."""


@in_house_style
def draw_causes(found: Causes) -> Picture:
    """Draw what could have turned the histories in which an event came true.

    Parameters
    ----------
    found : Causes

    Returns
    -------
    Picture
        ``causes``: all histories on top, then the sets with the largest shares, at most 25.
    """
    title = f"Whose standing aside would have turned it, where {found.clause}"
    sets = found.sets[:MOST_SETS]
    labels = [wrap_label(capitalise(names_of(found, one.members)), 36) for one in sets]
    edges, centres = stack_rows(labels, BETWEEN)
    below = max(float(edges[-1]), 0.3)
    figure = empty_figure(title, below + 1.75)
    whole, axes = figure.subplots(2, 1, height_ratios=[0.3, below])
    show_whole(whole, found)
    for centre, one in zip(centres, sets, strict=True):
        if not isfinite(one.share):
            continue
        colour, hatch = KINDS[one.kind]
        axes.barh(
            centre, one.share, 0.15, color=colour, edgecolor="white", hatch=hatch, linewidth=0
        )
        reach = NINETY * one.error if isfinite(one.error) else 0.0
        low = min(reach, one.share)
        axes.errorbar(one.share, centre, xerr=[[low], [reach]], color=BLACK, capsize=2, lw=0.9)
        axes.annotate(
            percent(one.share) + (", preempting" if one.kind == "preempting" else ""),
            (one.share + reach, centre),
            (4, 0),
            textcoords="offset points",
            va="center",
        )
    rows_of_labels(axes, centres, labels)
    if not sets:
        axes.text(0.01, 0.15, "no set of forces", va="center")
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    event = wrap_label(found.clause, 30, 1)
    axes.set(ylim=(below, 0.0))
    axes.set_xlabel(f"share of the histories in which {event}, with 90 % intervals")
    axes.set_xlim(0.0, 1.0)
    as_percentages(axes.xaxis)
    return Picture("causes", title, figure, describe_causes(found))


def names_of(found: Causes, members: Sequence[str]) -> str:
    """Return how a reader is told of a set of forces."""
    return join_words([found.names.get(one, plain_label(one)) for one in members])


def show_whole(axes: Axes, found: Causes) -> None:
    """Draw all histories as one bar, divided by what could have turned them."""
    start = 0.0
    for field, label, colour, hatch in PARTS:
        share = getattr(found, field)
        share = share if isfinite(share) else 0.0
        axes.barh(
            0.0,
            share,
            1.0,
            left=start,
            color=colour,
            edgecolor="white",
            hatch=hatch,
            linewidth=0.8,
            label=f"{label}, {percent(share)}",
        )
        start += share
    axes.set(xlim=(0.0, 1.0), ylim=(-0.5, 0.5))
    axes.set_yticks([0.0], ["all of these histories"])
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.legend(
        loc="upper right", bbox_to_anchor=(1.0, -0.1), ncols=2, handlelength=1.6, borderpad=0.1
    )


def describe_causes(found: Causes) -> str:
    """Return what the picture shows, in words."""
    told = (
        f"Of the histories in which {found.clause}, one force alone would have turned "
        f"{percent(found.single)}, only several together {percent(found.several)}; "
        f"{percent(found.preempted)} have preempting causes alone, and {percent(found.luck)} "
        "are turned by no set of up to three forces."
    )
    if found.sets:
        first = found.sets[0]
        told += f" The commonest cause: {names_of(found, first.members)}, {percent(first.share)}."
    return told


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
    edges, centres = stack_rows(labels, 0.08, TALL)
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


def pictures_of(found: Any, values: Values, *, empty: bool = False) -> Iterator[Picture]:
    """Yield the pictures of a part of an explanation.

    Parameters
    ----------
    found : Attribution, Causes, Sensitivity, Tipping or Discovery
    values : mapping of str to array, shape (worlds,)
        The numbers of the worlds, by key, as in ``worlds.table``.
    empty : bool
        Also what says no more than that nothing was found.

    Yields
    ------
    Picture
    """
    match found:
        case Attribution():
            if found.shares:
                yield draw_attribution(found)
                if found.strong_interactions or (empty and found.interactions):
                    yield draw_interactions(found)
        case Causes():
            yield draw_causes(found)
        case Sensitivity():
            yield draw_sensitivity(found)
        case Tipping():
            if found.curves:
                yield draw_tipping(found)
            for number, one in enumerate(found.maps, 1):
                yield draw_map(one, found.clause, f"tipping-map-{number}")
        case Discovery():
            if found.boxes or empty:
                yield draw_discovery(found, values)


def draw_explanation(found: Explanation, values: Values) -> list[Picture]:
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
    parts = found.parts.values()
    return [picture for part in parts for picture in pictures_of(part, values)]
