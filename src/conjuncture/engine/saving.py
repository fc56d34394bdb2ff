"""Histories in a Parquet file, written as they come, so that their number does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.blocks import Rows
from conjuncture.engine.histories import digest_of, fingerprint_of, labels_of, symbol_of
from conjuncture.engine.one_by_one import simulate_portions
from conjuncture.engine.parts import Parts, open_parts
from conjuncture.engine.portions import Columns, Portions
from conjuncture.engine.progress import Progress
from conjuncture.engine.runner import Batch
from conjuncture.engine.structure import Structure
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError

PARTS_PER_GROUP = 4
"""Parts in a row group: what a Parquet file says of each group stays in memory to the end."""


def save_parquet(
    target: Path,
    batch: Batch,
    portions: Portions,
    run: Mapping[str, Any],
    kept: Callable[[str], Mapping[str, str]],
    progress: Progress,
    tell: Callable[[str], None],
) -> None:
    """Write a row for each history, going on from what a run that was stopped has left.

    Parameters
    ----------
    target : Path
    batch : Batch
        Of things as they were.
    portions : Portions
    run : mapping
        All that decides the histories.
    kept : callable
        From the digest of the histories to what else the file holds.
    progress : Progress
    tell : callable
        Told in a sentence where the run goes on.
    """

    def keep(numbers: Sequence[int]) -> None:
        keep_portions(parts, batch, numbers, progress)

    with open_parts(target, run, portions) as parts:
        if told := describe_resumption(parts):
            tell(told)
        missing = parts.missing_portions
        progress.expect("histories, one by one", sum(map(portions.size, missing)) // BLOCK)
        keep(missing)
        whole = kept(fingerprint_of(parts.digests[number] for number in range(len(portions))))
        join_parts(parts, target, batch, keep, progress, whole)


def keep_portions(parts: Parts, batch: Batch, numbers: Sequence[int], progress: Progress) -> None:
    """Simulate portions and keep each as a part; one is written while the next is simulated."""
    structure = batch.program.structure
    with ThreadPoolExecutor(1) as pool:
        writing: Future[None] | None = None
        for portion, found in simulate_portions(batch, parts.portions, numbers, progress):
            table = table_of(structure, portion.rows, found)
            content = digest_of(found)
            if writing is not None:
                writing.result()
            writing = pool.submit(parts.write, portion.number, table, content)
        if writing is not None:
            writing.result()
    pyarrow.default_memory_pool().release_unused()


def describe_resumption(parts: Parts) -> str:
    """Return how much is there from a run before, or nothing."""
    if not parts.digests and not parts.spoilt:
        return ""
    there = f"resuming: {len(parts.digests):,} of {len(parts.portions):,} parts are there"
    return f"{there}; {parts.spoilt:,} damaged, to be made again" if parts.spoilt else there


def join_parts(
    parts: Parts,
    target: Path,
    batch: Batch,
    again: Callable[[Sequence[int]], None],
    progress: Progress,
    kept: Mapping[str, str],
) -> None:
    """Join parts into the target; one that turns out to be damaged is made again.

    Parameters
    ----------
    parts : Parts
    target : Path
    batch : Batch
        Whose worlds' values every row gets.
    again : callable
        Keeps portions as parts, by their numbers.
    progress : Progress
    kept : mapping of str to str
        What else the file holds.

    Raises
    ------
    UsageError
        When a part is damaged however often it is written.
    """

    def tables() -> Iterator[pyarrow.Table]:
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(parts.read, 0)
            for number in range(len(parts.portions)):
                table = reading.result()
                if table is None:
                    again([number])
                    table = parts.read(number)
                if table is None:
                    raise UsageError(
                        f"'{parts.path(number)}' cannot be read back as it was written; write to "
                        "another disk"
                    )
                if number + 1 < len(parts.portions):
                    reading = pool.submit(parts.read, number + 1)
                rows = parts.portions.get(number).rows
                yield add_world_values(table, batch.program.structure, batch.worlds, rows)
                progress.advance(len(rows))

    def groups() -> Iterator[pyarrow.Table]:
        single = tables()
        while group := list(islice(single, PARTS_PER_GROUP)):
            yield pyarrow.concat_tables(group)

    progress.expect("parts, put together", parts.portions.histories // BLOCK)
    parts.join(target, groups(), kept)


def table_of(structure: Structure, rows: Rows, found: Columns) -> pyarrow.Table:
    """Return the histories of some blocks as rows of a table.

    A measure by force or camp becomes a column for each, ``showdown.side.unions``. Codes become
    their labels, and what was not reached is null.
    """
    columns: dict[str, Any] = {
        "world": np.repeat(rows[:, 0], BLOCK),
        "history": (rows[:, 1:] * BLOCK + np.arange(BLOCK)).reshape(-1),
    }
    for name, value in found.items():
        symbol = symbol_of(structure, name)
        labels = labels_of(structure, name)
        if symbol is None or symbol.index is None:
            columns[name] = arrow_column_of(value.reshape(-1), labels)
            continue
        for key, values in zip(symbol.index, value, strict=True):
            columns[f"{name}.{key}"] = arrow_column_of(values.reshape(-1), labels)
    return pyarrow.Table.from_pydict(columns)


def add_world_values(
    table: pyarrow.Table, structure: Structure, worlds: Worlds, rows: Rows
) -> pyarrow.Table:
    """Add what each world gives to every row of its histories, as ``value:army_mood``."""
    names, place = np.unique(rows[:, 0], return_inverse=True)
    # Few different values stand in many rows, so that each is kept once and pointed to.
    world = pyarrow.array(np.repeat(place.ravel().astype(np.int16), BLOCK))
    for key, values in worlds.table.items():
        choices = structure.crisis.vocabulary.cells[key].labels
        here = [choices[int(code)] for code in values[names]] if choices else values[names]
        found = pyarrow.DictionaryArray.from_arrays(world, pyarrow.array(here))
        table = table.append_column(f"value:{key}", found)
    return table


def arrow_column_of(values: NDArray[Any], labels: tuple[str, ...] | None) -> pyarrow.Array:
    """Return values as a column of numbers, or of the labels that their codes stand for."""
    missing = np.isnan(values) if np.issubdtype(values.dtype, np.floating) else values < 0
    found = pyarrow.array(values, mask=missing)
    return found if labels is None else pyarrow.DictionaryArray.from_arrays(found, list(labels))
