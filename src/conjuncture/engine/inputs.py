"""The numbers of one world as a mechanism reads them; implements the contract's ``Inputs``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from conjuncture.engine.beforehand import precomputed_column, rest_of, stage_numbers_of
from conjuncture.engine.structure import FREE, Structure
from conjuncture.scenario.stages import StageModel


@dataclass(frozen=True)
class WorldInputs:
    """One stage's view of a row of a world table.

    Parameters
    ----------
    structure : Structure
    name : str
        The stage.
    row : Array of float32, shape (cells,) or (cells, histories)
        With an axis of histories where these are of different worlds.
    mask : Array, shape (forces,)
        Presence, 1 or 0.
    side : Array, shape (forces,) or (forces, histories)
        Fixed side, -1 where it is free.
    hidden : Array of bool, shape (forces,)
    plays : Array of bool, shape (plays,)
        Which moves an intervention imposes.
    changed : mapping of str to Array, shape (histories,)
        The numbers that may by now differ between the histories of a world.
    held : mapping of str to Array, shape (histories,)
        To what players are held at their turns, where histories have conduct of their own imposed.
    recording : bool
        Whether a chronicle is being told.
    reads : set of str
        Where the names of the numbers that are read are written down.

    Every number is returned with a trailing axis: of one, which the histories broadcast over, or
    of the histories where it may have changed.
    """

    structure: Structure
    name: str
    row: Array
    mask: Array
    side: Array
    hidden: Array
    plays: Array
    changed: Mapping[str, Array] = field(default_factory=dict)
    held: Mapping[str, Array] = field(default_factory=dict)
    is_recorded: bool = False
    reads: set[str] = field(default_factory=set)

    @property
    def stage(self) -> StageModel:
        """What the scenario says of this stage."""
        return self.structure.crisis.stages[self.name].model

    @cached_property
    def forces(self) -> tuple[str, ...]:
        """The forces that take part in the stage, in order."""
        return self.structure.participants_of(self.name)

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """Where these forces stand among all, shape (forces,)."""
        return np.array([self.structure.forces.index(force) for force in self.forces], int)

    def members(self, name: str) -> tuple[int, ...]:
        """Return the places of the forces that a name stands for, those taking part."""
        named = self.structure.crisis.cast.members(name)
        return tuple(self.forces.index(force) for force in named if force in self.forces)

    def is_forced(self, player: str, move: str) -> Array:
        """Return whether an intervention makes a player play a move here, shape (1,)."""
        place = self.structure.plays.index((self.name, player, move))
        return self.plays[place : place + 1]

    def held_move_of(self, turn: str) -> Array:
        """Return to what a player is held at a turn, shape () or (histories,)."""
        return self.held.get(turn, jnp.int32(FREE))

    @property
    def present(self) -> Array:
        """1 for a force that is there, shape (forces, 1)."""
        return self.mask[self.places][:, None]

    @property
    def fixed_sides(self) -> Array:
        """The side an intervention fixes, or -1, shape (forces, 1) or (forces, histories)."""
        return add_history_axis(self.side[self.places])

    @property
    def secret(self) -> Array:
        """Whether that side is kept secret, shape (forces, 1)."""
        return self.hidden[self.places][:, None]

    def attribute(self, name: str, camp: str = "") -> Array:
        """Return an attribute of every force, shape (forces, 1)."""
        path = f"{name}.{camp}" if camp else name
        return self._column([f"{force}.{path}" for force in self.forces])

    def bearers(self, name: str) -> tuple[int, ...]:
        """Return the places of the forces that can have any of an attribute, in any world."""
        bearing = self.structure.bearers_of(name)
        return tuple(place for place, whole in enumerate(self.places) if whole in bearing)

    def ties(self) -> tuple[tuple[tuple[int, int], ...], Array]:
        """Return the pairs (who is pulled, by whom) and the pulls, shape (pairs, 1)."""
        place = {force: index for index, force in enumerate(self.forces)}
        stated = [
            (force.key, other)
            for force in self.structure.crisis.forces.values()
            for other in force.ties
            if force.key in place and other in place
        ]
        pairs = tuple((place[force], place[other]) for force, other in stated)
        if not pairs:
            return (), jnp.zeros((0, 1))
        return pairs, self._column([f"{force}.ties.{other}" for force, other in stated])

    def constant(self, name: str) -> Array:
        """Return a structural constant, shape (1,)."""
        return self._number(name)

    def value(self, key: str) -> Array:
        """Return a number of the stage itself, shape (1,)."""
        return self._number(f"{self.name}.{key}")

    @property
    def is_precomputed(self) -> bool:
        """Whether the stage was worked out for the world, and no history has acts of its own."""
        alike = self.side.ndim == self.plays.ndim == 1
        return alike and self.name in self.structure.precomputation.stages

    def precomputed_value(self, name: str) -> Array:
        """Return what was worked out for the world from all numbers of the stage, shape (1,)."""
        crisis = self.structure.crisis
        self.reads.update(stage_numbers_of(crisis, crisis.stages[self.name]).values())
        return self._cell(precomputed_column(self.name, name))

    def exact_value(self, key: str) -> Array:
        """Return a number of the stage itself in double precision, shape (1,)."""
        return self._exact_number(f"{self.name}.{key}")

    def exact_constant(self, name: str) -> Array:
        """Return a structural constant in double precision, shape (1,)."""
        return self._exact_number(name)

    def rules(self, key: str) -> tuple[int, ...]:
        """Return the codes that a choice between rules can take."""
        return self.structure.rules[f"{self.name}.{key}"]

    def backing_of(self, camp: str) -> Array:
        """Return what backers add to each force's leaning to a camp, shape (forces, 1)."""
        added = [jnp.zeros(1)] * len(self.forces)
        for backer in self.structure.crisis.backers.values():
            if backer.camp == camp:
                for place, force in enumerate(self.forces):
                    if force in backer.reach:
                        added[place] = added[place] + self._number(f"{backer.key}.reach.{force}")
        return jnp.stack(jnp.broadcast_arrays(*added))

    def materiel(self, camp: str) -> Array:
        """Return what backers add to a camp's strength, shape (1,)."""
        found = jnp.zeros(1)
        for backer in self.structure.crisis.backers.values():
            if backer.camp == camp:
                found = found + self._number(f"{backer.key}.materiel")
        return found

    def _number(self, key: str) -> Array:
        self.reads.add(key)
        if key in self.changed:
            return self.changed[key]
        return self._cell(key)

    def _cell(self, key: str) -> Array:
        return number_at(self.row, self.structure.cells[key])

    def _exact_number(self, key: str) -> Array:
        number = self._number(key).astype(jnp.float64)
        if key not in self.structure.precomputation.rests:
            return number
        name = rest_of(key)
        rest = self.changed[name] if name in self.changed else self._cell(name)
        return number + rest.astype(jnp.float64)

    def _column(self, keys: list[str]) -> Array:
        self.reads.update(keys)
        if any(key in self.changed for key in keys):
            rows = [self._number(key) for key in keys]
            return jnp.stack(jnp.broadcast_arrays(*rows))
        return add_history_axis(self.row[np.array([self.structure.cells[key] for key in keys])])


def number_at(row: Array, column: int) -> Array:
    """Return one number of a row, shape (1,) or (histories,)."""
    return row[column] if row.ndim > 1 else row[column : column + 1]


def add_history_axis(values: Array) -> Array:
    """Return values with a trailing axis for the histories."""
    return values if values.ndim > 1 else values[:, None]
