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

from conjuncture.engine.scopes import HistoryScope
from conjuncture.engine.structure import FREE, Structure
from conjuncture.scenario.rooms import Room
from conjuncture.scenario.stages import Turn

NOTHING = 0


class Slot(NamedTuple):
    """A visit of a stage, and there the side of each force or, from 1, its turn of that number."""

    stage: str
    visit: int
    place: int


class Deeds(NamedTuple):
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
            for place in range(1 + max(self.places(stage).values(), default=0))
        )

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """Whether a force has a value of its own in a slot, shape (slots, forces).

        A core has none in its own stage; where forces make moves, these are all they do.
        """
        forces = self.structure.forces
        found = np.zeros((len(self.slots), len(forces)), bool)
        for row, (stage, _, place) in enumerate(self.slots):
            turns = self.turns(stage)
            if place == 0 and not turns:
                found[row] = self.open_to(stage)
            for name, number in self.places(stage).items():
                if number == place:
                    found[row, forces.index(turns[name].player)] = True
        return found

    @cached_property
    def aside(self) -> NDArray[np.int8]:
        """What a force does that stands aside from all it can, shape (slots, forces)."""
        return np.stack(
            [
                np.where(self.open_to(slot.stage) & (slot.place == 0), NOTHING, FREE)
                for slot in self.slots
            ]
        ).astype(np.int8)

    def open_to(self, stage: str) -> NDArray[np.bool_]:
        """Return which forces can stand aside from a stage, shape (forces,)."""
        vocabulary = self.structure.crisis.vocabulary
        return np.array(
            [stage in vocabulary.stages_open_to(force) for force in self.structure.forces], bool
        )

    def turns(self, stage: str) -> Mapping[str, Turn]:
        """Return where forces make moves in a stage."""
        return self.structure.crisis.stages[stage].model.turns()

    def places(self, stage: str) -> dict[str, int]:
        """Return for each turn of a stage the how-manieth of its player it is, from 1."""
        before: dict[str, int] = {}
        found = {}
        for name, turn in self.turns(stage).items():
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
            and (symbols[stage].sides or (measure == "move" and self.turns(stage)))
        }

    def imposed(self, room: Room, visit: Array, values: Array) -> tuple[Array, dict[str, Array]]:
        """Return what is imposed in a room.

        Parameters
        ----------
        room : Room
        visit : Array, shape (histories,)
        values : Array, shape (slots, forces, histories)

        Returns
        -------
        side : Array, shape (forces, histories)
        kept : dict of str to Array, shape (histories,)
            For each turn the value of its player.
        """
        stage, forces = self.structure.stages[room.stage], self.structure.forces
        if stage not in self.stages:
            return jnp.full(values.shape[1:], FREE, values.dtype), {}

        def here(place: int) -> Array:
            rows = [values[self.slots.index(Slot(stage, one, place))] for one in room.visits]
            found = rows[0]
            for later, row in zip(room.visits[1:], rows[1:], strict=True):
                found = jnp.where(visit == later, row, found)
            return found

        side = here(0)
        if not self.structure.crisis.vocabulary.stages[stage].sides:
            side = jnp.where(side > NOTHING, FREE, side)
        turns = self.turns(stage)
        kept = {
            name: here(place)[forces.index(turns[name].player)]
            for name, place in self.places(stage).items()
        }
        return side, kept

    def read(self, scope: HistoryScope) -> Deeds:
        """Return what forces did in the histories of a run."""
        forces, histories = self.structure.forces, scope.nowhere.shape[1]
        values = np.full((histories, len(self.slots), len(forces)), FREE, np.int8)
        acted = np.zeros((histories, len(forces)), bool)
        for row, slot in enumerate(self.slots):
            for place, held in scope.passages(slot.stage, slot.visit):
                measures = scope.trace.passages[place].measures
                came = held[0][:, None]
                if slot.place:
                    found = self._moves(slot, measures["move"], histories)
                else:
                    found, active = self._sides(slot.stage, measures, histories)
                    acted |= came & active & self.open_to(slot.stage)
                values[:, row] = np.where(came, found, values[:, row])
        return Deeds(np.where(self.own, values, np.int8(FREE)), acted)

    def as_done(self, values: NDArray[np.int8]) -> NDArray[np.int8]:
        """Return what forces did where a stage was not reached as well: nothing."""
        return np.where(self.own & (values < 0), np.int8(NOTHING), values)

    def _sides(
        self, stage: str, measures: Mapping[str, Any], histories: int
    ) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
        """Return the side of each force, and whether it showed one, (histories, forces) each."""
        forces = self.structure.forces
        part = [forces.index(one) for one in self.structure.taking_part(stage)]
        found = np.full((histories, len(forces)), FREE, np.int8)
        found[:, part] = 1
        if not self.structure.crisis.vocabulary.stages[stage].sides:
            return found, found > NOTHING
        found[:, part] = np.moveaxis(measures["side"][0], 0, 1)
        shown = found > NOTHING
        if "joined" in measures:
            shown[:, part] |= np.moveaxis(measures["joined"][0], 0, 1) > 0
        return found, shown

    def _moves(self, slot: Slot, moves: Mapping[str, Any], histories: int) -> NDArray[np.int8]:
        """Return what each force did at its turn of a number, shape (histories, forces)."""
        symbols = self.structure.crisis.vocabulary.stages[slot.stage].measures["move"]
        found = np.full((histories, len(self.structure.forces)), FREE, np.int8)
        turns = self.turns(slot.stage)
        for name, place in self.places(slot.stage).items():
            if place == slot.place:
                own = turns[name].moves
                code = [
                    1 + own.index(one) if one in own else NOTHING
                    for one in symbols.kind.labels or ()
                ]
                player = self.structure.forces.index(turns[name].player)
                found[:, player] = np.array(code, np.int8)[np.asarray(moves[name][0], int)]
        return found
