"""Compiled programs, kept for as long as the process lives: one per structure, one per tally."""

from __future__ import annotations

from collections.abc import Sequence

from conjuncture.engine.intervening import Run, rules_imposed
from conjuncture.engine.program import Program
from conjuncture.engine.structure import is_nothing, structure_of
from conjuncture.engine.tallies import Group, Histogram, TallyProgram
from conjuncture.language.nodes import SetCell
from conjuncture.scenario.crisis import Crisis

_programs: dict[tuple[object, ...], Program] = {}


def program_for(crisis: Crisis, runs: Sequence[Run] = (), *, evidence: bool = False) -> Program:
    """Return the program of a crisis that can make some runs.

    One program serves all runs, save those that impose a rule which no world has, or give a force
    what none of its worlds gives it; these compile another.
    """
    rules = rules_imposed(runs)
    raised = frozenset(
        act.key
        for run in runs
        for act in run
        if isinstance(act, SetCell) and is_nothing(crisis.numbers[act.key].value)
    )
    key = (crisis.digest, tuple(sorted(rules.items())), raised, evidence)
    if key not in _programs:
        _programs[key] = Program(structure_of(crisis, rules, raised), evidence)
    return _programs[key]


_tallies: dict[tuple[object, ...], TallyProgram] = {}


def tally_for(
    program: Program, groups: tuple[Group, ...], histograms: tuple[Histogram, ...] = ()
) -> TallyProgram:
    """Return the tally program of some groups; the same one for the same expressions."""
    key = (id(program), groups, histograms)
    if key not in _tallies:
        _tallies[key] = TallyProgram(program.structure, groups, histograms)
    return _tallies[key]
