"""Claims as intervals: in what share of the worlds each holds, with its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isfinite
from typing import Any, Literal, NamedTuple

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from conjuncture.analysis.plain_words import join_words
from conjuncture.analysis.verdicts import (
    FAILS_TO,
    HOLDS_FROM,
    MOSTLY_FROM,
    MOSTLY_TO,
    ClaimResult,
    Reading,
)
from conjuncture.figures.picture import (
    BLACK,
    BLUE,
    GREY,
    LINE,
    PALE,
    PURPLE,
    SMALL,
    Picture,
    count_lines,
    empty_figure,
    in_house_style,
    rows_of_labels,
    wrap_label,
)
from conjuncture.number_format import percent_in_picture as percent
from conjuncture.presentation.claims import SYMBOLS, readings_of


class Mark(NamedTuple):
    """How a reading is drawn: its marker, its colour, the colour inside, its line."""

    marker: str
    colour: str
    inside: str
    line: Literal["-", "--", ":"]


READINGS = {
    "prior": Mark("o", BLACK, BLACK, "-"),
    "as it happened": Mark("D", BLUE, "white", "-"),
    "re-run of all that happened": Mark("s", PURPLE, PURPLE, "--"),
    "re-run by SMC": Mark("s", PURPLE, PURPLE, "--"),
}
APART = 0.19
"""Inches between the readings of a claim."""
BETWEEN = 0.14
"""Inches between claims."""


@in_house_style
def draw_claims(tests: Sequence[ClaimResult]) -> Picture:
    """Draw the claims of a scenario, each with the share of worlds in which it holds.

    Parameters
    ----------
    tests : sequence of ClaimResult
        In the order in which they are shown.

    Returns
    -------
    Picture
        ``claims``.
    """
    title = "In what share of the worlds each claim holds"
    labels = [wrap_label(one.claim.says, 46, 5) for one in tests]
    heights = [
        max(count_lines(label) * LINE, len(readings_of(one)) * APART) + BETWEEN
        for label, one in zip(labels, tests, strict=True)
    ]
    total = max(sum(heights), APART)
    figure = empty_figure(title, total + 0.85)
    axes = figure.add_subplot()
    for low, high in ((0.0, FAILS_TO), (HOLDS_FROM, 1.0)):
        axes.axvspan(low, high, color="#f2f2f2", linewidth=0)
    for line in (FAILS_TO, MOSTLY_TO, MOSTLY_FROM, HOLDS_FROM):
        axes.axvline(line, color=GREY, linewidth=0.8, linestyle=(0, (4, 2)))
    centres = []
    reached = 0.0
    for one, height in zip(tests, heights, strict=True):
        centre = reached + height / 2
        centres.append(centre)
        readings = readings_of(one)
        for row, (name, reading) in enumerate(readings):
            show_reading(axes, centre + (row - (len(readings) - 1) / 2) * APART, name, reading)
        reached += height
        axes.axhline(reached, color=PALE, linewidth=0.5)
    rows_of_labels(axes, centres, labels)
    axes.set(xlim=(-0.01, 1.01), ylim=(total, 0.0), xlabel="% of the worlds")
    axes.set_xticks([0.0, FAILS_TO, MOSTLY_TO, 0.5, MOSTLY_FROM, HOLDS_FROM, 1.0])
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f}")
    for word, place in (("fails", FAILS_TO / 2), ("holds", (1.0 + HOLDS_FROM) / 2)):
        axes.text(place, 0.0, word, color=GREY, fontsize=SMALL, ha="center", va="bottom")
    names = dict.fromkeys(name for one in tests for name, _ in readings_of(one))
    if names:
        figure.legend(
            handles=[legend_key(name) for name in names], loc="outside lower right", ncols=3
        )
    return Picture("claims", title, figure, describe_claims(tests))


def show_reading(axes: Axes, height: float, name: str, reading: Reading) -> None:
    """Draw one reading of a claim, and write its verdict beside it."""
    marker, colour, inside, line = READINGS[name]
    verdict = reading.verdict
    beside: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
    if not isfinite(reading.answer.value):
        axes.text(
            1.02,
            height,
            "– no value" if reading.answer.met else "– never met",
            color=GREY,
            **beside,
        )
        return
    word = verdict.word or ""
    told = f"{SYMBOLS[word]} {word or 'no word'}"
    axes.plot(verdict.interval, (height, height), color=colour, linestyle=line, linewidth=1.6)
    axes.plot(
        verdict.share,
        height,
        marker,
        color=colour,
        markerfacecolor=inside,
        markersize=5,
        clip_on=False,
    )
    axes.text(1.02, height, told, color=colour, **beside)


def legend_key(name: str) -> Line2D:
    """Return what explains the marks of a reading."""
    marker, colour, inside, line = READINGS[name]
    return Line2D(
        [],
        [],
        color=colour,
        marker=marker,
        markerfacecolor=inside,
        markersize=5,
        linestyle=line,
        linewidth=1.6,
        label=name,
    )


def describe_claims(tests: Sequence[ClaimResult]) -> str:
    """Return what the picture shows, in words."""
    if not tests:
        return "No claim was tested."
    words = Counter(one.word or "without a word" for one in tests)
    counted = join_words([f"{count} {word}" for word, count in words.most_common()])
    shares = [
        f"'{one.claim.key}' {percent(one.prior.verdict.share)}"
        for one in tests
        if isfinite(one.prior.answer.value)
    ]
    told = f" Share of the worlds, before one knows how it ended: {', '.join(shares)}."
    return f"{len(tests)} claims, by verdict: {counted}.{told if shares else ''}"
