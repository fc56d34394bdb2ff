"""What a scenario may say of a showdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.language.symbols import (
    BATTALIONS,
    COUNT,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    THOUSANDS,
    UNIT_INTERVAL,
    Kind,
    MeasureSymbol,
    StageSymbols,
)
from conjuncture.scenario.stages import (
    Cast,
    Constant,
    StageModel,
    StageValue,
    Trouble,
    ValueText,
)

STRENGTH_RULES = ("weight", "refusal")


class Camp(BaseModel):
    """A claimant: the force at its core, and how low a chance that core still fights on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    core: str = Field(description="the force that is this camp and never leaves it")
    resolve: ValueText = Field(
        default=None,
        description="0 to 1: the core gives up when its own estimate of winning is below "
        "1 - resolve; 1 never gives up; default 0.6 to 0.95",
    )


class Signal(BaseModel):
    """A public signal: from a round on it adds to leanings towards a camp."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    camp: str = Field(description="the camp it speaks for")
    round: int = Field(default=1, ge=1, le=40, description="the round from which it is heard")
    reach: dict[str, ValueText] = Field(
        description="log-odds that it adds to each force's leaning towards the camp"
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
        Constant(
            "street_exchange",
            NON_NEGATIVE,
            BATTALIONS / THOUSANDS,
            "0.02 to 0.4",
            "gamma: battalion equivalents that a thousand people in the street are worth",
        ),
        Constant(
            "decisiveness",
            NON_NEGATIVE,
            DIMENSIONLESS,
            "0.7 to 4",
            "rho: how steeply the odds of winning follow the ratio of strengths",
        ),
        Constant(
            "fog",
            NON_NEGATIVE,
            DIMENSIONLESS,
            "0.2 to 1.5",
            "standard deviation of what a force misjudges in log strength",
        ),
        Constant(
            "public_share",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.1 to 0.9",
            "c: share of the fog's variance that all forces have in common",
        ),
        Constant(
            "first_showing",
            UNIT_INTERVAL,
            DIMENSIONLESS,
            "0.1 to 0.9",
            "lambda: weight at the start on what leanings alone would lead one to expect",
        ),
        Constant(
            "refusal",
            NON_NEGATIVE,
            DIMENSIONLESS,
            "0.3 to 3",
            "phi: how fast soldiers stop firing as the crowd against them grows",
        ),
    )

    references: ClassVar[tuple[str, ...]] = (
        "singh2014", "caspertyson2014", "brockdurlauf2001", "skaperdas1996",
    )  # fmt: skip

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

    def camps_of(self) -> Mapping[str, str]:
        return {name: camp.core for name, camp in self.camps.items()}

    def symbols(self, cast: Cast) -> StageSymbols:
        camps = tuple(self.camps)
        sides = ("aside", *camps)
        number = Kind(REAL, DIMENSIONLESS)
        return StageSymbols(
            outcomes=camps,
            sides=sides,
            measures={
                "how": MeasureSymbol(Kind(labels=("capitulation", "fighting", "imposed"))),
                "rounds": MeasureSymbol(Kind(COUNT, DIMENSIONLESS)),
                "side": MeasureSymbol(Kind(labels=sides), cast.forces),
                "strength": MeasureSymbol(Kind(NON_NEGATIVE, BATTALIONS), camps),
                "margin": MeasureSymbol(number),
                "division": MeasureSymbol(Kind(UNIT_INTERVAL, DIMENSIONLESS)),
                "largest_share": MeasureSymbol(Kind(UNIT_INTERVAL, DIMENSIONLESS)),
                "spent": MeasureSymbol(Kind(NON_NEGATIVE, BATTALIONS)),
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
        return found

    def mistakes(self, cast: Cast) -> Sequence[Trouble]:
        from conjuncture.language.names import unknown_name

        forces = cast.forces
        found: list[Trouble] = []
        cores: dict[str, str] = {}
        for name, camp in self.camps.items():
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
        return found
