"""What a scenario may say of a pact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import (
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    UNIT_INTERVAL,
    Domain,
    Kind,
    MeasureSymbol,
    StageSymbols,
)
from conjuncture.scenario.stage_model import Cast, StageMistake, StageModel, StageValue, ValueText

OUTCOMES = ("agreed", "refused", "untrusted")
KEEP, RENEGE = "keep", "renege"


class Party(BaseModel):
    """Someone who may close ranks with the others: what fighting on would bring, now and later."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chance: ValueText = Field(
        default=None,
        description="weight of its chance of winning if they fight on; the chances of all parties "
        "are made to add up to one; default 0.3 to 0.7",
    )
    later: ValueText = Field(
        default=None,
        description="0 to 1: the chance that it expects to have later, once the pact is made; "
        "no other than now if not stated",
    )
    cost: ValueText = Field(
        default=None,
        description="what fighting on costs it, as a share of what is at stake; default "
        "0.05 to 0.3",
    )
    bargaining: ValueText = Field(
        default=None, description="weight with which it shares in the surplus; default 1"
    )


class Threat(BaseModel):
    """A common threat: the chance that all is lost, to those apart and to those together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    apart: ValueText = Field(
        default=None, description="0 to 1: if they fight on; default 0.1 to 0.6"
    )
    together: ValueText = Field(
        default=None, description="0 to 1: if they close ranks; default 0.02 to 0.2"
    )


class Stage(StageModel):
    """A pact: those who fought each other share power, fight on, or cannot trust each other."""

    compile_seconds: ClassVar[tuple[float, float]] = (0.3, 0.0)
    references: ClassVar[tuple[str, ...]] = ("nash1950", "fearon1995", "powell2006")

    words: ClassVar[Mapping[str, str]] = {
        "outcome = agreed": "{stage} is agreed",
        "outcome = refused": "{stage} is refused",
        "outcome = untrusted": "{stage} fails for want of trust",
        "*.chance": "what {0} could win by fighting on instead of {stage}",
        "*.cost": "what fighting on would cost {0} instead of {stage}",
        "*.bargaining": "the weight of {0} in the bargaining over {stage}",
        "*.later": "what {0} could win later by breaking {stage}",
        "threat.apart": "the threat to them all without {stage}",
        "threat.together": "the threat to them all after {stage}",
        "governing": "what governing with the enemy is worth after {stage}",
        "misjudgement": "how far each misjudges its chances before {stage}",
        "shares[*]": "the share of {0} in {stage}",
        "surplus": "what there is to be shared in {stage}",
        "lowest[*]": "the least that {0} would take in {stage}",
        "highest[*]": "the most that {0} could be trusted with in {stage}",
        "estimate[*]": "what {0} [expects|expect] of fighting on instead of {stage}",
        "reneges[*] = yes": "{0} would break {stage}",
        "reneges[*] = no": "{0} would keep {stage}",
        "reneges[*]": "whether {0} would break {stage}",
    }

    parties: dict[str, Party] = Field(
        min_length=2, max_length=12, description="the forces that may close ranks"
    )
    threat: Threat = Field(
        default_factory=Threat, description="what threatens them all, apart and together"
    )
    governing: ValueText = Field(
        default=None,
        description="what governing with the enemy is worth (below 0: costs), as a share of what "
        "is at stake; default -0.1 to 0.1",
    )
    misjudgement: ValueText = Field(
        default=None,
        description="standard deviation of what a party misjudges in the log-odds of its own "
        "chance; default 0.1 to 0.8",
    )

    def symbols(self, cast: Cast) -> StageSymbols:
        del cast
        parties = tuple(self.parties)
        number = Kind(REAL, DIMENSIONLESS)
        return StageSymbols(
            outcomes=OUTCOMES,
            measures={
                "shares": MeasureSymbol(number, parties, partial=True),
                "surplus": MeasureSymbol(number, partial=True),
                "lowest": MeasureSymbol(number, parties, partial=True),
                "highest": MeasureSymbol(number, parties, partial=True),
                "estimate": MeasureSymbol(
                    Kind(UNIT_INTERVAL, DIMENSIONLESS), parties, partial=True
                ),
                "reneges": MeasureSymbol(Kind(labels=("no", "yes")), parties, partial=True),
            },
            moves=dict.fromkeys(parties, (KEEP, RENEGE)),
        )

    def values(self) -> Sequence[StageValue]:
        found = []
        for name, party in self.parties.items():
            path = ("parties", name)
            found += [
                _value(f"{name}.chance", NON_NEGATIVE, "0.3 to 0.7", "0.1 to 0.9", party.chance,
                       (*path, "chance")),
                _value(f"{name}.cost", NON_NEGATIVE, "0.05 to 0.3", "0.01 to 0.5", party.cost,
                       (*path, "cost")),
                _value(f"{name}.bargaining", NON_NEGATIVE, "1", "0.3 to 3", party.bargaining,
                       (*path, "bargaining")),
            ]  # fmt: skip
            if party.later is not None:
                found.append(
                    _value(f"{name}.later", UNIT_INTERVAL, "0.3 to 0.7", "0.1 to 0.9", party.later,
                           (*path, "later"))
                )  # fmt: skip
        return [
            *found,
            _value("threat.apart", UNIT_INTERVAL, "0.1 to 0.6", "0.05 to 0.9", self.threat.apart,
                   ("threat", "apart")),
            _value("threat.together", UNIT_INTERVAL, "0.02 to 0.2", "0.01 to 0.6",
                   self.threat.together, ("threat", "together")),
            _value("governing", REAL, "-0.1 to 0.1", "-0.3 to 0.3", self.governing, ("governing",)),
            _value("misjudgement", NON_NEGATIVE, "0.1 to 0.8", "0.05 to 1.5", self.misjudgement,
                   ("misjudgement",)),
        ]  # fmt: skip

    def takes_part(self, cast: Cast) -> Sequence[str]:
        return cast.all_members(self.parties)

    def mistakes(self, cast: Cast) -> Sequence[StageMistake]:
        found: list[StageMistake] = []
        for name in self.parties:
            path = ("parties", name)
            if name in cast.groups:
                problem = f"'{name}' is a group, and only a force can be a party"
                remedy = f"write one of its members, such as '{cast.members(name)[0]}'"
                found.append((path, problem, remedy if cast.members(name) else ""))
            elif name not in cast.forces:
                found.append((path, *unknown_name("force", name, cast.forces)))
        for part, what in (("chance", "chances"), ("bargaining", "weights in bargaining")):
            if all(_is_zero(getattr(party, part)) for party in self.parties.values()):
                problem = f"the {what} of all parties are 0 and sum to nothing"
                remedy = f"write a '{part}' above 0 for at least one party"
                found.append((("parties", next(iter(self.parties)), part), problem, remedy))
        return found


def _is_zero(written: object) -> bool:
    """Return whether a value is literally nothing."""
    text = written.get("value") if isinstance(written, Mapping) else written
    try:
        return isinstance(text, str) and float(text) == 0.0
    except ValueError:
        return False


def _value(
    key: str, domain: Domain, default: str, widest: str, written: object, path: tuple[str, ...]
) -> StageValue:
    return StageValue(key, domain, DIMENSIONLESS, default, widest, written, path)
