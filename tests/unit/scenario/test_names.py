"""Names that could not be used later are refused where they are given."""

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import read_crisis

SCENARIO = """
conjuncture: 1
title: Names
account: account.md
forces:
  unions: {mass: 20}
  crown: {troops: 1}
stages:
  talks:
    mechanism: game
    nodes:
      demand: {player: unions, moves: {ask: granted, wait: quiet}}
    endings: {granted: {}, quiet: {}}
claims: {}
"""


def refused(write_crisis, text):
    """Return the mistakes of a scenario."""
    with pytest.raises(ScenarioError) as raised:
        read_crisis(write_crisis(text), stage_models())
    return str(raised.value)


@pytest.mark.parametrize("name", ["lambda", "import", "inf", "NaN", "Infinity", "__crown"])
@pytest.mark.parametrize("old", ["crown", "talks", "granted"])
def test_what_no_expression_could_name_is_no_name(write_crisis, old, name):
    told = refused(write_crisis, SCENARIO.replace(old, name))
    assert f"'{name}' could not be read in an expression; choose another name" in told


@pytest.mark.parametrize("name", ["lambda", "__ask", "nan"])
def test_nor_is_it_a_move(write_crisis, name):
    told = refused(write_crisis, SCENARIO.replace("ask", name))
    assert f"'{name}' could not be read in an expression" in told


def test_nor_is_it_what_node_and_move_are_called_together(write_crisis):
    told = refused(write_crisis, SCENARIO.replace("demand", "_").replace("ask", "_1"))
    assert "'___1' could not be read in an expression; rename the node, or the move" in told


def test_two_underscores_within_a_name_are_harmless(crisis):
    found = crisis(SCENARIO.replace("talks", "round__one").replace(
        "claims: {}", "claims: {a: {says: Granted., test: P(round__one = granted) > 0.5}}"
    ))  # fmt: skip
    assert list(found.claims) == ["a"]


@pytest.mark.parametrize("name", ["world", "history", "force"])
def test_no_stage_is_called_like_an_axis_of_saved_histories(write_crisis, crisis, name):
    told = refused(write_crisis, SCENARIO.replace("talks", name))
    assert f"'{name}' is an axis of saved histories" in told
    assert crisis(SCENARIO.replace("crown", name)).forces[name]
