"""The flow diagram: what is joined, and where everything stands."""

from __future__ import annotations

import numpy as np
import pytest

import sample_results
from conjuncture.analysis.courses import Flow
from conjuncture.figures.outcomes import (
    RARER,
    SCALE,
    SMALLEST,
    draw_outcomes,
    join_thin_flows,
    place_flows,
    spread_centres,
)


def test_flows_too_thin_are_joined_and_what_only_they_reach_goes():
    shown = join_thin_flows(sample_results.FLOWS, {})
    window = {flow.outcome: flow for flow in shown if flow.stage == "window"}
    assert set(window) == {"quiet", "carried", RARER}
    assert window[RARER].share == pytest.approx(0.002)
    assert window[RARER].then is None
    assert "cellar" not in {flow.stage for flow in shown}


def test_a_single_thin_flow_keeps_its_name():
    flows = [Flow("a", "x", None, 0.999), Flow("a", "y", None, 0.001)]
    assert join_thin_flows(flows, {}) == flows


def test_bands_leave_and_arrive_one_under_another():
    found = place_flows(
        sample_results.FLOWS, dict.fromkeys({one.stage for one in sample_results.FLOWS}, 0.0)
    )
    assert found.column == {"showdown": 0, "window": 1, "pact": 2, "demands (2)": 3, "cellar": 2}
    for stage, row in found.leaving.items():
        reached = found.tops[stage]
        for flow in row:
            assert found.starts[flow] == pytest.approx(reached)
            reached += flow.share * SCALE
    ends = sorted(
        (way[-1][1], flow.share) for flow, way in found.ways.items() if flow.then == "pact"
    )
    assert ends[0][0] == pytest.approx(found.tops["pact"])
    assert ends[1][0] == pytest.approx(found.tops["pact"] + ends[0][1] * SCALE)


def test_a_flow_that_passes_a_stage_does_not_cross_its_bar():
    found = place_flows(
        sample_results.FLOWS, dict.fromkeys({one.stage for one in sample_results.FLOWS}, 0.0)
    )
    passing = next(flow for flow in found.ways if flow.outcome.startswith("nobody"))
    (_, _), (column, top), (_, _) = found.ways[passing]
    assert column == 1
    bar = (found.tops["window"], found.tops["window"] + found.share("window") * SCALE)
    assert top >= bar[1] or top + passing.share * SCALE <= bar[0]


def test_things_are_spread_without_overlap_and_in_order():
    wanted = np.array([0.0, 0.1, 0.1, 5.0])
    sizes = np.array([1.0, 0.5, 0.5, 1.0])
    found = spread_centres(wanted, sizes)
    gaps = np.diff(found) - (sizes[1:] + sizes[:-1]) / 2
    assert (gaps > -1e-12).all()
    assert found[3] == 5.0
    assert len(spread_centres([], [])) == 0


def test_the_picture_names_stages_outcomes_and_shares():
    picture = draw_outcomes(sample_results.FLOWS)
    words = {" ".join(one.get_text().split()) for one in picture.figure.axes[0].texts}
    assert {"showdown", "demands (2)", "miranda 60 %", "quiet 30 %"} <= words
    assert picture.description.startswith("Histories flow through 4 stages.")
    assert "showdown with miranda, 60 %" in picture.description


def test_labels_of_a_stage_do_not_cover_each_other():
    flows = [Flow("a", f"outcome {n}", None, 0.04) for n in range(25)]
    texts = [
        one for one in draw_outcomes(flows).figure.axes[0].texts if "outcome" in one.get_text()
    ]
    heights = sorted(one.get_position()[1] for one in texts)
    assert len(heights) == 25
    assert np.diff(heights).min() > 0.1


def test_many_stages_are_drawn_across_the_sheet():
    flows = [Flow(f"stage {n}", "on", f"stage {n + 1}", 0.5) for n in range(11)]
    assert draw_outcomes([*flows, Flow("stage 11", "off", None, 0.5)]).figure.get_figwidth() > 10.0
    assert draw_outcomes([Flow("stage 0", "off", None, 1.0)]).figure.get_figwidth() < 7.0


def test_what_happened_is_marked_and_joined_to_nothing():
    fact = {"showdown": "torres"}
    thin = next(
        one for one in sample_results.FLOWS if one.stage == "window" and one.share < SMALLEST
    )
    fact["window"] = thin.outcome
    assert thin in join_thin_flows(sample_results.FLOWS, fact)
    picture = draw_outcomes(sample_results.FLOWS, fact)
    marked = [one.get_text() for one in picture.figure.axes[0].texts if "◆" in one.get_text()]
    assert len(marked) == 3
    assert "a dark line: what happened" in marked[0]
    assert picture.description.endswith(
        f"What happened is marked: showdown with torres; window with {thin.outcome}."
    )
