"""The sweep file: what it means, and a sentence with its place for every mistake."""

import pytest

from conjuncture.errors import ScenarioError
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.sweep_file import read_sweep
from sweeps import SWEEP, write_sweep


def read(folder, text=SWEEP):
    return read_sweep(write_sweep(folder, text), stage_models())


def test_a_sweep_is_every_value_with_every_other(tmp_path):
    found = read(tmp_path, SWEEP.replace("worlds: 4", "  mood: [0, 0.5]\nworlds: [4, 8]"))
    [case] = found.cases
    assert case.name == "free"
    assert [setting.values for setting in case.settings] == [
        {"line.troops": troops, "mood": mood} for troops in (1.0, 3.0) for mood in (0.0, 0.5)
    ]
    assert list(case.questions) == ["wins", "margin"]
    assert case.claims == ()
    assert [worlds for worlds, _ in found.sizes["worlds"]] == [4, 8]
    assert found.keys == {"line.troops": True, "mood": True}


def test_what_is_not_said_is_as_in_other_commands(tmp_path):
    found = read(tmp_path, "sweep: 1\nscenarios: free\nclaims: all\n")
    [case] = found.cases
    assert [setting.values for setting in case.settings] == [{}]
    assert [claim.key for claim in case.claims] == ["crowd"]
    assert {key: [number for number, _ in found.sizes[key]] for key in found.sizes} == {
        "worlds": [400], "histories": [512], "seeds": [1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("sweep: 1", "sweep: 2", "1:8: this is not a sweep of version 1; begin with 'sweep: 1'"),
        ("seeds:", "seed:", "10:1: a sweep has no entry 'seed'; did you mean 'seeds'?"),
        ("[free]", "[fre]", "2:13: there is no scenario 'fre'"),
        ("[free]", "[free, free]", "2:19: 'free' is written twice"),
        ("[free]", "{free: 1}", "2:12: 'scenarios' is a text or a list of them"),
        ("= a)", "= c)", "4:22: "),
        ("P(showdown = a)", "P(showdown = a) > 0.5", "4:9: this is a comparison, not a quantity"),
        ("line.troops:", "line.tropps:", "7:3: "),
        ("[1, 3]", "[1, many]", "7:20: "),
        ("[1, 3]", "[1, 3 at showdown]", "7:20: 'line.troops' cannot be set to '3 at showdown'"),
        ("line.troops: [1, 3]", "showdown: a", "7:13: 'showdown' cannot be set to 'a'"),
        ("[1, 3]", "[1, line.troops * 2]", "7:20: 'line.troops' cannot be set to"),
        ("worlds: 4", "worlds: four", "8:9: 'four' is no whole number; as in worlds: 400"),
        ("seeds: [1, 2]", "seeds: [1, -2]", "10:12: '-2' is no whole number"),
        ("worlds: 4", "claims: [crwd]\nworlds: 4", "8:10: there is no claim 'crwd'; did you"),
        ("scenarios: [free]\n", "", "1:1: the sweep names no scenario"),
        (SWEEP[9:], "scenarios: free\n", "1:1: the sweep asks nothing"),
        (SWEEP, "", "1:1: the sweep is empty; start with 'sweep: 1'"),
        (SWEEP, "- a\n", "1:1: a sweep is a list of 'key: value' lines"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(tmp_path, old, new, told):
    assert old in SWEEP
    with pytest.raises(ScenarioError) as raised:
        read(tmp_path, SWEEP.replace(old, new, 1) if old != SWEEP else new)
    assert f"sweep.yaml:{told}" in str(raised.value)


def test_too_many_settings_are_refused_before_they_are_made(tmp_path):
    seeds = ", ".join(map(str, range(1000)))
    text = SWEEP.replace("[1, 2]", f"[{seeds}]").replace("[1, 3]", f"[{seeds}]")
    with pytest.raises(ScenarioError, match="these are 1,000,000 settings; ask for at most"):
        read(tmp_path, text)


def test_a_mistake_names_the_scenario_where_there_are_several(tmp_path):
    text = SWEEP.replace("[free]", "[free, bolivia-1970]").replace(
        "set:\n  line.troops: [1, 3]\n", ""
    )
    with pytest.raises(ScenarioError, match=r"in 'bolivia-1970'\)") as raised:
        read(tmp_path, text)
    assert "(in 'free')" not in str(raised.value)
