"""Histories in a Parquet file, written as they come, so that their number does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.histories import Part, labels_of, symbol_of
from conjuncture.engine.structure import Structure
from conjuncture.engine.worlds import Worlds

PARTS_PER_GROUP = 16
"""Portions in a row group, so that a group has some tens of thousands of rows."""


def save_parquet(
    path: Path,
    structure: Structure,
    worlds: Worlds,
    parts: Iterable[Part],
    metadata: Callable[[], Mapping[str, str]],
) -> None:
    """Write a row for each history.

    Parameters
    ----------
    path : Path
    structure : Structure
    worlds : Worlds
        Their values stand in every row of their histories, as ``value:army_mood``.
    parts : iterable of (blocks, columns)
    metadata : callable
        Called when the last history is written; what it returns is kept in the file.
    """
    writer: pyarrow.parquet.ParquetWriter | None = None
    try:
        group: list[pyarrow.RecordBatch] = []
        for part, found in parts:
            group.append(rows(structure, worlds, part, found))
            if writer is None:
                writer = pyarrow.parquet.ParquetWriter(path, group[0].schema)
            if len(group) == PARTS_PER_GROUP:
                writer.write_table(pyarrow.Table.from_batches(group))
                group = []
        if writer is not None:
            if group:
                writer.write_table(pyarrow.Table.from_batches(group))
            writer.add_key_value_metadata(dict(metadata()))
    finally:
        if writer is not None:
            writer.close()


def rows(
    structure: Structure,
    worlds: Worlds,
    part: NDArray[np.int64],
    found: Mapping[str, NDArray[Any]],
) -> pyarrow.RecordBatch:
    """Return the histories of some blocks as rows.

    A measure by force or camp becomes a column for each, ``showdown.side.unions``. Codes become
    their labels, and what was not reached is null.
    """
    columns: dict[str, Any] = {
        "world": np.repeat(part[:, 0], BLOCK),
        "history": (part[:, 1:] * BLOCK + np.arange(BLOCK)).reshape(-1),
    }
    for name, value in found.items():
        symbol = symbol_of(structure, name)
        labels = labels_of(structure, name)
        if symbol is None or symbol.index is None:
            columns[name] = column(value.reshape(-1), labels)
            continue
        for key, values in zip(symbol.index, value, strict=True):
            columns[f"{name}.{key}"] = column(values.reshape(-1), labels)
    for key, values in worlds.table.items():
        choices = structure.crisis.vocabulary.cells[key].labels
        repeated = np.repeat(values[part[:, 0]], BLOCK)
        columns[f"value:{key}"] = column(
            repeated.astype(np.int16) if choices else repeated, choices
        )
    return pyarrow.RecordBatch.from_pydict(columns)


def column(values: NDArray[Any], labels: tuple[str, ...] | None) -> pyarrow.Array:
    """Return values as a column of numbers, or of the labels that their codes stand for."""
    missing = np.isnan(values) if np.issubdtype(values.dtype, np.floating) else values < 0
    found = pyarrow.array(values, mask=missing)
    return found if labels is None else pyarrow.DictionaryArray.from_arrays(found, list(labels))
