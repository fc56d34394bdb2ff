"""Pictures of what evidence says: of the unknowns, of two accounts, and of cases like this one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, isfinite, log

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from conjuncture.analysis.conditioning.posterior import Posterior, Shift
from conjuncture.analysis.explain.attribution import NINETY
from conjuncture.analysis.reference_classes.comparison import (
    Comparison,
    ReferenceClass,
    count_in_words,
)
from conjuncture.analysis.rivalry.rivals import SCALE, Rivalry, decibels_of
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    SMALL,
    Picture,
    as_percentages,
    empty_figure,
    in_house_style,
    is_finite,
    rows_of_labels,
    stack_rows,
    wrap_label,
)
from conjuncture.number_format import figure_of, percent_range, round_number
from conjuncture.number_format import percent_in_picture as percent
from conjuncture.presentation.comparison import label_of_class


@in_house_style
def draw_comparison(found: Comparison) -> Picture:
    """Draw the classes as intervals, with the scenario's own probability beside them.

    Parameters
    ----------
    found : Comparison

    Returns
    -------
    Picture
        ``comparison``.
    """
    title = f"How often {found.among} like this one succeeded"
    own = found.own if found.own is not None and isfinite(found.own.value) else None
    named = [
        f"{label_of_class(one, len(found.tags), found.among)} ({one.cases:,})"
        for one in found.classes
    ]
    if own is not None:
        named.append(f"in the scenario: {found.clause}")
    labels = [wrap_label(one, 38) for one in named]
    edges, centres = stack_rows(labels, 0.16)
    figure = empty_figure(title, float(edges[-1]) + 0.95)
    axes = figure.add_subplot()
    for place in centres:
        axes.axhline(float(place), color=PALE, linewidth=0.5)
    for place, one in zip(centres, found.classes, strict=False):
        show_class(axes, float(place), one)
    if own is not None:
        axes.axhline(float(edges[-2]), color=GREY, linewidth=0.7)
        axes.axvline(own.value, color=ORANGE, linewidth=0.9, linestyle=(0, (4, 2)))
        axes.plot(own.interval, (centres[-1],) * 2, color=ORANGE, linewidth=1.8)
        axes.plot(own.value, centres[-1], "D", color=ORANGE, markersize=5.5, clip_on=False)
    rows_of_labels(axes, centres, labels)
    axes.set(xlim=(-0.01, 1.01), ylim=(float(edges[-1]), 0.0), xlabel="share that succeeds")
    as_percentages(axes.xaxis)
    figure.legend(handles=legend_keys(scenario=own is not None), loc="outside lower right", ncols=3)
    return Picture("comparison", title, figure, describe_comparison(found))


def show_class(axes: Axes, height: float, one: ReferenceClass) -> None:
    """Draw the estimate of a class with its interval, and its raw rate."""
    axes.plot(one.interval, (height, height), color=BLUE, linewidth=1.8)
    if one.cases:
        axes.plot(one.raw, height, "|", color=BLACK, markersize=9, markeredgewidth=1.4)
    axes.plot(
        one.rate, height, "o", color=BLUE, markersize=5,
        markerfacecolor=BLUE if one.cases else "white",
    )  # fmt: skip


def legend_keys(*, scenario: bool) -> list[Line2D]:
    """Return the signs of the picture with their names."""
    found = [
        Line2D([], [], color=BLUE, marker="o", markersize=5, label="estimate, 90 %"),
        Line2D([], [], color=BLACK, marker="|", markersize=9, linestyle="", label="raw share"),
    ]
    if scenario:
        own = "the scenario, 90 % of worlds"
        found.append(Line2D([], [], color=ORANGE, marker="D", markersize=5, label=own))
    return found


def describe_comparison(found: Comparison) -> str:
    """Return what the picture shows, in words."""
    told = "; ".join(
        f"{label_of_class(one, len(found.tags), found.among)}, "
        f"{count_in_words(found.among, one.cases)}: {percent(one.rate)} "
        f"({percent_range(*one.interval)})"
        for one in found.classes
    )
    own = ""
    if found.own is not None and isfinite(found.own.value):
        own = (
            f" In the scenario the probability that {found.clause} is {percent(found.own.value)} "
            f"({percent_range(*found.own.interval)})."
        )
    return f"Share that succeeded, estimated, in ever wider classes. {told}.{own}"


LEAST_REACH = 12.0
"""Decibels to either side that are always shown."""


@dataclass(frozen=True)
class EvidenceWeight:
    """A line of the picture, in decibels: ``mark`` and ``colour`` say what kind it is."""

    label: str
    value: float
    interval: tuple[float, float]
    mark: str
    colour: str


@in_house_style
def draw_rivalry(found: Rivalry) -> Picture:
    """Draw the weight of evidence for one account against the other.

    Parameters
    ----------
    found : Rivalry

    Returns
    -------
    Picture
        ``rivalry``: what each event adds, all together, and each reading of uncertain evidence.
    """
    first, second = (account.title for account in found.accounts)
    title = "Which account the evidence favours"
    rows = list(rows_of(found))
    labels = [wrap_label(row.label, 36) for row in rows]
    edges, centres = stack_rows(labels, 0.13)
    figure = empty_figure(title, float(edges[-1]) + 1.6)
    axes = figure.add_subplot()
    ends = [abs(end) for row in rows for end in (row.value, *row.interval) if isfinite(end)]
    reach = max(LEAST_REACH, 1.12 * max(ends, default=0.0))
    show_scale(axes, reach)
    for centre, row in zip(centres, rows, strict=True):
        show_weight(axes, float(centre), row)
    rows_of_labels(axes, centres, labels)
    axes.set(xlim=(-reach, reach), ylim=(float(edges[-1]), 0.0))
    axes.set_xlabel("weight of the evidence, in decibels, with 90 % intervals")
    names = (
        (f"← {wrap_label(second, 26, 3)}", 0.0, "left"),
        (f"{wrap_label(first, 26, 3)} →", 1.0, "right"),
    )
    for name, end, side in names:
        axes.annotate(
            name, (end, 0.0), (0, -34), xycoords="axes fraction", textcoords="offset points",
            ha=side, va="top", fontweight="bold",
        )  # fmt: skip
    return Picture("rivalry", title, figure, describe_rivalry(found))


def rows_of(found: Rivalry) -> Iterator[EvidenceWeight]:
    """Yield what each event adds, then all together, then each reading of the evidence."""
    for step in found.steps if len(found.steps) > 1 else ():
        value, reach = decibels_of(step.weight), NINETY * decibels_of(step.error)
        yield EvidenceWeight(step.says, value, (value - reach, value + reach), "o", BLUE)
    bound = f" ({found.bounded})" if found.bounded else ""
    low, high = (decibels_of(end) for end in found.interval)
    yield EvidenceWeight(f"all together{bound}", decibels_of(found.weight), (low, high), "D", BLACK)
    for coding in found.codings if len(found.codings) > 1 else ():
        label = f"read as: {coding.label} ({percent(coding.probability)})"
        yield EvidenceWeight(label, decibels_of(coding.weight), (float("nan"),) * 2, "s", ORANGE)


def show_scale(axes: Axes, reach: float) -> None:
    """Mark from where on evidence is called what, to either side."""
    axes.axvline(0.0, color=GREY, linewidth=1.0)
    for (end, _), (_, words) in pairwise(SCALE):
        size = decibels_of(end / (2.0 * log(10.0)))
        for line in (-size, size) if size < reach else ():
            axes.axvline(line, color=PALE, linewidth=0.8)
            axes.annotate(
                words, (line, 0.0), (0, 3), textcoords="offset points", fontsize=SMALL,
                color=GREY, rotation=40,
            )  # fmt: skip


def show_weight(axes: Axes, height: float, row: EvidenceWeight) -> None:
    """Draw one weight with its interval."""
    if not isfinite(row.value):
        axes.annotate("–", (0.0, height), (4, 0), textcoords="offset points", va="center")
        return
    if is_finite(row.interval):
        axes.plot(row.interval, (height, height), color=row.colour, linewidth=1.4)
    axes.plot(row.value, height, row.mark, color=row.colour, markersize=5)


def describe_rivalry(found: Rivalry) -> str:
    """Return what the picture shows, in words."""
    first, second = (account.title for account in found.accounts)
    if not isfinite(found.weight):
        return (
            f"The evidence ({found.evidence}) cannot be weighed between '{first}' and '{second}'."
        )
    bound = f"{found.bounded} " if found.bounded else ""
    return (
        f"Weight of the evidence ({found.evidence}) for '{first}' against '{second}': "
        f"{bound}{figure_of(decibels_of(found.weight), decibels_of(found.error), signed=True)} dB."
    )


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
