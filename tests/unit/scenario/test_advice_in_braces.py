"""Advice with a comma in it, on a value that stands within brackets of YAML, can be followed."""

import re

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import read_crisis
from crises import SWORN
from malformed import write_scenario

PURSE = SWORN.replace("unknowns: {", "unknowns: {purse: -1 to 1, ")
RED = "red: {kind: army, troops: 1 to 4}"


def remedies_of(folder, text):
    try:
        read_crisis(write_scenario(folder, text), stage_models())
    except ScenarioError as error:
        return [one.remedy for one in error.mistakes]
    return []


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("0.5 + 1 / purse", '"0.5 + 1 / max(purse, 0.01)"'),
        ("exp(log(purse))", '"exp(log(max(purse, 0.01)))"'),
        ("sqrt(purse)", '"sqrt(max(purse, 0))"'),
    ],
)
def test_it_comes_in_quotes_and_is_not_refused_again(tmp_path, value, advice):
    text = PURSE.replace(RED, f"red: {{kind: army, troops: {value}}}")
    assert text != PURSE
    (remedy,) = remedies_of(tmp_path, text)
    assert remedy == f"write {advice}"
    assert not any(
        "quotes" in one or "max(purse" in one
        for one in remedies_of(tmp_path, text.replace(value, advice))
    )


def test_of_what_has_no_name_it_says_that_quotes_are_needed(tmp_path):
    text = PURSE.replace(RED, "red: {kind: army, troops: 1 / (purse - 0.5)}")
    (remedy,) = remedies_of(tmp_path, text)
    assert re.match(r"use max\(x, 0.01\), and put the whole value in quotes, as in", remedy)


def test_outside_brackets_it_needs_none(tmp_path):
    text = PURSE.replace(RED, "red:\n    kind: army\n    troops: 1 / purse")
    (remedy,) = remedies_of(tmp_path, text)
    assert remedy == "write max(purse, 0.01) instead of purse"
