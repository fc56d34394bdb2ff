"""Whole scenarios drawn from the grammar by Hypothesis: the fewest and the most of everything.

A scenario is drawn in two steps. First who there is and what can happen; this is read as users'
files are, and what was read then says what effects, observations and claims may name. Most of what
is drawn has no mistakes, the rest a few.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from pydantic import ValidationError

from conjuncture.errors import ScenarioError
from conjuncture.language.linker import link_test
from conjuncture.language.names import LanguageErrors
from conjuncture.language.parser import parse_query
from conjuncture.language.symbols import (
    BATTALIONS,
    NON_NEGATIVE,
    REAL,
    THOUSANDS,
    UNIT_INTERVAL,
    Domain,
    Unit,
)
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.attributes import ATTRIBUTES
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.scenario_file import read_crisis
from conjuncture.scenario.stage_graph import certain_stages
from conjuncture.scenario.stage_model import NOBODY
from drawn_claims import Claims
from drawn_stages import Stages
from drawn_values import DOMAINS, DRAWN, PLAIN, UNITS, Dice, Names, Readable, Values

ACCOUNT = """# What was told

They came in the morning. Nobody knew who had sent them: “the staff”, it was said.

By noon the square was full, and the garrison — such as it was — stood aside.
"""
QUOTES = ("They came in the morning", "the square was full", "Nobody knew who had sent them")


@st.composite
def scenarios(draw: Any) -> str:
    """Draw the text of a scenario, in the YAML that JSON is, a line an entry."""
    dice = Dice(draw)
    scenario = Beginnings(dice).scenario()
    crisis = read(scenario)
    if crisis is not None:
        add_effects(dice, scenario, crisis)
        crisis = read(scenario) or crisis
        add_what_is_said(dice, scenario, crisis)
    return scenario_text_of(scenario)


def scenario_text_of(scenario: dict[str, Any]) -> str:
    """Return a scenario as the text of a file."""
    return json.dumps(scenario, indent=1, ensure_ascii=False) + "\n"


@cache
def folder() -> Path:
    """Return a folder for scenarios that are read while they are drawn."""
    kept = tempfile.TemporaryDirectory(prefix="conjuncture-drawn-")
    folder.kept = kept  # type: ignore[attr-defined]
    (Path(kept.name) / "account.md").write_text(ACCOUNT, encoding="utf-8")
    return Path(kept.name)


def read_text(text: str) -> Crisis:
    """Read a scenario from its text."""
    (folder() / "scenario.yaml").write_text(text, encoding="utf-8")
    return read_crisis(folder(), stage_models())


def read(scenario: dict[str, Any]) -> Crisis | None:
    """Return what a scenario says, None where something is wrong with it."""
    try:
        return read_text(scenario_text_of(scenario))
    except ScenarioError:
        return None


class Beginnings:
    """Who there is and what can happen: a scenario without effects, observations and claims.

    Parameters
    ----------
    dice : Dice
    """

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.names = Names(dice)
        self.found: dict[str, Any] = {
            "conjuncture": 1,
            "title": dice.one(("A sample", "Ñuñoa, 1970: “no”", "x" * 300)),
            "account": "account.md",
        }
        if dice.chance(0.3):
            self.found["references"] = {"smith1970": "Smith, J.: A book"}
        self.values = Values(dice, list(self.found.get("references", {})), QUOTES)

    def scenario(self) -> dict[str, Any]:
        """Return the scenario."""
        dice, names, values = self.dice, self.names, self.values
        unknowns = {}
        for name in names.news(0, 3):
            unknowns[name] = values.value(dice.one((REAL, NON_NEGATIVE, UNIT_INTERVAL)))
            values.readable.append(Readable(name))
        attributes = {name: self.attribute() for name in names.news(0, dice.one((0, 0, 2)))}
        forces = names.news(*dice.one(((1, 1), (2, 4), (2, 4), (2, 4), (3, 6), (3, 6), (13, 14))))
        groups = {
            names.new(): dice.shuffle(dice.some(forces, 1))
            for _ in range(dice.one((0, 0, 1, 1, 2, 3)))
        }
        # Stages may read what forces have, so forces come first, and their leanings when camps
        # are known.
        people = {force: self.force(force, forces, attributes) for force in forces}
        for name, members in groups.items():
            for unit, part in ((BATTALIONS, "troops"), (THOUSANDS, "mass")):
                if all(part in people[force] for force in members):
                    values.readable.append(Readable(f"{name}.{part}", unit, NON_NEGATIVE))
        stages = Stages(dice, names, values, forces, groups)
        happens = {names.new(): stages.stage() for _ in range(dice.one((1, 1, 1, 2, 2, 3, 4)))}
        camps = list(stages.camps)
        for force in forces:
            self.lean(people[force], camps, attributes, free=force not in stages.cores)
        backers = {name: self.backer(forces, camps) for name in names.news(0, 2)} if camps else {}
        self.narrow(happens, unknowns)
        self.lead(happens)
        sections = {
            "unknowns": unknowns, "attributes": attributes, "forces": people, "backers": backers,
            "groups": groups, "stages": happens,
        }  # fmt: skip
        self.found |= {key: held for key, held in sections.items() if held or dice.chance(0.05)}
        return self.found

    def attribute(self) -> dict[str, Any]:
        """Return a declared attribute."""
        dice, found = self.dice, {}
        if dice.chance(0.6):
            found["domain"] = dice.one(tuple(DOMAINS))
        if dice.chance(0.3) and found.get("domain") == "at least 0":
            found["unit"] = dice.one(tuple(UNITS))
        if dice.chance(0.5):
            found["toward"] = dice.one(("force", "camp"))
        domain = DOMAINS[found.get("domain", "0 to 1")]
        if dice.chance(0.5) and found.get("toward") != "force":
            found["default"] = dice.one((*PLAIN[domain][:3], *DRAWN[domain]))
        if dice.chance(0.3):
            found["widest"] = dice.one(DRAWN[domain])
        if dice.chance(0.3):
            found["meaning"] = "what it measures"
        return found

    def force(
        self, force: str, forces: Sequence[str], attributes: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return a force: any of its attributes stated, or none."""
        dice, values = self.dice, self.values
        found: dict[str, Any] = {}
        if dice.chance(0.3):
            found["name"] = dice.one(("The Forces", "Él & Co.", "L’armée", "x" * 80))
        if dice.chance(0.3):
            found["kind"] = dice.one(("army", "movement", "a.b"))
        share = dice.one((0, 0.3, 0.3, 0.8))
        for attribute in ATTRIBUTES.values():
            if not attribute.toward and dice.chance(max(share, 0.7 * (attribute.name == "troops"))):
                found[attribute.name] = values.value(attribute.domain, attribute.unit)
                key = f"{force}.{attribute.name}"
                values.readable.append(Readable(key, attribute.unit, attribute.domain))
        others = [name for name in forces if name != force]
        if others and dice.chance(0.4):
            found["ties"] = {name: values.value(REAL) for name in dice.some(others)}
        for name, declared in attributes.items():
            domain, unit = self.kind_of(declared)
            if "toward" not in declared and dice.chance(0.5):
                found[name] = values.value(domain, unit)
                values.readable.append(Readable(f"{force}.{name}", unit, domain))
            elif declared.get("toward") == "force" and others and dice.chance(0.5):
                found[name] = {one: values.value(domain, unit) for one in dice.some(others, 1)}
        if dice.chance(0.2):
            found |= values.provenance()
        return found

    def kind_of(self, declared: Mapping[str, Any]) -> tuple[Domain, Unit]:
        """Return the domain and the unit of a declared attribute."""
        return DOMAINS[declared.get("domain", "0 to 1")], UNITS[declared.get("unit", "none")]

    def lean(
        self, found: dict[str, Any], camps: Sequence[str], attributes: Mapping[str, Any],
        *, free: bool,
    ) -> None:  # fmt: skip
        """Add what a force has for each camp."""
        dice, values = self.dice, self.values
        known, values.readable = values.readable, [*values.readable]
        if camps and dice.chance(0.7):
            found["leans"] = {
                camp: values.value(REAL, leaning=True, sworn=place == 0 and free)
                for place, camp in enumerate(dice.some(camps))
            }
        for name, declared in attributes.items():
            if declared.get("toward") == "camp" and camps and dice.chance(0.5):
                domain, unit = self.kind_of(declared)
                found[name] = {camp: values.value(domain, unit) for camp in dice.some(camps, 1)}
        values.readable = known

    def backer(self, forces: Sequence[str], camps: Sequence[str]) -> dict[str, Any]:
        """Return a backer."""
        dice, values = self.dice, self.values
        found: dict[str, Any] = {"camp": dice.one(camps)}
        if dice.chance(0.3):
            found["name"] = "A power"
        if dice.chance(0.5):
            found["materiel"] = values.value(NON_NEGATIVE, BATTALIONS)
        if dice.chance(0.5):
            found["reach"] = {
                force: values.value(REAL, leaning=True) for force in dice.some(forces)
            }
        return found

    def narrow(self, stages: Mapping[str, Any], unknowns: dict[str, Any]) -> None:
        """State some structural constants of the mechanisms in use."""
        models = stage_models()
        known = {
            constant.name: constant
            for stage in stages.values()
            for constant in models[stage["mechanism"]].constants
        }
        for name in self.dice.some(sorted(known)) if self.dice.chance(0.5) else ():
            constant = known[name]
            form = self.dice.one((DRAWN, PLAIN))
            text = (
                constant.default if self.dice.chance(0.3) else self.dice.one(form[constant.domain])
            )
            unknowns[name] = text

    def lead(self, stages: Mapping[str, Any]) -> None:
        """Say where outcomes lead: onwards mostly, sometimes back."""
        dice, order, models = self.dice, list(stages), stage_models()
        for place, stage in enumerate(stages.values()):
            own = {key: held for key, held in stage.items() if key != "mechanism"}
            try:
                model = models[stage["mechanism"]].model_validate(own)
                outcomes = model.symbols(NOBODY).outcomes
            except ValidationError:
                return
            later, back = order[place + 1 :], order[: place + 1]
            following = {}
            for outcome in dice.some(outcomes):
                if later and dice.chance(0.8):
                    following[outcome] = dice.one(later)
                elif dice.chance(0.3):
                    to = following[outcome] = dice.one(back)
                    if "visits" not in stages[to]:
                        stages[to]["visits"] = dice.one((2, 2, 3))
                elif dice.chance(0.3):
                    following[outcome] = "end"
            if following or dice.chance(0.1):
                stage["next"] = following
            if "visits" in stage and dice.chance(0.5):
                stage["afterwards"] = dice.one([*later, "end"])
            elif dice.chance(0.05):
                stage["visits"] = dice.one((1, 2))


def add_effects(dice: Dice, scenario: dict[str, Any], crisis: Crisis) -> None:
    """Let some stages leave something behind."""
    claims = Claims(dice, crisis)
    for key in crisis.stages:
        if claims.movable and dice.chance(0.35):
            scenario["stages"][key]["effects"] = [
                claims.effect(key) for _ in range(dice.one((1, 1, 2, 0)))
            ]


def add_what_is_said(dice: Dice, scenario: dict[str, Any], crisis: Crisis) -> None:
    """Add what was observed, what is claimed, what kind of case it is, and what is left out."""
    claims = Claims(dice, crisis)
    tests = [claims.test() for _ in range(dice.one((0, 1, 2, 3)))]
    made = {
        f"claim_{place}": {"says": "It was so.", "test": test}
        for place, test in enumerate(tests)
        if links(test, crisis) or dice.chance(0.1)
    }
    if made or dice.chance(0.1):
        scenario["claims"] = made
    if dice.chance(0.5):
        seen: dict[str, str] = {}
        stage = next(iter(crisis.stages))
        while stage != "end" and stage not in seen and dice.chance(0.8):
            seen[stage] = dice.one(crisis.vocabulary.stages[stage].outcomes)
            stage = crisis.stages[stage].next.get(seen[stage], "end")
        scenario["observed"] = seen
    if dice.chance(0.1):
        stage = dice.one(list(crisis.stages))
        outcome = dice.one(crisis.vocabulary.stages[stage].outcomes)
        scenario["like"] = {"success": f"{stage} = {outcome}", "note": "coded by us"}
        if dice.chance(0.5):
            scenario["like"]["among"] = dice.one(("attempts", "campaigns"))
    if dice.chance(0.1):
        scenario["omissions"] = [{"quote": dice.one(QUOTES), "why": "no place for it"}]


def links(test: str, crisis: Crisis) -> bool:
    """Return whether a test means something."""
    try:
        link_test(parse_query(test), crisis.vocabulary, certain_stages(crisis.stages))
    except LanguageErrors:
        return False
    return True
