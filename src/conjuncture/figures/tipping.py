"""Tipping points: how probable the event is as one number moves, or two, and where it crosses."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from conjuncture.analysis.explain.tipping import Curve, Tipping, TippingMap
from conjuncture.analysis.plain_words import capitalise
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    RED,
    SKY,
    SMALL,
    WIDTH,
    Picture,
    as_percentages,
    empty_figure,
    in_house_style,
    is_finite,
    wrap_label,
)
from conjuncture.number_format import interval, round_number
from conjuncture.number_format import percent_in_picture as percent

FEW = 9
"""Up to so many curves stand three in a row, more stand four in a row."""
MOST = 12
CONTOURS = (0.1, 0.25, 0.5, 0.75, 0.9)


@in_house_style
def draw_tipping(found: Tipping) -> Picture:
    """Draw the probability of the event as each number moves, as small multiples.

    Parameters
    ----------
    found : Tipping

    Returns
    -------
    Picture
        ``tipping``; at most twelve curves, the first.
    """
    title = f"Where the probability that {found.clause} would tip"
    curves = found.curves[:MOST]
    if len(curves) < len(found.curves):
        title += f" (the first {len(curves)} of {len(found.curves)})"
    across = 3 if len(curves) <= FEW else 4
    rows = max(ceil(len(curves) / across), 1)
    figure = empty_figure(title, rows * (1.75 if across == 3 else 1.55) + 0.75)
    grid = figure.subplots(rows, across, sharey=True, squeeze=False)
    panels = [axes for row in grid for axes in row]
    for axes, curve in zip(panels, curves, strict=False):
        show_curve(axes, curve, 28 if across == 3 else 21)
    for axes in panels[len(curves) :]:
        axes.set_visible(False)
    figure.supylabel(wrap_label(f"probability that {found.clause}", 60, 1), fontsize=8)
    keys = [
        Line2D([], [], color=BLUE, label="pooled over worlds"),
        Patch(facecolor=SKY, alpha=0.35, label="90 % of the worlds"),
        Line2D([], [], color=GREY, linestyle=(0, (4, 2)), linewidth=0.9, label="level"),
        Line2D([], [], color=RED, marker="D", markersize=4.5, linewidth=1.6, label="tips here"),
        Line2D([], [], color=BLACK, marker="|", markersize=6, linewidth=2.4, label="as things are"),
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=5, columnspacing=1.2)
    return Picture("tipping", title, figure, describe_tipping(found))


def show_curve(axes: Axes, curve: Curve, letters: int) -> None:
    """Draw one curve, its level, where it crosses it, and where the number is in the worlds."""
    axes.fill_between(curve.grid, curve.low, curve.high, color=SKY, alpha=0.35, linewidth=0)
    axes.plot(curve.grid, curve.probability, color=BLUE)
    axes.axhline(curve.level, color=GREY, linewidth=0.9, linestyle=(0, (4, 2)))
    for one in curve.crossings:
        if not np.isnan(one.interval).any():
            ends = np.clip(one.interval, curve.grid[0], curve.grid[-1])
            axes.plot(ends, (curve.level, curve.level), color=RED, linewidth=1.6)
        axes.plot(one.value, curve.level, "D", color=RED, markersize=4.5, clip_on=False)
        axes.annotate(
            round_number(one.value),
            (one.value, curve.level),
            (0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
        )
    low, middle, high = curve.now
    if is_finite(curve.now):
        foot: dict[str, Any] = {
            "transform": axes.get_xaxis_transform(),
            "color": BLACK,
            "clip_on": False,
        }
        axes.plot((low, high), (0.0, 0.0), linewidth=2.4, solid_capstyle="butt", **foot)
        axes.plot(middle, 0.0, "|", markersize=9, **foot)
    margin = 0.03 * float(curve.grid[-1] - curve.grid[0])
    axes.set_xlim(float(curve.grid[0]) - margin, float(curve.grid[-1]) + margin)
    axes.set(ylim=(0.0, 1.0), title=wrap_label(capitalise(curve.label), letters, 3))
    axes.set_yticks([0.0, 0.5, 1.0])
    as_percentages(axes.yaxis)
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(labelsize=SMALL)
    if curve.unit:
        axes.set_xlabel(wrap_label(curve.unit, letters, 1), fontsize=SMALL)


def describe_tipping(found: Tipping) -> str:
    """Return what the small multiples show, in words."""
    crossing = [(curve, curve.crossings[0]) for curve in found.curves if curve.crossings]
    if not crossing:
        return (
            f"The probability that {found.clause} crosses its level nowhere as one of these "
            "numbers moves alone."
        )
    told = "; ".join(
        f"{curve.label} at {round_number(one.value)}"
        + ("" if np.isnan(one.interval).any() else f" ({interval(*one.interval, tried=True)})")
        for curve, one in crossing[:4]
    )
    return (
        f"The probability that {found.clause} crosses {percent(crossing[0][0].level)} as one "
        "number moves alone, for "
        f"{len(crossing)} of {len(found.curves)} numbers, "
        f"{'among them' if len(crossing) > 4 else 'namely'}: {told}."
    )


@in_house_style
def draw_map(found: TippingMap, event: str, name: str = "tipping-map") -> Picture:
    """Draw the probability of the event as two numbers move together.

    Parameters
    ----------
    found : TippingMap
    event : str
    name : str
        Of the picture.

    Returns
    -------
    Picture
    """
    title = f"The probability that {event} as two numbers move together"
    figure = empty_figure(title, 0.68 * WIDTH)
    axes = figure.add_subplot()
    across, up = found.grids
    known = np.ma.masked_invalid(np.asarray(found.probability, dtype=float))
    painted = axes.pcolormesh(
        across,
        up,
        known,
        cmap="cividis",
        vmin=0.0,
        vmax=1.0,
        shading="nearest",
        edgecolor="face",
        linewidth=0.3,
    )
    bar = figure.colorbar(
        painted, ax=axes, label=wrap_label(f"probability that {event}", 60, 1), pad=0.02
    )
    bar.ax.axhline(found.level, color="white", linewidth=4.2)
    bar.ax.axhline(found.level, color=BLACK, linewidth=2.2)
    as_percentages(bar.ax.yaxis)
    axes.margins(0)
    if known.count() and min(known.shape) > 1:
        inside = [
            line
            for line in CONTOURS
            if line != found.level and float(known.min()) < line < float(known.max())
        ]
        if inside:
            tints = ["white" if line < 0.4 else BLACK for line in inside]
            thin = axes.contour(across, up, known, inside, colors=tints, linewidths=0.8)
            axes.clabel(thin, fmt=percent, fontsize=SMALL)
        if float(known.min()) < found.level < float(known.max()):
            for tint, thick in (("white", 4.2), (BLACK, 2.2)):
                axes.contour(across, up, known, [found.level], colors=tint, linewidths=thick)
    if is_finite(found.now):
        axes.plot(*found.now, "o", markersize=9, color=BLACK, markerfacecolor="white")
        axes.plot(*found.now, "+", markersize=7, color=BLACK)
    axes.set(xlabel=name_with_unit(found, 0), ylabel=name_with_unit(found, 1))
    return Picture(name, title, figure, describe_map(found, event))


def name_with_unit(found: TippingMap, place: int) -> str:
    """Return the name of one of the two numbers with its unit."""
    unit = found.units[place]
    return wrap_label(found.labels[place] + (f" ({unit})" if unit else ""), 60)


def describe_map(found: TippingMap, event: str) -> str:
    """Return what a map shows, in words."""
    known = np.asarray(found.probability, dtype=float)
    first, second = found.labels
    told = f"The probability that {event} as {first} and {second} move together"
    if not np.isfinite(known).any():
        return f"{told}: nothing is known."
    low, high = float(np.nanmin(known)), float(np.nanmax(known))
    return (
        f"{told}: from {percent(low)} to {percent(high)}. The thick line is "
        f"{percent(found.level)}, the circle stands where both are in the middle of the worlds."
    )
