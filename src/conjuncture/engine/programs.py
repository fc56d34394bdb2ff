"""Compiled programs, the last few kept in memory: one per structure, each with its tallies.

A compiled program holds hundreds to thousands of memory mappings, and Linux grants a process
65,530: one that kept every program it ever made would in the end be killed while loading the next.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TypeVar

from conjuncture.engine.intervening import Run, rules_imposed, timed_cells
from conjuncture.engine.program import Program
from conjuncture.engine.replay_program import ReplayProgram
from conjuncture.engine.structure import Structure, is_always_zero, structure_of
from conjuncture.engine.tallies import Histogram, TallyProgram, TermGroup
from conjuncture.language.nodes import SetCell
from conjuncture.scenario.crisis import Crisis

Kept = TypeVar("Kept")

MOST_PROGRAMS = 8
"""Programs kept in memory, the least recently used dropped first; on disk they all stay."""

_programs: OrderedDict[tuple[object, ...], Program] = OrderedDict()
_replay_programs: OrderedDict[tuple[object, ...], ReplayProgram] = OrderedDict()


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
        if isinstance(act, SetCell) and is_always_zero(crisis.numbers[act.key].value)
    )
    timed = timed_cells(structure_of(crisis), runs)
    return program_of(structure_of(crisis, rules, raised, timed), evidence, recording)


def program_of(structure: Structure, evidence: bool, recording: bool) -> Program:
    """Return the program of a structure."""
    key = (*identity_of(structure), evidence, recording)
    return remember(_programs, key, Program(structure, evidence, recording))


def reuse_replay_program(program: ReplayProgram) -> ReplayProgram:
    """Return the program like this one that is compiled already, or this one."""
    structure = program.structure
    key = (
        *identity_of(structure),
        program.stages,
        program.measures,
        program.own_conduct,
        program.own_tables,
    )
    return remember(_replay_programs, key, program)


def identity_of(structure: Structure) -> tuple[object, ...]:
    """Return what tells one structure from another."""
    rules = tuple(sorted(structure.rules.items()))
    return structure.crisis.digest, rules, structure.raised, structure.state_variables.timed


def remember(
    kept: OrderedDict[tuple[object, ...], Kept], key: tuple[object, ...], new: Kept
) -> Kept:
    """Return what is kept under a key, or keep what is new; the least recently used goes."""
    found = kept.setdefault(key, new)
    kept.move_to_end(key)
    if len(kept) > MOST_PROGRAMS:
        kept.popitem(last=False)
    return found


def tally_for(
    program: Program, groups: tuple[TermGroup, ...], histograms: tuple[Histogram, ...] = ()
) -> TallyProgram:
    """Return the tally program of some groups; the same one for the same expressions."""
    key = (groups, histograms)
    if key not in program.tallies:
        program.tallies[key] = TallyProgram(program.structure, groups, histograms)
    return program.tallies[key]
