"""Numbers, sides and stages as words within a sentence."""

from __future__ import annotations

import pytest

import conjuncture
from conjuncture.analysis.phrases import (
    number_in_words,
    quantity_in_words,
    side_in_words,
    stage_in_words,
    unknown_in_words,
)
from conjuncture.language.nodes import Arithmetic, Call, Cell, Measure, Negative, NumberLiteral
from conjuncture.scenario.scenario_file import crises
from crisis_with_traces import SCENARIO, read

pytestmark = pytest.mark.usefixtures("without_compiler")


@pytest.fixture(params=sorted(crises()))
def crisis(request):
    return conjuncture.load(request.param).crisis


def test_every_number_of_the_catalogue_has_words(crisis):
    for key in crisis.numbers:
        words = unknown_in_words(crisis, key)
        assert words.low_end.startswith("when ")
        assert words.high_end.startswith("when ")
        assert not set("_{}[]|") & set(words.name + words.low_end + words.high_end), key


def test_every_measure_of_the_catalogue_has_words(crisis):
    for stage, symbols in crisis.vocabulary.stages.items():
        for name, measure in symbols.measures.items():
            for index in measure.index or (None,):
                words = quantity_in_words(crisis, Measure(stage, name, index))
                assert not set("_{}[]|") & set(words), (stage, name, index)


def test_words_of_the_scenario_come_first(tmp_path):
    text = SCENARIO.replace(
        "mood: {value: -1 to 1, note: shared}",
        "mood: {value: -1 to 1, short: the mood of the city, when_low: it is calm}\n"
        "  fog: {value: 0.3 to 0.5, when_high: nobody sees}",
    ).replace("red: {core: leaders}", "red: {core: leaders, says: the leaders' side}", 1)
    crisis = read(tmp_path, text.replace("note: the first", "short: the great clash"))
    mood, fog = (unknown_in_words(crisis, key) for key in ("mood", "fog"))
    assert (mood.name, mood.low_end, mood.high_end) == (
        "the mood of the city", "when it is calm", "when high",
    )  # fmt: skip
    assert not mood.is_constant
    assert fog.is_constant
    assert (fog.low_end, fog.high_end) == ("when little", "when nobody sees")
    assert side_in_words(crisis, "red") == "the leaders' side"
    assert side_in_words(crisis, "red", "talks") == "the side of red"
    assert stage_in_words(crisis, "clash") == "the great clash"
    strength = Measure("clash", "strength", "red")
    assert quantity_in_words(crisis, strength) == (
        "the strength of the leaders' side in the great clash"
    )


def test_units_and_owners(crisis):
    constants = [key for key in crisis.numbers if unknown_in_words(crisis, key).is_constant]
    assert "street_exchange" in constants
    assert not any("." in key for key in constants)
    assert unknown_in_words(crisis, "street_exchange").unit == (
        "battalion equivalents per thousand people"
    )
    force = next(iter(crisis.forces.values()))
    assert unknown_in_words(crisis, force.key).name == force.phrase
    assert unknown_in_words(crisis, f"{force.key}.troops#2").name == number_in_words(
        crisis, f"{force.key}.troops"
    )


def test_sums_are_read_out(tmp_path):
    crisis = read(tmp_path, SCENARIO)
    mood = Cell("mood")
    assert quantity_in_words(crisis, Negative(mood)) == "minus the mood"
    assert (
        quantity_in_words(crisis, Arithmetic("+", mood, NumberLiteral(-0.5)))
        == "the mood plus −0.5"
    )
    assert quantity_in_words(crisis, Call("min", (mood, NumberLiteral(1.0)))) == (
        "the smaller of the mood and 1"
    )
