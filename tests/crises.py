"""Scenarios that several tests share, so that they share compiled programs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest

from conjuncture.language.linker import link_query
from conjuncture.language.parser import parse_query
from conjuncture.scenario.scenario_file import crises
from conjuncture.scenario.stage_graph import certain_stages

SWORN = """
conjuncture: 1
title: Everyone sworn
account: account.md
unknowns: {decisiveness: 1.5, fog: 0.5}
forces:
  red: {kind: army, troops: 1 to 4}
  blue: {kind: army, troops: 1 to 4}
  reds: {kind: army, troops: 0.5 to 2, leans: {a: sworn}}
  blues: {kind: army, troops: 0.5 to 2, leans: {b: sworn}}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
    next: {a: second}
  second:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
observed: {showdown: a, second: b}
claims: {}
"""
"""Two contests in which nothing is chosen: every probability of a world is known exactly."""

FREE = """
conjuncture: 1
title: Free to choose
account: account.md
unknowns: {mood: -0.5 to 0.5}
forces:
  red: {kind: army, troops: 2 to 3}
  blue: {kind: army, troops: 2 to 3}
  guard: {kind: army, troops: 1 to 2, leans: {a: warm + mood, b: cool}, ties: {line: 0.5 to 1.5}}
  line: {kind: army, troops: 1 to 3, leans: {a: -1 + mood, b: undecided}}
  crowd: {kind: movement, mass: 20 to 60, leans: {a: warm, b: hostile}}
backers:
  friends: {camp: b, materiel: 0.1 to 0.5, reach: {line: 0.2 to 0.8}}
groups: {army: [guard, line]}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
observed: {showdown: a}
claims:
  crowd:
    says: The crowd let the first camp win.
    test: necessity(do(crowd aside) for showdown = a given crowd.side = a) > 0.5
"""
"""An ordinary showdown: leanings, a tie, a crowd, a backer."""

SEQUENTIAL = FREE.replace("mechanism: showdown", "mechanism: showdown\n    order: sequential")
"""The same, but one force moves at a time."""


REFERENCE = "bolivia-1970"
"""The case of the catalogue that is compiled by the tests that every change must pass."""


def slow_unless(quick: Collection[str], names: Iterable[str]) -> list[Any]:
    """Return a parameter for every name; all but the quick ones are slow."""
    return [pytest.param(one, marks=() if one in quick else pytest.mark.slow) for one in names]


def every_crisis() -> list[Any]:
    """Return a parameter for every crisis of the catalogue; all but the reference case are slow."""
    return slow_unless({REFERENCE}, sorted(crises()))


def linked_test(text: str, crisis: Any) -> Any:
    """Return the comparison that a claim of a crisis makes."""
    return link_query(parse_query(text), crisis.vocabulary, certain_stages(crisis.stages))
