"""How large a run may be: what is refused before anything is drawn."""

from __future__ import annotations

from conjuncture.engine.addresses import BLOCK, LANES, SEED_LIMIT
from conjuncture.errors import UsageError

MOST_WORLDS = 100_000
"""What is kept of each world and claim comes to some kilobytes; more would not fit into memory."""

MOST_BLOCKS = 2_000_000_000
"""Blocks over all worlds, some million million histories: a night on a large cluster."""

MOST_BLOCKS_OF_A_WORLD = 2**32 // LANES
"""A draw of a world has 2^32 counters, and each serves two histories."""


def blocks_for(worlds: int, histories: int, seed: int) -> int:
    """Return the blocks of 512 histories that each world needs.

    Parameters
    ----------
    worlds, histories, seed : int
        ``histories`` counts those of one world; the next multiple of 512 is taken.

    Raises
    ------
    UsageError
        When one of them is out of range.

    Examples
    --------
    >>> blocks_for(400, 1000, 1)
    2
    >>> blocks_for(1, 2**33, 1)
    16777216
    >>> blocks_for(0, 512, 1)
    Traceback (most recent call last):
    conjuncture.errors.UsageError: worlds must be 1 to 100,000, not 0
    """
    if not 1 <= worlds <= MOST_WORLDS:
        raise UsageError(f"worlds must be 1 to {MOST_WORLDS:,}, not {_write_count(worlds)}")
    most = min(MOST_BLOCKS // worlds, MOST_BLOCKS_OF_A_WORLD) * BLOCK
    if not 1 <= histories <= most:
        raise UsageError(
            f"histories must be 1 to {most:,} in each of {worlds:,} "
            f"{'world' if worlds == 1 else 'worlds'}, not {_write_count(histories)}"
        )
    if not 0 <= seed < SEED_LIMIT:
        raise UsageError(f"seed must be 0 to 2^64 - 1, not {_write_count(seed)}")
    return -(-histories // BLOCK)


def _write_count(number: int) -> str:
    return f"{number:,}" if abs(number) < 10**30 else "a number of that many digits"
