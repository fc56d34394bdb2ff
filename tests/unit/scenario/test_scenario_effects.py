from __future__ import annotations

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.language.nodes import (
    Cell,
    Compare,
    Label,
    Measure,
    Not,
    NumberLiteral,
    Outcome,
    Reached,
    cells_of,
    walk,
)
from conjuncture.scenario.crisis import Change, Effect
from crisis_with_traces import SCENARIO, has_warning, read, with_effects


def effects_of(folder, stage: str, *effects: str) -> tuple[Effect, ...]:
    return read(folder, with_effects(stage, *effects)).stages[stage].effects


def changes_of(folder, effect: str, stage: str = "clash") -> tuple[Change, ...]:
    (found,) = effects_of(folder, stage, effect)
    return found.changes


def refused(folder, stage: str, *effects: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(folder, with_effects(stage, *effects))
    return "\n".join(map(str, caught.value.mistakes))


def test_effect_without_a_condition_always_happens(tmp_path):
    (effect,) = effects_of(tmp_path, "clash", "{shift: {guard.cohesion: -0.5}, note: shame}")
    assert effect.when is None
    assert effect.provenance.note == "shame"
    assert effect.place.line == 28
    (change,) = effect.changes
    assert (change.key, change.how, change.written) == ("guard.cohesion", "shift", "-0.5")
    assert change.place.column == 18


def test_outcome_of_the_stage_may_stand_alone(tmp_path):
    red = Compare("=", Outcome("clash"), Label("red", 0))
    (effect,) = effects_of(tmp_path, "clash", "{when: red, shift: {guard.cohesion: -1}}")
    assert effect.when == red
    (effect,) = effects_of(tmp_path, "clash", "{when: not red, shift: {guard.cohesion: -1}}")
    assert effect.when == Not(red)
    joined = "{when: red and clash.margin > 1 or not (blue), shift: {guard.cohesion: -1}}"
    (effect,) = effects_of(tmp_path, "clash", joined)
    assert red in [node for node, _ in walk(effect.when)]


def test_event_of_an_earlier_stage(tmp_path):
    written = "{when: clash = blue and reached(talks), shift: {guard.cohesion: -1}}"
    (effect,) = effects_of(tmp_path, "purge", written)
    assert Reached("talks") in [node for node, _ in walk(effect.when)]


def test_several_changes_keep_their_kinds(tmp_path):
    written = "{clip: {guard.fear: 1}, set: {leaders.fear: 0.5}, shift: {clash.red.resolve: 1}}"
    found = {change.key: change.how for change in changes_of(tmp_path, written)}
    assert found == {"leaders.fear": "set", "clash.red.resolve": "shift", "guard.fear": "clip"}


@pytest.mark.parametrize(
    "target", ["workers.leans.blue", "guard.troops", "workers.trust.leaders", "talks.blue.resolve"]
)
def test_targets(tmp_path, target):
    (change,) = changes_of(tmp_path, f"{{shift: {{{target}: 0.5}}}}")
    assert change.key == target


def test_group_moves_each_member_that_has_the_attribute(tmp_path):
    written = "{shift: {army.cohesion: clash.division - army.cohesion * 2}}"
    found = changes_of(tmp_path, written)
    assert [change.key for change in found] == ["guard.cohesion", "line.cohesion"]
    for change in found:
        assert cells_of(change.value) == {change.key}
        assert Measure("clash", "division") in [node for node, _ in walk(change.value)]


def test_another_group_attribute_is_still_the_sum(tmp_path):
    (first, _) = changes_of(tmp_path, "{shift: {army.cohesion: army.fear}}")
    assert cells_of(first.value) == {"guard.fear", "line.fear", "workers.fear"}


def test_mistake_in_a_group_is_told_once(tmp_path):
    text = refused(tmp_path, "clash", "{shift: {army.cohesion: mod}}")
    assert len(text.splitlines()) == 1
    assert "did you mean 'mood'?" in text


def test_sworn_member_cannot_be_moved(tmp_path):
    text = refused(tmp_path, "clash", "{shift: {army.leans.blue: 1}}")
    assert "in the group 'army': 'line.leans.blue' is sworn" in text


def test_later_stage_cannot_be_read(tmp_path):
    written = "{shift: {guard.cohesion: talks.division}}"
    assert "'talks' never comes before 'clash' ends" in refused(tmp_path, "clash", written)
    written = "{when: talks = red, shift: {guard.cohesion: 1}}"
    assert "'talks' never comes before 'clash' ends" in refused(tmp_path, "clash", written)


def test_stage_that_may_be_passed_by_needs_a_condition(tmp_path):
    written = "{shift: {guard.cohesion: talks.division}}"
    text = refused(tmp_path, "purge", written)
    assert "a history may come to 'purge' without 'talks'; add 'reached(talks)' to 'when'" in text
    for when in ("reached(talks)", "talks = red", "not talks.margin > 1 and red"):
        written = f"{{when: {when}, shift: {{guard.cohesion: talks.division}}}}"
        assert changes_of(tmp_path, written, "purge")
    written = "{when: talks = red or blue, shift: {guard.cohesion: talks.division}}"
    assert "without 'talks'" in refused(tmp_path, "purge", written)


def test_stage_on_every_way_needs_none(tmp_path):
    assert changes_of(tmp_path, "{shift: {guard.cohesion: clash.division}}", "purge")


def test_another_visit_needs_a_condition(tmp_path):
    text = SCENARIO.replace("next: {red: purge}", "visits: 3\n    next: {red: purge, blue: talks}")
    effect = "\n      - {when: WHEN, shift: {guard.cohesion: 'talks[2].division'}, note: x}"
    text = text.replace("note: the second\n    effects: []", f"note: x\n    effects:{effect}")
    with pytest.raises(ScenarioError, match=r"without 'talks\[2\]'"):
        read(tmp_path, text.replace("WHEN", "red"))
    assert read(tmp_path, text.replace("WHEN", "'reached(talks[2])'")).stages["talks"].effects


def test_condition_that_cannot_hold_is_doubted(tmp_path):
    written = "{when: red and blue, shift: {guard.cohesion: 1}}"
    assert has_warning(read(tmp_path, with_effects("clash", written)), "can never be true")
    written = "{when: clash = blue, shift: {guard.cohesion: 1}}"
    assert has_warning(read(tmp_path, with_effects("talks", written)), "can never be true")
    assert not has_warning(read(tmp_path, with_effects("purge", written)), "can never be true")


def test_effect_without_a_source_is_doubted(tmp_path):
    text = with_effects("clash", "{shift: {guard.cohesion: 1}}")
    assert not has_warning(read(tmp_path, text), "this effect of 'clash'")
    text = text.replace("    note: the first\n", "")
    assert has_warning(read(tmp_path, text), "this effect of 'clash' has no quote, note or source")


def test_shift_that_moves_nothing_is_doubted(tmp_path):
    crisis = read(tmp_path, with_effects("clash", "{shift: {workers.troops: 1}}"))
    assert has_warning(crisis, "'workers.troops' is 0, and a shift leaves that as it is")
    both = ("{set: {workers.troops: 1}}", "{shift: {workers.troops: 1}}")
    assert not has_warning(read(tmp_path, with_effects("clash", *both)), "a shift leaves that")


def test_effects_follow_each_other_in_order(tmp_path):
    first, second = effects_of(
        tmp_path, "clash", "{set: {guard.fear: 0.1}}", "{clip: {guard.fear: guard.fear * 2}}"
    )
    assert first.changes[0].value == NumberLiteral(0.1)
    assert cells_of(second.changes[0].value) == {Cell("guard.fear").key}


def test_effects_change_the_digest(tmp_path):
    plain = read(tmp_path, SCENARIO).digest
    assert read(tmp_path, with_effects("clash", "{set: {guard.fear: 0.1}}")).digest != plain
