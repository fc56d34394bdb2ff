"""Events, interventions, effects and claims over a scenario that can be read, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conjuncture.language.symbols import (
    NON_NEGATIVE,
    UNIT_INTERVAL,
    Kind,
    MeasureSymbol,
    Unit,
)
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.effects import TargetReader, world_fixed_cells
from conjuncture.scenario.stage_graph import certain_stages
from drawn_values import NOT_DRAWN, Dice

AMOUNTS = ("0", "1", "0.5", "2", "0.1", "10", "-1", "0.25")
SHARES = ("0.5", "0.1", "0.9", "0.25", "0.01")


class Claims:
    """What may be said of the histories of a crisis.

    Parameters
    ----------
    dice : Dice
    crisis : Crisis
    """

    def __init__(self, dice: Dice, crisis: Crisis) -> None:
        self.dice, self.crisis = dice, crisis
        self.vocabulary = crisis.vocabulary
        self.stages = list(crisis.stages)
        self.certain = certain_stages(crisis.stages)
        self.numbers = [key for key, kind in self.vocabulary.cells.items() if kind.labels is None]
        settled = world_fixed_cells(crisis.stages, crisis.numbers)
        targets = TargetReader(self.vocabulary, crisis.numbers, settled, None)  # type: ignore[arg-type]
        self.cores = {
            core for stage in crisis.stages.values() for core in stage.model.camps_of().values()
        }
        self.movable = [key for key in self.numbers if targets._refusal_of(key) is None]

    def visit(self, stage: str) -> str:
        """Return a stage, or one of its visits."""
        visits = self.vocabulary.stages[stage].visits
        return f"{stage}[{self.dice.whole(1, visits)}]" if self.dice.chance(0.2) else stage

    def measure(self, *, labelled: bool, stage: str | None = None) -> tuple[str, Kind] | None:
        """Return a measure of some stage, or None where there is none of that sort."""
        stage = self.dice.one(self.stages) if stage is None else stage
        known: list[tuple[str, MeasureSymbol]] = [
            (name, symbol)
            for name, symbol in self.vocabulary.stages[stage].measures.items()
            if (symbol.kind.labels is not None) == labelled and symbol.index != ()
        ]
        if not known:
            return None
        name, symbol = self.dice.one(known)
        index = f"[{self.dice.one(symbol.index)}]" if symbol.index is not None else ""
        return f"{self.visit(stage)}.{name}{index}", symbol.kind

    def event(self, depth: int = 2) -> str:
        """Return an event."""
        if depth > 0 and self.dice.chance(0.3):
            one = self.event(depth - 1)
            form = self.dice.whole(0, 2)
            if form == 0:
                return f"not ({one})"
            return f"({one}) {('and', 'or')[form - 1]} ({self.event(depth - 1)})"
        stage = self.dice.one(self.stages)
        outcome = self.dice.one(self.vocabulary.stages[stage].outcomes)
        form = self.dice.whole(0, 9)
        found = None
        if form == 3:
            return f"reached({self.visit(stage)})"
        if form in (4, 5):
            found = self.measure(labelled=True)
        elif form in (6, 7):
            found = self.measure(labelled=False)
        elif form == 8:
            key = self.dice.one(self.numbers)
            return f"{key} {self.dice.one(('>', '<='))} {self.dice.one(AMOUNTS)}"
        elif form == 9:
            sided = [name for name, one in self.vocabulary.stages.items() if one.sides]
            if len(sided) == 1:
                symbols = self.vocabulary.stages[sided[0]]
                if symbols.takes_part:
                    force = self.dice.one(symbols.takes_part)
                    return f"{force}.side = {self.dice.one(symbols.sides)}"
        if found is None:
            return f"{self.visit(stage)} {self.dice.one(('=', '!='))} {outcome}"
        text, kind = found
        if kind.labels is not None:
            return f"{text} {self.dice.one(('=', '!='))} {self.dice.one(kind.labels)}"
        if kind.domain.whole and self.dice.chance(0.5):
            return f"{text} = {self.dice.whole(0, 3)}"
        if self.dice.chance(0.3):
            return f"{text} in [{self.dice.one(('-1', '0'))}, {self.dice.one(('0.5', '3'))}]"
        return f"{text} {self.dice.one(('>', '<', '>=', '<='))} {self.dice.one(AMOUNTS)}"

    def interventions(self) -> str:
        """Return what may stand in ``do(...)``."""
        return ", ".join(self.intervention() for _ in range(self.dice.one((1, 1, 1, 2, 3))))

    def intervention(self) -> str:
        """Return one intervention."""
        vocabulary = self.vocabulary
        people = [*vocabulary.forces, *vocabulary.groups]
        free = [name for name in people if not self.leads(name)]
        force = self.dice.one(
            free if free and "cores that leave their camp" in NOT_DRAWN else people
        )
        secretly = " secretly" if self.dice.chance(0.3) else ""
        form = self.dice.whole(0, 7)
        if form == 0:
            return f"without {self.dice.one([*people, *vocabulary.backers])}"
        led = not free and "cores that leave their camp" in NOT_DRAWN
        if form == 1 and not led:
            return f"{force} aside{secretly}"
        if form == 2 and not led:
            camps = [camp for one in vocabulary.stages.values() for camp in one.sides[1:]]
            if camps:
                return f"{force} sides {self.dice.one(camps)}{secretly}"
        if form == 3:
            plays = [
                f"{player} plays {move}"
                for one in vocabulary.stages.values()
                for player, moves in one.moves.items()
                for move in moves
            ]
            if plays:
                return f"{self.dice.one(plays)}{secretly}"
        if form == 4:
            stage = self.dice.one(self.stages)
            return f"{self.visit(stage)} = {self.dice.one(vocabulary.stages[stage].outcomes)}"
        return self.assignment()

    def leads(self, name: str) -> bool:
        """Return whether a force, or one of a group, is the core of some camp."""
        return not self.cores.isdisjoint(self.vocabulary.groups.get(name, (name,)))

    def assignment(self) -> str:
        """Return an intervention on a number that stays inside its domain."""
        key = self.dice.one(list(self.vocabulary.cells))
        kind = self.vocabulary.cells[key]
        if kind.labels is not None:
            return f"{key} = {self.dice.one(kind.labels)}"
        at = f" at {self.dice.one(self.stages)}" if self.dice.chance(0.3) else ""
        form = self.dice.whole(0, 3)
        if form == 1:
            return f"{key} *= {self.dice.one(('0.5', '0', '1', '0.9'))}{at}"
        if form == 2 and kind.domain != UNIT_INTERVAL:
            return f"{key} += {self.dice.one(('1', '0', '0.5'))}{at}"
        if form == 3 and "." in key:
            factor = "0.5" if kind.domain == UNIT_INTERVAL else self.dice.one(("2", "0.5"))
            return f"{key} = {factor} * {key}{at}"
        return f"{key} = {self.dice.one(self.places(kind))}{at}"

    def places(self, kind: Kind) -> Sequence[str]:
        """Return numbers in a domain."""
        if kind.domain == UNIT_INTERVAL:
            return ("0", "1", "0.5", "1e-3")
        if kind.domain == NON_NEGATIVE:
            return ("0", "1", "3", "0.01", "1e4")
        return ("0", "1", "-1", "5", "-20")

    def draw_quantity(self) -> tuple[str, list[str]]:
        """Return a number of histories and the conditions without which it is not defined."""
        needed: list[str] = []
        parts = []
        for _ in range(self.dice.one((1, 1, 1, 2))):
            found = self.measure(labelled=False) if self.dice.chance(0.7) else None
            if found is None:
                parts.append(self.dice.one(self.numbers))
                continue
            text = found[0]
            stage = text.partition(".")[0]
            if stage not in self.certain or "[" in stage:
                needed.append(f"reached({stage})")
            parts.append(text)
        if len(parts) == 1:
            return parts[0], needed
        forms = ("{} - {}", "{} * {}", "max({}, {})", "{} / max({}, 0.1)")
        return self.dice.one(forms).format(*parts), needed

    def draw_condition(self, needed: Sequence[str] = ()) -> str:
        """Return what stands behind the bar."""
        parts = [*needed]
        if self.dice.chance(0.35):
            parts.append(self.event(1))
        if self.dice.chance(0.4):
            parts.append(f"do({self.interventions()})")
        return f" | {', '.join(parts)}" if parts else ""

    def quantity(self) -> str:
        """Return one quantity."""
        form = self.dice.whole(0, 8)
        if form < 4:
            return f"P({self.event()}{self.draw_condition()})"
        if form < 7:
            text, needed = self.draw_quantity()
            level = self.dice.one(("0.5", "0.05", "0.99"))
            if form == 6 and not needed and self.dice.chance(0.5):
                return f"Q({level}, {text})"
            if form == 6 and "quantiles under a condition" not in NOT_DRAWN:
                return f"Q({level}, {text}{self.draw_condition(needed)})"
            return f"E({text}{self.draw_condition(needed)})"
        name = ("necessity", "sufficiency")[form - 7]
        given = f" given {self.event(1)}" if self.dice.chance(0.5) else ""
        gone = " or forestalled" if form == 7 and self.dice.chance(0.3) else ""
        return f"{name}(do({self.interventions()}) for {self.event(1)}{given}{gone})"

    def test(self) -> str:
        """Return the test of a claim."""
        one = self.quantity()
        share = self.dice.one(SHARES)
        match self.dice.whole(0, 9):
            case 0:
                return f"{one} - {self.quantity()} > {share}"
            case 1:
                return f"{one} in [{share}, {self.dice.one(('0.95', '1.5'))}]"
            case 2:
                return f"{one} >= {self.quantity()}"
            case 3:
                return f"{one} / {self.quantity()} < 2"
            case 4:
                form = self.dice.one(
                    ("max({}, 0.2)", "exp({})", "2 * {}", "-{}", "clip({}, -5, 5)")
                )
                return f"{form.format(one)} <= {share}"
            case 5:
                return f"{share} < {one}"
        return f"{one} {self.dice.one(('>', '<', '>=', '<='))} {share}"

    def effect(self, stage: str) -> dict[str, Any]:
        """Return one effect of a stage."""
        found: dict[str, Any] = {}
        outcome = self.dice.one(self.vocabulary.stages[stage].outcomes)
        own = [outcome, f"not {outcome}", f"{stage} = {outcome}", f"reached({stage})"]
        if self.dice.chance(0.7):
            found["when"] = self.dice.one(own)
            label = self.measure(labelled=True, stage=stage)
            if label is not None and self.dice.chance(0.3):
                text, kind = label
                found["when"] += f" and {text} != {self.dice.one(kind.labels or ())}"
        taken: list[str] = []
        for how in self.dice.some(("set", "shift", "clip"), 1):
            free = [key for key in self.movable if key not in taken]
            for key in self.dice.some(free, 1, 2):
                taken.append(key)
                found.setdefault(how, {})[key] = self.change(how, key, stage)
        if self.dice.chance(0.5):
            found["note"] = "it was so"
        return found

    def change(self, how: str, key: str, stage: str) -> str:
        """Return what an effect makes of a number."""
        kind = self.vocabulary.cells[key]
        if how == "set" and self.dice.chance(0.6):
            return self.dice.one(self.places(kind))
        if how == "set":
            # Outside its domain a number may be set, and stops the run: not what is tried here.
            other = self.amount(kind.unit, key, stage)
            if kind.domain == UNIT_INTERVAL:
                return f"clip({other}, 0, 1)"
            return f"max({other}, 0)" if kind.domain == NON_NEGATIVE else other
        if how == "shift":
            # A number without an upper bound would soon leave what can be computed.
            by = self.amount(Unit(), "", stage)
            far = ("3", "-100") if kind.domain == NON_NEGATIVE else ("100", "-100", by)
            return self.dice.one(("0.5", "-0.5", "0", *far))
        return self.amount(kind.unit, key, stage)

    def amount(self, unit: Unit, key: str, stage: str) -> str:
        """Return a number in a unit that an effect of a stage can read."""
        plain = self.dice.one(AMOUNTS)
        alike = [one for one in self.numbers if self.vocabulary.cells[one].unit == unit]
        forms = [plain, *([f"{key} + {plain}", f"0.9 * {key}"] if key else [])]
        if alike:
            forms.append(f"{self.dice.one(alike)} * {plain}")
        measured = self.measure(labelled=False, stage=stage)
        if measured is not None and measured[1].unit == unit and "]." not in measured[0]:
            forms += [measured[0], f"{plain} - {measured[0]}"]
        return self.dice.one(forms)
