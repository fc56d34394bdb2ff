"""A small crisis whose stages leave traces, for several tests to edit."""

from __future__ import annotations

from pathlib import Path

from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.scenario_file import read_crisis

ACCOUNT = """\
# A crisis

The workers followed their leaders. The leaders feared them.

The general marched. He promised much and gave nothing! It rained.
"""

SCENARIO = """\
conjuncture: 1
title: A small crisis with traces
account: account.md
attributes:
  trust: {toward: force, meaning: share that follows, quote: followed their leaders}
  fear: {default: 0.2 to 0.6}
  grievance: {domain: any number, widest: -3 to 3}
unknowns:
  mood: {value: -1 to 1, note: shared}
forces:
  leaders: {mass: 1, fear: 0.3 to 0.7, note: they mediate}
  workers:
    mass: 10 to 30
    trust: {leaders: 0.3 to 0.7}
    leans: {red: warm + workers.trust.leaders, blue: hostile + mood}
    quote: The workers
  guard: {troops: 3, cohesion: 0.5 to 0.9, note: the palace}
  line: {troops: 2 to 6, cohesion: 0.4 to 0.8, leans: {blue: sworn}, note: the barracks}
groups:
  army: [guard, line, workers]
stages:
  clash:
    mechanism: showdown
    camps: {red: {core: leaders}, blue: {core: guard}}
    next: {red: talks, blue: purge}
    note: the first
    effects: []
  talks:
    mechanism: showdown
    camps: {red: {core: leaders}, blue: {core: guard}}
    next: {red: purge}
    note: the second
    effects: []
  purge:
    mechanism: showdown
    camps: {red: {core: leaders}, blue: {core: guard}}
    note: the last
    effects: []
"""


def read(folder: Path, text: str) -> Crisis:
    """Read a scenario that stands in a folder of its own."""
    (folder / "account.md").write_text(ACCOUNT, "utf-8")
    (folder / "scenario.yaml").write_text(text, "utf-8")
    return read_crisis(folder, stage_models())


def with_effects(stage: str, *effects: str) -> str:
    """Return the scenario with effects after one of its stages."""
    head, found, tail = SCENARIO.partition(f"  {stage}:\n")
    assert found
    listed = "".join(f"\n      - {effect}" for effect in effects)
    return head + found + tail.replace("    effects: []", f"    effects:{listed}", 1)


def has_warning(crisis: Crisis, words: str) -> bool:
    """Return whether a warning contains some words."""
    return any(words in warning for warning in crisis.warnings)
