"""Compiled programs, the last few kept in memory: one per structure, each with its tallies.

A compiled program holds hundreds to thousands of memory mappings, and Linux grants a process
65,530: one that kept every program it ever made would in the end be killed while loading the next.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from conjuncture.engine.intervening import Run, rules_imposed, timed_cells
from conjuncture.engine.program import Program
from conjuncture.engine.structure import Structure, is_nothing, structure_of
from conjuncture.engine.tallies import Group, Histogram, TallyProgram
from conjuncture.language.nodes import SetCell
from conjuncture.scenario.crisis import Crisis

MOST_PROGRAMS = 8
"""Programs kept in memory, the least recently used dropped first; on disk they all stay."""

_programs: OrderedDict[tuple[object, ...], Program] = OrderedDict()


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
    return program_of(structure_of(crisis, rules, raised, timed), evidence, recording)


def program_of(structure: Structure, evidence: bool, recording: bool) -> Program:
    """Return the program of a structure."""
    rules = tuple(sorted(structure.rules.items()))
    timed = structure.living.timed
    key = (structure.crisis.digest, rules, structure.raised, timed, evidence, recording)
    if key not in _programs:
        _programs[key] = Program(structure, evidence, recording)
        if len(_programs) > MOST_PROGRAMS:
            _programs.popitem(last=False)
    _programs.move_to_end(key)
    return _programs[key]


def tally_for(
    program: Program, groups: tuple[Group, ...], histograms: tuple[Histogram, ...] = ()
) -> TallyProgram:
    """Return the tally program of some groups; the same one for the same expressions."""
    key = (groups, histograms)
    if key not in program.tallies:
        program.tallies[key] = TallyProgram(program.structure, groups, histograms)
    return program.tallies[key]
