from __future__ import annotations

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.graph import dominators_of
from conjuncture.scenario.stage_graph import certain_stages, edges_of
from crisis_with_traces import SCENARIO, has_warning, read


def with_talks(following: str) -> str:
    return SCENARIO.replace("    next: {red: purge}\n", f"    {following}\n")


def test_history_goes_on_when_visits_run_out(tmp_path):
    text = with_talks("visits: 2\n    next: {blue: talks}\n    afterwards: purge")
    stage = read(tmp_path, text).stages["talks"]
    assert (stage.visits, stage.afterwards) == (2, "purge")
    assert edges_of({"talks": stage})["talks"] == ["end", "talks", "purge"]


def test_it_ends_when_nothing_is_said(tmp_path):
    assert read(tmp_path, with_talks("next: {red: purge}")).stages["talks"].afterwards == "end"


def test_stage_reached_only_afterwards_is_known(tmp_path):
    text = with_talks("visits: 2\n    next: {blue: talks}\n    afterwards: purge")
    text = text.replace("blue: purge}", "blue: end}")
    crisis = read(tmp_path, text + "observed: {clash: red, talks: blue, purge: red}\n")
    assert crisis.observed["purge"] == "red"
    assert not has_warning(crisis, "no outcome leads to")


def test_circle_through_a_stage_with_one_visit(tmp_path):
    text = with_talks("visits: 3\n    next: {blue: purge}")
    text = text.replace("note: the last", "next: {red: talks}\n    note: the last")
    assert has_warning(read(tmp_path, text), "a history that comes back to 'purge' ends there")
    text = text.replace("note: the last", "visits: 2\n    note: the last")
    assert not has_warning(read(tmp_path, text), "comes back to")


def test_circle_without_visits_is_refused(tmp_path):
    text = with_talks("next: {blue: talks}")
    with pytest.raises(ScenarioError, match="talks → talks; write 'visits: 2' in 'talks'"):
        read(tmp_path, text)


def test_circle_through_afterwards_is_refused(tmp_path):
    text = with_talks("visits: 2\n    next: {blue: talks}\n    afterwards: clash")
    with pytest.raises(ScenarioError, match="clash → talks → clash"):
        read(tmp_path, text)


def test_afterwards_of_what_never_recurs_is_doubted(tmp_path):
    text = with_talks("next: {red: purge}\n    afterwards: purge")
    assert has_warning(read(tmp_path, text), "its 'afterwards' means nothing")


def test_certain_stages_do_not_hang_on_visits(tmp_path):
    text = with_talks("visits: 2\n    next: {red: purge, blue: talks}\n    afterwards: purge")
    assert certain_stages(read(tmp_path, text).stages) == {"clash"}


def test_passed_stages_of_a_loop():
    edges = {"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": []}
    assert dominators_of(edges, "a") == {
        "a": {"a"}, "b": {"a", "b"}, "c": {"a", "b", "c"}, "d": {"a", "b", "d"},
    }  # fmt: skip
