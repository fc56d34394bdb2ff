"""Pictures of the standings: log losses with their intervals, and calibration curves with bands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from conjuncture.figures.picture import (
    BLUE,
    GREY,
    ORANGE,
    PALE,
    SKY,
    SMALL,
    Picture,
    as_percentages,
    empty_figure,
    in_house_style,
    rows_of_labels,
    wrap_label,
)
from validation.backtest.curves import CalibrationCurve, calibration_curve
from validation.backtest.standings import ContenderStanding, Result
from validation.bootstrap import BootstrapEstimate

MARKS = ((BLUE, "o"), (ORANGE, "s"))
"""Colour and mark of the splits, in their order."""
BROAD = 8.0
"""Inches: a little more than the text of a page, to which it is shrunk."""
TALL = 0.34
"""Inches of a row of log losses."""
PANEL = 1.9
"""Inches of a calibration curve."""
BINS = 25
TALLEST = 0.2
"""Bars of stated chances in a panel, and how high the tallest reaches."""
MOST_MARKS = 50
"""Points of a curve that are marked; more would be a thick line."""


@in_house_style
def draw_losses(name: str, title: str, results: Mapping[str, Result], floor: float) -> Picture:
    """Draw the log loss of every entry and what it differs by from the base rate.

    Parameters
    ----------
    name, title : str
        Of the picture.
    results : mapping
        The results by split.
    floor : float
        The log loss below which a score is leakage, 0 where there is none.
    """
    first = next(iter(results.values())).standings
    labels = [_label(one) for one in first]
    places = np.arange(len(labels), dtype=float)
    figure = empty_figure(title, TALL * len(labels) + 1.1, BROAD)
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(1, 1))
    for turn, (result, mark) in enumerate(zip(results.values(), MARKS, strict=True)):
        for place, one in zip(places + 0.24 * (turn - 0.5), result.standings, strict=True):
            _dot(left, place, one.log_loss, mark, bool(one.leakage))
            _dot(right, place, one.than_base, mark, bool(one.leakage))
    rows_of_labels(left, places, labels)
    left.set(ylim=(len(labels) - 0.5, -0.5), xlabel="log loss")
    right.set(xlabel="log loss minus that of the base rate")
    right.tick_params(axis="y", length=0)
    right.spines["left"].set_visible(False)
    right.axvline(0.0, color=GREY, linewidth=0.8)
    if floor:
        left.axvspan(min(left.get_xlim()[0], floor - 0.01), floor, color=PALE, zorder=0)
        left.margins(x=0)
    for axes in (left, right):
        axes.grid(axis="x", color=PALE, linewidth=0.5)
    keys = [
        Line2D([], [], color=colour, marker=shape, label=split)
        for split, (colour, shape) in zip(results, MARKS, strict=True)
    ]
    keys.append(Line2D([], [], color=GREY, marker="o", mfc="white", label="leakage (hollow)"))
    if floor:
        keys.append(Patch(facecolor=PALE, label=f"below {floor:g}: leakage"))
    figure.legend(handles=keys, loc="outside lower right", ncols=2)
    told = "; ".join(
        f"{split}: "
        + ", ".join(
            f"{one.entry.contender} on {one.entry.evidence.name} {one.log_loss.text(3)}"
            + (" (leakage)" if one.leakage else "")
            for one in result.standings
        )
        for split, result in results.items()
    )
    return Picture(name, title, figure, f"Log losses with 90 % intervals. {told}.")


@in_house_style
def draw_calibration(
    name: str, title: str, results: Mapping[str, Result], shown: Collection[tuple[str, str]]
) -> Picture:
    """Draw calibration curves, a row a split, a column an entry.

    Parameters
    ----------
    name, title : str
        Of the picture.
    results : mapping
        The results by split.
    shown : collection of (contender, evidence)
        The names of the entries to draw.
    """
    figure = empty_figure(title, PANEL * len(results) + 0.7, BROAD)
    grid = figure.subplots(len(results), len(shown), sharex=True, sharey=True, squeeze=False)
    told = []
    for row, (split, result) in zip(grid, results.items(), strict=True):
        for axes, one in zip(row, _pick_standings(result.standings, shown), strict=True):
            curve = calibration_curve(result.trial.success, one.entry.chance)
            _panel(axes, curve, one.leakage)
            told.append(f"{split}, {_label(one)}: miscalibration {curve.miscalibration:.3f}")
        row[0].set_ylabel(f"{wrap_label(split, 24)}\n\nsuccess followed")
    for (contender, evidence), top, bottom in zip(shown, grid[0], grid[-1], strict=True):
        top.set_title(f"{wrap_label(evidence, 24)}\n{wrap_label(contender, 24)}", fontsize=SMALL)
        bottom.set_xlabel("stated chance")
    keys = [
        Line2D([], [], color=BLUE, marker="o", markersize=3, label="how often success followed"),
        Patch(facecolor=PALE, label="90 % band if every chance were right"),
        Patch(facecolor=SKY, label="cases by stated chance"),
    ]
    figure.legend(handles=keys, loc="outside lower right", ncols=len(keys))
    words = "; ".join(told).replace("\n", " ")
    return Picture(name, title, figure, f"Calibration curves and bands. {words}.")


def _pick_standings(
    found: Sequence[ContenderStanding], shown: Collection[tuple[str, str]]
) -> list[ContenderStanding]:
    named = {(one.entry.contender, one.entry.evidence.name): one for one in found}
    return [named[key] for key in shown]


def _label(one: ContenderStanding) -> str:
    told = f"{one.entry.evidence.name}\n{one.entry.contender}"
    return f"{told} (leakage)" if one.leakage else told


def _dot(
    axes: Axes, place: float, figure: BootstrapEstimate, mark: tuple[str, str], leakage: bool
) -> None:
    colour, shape = (GREY if leakage else mark[0]), mark[1]
    axes.plot((figure.low, figure.high), (place, place), color=colour, linewidth=1.0)
    axes.plot(
        figure.value, place, shape, color=colour, mfc="white" if leakage else colour, markersize=4
    )


def _panel(axes: Axes, curve: CalibrationCurve, leakage: str) -> None:
    stated, _ = np.histogram(curve.chance, BINS, (0, 1), weights=curve.cases)
    middles = (np.arange(BINS) + 0.5) / BINS
    mark = "o" if len(curve.chance) <= MOST_MARKS else ""
    axes.fill_between(curve.chance, curve.low, curve.high, color=PALE, edgecolor=GREY, lw=0.4)
    axes.bar(middles, TALLEST * stated / stated.max(), 0.8 / BINS, color=SKY)
    axes.plot((0, 1), (0, 1), color=GREY, linewidth=0.7)
    axes.plot(curve.chance, curve.observed, color=BLUE, marker=mark, markersize=3, linewidth=1.2)
    told = f"miscalibration {curve.miscalibration:.3f}" + ("\nleakage" if leakage else "")
    axes.text(0.03, 0.97, told, fontsize=SMALL, va="top")
    axes.set(xlim=(0, 1), ylim=(0, 1), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
    as_percentages(axes.xaxis)
    as_percentages(axes.yaxis)
