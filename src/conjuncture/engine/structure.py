"""What a program is compiled for: the shape of a crisis, without its numbers.

Two crises with the same structure share one compiled program; the names of forces enter only
through the keys of their draws, which are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conjuncture.engine.beforehand import Precomputation, precomputation_of
from conjuncture.engine.living import StateVariables, state_variables_of
from conjuncture.language.nodes import Either, Expression, Label, NumberLiteral
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.rooms import UnrolledStage, followers_of, leads_of, stage_order, unroll

FREE = -1


@dataclass(frozen=True)
class Structure:
    """The crisis as the engine sees it.

    Attributes
    ----------
    crisis : Crisis
    cells : mapping of str to int
        Column of each number in the world tables.
    stages : tuple of str
        In the order in which a history can pass them.
    rooms : tuple of Room
        The graph unrolled: all passes, stage after stage.
    leads : tuple of tuple of int
        For each stage and outcome the stage that follows, or END.
    rules : mapping of str to tuple of int
        For each choice between rules the codes that some world of some run can have.
    raised : frozenset of str
        Cells that are nothing in every world as things were and that some run or effect sets.
    living : Living
        The numbers that change within a history.
    beforehand : Beforehand
        What is worked out once a world.
    """

    crisis: Crisis
    cells: Mapping[str, int]
    stages: tuple[str, ...]
    unrolled_stages: tuple[UnrolledStage, ...]
    outcome_targets: tuple[tuple[int, ...], ...]
    rules: Mapping[str, tuple[int, ...]]
    raised: frozenset[str] = frozenset()
    state_variables: StateVariables = field(default_factory=StateVariables)
    precomputation: Precomputation = field(default_factory=Precomputation)

    @cached_property
    def plays(self) -> tuple[tuple[str, str, str], ...]:
        """Every (stage, player, move) that an intervention can impose."""
        return tuple(
            (stage, player, move)
            for stage in self.stages
            for player, moves in self.crisis.vocabulary.stages[stage].moves.items()
            for move in moves
        )

    @cached_property
    def troubles(self) -> tuple[tuple[Any, ...], ...]:
        """Everything that can go wrong within a history: measures, effects, values that follow."""
        stages = self.crisis.stages
        return (
            *(("measure", room) for room in range(len(self.unrolled_stages))),
            *(("value", key) for key in self.state_variables.equations),
            *(
                ("effect", name, index, place)
                for name in self.stages
                for index, effect in enumerate(stages[name].effects)
                for place in range(len(effect.changes))
            ),
        )

    def bearers_of(self, attribute: str) -> tuple[int, ...]:
        """Return the places of the forces that have any of an attribute in some world."""
        return tuple(
            place
            for place, force in enumerate(self.forces)
            if (key := f"{force}.{attribute}") in self.raised
            or not is_always_zero(self.crisis.numbers[key].value)
        )

    def participants_of(self, stage: str) -> tuple[str, ...]:
        """Return the forces that a stage knows of, in the order of its force axis."""
        part = set(self.crisis.stages[stage].model.takes_part(self.crisis.cast))
        return tuple(force for force in self.forces if force in part)

    @cached_property
    def successors(self) -> tuple[frozenset[int], ...]:
        """For each stage those to which a history can go from it, visits run out included."""
        return followers_of(self.crisis.stages, self.stages, self.outcome_targets)

    def comes_once(self, stage: int) -> bool:
        """Return whether histories come to a stage in one room only, and there at most once."""
        rooms = [room for room in self.unrolled_stages if room.stage == stage]
        return len(rooms) == 1 and len(rooms[0].visits) == 1

    @property
    def forces(self) -> tuple[str, ...]:
        """The forces, in the order of every force axis."""
        return tuple(self.crisis.forces)

    @property
    def most_visits(self) -> int:
        """The largest number of visits to one stage."""
        return max(stage.visits for stage in self.crisis.stages.values())


def is_always_zero(value: Expression) -> bool:
    """Return whether a value is zero in every world."""
    return isinstance(value, NumberLiteral) and value.value == 0.0


def structure_of(
    crisis: Crisis,
    rules: Mapping[str, tuple[int, ...]] | None = None,
    raised: frozenset[str] = frozenset(),
    timed: frozenset[str] = frozenset(),
) -> Structure:
    """Return the structure of a crisis.

    Parameters
    ----------
    crisis : Crisis
    rules : mapping of str to tuple of int, optional
        Codes that interventions add to the choices between rules.
    raised : frozenset of str
        Cells that interventions set and that are zero otherwise.
    timed : frozenset of str
        Cells that interventions set from a stage on and that have to be kept history by history.
    """
    stages = stage_order(crisis.stages)
    leads = leads_of(crisis.stages, stages)
    possible = {
        key: rule_codes_of(number.value)
        for key, number in crisis.numbers.items()
        if rule_codes_of(number.value)
    }
    for key, codes in (rules or {}).items():
        possible[key] = tuple(sorted({*possible[key], *codes}))
    living = state_variables_of(crisis, timed)
    beforehand = precomputation_of(crisis, living)
    columns = (*crisis.numbers, *living.drawn, *beforehand.columns)
    return Structure(
        crisis=crisis,
        cells={key: column for column, key in enumerate(columns)},
        stages=stages,
        unrolled_stages=unroll(crisis.stages, stages, leads),
        outcome_targets=leads,
        rules=possible,
        raised=raised | living.changing_keys,
        state_variables=living,
        precomputation=beforehand,
    )


def rule_codes_of(value: Expression) -> tuple[int, ...]:
    """Return the codes of a choice between rules; empty for a number."""
    options = value.options if isinstance(value, Either) else (value,)
    return tuple(sorted({option.code for option in options if isinstance(option, Label)}))
