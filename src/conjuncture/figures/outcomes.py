"""The outcome tree as a flow diagram (Sankey): stages from left to right, widths the shares."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from conjuncture.analysis.flows import Flow
from conjuncture.analysis.wording import plain
from conjuncture.figures.placing import SCALE, Placing, placed, spread
from conjuncture.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    WIDEST,
    WIDTH,
    Picture,
    in_house_style,
    lines_in,
    percent,
    sheet,
    wrapped,
)
from conjuncture.ordering import put_in_order

RARER = "rarer outcomes"
SMALLEST = 0.004
"""Flows of a smaller share of all histories are joined, unless they are all that leaves."""
LETTERS = 6.5
LINE = 0.112
BAR = 0.07
ROOM = 2.0
"""Inches of a column, where there is room for it."""
LEAST_ROOM = 1.1
LEGEND = "Width and %: share of all histories. At a thick grey edge the crisis ends."
TINTS = (SKY, ORANGE, GREEN, PURPLE, BLUE)


@in_house_style
def draw_outcomes(flows: Sequence[Flow]) -> Picture:
    """Draw how the histories flow from stage to stage until the crisis ends.

    Parameters
    ----------
    flows : sequence of Flow
        Of :attr:`conjuncture.ensemble.Ensemble.flows`.

    Returns
    -------
    Picture
        ``outcomes``; a sheet across where there are many stages.
    """
    title = "How the crisis can go"
    shown = joined(flows)
    stages = dict.fromkeys(flow.stage for flow in shown)
    across = len(stages)
    width = WIDTH if across * LEAST_ROOM <= WIDTH else WIDEST
    found = placed(shown, dict.fromkeys(stages, 0.0))
    count = max(found.column.values(), default=0) + 1
    room = min((width - 0.2) / count, ROOM)
    letters = max(int((room - BAR - 0.2) * 72 / (LETTERS * 0.6)), 8)
    labels = {flow: labelled(flow, letters) for flow in shown}
    heights = {
        stage: sum(lines_in(labels[flow]) * LINE for flow in found.leaving[stage])
        for stage in stages
    }
    found = placed(shown, heights)
    height = found.high - found.low + 0.4
    figure = sheet(title, height, width)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.1 / width, 0.0, 1.0 - 0.2 / width, height / figure.get_figheight()))
    axes.set(xlim=(0.0, width - 0.2), ylim=(found.high + 0.3, found.low - 0.1))
    axes.axis("off")
    axes.text(0.0, found.high + 0.25, LEGEND, fontsize=LETTERS, color=GREY)
    for stage, row in found.leaving.items():
        show_stage(axes, found, stage, room, letters)
        for rank, flow in enumerate(row):
            show_flow(axes, found, flow, room, TINTS[rank % len(TINTS)])
        show_labels(axes, found, stage, room, labels)
    return Picture("outcomes", title, figure, description(shown))


def joined(flows: Sequence[Flow]) -> list[Flow]:
    """Return the flows with those too thin to be seen joined, and stages left out that lose all."""
    found: list[Flow] = []
    for stage in dict.fromkeys(flow.stage for flow in flows):
        row = [flow for flow in flows if flow.stage == stage]
        limit = min(SMALLEST, max(flow.share for flow in row))
        thin = [flow for flow in row if flow.share < limit]
        if len(thin) < 2:
            found += row
            continue
        found += [flow for flow in row if flow.share >= limit]
        found.append(Flow(stage, RARER, None, sum(flow.share for flow in thin)))
    first = flows[0].stage if flows else ""
    while True:
        reached = {first} | {flow.then for flow in found if flow.then is not None}
        fewer = [flow for flow in found if flow.stage in reached]
        if len(fewer) == len(found):
            return found
        found = fewer


def labelled(flow: Flow, letters: int) -> str:
    """Return an outcome and its share, on lines of so many letters."""
    return wrapped(
        f"{plain(flow.outcome)} {percent(flow.share).replace(' ', chr(160))}", letters, 3
    )


def show_stage(axes: Axes, found: Placing, stage: str, room: float, letters: int) -> None:
    """Draw the bar of a stage, and its name above."""
    left, top = found.column[stage] * room, found.tops[stage]
    tall = found.share(stage) * SCALE
    axes.add_patch(Rectangle((left, top), BAR, tall, facecolor=BLACK, linewidth=0, zorder=3))
    axes.text(
        left,
        top - 0.03,
        wrapped(plain(stage), letters + 1, 1),
        fontsize=LETTERS + 0.8,
        fontweight="bold",
        va="bottom",
        zorder=5,
    )


def show_flow(axes: Axes, found: Placing, flow: Flow, room: float, tint: str) -> None:
    """Draw a flow as a band to the next stage, or as a stub with an end where the crisis ends."""
    wide = flow.share * SCALE
    column, top = found.ways[flow][0]
    left = column * room + BAR
    if flow.then is None:
        right = (column + 1) * room - (0.12 if flow.outcome != RARER else 0.5 * room)
        axes.add_patch(
            Rectangle(
                (left, top), right - left, wide,
                facecolor=PALE, edgecolor="white", linewidth=0.8, zorder=1,
            )
        )  # fmt: skip
        if flow.outcome != RARER:
            axes.plot((right, right), (top, top + wide), color=GREY, linewidth=2.0, zorder=2,
                      solid_capstyle="butt")  # fmt: skip
        return
    corners = [(left, top)]
    for column, height in found.ways[flow][1:]:
        corners += [(column * room, height), (column * room + BAR, height)]
    axes.add_patch(
        PathPatch(
            ribbon(corners[:-1], wide),
            facecolor=tint, alpha=0.45, edgecolor=tint, linewidth=0.4, zorder=1,
        )
    )  # fmt: skip


def ribbon(upper: Sequence[tuple[float, float]], wide: float) -> Path:
    """Return the outline of a band of even width.

    Parameters
    ----------
    upper : sequence of (float, float)
        Corners of its upper edge: it bends from the first to the second, runs straight to the
        third, bends again to the fourth, and so on.
    wide : float

    Examples
    --------
    >>> ribbon([(0.0, 0.0), (1.0, 2.0)], 0.5).vertices[-2].tolist()
    [0.0, 0.5]
    """
    lower = [(across, down + wide) for across, down in reversed(upper)]
    points, codes = [upper[0]], [Path.MOVETO]
    for edge in (upper, lower):
        if edge is lower:
            points.append(edge[0])
            codes.append(Path.LINETO)
        for place, ((x0, y0), (x1, y1)) in enumerate(pairwise(edge)):
            if place % 2:
                points.append((x1, y1))
                codes.append(Path.LINETO)
            else:
                half = (x0 + x1) / 2
                points += [(half, y0), (half, y1), (x1, y1)]
                codes += [Path.CURVE4] * 3
    return Path([*points, upper[0]], [*codes, Path.CLOSEPOLY])


def show_labels(
    axes: Axes, found: Placing, stage: str, room: float, labels: dict[Flow, str]
) -> None:
    """Write the outcomes of a stage beside its bar, none over another."""
    row = found.leaving[stage]
    wanted = [found.starts[flow] + flow.share * SCALE / 2 for flow in row]
    sizes = [lines_in(labels[flow]) * LINE for flow in row]
    places = spread(wanted, sizes)
    if len(places):
        above = float(places[0]) - sizes[0] / 2 - found.tops[stage]
        places = places + max(0.0, -above)
    left = found.column[stage] * room + BAR
    for place, centre, flow in zip(places.tolist(), wanted, row, strict=True):
        moved = not np.isclose(place, centre, atol=0.04)
        if moved:
            axes.plot((left, left + 0.05), (centre, place), color=GREY, linewidth=0.4, zorder=4)
        axes.text(
            left + 0.06,
            place,
            labels[flow],
            fontsize=LETTERS,
            va="center_baseline" if "\n" not in labels[flow] else "center",
            linespacing=1.05,
            zorder=5,
        )


def description(flows: Sequence[Flow]) -> str:
    """Return what the diagram shows, in words."""
    last = [flow for flow in flows if flow.then is None]
    ends = put_in_order(last, lambda flow: flow.share, falling=True)
    stages = len(dict.fromkeys(flow.stage for flow in flows))
    told = "; ".join(
        f"{plain(flow.stage)} with {plain(flow.outcome)}, {percent(flow.share)}"
        for flow in ends[:5]
    )
    return f"Histories flow through {stages} stages. They end most often at: {told}."
