"""How blocks are laid out on a machine: by how many threads, and how many in a call.

Neither changes a result. The first long run on a machine tries the candidates on its own blocks,
so that nothing is simulated for the measuring, and the fastest is kept on disk for all later runs.
Short runs take every core and full calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jax

from conjuncture.cache import cache_root
from conjuncture.engine import machine
from conjuncture.engine.files import write_atomically
from conjuncture.errors import UsageError

TURNS = 2
"""How often each candidate has its turn; its best one counts, for machines are shared."""

CALLS_PER_TURN = 6
"""Calls of each thread in a turn."""

LONG_RUN = 10
"""A run is long when trying the candidates takes at most one part in so many."""


@dataclass(frozen=True)
class Layout:
    """How many threads run blocks, and how many blocks each call has."""

    threads: int
    blocks: int

    @property
    def turn(self) -> int:
        """Blocks in a turn of the trial."""
        return self.threads * self.blocks * CALLS_PER_TURN


def default_layout(capacity: int) -> Layout:
    """Return the layout where nothing was measured: every core, full calls.

    On an accelerator two threads: while it works on one call, the other is being counted.
    """
    cores = machine.threads()
    return Layout(cores if jax.default_backend() == "cpu" else min(cores, 2), capacity)


def candidate_layouts(capacity: int) -> list[Layout]:
    """Return the layouts worth trying for calls that have room for ``capacity`` blocks.

    Examples
    --------
    >>> [layout.blocks for layout in candidate_layouts(64)][:3]
    [64, 32, 16]
    """
    cores = default_layout(capacity).threads
    # Two threads to a core of the processor can be slower than one, and a host may say nothing.
    threads = [cores, cores // 2] if cores >= 4 else [cores]
    return [
        Layout(count, blocks)
        for count in threads
        for blocks in (capacity, capacity // 2, capacity // 4)
        if blocks
    ]


def is_worth_trying(capacity: int, blocks: int) -> bool:
    """Return whether a run of so many blocks is long enough to try the candidates in it."""
    return blocks >= LONG_RUN * TURNS * sum(layout.turn for layout in candidate_layouts(capacity))


def layout_path(capacity: int) -> Path:
    """Return where the layout of this machine is kept."""
    name = f"{machine.processor()}-{machine.threads()}-{capacity}.json"
    return cache_root() / "layout" / name


def load_layout(capacity: int) -> Layout | None:
    """Return the layout measured on this machine, or None where there is none that can be used."""
    try:
        told = json.loads(layout_path(capacity).read_text(encoding="utf-8"))
        found = Layout(int(told["threads"]), int(told["blocks"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found in candidate_layouts(capacity) else None


def save_layout(capacity: int, rates: Mapping[Layout, float]) -> Layout:
    """Keep the fastest layout, with what was measured, and return it.

    Parameters
    ----------
    capacity : int
    rates : mapping of Layout to float
        Blocks per second.
    """
    best = max(rates, key=lambda layout: rates[layout])
    measured = [
        {"threads": layout.threads, "blocks": layout.blocks, "blocks_per_second": round(rate, 1)}
        for layout, rate in rates.items()
    ]
    told = {"threads": best.threads, "blocks": best.blocks, "measured": measured}
    path = layout_path(capacity)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_atomically(path) as part:
            part.write_text(json.dumps(told, indent=1), encoding="utf-8")
    except (OSError, UsageError):
        pass  # A folder that cannot be written costs time at the next run, nothing else.
    return best
