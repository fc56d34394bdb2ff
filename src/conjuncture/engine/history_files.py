"""Histories in a Parquet file, written as they come, so that their number does not matter.

While histories are saved, each portion becomes a small Parquet file in a folder beside the target,
``histories.parquet.parts``. It is there whole or not at all, and says itself which portion of which
run it is. A run that was stopped, or killed, finds its parts again. In the end they are joined, one
after another, into the target, and the folder goes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK, Rows
from conjuncture.engine.batch import Batch
from conjuncture.engine.files import (
    explain_failures,
    lock_file,
    move_into_place,
    sync_to_disk,
    write_atomically,
)
from conjuncture.engine.progress import Progress
from conjuncture.engine.structure import Structure
from conjuncture.engine.traced_histories import (
    Columns,
    Portions,
    digest_of,
    fingerprint_of,
    labels_of,
    simulate_portions,
    symbol_of,
)
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import SimulationError, UsageError

RUN_FILE = "run.json"
PART_KEY = "conjuncture_part"
"""Under this name a part says which one it is."""

PARQUET_OPTIONS: dict[str, Any] = {"compression": "zstd", "write_page_checksum": True}
"""How Parquet is written: small, and so that damage is found out."""

DAMAGE_ERRORS = (pyarrow.ArrowException, OSError, ValueError, KeyError, TypeError)
"""What reading a damaged file raises."""


class Parts:
    """The folder of the parts of one run, held by this process alone.

    Parameters
    ----------
    folder : Path
    run : mapping
        All that decides the histories.
    portions : Portions

    Attributes
    ----------
    digests : dict of int to str
        Of the histories of every portion that is there.
    spoilt : int
        How many parts were found damaged.
    """

    def __init__(self, folder: Path, run: Mapping[str, Any], portions: Portions) -> None:
        self.folder = folder
        self.portions = portions
        self.digests: dict[int, str] = {}
        self.spoilt = 0
        self._run = sha256_of(json.dumps(dict(run), sort_keys=True))

    @property
    def missing_portions(self) -> list[int]:
        """The portions that are still to be simulated."""
        return [number for number in range(len(self.portions)) if number not in self.digests]

    def path(self, number: int) -> Path:
        """Return where a part lies, or is to lie."""
        return self.folder / f"part-{number:06}.parquet"

    def find_parts(self) -> None:
        """Find the parts that are there; what is damaged, or was left half written, goes."""
        for left in self.folder.glob(".*.parquet"):
            left.unlink()
        for number in range(len(self.portions)):
            if self.path(number).exists():
                try:
                    metadata = pyarrow.parquet.read_metadata(self.path(number))
                    self.digests[number] = self._verify_part(number, metadata)
                except DAMAGE_ERRORS:
                    self._drop(number)

    def write(self, number: int, table: pyarrow.Table, content: str) -> None:
        """Keep a portion, whose histories have the digest ``content``.

        From now on it is there, whatever happens.
        """
        told = {"run": self._run, "part": number, "schema": schema_of(table), "sha256": content}
        with (
            write_atomically(self.path(number)) as path,
            pyarrow.parquet.ParquetWriter(path, table.schema, **PARQUET_OPTIONS) as writer,
        ):
            writer.write_table(table)
            writer.add_key_value_metadata({PART_KEY: json.dumps(told)})
        self.digests[number] = content

    def read(self, number: int) -> pyarrow.Table | None:
        """Return the histories of a part; None where it turns out to be damaged, and goes."""
        try:
            with pyarrow.parquet.ParquetFile(
                self.path(number), page_checksum_verification=True
            ) as file:
                self._verify_part(number, file.metadata)
                return file.read().replace_schema_metadata(None)
        except DAMAGE_ERRORS:
            self._drop(number)
            return None

    def join(self, target: Path, tables: Iterator[pyarrow.Table], kept: Mapping[str, str]) -> None:
        """Write tables one after another into the target, and remove the parts.

        The target is made among the parts and takes its place only when it is complete.
        """
        whole = self.folder / ".whole.parquet"
        try:
            first = next(tables)
            with pyarrow.parquet.ParquetWriter(whole, first.schema, **PARQUET_OPTIONS) as writer:
                writer.write_table(first)
                for table in tables:
                    writer.write_table(table)
                writer.add_key_value_metadata(dict(kept))
            move_into_place(whole, target)
        finally:
            whole.unlink(missing_ok=True)
        self.remove()

    def remove(self) -> None:
        """Remove the folder and all in it that is ours."""
        ours = [*self.folder.glob("part-*.parquet"), *self.folder.glob(".*.parquet")]
        for path in (*ours, self.folder / RUN_FILE):
            path.unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def _drop(self, number: int) -> None:
        self.digests.pop(number, None)
        self.path(number).unlink(missing_ok=True)
        self.spoilt += 1

    def _verify_part(self, number: int, metadata: Any) -> str:
        """Return the digest that a part carries; raise where it is not the part it should be."""
        told = json.loads(metadata.metadata[PART_KEY.encode()])
        ours = (self._run, number, self.portions.size(number), told["schema"])
        schema = schema_of(metadata.schema.to_arrow_schema().empty_table())
        if ours != (told["run"], told["part"], metadata.num_rows, schema):
            raise ValueError(number)
        return str(told["sha256"])


def sha256_of(text: str) -> str:
    """Return the sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def schema_of(table: pyarrow.Table) -> str:
    """Return the digest of the names and types of columns."""
    return sha256_of(str(table.schema.remove_metadata()))


@contextmanager
def open_parts(target: Path, run: Mapping[str, Any], portions: Portions) -> Iterator[Parts]:
    """Give the parts of a run that is to be saved in a file, those from before among them.

    Whatever ends the work before, the parts stay, and the error gets a note that says how many
    there are.

    Parameters
    ----------
    target : Path
    run : mapping
        All that decides the histories.
    portions : Portions

    Raises
    ------
    UsageError
        When the folder cannot be written, belongs to another run, or another process works in it.
    """
    folder = target.with_name(f"{target.name}.parts")
    with explain_failures(target):
        folder.mkdir(exist_ok=True)
        with (folder / RUN_FILE).open("a+", encoding="utf-8") as file:
            lock_file(
                file,
                f"another process is saving into '{folder}'; wait for it, or choose another file",
            )
            refuse_other_run(file, folder, run)
            parts = Parts(folder, run, portions)
            try:
                parts.find_parts()
                yield parts
            except BaseException as error:
                if parts.digests:
                    error.add_note(
                        describe_progress(parts, again=not isinstance(error, SimulationError))
                    )
                else:
                    parts.remove()
                raise


def refuse_other_run(file: IO[str], folder: Path, run: Mapping[str, Any]) -> None:
    """Raise when the folder holds parts of another run; in a new one write which run it is.

    A file that was cut short while the folder was made says nothing, and there are no parts yet.
    """
    file.seek(0)
    try:
        before = json.load(file)
    except ValueError:
        before = None
    if not isinstance(before, dict):
        if any(folder.glob("part-*")):
            raise UsageError(
                f"'{folder}' holds parts of a run, but '{RUN_FILE}' there does not say which; "
                "delete the folder to begin anew, or choose another file"
            )
        file.truncate(0)
        json.dump(dict(run), file, indent=2)
        file.flush()
        sync_to_disk(folder / RUN_FILE)
        sync_to_disk(folder)
        return
    other = [
        f"{name} {before.get(name)} there, {run.get(name)} here"
        for name in dict.fromkeys((*run, *before))
        if before.get(name) != run.get(name)
    ]
    if other:
        raise UsageError(
            f"'{folder}' holds parts of another run ({'; '.join(other)}); finish that one, delete "
            "the folder to begin anew, or choose another file"
        )


def describe_progress(parts: Parts, *, again: bool = True) -> str:
    """Return what is there, and how to go on where the same ``again`` would."""
    there = sum(map(parts.portions.size, parts.digests))
    if not again:
        return (
            f"{there:,} of {parts.portions.histories:,} histories, in which nothing went wrong, "
            f"are kept in '{parts.folder}', each 'part-*.parquet' a table of its own; delete that "
            "folder before the scenario, mended, is run into the same file"
        )
    return (
        f"stopped before the end: {there:,} of {parts.portions.histories:,} histories are kept in "
        f"'{parts.folder}' ({len(parts.digests):,} of {len(parts.portions):,} parts); run the same "
        "again to go on from there, or delete that folder"
    )


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
