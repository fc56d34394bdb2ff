"""Compiled programs, kept for as long as the process lives: one per structure, one per tally."""

from __future__ import annotations

from collections.abc import Sequence

from conjuncture.engine.intervening import Run, rules_imposed, timed_cells
from conjuncture.engine.program import Program
from conjuncture.engine.structure import is_nothing, structure_of
from conjuncture.engine.tallies import Group, Histogram, TallyProgram
from conjuncture.language.nodes import SetCell
from conjuncture.scenario.crisis import Crisis

_programs: dict[tuple[object, ...], Program] = {}


def program_for(
    crisis: Crisis, runs: Sequence[Run] = (), *, evidence: bool = False, recording: bool = False
) -> Program:
    """Return the program of a crisis that can make some runs.

    One program serves all runs, save those that impose a rule which no world has, give a force
    what none of its worlds gives it, or set a number from a stage on that by then differs between
    histories; these compile another.
    """
    rules = rules_imposed(runs)
    raised = frozenset(
        act.key
        for run in runs
        for act in run
        if isinstance(act, SetCell) and is_nothing(crisis.numbers[act.key].value)
    )
    timed = timed_cells(structure_of(crisis), runs)
    key = (crisis.digest, tuple(sorted(rules.items())), raised, timed, evidence, recording)
    if key not in _programs:
        structure = structure_of(crisis, rules, raised, timed)
        _programs[key] = Program(structure, evidence, recording)
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
