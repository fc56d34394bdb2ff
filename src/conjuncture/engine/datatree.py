"""Worlds and histories as a tree of labelled arrays that share their axes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK, Rows
from conjuncture.engine.structure import Structure
from conjuncture.engine.traced_histories import Columns, labels_of, symbol_of

if TYPE_CHECKING:
    import xarray

AXES = ("world", "history", "visit", "force", "other", "camp", "issue")
"""Axes that arrays share; ``other`` is the second force of a number of two."""


class ArrayPlace(NamedTuple):
    """Where in the tree something stands.

    Attributes
    ----------
    group : str
        For example ``"stages/showdown"``.
    variable : str
    at : dict of str to str or int
        Its label on every axis but world and history.
    """

    group: str
    variable: str
    at: dict[str, Any]


def as_tree(
    structure: Structure,
    parts: Iterable[tuple[Rows, Columns]],
    table: Mapping[str, NDArray[Any]],
    worlds: int,
    blocks: int,
) -> xarray.DataTree:
    """Return worlds and histories as a tree of labelled arrays.

    ``/worlds`` has the values of every world, ``/numbers`` those that effects move, as each history
    leaves them, and ``/stages/NAME`` the outcome and the measures of a stage. A group has an axis
    with just those forces, camps and issues of which it says something.

    Parameters
    ----------
    structure : Structure
    parts : iterable of (rows, columns)
        Rows (world, block), and what ``columns_of`` found of them.
    table : mapping of str to array, shape (worlds,)
        The values of every world.
    worlds, blocks : int
    """
    import xarray

    groups: dict[str, dict[str, Any]] = {"worlds": {}, "numbers": {}}
    cells = structure.crisis.vocabulary.cells
    labels = {key: cells[key].labels for key in table}
    places = {key: [place] for key, place in places_of_numbers("worlds", labels, structure).items()}
    targets = allocate(groups, places, table, labels, ("world",), (worlds,), structure)
    for key, values in table.items():
        targets[key][0][:] = values
    targets = {}
    for rows, found in parts:
        if not targets:
            places = places_of_columns(found, structure)
            labels = {name: labels_of(structure, name) for name in found}
            axes, shape = ("world", "history"), (worlds, blocks, BLOCK)
            targets = allocate(groups, places, found, labels, axes, shape, structure)
        for name, value in found.items():
            pieces = value if value.ndim > 2 else value[None]
            for target, piece in zip(targets[name], pieces, strict=True):
                target[rows[:, 0], rows[:, 1]] = piece
    root = {"world": np.arange(worlds), "history": np.arange(blocks * BLOCK)}
    datasets = {f"/{name}": xarray.Dataset(found) for name, found in groups.items()}
    return xarray.DataTree.from_dict({"/": xarray.Dataset(coords=root), **datasets})


def allocate(
    groups: dict[str, dict[str, Any]],
    places: Mapping[str, list[ArrayPlace]],
    values: Mapping[str, NDArray[Any]],
    labels: Mapping[str, tuple[str, ...] | None],
    last: tuple[str, ...],
    shape: tuple[int, ...],
    structure: Structure,
) -> dict[str, list[NDArray[Any]]]:
    """Put arrays with nothing in them into groups, and return where each part of a column goes.

    Parameters
    ----------
    groups : dict of str to dict
        Variables by group; those of ``places`` are added.
    places : mapping of str to list of ArrayPlace
        Where the parts of each column stand.
    values : mapping of str to array
        Columns, of which the types are taken.
    labels : mapping of str to tuple of str, or None
        What the codes of a column stand for.
    last : tuple of str
        The last axes of every array, flat.
    shape : tuple of int
        How long they are where they are filled.
    structure : Structure
    """
    axes: dict[str, dict[str, dict[Any, int]]] = defaultdict(lambda: defaultdict(dict))
    for group, _, at in (place for parts in places.values() for place in parts):
        for axis, label in at.items():
            axes[group][axis].setdefault(label, len(axes[group][axis]))
    for known in axes.values():
        for axis in known.keys() & {"force", "other"}:
            here = [force for force in structure.forces if force in known[axis]]
            known[axis] = {force: place for place, force in enumerate(here)}
    flat = (*shape[: len(last) - 1], int(np.prod(shape[len(last) - 1 :])))
    arrays: dict[tuple[str, str], NDArray[Any]] = {}
    targets: dict[str, list[NDArray[Any]]] = {}
    for name, parts in places.items():
        targets[name] = []
        for group, variable, at in parts:
            if (group, variable) not in arrays:
                kind = values[name].dtype
                missing = np.nan if np.issubdtype(kind, np.floating) else -1
                leading = tuple(len(axes[group][axis]) for axis in at)
                whole = np.full((*leading, *shape), missing, kind)
                arrays[group, variable] = whole
                words = labels[name]
                attributes: dict[str, Any] = {} if missing != -1 else {"missing": -1}
                if words:
                    attributes["labels"] = list(words)
                content = ((*at, *last), whole.reshape(*leading, *flat), attributes)
                groups.setdefault(group, {})[variable] = content
            where = tuple(axes[group][axis][label] for axis, label in at.items())
            targets[name].append(arrays[group, variable][where])
    for group, by_axis in axes.items():
        groups[group].update({axis: list(found) for axis, found in by_axis.items()})
    return targets


def places_of_columns(found: Columns, structure: Structure) -> dict[str, list[ArrayPlace]]:
    """Return where the parts of each column stand, one part for each name on its own axis."""
    moved = {
        name: labels_of(structure, name)
        for name in found
        if name in structure.state_variables.moved
    }
    numbers = places_of_numbers("numbers", moved, structure)
    return {
        name: [numbers[name]] if name in numbers else list(places_in_stage(name, structure))
        for name in found
    }


def places_in_stage(name: str, structure: Structure) -> Iterator[ArrayPlace]:
    """Yield where the parts of an outcome or a measure stand."""
    label, _, measure = name.partition(".")
    stage, _, visit = label.rstrip("]").partition("[")
    at = {"visit": int(visit)} if visit else {}
    symbol = symbol_of(structure, name)
    variable = f"{stage}.{measure}" if measure in (*AXES, "outcome") else measure or "outcome"
    if symbol is None or symbol.index is None:
        yield ArrayPlace(f"stages/{stage}", variable, at)
        return
    if symbol.axis:
        axis = symbol.axis
    elif symbol.index == camps_of(stage, structure):
        axis = "camp"
    elif set(symbol.index) <= set(structure.forces):
        axis = "force"
    else:
        axis = f"{measure}.of"
    for part in symbol.index:
        yield ArrayPlace(f"stages/{stage}", variable, {**at, axis: part})


def places_of_numbers(
    group: str, labels: Mapping[str, tuple[str, ...] | None], structure: Structure
) -> dict[str, ArrayPlace]:
    """Return where numbers stand whose keys name forces, camps and issues.

    ``unions.troops`` is ``troops`` at the force *unions*. Keys that do not make one array with axes
    of their own, or one that is called like an axis, are kept whole, after ``value:``.

    Parameters
    ----------
    group : str
    labels : mapping of str to tuple of str, or None
        The keys, and what the codes of each stand for.
    structure : Structure
    """
    together = defaultdict(list)
    for key in labels:
        name, at = parts_of_key(key, structure)
        together[name].append((key, at))
    places = {}
    for name, members in together.items():
        shapes = {(tuple(at), labels[key]) for key, at in members}
        places_taken = {tuple(at.values()) for _, at in members}
        clear = name not in ("", *AXES) and len(shapes) == 1 and len(places_taken) == len(members)
        for key, at in members:
            places[key] = (
                ArrayPlace(group, name, at) if clear else ArrayPlace(group, f"value:{key}", {})
            )
    return places


def parts_of_key(key: str, structure: Structure) -> tuple[str, dict[str, str]]:
    """Return a key without the forces, camps and issues that it names, and these by axis."""
    first, *others = key.split(".")
    if not others:
        return key, {}
    rest: list[str] = []
    at: dict[str, str] = {}
    stages = structure.stages if first not in structure.stages else (first,)
    camps = {camp for stage in stages for camp in camps_of(stage, structure)}
    issues = issues_of(first, structure) if first in structure.stages else ()
    for place, word in enumerate((first, *others)):
        known = {"force": structure.forces, "other": structure.forces, "camp": camps}
        known["issue"] = issues
        fits = (axis for axis, names in known.items() if word in names and axis not in at)
        axis = None if place == 0 and word in structure.stages else next(fits, None)
        if axis is None:
            rest.append(word)
        else:
            at[axis] = word
    return ".".join(rest), at


def camps_of(stage: str, structure: Structure) -> tuple[str, ...]:
    """Return the camps of a stage."""
    return tuple(structure.crisis.stages[stage].model.camps_of())


def issues_of(stage: str, structure: Structure) -> tuple[str, ...]:
    """Return the issues of a stage."""
    measures = structure.crisis.vocabulary.stages[stage].measures.values()
    return next((one.index for one in measures if one.axis == "issue" and one.index), ())
