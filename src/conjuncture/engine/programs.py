"""Compiled programs, kept for as long as the process lives: one per structure, one per tally."""

from __future__ import annotations

from collections.abc import Mapping

from conjuncture.engine.program import Program
from conjuncture.engine.structure import structure_of
from conjuncture.engine.tallies import Group, Histogram, TallyProgram
from conjuncture.scenario.crisis import Crisis

_programs: dict[tuple[object, ...], Program] = {}


def program_for(
    crisis: Crisis, rules: Mapping[str, tuple[int, ...]] | None = None, *, evidence: bool = False
) -> Program:
    """Return the program of a crisis; the same one for the same scenario and rules."""
    key = (crisis.digest, tuple(sorted((rules or {}).items())), evidence)
    if key not in _programs:
        _programs[key] = Program(structure_of(crisis, rules), evidence)
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
