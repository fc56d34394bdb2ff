"""Every picture says what its result says, keeps its letters on the paper, and is made of files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import sample_results
from conjuncture.analysis.explain.explanation import Explanation
from conjuncture.figures.attribution import draw_attribution, draw_interactions
from conjuncture.figures.claims import draw_claims
from conjuncture.figures.discovery import draw_discovery
from conjuncture.figures.evidence import draw_comparison, draw_posterior, draw_rivalry
from conjuncture.figures.explanation import draw_causes, draw_explanation, draw_sensitivity
from conjuncture.figures.outcomes import draw_outcomes
from conjuncture.figures.picture import house_style, svg
from conjuncture.figures.tipping import draw_map, draw_tipping

DRAWN = {
    "claims": lambda: draw_claims(sample_results.CLAIMS),
    "thirty claims": lambda: draw_claims(sample_results.CLAIMS * 15),
    "a claim never met": lambda: draw_claims([sample_results.NEVER_MET]),
    "no claim": lambda: draw_claims([]),
    "forces": lambda: draw_attribution(sample_results.FORCES),
    "forty conditions": lambda: draw_attribution(sample_results.CONDITIONS),
    "nothing known": lambda: draw_attribution(sample_results.NOTHING),
    "interactions": lambda: draw_interactions(sample_results.FORCES),
    "no interactions": lambda: draw_interactions(sample_results.CONDITIONS),
    "causes": lambda: draw_causes(sample_results.CAUSES),
    "luck": lambda: draw_causes(sample_results.LUCK),
    "sensitivity": lambda: draw_sensitivity(sample_results.SENSITIVITY),
    "forty unknowns": lambda: draw_sensitivity(
        replace(
            sample_results.SENSITIVITY,
            indices=(
                sample_results.INDICES[0],
                replace(sample_results.INDICES[0], label=sample_results.LONG),
            )
            * 20,
        )
    ),
    "blurred": lambda: draw_sensitivity(
        replace(sample_results.SENSITIVITY, indices=(sample_results.UNKNOWN,))
    ),
    "no unknown": lambda: draw_sensitivity(replace(sample_results.SENSITIVITY, indices=())),
    "tipping": lambda: draw_tipping(sample_results.TIPPING),
    "forty curves": lambda: draw_tipping(
        replace(sample_results.TIPPING, curves=sample_results.TIPPING.curves[:2] * 20)
    ),
    "map": lambda: draw_map(sample_results.MAP, sample_results.EVENT),
    "flat map": lambda: draw_map(
        replace(sample_results.MAP, probability=np.full_like(sample_results.CHANCES, 0.3)),
        sample_results.EVENT,
    ),
    "unknown map": lambda: draw_map(
        replace(sample_results.MAP, probability=np.full_like(sample_results.CHANCES, np.nan)),
        sample_results.EVENT,
    ),
    "discovery": lambda: draw_discovery(sample_results.DISCOVERY, sample_results.VALUES),
    "no values": lambda: draw_discovery(sample_results.DISCOVERY, {}),
    "no box": lambda: draw_discovery(
        replace(sample_results.DISCOVERY, boxes=(), trajectory=()), sample_results.VALUES
    ),
    "posterior": lambda: draw_posterior(sample_results.POSTERIOR),
    "rivalry": lambda: draw_rivalry(sample_results.RIVALRY),
    "nothing to weigh": lambda: draw_rivalry(
        replace(
            sample_results.RIVALRY, weight=np.nan, interval=(np.nan, np.nan), codings=(), steps=()
        )
    ),
    "comparison": lambda: draw_comparison(sample_results.COMPARISON),
    "a comparison without a scenario": lambda: draw_comparison(
        replace(sample_results.COMPARISON, own=None)
    ),
    "no tag": lambda: draw_comparison(sample_results.UNTAGGED),
    "outcomes": lambda: draw_outcomes(sample_results.FLOWS),
    "one outcome": lambda: draw_outcomes(sample_results.FLOWS[:1]),
}


def letters(picture):
    return [
        one
        for one in picture.figure.findobj(Text)
        if one.get_text().strip()
        and one.get_visible()
        and (one.axes is None or one.axes.get_visible())
    ]


def said(picture):
    """Return all that is written in a picture, on one line."""
    return " ".join(" ".join(one.get_text().split()) for one in letters(picture))


def view(axis):
    return axis.get_view_interval()


def bars(picture):
    """Return left end and width of every bar."""
    return [
        (round(one.get_x(), 6), round(one.get_width(), 6))
        for one in picture.figure.findobj(Rectangle)
        if one.axes is not None and one is not one.axes.patch and one.get_height() > 0
    ]


MANY = ("forty conditions", "forty unknowns")


@pytest.mark.parametrize("name", DRAWN)
def test_everything_written_stays_on_the_paper_and_the_svg_is_sound(name):
    picture = DRAWN[name]()
    root = sample_results.parse_svg(svg(picture))
    assert root.find(f"{sample_results.SPACE}desc").text == picture.description
    assert picture.description.endswith(".")
    assert picture.title
    assert picture.figure.get_figwidth() < 10.5
    if name in MANY:
        assert 8.0 < picture.figure.get_figheight() < 11.7
    with house_style():
        picture.figure.draw_without_rendering()
    width, height = picture.figure.bbox.size
    # Labels of ticks beyond the ends of an axis exist and are not drawn.
    unseen = [
        one
        for axes in picture.figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for one in (tick.label1, tick.label2)
        if not axes.axison or not min(view(axis)) <= tick.get_loc() <= max(view(axis))
    ]
    for one in letters(picture):
        box = one.get_window_extent()
        inside = min(box.x0, box.y0) >= -3 and box.x1 <= width + 3 and box.y1 <= height + 3
        assert inside or one in unseen, one.get_text()


def test_claims_show_share_bounds_and_verdict_of_each_reading():
    picture = draw_claims(sample_results.CLAIMS[:1])
    axes = picture.figure.axes[0]
    spans = {tuple(line.get_xdata()) for line in axes.get_lines()}
    assert {(0.94, 0.99), (0.7, 0.93), (0.0, 0.05), (0.1, 0.1), (0.9, 0.9)} <= spans
    markers = {line.get_marker(): line.get_xdata()[0] for line in axes.get_lines()}
    assert (markers["o"], markers["D"], markers["s"]) == (0.97, 0.86, 0.02)
    for words in ("✓ holds", "? open", "✗ fails", "as it happened", "re-run"):
        assert words in said(picture)
    assert "'unions' 97 %" in picture.description


def test_a_claim_whose_condition_was_never_met_has_no_mark():
    picture = draw_claims([sample_results.NEVER_MET])
    assert "never met" in said(picture)
    assert not [one for one in picture.figure.axes[0].get_lines() if one.get_marker() == "o"]


def test_the_waterfall_leads_from_nobody_to_everybody():
    picture = draw_attribution(sample_results.FORCES)
    found = dict(bars(picture))
    drawn = bars(picture)
    assert (0.0, 0.36) in drawn
    assert (0.0, 0.40) in drawn
    assert (0.36, -0.21) in drawn
    assert (0.15, 0.25) in drawn
    assert (0.36, -0.3) in drawn
    assert found[0.06] == 0.09
    assert {"+0.25", "−0.21", "0.36", "0.40"} <= set(said(picture).split())
    assert "0.14" not in picture.description
    assert "the unions +0.25" in picture.description


def test_a_waterfall_far_from_nothing_does_not_begin_there():
    picture = draw_attribution(sample_results.CONDITIONS)
    assert picture.figure.axes[0].get_xlim()[0] > 0.3
    assert picture.name == "attribution-conditions"


def test_only_known_interactions_are_drawn():
    picture = draw_interactions(sample_results.FORCES)
    assert "the army × the unions" in said(picture)
    assert "peasants" not in said(picture)
    assert "−0.05" in picture.description


def test_causes_show_all_histories_divided_and_each_set():
    picture = draw_causes(sample_results.CAUSES)
    whole, sets = picture.figure.axes
    widths = [round(one.get_width(), 6) for one in whole.patches]
    assert widths == [0.48, 0.14, 0.05, 0.33]
    assert [round(one.get_width(), 6) for one in sets.patches] == [0.42, 0.07, 0.001]
    assert "7 %, preempting" in said(picture)
    assert "Air force" in said(picture)
    assert "33 % are turned by no set of up to three forces" in picture.description


def test_the_tornado_has_a_bar_for_what_is_told_apart_from_nothing_and_whiskers():
    picture = draw_sensitivity(sample_results.SENSITIVITY)
    axes = picture.figure.axes[0]
    assert [round(one.get_width(), 6) for one in axes.patches] == [0.45, 0.31, 0.2]
    whiskers = {tuple(line.get_xdata()) for line in axes.get_lines()}
    assert {(0.4, 0.5), (0.28, 0.34), (0.1, 0.3), (0.0, 0.05)} <= whiskers
    assert axes.get_xlim()[0] == 0.0
    assert "1 more are not told apart from nothing" not in picture.title
    assert "one more is not told apart from nothing" in picture.title
    assert "mood of the army 45 % in all, 31 % by itself" in picture.description
    assert "20 % in all." in picture.description


def test_what_is_not_told_apart_from_noise_has_a_dash():
    picture = draw_sensitivity(
        replace(sample_results.SENSITIVITY, indices=(sample_results.UNKNOWN,))
    )
    assert not picture.figure.axes[0].patches
    assert "–" in said(picture)


def test_factors_that_change_nothing_are_in_no_waterfall():
    picture = draw_attribution(sample_results.FORCES)
    assert "peasants" not in said(picture)


def test_a_tipping_curve_marks_its_crossing_and_where_things_are():
    picture = draw_tipping(sample_results.TIPPING)
    axes = picture.figure.axes[0]
    marks = [line for line in axes.get_lines() if line.get_marker() == "D"]
    assert [(line.get_xdata()[0], line.get_ydata()[0]) for line in marks] == [(2.0, 0.5)]
    spans = {tuple(np.ravel(line.get_xdata()).tolist()) for line in axes.get_lines()}
    assert {(1.7, 2.4), (1.0, 2.5), (1.5,)} <= spans
    assert "troops of the guard at 2 (1.7 to 2.4)" in picture.description
    assert "2 of 3 numbers" in picture.description


def test_an_open_interval_ends_where_the_curve_does():
    crossing = replace(sample_results.CROSSED.crossings[0], interval=(1.7, inf))
    curve = replace(sample_results.CROSSED, crossings=(crossing,))
    axes = draw_tipping(replace(sample_results.TIPPING, curves=(curve,))).figure.axes[0]
    assert (1.7, 4.0) in {tuple(np.ravel(line.get_xdata()).tolist()) for line in axes.get_lines()}


def test_a_map_names_both_numbers_and_its_level():
    picture = draw_map(sample_results.MAP, sample_results.EVENT, "tipping-map-2")
    assert picture.name == "tipping-map-2"
    assert "troops of the guard (men)" in said(picture)
    assert "The thick line is 50 %" in picture.description


def test_a_box_stands_within_the_range_of_its_numbers():
    picture = draw_discovery(sample_results.DISCOVERY, sample_results.VALUES)
    street = sample_results.VALUES["street"]
    start = (0.11 - street.min()) / (street.max() - street.min())
    left, width = bars(picture)[0]
    assert (left, left + width) == pytest.approx((start, 1.0), abs=1e-5)
    strokes = picture.figure.axes[0].collections[:2]
    mood = sample_results.VALUES["mood"]
    inside = (street >= 0.11) & (mood >= -0.5) & (mood <= 0.2)
    assert [len(one.get_segments()) for one in strokes] == [inside.sum(), (~inside).sum()]
    assert "only square and linear" in said(picture)
    assert "p < 0.001" in said(picture)
    assert "box 2" in said(picture)


def test_strokes_can_be_the_worlds_in_which_it_holds():
    holds = sample_results.VALUES["street"] > 0.4
    picture = draw_discovery(sample_results.DISCOVERY, sample_results.VALUES, holds)
    strokes = picture.figure.axes[0].collections[:2]
    assert [len(one.get_segments()) for one in strokes] == [holds.sum(), (~holds).sum()]
    assert "above: worlds where it holds" in said(picture)


def test_what_moved_most_comes_first_and_what_cannot_move_is_left_out():
    picture = draw_posterior(sample_results.POSTERIOR)
    shown = [axes for axes in picture.figure.axes if axes.get_visible()]
    assert len(shown) == 2
    assert shown[0].get_title() == "mood"
    assert shown[0].get_xlabel().strip() == "men"
    assert "the 2 unknowns of 4" in picture.description


def test_where_nothing_moved_by_more_than_chance_nothing_is_drawn():
    prior = np.tile(sample_results.POSTERIOR.prior[:100], (1, 1))
    picture = draw_posterior(replace(sample_results.POSTERIOR, values=prior))
    assert not [axes for axes in picture.figure.axes if axes.get_visible()]
    assert "none moved by more than chance does" in picture.title
    assert "none of 4 unknowns" in picture.description


def test_the_weight_of_evidence_is_told_in_decibels_event_by_event():
    picture = draw_rivalry(sample_results.RIVALRY)
    points = {
        line.get_marker(): round(line.get_xdata()[0], 3)
        for line in picture.figure.axes[0].get_lines()
    }
    assert points["o"] == 1.2
    assert points["D"] == 6.2
    assert points["s"] == 7.0
    assert "all together" in said(picture)
    assert "+6.20 dB" in picture.description


def test_an_explanation_is_drawn_part_by_part():
    whole = Explanation(
        sample_results.EVENT,
        None,
        attribution=sample_results.FORCES,
        conditions=sample_results.CONDITIONS,
        sensitivity=sample_results.SENSITIVITY,
        tipping=replace(sample_results.TIPPING, maps=(sample_results.MAP, sample_results.MAP)),
        discovery=sample_results.DISCOVERY,
    )
    names = [one.name for one in draw_explanation(whole, sample_results.VALUES)]
    assert names == [
        "attribution-forces", "interactions-forces", "attribution-conditions", "sensitivity",
        "tipping", "tipping-map-1", "tipping-map-2", "discovery",
    ]  # fmt: skip


def test_neither_the_package_nor_its_analysis_loads_matplotlib():
    code = (
        "import sys, importlib, pkgutil, conjuncture, conjuncture.analysis as analysis\n"
        "import conjuncture.ensemble\n"
        "for one in pkgutil.walk_packages(analysis.__path__, 'conjuncture.analysis.'):\n"
        "    importlib.import_module(one.name)\n"
        "assert 'matplotlib' not in sys.modules\n"
        "import conjuncture.figures.explanation, conjuncture.figures.claims\n"
        "import conjuncture.figures.outcomes, conjuncture.figures.picture\n"
        "conjuncture.figures.picture.png(conjuncture.figures.claims.draw_claims([]))\n"
        "assert 'matplotlib.figure' in sys.modules\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
