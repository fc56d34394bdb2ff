"""Time the same program on an accelerator: ``python benchmarks/accelerator.py``.

Runs wherever JAX has one (install its CUDA form beside Conjuncture: ``pip install "jax[cuda13]"``).
Blocks run side by side; histories a second stand beside what the device can do at most, measured in
the same run. ``--cpu`` takes the same path on the processor with few blocks, to see that it works.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from floors import Floor
from peers.parameters import read_parameters
from printing import table_lines_of
from rows import Row, Table

import conjuncture
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program import run_blocks_at_once
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.traces import SharedArguments
from conjuncture.engine.worlds import Worlds
from conjuncture.scenario.crisis import Crisis

SHOWDOWN = Path(__file__).resolve().parent / "showdown"
CASE = "bolivia-1970"
BLOCKS = (64, 512, 4096, 16384)
FEW = (4, 16)
TERMS = 256
"""Multiply-adds for each number that is read and written, so that arithmetic decides."""


def seconds_of(work: Callable[[], Any], repetitions: int) -> list[float]:
    """Return how long some work takes, once it has been compiled and run before."""
    jax.block_until_ready(work())
    found = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        jax.block_until_ready(work())
        found.append(time.perf_counter() - begin)
    return found


def ceilings(numbers: int, repetitions: int) -> tuple[Row, Row]:
    """Measure multiply-adds and bytes a second, with so many numbers at once."""

    @jax.jit
    def polynomial(x: jax.Array) -> jax.Array:
        for _ in range(TERMS):
            x = x * 0.999 + 0.001
        return x

    @jax.jit
    def triad(b: jax.Array, c: jax.Array) -> jax.Array:
        return b + 0.5 * c

    x = jnp.linspace(0.0, 1.0, numbers, dtype=jnp.float32)
    adds = [numbers * TERMS / one for one in seconds_of(lambda: polynomial(x), repetitions)]
    moved = [3 * 4 * numbers / one for one in seconds_of(lambda: triad(x, x), repetitions)]
    return (
        Row("multiply-add, float32", [one / 1e12 for one in adds], "million million/s"),
        Row("memory, triad", [one / 1e9 for one in moved], "GB/s"),
    )


def side_by_side(crisis: Crisis, blocks: int, seed: int = 1) -> Callable[[], Any]:
    """Return what runs so many blocks at once, each of a world of its own, as things were."""
    program = program_for(crisis)
    prepared = Batch(program, Worlds(crisis, seed, blocks), (AS_THINGS_WERE,)).prepare()
    room = jax.tree.map(
        lambda one: jnp.zeros((blocks, 1, *one.shape), one.dtype), program.ledger_and_shapes[1]
    )
    patches = jax.tree.map(lambda one: one[:1], prepared.patch)
    common = SharedArguments(
        prepared.keys, np.int32(1), patches, prepared.observed, prepared.needed[:1]
    )
    places = np.arange(blocks, dtype=np.uint32), np.zeros(blocks, np.uint32)
    arguments = jax.device_put((common, *places, prepared.tables[:, :1], room))
    run = jax.jit(partial(run_blocks_at_once, program))
    return lambda: run(*arguments)


def rates(
    name: str, crisis: Crisis, sizes: Sequence[int], repetitions: int, ceiling: float = 0.0
) -> list[Row]:
    """Return histories a second for each number of blocks, and their share of a ceiling."""
    rows = []
    for blocks in sizes:
        taken = seconds_of(side_by_side(crisis, blocks), repetitions)
        found = Row(name, [blocks * BLOCK / one for one in taken], "histories/s")
        note = f"{found.median / ceiling:.1%} of the ceiling" if ceiling else ""
        rows.append(Row(name, found.values, found.unit, f"{blocks:,} blocks at once", note))
    return rows


def time_question(name: str, scenario: Any, worlds: int, repetitions: int) -> Row:
    """Return histories a second of a question that is asked as a user asks it."""
    stage, *_ = scenario.crisis.stages
    outcome = scenario.crisis.vocabulary.stages[stage].outcomes[0]
    taken = []
    for repetition in range(repetitions + 1):
        begin = time.perf_counter()
        scenario.run(worlds=worlds, seed=repetition).query(f"P({stage} = {outcome})")
        taken.append(time.perf_counter() - begin)
    values = [worlds * BLOCK / one for one in taken[1:]]
    return Row(name, values, "histories/s", f"a question about the first stage, {worlds:,} worlds")


def tables(*, few: bool) -> list[Table]:
    """Measure everything; ``few`` takes small sizes and the showdown alone."""
    numbers, sizes, repetitions = (1 << 20, FEW, 2) if few else (1 << 26, BLOCKS, 5)
    device = jax.devices()[0]
    adds, moved = ceilings(numbers, repetitions)
    floor = Floor.of(read_parameters(SHOWDOWN / "scenario.yaml"), rounds=4.06)
    ceiling = adds.median * 1e12 / floor.operations
    by_memory = moved.median * 1e9 / floor.bytes
    note = (
        f"A history takes some {floor.operations:,.0f} operations, logarithms and the like by "
        f"their polynomials. One a multiply-add, that is {ceiling:,.0f} histories/s at most; "
        f"were every draw written and read once, memory allows {by_memory:,.0f}."
    )
    showdown = conjuncture.load(SHOWDOWN)
    rows = rates("showdown, 12 forces", showdown.crisis, sizes, repetitions, ceiling)
    rows.append(time_question("showdown, 12 forces", showdown, sizes[-1], repetitions))
    if not few:
        case = conjuncture.load(CASE)
        rows += rates(CASE, case.crisis, sizes[:-1], repetitions)
        rows.append(time_question(CASE, case, sizes[-2], repetitions))
    return [
        Table(f"{device.platform}: {device.device_kind}, jax {jax.__version__}", [adds, moved]),
        Table("Blocks side by side", rows, [note]),
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables, or that there is no accelerator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpu", action="store_true", help="few blocks, on the processor")
    options = parser.parse_args(words)
    if jax.default_backend() == "cpu" and not options.cpu:
        print(
            "There is no accelerator here: JAX sees the processor alone. "
            "Give --cpu to take the same path on it with few blocks.",
            file=sys.stderr,
        )
        return 1
    for table in tables(few=options.cpu):
        print("\n".join(table_lines_of(table)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
