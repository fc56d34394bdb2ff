"""What forces do in a history, slot by slot: the sides that they take, the moves that they make.

It is read from replayed histories, and imposed on them history by history. In a slot a force has
one value: -1 where the slot is none of its own, or was not reached. In the first slot of a visit,

- where forces take sides: 0 for standing aside, camps from 1;
- elsewhere: 1 for having been there, which is left free when it is imposed, and 0 for standing
  aside, which is never read. Both are announced, as ``do(force aside)`` is.

In each of the others, the turns of a player: 0 for not having come to act, which imposed means to
do what is done when the player stands aside; moves from 1. Nobody knows of these beforehand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from conjuncture.engine.structure import FREE, Structure
from conjuncture.engine.traces import HistoryScope
from conjuncture.scenario.stage_graph import UnrolledStage
from conjuncture.scenario.stage_model import Turn

NO_ACTION = 0


class Slot(NamedTuple):
    """A visit of a stage, and there the side of each force or, from 1, its turn of that number."""

    stage: str
    visit: int
    place: int


class ObservedConduct(NamedTuple):
    """What forces did in some histories.

    Attributes
    ----------
    values : array of int8, shape (histories, slots, forces)
    acted : array of bool, shape (histories, forces)
        Who did anything but stand aside throughout: showed a side in some round of a stage, or was
        there in one that knows no sides.
    """

    values: NDArray[np.int8]
    acted: NDArray[np.bool_]


@dataclass(frozen=True)
class Conduct:
    """The slots of some stages.

    Parameters
    ----------
    structure : Structure
    stages : tuple of str
    """

    structure: Structure
    stages: tuple[str, ...]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot, stage by stage and visit by visit."""
        return tuple(
            Slot(stage, visit, place)
            for stage in self.stages
            for visit in range(1, 1 + self.structure.crisis.stages[stage].visits)
            for place in range(1 + max(self.turn_numbers_of(stage).values(), default=0))
        )

    @cached_property
    def has_value(self) -> NDArray[np.bool_]:
        """Whether a force has a value of its own in a slot, shape (slots, forces).

        A core has none in its own stage; where forces make moves, these are all they do.
        """
        forces = self.structure.forces
        found = np.zeros((len(self.slots), len(forces)), bool)
        for row, (stage, _, place) in enumerate(self.slots):
            turns = self.turns_of(stage)
            if place == 0 and not turns:
                found[row] = self.is_open_to(stage)
            for name, number in self.turn_numbers_of(stage).items():
                if number == place:
                    found[row, forces.index(turns[name].player)] = True
        return found

    @cached_property
    def aside_values(self) -> NDArray[np.int8]:
        """What a force does that stands aside from all it can, shape (slots, forces)."""
        return np.stack(
            [
                np.where(self.is_open_to(slot.stage) & (slot.place == 0), NO_ACTION, FREE)
                for slot in self.slots
            ]
        ).astype(np.int8)

    def is_open_to(self, stage: str) -> NDArray[np.bool_]:
        """Return which forces can stand aside from a stage, shape (forces,)."""
        vocabulary = self.structure.crisis.vocabulary
        return np.array(
            [stage in vocabulary.stages_open_to(force) for force in self.structure.forces], bool
        )

    def turns_of(self, stage: str) -> Mapping[str, Turn]:
        """Return where forces make moves in a stage."""
        return self.structure.crisis.stages[stage].model.turns()

    def turn_numbers_of(self, stage: str) -> dict[str, int]:
        """Return for each turn of a stage the how-manieth of its player it is, from 1."""
        before: dict[str, int] = {}
        found = {}
        for name, turn in self.turns_of(stage).items():
            found[name] = before[turn.player] = before.get(turn.player, 0) + 1
        return found

    def measures(self) -> set[tuple[str, str]]:
        """Return the measures of stages from which it is read what forces did."""
        symbols = self.structure.crisis.vocabulary.stages
        return {
            (stage, measure)
            for stage in self.stages
            for measure in ("side", "joined", "move")
            if measure in symbols[stage].measures
            and (symbols[stage].sides or (measure == "move" and self.turns_of(stage)))
        }

    def imposed_values_of(
        self, unrolled: UnrolledStage, visit: Array, values: Array
    ) -> tuple[Array, dict[str, Array]]:
        """Return what is imposed in an unrolled stage.

        Parameters
        ----------
        unrolled : UnrolledStage
        visit : Array, shape (histories,)
        values : Array, shape (slots, forces, histories)

        Returns
        -------
        side : Array, shape (forces, histories)
        kept : dict of str to Array, shape (histories,)
            For each turn the value of its player.
        """
        stage, forces = self.structure.stages[unrolled.stage], self.structure.forces
        if stage not in self.stages:
            return jnp.full(values.shape[1:], FREE, values.dtype), {}

        def value_at(place: int) -> Array:
            rows = [values[self.slots.index(Slot(stage, one, place))] for one in unrolled.visits]
            found = rows[0]
            for later, row in zip(unrolled.visits[1:], rows[1:], strict=True):
                found = jnp.where(visit == later, row, found)
            return found

        side = value_at(0)
        if not self.structure.crisis.vocabulary.stages[stage].sides:
            side = jnp.where(side > NO_ACTION, FREE, side)
        turns = self.turns_of(stage)
        kept = {
            name: value_at(place)[forces.index(turns[name].player)]
            for name, place in self.turn_numbers_of(stage).items()
        }
        return side, kept

    def read(self, scope: HistoryScope) -> ObservedConduct:
        """Return what forces did in the histories of a run."""
        forces, histories = self.structure.forces, scope.all_false.shape[1]
        values = np.full((histories, len(self.slots), len(forces)), FREE, np.int8)
        acted = np.zeros((histories, len(forces)), bool)
        for row, slot in enumerate(self.slots):
            for place, held in scope.passages(slot.stage, slot.visit):
                measures = scope.trace.passages[place].measures
                came = held[0][:, None]
                if slot.place:
                    found = self._moves_of(slot, measures["move"], histories)
                else:
                    found, active = self._sides_of(slot.stage, measures, histories)
                    acted |= came & active & self.is_open_to(slot.stage)
                values[:, row] = np.where(came, found, values[:, row])
        return ObservedConduct(np.where(self.has_value, values, np.int8(FREE)), acted)

    def fill_unreached(self, values: NDArray[np.int8]) -> NDArray[np.int8]:
        """Return what forces did where a stage was not reached as well: nothing."""
        return np.where(self.has_value & (values < 0), np.int8(NO_ACTION), values)

    def _sides_of(
        self, stage: str, measures: Mapping[str, Any], histories: int
    ) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
        """Return the side of each force, and whether it showed one, (histories, forces) each."""
        forces = self.structure.forces
        part = [forces.index(one) for one in self.structure.participants_of(stage)]
        found = np.full((histories, len(forces)), FREE, np.int8)
        found[:, part] = 1
        if not self.structure.crisis.vocabulary.stages[stage].sides:
            return found, found > NO_ACTION
        found[:, part] = np.moveaxis(measures["side"][0], 0, 1)
        shown = found > NO_ACTION
        if "joined" in measures:
            shown[:, part] |= np.moveaxis(measures["joined"][0], 0, 1) > 0
        return found, shown

    def _moves_of(self, slot: Slot, moves: Mapping[str, Any], histories: int) -> NDArray[np.int8]:
        """Return what each force did at its turn of a number, shape (histories, forces)."""
        symbols = self.structure.crisis.vocabulary.stages[slot.stage].measures["move"]
        found = np.full((histories, len(self.structure.forces)), FREE, np.int8)
        turns = self.turns_of(slot.stage)
        for name, place in self.turn_numbers_of(slot.stage).items():
            if place == slot.place:
                own = turns[name].moves
                code = [
                    1 + own.index(one) if one in own else NO_ACTION
                    for one in symbols.kind.labels or ()
                ]
                player = self.structure.forces.index(turns[name].player)
                found[:, player] = np.array(code, np.int8)[np.asarray(moves[name][0], int)]
        return found
