"""Actual causes: in how many histories each set of forces made the difference, or none."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
from matplotlib.axes import Axes

from conjuncture.analysis.explaining.attribution.attribution import NINETY
from conjuncture.analysis.explaining.causes.causes import Causes
from conjuncture.analysis.wording import capitalise, join_words, plain_label
from conjuncture.figures.style import (
    BLACK,
    BLUE,
    GREY,
    LINE,
    ORANGE,
    PALE,
    SKY,
    Picture,
    as_percentages,
    count_lines,
    empty_figure,
    in_house_style,
    percent,
    rows_of_labels,
    wrap_label,
)

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
    heights = [count_lines(label) * LINE + BETWEEN for label in labels]
    edges = np.concatenate([[0.0], np.cumsum(heights)])
    below = max(float(edges[-1]), 0.3)
    figure = empty_figure(title, below + 1.75)
    whole, axes = figure.subplots(2, 1, height_ratios=[0.3, below])
    show_whole(whole, found)
    for top, height, one in zip(edges, heights, sets, strict=False):
        if not isfinite(one.share):
            continue
        centre = top + height / 2
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
    rows_of_labels(axes, (edges[:-1] + edges[1:]) / 2, labels)
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
