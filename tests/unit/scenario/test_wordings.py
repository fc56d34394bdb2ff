"""The words that a scenario has for sentences are read where they stand."""

from __future__ import annotations

from conjuncture.scenario.crisis import Words
from crisis_with_traces import SCENARIO, read

MOOD = "mood: {value: -1 to 1, note: shared}"


def test_outcomes_and_stages_have_words(tmp_path):
    text = SCENARIO.replace(
        "next: {red: talks, blue: purge}",
        "short: the day of the clash\n    says: {red: the leaders\n      prevail}",
    ).replace("    next: {red: purge}\n", "", 1)
    stage = read(tmp_path, text).stages["clash"]
    assert stage.short == "the day of the clash"
    assert stage.says == {"red": "the leaders prevail"}


def test_without_words_nothing_is_said(tmp_path):
    crisis = read(tmp_path, SCENARIO)
    assert crisis.stages["clash"].short == ""
    assert crisis.stages["clash"].says == {}
    assert crisis.stages["clash"].model.sides_of() == {}
    assert crisis.numbers["mood"].words == Words()


def test_camps_have_words(tmp_path):
    text = SCENARIO.replace(
        "red: {core: leaders}", "red: {core: leaders, says: the leaders'  side}"
    )
    assert read(tmp_path, text).stages["clash"].model.sides_of() == {"red": "the leaders' side"}


def test_sentences_call_a_force_by_its_short_name(tmp_path):
    text = SCENARIO.replace(
        "guard: {", "guard: {name: The guard of the old palace, short: The men, "
    )
    guard = read(tmp_path, text).forces["guard"]
    assert guard.name == "The guard of the old palace"
    assert (guard.phrase, guard.plural) == ("the men", True)


def test_short_name_alone_is_the_name(tmp_path):
    guard = read(tmp_path, SCENARIO.replace("guard: {", "guard: {short: the men, ")).forces["guard"]
    assert (guard.name, guard.phrase) == ("the men", "the men")


def test_unknowns_have_words(tmp_path):
    words = "mood: {value: -1 to 1, short: the mood of the city, when_low: it is calm}"
    number = read(tmp_path, SCENARIO.replace(MOOD, words)).numbers["mood"]
    assert number.words == Words("the mood of the city", "it is calm", "")


def test_narrowed_constants_have_words(tmp_path):
    words = f"{MOOD}\n  fog: {{value: 0.3 to 0.5, short: the haze, when_high: nobody sees}}"
    number = read(tmp_path, SCENARIO.replace(MOOD, words)).numbers["fog"]
    assert number.words == Words("the haze", "", "nobody sees")
