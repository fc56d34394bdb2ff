"""The numbers of a run as its histories move through the stages.

Mechanisms read them through :class:`WorldInputs`, which implements the contract's ``Inputs``;
:class:`HistoryNumbers` keeps what effects leave behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.structure import (
    FREE,
    Structure,
    precomputed_column,
    rest_of,
    stage_numbers_of,
)
from conjuncture.engine.traces import HistoryScope, LazyMeasures, Patch, StagePassage, Trace
from conjuncture.engine.worlds import place_prefix_of, undo_rounding
from conjuncture.language.evaluator import evaluate, evaluate_defined, truth_of
from conjuncture.language.nodes import cells_of
from conjuncture.language.symbols import Domain
from conjuncture.scenario.crisis import Change, Crisis
from conjuncture.scenario.stage_model import StageModel


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


MOST_SHIFT = 60.0
"""A larger shift of log-odds or of a logarithm would overflow; it ends at the bound anyway."""

SINGLE_ROUNDING = 1e-6
"""How far beyond an end of its domain rounding alone may bring a number, relative to it or to 1."""


class HistoryNumbers:
    """The numbers of one run while its block is computed.

    A number stays one per world until some history may have changed it.

    Parameters
    ----------
    structure : Structure
    rows : Array of float32, shape (stages, cells) or (stages, cells, histories)
        The world's numbers as each stage finds them, save for what changes within histories.
    patch : Patch
        Without the axis of runs.
    telling : bool
        Whether it is to be told what went wrong, and not only that something did.
    """

    def __init__(
        self,
        structure: Structure,
        rows: Array,
        patch: Patch,
        telling: bool = False,
        lanes: int = BLOCK,
    ) -> None:
        state_variables = structure.state_variables
        self.structure = structure
        self.lanes = lanes
        self.rows = rows
        self.stage = 0
        self.held: dict[str, Array] = {
            key: patch.held[place] for place, key in enumerate(state_variables.keys)
        }
        self.starts: dict[str, Array] = {
            key: patch.starts[:, place]
            for place, key in enumerate(state_variables.keys)
            if key in state_variables.timed
        }
        self.current: dict[str, Array] = {}
        self.wrong = jnp.zeros(lanes, bool)
        self.trouble: Any = jnp.full(lanes, -1, jnp.int16) if telling else ()
        self._known: dict[str, Array] = {}

    def enter(self, stage: int, arrived: Array) -> Mapping[str, Array]:
        """Return what has changed by the time that histories come to a stage, shape (512,) each.

        Parameters
        ----------
        stage : int
        arrived : Array of bool, shape (512,)
        """
        self.stage = stage
        self._known = {}
        for key, starts in self.starts.items():
            begins = arrived & starts[stage]
            self.current[key] = jnp.where(
                begins, self.row(key), self.current.get(key, self.rows[0, self.column(key)])
            )
            self.held[key] = self.held[key] | begins
        changed = {
            key: self.value(key)
            for key in self.structure.state_variables.keys
            if self.has_changed(key)
        }
        precise = self.structure.precomputation.precise.get(self.structure.stages[stage], ())
        with jax.enable_x64(True):
            return changed | {
                rest_of(key): self.rest_of_number(key, changed[key])
                for key in precise
                if key in changed
            }

    def rest_of_number(self, key: str, value: Array) -> Array:
        """Return what single precision leaves of a number; where double precision is enabled."""
        return (self.exact_number(key) - value.astype(jnp.float64)).astype(jnp.float32)

    def exact_number(self, key: str) -> Array:
        """Return a number in double precision, as far as what effects moved is known in it."""
        row = self.row(key)
        stored = self.current.get(key, row)
        rest = jnp.where(stored == row, self.row(rest_of(key)), 0.0).astype(jnp.float64)
        found = stored.astype(jnp.float64) + rest
        equation = self.structure.state_variables.equations.get(key)
        if equation is None or not self.has_changed(key):
            return found
        worked_out = evaluate(equation, effect_scope_of(self, exactly=True), jnp)
        return jnp.where(self.held[key], found, jnp.ravel(worked_out))

    def leave(self, stage: int, arrived: Array, passages: Sequence[StagePassage]) -> None:
        """Let the effects of a stage follow, in order, in the histories that passed it."""
        name = self.structure.stages[stage]
        for index, effect in enumerate(self.structure.crisis.stages[name].effects):
            scope = effect_scope_of(self, passages)
            applies = arrived
            if effect.when is not None:
                applies = arrived & jnp.ravel(truth_of(effect.when, scope, jnp)[0])
            changed = {}
            for place, change in enumerate(effect.changes):
                before = self.value(change.key)
                after, sound, known = self.apply_change(change, before, scope)
                moves = applies & ~self.held[change.key] & known
                self.note_trouble(("effect", name, index, place), moves & ~sound)
                # What is no number of the domain shows in the end: nothing sets it right again.
                after = jnp.where(sound & ~jnp.isnan(before), after, jnp.nan)
                changed[change.key] = jnp.where(moves, after, before)
            self.current |= changed
            self._known = {}

    def apply_change(
        self, change: Change, before: Array, scope: HistoryScope
    ) -> tuple[Array, Array, Array]:
        """Return what a change makes of a number, where that is one of its domain, and where known.

        What a change reads of somebody who is absent is not known: it then changes nothing.
        """
        domain = self.structure.crisis.numbers[change.key].domain
        value, defined = evaluate_defined(change.value, scope, jnp)
        value = jnp.ravel(jnp.asarray(value, jnp.float32))
        if change.how == "shift":
            value = shift_number(before, value, domain)
        elif change.how == "clip":
            value = jnp.clip(value, domain.lower, domain.upper)
        return value, is_inside(value, domain), jnp.ravel(jnp.asarray(defined))

    def note_wrong(self, about: tuple[Any, ...], wrong: Array) -> None:
        """Note in which histories something went wrong."""
        self.wrong = self.wrong | wrong
        self.note_trouble(about, wrong)

    def note_trouble(self, about: tuple[Any, ...], wrong: Array) -> None:
        """Note what went wrong in a history, if nothing had before and it is to be told."""
        if not isinstance(self.trouble, tuple):
            place = jnp.int16(self.structure.troubles.index(about))
            self.trouble = jnp.where(wrong & (self.trouble < 0), place, self.trouble)

    def has_changed(self, key: str) -> bool:
        """Return whether a number may differ between the histories of a world by now."""
        if key in self.current:
            return True
        equation = self.structure.state_variables.equations.get(key)
        return equation is not None and any(self.has_changed(cell) for cell in cells_of(equation))

    def value(self, key: str) -> Array:
        """Return a number, shape (1,) or (512,)."""
        if key not in self._known:
            equation = self.structure.state_variables.equations.get(key)
            if equation is not None and self.has_changed(key):
                stored = self.current.get(key, self.row(key))
                worked_out = evaluate(equation, effect_scope_of(self), jnp)
                domain = self.structure.crisis.numbers[key].domain
                found = undo_rounding(jnp.ravel(worked_out), domain, SINGLE_ROUNDING, jnp)
                self._known[key] = jnp.where(self.held[key], stored, found)
            else:
                self._known[key] = self.current.get(key, self.row(key))
        return self._known[key]

    def finish(self) -> dict[str, Array]:
        """Return what is left in the end, and complain of what is no number any more."""
        numbers = self.snapshot()
        for key in self.structure.state_variables.moved:
            self.wrong = self.wrong | jnp.isnan(numbers[key])
        return numbers

    def snapshot(self) -> dict[str, Array]:
        """Return every number that can change as the histories leave it, shape (512,) each."""
        self._known = {}
        return {
            key: jnp.broadcast_to(self.value(key), (self.lanes,)).astype(jnp.float32)
            for key in self.structure.state_variables.keys
        }

    def row(self, key: str) -> Array:
        """Return a number of the world as the stage finds it, shape (1,)."""
        return number_at(self.rows[self.stage], self.column(key))

    def column(self, key: str) -> int:
        """Return the column of a number in the tables."""
        return self.structure.cells[key]


@dataclass(frozen=True)
class EffectScope(HistoryScope):
    """What an effect may read: numbers as they stand, and the stages passed so far."""

    numbers: HistoryNumbers
    exactly: bool = False

    def cell(self, key: str) -> Array:
        """Return a number as it stands, with an axis of one block."""
        return (self.numbers.exact_number(key) if self.exactly else self.numbers.value(key))[None]


def effect_scope_of(
    numbers: HistoryNumbers, passages: Sequence[StagePassage] = (), *, exactly: bool = False
) -> EffectScope:
    """Return what can be read while histories pass, with a leading axis of one block."""
    one_block = tuple(
        StagePassage(
            one.visit[None], one.outcome[None], one.imposed[None], add_block_axis(one.measures)
        )
        for one in passages
    )
    trace = Trace(one_block, jnp.zeros((1, numbers.lanes), jnp.float32), None, {}, ())
    return EffectScope(numbers.structure, trace, None, jnp, numbers, exactly)


def add_block_axis(measures: Mapping[str, Any]) -> LazyMeasures:
    """Return measures with a leading axis of one block."""
    return LazyMeasures(measures, lambda name: jax.tree.map(lambda one: one[None], measures[name]))


def shift_number(before: Array, by: Array, domain: Domain) -> Array:
    """Return a number moved on its unbounded scale.

    A number between two bounds moves in the log-odds of its place between them, a number with one
    bound in the logarithm of its distance from it, any other as it is. At a bound it stays.

    Examples
    --------
    >>> half = jnp.float32(0.5)
    >>> round(float(shift_number(half, jnp.log(jnp.float32(3.0)), Domain(0.0, 1.0))), 6)
    0.75
    >>> round(float(shift_number(half, jnp.log(jnp.float32(3.0)), Domain(0.0))), 6)
    1.5
    """
    by = jnp.clip(by, -MOST_SHIFT, MOST_SHIFT)
    low, high = domain.lower, domain.upper
    if low is not None and high is not None:
        share = (before - low) / (high - low)
        grown = share * jnp.exp(by)
        return low + (high - low) * grown / (grown + (1.0 - share))
    if low is not None:
        return low + (before - low) * jnp.exp(by)
    if high is not None:
        return high - (high - before) * jnp.exp(-by)
    return before + by


def is_inside(value: Array, domain: Domain) -> Array:
    """Return where a value is a finite number of its domain."""
    found = jnp.isfinite(value)
    if domain.lower is not None:
        found = found & (value >= domain.lower)
    if domain.upper is not None:
        found = found & (value <= domain.upper)
    return found


@dataclass(frozen=True)
class Trouble:
    """Words for what can go wrong in a run, by the entry of ``Structure.troubles``."""

    crisis: Crisis
    structure: Structure
    entry: tuple[Any, ...]

    def __str__(self) -> str:
        crisis = self.crisis
        match self.entry:
            case ("measure", place):
                stage = self.structure.stages[self.structure.unrolled_stages[place].stage]
                place = crisis.stages[stage].place
                where = place_prefix_of(place)
                return (
                    f"{where}stage '{stage}': a measure is not a number"
                    "; look at the values of that world for numbers far out of the ordinary"
                )
            case ("value", key):
                number = crisis.numbers[key]
                where = place_prefix_of(number.place)
                return (
                    f"{where}'{key}' leaves its domain ({number.domain}) when what it follows from "
                    "moves; keep it there with clip(...), or let an effect 'shift' what it reads"
                )
            case ("effect", stage, index, place):
                change = crisis.stages[stage].effects[index].changes[place]
                domain = crisis.numbers[change.key].domain
                where = place_prefix_of(change.place)
                return (
                    f"{where}the effect of '{stage}' on '{change.key}' leaves its domain ({domain})"
                    " or reads what the history never reached; write 'clip' or 'shift' in the "
                    "place of 'set', or narrow 'when'"
                )
        raise TypeError(self.entry)
