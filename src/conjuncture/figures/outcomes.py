"""The outcome tree as a flow diagram (Sankey): stages from left to right, widths the shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from conjuncture.analysis.flows import Flow
from conjuncture.analysis.wording import plain_label
from conjuncture.figures.placing import SCALE, SankeyLayout, place_flows, spread_centres
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
    count_lines,
    empty_figure,
    in_house_style,
    percent,
    wrap_label,
)
from conjuncture.ordering import put_in_order

RARER = "rarer outcomes"
SMALLEST = 0.004
"""Flows of a smaller share of all histories are joined, unless they are all that leaves."""
LETTERS = 7.0
LABEL_LINE = 0.12
BAR = 0.07
COLUMN_WIDTH = 2.0
"""Inches of a column, where there is room for it."""
LEAST_COLUMN_WIDTH = 1.1
MARK = "\N{BLACK DIAMOND}"
LEGEND = "Width and %: share of all histories. At a thick grey edge the crisis ends."
HAPPENED = f" {MARK} and a dark line: what happened."
TINTS = (SKY, ORANGE, GREEN, PURPLE, BLUE)


@in_house_style
def draw_outcomes(
    flows: Sequence[Flow],
    observed: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Picture:
    """Draw how the histories flow from stage to stage until the crisis ends.

    Parameters
    ----------
    flows : sequence of Flow
        Of :attr:`conjuncture.ensemble.Ensemble.flows`.
    observed : mapping of str to str, optional
        How stages ended in fact, which is marked; without it nothing is.
    labels : mapping of str to str, optional
        Outcomes as words, of :func:`conjuncture.analysis.wording.labels_of`.

    Returns
    -------
    Picture
        ``outcomes``; a sheet across where there are many stages.
    """
    title = "How the crisis can go"
    shown = join_thin_flows(flows, observed or {})
    marked = {flow for flow in shown if has_happened(flow, observed or {})}
    stages = dict.fromkeys(flow.stage for flow in shown)
    across = len(stages)
    width = WIDTH if across * LEAST_COLUMN_WIDTH <= WIDTH else WIDEST
    found = place_flows(shown, dict.fromkeys(stages, 0.0))
    count = max(found.column.values(), default=0) + 1
    room = min((width - 0.2) / count, COLUMN_WIDTH)
    letters = max(int((room - BAR - 0.2) * 72 / (LETTERS * 0.6)), 8)
    named = {flow: (labels or {}).get(flow.outcome, plain_label(flow.outcome)) for flow in shown}
    written = {
        flow: label_outcome(name, flow.share, letters, marked=flow in marked)
        for flow, name in named.items()
    }
    heights = {
        stage: sum(count_lines(written[flow]) * LABEL_LINE for flow in found.leaving[stage])
        for stage in stages
    }
    found = place_flows(shown, heights)
    height = found.high - found.low + 0.2
    figure = empty_figure(title, height, width)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.1 / width, 0.0, 1.0 - 0.2 / width, height / figure.get_figheight()))
    axes.set(xlim=(0.0, width - 0.2), ylim=(found.high + 0.2, found.low))
    axes.axis("off")
    legend = LEGEND + (HAPPENED if marked else "")
    axes.text(0.0, found.high + 0.15, legend, fontsize=LETTERS, color=GREY)
    for stage, row in found.leaving.items():
        show_stage(axes, found, stage, room, letters)
        for rank, flow in enumerate(row):
            tint = TINTS[rank % len(TINTS)]
            show_flow(axes, found, flow, room, tint, marked=flow in marked)
        show_labels(axes, found, stage, room, written)
    told = describe_outcomes(shown, [flow for flow in shown if flow in marked], named)
    return Picture("outcomes", title, figure, told)


def has_happened(flow: Flow, observed: Mapping[str, str]) -> bool:
    """Return whether a flow is how its stage ended in fact, at the last visit to it.

    Examples
    --------
    >>> first, last = Flow("talks", "on", "talks (2)", 0.5), Flow("talks (2)", "on", None, 0.5)
    >>> [has_happened(flow, {"talks": "on"}) for flow in (first, last)]
    [False, True]
    """
    stage = stage_of(flow.stage)
    again = flow.then is not None and stage_of(flow.then) == stage
    return observed.get(stage) == flow.outcome and not again


def stage_of(visit: str) -> str:
    """Return the stage of which a visit is named, such as ``talks (2)``.

    Examples
    --------
    >>> stage_of("talks (2)"), stage_of("talks")
    ('talks', 'talks')
    """
    return visit.partition(" (")[0]


def join_thin_flows(flows: Sequence[Flow], observed: Mapping[str, str]) -> list[Flow]:
    """Return the flows with those too thin to be seen joined, and stages left out that lose all.

    What happened is joined to nothing, however thin.
    """
    found: list[Flow] = []
    for stage in dict.fromkeys(flow.stage for flow in flows):
        row = [flow for flow in flows if flow.stage == stage]
        limit = min(SMALLEST, max(flow.share for flow in row))
        thin = [flow for flow in row if flow.share < limit and not has_happened(flow, observed)]
        if len(thin) < 2:
            found += row
            continue
        found += [flow for flow in row if flow not in thin]
        found.append(Flow(stage, RARER, None, sum(flow.share for flow in thin)))
    first = flows[0].stage if flows else ""
    while True:
        reached = {first} | {flow.then for flow in found if flow.then is not None}
        fewer = [flow for flow in found if flow.stage in reached]
        if len(fewer) == len(found):
            return found
        found = fewer


def label_outcome(name: str, share: float, letters: int, *, marked: bool) -> str:
    """Return an outcome and its share, on lines of so many letters; what happened with a mark."""
    mark = f"{MARK}\N{NO-BREAK SPACE}" if marked else ""
    beside = percent(share).replace(" ", "\N{NO-BREAK SPACE}")
    return wrap_label(f"{mark}{name} {beside}", letters, 3)


def show_stage(axes: Axes, found: SankeyLayout, stage: str, room: float, letters: int) -> None:
    """Draw the bar of a stage, and its name above."""
    left, top = found.column[stage] * room, found.tops[stage]
    tall = found.share(stage) * SCALE
    axes.add_patch(Rectangle((left, top), BAR, tall, facecolor=BLACK, linewidth=0, zorder=3))
    axes.text(
        left,
        top - 0.03,
        wrap_label(plain_label(stage), letters + 1, 1),
        fontsize=LETTERS + 0.8,
        fontweight="bold",
        va="bottom",
        zorder=5,
    )


def show_flow(
    axes: Axes, found: SankeyLayout, flow: Flow, room: float, tint: str, *, marked: bool
) -> None:
    """Draw a flow as a band to the next stage, or as a stub with an end where the crisis ends.

    What happened has dark edges and lies over what else passes.
    """
    wide = flow.share * SCALE
    column, top = found.ways[flow][0]
    left = column * room + BAR
    if flow.then is None:
        right = (column + 1) * room - (0.12 if flow.outcome != RARER else 0.5 * room)
        axes.add_patch(
            Rectangle(
                (left, top), right - left, wide,
                facecolor=PALE, edgecolor=BLACK if marked else "white",
                linewidth=0.9 if marked else 0.8, zorder=2 if marked else 1,
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
            facecolor=(tint, 0.7 if marked else 0.4), edgecolor=BLACK if marked else (tint, 0.4),
            linewidth=0.9 if marked else 0.4, zorder=2 if marked else 1,
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
    axes: Axes, found: SankeyLayout, stage: str, room: float, labels: dict[Flow, str]
) -> None:
    """Write the outcomes of a stage beside its bar, none over another."""
    row = found.leaving[stage]
    wanted = [found.starts[flow] + flow.share * SCALE / 2 for flow in row]
    sizes = [count_lines(labels[flow]) * LABEL_LINE for flow in row]
    places = spread_centres(wanted, sizes)
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


def describe_outcomes(
    flows: Sequence[Flow], marked: Sequence[Flow], named: Mapping[Flow, str]
) -> str:
    """Return what the diagram shows, in words, with what happened."""
    last = [flow for flow in flows if flow.then is None]
    ends = put_in_order(last, lambda flow: flow.share, falling=True)
    stages = len(dict.fromkeys(flow.stage for flow in flows))
    told = "; ".join(
        f"{plain_label(flow.stage)} with {named[flow]}, {percent(flow.share)}" for flow in ends[:5]
    )
    ways = dict.fromkeys(
        f"{plain_label(stage_of(flow.stage))} with {named[flow]}" for flow in marked
    )
    fact = f" What happened is marked: {'; '.join(ways)}." if ways else ""
    return f"Histories flow through {stages} stages. They end most often at: {told}.{fact}"
