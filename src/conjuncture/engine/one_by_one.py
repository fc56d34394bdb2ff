"""Histories kept one by one: simulated portion by portion, in the order of their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from conjuncture.engine.blocks import Rows
from conjuncture.engine.histories import columns
from conjuncture.engine.portions import Columns, Portion, Portions, gathered
from conjuncture.engine.progress import Progress
from conjuncture.engine.runner import Batch, traces

AT_ONCE = 64
"""Portions between which threads are never left without work."""


def simulated(
    batch: Batch, portions: Portions, numbers: Sequence[int], progress: Progress
) -> Iterator[tuple[Portion, Columns]]:
    """Simulate some portions and yield the histories of each.

    Parameters
    ----------
    batch : Batch
        Of things as they were.
    portions : Portions
    numbers : sequence of int
        Which portions.
    progress : Progress
    """
    for start in range(0, len(numbers), AT_ONCE):
        wanted = [portions.get(number) for number in numbers[start : start + AT_ONCE]]
        rows = np.concatenate([portion.rows for portion in wanted])
        yield from gathered(wanted, found_in(batch, rows, progress))


def found_in(batch: Batch, rows: Rows, progress: Progress) -> Iterator[tuple[Rows, Columns]]:
    """Simulate blocks and yield their histories, call by call."""
    for part, trace in traces(batch, rows, progress):
        found = columns(batch.program.structure, trace)
        yield part, {name: value[..., : len(part), :] for name, value in found.items()}
