"""Cases like this one: how often each class succeeded, from the narrowest to all, and the model."""

from __future__ import annotations

from math import isfinite

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from conjuncture.analysis.reference_classes.comparison import (
    Comparison,
    ReferenceClass,
    count_in_words,
)
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    Picture,
    as_percentages,
    empty_figure,
    in_house_style,
    rows_of_labels,
    stack_rows,
    wrap_label,
)
from conjuncture.numbers import percent_in_picture as percent
from conjuncture.numbers import percent_range
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
