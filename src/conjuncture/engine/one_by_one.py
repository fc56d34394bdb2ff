"""Histories kept one by one: simulated portion by portion, in the order of their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from conjuncture.engine.blocks import Rows
from conjuncture.engine.histories import columns_of
from conjuncture.engine.portions import Columns, Portion, Portions, regroup_by_portion
from conjuncture.engine.progress import Progress
from conjuncture.engine.runner import Batch, simulate_traces

PORTIONS_AT_ONCE = 64
"""Portions between which threads are never left without work."""


def simulate_portions(
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
    for start in range(0, len(numbers), PORTIONS_AT_ONCE):
        wanted = [portions.get(number) for number in numbers[start : start + PORTIONS_AT_ONCE]]
        rows = np.concatenate([portion.rows for portion in wanted])
        yield from regroup_by_portion(wanted, simulate_columns(batch, rows, progress))


def simulate_columns(
    batch: Batch, rows: Rows, progress: Progress
) -> Iterator[tuple[Rows, Columns]]:
    """Simulate blocks and yield their histories, call by call."""
    for part, trace in simulate_traces(batch, rows, progress):
        found = columns_of(batch.program.structure, trace)
        yield part, {name: value[..., : len(part), :] for name, value in found.items()}
