"""What a scenario may say of a rising."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import (
    BATTALIONS,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    THOUSANDS,
    UNIT_INTERVAL,
    Domain,
    Kind,
    MeasureSymbol,
    StageSymbols,
)
from conjuncture.mechanisms.force_of_arms import DECISIVENESS, FOG, REFUSAL, STREET_EXCHANGE
from conjuncture.scenario.stage_model import (
    Cast,
    Constant,
    StageMistake,
    StageModel,
    StageValue,
    ValueText,
)

OUTCOMES = ("quiet", "crushed", "carried")
CALL, WAIT = "call", "wait"
JOIN, FACE = "join", "face"
STANCES = ("aside", "faces", "joins")


class Crowd(BaseModel):
    """People who may come into the street: when each joins, and whom they look at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    threshold: ValueText = Field(
        default=None,
        description="share of the street already out at which the average person joins; "
        "default 0.2 to 0.6",
    )
    spread: ValueText = Field(
        default=None,
        description="standard deviation of that share among people; default 0.05 to 0.3",
    )
    thresholds: list[Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="in place of threshold and spread: for each person, or each equal part of the "
        "crowd, the share already out at which it joins",
    )
    shock: ValueText = Field(
        default=None,
        description="standard deviation of what the day's mood adds to all; default 0.02 to 0.2",
    )
    heeds: dict[str, ValueText] | None = Field(
        default=None,
        description="weight by crowd of what it looks at; the street as a whole if not stated",
    )
    hears: ValueText = Field(
        default=None, description="0 to 1: how far the caller's call reaches it; default 1"
    )


class Facing(BaseModel):
    """A force that is sent against the street."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    goes_over: ValueText = Field(
        default=None, description="log-odds of being with the crowd; default -4 to -2"
    )


class Stage(StageModel):
    """A rising: crowds come out or stay at home, a caller may call them, forces face them."""

    attributes: ClassVar[tuple[str, ...]] = (
        "troops",
        "mass",
        "organisation",
        "discipline",
        "cohesion",
    )
    constants: ClassVar[tuple[Constant, ...]] = (
        STREET_EXCHANGE,
        DECISIVENESS,
        FOG,
        REFUSAL,
        Constant(
            "call_strength",
            NON_NEGATIVE,
            DIMENSIONLESS,
            "0.05 to 0.5",
            "kappa: the share of the street that the call of a fully organised caller stands for",
            short="what a call alone counts for",
            when_low="when little",
            when_high="when much",
        ),
    )
    compile_seconds: ClassVar[tuple[float, float]] = (0.3, 0.1)
    references: ClassVar[tuple[str, ...]] = ("granovetter1978", "kuran1991", "skaperdas1996")

    words: ClassVar[Mapping[str, str]] = {
        "outcome = quiet": "{stage} passes without a rising",
        "outcome = crushed": "the rising is crushed in {stage}",
        "outcome = carried": "the rising carries {stage}",
        "*.threshold": "the crowd that {0} [waits|wait] for in {stage}",
        "*.spread": "how much the people of {0} differ in {stage}",
        "*.shock": "how much the mood of {0} varies in {stage}",
        "*.heeds.*": "how much {0} [heeds|heed] {1} in {stage}",
        "*.hears": "how far a call reaches {0} in {stage}",
        "bar": "the chance of success at which the call is made in {stage}",
        "*.goes_over": "the readiness of {0} to go over in {stage}",
        "quiet_below": "the turnout below which there is no rising in {stage}",
        "turnout[*]": "the turnout of {0} in {stage}",
        "called = yes": "a rising is called in {stage}",
        "called = no": "nobody calls a rising in {stage}",
        "called": "whether a rising is called in {stage}",
        "foreseen": "the caller's estimate of the chances in {stage}",
        "chance": "the chance of the rising in {stage}",
        "odds": "the strength of the street against the soldiers in {stage}",
        "street": "the number of people in the street in {stage}",
        "force": "the force against the street in {stage}",
        "stance[*] = aside": "{0} [stands|stand] aside in {stage}",
        "stance[*] = faces": "{0} [faces|face] the crowd in {stage}",
        "stance[*] = joins": "{0} [goes|go] over to the crowd in {stage}",
        "stance[*]": "what {0} [does|do] in {stage}",
    }

    crowds: dict[str, Crowd] = Field(
        min_length=1, max_length=8, description="forces or groups that may come into the street"
    )
    caller: str | None = Field(
        default=None, description="the force that may call the crowds out, if any"
    )
    bar: ValueText = Field(
        default=None,
        description="0 to 1: the chance of carrying it through above which the caller calls; "
        "default 0.3 to 0.6",
    )
    facing: dict[str, Facing] = Field(
        min_length=1, description="forces or groups that are sent against the street"
    )
    quiet_below: ValueText = Field(
        default=None,
        description="0 to 1: without a call, a smaller turnout than this is no rising; default 0.1",
    )

    def symbols(self, cast: Cast) -> StageSymbols:
        facing = cast.all_members(self.facing)
        called = {self.caller: (CALL, WAIT)} if self.caller is not None else {}
        chance = MeasureSymbol(Kind(UNIT_INTERVAL, DIMENSIONLESS))
        return StageSymbols(
            outcomes=OUTCOMES,
            measures={
                "turnout": MeasureSymbol(Kind(UNIT_INTERVAL, DIMENSIONLESS), tuple(self.crowds)),
                "called": MeasureSymbol(Kind(labels=("no", "yes"))),
                "foreseen": chance,
                "chance": chance,
                "odds": MeasureSymbol(Kind(NON_NEGATIVE, DIMENSIONLESS)),
                "street": MeasureSymbol(Kind(NON_NEGATIVE, THOUSANDS)),
                "force": MeasureSymbol(Kind(NON_NEGATIVE, BATTALIONS)),
                "stance": MeasureSymbol(Kind(labels=STANCES), facing),
            },
            moves={**called, **dict.fromkeys(facing, (JOIN, FACE))},
            drawn=True,
        )

    def values(self) -> Sequence[StageValue]:
        found = [value for name in self.crowds for value in self._of_crowd(name)]
        if self.caller is not None:
            found.append(_value("bar", UNIT_INTERVAL, "0.3 to 0.6", "0.1 to 0.9", self.bar))
        found.extend(
            _value(
                f"{name}.goes_over",
                REAL,
                "-4 to -2",
                "-4 to 2",
                force.goes_over,
                ("facing", name, "goes_over"),
            )
            for name, force in self.facing.items()
        )
        found.append(_value("quiet_below", UNIT_INTERVAL, "0.1", "0.05 to 0.25", self.quiet_below))
        return found

    def _of_crowd(self, name: str) -> Sequence[StageValue]:
        crowd, path = self.crowds[name], ("crowds", name)
        found = []
        if crowd.thresholds is None:
            found += [
                _value(f"{name}.threshold", REAL, "0.2 to 0.6", "0 to 1", crowd.threshold,
                       (*path, "threshold")),
                _value(f"{name}.spread", NON_NEGATIVE, "0.05 to 0.3", "0.03 to 0.5", crowd.spread,
                       (*path, "spread")),
            ]  # fmt: skip
        found.append(
            _value(f"{name}.shock", NON_NEGATIVE, "0.02 to 0.2", "0.02 to 0.4", crowd.shock,
                   (*path, "shock"))
        )  # fmt: skip
        found.extend(
            _value(f"{name}.heeds.{other}", NON_NEGATIVE, "1", "0.1 to 2", weight,
                   (*path, "heeds", other))
            for other, weight in (crowd.heeds or {}).items()
        )  # fmt: skip
        if self.caller is not None:
            found.append(
                _value(f"{name}.hears", UNIT_INTERVAL, "1", "0.1 to 0.95", crowd.hears,
                       (*path, "hears"))
            )  # fmt: skip
        return found

    def takes_part(self, cast: Cast) -> Sequence[str]:
        caller = () if self.caller is None else (self.caller,)
        return cast.all_members((*self.crowds, *caller, *self.facing))

    def unused_of(self, cast: Cast) -> Mapping[str, Collection[str]]:
        crowds, facing = cast.all_members(self.crowds), cast.all_members(self.facing)
        found: dict[str, tuple[str, ...]] = {}
        for force in self.takes_part(cast):
            found[force] = () if force in facing else ("troops", "cohesion", "discipline")
            if force not in crowds:
                found[force] += ("mass",) if force == self.caller else ("mass", "organisation")
        return found

    def mistakes(self, cast: Cast) -> Sequence[StageMistake]:
        return [*self._crowds_in_error(), *self._names_in_error(cast), *self._calls_in_error(cast)]

    def _crowds_in_error(self) -> Sequence[StageMistake]:
        found: list[StageMistake] = []
        for name, crowd in self.crowds.items():
            if crowd.thresholds is not None:
                found.extend(
                    (
                        ("crowds", name, part),
                        f"'{name}' lists its thresholds and states '{part}' too",
                        f"keep 'thresholds', or '{part}'",
                    )
                    for part in ("threshold", "spread")
                    if getattr(crowd, part) is not None
                )
            found.extend(
                (
                    ("crowds", name, "heeds", other),
                    *unknown_name("crowd", other, tuple(self.crowds)),
                )
                for other in crowd.heeds or {}
                if other not in self.crowds
            )
        return found

    def _names_in_error(self, cast: Cast) -> Sequence[StageMistake]:
        found: list[StageMistake] = []
        taken: dict[str, str] = {}
        parts: Mapping[str, Sequence[str]] = {
            "crowds": tuple(self.crowds),
            "facing": tuple(self.facing),
        }
        for part, names in parts.items():
            for name in names:
                path = (part, name)
                if name not in cast.names:
                    found.append((path, *unknown_name("force or group", name, cast.names)))
                    continue
                for force in cast.members(name):
                    if force in taken:
                        problem = f"'{name}' brings '{force}' in, and so does '{taken[force]}'"
                        found.append(
                            (path, problem, "name each force once, by itself or its group")
                        )
                        break
                    taken[force] = name
        return found

    def _calls_in_error(self, cast: Cast) -> Sequence[StageMistake]:
        if self.caller is None:
            idle = [("bar",)] if self.bar is not None else []
            heard = [
                ("crowds", name, "hears")
                for name, crowd in self.crowds.items()
                if crowd.hears is not None
            ]
            return [
                (path, f"'{path[-1]}' is about a call, and there is no caller", "name a 'caller'")
                for path in (*idle, *heard)
            ]
        if self.caller not in cast.forces:
            return [(("caller",), *unknown_name("force", self.caller, cast.forces))]
        if self.caller in cast.all_members(self.facing):
            problem = f"'{self.caller}' cannot call the crowds out and face them"
            return [(("caller",), problem, "name another caller, or take it out of 'facing'")]
        return []


def _value(
    key: str, domain: Domain, default: str, widest: str, written: object,
    path: tuple[str, ...] = (),
) -> StageValue:  # fmt: skip
    return StageValue(key, domain, DIMENSIONLESS, default, widest, written, path or (key,))
