"""Where the bars and bands of a flow diagram stand, in inches downwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from conjuncture.analysis.flows import Flow, columns_of
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
