from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from conjuncture.mechanisms.registry import packages, stage_models
from conjuncture.scenario.scenario_file import crises
from conjuncture.scenario.schema import build_schema, read_shipped_schema, schema_text
from crisis_with_traces import with_effects

OWN = {
    name: model
    for name, model in stage_models().items()
    if packages()[name].startswith("conjuncture.mechanisms.")
}
ROOT = Path(__file__).parents[3]
GOOD = [
    *(folder / "scenario.yaml" for folder in crises().values()),
    ROOT / "tests" / "contracts" / "malformed" / "scenario.yaml",
    ROOT / "src" / "conjuncture" / "cli" / "template" / "scenario.yaml",
]


def loaded(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


def test_shipped_schema_has_not_drifted():
    # To renew it: python scripts/renew_schema.py
    assert read_shipped_schema() == schema_text(OWN)


def test_schema_is_a_schema():
    found = build_schema(OWN)
    jsonschema.Draft202012Validator.check_schema(found)
    assert "$id" not in found
    assert "version 1" in found["title"]


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.parent.name)
def test_good_scenarios_fit(file):
    jsonschema.validate(loaded(file.read_text("utf-8")), build_schema(OWN))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("troops:", "tropps:"),
        ("conjuncture: 1", "conjuncture: 2"),
        ("mechanism: showdown", "mechanism: duel"),
        ("groups:", "group:"),
        ("{firm: 0.7, sworn: 0.3}", "{firm: 0.7}"),
        ("3 * 2", "{value: 3, nota: x}"),
        ("3 * 2", "{note: x}"),
        ("3 * 2", "[3]"),
        ("  mood:", "  army-mood: 1\n  mood:"),
    ],
)
def test_misshapen_scenarios_do_not(old, new):
    text = GOOD[-2].read_text("utf-8").replace(old, new, 1)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(loaded(text), build_schema(OWN))


def test_traces_fit():
    effects = (
        "{when: not red, shift: {workers.trust.leaders: -0.8}, note: x}",
        "{set: {guard.fear: 1 / 2}, clip: {leaders.fear: 1}}",
    )
    left_out = "omissions: [{quote: It rained., why: no cause}]\n"
    jsonschema.validate(loaded(with_effects("clash", *effects) + left_out), build_schema(OWN))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("shift: {", "shft: {"),
        ("why:", "because:"),
        ("toward: force", "toward: forces"),
        ("  fear: {", "  fear: {domian: 0 to 1, "),
    ],
)
def test_misshapen_traces_do_not(old, new):
    text = with_effects("clash", "{shift: {guard.fear: 1}}")
    text += "omissions: [{quote: It rained., why: no cause}]\n"
    assert old in text
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(loaded(text.replace(old, new, 1)), build_schema(OWN))
