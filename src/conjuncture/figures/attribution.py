"""Attribution as a waterfall: from nobody to everybody, what each adds, with errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from matplotlib.axes import Axes

from conjuncture.analysis.explain.attribution import NINETY, Attribution, Interaction, Share
from conjuncture.analysis.plain_words import capitalise
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PALE,
    Picture,
    empty_figure,
    in_house_style,
    rows_of_labels,
    stack_rows,
    wrap_label,
)
from conjuncture.number_format import figure_of
from conjuncture.number_format import percent_in_picture as percent
from conjuncture.ordering import put_in_order

UP, DOWN = (BLUE, ""), (ORANGE, "////")
"""Colour and hatching of what makes the event likelier, and of what makes it less likely."""
INDENT = "      "
BETWEEN = 0.1
MOST_PAIRS = 20
ENDS = {
    "forces": ("with all of them aside", "as things were"),
    "conditions": ("with all of them neutral", "as things were"),
}


@dataclass(frozen=True)
class WaterfallBar:
    """A bar of the waterfall, from ``start`` to ``start + share.value``."""

    share: Share
    start: float
    depth: int


def bars_of(shares: Sequence[Share], start: float, depth: int = 0) -> Iterator[WaterfallBar]:
    """Yield the bars one after another, the members of a group right under it.

    What changes nothing in any history has none.
    """
    for share in shares:
        if share.is_idle:
            continue
        yield WaterfallBar(share, start, depth)
        yield from bars_of(share.parts, start, depth + 1)
        start += share.value


@in_house_style
def draw_attribution(found: Attribution) -> Picture:
    """Draw what each force, or each condition, adds to the probability of an event.

    Parameters
    ----------
    found : Attribution

    Returns
    -------
    Picture
        ``attribution-forces`` or ``attribution-conditions``.
    """
    title = f"What each of the {found.kind} adds to the probability that {found.clause}"
    rows = list(bars_of(found.shares, found.empty))
    first, last = ENDS[found.kind]
    labels = [
        wrap_label(first),
        *(indent_name(row) for row in rows),
        wrap_label(last),
    ]
    edges, centres = stack_rows(labels, BETWEEN)
    figure = empty_figure(title, float(edges[-1]) + 0.6)
    axes = figure.add_subplot()
    near = is_far_from_zero(rows, found)
    for centre, value in ((centres[0], found.empty), (centres[-1], found.whole)):
        if near:
            axes.plot(value, centre, "D", color=GREY, markersize=6)
        else:
            axes.barh(centre, value, 0.16, color=GREY)
        told = f"{value:.2f}" if isfinite(value) else "–"
        axes.annotate(told, (value, centre), (7, 0), textcoords="offset points", va="center")
    for centre, row in zip(centres[1:-1], rows, strict=True):
        show_bar(axes, float(centre), row)
    connect(axes, [float(one) for one in centres], rows, found)
    rows_of_labels(axes, centres, labels)
    told_of = f"probability that {found.clause}"
    axes.set(ylim=(edges[-1], 0.0), xlabel=f"{wrap_label(told_of, 60, 1)}, with 90 % intervals")
    axes.margins(x=0.12)
    if not near:
        axes.axvline(0.0, color=GREY, linewidth=0.7)
    return Picture(f"attribution-{found.kind}", title, figure, describe_attribution(found))


def is_far_from_zero(rows: Sequence[WaterfallBar], found: Attribution) -> bool:
    """Return whether all that happens happens far from 0, where the axis need not begin."""
    ends = [found.whole, found.empty, *(row.start + row.share.value for row in rows)]
    known = [end for end in ends if isfinite(end)]
    return bool(known) and min(known) > 0.6 * max(known)


def indent_name(row: WaterfallBar) -> str:
    """Return a row's name; members of a group stand further to the left of the bars."""
    name = wrap_label(capitalise(row.share.label), 30 if row.depth else 34)
    if not row.depth:
        return name
    return "\n".join(line + INDENT * row.depth for line in name.split("\n"))


def show_bar(axes: Axes, centre: float, row: WaterfallBar) -> None:
    """Draw what one factor adds, from where those before it have come to."""
    value, error = row.share.value, row.share.error
    if not isfinite(value):
        axes.annotate("–", (row.start, centre), va="center")
        return
    colour, hatch = UP if value >= 0 else DOWN
    thick = 0.16 if not row.depth else 0.09
    axes.barh(
        centre,
        value,
        thick,
        left=row.start,
        color=colour if not row.depth else "white",
        edgecolor="white" if not row.depth and hatch else colour,
        hatch=hatch,
        linewidth=0.8 if row.depth else 0.0,
    )
    if value == 0.0:
        axes.plot(row.start, centre, "|", color=BLACK, markersize=8)
    end = row.start + value
    reach = NINETY * error if isfinite(error) else 0.0
    if reach:
        axes.errorbar(end, centre, xerr=reach, color=BLACK, capsize=2, linewidth=0.9)
    right = max(row.start, end + reach)
    axes.annotate(
        figure_of(value, error, signed=True),
        (right, centre),
        (4, 0),
        textcoords="offset points",
        va="center",
    )


def connect(
    axes: Axes, centres: Sequence[float], rows: Sequence[WaterfallBar], found: Attribution
) -> None:
    """Lead the eye from the end of a bar to the beginning of the next."""
    tops = [(0, found.empty)]
    tops += [
        (place, row.start + row.share.value) for place, row in enumerate(rows, 1) if not row.depth
    ]
    following = [place for place, _ in tops[1:]] + [len(centres) - 1]
    for (place, value), after in zip(tops, following, strict=True):
        if isfinite(value):
            axes.plot((value, value), (centres[place], centres[after]), color=GREY, linewidth=0.6)


@in_house_style
def draw_interactions(found: Attribution) -> Picture:
    """Draw what pairs add together beyond what each of them adds, the strongest first.

    Only pairs of which that is told apart from nothing.

    Parameters
    ----------
    found : Attribution
        With interactions.

    Returns
    -------
    Picture
        ``interactions-forces`` or ``interactions-conditions``; at most twenty pairs.
    """
    title = f"Which {found.kind} need each other, and which replace each other"
    names = {share.factor: share.label for share in flatten_shares(found.shares)}
    pairs = strongest_pairs(found.strong_interactions)
    labels = [
        wrap_label(f"{names.get(one.first, one.first)} × {names.get(one.second, one.second)}", 44)
        for one in pairs
    ]
    edges, centres = stack_rows(labels, BETWEEN)
    figure = empty_figure(title, max(float(edges[-1]), 0.3) + 0.75)
    axes = figure.add_subplot()
    for centre, one in zip(centres, pairs, strict=True):
        colour, hatch = UP if one.value >= 0 else DOWN
        axes.barh(
            centre, one.value, 0.14, color=colour, edgecolor="white", hatch=hatch, linewidth=0
        )
        reach = NINETY * one.error if isfinite(one.error) else 0.0
        axes.errorbar(one.value, centre, xerr=reach, color=BLACK, capsize=2, linewidth=0.9)
        axes.annotate(
            figure_of(one.value, one.error, signed=True),
            (max(0.0, one.value + reach), centre),
            (4, 0),
            textcoords="offset points",
            va="center",
        )
    rows_of_labels(axes, centres, labels)
    axes.axvline(0.0, color=GREY, linewidth=0.8)
    axes.grid(axis="x", color=PALE, linewidth=0.5)
    axes.set(
        ylim=(max(float(edges[-1]), 0.3), 0.0),
        xlabel="beyond what each adds by itself, with 90 % intervals\n"
        "above 0: they need each other; below: one replaces the other",
    )
    axes.margins(x=0.15)
    told = "No pair was examined."
    if found.interactions:
        told = f"Of {len(found.interactions)} pairs none is told apart from nothing."
    if pairs:
        told = f"The strongest of {len(found.interactions)} pairs: " + "; ".join(
            f"{label.replace(chr(10), ' ')} {figure_of(one.value, one.error, signed=True)}"
            for label, one in list(zip(labels, pairs, strict=True))[:3]
        )
        told += "."
    return Picture(f"interactions-{found.kind}", title, figure, told)


def strongest_pairs(pairs: Sequence[Interaction]) -> list[Interaction]:
    """Return the pairs that matter most, of those whose interaction is known."""
    known = [one for one in pairs if isfinite(one.value)]
    return put_in_order(known, lambda one: abs(one.value), falling=True)[:MOST_PAIRS]


def flatten_shares(shares: Sequence[Share]) -> Iterator[Share]:
    """Yield shares and, under groups, those of their members."""
    for share in shares:
        yield share
        yield from flatten_shares(share.parts)


def describe_attribution(found: Attribution) -> str:
    """Return what the waterfall shows, in words."""
    known = [share for share in found.shares if isfinite(share.value)]
    largest = put_in_order(known, lambda share: abs(share.value), falling=True)[:3]
    told = ", ".join(
        f"{one.label} {figure_of(one.value, one.error, signed=True)}" for one in largest
    )
    whole, empty = percent(found.whole), percent(found.empty)
    ends = f"The probability that {found.clause} is {whole}, and {empty} "
    first, _ = ENDS[found.kind]
    return f"{ends}{first}." + (f" The largest shares: {told}." if told else "")
