"""Every history of a simulator one by one: as named arrays, as a file, as a digest."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.addresses import BLOCK, every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.datatree import as_tree
from conjuncture.engine.files import write_atomically, write_netcdf
from conjuncture.engine.machine import decisive_entries_of
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.traced_histories import (
    Columns,
    Portion,
    Portions,
    digest_of,
    fingerprint_of,
    simulate_portions,
)
from conjuncture.errors import UsageError

if TYPE_CHECKING:
    import xarray

MOST_IN_MEMORY = 5_000_000
"""Histories that are kept one by one in memory."""

Note = Callable[[str], Mapping[str, str]]
"""From the digest of the histories to what a file holds beside them."""


@dataclass(frozen=True)
class HistoryExport:
    """The histories of a simulator, none of which is kept before it is asked for.

    Attributes
    ----------
    simulator : Simulator
    """

    simulator: Simulator

    @property
    def portions(self) -> Portions:
        """Which portions there are."""
        worlds = range(self.simulator.worlds.count)
        return Portions(every_block(worlds, 0, self.simulator.blocks))

    @property
    def batch(self) -> Batch:
        """What is run: things as they were."""
        return Batch(self.simulator.program(), self.simulator.worlds, (AS_THINGS_WERE,))

    def simulate(self) -> Iterator[tuple[Portion, Columns]]:
        """Simulate every history and yield them in portions."""
        progress, portions = self.simulator.progress, self.portions
        progress.expect("histories, one by one", portions.histories // BLOCK)
        return simulate_portions(self.batch, portions, range(len(portions)), progress)

    def fingerprint(self) -> str:
        """Simulate every history, keep none, and return the digest that a saved file carries."""
        return fingerprint_of(digest_of(found) for _, found in self.simulate())

    def tree(self, record: Mapping[str, Any]) -> xarray.DataTree:
        """Return every history and the values of every world, with the record in ``attrs``.

        Raises
        ------
        UsageError
            When there are too many for memory.
        """
        self.refuse_too_many()
        return self._tree(self.simulate(), record)

    def save_parquet(
        self, target: Path, record: Mapping[str, Any], note: Note, tell: Callable[[str], None]
    ) -> None:
        """Write a row for each history, going on from what a run that was stopped has left."""
        from conjuncture.engine.history_files import save_parquet

        run = decisive_entries_of(record)
        save_parquet(target, self.batch, self.portions, run, note, self.simulator.progress, tell)

    def save_netcdf(self, target: Path, record: Mapping[str, Any], note: Note) -> None:
        """Write :meth:`tree` into a file.

        Raises
        ------
        UsageError
            When there are too many for memory.
        """
        self.refuse_too_many()
        digests: list[str] = []
        with write_atomically(target) as part:
            data = self._tree(note_digests(self.simulate(), digests), record)
            data.attrs.update(note(fingerprint_of(digests)))
            write_netcdf(data, part)

    def refuse_too_many(self) -> None:
        """Raise when there are more histories than are kept in memory one by one."""
        count = self.portions.histories
        if count > MOST_IN_MEMORY:
            raise UsageError(
                f"{count:,} histories do not fit into memory one by one; ask for fewer than "
                f"{MOST_IN_MEMORY:,}, or write them to a Parquet file with "
                "'conjuncture run --output'"
            )

    def _tree(
        self, portions: Iterable[tuple[Portion, Columns]], record: Mapping[str, Any]
    ) -> xarray.DataTree:
        worlds = self.simulator.worlds
        structure = self.simulator.program().structure
        parts = ((portion.rows, found) for portion, found in portions)
        data = as_tree(structure, parts, worlds.table, worlds.count, self.simulator.blocks)
        told = {**record, "command": shlex.join(record["command"])}
        data.attrs.update({key: value for key, value in told.items() if value is not None})
        return data


def note_digests(
    portions: Iterable[tuple[Portion, Columns]], digests: list[str]
) -> Iterator[tuple[Portion, Columns]]:
    """Pass portions on and note the digest of each."""
    for portion, found in portions:
        digests.append(digest_of(found))
        yield portion, found
