"""The parts of a file of histories: finished portions, kept until the last is there.

While histories are saved, each portion becomes a small Parquet file in a folder beside the target,
``histories.parquet.parts``. It is there whole or not at all, and says itself which portion of which
run it is. A run that was stopped, or killed, finds its parts again. In the end they are joined, one
after another, into the target, and the folder goes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pyarrow
import pyarrow.parquet

from conjuncture.engine.files import (
    explain_failures,
    lock_file,
    move_into_place,
    sync_to_disk,
    write_atomically,
)
from conjuncture.engine.portions import Portions
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
                f"'{folder}' holds parts of a run, but '{RUN_FILE}' there does not say which; delete "
                "the folder to begin anew, or choose another file"
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
