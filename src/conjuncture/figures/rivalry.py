"""Two accounts against each other: the weight of evidence, event by event and together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, log

from matplotlib.axes import Axes

from conjuncture.analysis.explain.attribution import NINETY
from conjuncture.analysis.rivalry.rivals import SCALE, Rivalry, decibels_of
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    SMALL,
    Picture,
    empty_figure,
    in_house_style,
    is_finite,
    rows_of_labels,
    stack_rows,
    wrap_label,
)
from conjuncture.numbers import figure_of
from conjuncture.numbers import percent_in_picture as percent

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
