"""Prior against posterior: the unknowns that what happened says most about."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from conjuncture.analysis.conditioning.posterior import Posterior, Shift
from conjuncture.figures.picture import (
    BLUE,
    GREY,
    PALE,
    SMALL,
    Picture,
    empty_figure,
    in_house_style,
    wrap_label,
)
from conjuncture.numbers import round_number

MOST = 12
ACROSS = 3
BINS = 24


@in_house_style
def draw_posterior(found: Posterior) -> Picture:
    """Draw prior and posterior of the unknowns that moved by more than chance, twelve at most.

    Parameters
    ----------
    found : Posterior

    Returns
    -------
    Picture
        ``posterior``.
    """
    title = f"What is known of the unknowns before and after: {found.what}"
    moved = found.shifts_beyond_chance()
    chosen = moved[:MOST]
    if not moved:
        title += " (none moved by more than chance does)"
    elif len(chosen) < len(moved):
        title += f" (the first {len(chosen)} of {len(moved)} that moved by more than chance does)"
    rows = max(ceil(len(chosen) / ACROSS), 1)
    figure = empty_figure(title, rows * 1.45 + 0.55)
    grid = figure.subplots(rows, ACROSS, squeeze=False)
    panels = [axes for row in grid for axes in row]
    for axes, one in zip(panels, chosen, strict=False):
        show_unknown(axes, found, one)
    for axes in panels[len(chosen) :]:
        axes.set_visible(False)
    keys = [
        Patch(facecolor=PALE, edgecolor=GREY, hatch="....", label="before (prior)"),
        Line2D([], [], color=BLUE, linewidth=1.8, label="after (posterior)"),
        Line2D([], [], color=GREY, linestyle=(0, (1.5, 1.5)), label="medians"),
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=3)
    return Picture("posterior", title, figure, describe_posterior(found, chosen))


def show_unknown(axes: Axes, found: Posterior, one: Shift) -> None:
    """Draw the two histograms of an unknown, with their medians."""
    place = found.unknowns.index(one.key)
    prior, values = found.prior[:, place], found.values[:, place]
    both = np.concatenate([prior, values])
    edges = np.linspace(float(both.min()), float(both.max()), BINS + 1)
    before = np.histogram(prior, edges, density=True)[0]
    after = np.histogram(values, edges, weights=found.weights, density=True)[0]
    axes.stairs(before, edges, fill=True, facecolor=PALE, edgecolor=GREY, hatch="....", lw=0.5)
    axes.stairs(after, edges, color=BLUE, linewidth=1.8)
    medians = () if one.rule else ((one.prior[1], GREY), (one.posterior[1], BLUE))
    for median, colour in medians:
        axes.axvline(median, color=colour, linewidth=1.2, linestyle=(0, (1.5, 1.5)))
    axes.set(title=wrap_label(one.label, 28, 3), ylim=(0.0, None), yticks=[])
    axes.spines["left"].set_visible(False)
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(labelsize=SMALL)
    if one.unit:
        axes.set_xlabel(wrap_label(one.unit, 28, 1), fontsize=SMALL)


def describe_posterior(found: Posterior, chosen: Sequence[Shift]) -> str:
    """Return what the picture shows, in words."""
    told = "; ".join(
        f"{one.label} from {round_number(one.prior[1])}"
        f" to {round_number(one.posterior[1])}{one.unit}"
        for one in chosen[:4]
    )
    if not chosen:
        return (
            f"No histograms: none of {len(found.unknowns)} unknowns moved by more than chance "
            f"does: {found.what}."
        )
    return (
        f"Histograms of the {len(chosen)} unknowns of {len(found.unknowns)} that moved most, and "
        f"by more than chance does, before and after: {found.what}. Medians: {told}."
    )
