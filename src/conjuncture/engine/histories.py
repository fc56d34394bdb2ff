"""Histories kept one by one, as named arrays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.portions import Columns
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Trace
from conjuncture.language.symbols import Kind, MeasureSymbol


def columns_of(structure: Structure, trace: Trace, run: int = 0) -> dict[str, NDArray[Any]]:
    """Return what a trace holds of one run, by name, each of shape (..., blocks, histories).

    ``showdown`` is the outcome's code (-1 where the stage was not reached), ``showdown.margin`` a
    measure (NaN, or -1 for labels and counts, where it was not reached). A stage that recurs adds
    the visit: ``window[2].odds``. A measure by force or camp leads with that axis. A number that
    effects move stands as the history leaves it: ``unions.trust``.
    """
    found: dict[str, NDArray[Any]] = {
        key: trace.numbers[key][:, run] for key in structure.state_variables.moved
    }
    for index, name in enumerate(structure.stages):
        symbols = structure.crisis.vocabulary.stages[name]
        rooms = [
            place for place, room in enumerate(structure.unrolled_stages) if room.stage == index
        ]
        for visit in range(1, structure.crisis.stages[name].visits + 1):
            label = name if structure.crisis.stages[name].visits == 1 else f"{name}[{visit}]"
            for place in rooms:
                passage = trace.passages[place]
                here = passage.visit[:, run] == visit
                merge(found, label, here, passage.outcome[:, run])
                for measure, symbol in symbols.measures.items():
                    stacked = stack_parts(passage.measures[measure], symbol, run)
                    if measure == "how" and symbol.kind.labels and "imposed" in symbol.kind.labels:
                        code = symbol.kind.labels.index("imposed")
                        stacked = np.where(passage.imposed[:, run], code, stacked)
                    merge(found, f"{label}.{measure}", here, stacked)
    return found


def stack_parts(value: Any, symbol: MeasureSymbol, run: int) -> NDArray[Any]:
    """Return a measure of one run, its parts in the order in which they are declared.

    Parameters
    ----------
    value : array or mapping of str to array
        Of (blocks, runs, ..., histories). A compiled program returns mappings in the order of the
        alphabet, whatever the order in which the mechanism made them.
    symbol : MeasureSymbol
    run : int

    Returns
    -------
    array, shape (..., blocks, histories)

    Examples
    --------
    >>> posts = {"church": np.full((1, 1, 2), 5), "army": np.full((1, 1, 2), 7)}
    >>> stack_parts(posts, MeasureSymbol(Kind(), ("church", "army")), 0)[:, 0, 0].tolist()
    [5, 7]
    """
    if isinstance(value, Mapping):
        return np.stack([value[name][:, run] for name in symbol.index or ()])
    return np.moveaxis(value[:, run], 0, -2)


def merge(
    found: dict[str, NDArray[Any]], name: str, here: NDArray[np.bool_], value: NDArray[Any]
) -> None:
    """Put a value where the history is here; what is nowhere stays missing."""
    missing = np.nan if np.issubdtype(value.dtype, np.floating) else -1
    before = found.get(name, np.full(value.shape, missing, value.dtype))
    found[name] = np.where(here, value, before)


def symbol_of(structure: Structure, name: str) -> MeasureSymbol | None:
    """Return what kind of measure a column of :func:`columns_of` holds, None for an outcome."""
    if name in structure.state_variables.moved:
        number = structure.crisis.numbers[name]
        return MeasureSymbol(Kind(number.domain, number.unit))
    stage, _, measure = name.partition(".")
    symbols = structure.crisis.vocabulary.stages[stage.partition("[")[0]]
    return symbols.measures[measure] if measure else None


def labels_of(structure: Structure, name: str) -> tuple[str, ...] | None:
    """Return the labels that the codes of a column stand for, None for numbers."""
    symbol = symbol_of(structure, name)
    if symbol is not None:
        return symbol.kind.labels
    return structure.crisis.vocabulary.stages[name.partition("[")[0]].outcomes


def digest_of(found: Columns) -> str:
    """Return the digest of a portion, which does not depend on how its histories are kept."""
    digest = hashlib.sha256()
    for name, values in sorted(found.items()):
        digest.update(f"{name} {values.dtype} {values.shape}\n".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def fingerprint_of(digests: Iterable[str]) -> str:
    """Return the digest of all histories from those of their portions, in order.

    Examples
    --------
    >>> fingerprint_of(["a", "b"])[:8], fingerprint_of(["b", "a"])[:8]
    ('7e18f737', 'c4a78e5b')
    """
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()
