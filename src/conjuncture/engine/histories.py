"""Histories kept one by one, as named arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.program import Trace
from conjuncture.engine.structure import Structure


def columns(structure: Structure, trace: Trace, run: int = 0) -> dict[str, NDArray[Any]]:
    """Return what a trace holds of one run, by name, each of shape (..., blocks, histories).

    ``showdown`` is the outcome's code (-1 where the stage was not reached), ``showdown.margin`` a
    measure (NaN, or -1 for labels and counts, where it was not reached). A stage that recurs adds
    the visit: ``window[2].odds``. A measure by force or camp leads with that axis.
    """
    found: dict[str, NDArray[Any]] = {}
    for index, name in enumerate(structure.stages):
        symbols = structure.crisis.vocabulary.stages[name]
        rooms = [place for place, room in enumerate(structure.rooms) if room.stage == index]
        for visit in range(1, structure.crisis.stages[name].visits + 1):
            label = name if structure.crisis.stages[name].visits == 1 else f"{name}[{visit}]"
            for place in rooms:
                passage = trace.passages[place]
                here = passage.visit[:, run] == visit
                merge(found, label, here, passage.outcome[:, run])
                for measure, symbol in symbols.measures.items():
                    value = passage.measures[measure]
                    if isinstance(value, dict):
                        stacked = np.stack([one[:, run] for one in value.values()])
                    else:
                        stacked = np.moveaxis(value[:, run], 0, -2)
                    if measure == "how" and symbol.kind.labels and "imposed" in symbol.kind.labels:
                        code = symbol.kind.labels.index("imposed")
                        stacked = np.where(passage.imposed[:, run], code, stacked)
                    merge(found, f"{label}.{measure}", here, stacked)
    return found


def merge(
    found: dict[str, NDArray[Any]], name: str, here: NDArray[np.bool_], value: NDArray[Any]
) -> None:
    """Put a value where the history is here; what is nowhere stays missing."""
    missing = np.nan if np.issubdtype(value.dtype, np.floating) else -1
    before = found.get(name, np.full(value.shape, missing, value.dtype))
    found[name] = np.where(here, value, before)


def as_dataset(
    structure: Structure, parts: Iterator[tuple[NDArray[np.int64], Trace]], worlds: int, blocks: int
) -> xarray.Dataset:
    """Return histories as a data set with dimensions world, history, force and camp."""
    arrays: dict[str, NDArray[Any]] = {}
    for part, trace in parts:
        for name, value in columns(structure, trace).items():
            shape = (*value.shape[:-2], worlds, blocks, BLOCK)
            whole = arrays.setdefault(name, np.empty(shape, value.dtype))
            whole[..., part[:, 0], part[:, 1], :] = value[..., : len(part), :]
    found = {}
    coordinates: dict[str, Any] = {
        "world": np.arange(worlds),
        "history": np.arange(blocks * BLOCK),
        "force": list(structure.forces),
    }
    for name, value in arrays.items():
        stage, _, measure = name.partition(".")
        symbols = structure.crisis.vocabulary.stages[stage.partition("[")[0]]
        flat = value.reshape(*value.shape[:-3], worlds, blocks * BLOCK)
        leading: tuple[str, ...] = ()
        labels = symbols.outcomes if not measure else symbols.measures[measure].kind.labels
        if measure and symbols.measures[measure].index is not None:
            index = symbols.measures[measure].index or ()
            leading = ("force",) if index == structure.forces else (f"{stage}.camp",)
            coordinates.setdefault(leading[0], list(index))
        attributes = {"labels": list(labels), "missing": -1} if labels else {}
        found[name] = ((*leading, "world", "history"), flat, attributes)
    return xarray.Dataset(found, coordinates)
