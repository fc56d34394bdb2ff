"""Interventions as data: what each run imposes, as arguments of the compiled program.

A run is a tuple of linked interventions; the empty tuple is things as they were. What it changes
in the numbers is a world table evaluated anew on the host, the rest a patch.

A stage goes as it went in the first run when nothing that it reads differs there, in it and in all
stages that a history may have passed before. Then what the first run left stands for it, and it
need not be played.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.structure import Structure, precompute_columns, rest_of
from conjuncture.engine.traces import Patch, no_patch
from conjuncture.engine.worlds import LARGEST, Worlds, WorldScope, describe_limits, share_of
from conjuncture.errors import Mistake, QueryError
from conjuncture.graph import reachable_from
from conjuncture.language.evaluator import evaluate
from conjuncture.language.interventions import Aside, Plays, SetCell, SetOutcome, Sides, Without
from conjuncture.language.nodes import Expression, Intervention, Label, cells_of
from conjuncture.language.symbols import Domain
from conjuncture.number_format import write_rounded

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
        How many of the runs there are; the rest only fill the patch.
    wanted : sequence of set of str or None
    """
    names = structure.stages
    needed = np.zeros((len(patch.held), len(names)), bool)
    for run, asked in enumerate(wanted[:runs]):
        leading = names if asked is None else structure.stages_leading_to(asked)
        needed[run] = [name in leading for name in names]
    for run in range(1, runs):
        touched = {
            name
            for stage, name in enumerate(names)
            if stage_differs(structure, stage, reads, tables, patch, run)
        }
        reached = [not touched.isdisjoint(structure.ancestors[name]) for name in names]
        # What stands in for a stage must have been played by the first run.
        needed[run] &= reached | ~needed[0]
    return needed


def stage_differs(
    structure: Structure,
    stage: int,
    reads: Mapping[str, Set[str]],
    tables: NDArray[np.float32],
    patch: Patch,
    run: int,
) -> bool:
    """Return whether anything that a stage reads differs between a run and the first."""
    crisis, name, state_variables = (
        structure.crisis,
        structure.stages[stage],
        structure.state_variables,
    )
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
    keys |= reachable_from(state_variables.reads, *keys)
    for key in keys & state_variables.changing_keys:
        place = state_variables.keys.index(key)
        if (patch.held[run, place] != patch.held[0, place]) or (
            patch.starts[run, :, place] != patch.starts[0, :, place]
        ).any():
            return True
    rests = (rest_of(key) for key in sorted(keys.intersection(structure.precomputation.rests)))
    columns = [structure.cells[key] for key in (*sorted(keys), *rests)]
    changing = [structure.cells[key] for key in sorted(keys & state_variables.changing_keys)]
    first, this = tables[:, 0], tables[:, run]
    return bool(
        (first[:, stage, columns] != this[:, stage, columns]).any()
        or (first[..., changing] != this[..., changing]).any()
    )


def relevant_numbers_of(
    stages: Iterable[str],
    worlds: Worlds,
    structure: Structure,
    reads: Mapping[str, Set[str]],
    named: Iterable[Expression] = (),
    *,
    unused: bool = False,
) -> frozenset[str]:
    """Return the numbers that can bear on some stages.

    Those that mechanisms and effects read there and on the way there, and all that these follow
    from. What a stage reads of a force and never uses does not bear: the leanings of a core, which
    has no choice.

    Parameters
    ----------
    stages : iterable of str
    worlds : Worlds
    structure : Structure
    reads : mapping of str to set of str
        The numbers that the mechanism of each stage reads, as a ledger has them.
    named : iterable of Expression
        Expressions whose numbers count in any case.
    unused : bool
        Whether what is read and never used counts as well.
    """
    passed = structure.stages_leading_to(stages)
    waiting = [
        key
        for stage in passed
        for key in reads.get(stage, ())
        if unused or not is_idle(structure, stage, key)
    ]
    waiting += [key for expression in named for key in cells_of(expression)]
    for stage in passed:
        for effect in structure.crisis.stages[stage].effects:
            waiting += cells_of(effect.when) if effect.when is not None else ()
            waiting += [key for change in effect.changes for key in cells_of(change.value)]
    return reachable_from(worlds.reads, *waiting) & worlds.values.keys()


def is_idle(structure: Structure, stage: str, key: str) -> bool:
    """Return whether a stage reads a number of a force and never uses it.

    Examples
    --------
    >>> import conjuncture
    >>> from conjuncture.engine.structure import structure_of
    >>> structure = structure_of(conjuncture.load("bolivia-1970").crisis)
    >>> is_idle(structure, "showdown", "staff.leans.miranda")
    True
    >>> is_idle(structure, "showdown", "altiplano.leans.miranda")
    False
    """
    crisis = structure.crisis
    unused = crisis.stages[stage].model.unused_of(crisis.cast)
    owner, *path = key.split(".")
    if owner in crisis.forces:
        return path[0] in unused.get(owner, ())
    # A reach is its backer's, or its signal's, and ends in the name of the force.
    return "reach" in path[:-1] and "reach" in unused.get(path[-1], ())


Run = tuple[Intervention, ...]
AS_THINGS_WERE: Run = ()


def patch_of(structure: Structure, runs: Sequence[Run], size: int) -> Patch:
    """Return the patch of some runs, padded with empty runs to ``size``.

    Parameters
    ----------
    structure : Structure
    runs : sequence of Run
    size : int
    """
    patch = no_patch(structure, size)
    forces, stages = list(structure.forces), structure.stages
    state_variables = structure.state_variables
    for index, run in enumerate(runs):
        for act in run:
            if isinstance(act, Without) and act.name in forces:
                patch.present[index, forces.index(act.name)] = 0.0
            elif isinstance(act, Without):
                for key in removed_cells_of(structure, act):
                    if key in state_variables.changing_keys:
                        patch.held[index, state_variables.keys.index(key)] = True
            elif isinstance(act, Aside | Sides):
                force = forces.index(act.force)
                for name in structure.crisis.vocabulary.stages_open_to(act.force):
                    side = side_code(structure, act, name)
                    patch.side[index, stages.index(name), force] = side
                patch.secret[index, force] = act.secretly
            elif isinstance(act, SetOutcome):
                stage = structure.stages.index(act.stage)
                visits = slice(None) if act.visit is None else slice(act.visit - 1, act.visit)
                patch.outcome[index, stage, visits] = act.code
            elif isinstance(act, Plays):
                for place, (_, player, move) in enumerate(structure.plays):
                    patch.moves[index, place] |= (player, move) == (act.player, act.move)
                patch.secret[index, forces.index(act.player)] = act.secretly
            elif isinstance(act, SetCell) and act.key in state_variables.changing_keys:
                place = state_variables.keys.index(act.key)
                if act.at is None:
                    patch.held[index, place] = True
                elif act.key in state_variables.timed:
                    patch.starts[index, stages.index(act.at), place] = True
    return patch


def hold_set_numbers(structure: Structure, patch: Patch, worlds: Worlds) -> Patch:
    """Return the patch that worlds run with: what is set in all of them no effect moves.

    In placebo worlds numbers follow from no other.
    """
    if worlds.placebo:
        patch.held[:, len(structure.state_variables.moved) :] = True
    for act in worlds.setting:
        if act.key in structure.state_variables.changing_keys:
            patch.held[:, structure.state_variables.keys.index(act.key)] = True
    return patch


def side_code(structure: Structure, act: Aside | Sides, stage: str) -> int:
    """Return the side that an intervention fixes in a stage: 0 aside, camps from 1, -1 none."""
    if isinstance(act, Aside):
        return 0
    sides = structure.crisis.vocabulary.stages[stage].sides
    return sides.index(act.camp) if act.camp in sides else -1


def tables_of(structure: Structure, worlds: Worlds, run: Run) -> NDArray[np.float32]:
    """Return the numbers that each stage finds in each world under a run.

    Returns
    -------
    array of float32, shape (worlds, stages, cells)

    Raises
    ------
    QueryError
        When a value leaves its domain in some world.
    """
    whole: dict[str, NDArray[np.float64]] = zero_removed_cells(structure, worlds, run)
    later: dict[str, dict[str, NDArray[np.float64]]] = {}
    for act in run:
        if isinstance(act, SetCell):
            value = imposed_value_of(worlds, act)
            if act.at is None:
                whole[act.key] = value
            else:
                later.setdefault(act.at, {})[act.key] = value
    drawn = structure.state_variables.drawn

    def whole_table(table: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float32]:
        return pack_table({**table, **precompute_columns(structure, table, run)})

    base = whole_table(worlds.with_values(whole, drawn) if whole or drawn else worlds.table)
    tables = np.repeat(base[:, None, :], len(structure.stages), axis=1)
    if later:
        passed = structure.dominators
        for index, name in enumerate(structure.stages):
            fixed = dict(whole)
            for stage in structure.stages:
                if stage in later and (stage == name or stage in passed[name]):
                    fixed |= later[stage]
            tables[:, index] = whole_table(worlds.with_values(fixed, drawn))
    return tables


def zero_removed_cells(
    structure: Structure, worlds: Worlds, run: Run
) -> dict[str, NDArray[np.float64]]:
    """Return the cells of backers and signals that a run takes away, all zero."""
    zero = np.zeros(worlds.count)
    return {
        key: zero
        for act in run
        if isinstance(act, Without)
        for key in removed_cells_of(structure, act)
    }


def removed_cells_of(structure: Structure, act: Without) -> list[str]:
    """Return the numbers of a backer, or of a signal wherever it is sent; none of a force."""
    crisis = structure.crisis
    stages = crisis.vocabulary.stages.items()
    roots = [act.name] if act.name in crisis.backers else []
    roots += [f"{name}.{act.name}" for name, stage in stages if act.name in stage.signals]
    return [key for key in crisis.numbers for root in roots if key.startswith(f"{root}.")]


def imposed_value_of(worlds: Worlds, act: SetCell) -> NDArray[np.float64]:
    """Return the value that an intervention sets, in each world."""
    if isinstance(act.value, Label):
        return np.full(worlds.count, float(act.value.code))
    scope = WorldScope({}, worlds.count, dict(worlds.table))
    with np.errstate(all="ignore"):
        value = np.asarray(evaluate(act.value, scope, np), np.float64)
    value = np.broadcast_to(value, (worlds.count,)).copy()
    low = -LARGEST if act.lower is None else act.lower
    high = LARGEST if act.upper is None else act.upper
    outside = ~((value >= low) & (value <= high))
    if outside.any():
        world = int(np.argmax(outside))
        raise QueryError(
            [
                Mistake(
                    "do(...)", 1, act.start + 1,
                    f"'{act.key}' would be {write_rounded(value[world])} in world {world} "
                    f"(and outside its domain in {share_of(outside)} of the worlds)",
                    f"it must be {describe_limits(Domain(act.lower, act.upper), value[world])}: "
                    "keep it there, for example with clip(...)",
                )
            ]
        )  # fmt: skip
    return value


def pack_table(table: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float32]:
    """Return a table as one array of float32, shape (worlds, cells)."""
    with np.errstate(over="ignore"):  # What is too large then shows in the measures.
        return np.stack(list(table.values()), axis=1).astype(np.float32)


def timed_cells(structure: Structure, runs: Sequence[Run]) -> frozenset[str]:
    """Return the cells that runs set from a stage on and that differ between histories by then.

    Effects may have moved them before, or a later stage is reached both through that stage and
    past it. All others are the same in every history that comes to a stage.
    """
    passed, after = structure.dominators, structure.descendants
    changing = structure.state_variables.changing_keys
    found = set()
    for run in runs:
        for act in run:
            if not isinstance(act, SetCell) or act.at is None:
                continue
            unsettled = any(name == act.at or act.at not in passed[name] for name in after[act.at])
            if unsettled or act.key in changing:
                found.add(act.key)
    return frozenset(found)


def rules_imposed(runs: Sequence[Run]) -> dict[str, tuple[int, ...]]:
    """Return the codes that runs set in choices between rules."""
    found: dict[str, set[int]] = {}
    for run in runs:
        for act in run:
            if isinstance(act, SetCell) and isinstance(act.value, Label):
                found.setdefault(act.key, set()).add(act.value.code)
    return {key: tuple(sorted(codes)) for key, codes in found.items()}
