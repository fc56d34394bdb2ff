"""The outcome tree as a flow diagram (Sankey): stages from left to right, widths the shares.

Bars and bands are placed in inches downwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from conjuncture.analysis.courses import Flow, columns_of
from conjuncture.analysis.plain_words import plain_label
from conjuncture.figures.picture import (
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
    wrap_label,
)
from conjuncture.number_format import percent_in_picture as percent
from conjuncture.ordering import put_in_order

SCALE = 1.8
"""Inches that stand for all histories."""
GAP = 0.14
HEAD = 0.17
"""Inches for the name of a stage."""


def spread_centres(wanted: Sequence[float], sizes: Sequence[float]) -> NDArray[np.float64]:
    """Return centres in the same order that keep things of some sizes apart, and move least.

    Parameters
    ----------
    wanted : sequence of float
        Where the centres would be best, from the first to the last.
    sizes : sequence of float

    Examples
    --------
    >>> spread_centres([0.0, 0.0], [1.0, 1.0]).tolist()
    [-0.5, 0.5]
    """
    if not len(wanted):
        return np.zeros(0)
    size = np.asarray(sizes, dtype=float)
    before = np.cumsum(size) - size / 2
    apart = isotonic_regression(np.asarray(wanted, dtype=float) - before)
    return np.asarray(apart.x + before, dtype=np.float64)


@dataclass
class SankeyLayout:
    """Where everything stands.

    Attributes
    ----------
    leaving : dict of str to list of Flow
        What leaves each stage, from top to bottom: first what goes on, then what ends.
    column : dict of str to int
    tops : dict of str to float
        Upper edge of each stage's bar.
    starts : dict of Flow to float
        Upper edge of each flow where it leaves.
    ways : dict of Flow to list of (int, float)
        Column and upper edge wherever a flow passes, its end included.
    low, high : float
        The uppermost and the lowest point.
    """

    leaving: dict[str, list[Flow]]
    column: dict[str, int]
    tops: dict[str, float] = field(default_factory=dict)
    starts: dict[Flow, float] = field(default_factory=dict)
    ways: dict[Flow, list[tuple[int, float]]] = field(default_factory=dict)
    low: float = 0.0
    high: float = 0.0

    def share(self, stage: str) -> float:
        """Return the share of all histories that come to a stage."""
        return sum(flow.share for flow in self.leaving[stage])


def place_flows(flows: Sequence[Flow], label_heights: Mapping[str, float]) -> SankeyLayout:
    """Place stages in columns, each as level as possible with where its histories come from.

    Parameters
    ----------
    flows : sequence of Flow
    label_heights : mapping of str to float
        Inches that the labels of what leaves a stage take together.
    """
    leaving: dict[str, list[Flow]] = {}
    for flow in flows:
        leaving.setdefault(flow.stage, []).append(flow)
    for row in leaving.values():
        large_first = put_in_order(row, lambda flow: flow.share, falling=True)
        row[:] = sorted(large_first, key=lambda flow: flow.then is None)
    found = SankeyLayout(leaving, columns_of(flows))
    for column in range(max(found.column.values(), default=0) + 1):
        place_column(found, column, label_heights)
    return found


def place_column(found: SankeyLayout, column: int, label_heights: Mapping[str, float]) -> None:
    """Place the stages of a column, and the flows that pass it on their way further right."""
    items: list[tuple[float, float, float, str | Flow]] = []
    for stage, at in found.column.items():
        if at != column or stage not in found.leaving:
            continue
        bar = found.share(stage) * SCALE
        size = max(bar, label_heights[stage]) + HEAD + GAP
        middle = mean_height_of(found, stage)
        items.append((middle, middle - bar / 2 - HEAD + size / 2, size, stage))
    for flow, way in found.ways.items():
        if flow.then is not None and found.column[flow.then] > column > found.column[flow.stage]:
            width = flow.share * SCALE
            middle = way[-1][1] + width / 2
            items.append((middle, middle, width + GAP / 2, flow))
    # Long labels under a bar must not send it below what enters the column further down.
    items = put_in_order(items, lambda item: item[0])
    centres = spread_centres([item[1] for item in items], [item[2] for item in items])
    for centre, (_, _, size, what) in zip(centres.tolist(), items, strict=True):
        top = centre - size / 2
        found.low, found.high = min(found.low, top), max(found.high, top + size)
        if isinstance(what, Flow):
            found.ways[what].append((column, top + GAP / 4))
            continue
        place_stage(found, what, top + HEAD)


def mean_height_of(found: SankeyLayout, stage: str) -> float:
    """Return the mean height of the flows that come to a stage, weighed by their shares."""
    coming = [
        (way[-1][1] + flow.share * SCALE / 2, flow.share)
        for flow, way in found.ways.items()
        if flow.then == stage
    ]
    weight = sum(share for _, share in coming)
    return sum(height * share for height, share in coming) / weight if weight else 0.0


def place_stage(found: SankeyLayout, stage: str, top: float) -> None:
    """Place a stage's bar, end there what comes in, and begin there what goes out."""
    found.tops[stage] = top
    coming = put_in_order(
        (flow for flow in found.ways if flow.then == stage), lambda one: found.ways[one][-1][1]
    )
    reached = top
    for flow in coming:
        found.ways[flow].append((found.column[stage], reached))
        reached += flow.share * SCALE
    reached = top
    for flow in found.leaving[stage]:
        found.starts[flow] = reached
        found.ways[flow] = [(found.column[stage], reached)]
        reached += flow.share * SCALE


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
        Of :meth:`conjuncture.ensemble.Ensemble.flows`.
    observed : mapping of str to str, optional
        How stages ended in fact, which is marked; without it nothing is.
    labels : mapping of str to str, optional
        Outcomes as words, of :func:`conjuncture.analysis.plain_words.labels_of`.

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
