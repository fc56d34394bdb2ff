"""What a showdown refuses of unity, entries and signals."""

import pytest

from conjuncture.mechanisms.showdown.inputs import Camp, Signal, Stage
from conjuncture.scenario.stage_model import Cast

CAST = Cast(("staff", "base", "line", "crowd"), {"army": ("staff", "line"), "alone": ("line",)})
CAMPS = {"a": Camp(core="staff"), "b": Camp(core="base")}


@pytest.mark.parametrize(
    ("said", "path", "expected"),
    [
        ({"unity": {"amry": 1}}, ("unity", "amry"), "did you mean 'army'"),
        ({"unity": {"alone": 1}}, ("unity", "alone"), "no two members"),
        ({"unity": {"line": 1}}, ("unity", "line"), "no two members"),
        ({"enters": {"crwd": 2}}, ("enters", "crwd"), "did you mean 'crowd'"),
        ({"enters": {"staff": 2}}, ("enters", "staff"), "the core of 'a'"),
        ({"enters": {"line": 2, "alone": 3}}, ("enters", "alone"), "both say when 'line' enters"),
        ({"among": ["line", "crwd"]}, ("among", 1), "did you mean 'crowd'"),
        (
            {"among": ["line"], "enters": {"crowd": 2}},
            ("enters", "crowd"),
            "'crowd' takes no part in this stage, and so never enters add 'crowd' to 'among'",
        ),
        (
            {"among": ["crowd"], "unity": {"army": 1}},
            ("unity", "army"),
            "no two members of 'army' take part in this stage add 'army' to 'among'",
        ),
        (
            {"signals": {"unity": Signal(camp="a", reach={"line": 1})}},
            ("signals", "unity"),
            "a word of the showdown",
        ),
    ],
)
def test_mistakes_name_their_place(said, path, expected):
    [found] = Stage(camps=CAMPS, **said).mistakes(CAST)
    assert found[0] == path
    assert expected in " ".join(found[1:])


def test_what_is_not_used_adds_nothing():
    plain = Stage(camps=CAMPS, signals={"word": Signal(camp="a", round=3, reach={"line": 1})})
    assert [value.key for value in plain.values()] == [
        "a.resolve", "b.resolve", "strength", "word.reach.line",
    ]  # fmt: skip
    assert "heard" not in plain.symbols(CAST).measures
    assert plain.last_entry == 3


def test_what_is_used_becomes_values_and_a_measure():
    stage = Stage(
        camps=CAMPS,
        signals={"word": Signal(camp="a", chance="0.2 to 0.8", reach={"line": 1})},
        unity={"army": "0.5 to 2"},
        enters={"crowd": 7},
    )
    assert {"word.chance", "unity.army"} <= {value.key for value in stage.values()}
    assert stage.symbols(CAST).measures["heard"].index == ("word",)
    assert stage.last_entry == 7
    assert stage.mistakes(CAST) == []


def test_the_cores_take_part_whoever_else_does():
    assert Stage(camps=CAMPS).takes_part(CAST) == CAST.forces
    assert Stage(camps=CAMPS, among=["alone"]).takes_part(CAST) == ["staff", "base", "line"]
