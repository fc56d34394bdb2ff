"""What goes into a run, what it leaves, and what an expression may read of that.

All of it is plain named tuples of arrays, which compiled programs take and return.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from types import ModuleType
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, export

from conjuncture.engine.structure import Structure
from conjuncture.language.symbols import MeasureSymbol
from conjuncture.mechanisms.contract import Resolution

NUMBERS = "numbers"
"""Where the rounds of a chronicle hold the numbers that can change: ``found`` and ``left``."""


class Patch(NamedTuple):
    """What one run imposes, the same in every world (the world tables come apart).

    Shapes carry a leading axis of runs: ``present`` (runs, forces) float32, ``side`` (runs,
    stages, forces) int32 with -1 for free, ``secret`` (runs, forces) bool, ``outcome`` (runs,
    stages, visits) int32 with -1 for free, ``moves`` (runs, plays) bool. Of the numbers that
    change within histories, ``held`` (runs, numbers) bool says which effects leave alone, and
    ``starts`` (runs, stages, numbers) bool which take a new value where a stage starts.
    """

    present: Any
    side: Any
    secret: Any
    outcome: Any
    moves: Any
    held: Any
    starts: Any


class SharedArguments(NamedTuple):
    """What is the same in every block of a call.

    ``keys`` uint32 (sites, 2) under which draws are made, ``runs`` how many of the patches are
    wanted, ``observed`` int32 (stages,) with -1 where nothing was, ``needed`` bool (runs, stages)
    which stages each run plays.
    """

    keys: Any
    runs: Any
    patches: Patch
    observed: Any
    needed: Any


class StagePassage(NamedTuple):
    """What happened in one unrolled stage; every array ends in the history axis.

    ``visit`` is 0 where the history did not come here, otherwise which visit it was. ``chances``
    (outcomes, histories) float32 are those from which the outcome was drawn; nothing at all where
    it was not drawn, the stage recurs, evidence was imposed, or a chronicle is being told.
    """

    visit: Any
    outcome: Any
    imposed: Any
    measures: Any
    chances: Any = ()


class Trace(NamedTuple):
    """What a run of a block leaves: passages, the weight, whether something went wrong.

    ``wrong`` says in which histories some number is none, or left its domain. What it was is found
    out where it befell: ``trouble`` is the first entry of ``Structure.troubles`` that befell each
    history, -1 where none did, and nothing at all unless stages keep their rounds.
    ``numbers`` maps each number that can change to what it is in the end. ``rounds`` holds per
    place what a chronicle tells round by round, and under :data:`NUMBERS` what the stage found and
    its effects left of each number that can change; nothing unless one is being told.
    """

    passages: tuple[StagePassage, ...]
    log_weight: Any
    wrong: Any
    numbers: Mapping[str, Any]
    rounds: tuple[Mapping[str, Any], ...]
    trouble: Any = ()


for shape in (Patch, StagePassage, Trace):
    export.register_namedtuple_serialization(shape, serialized_name=f"conjuncture.{shape.__name__}")


def broadcast_measures(resolution: Resolution, lanes: int) -> dict[str, Any]:
    """Return measures with a history axis everywhere, labels and counts in small integers.

    Where a measure is undefined it is NaN, or -1 if it is a label or a count.
    """

    def widen(value: Array, known: Array | None = None) -> Array:
        value = jnp.asarray(value)
        number = jnp.issubdtype(value.dtype, jnp.floating)
        if number:
            value = value.astype(jnp.float32)
        elif value.dtype != jnp.int8:
            value = value.astype(jnp.int16)
        if known is not None:
            # What is no number although it is defined must not pass for undefined.
            sound = jnp.where(jnp.isnan(value), jnp.inf, value) if number else value
            missing = jnp.asarray(jnp.nan if number else -1, value.dtype)
            value = jnp.where(known, sound, missing)
        return jnp.broadcast_to(value, (*value.shape[:-1], lanes))

    widened: dict[str, Any] = {}
    for name, value in resolution.measures.items():
        known = resolution.defined.get(name)
        parts = (value,) if known is None else (value, known)
        widened[name] = jax.tree.map(widen, *parts)
    return widened


def find_not_finite(
    measures: Mapping[str, Any], symbols: Mapping[str, MeasureSymbol], lanes: int
) -> Array:
    """Return the histories in which some measure is defined and not a finite number."""
    bad = jnp.zeros(lanes, bool)
    for name, measure in measures.items():
        for value in jax.tree.leaves(measure):
            if jnp.issubdtype(value.dtype, jnp.floating):
                wrong = jnp.isinf(value) if symbols[name].partial else ~jnp.isfinite(value)
                bad = bad | (jnp.any(wrong, axis=0) if wrong.ndim > 1 else wrong)
    return bad


@dataclass(frozen=True)
class LazyMeasures(Mapping[str, Any]):
    """Measures of which each is worked out when it is asked for, and not before."""

    names: Collection[str]
    read: Callable[[str], Any]

    def __getitem__(self, name: str) -> Any:
        return self.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def no_patch(structure: Structure, runs: int = 1) -> Patch:
    """Return a patch that imposes nothing."""
    forces, stages = len(structure.forces), len(structure.stages)
    state_variables = len(structure.state_variables.keys)
    return Patch(
        present=np.ones((runs, forces), np.float32),
        side=np.full((runs, stages, forces), -1, np.int32),
        secret=np.zeros((runs, forces), bool),
        outcome=np.full((runs, stages, structure.most_visits), -1, np.int32),
        moves=np.zeros((runs, len(structure.plays)), bool),
        held=np.zeros((runs, state_variables), bool),
        starts=np.zeros((runs, stages, state_variables), bool),
    )


@dataclass(frozen=True)
class HistoryScope:
    """What an event may read of one run of a call; arrays are (blocks, histories).

    ``trace`` and ``table`` lead with the axis of blocks and are those of the one run; ``xp`` is
    NumPy or ``jax.numpy``.
    """

    structure: Structure
    trace: Trace
    table: Any
    xp: ModuleType

    def cell(self, key: str) -> Any:
        """Return a number: of the world as the first stage finds it, shape (blocks, 1).

        One that effects move is what the end of each history left of it, shape (blocks,
        histories).
        """
        if key in self.trace.numbers:
            return self.trace.numbers[key]
        column = self.structure.cells[key]
        return self.table[:, 0, column : column + 1]

    def passages(self, stage: str, visit: int | None) -> list[tuple[int, Any]]:
        """Return the places of a stage and in which histories each holds the wanted visit."""
        index, traced = self.structure.stages.index(stage), self.trace.passages
        places = self.structure.places_of(index)
        came = {place: traced[place].visit for place in places if place < len(traced)}
        if visit is not None:
            return [(place, own == visit) for place, own in came.items()]
        last = reduce(self.xp.maximum, came.values()) if came else 0
        return [(place, (own == last) & (last > 0)) for place, own in came.items()]

    @property
    def all_false(self) -> Any:
        """False in every history."""
        return self.xp.zeros(self.trace.log_weight.shape, bool)

    def is_reached(self, stage: str, visit: int | None) -> Any:
        """Return whether each history came to the stage."""
        holds = [held for _, held in self.passages(stage, visit)]
        return reduce(self.xp.logical_or, holds, self.all_false)

    def outcome(self, stage: str, visit: int | None) -> tuple[Any, Any]:
        """Return the outcome's code and whether the stage was reached."""
        passed = self.passages(stage, visit)
        found = self.trace.passages[passed[0][0]].outcome if passed else self.all_false
        for place, held in passed[1:]:
            found = self.xp.where(held, self.trace.passages[place].outcome, found)
        return found, self.is_reached(stage, visit)

    def chance(self, stage: str, code: int) -> Any:
        """Return the chance of an outcome as each history found it, None where it is not kept.

        It is 0 or 1 where an intervention imposed the outcome, or no chance can be told.
        """
        passed = self.passages(stage, None)
        kept = self.trace.passages[passed[0][0]] if len(passed) == 1 else None
        if kept is None or isinstance(kept.chances, tuple):
            return None
        chance, drawn, held = kept.chances[:, code], kept.outcome == code, passed[0][1]
        known = ~kept.imposed & self.xp.isfinite(chance)
        return self.xp.where(known, chance, drawn) * held

    def measure(
        self, stage: str, measure: str, index: str | None, visit: int | None
    ) -> tuple[Any, Any]:
        """Return a measure, and where it is defined: the stage reached, and there whose it is."""
        symbol = self.structure.crisis.vocabulary.stages[stage].measures[measure]
        found, defined = self.all_false.astype(self.xp.float32), self.is_reached(stage, visit)
        for place, held in self.passages(stage, visit):
            passage = self.trace.passages[place]
            value = passage.measures[measure]
            if isinstance(value, dict):
                value = value[index]
            elif index is not None and symbol.index is not None:
                value = value[:, symbol.index.index(index)]
            if measure == "how" and symbol.kind.labels and "imposed" in symbol.kind.labels:
                imposed = symbol.kind.labels.index("imposed")
                value = self.xp.where(passage.imposed, imposed, value)
            if symbol.partial:
                number = self.xp.issubdtype(value.dtype, self.xp.floating)
                lacking = self.xp.isnan(value) if number else value < 0
                defined = defined & ~(held & lacking)
            found = self.xp.where(held, value, found)
        return found, defined
