"""What a scenario may say of a showdown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.language.symbols import (
    BATTALIONS,
    COUNT,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    UNIT_INTERVAL,
    Kind,
    MeasureSymbol,
    StageSymbols,
)
from conjuncture.mechanisms.force_of_arms import DECISIVENESS, FOG, REFUSAL, STREET_EXCHANGE
from conjuncture.scenario.stage_model import (
    WORDING,
    Cast,
    Constant,
    StageMistake,
    StageModel,
    StageValue,
    ValueText,
)

STRENGTH_RULES = ("weight", "refusal")
OF_WHO_CHOOSES = ("leans", "ties", "stakes", "breakeven", "reach")
"""What bears on the side that a force chooses and on nothing else; a core chooses none."""
LAST_ROUND = 40
RESERVED = "unity"


class Camp(BaseModel):
    """A claimant: the force at its core, and how low a chance that core still fights on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    core: str = Field(description="the force that is this camp and never leaves it")
    resolve: ValueText = Field(
        default=None,
        description="0 to 1: the core gives up when its own estimate of winning is below "
        "1 - resolve; 1 never gives up; default 0.6 to 0.95",
    )
    says: Annotated[str | None, WORDING] = Field(
        default=None, description="how sentences call those on its side: Torres's side"
    )


class Signal(BaseModel):
    """A public signal: from a round on it adds to leanings towards a camp."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    camp: str = Field(description="the camp it speaks for")
    round: int = Field(
        default=1, ge=1, le=LAST_ROUND, description="the round from which it is heard"
    )
    reach: dict[str, ValueText] = Field(
        description="log-odds that it adds to each force's leaning towards the camp"
    )
    chance: ValueText = Field(
        default=None, description="0 to 1: the chance that it is sent at all; always if not stated"
    )


class Stage(StageModel):
    """A showdown: two or more camps, and every force chooses one or stands aside."""

    attributes: ClassVar[tuple[str, ...]] = (
        "troops",
        "mass",
        "discipline",
        "leans",
        "ties",
        "stakes",
        "breakeven",
    )
    constants: ClassVar[tuple[Constant, ...]] = (
        STREET_EXCHANGE,
        DECISIVENESS,
        FOG,
        Constant(
            "public_share",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.1 to 0.9",
            "c: share of the fog's variance that all forces have in common",
            short="how far all misjudge in the same way",
            when_low="when each errs alone",
            when_high="when all err together",
        ),
        Constant(
            "first_showing",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.1 to 0.9",
            "lambda: weight at the start on what leanings alone would lead one to expect",
            (
                (0.0, "at the start only cores and announced sides show"),
                (1.0, "at the start all show what their leanings lead one to expect"),
            ),
            short="how far leanings are known from the start",
            when_low="when hardly",
            when_high="when fully",
        ),
        REFUSAL,
    )

    compile_seconds: ClassVar[tuple[float, float]] = (0.3, 0.2)
    references: ClassVar[tuple[str, ...]] = (
        "singh2014", "caspertyson2014", "brockdurlauf2001", "skaperdas1996",
    )  # fmt: skip

    words: ClassVar[Mapping[str, str]] = {
        "outcome = *": "{0} [wins|win] {stage}",
        "*.resolve": "the resolve of {0} in {stage}",
        "strength": "the rule by which strength is counted in {stage}",
        "*.reach.*": "the sway of {0} over {1} in {stage}",
        "*.chance": "the chance that {0} [is|are] heard in {stage}",
        "unity.*": "the wish of {0} to stay together in {stage}",
        "how = capitulation": "{stage} ends because the other side gives up",
        "how = fighting": "{stage} ends in a fight",
        "how = imposed": "the end of {stage} is imposed",
        "how": "the way in which {stage} ends",
        "rounds": "the number of rounds of {stage}",
        "side[*] = aside": "{0} [stands|stand] aside in {stage}",
        "side[*] = *": "{0} [is|are] on {side} in {stage}",
        "side[*]": "the side of {0} in {stage}",
        "joined[*]": "the round of {stage} in which {0} [joins|join]",
        "strength[*]": "the strength of {side} in {stage}",
        "margin": "the winner's lead in {stage}",
        "division": "how far {stage} divides the troops",
        "largest_share": "the largest share of the troops on one side in {stage}",
        "spent": "the strength used up in {stage}",
        "heard[*] = 1": "{0} [is|are] heard in {stage}",
        "heard[*] = 0": "{0} [is|are] not heard in {stage}",
        "heard[*]": "whether {0} [is|are] heard in {stage}",
    }

    camps: dict[str, Camp] = Field(
        min_length=2, max_length=8, description="the claimants, each with the force at its core"
    )
    order: Literal["simultaneous", "sequential"] = Field(
        default="simultaneous",
        description="simultaneous: all free forces respond at once each round; sequential: one "
        "at a time, in an order drawn by lot",
    )
    strength: ValueText = Field(
        default="weight",
        description="weight, refusal, or a weighted choice between the two rules",
    )
    signals: dict[str, Signal] = Field(default_factory=dict, description="public signals by name")
    unity: dict[str, ValueText] = Field(
        default_factory=dict,
        description="log-odds by group: the wish of its members to be where the other members are",
    )
    enters: dict[str, Annotated[int, Field(ge=1, le=LAST_ROUND)]] = Field(
        default_factory=dict,
        description="force or group: the round from which it may respond; 1 if not stated",
    )
    among: list[str] = Field(
        default_factory=list,
        description="forces or groups that take part, besides the cores; all if not stated",
    )

    @property
    def attendance(self) -> tuple[str, ...]:
        """The names in ``among`` and the cores."""
        return (*self.among, *self.camps_of().values())

    @property
    def signals_in_doubt(self) -> tuple[str, ...]:
        """The signals that state a chance of being sent."""
        return tuple(name for name, signal in self.signals.items() if signal.chance is not None)

    @property
    def last_entry(self) -> int:
        """The last round in which a signal or a force comes in; 0 where none waits."""
        rounds = [signal.round for signal in self.signals.values()]
        return max([*rounds, *self.enters.values()], default=0)

    def camps_of(self) -> Mapping[str, str]:
        return {name: camp.core for name, camp in self.camps.items()}

    def sides_of(self) -> Mapping[str, str]:
        return {name: " ".join(camp.says.split()) for name, camp in self.camps.items() if camp.says}

    def takes_part(self, cast: Cast) -> Sequence[str]:
        if not self.among:
            return cast.forces
        there = cast.all_members(self.attendance)
        return [force for force in cast.forces if force in there]

    def unused_of(self, cast: Cast) -> Mapping[str, Collection[str]]:
        del cast
        return dict.fromkeys(self.camps_of().values(), OF_WHO_CHOOSES)

    def symbols(self, cast: Cast) -> StageSymbols:
        camps = tuple(self.camps)
        sides = ("aside", *camps)
        number = Kind(REAL, DIMENSIONLESS)
        doubtful = self.signals_in_doubt
        count = Kind(COUNT, DIMENSIONLESS)
        heard = {"heard": MeasureSymbol(count, doubtful, axis="signal")} if doubtful else {}
        return StageSymbols(
            outcomes=camps,
            sides=sides,
            signals=tuple(self.signals),
            drawn=True,
            measures={
                "how": MeasureSymbol(Kind(labels=("capitulation", "fighting", "imposed"))),
                "rounds": MeasureSymbol(count),
                "side": MeasureSymbol(Kind(labels=sides), tuple(self.takes_part(cast))),
                "joined": MeasureSymbol(count, tuple(self.takes_part(cast))),
                "strength": MeasureSymbol(Kind(NON_NEGATIVE, BATTALIONS), camps),
                "margin": MeasureSymbol(number, of_outcome=True),
                "division": MeasureSymbol(Kind(UNIT_INTERVAL, DIMENSIONLESS)),
                "largest_share": MeasureSymbol(Kind(UNIT_INTERVAL, DIMENSIONLESS)),
                "spent": MeasureSymbol(Kind(NON_NEGATIVE, BATTALIONS)),
                **heard,
            },
        )

    def values(self) -> Sequence[StageValue]:
        found = [
            StageValue(
                f"{name}.resolve",
                UNIT_INTERVAL,
                DIMENSIONLESS,
                "0.6 to 0.95",
                "0.3 to 0.99",
                camp.resolve,
                ("camps", name, "resolve"),
            )
            for name, camp in self.camps.items()
        ]
        found.append(
            StageValue(
                "strength",
                NON_NEGATIVE,
                DIMENSIONLESS,
                "weight",
                "",
                self.strength,
                ("strength",),
                STRENGTH_RULES,
            )
        )
        found.extend(
            StageValue(
                f"{name}.reach.{force}",
                REAL,
                DIMENSIONLESS,
                "0",
                "-1 to 2",
                value,
                ("signals", name, "reach", force),
            )
            for name, signal in self.signals.items()
            for force, value in signal.reach.items()
        )
        found.extend(
            StageValue(
                f"{name}.chance",
                UNIT_INTERVAL,
                DIMENSIONLESS,
                "1",
                "0.05 to 0.95",
                self.signals[name].chance,
                ("signals", name, "chance"),
            )
            for name in self.signals_in_doubt
        )
        found.extend(
            StageValue(
                f"unity.{group}",
                NON_NEGATIVE,
                DIMENSIONLESS,
                "0",
                "0.2 to 4",
                wish,
                ("unity", group),
            )
            for group, wish in self.unity.items()
        )
        return found

    def mistakes(self, cast: Cast) -> Sequence[StageMistake]:
        from conjuncture.language.names import unknown_name
        from conjuncture.scenario.wording import refuse_wording

        forces = cast.forces
        found: list[StageMistake] = []
        cores: dict[str, str] = {}
        for name, camp in self.camps.items():
            if camp.says is not None:
                text = " ".join(camp.says.split())
                wrong = refuse_wording(text, "says", f"the side of {name}")
                found += [(("camps", name, "says"), *wrong)] if wrong is not None else []
            if camp.core not in forces:
                path = ("camps", name, "core")
                found.append((path, *unknown_name("force", camp.core, forces)))
            elif camp.core in cores:
                problem = f"'{camp.core}' is already the core of '{cores[camp.core]}'"
                found.append((("camps", name, "core"), problem, "give each camp a core of its own"))
            cores.setdefault(camp.core, name)
        for name, signal in self.signals.items():
            if name in self.camps:
                problem = f"'{name}' is already a camp of this stage"
                found.append((("signals", name), problem, "give the signal a name of its own"))
            if signal.camp not in self.camps:
                path = ("signals", name, "camp")
                found.append((path, *unknown_name("camp", signal.camp, tuple(self.camps))))
            found.extend(
                (("signals", name, "reach", force), *unknown_name("force", force, forces))
                for force in signal.reach
                if force not in forces
            )
        for part, names in (("camps", self.camps), ("signals", self.signals)):
            if RESERVED in names:
                problem = f"'{RESERVED}' is a word of the showdown"
                found.append(((part, RESERVED), problem, "write another name"))
        found.extend(
            (("among", place), *unknown_name("force", name, cast.names))
            for place, name in enumerate(self.among)
            if name not in cast.names
        )
        return [*found, *self._groups_that_cannot_be_whole(cast), *self._entries_in_error(cast)]

    def _groups_that_cannot_be_whole(self, cast: Cast) -> Sequence[StageMistake]:
        from conjuncture.language.names import unknown_name

        found: list[StageMistake] = []
        for name in self.unity:
            if name not in cast.names:
                found.append((("unity", name), *unknown_name("group", name, tuple(cast.groups))))
            elif len(cast.members(name)) < 2:
                problem = f"'{name}' has no two members to keep together"
                found.append((("unity", name), problem, "name a group of two forces or more"))
            elif len({*cast.members(name)} & {*self.takes_part(cast)}) < 2:
                problem = f"no two members of '{name}' take part in this stage"
                found.append((("unity", name), problem, f"add '{name}' to 'among', or delete it"))
        return found

    def _entries_in_error(self, cast: Cast) -> Sequence[StageMistake]:
        from conjuncture.language.names import unknown_name

        found: list[StageMistake] = []
        cores = {camp.core: name for name, camp in self.camps.items()}
        named: dict[str, str] = {}
        for name in self.enters:
            path = ("enters", name)
            if name not in cast.names:
                found.append((path, *unknown_name("force", name, cast.names)))
                continue
            if not {*cast.members(name)} & {*self.takes_part(cast)}:
                problem = f"'{name}' takes no part in this stage, and so never enters"
                found.append((path, problem, f"add '{name}' to 'among', or delete it here"))
                continue
            for force in cast.members(name):
                if force in cores:
                    problem = f"'{force}' is the core of '{cores[force]}' and there from the start"
                    found.append((path, problem, "leave it out of 'enters'"))
                elif force in named:
                    problem = f"'{name}' and '{named[force]}' both say when '{force}' enters"
                    found.append((path, problem, "say it once"))
                named.setdefault(force, name)
        return found
