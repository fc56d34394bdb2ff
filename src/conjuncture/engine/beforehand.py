"""What of a stage is worked out once a world, before its histories are run.

Some mechanisms solve for what all histories of a world share, as players' equilibrium in a game.
Where no effect moves a number that they read, this is done on the host, in double precision, and
enters the compiled program as columns of the world tables. Where one does, it is done history by
history within; the numbers then come with the rests that single precision leaves of them.
"""

from __future__ import annotations

import hashlib
import importlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.living import StateVariables
from conjuncture.language.nodes import Aside, Intervention, Plays, Sides, Without
from conjuncture.language.walk import cells_of
from conjuncture.mechanisms.contract import ImposedActs, Precomputer
from conjuncture.mechanisms.registry import packages
from conjuncture.scenario.crisis import Crisis, Stage

if TYPE_CHECKING:
    from conjuncture.engine.structure import Structure

Real = NDArray[np.float64]

MOST_RESULTS = 16
"""How many results are kept: most interventions of a run leave a stage as it is."""


@dataclass(frozen=True)
class Precomputation:
    """What is worked out before histories are run.

    Attributes
    ----------
    stages : mapping of str to tuple of str
        Stage to the names of what is worked out once a world.
    precise : mapping of str to tuple of str
        Stage to the numbers that it reads in double precision, history by history.
    rests : tuple of str
        Cells of which the world tables hold what single precision leaves.
    """

    stages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    precise: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rests: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that world tables get for it."""
        worked_out = (
            precomputed_column(stage, name)
            for stage, names in self.stages.items()
            for name in names
        )
        return (*worked_out, *map(rest_of, self.rests))


def precomputed_column(stage: str, name: str) -> str:
    """Return the name of the column of something worked out."""
    return f"{stage} works out {name}"


def rest_of(key: str) -> str:
    """Return the name of the column of what single precision leaves of a number."""
    return f"rest of {key}"


def precomputation_of(crisis: Crisis, living: StateVariables) -> Precomputation:
    """Return what of a crisis is worked out before histories are run."""
    stages: dict[str, tuple[str, ...]] = {}
    precise: dict[str, tuple[str, ...]] = {}
    rests: dict[str, None] = {}
    for name, stage in crisis.stages.items():
        names = tuple(stage.model.precomputed_names())
        if not names:
            continue
        read = tuple(stage_numbers_of(crisis, stage).values())
        if not living.changing_keys & set(read):
            stages[name] = names
            continue
        precise[name] = read
        waiting = list(read)
        while waiting:
            key = waiting.pop()
            if key not in rests:
                rests[key] = None
                equation = living.equations.get(key)
                waiting += () if equation is None else cells_of(equation)
    return Precomputation(stages, precise, tuple(rests))


def stage_numbers_of(crisis: Crisis, stage: Stage) -> dict[str, str]:
    """Return the numbers and constants of a stage as its mechanism calls them, with their keys."""
    own = {value.key: f"{stage.key}.{value.key}" for value in stage.model.values()}
    constants = {one.name: one.name for one in stage.model.constants if one.name in crisis.numbers}
    return {**constants, **own}


def precompute_columns(
    structure: Structure, table: Mapping[str, Real], run: tuple[Intervention, ...]
) -> dict[str, Real]:
    """Return the columns of world tables that are worked out from the others.

    Parameters
    ----------
    structure : Structure
    table : mapping of str to array, shape (worlds,)
        Every number in every world.
    run : tuple of Intervention
    """
    beforehand = structure.precomputation
    found: dict[str, Real] = {}
    for name, names in beforehand.stages.items():
        known = precompute_stage(structure.crisis, name, table, run)
        found |= {precomputed_column(name, one): known[one] for one in names}
    for key in beforehand.rests:
        with np.errstate(over="ignore", invalid="ignore"):
            found[rest_of(key)] = table[key] - table[key].astype(np.float32)
    return found


def precompute_stage(
    crisis: Crisis, name: str, table: Mapping[str, Real], run: tuple[Intervention, ...]
) -> Mapping[str, Real]:
    """Return what is worked out of a stage in every world."""
    stage = crisis.stages[name]
    values = {called: table[key] for called, key in stage_numbers_of(crisis, stage).items()}
    acts = impositions_of(run, frozenset(stage.model.takes_part(crisis.cast)))
    digest = hashlib.blake2b(
        f"{crisis.digest} {name} {canonical_text_of(acts)}".encode(), digest_size=16
    )
    for value in values.values():
        digest.update(np.ascontiguousarray(value).data)
    return RESULTS.recall(digest.digest(), load_work_out(stage.mechanism), stage, values, acts)


def impositions_of(run: tuple[Intervention, ...], forces: frozenset[str]) -> ImposedActs:
    """Return what a run imposes on some forces."""
    secret: dict[str, bool] = {}
    for act in run:
        if isinstance(act, Aside | Sides):
            secret[act.force] = act.secretly
        elif isinstance(act, Plays):
            secret[act.player] = act.secretly
    return ImposedActs(
        absent=forces & {act.name for act in run if isinstance(act, Without)},
        aside=forces & {act.force for act in run if isinstance(act, Aside)},
        secret=forces & {force for force, hidden in secret.items() if hidden},
        plays=frozenset((act.player, act.move) for act in run if isinstance(act, Plays)),
    )


def canonical_text_of(acts: ImposedActs) -> str:
    """Return interventions in one order."""
    parts = (acts.absent, acts.aside, acts.secret, acts.plays)
    return repr([sorted(part) for part in parts])


@cache
def load_work_out(mechanism: str) -> Precomputer:
    """Return what works out a stage of a mechanism."""
    module = importlib.import_module(f"{packages()[mechanism]}.beforehand")
    return cast("Precomputer", module.work_out)


class RecentResults:
    """The last results, by the digest of all that they follow from."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, Mapping[str, Real]] = OrderedDict()
        self._lock = Lock()

    def recall(
        self, digest: bytes, work_out: Precomputer, stage: Stage, values: Mapping[str, Real],
        acts: ImposedActs,
    ) -> Mapping[str, Real]:  # fmt: skip
        """Return a result that is known, or work it out."""
        with self._lock:
            if digest in self._known:
                self._known.move_to_end(digest)
                return self._known[digest]
        found = work_out(stage.model, values, acts)
        with self._lock:
            self._known[digest] = found
            while len(self._known) > MOST_RESULTS:
                self._known.popitem(last=False)
        return found


RESULTS = RecentResults()
