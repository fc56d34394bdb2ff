from __future__ import annotations

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.language.nodes import NumberLiteral, RandomDraw
from conjuncture.language.symbols import BATTALIONS, NON_NEGATIVE, REAL, UNIT_INTERVAL
from crisis_with_traces import SCENARIO, has_warning, read, with_effects


def test_attributes_are_declared(tmp_path):
    attributes = read(tmp_path, SCENARIO).attributes
    assert list(attributes) == ["trust", "fear", "grievance"]
    assert attributes["trust"].toward == "force"
    assert attributes["trust"].domain == UNIT_INTERVAL
    assert attributes["trust"].meaning == "share that follows"
    assert attributes["trust"].provenance.quote is not None
    assert attributes["fear"].default == "0.2 to 0.6"
    assert attributes["grievance"].domain == REAL
    assert attributes["grievance"].place.line == 7


def test_cells_are_where_they_are_stated(tmp_path):
    numbers = read(tmp_path, SCENARIO).numbers
    assert [key for key in numbers if ".trust." in key] == ["workers.trust.leaders"]
    assert not [key for key in numbers if "grievance" in key]
    assert numbers["workers.trust.leaders"].stated


def test_default_is_for_those_who_do_not_state_it(tmp_path):
    numbers = read(tmp_path, SCENARIO).numbers
    assert numbers["leaders.fear"].stated
    assert not numbers["guard.fear"].stated
    drawn = numbers["guard.fear"].value
    assert isinstance(drawn, RandomDraw)
    assert drawn.site == "guard.fear"
    assert numbers["guard.fear"].widest != drawn


def test_default_toward_camps_fills_every_camp(tmp_path):
    text = SCENARIO.replace("  fear:", "  hope: {toward: camp, default: 0.5}\n  fear:")
    numbers = read(tmp_path, text).numbers
    assert numbers["guard.hope.red"].value == NumberLiteral(0.5)
    assert "guard.hope.blue" in numbers


def test_placebo_worlds_take_the_widest(tmp_path):
    text = SCENARIO.replace("guard: {", "guard: {grievance: 1, ")
    widest = read(tmp_path, text).numbers["guard.grievance"].widest
    assert isinstance(widest, RandomDraw)
    assert widest.family == "normal"
    assert widest.parameters[0] == 0.0


def test_units_and_domains(tmp_path):
    arms = "  arms: {domain: at least 0, unit: battalions, default: 0.1}\n  fear:"
    number = read(tmp_path, SCENARIO.replace("  fear:", arms)).numbers["workers.arms"]
    assert (number.domain, number.unit) == (NON_NEGATIVE, BATTALIONS)


def test_group_sums_a_declared_attribute(tmp_path):
    text = SCENARIO.replace("blue: hostile + mood", "blue: hostile - army.fear")
    assert read(tmp_path, text).numbers["workers.leans.blue"].stated


def test_one_number_is_not_kept_apart(tmp_path):
    text = SCENARIO.replace("{leaders: 0.3 to 0.7}", "0.5", 1)
    with pytest.raises(ScenarioError, match="write 'key: value' lines"):
        read(tmp_path, text)


def test_trust_in_oneself_is_refused(tmp_path):
    text = SCENARIO.replace("trust: {leaders: 0.3", "trust: {workers: 0.5, leaders: 0.3")
    with pytest.raises(ScenarioError, match="cannot have 'trust' to itself"):
        read(tmp_path, text)


def test_unknown_force_in_trust(tmp_path):
    text = SCENARIO.replace("trust: {leaders: 0.3", "trust: {leader: 0.5, leaders: 0.3")
    with pytest.raises(ScenarioError, match="did you mean 'leaders'"):
        read(tmp_path, text)


def test_attribute_that_nothing_reads_is_doubted(tmp_path):
    crisis = read(tmp_path, SCENARIO)
    assert has_warning(crisis, "nothing reads the attribute 'fear'")
    assert has_warning(crisis, "nothing reads the attribute 'grievance'")
    assert not has_warning(crisis, "nothing reads the attribute 'trust'")


def test_moving_is_not_reading_but_reading_in_an_effect_is(tmp_path):
    crisis = read(tmp_path, with_effects("clash", "{clip: {guard.fear: guard.fear + 0.1}}"))
    assert has_warning(crisis, "nothing reads the attribute 'fear'")
    crisis = read(tmp_path, with_effects("clash", "{shift: {guard.cohesion: -guard.fear}}"))
    assert not has_warning(crisis, "nothing reads the attribute 'fear'")
