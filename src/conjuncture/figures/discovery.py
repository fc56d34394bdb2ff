"""Boxes of worlds in which something holds: their limits within full ranges, and how they grew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from conjuncture.analysis.explain.discovery_result import Box, Discovery, Limit
from conjuncture.analysis.plain_words import capitalise, join_words, plain_label
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    RED,
    SKY,
    SMALL,
    Picture,
    as_percentages,
    empty_figure,
    in_house_style,
    rows_of_labels,
    wrap_label,
)
from conjuncture.number_format import percent_in_picture as percent
from conjuncture.number_format import round_number

Real = NDArray[np.float64]
Bool = NDArray[np.bool_]
TALL = 0.7
"""Inches of a limit's row."""
MOST_BOXES = 4


@in_house_style
def draw_discovery(
    found: Discovery,
    values: Mapping[str, Real],
    holds: Bool | None = None,
    fails: Bool | None = None,
) -> Picture:
    """Draw the boxes, each limit within the range of its number, and the peeling trajectory.

    Parameters
    ----------
    found : Discovery
    values : mapping of str to array, shape (worlds,)
        The numbers of the worlds, by key, as in ``worlds.table``.
    holds, fails : array of bool, shape (worlds,), optional
        The worlds in which it holds, and those in which it does not: a stroke for each. Without
        them the strokes are the worlds inside all ranges of a box, and the others.

    Returns
    -------
    Picture
        ``discovery``.
    """
    title = f"In which worlds it holds: {found.what}"
    boxes = found.boxes[:MOST_BOXES]
    heights = [max(len(box.limits), 1) * TALL + 0.5 for box in boxes]
    heights += [2.3] if found.trajectory else []
    figure = empty_figure(title, sum(heights) + 0.2 * len(heights) + 0.4)
    if not heights:
        axes = figure.add_subplot()
        axes.axis("off")
        axes.text(0.0, 0.5, "No box was found.", va="center")
        return Picture("discovery", title, figure, describe_discovery(found))
    panels = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    for number, (axes, box) in enumerate(zip(panels, boxes, strict=False), 1):
        inside = worlds_within(box, values)
        parted = (inside, ~inside) if holds is None else (holds, ~holds if fails is None else fails)
        show_box(axes, box, number, values, parted)
    if found.trajectory:
        show_trajectory(panels[-1], found)
    keys: list[Artist] = [Patch(facecolor=SKY, edgecolor=BLUE, label="inside the box")]
    keys.append(
        legend_stroke(BLUE, "above: worlds " + ("inside" if holds is None else "where it holds"))
    )
    keys.append(
        legend_stroke(ORANGE, "below: " + ("outside" if holds is None else "where it does not"))
    )
    figure.legend(handles=keys, loc="outside lower right", ncols=3)
    return Picture("discovery", title, figure, describe_discovery(found))


def legend_stroke(colour: str, label: str) -> Line2D:
    """Return what explains the strokes of worlds."""
    return Line2D([], [], color=colour, marker="|", markersize=8, linestyle="", label=label)


def show_box(
    axes: Axes,
    box: Box,
    number: int,
    values: Mapping[str, Real],
    worlds: Sequence[Bool],
) -> None:
    """Draw the limits of a box, each on a line of its own from its least to its greatest value."""
    for row, limit in enumerate(box.limits):
        show_limit(axes, row, limit, values.get(limit.key), worlds)
    rows_of_labels(
        axes,
        range(len(box.limits)),
        [wrap_label(capitalise(limit.label), 32, 3) for limit in box.limits],
    )
    axes.set(xlim=(-0.02, 1.02), ylim=(max(len(box.limits), 1) - 0.45, -0.45), xticks=[])
    axes.spines["bottom"].set_visible(False)
    head = (
        f"Box {number}: it holds in {percent(box.density)} of the worlds inside;\n"
        f"the box has {percent(box.coverage)} of all worlds in which it holds"
    )
    axes.set_title(head, loc="left", fontsize=8, fontweight="bold")


def worlds_within(box: Box, values: Mapping[str, Real]) -> Bool:
    """Return which worlds lie within all ranges of a box, shape (worlds,)."""
    inside = np.ones(len(next(iter(values.values()), np.zeros(0))), bool)
    for limit in box.limits:
        column = values.get(limit.key)
        if column is None or limit.allowed:
            continue
        inside &= column >= (-np.inf if limit.low is None else limit.low)
        inside &= column <= (np.inf if limit.high is None else limit.high)
    return inside


def show_limit(
    axes: Axes, row: int, limit: Limit, values: Real | None, worlds: Sequence[Bool]
) -> None:
    """Draw one limit: the full range as a line, what is inside as a bar, worlds as strokes."""
    if limit.allowed:
        told = f"only {join_words([plain_label(one) for one in limit.allowed])}"
        axes.text(0.0, row, wrap_label(told, 60), va="center")
        show_p(axes, row, limit)
        return
    low, high = full_range(limit, values)
    start = 0.0 if limit.low is None else (limit.low - low) / (high - low)
    end = 1.0 if limit.high is None else (limit.high - low) / (high - low)
    axes.plot((0.0, 1.0), (row, row), color=GREY, linewidth=1.0, zorder=1)
    axes.barh(
        row, end - start, 0.2, left=start, facecolor=SKY, edgecolor=BLUE, linewidth=1.2, zorder=2
    )
    if values is not None:
        for chosen, colour, base, tip in zip(
            worlds, (BLUE, ORANGE), (-0.15, 0.15), (-0.3, 0.3), strict=True
        ):
            drawn = (values[chosen & np.isfinite(values)] - low) / (high - low)
            axes.vlines(drawn, row + base, row + tip, color=colour, linewidth=0.5)
    small: dict[str, Any] = {"fontsize": SMALL, "va": "top", "color": GREY}
    if limit.low is None or start > 0.12:
        axes.text(0.0, row + 0.33, round_number(low), ha="left", **small)
    if limit.high is None or end < 0.88:
        axes.text(1.0, row + 0.33, round_number(high), ha="right", **small)
    small["color"] = BLACK
    if limit.low is not None:
        side = "left" if start < 0.06 else "center"
        axes.text(start, row + 0.33, round_number(limit.low), ha=side, fontweight="bold", **small)
    if limit.high is not None:
        side = "right" if end > 0.94 else "center"
        axes.text(end, row + 0.33, round_number(limit.high), ha=side, fontweight="bold", **small)
    show_p(axes, row, limit)


def full_range(limit: Limit, values: Real | None) -> tuple[float, float]:
    """Return the range of a number over the worlds, the limit itself included."""
    known = [] if values is None else [float(one) for one in values[np.isfinite(values)]]
    known += [one for one in (limit.low, limit.high) if one is not None and isfinite(one)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def show_p(axes: Axes, row: int, limit: Limit) -> None:
    """Write how probable a limit as strong as this would be by chance."""
    if isfinite(limit.p):
        told = "p < 0.001" if limit.p < 0.001 else f"p = {limit.p:.2g}"
        axes.text(1.035, row, told, va="center", fontsize=SMALL)


def show_trajectory(axes: Axes, found: Discovery) -> None:
    """Draw coverage against density as the box shrinks, and which box was chosen."""
    steps = found.trajectory
    coverage, density = [one.coverage for one in steps], [one.density for one in steps]
    axes.plot(coverage, density, color=GREY, linewidth=0.8, zorder=1)
    most = max(max((one.limits for one in steps), default=1), 1)
    dots = axes.scatter(
        coverage,
        density,
        c=[one.limits for one in steps],
        cmap="viridis_r",
        vmin=0,
        vmax=most,
        s=24,
        edgecolor=BLACK,
        linewidth=0.4,
        zorder=2,
    )
    axes.figure.colorbar(dots, ax=axes, label="limits", pad=0.02, ticks=MaxNLocator(integer=True))
    for number, box in enumerate(found.boxes[:MOST_BOXES], 1):
        axes.scatter(
            [box.coverage], [box.density], s=110, facecolor="none", edgecolor=RED, lw=1.6, zorder=3
        )
        axes.annotate(
            f"box {number}", (box.coverage, box.density), (7, -11), textcoords="offset points"
        )
    if isfinite(found.share):
        axes.axhline(found.share, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)))
        axes.annotate(
            "all worlds", (0.0, found.share), (2, 3), textcoords="offset points", color=GREY
        )
    axes.grid(color=PALE, linewidth=0.5)
    axes.set(xlim=(-0.02, 1.04), ylim=(-0.02, 1.06))
    axes.set_xlabel("coverage: of all worlds in which it holds, the share inside")
    axes.set_ylabel("density: of the worlds\ninside, where it holds")
    as_percentages(axes.xaxis)
    as_percentages(axes.yaxis)


def describe_discovery(found: Discovery) -> str:
    """Return what the picture shows, in words."""
    head = f"{found.what} holds in {percent(found.share)} of {found.worlds} worlds."
    if not found.boxes:
        return f"{head} No box of worlds in which it does was found."
    return f"{head} {found.sentence}" if found.sentence else head
