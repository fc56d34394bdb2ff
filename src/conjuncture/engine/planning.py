"""Which stages a run has to play: those that are asked for and that its intervention can reach.

A stage goes as it went in the first run when nothing that it reads differs there, in it and in all
stages that a history may have passed before. Then what the first run left stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.beforehand import rest_of
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Patch
from conjuncture.language.walk import cells_of

WantedStages = Sequence[Set[str] | None]
"""For each run the stages that are asked for; None: all."""


def needed_stages(
    structure: Structure,
    reads: Mapping[str, Set[str]],
    tables: NDArray[np.float32],
    patch: Patch,
    runs: int,
    wanted: WantedStages,
) -> NDArray[np.bool_]:
    """Return which stages each run has to play, shape (runs of the patch, stages).

    Parameters
    ----------
    structure : Structure
    reads : mapping of str to set of str
        The numbers that the mechanism of each stage reads.
    tables : array of float32, shape (worlds, runs, stages, cells)
    patch : Patch
    runs : int
        How many of the runs there are; the rest only fill the room.
    wanted : sequence of set of str or None
    """
    ways = ancestors_of(structure)
    needed = np.zeros((*patch.held.shape[:1], len(structure.stages)), bool)
    for run in range(runs):
        asked = wanted[run]
        for stage, name in enumerate(structure.stages):
            if asked is None or name in asked:
                needed[run, list(ways[stage])] = True
    for run in range(1, runs):
        touched = [
            stage_differs(structure, stage, reads, tables, patch, run)
            for stage in range(len(structure.stages))
        ]
        for stage, way in enumerate(ways):
            # What stands in for the stage must have been played by the first run.
            needed[run, stage] &= any(touched[one] for one in way) or not needed[0, stage]
    return needed


def ancestors_of(structure: Structure) -> list[frozenset[int]]:
    """Return for each stage those that a history may pass on its way there, itself included."""
    before = [{stage} for stage in range(len(structure.stages))]
    for _ in structure.stages:
        for stage, followers in enumerate(structure.successors):
            for follower in followers:
                before[follower] |= before[stage]
    return [frozenset(one) for one in before]


def stages_leading_to(structure: Structure, stages: Iterable[str]) -> tuple[str, ...]:
    """Return the stages that a history may pass on its way to some, these included, in order."""
    ways = ancestors_of(structure)
    passed = {one for name in stages for one in ways[structure.stages.index(name)]}
    return tuple(name for place, name in enumerate(structure.stages) if place in passed)


def stage_differs(
    structure: Structure,
    stage: int,
    reads: Mapping[str, Set[str]],
    tables: NDArray[np.float32],
    patch: Patch,
    run: int,
) -> bool:
    """Return whether anything that a stage reads differs between a run and the first."""
    crisis, name, living = structure.crisis, structure.stages[stage], structure.state_variables
    taking_part = [structure.forces.index(one) for one in structure.participants_of(name)]
    own = [place for place, play in enumerate(structure.plays) if play[0] == name]
    fixed = (
        patch.present[:, taking_part],
        patch.side[:, stage][:, taking_part],
        patch.secret[:, taking_part],
        patch.outcome[:, stage],
        patch.moves[:, own],
    )
    if any((one[run] != one[0]).any() for one in fixed):
        return True
    keys = set(reads.get(name, ()))
    for effect in crisis.stages[name].effects:
        keys |= cells_of(effect.when) if effect.when is not None else set()
        for change in effect.changes:
            keys |= {change.key} | cells_of(change.value)
    keys = add_dependencies(structure, keys)
    for key in keys & living.changing_keys:
        place = living.keys.index(key)
        if (patch.held[run, place] != patch.held[0, place]) or (
            patch.starts[run, :, place] != patch.starts[0, :, place]
        ).any():
            return True
    rests = (rest_of(key) for key in sorted(keys.intersection(structure.precomputation.rests)))
    columns = [structure.cells[key] for key in (*sorted(keys), *rests)]
    changing = [structure.cells[key] for key in sorted(keys & living.changing_keys)]
    first, this = tables[:, 0], tables[:, run]
    return bool(
        (first[:, stage, columns] != this[:, stage, columns]).any()
        or (first[..., changing] != this[..., changing]).any()
    )


def add_dependencies(structure: Structure, keys: Set[str]) -> set[str]:
    """Return numbers and all that those among them follow from which change within histories."""
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += (
                cells_of(structure.state_variables.equations[key])
                if (key in structure.state_variables.equations)
                else ()
            )
    return found
