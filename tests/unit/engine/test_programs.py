"""Programs in memory: found again, and no more of them than a process can hold."""

from collections import OrderedDict

from conjuncture.engine import program_registry
from conjuncture.engine.program_registry import program_for, tally_for
from conjuncture.ensemble import Ensemble
from crises import FREE, SEQUENTIAL


def test_the_least_recently_used_program_is_dropped(crisis, monkeypatch):
    monkeypatch.setattr(program_registry, "_programs", OrderedDict())
    monkeypatch.setattr(program_registry, "MOST_PROGRAMS", 2)
    one, two = crisis(FREE), crisis(SEQUENTIAL)
    first, second = program_for(one), program_for(two)
    assert program_for(one) is first
    third = program_for(one, evidence=True)
    assert program_for(one) is first
    assert program_for(one, evidence=True) is third
    assert program_for(two) is not second


def test_a_program_keeps_its_tallies(crisis):
    made = program_for(crisis(FREE))
    assert tally_for(made, ()) is tally_for(made, ())


def test_interventions_do_not_compile_the_simulation_again(crisis):
    free = crisis(FREE)
    ensemble = Ensemble(free, 5, 1024)
    ensemble.query("P(showdown = a)")
    before = list(program_for(free).executables)
    for act in (
        "guard aside", "without crowd", "line sides b secretly", "mood = 0.3", "crowd.mass *= 0.5",
        "showdown = b", "without friends", "army.troops = 1 at showdown", "fog = 0, line aside",
    ):  # fmt: skip
        ensemble.query(f"P(showdown = a | do({act}))")
    ensemble.query("necessity(do(guard aside, crowd aside) for showdown = a given crowd.side = a)")
    assert len(before) == 1
    assert program_for(free).executables == before
