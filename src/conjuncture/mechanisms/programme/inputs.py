"""What a scenario may say of a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from conjuncture.language.distributions import write_distribution
from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import (
    BATTALIONS,
    DIMENSIONLESS,
    NON_NEGATIVE,
    REAL,
    UNIT_INTERVAL,
    Kind,
    MeasureSymbol,
    StageSymbols,
)
from conjuncture.number_format import write_ends, write_number, write_rounded
from conjuncture.scenario.stage_model import Cast, StageMistake, StageModel, StageValue, ValueText

LARGEST = 1e9
"""How far a scale may reach."""

COARSEST = 1e-4
"""The shortest scale, as a share of its larger end: single precision cuts it into a thousand."""

RULES = ("compromise", "median", "challenge", "challenge_replication")


class Issue(BaseModel):
    """One question on which the actors differ, and where each of them stands on it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    positions: dict[str, ValueText] = Field(
        description="force or group: where on the scale the outcome that it likes best lies"
    )
    salience: dict[str, ValueText] = Field(
        default_factory=dict,
        description="force or group: 0 to 1, how much of its weight it throws in; default 1",
    )
    scale: list[Annotated[float, Field(ge=-LARGEST, le=LARGEST)]] = Field(
        default=[0.0, 100.0],
        min_length=2,
        max_length=2,
        description="the two ends of the scale; default [0, 100]",
    )

    @property
    def length(self) -> float:
        """The distance between the two ends of the scale."""
        return self.scale[1] - self.scale[0]


class Stage(StageModel):
    """A programme: actors with weight bargain over issues, and each gets more or less its way."""

    compile_seconds: ClassVar[tuple[float, float]] = (0.5, 0.3)
    references: ClassVar[tuple[str, ...]] = (
        "achen2006", "black1948", "buenodemesquita1994", "scholz2011",
    )  # fmt: skip

    words: ClassVar[Mapping[str, str]] = {
        "outcome = *": "{0} [gets|get] closest to what [it wants|they want] in {stage}",
        "rule": "the rule by which {stage} is settled",
        "capability.*": "the weight of {0} in {stage}",
        "*.positions.*": "the position of {1} on “{0}” in {stage}",
        "*.salience.*": "how much “{0}” matters to {1} in {stage}",
        "position[*]": "the result on “{0}” in {stage}",
        "distance[*]": "how far {stage} lies from what {0} [wants|want]",
    }

    issues: dict[str, Issue] = Field(
        min_length=1, max_length=20, description="what is bargained over, by name"
    )
    capability: dict[str, ValueText] = Field(
        default_factory=dict,
        description="force or group: what it could throw in, at least 0, in the unit of strength; "
        "only the ratios matter; default 1",
    )
    rule: ValueText = Field(
        default="compromise",
        description="compromise, median, challenge, challenge_replication, or a weighted choice "
        "between them",
    )
    rounds: int = Field(
        default=5, ge=1, le=20, description="rounds of proposals under the two challenge rules"
    )

    @property
    def actors(self) -> tuple[str, ...]:
        """Those that take a position on some issue, in the order of the file."""
        stated = (actor for issue in self.issues.values() for actor in issue.positions)
        return tuple(dict.fromkeys(stated))

    def takes_part(self, cast: Cast) -> Sequence[str]:
        return cast.all_members(self.actors)

    def world_fixed_keys(self) -> Sequence[str]:
        return ("rule",)

    def symbols(self, cast: Cast) -> StageSymbols:
        del cast
        return StageSymbols(
            outcomes=self.actors,
            measures={
                "position": MeasureSymbol(
                    Kind(REAL, DIMENSIONLESS), tuple(self.issues), partial=True, axis="issue"
                ),
                "distance": MeasureSymbol(
                    Kind(NON_NEGATIVE, DIMENSIONLESS), self.actors, partial=True
                ),
            },
        )

    def values(self) -> Sequence[StageValue]:
        found = [
            StageValue(
                "rule", NON_NEGATIVE, DIMENSIONLESS, "compromise", "", self.rule, ("rule",), RULES
            )
        ]
        found.extend(
            StageValue(
                f"capability.{actor}",
                NON_NEGATIVE,
                BATTALIONS,
                "1",
                "0.1 to 10",
                self.capability.get(actor),
                ("capability", actor),
            )
            for actor in self.actors
        )
        for name, issue in self.issues.items():
            low, high = issue.scale if issue.length > 0 else (0.0, 100.0)
            for actor, position in issue.positions.items():
                found.append(
                    StageValue(
                        f"{name}.positions.{actor}",
                        REAL,
                        DIMENSIONLESS,
                        write_distribution("uniform", (low, high)),
                        write_distribution("uniform", (low, high)),
                        position,
                        ("issues", name, "positions", actor),
                    )
                )
                found.append(
                    StageValue(
                        f"{name}.salience.{actor}",
                        UNIT_INTERVAL,
                        DIMENSIONLESS,
                        "1",
                        "0.05 to 0.95",
                        issue.salience.get(actor),
                        ("issues", name, "salience", actor),
                    )
                )
        return found

    def mistakes(self, cast: Cast) -> Sequence[StageMistake]:
        found: list[StageMistake] = []
        for name, issue in self.issues.items():
            found.extend(_mistakes_of(issue, ("issues", name), cast))
        found.extend(
            _position_problem(actor, ("capability", actor), cast, self.actors, "capability")
            for actor in self.capability
            if actor not in self.actors
        )
        if _are_all_zero(self.actors, self.capability):
            problem = "the capabilities sum to nothing: nobody could move anything"
            found.append((("capability",), problem, "give some actor a capability above 0"))
        return found


def _mistakes_of(issue: Issue, path: tuple[str, ...], cast: Cast) -> list[StageMistake]:
    name = path[-1]
    low, high = issue.scale
    ends = write_ends(low, high)
    found: list[StageMistake] = [
        ((*path, "positions", actor), *unknown_name("force or group", actor, cast.names))
        for actor in issue.positions
        if actor not in cast.names
    ]
    if len(issue.positions) < 2:
        only = next(iter(issue.positions), None)
        who = f"only '{only}' takes" if only else "nobody takes"
        problem = f"{who} a position on '{name}', so there is nothing to bargain over"
        found.append(((*path, "positions"), problem, "give at least two actors a position"))
    if low >= high:
        problem = f"the scale of '{name}' runs from {ends}"
        found.append(((*path, "scale"), problem, "write the lower end first, as in [0, 100]"))
    else:
        if issue.length < COARSEST * max(abs(low), abs(high)):
            problem = f"the scale of '{name}', {ends}, is too short for numbers of this size: "
            problem += "histories are computed with seven digits"
            remedy = "count from its lower end, positions too, as in scale: "
            remedy += f"[0, {write_rounded(high - low)}]"
            found.append(((*path, "scale"), problem, remedy))
        found.extend(
            (
                (*path, "positions", actor),
                f"{write_number(number)} lies outside the scale of '{name}', {ends}",
                "write a position on it, or scale: "
                + _write_scale(min(low, number), max(high, number)),
            )
            for actor, written in issue.positions.items()
            if (number := _plain_number(written)) is not None and not low <= number <= high
        )
    found.extend(
        _position_problem(actor, (*path, "salience", actor), cast, issue.positions, "salience")
        for actor in issue.salience
        if actor not in issue.positions
    )
    if issue.positions and _are_all_zero(issue.positions, issue.salience):
        problem = f"salience sums to nothing: nobody cares about '{name}'"
        found.append(((*path, "salience"), problem, "give some actor a salience above 0"))
    return found


def _write_scale(low: float, high: float) -> str:
    return f"[{write_number(low)}, {write_number(high)}]"


def _position_problem(
    actor: str, path: tuple[str, ...], cast: Cast, positions: Sequence[str] | Mapping[str, Any],
    what: str,
) -> StageMistake:  # fmt: skip
    if actor not in cast.names:
        return path, *unknown_name("force or group", actor, cast.names)
    problem = f"'{actor}' has a {what} and no position"
    return path, problem, f"give it a position, or write one of: {', '.join(positions)}"


def _are_all_zero(actors: Sequence[str] | Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    return bool(actors) and all(_plain_number(written.get(actor)) == 0.0 for actor in actors)


def _plain_number(written: Any) -> float | None:
    """Return what was written where it is a number and nothing else."""
    if isinstance(written, Mapping):
        return _plain_number(written.get("value"))
    try:
        return float(written)
    except (TypeError, ValueError):
        return None
