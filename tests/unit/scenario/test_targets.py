"""Numbers that must be the same in all histories of a world cannot be moved."""

from __future__ import annotations

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.effects import world_fixed_cells
from crisis_with_traces import read, with_effects


@pytest.fixture
def settled(monkeypatch):
    model = stage_models()["showdown"]
    monkeypatch.setattr(model, "world_fixed_keys", lambda _: ("red.resolve",))


def test_nothing_is_settled_by_default(tmp_path):
    crisis = read(tmp_path, with_effects("clash", "{shift: {talks.red.resolve: 1}}"))
    assert world_fixed_cells({"clash": crisis.stages["clash"]}, {}) == {}


@pytest.mark.usefixtures("settled")
def test_settled_value_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match=r"'talks\.red\.resolve' must be the same in all hist"):
        read(tmp_path, with_effects("clash", "{shift: {talks.red.resolve: 1}}"))


@pytest.mark.usefixtures("settled")
def test_what_a_settled_value_follows_from_is_refused(tmp_path):
    text = with_effects("clash", "{shift: {workers.trust.leaders: 1}}")
    head, _, tail = text.partition("  talks:")
    camp = "red: {core: leaders, resolve: 0.5 * workers.trust.leaders}"
    text = f"{head}  talks:{tail.replace('red: {core: leaders}', camp, 1)}"
    with pytest.raises(
        ScenarioError, match=r"'talks\.red\.resolve' follows from 'workers\.trust\.le"
    ):
        read(tmp_path, text)
