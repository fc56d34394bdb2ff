"""One compiled program for a whole crisis: blocks of 512 histories, one after another.

All that an intervention changes is an argument, so a program compiles once per structure. In a
block the draws are made once; then every run (things as they were first, then each intervention)
replays the same histories on them. World numbers enter without a history axis; only draws and
state carry it, trailing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, export

from conjuncture.engine import keeping
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.draws import BlockDraw, Evidence, Ledger, draw_block
from conjuncture.engine.inputs import WorldInputs
from conjuncture.engine.numbers import Numbers
from conjuncture.engine.structure import END, Room, Structure, spill
from conjuncture.engine.traces import NUMBERS, Passage, Patch, Trace, not_finite, spread
from conjuncture.mechanisms.contract import Resolve
from conjuncture.mechanisms.registry import packages

BLOCKS_PER_CALL = 32
ROOMS = (2, 4, 8)
"""How many runs a call has room for. A program is compiled for the smallest room that will do;
with room for one run only, the compiler sees no loop and works draws out anew at every use."""

RUNS_PER_BATCH = 4
"""Questions are counted together while their runs fit into this room."""

COMPILER_OPTIONS: dict[str, bool | int | str] = {
    "xla_cpu_multi_thread_eigen": False,
    "xla_cpu_enable_concurrency_optimized_scheduler": False,
}
"""Every core has a thread of ours already: one block is not to be split over several."""


ONE_AT_A_TIME = Lock()
"""Threads that ask for the same program wait for the first to trace it."""


class Operands(NamedTuple):
    """What a stage is played with, for a whole block."""

    row: Array
    patch: Patch
    changed: Mapping[str, Array]
    visit: Array
    draws: Mapping[str, Array] | None
    observed: Array | None
    luck: dict[str, Array]


class Played(NamedTuple):
    """How a stage was played; every array ends in the history axis."""

    outcome: Array
    measures: Mapping[str, Any]
    rounds: Mapping[str, Array]
    log_weight: Array
    luck: dict[str, Array]


def played_if_any(arrived: Array, play: Callable[[Operands], Played], operands: Operands) -> Played:
    """Play a stage if some history of the block came to it; otherwise leave nothing but zeros.

    Stages become computations of their own that way: left to itself, the compiler works cheap
    numbers of one stage out anew in all that follow, which makes long programs longer than linear
    to compile and to run.
    """
    once = jax.jit(play)
    nothing = jax.eval_shape(once, operands)

    def skip(_: Operands) -> Played:
        empty: Played = jax.tree.map(lambda one: jnp.zeros(one.shape, one.dtype), nothing)
        return empty

    found: Played = jax.lax.cond(jnp.any(arrived), once, skip, operands)
    return found


@dataclass(frozen=True)
class Program:
    """The compiled simulation of a structure.

    Parameters
    ----------
    structure : Structure
    evidence : bool
        Whether the first run imposes what was observed and weighs histories by its probability.
    recording : bool
        Whether stages keep their rounds, for a chronicle.
    """

    structure: Structure
    evidence: bool = False
    recording: bool = False

    @cached_property
    def resolves(self) -> Mapping[str, Resolve]:
        """The mechanism of each stage."""
        return {
            name: importlib.import_module(
                f"{packages()[self.structure.crisis.stages[name].mechanism]}.model"
            ).resolve
            for name in self.structure.stages
        }

    @cached_property
    def ledger(self) -> Ledger:
        """Every site that the stages ask for."""
        for room in ROOMS:
            if kept := keeping.load(self.kept_at(room)):
                return Ledger.of(kept[0])
        return self.recorded[0]

    @cached_property
    def recorded(self) -> tuple[Ledger, Trace]:
        """Every site that the stages ask for, and the shapes of what a run of a block leaves."""
        ledger = Ledger()
        shapes = self.argument_shapes()
        kinds = (
            jnp.float32, jnp.int32, jnp.bool_, jnp.int32, jnp.bool_, jnp.bool_, jnp.bool_,
        )  # fmt: skip
        left, _ = jax.eval_shape(
            lambda row, patch: self.history(ledger, None, row, patch, None, {}),
            jax.ShapeDtypeStruct(shapes["tables"][2:], jnp.float32),
            Patch(
                *(
                    jax.ShapeDtypeStruct(shapes[name][1:], kind)
                    for name, kind in zip(Patch._fields, kinds, strict=True)
                )
            ),
        )
        return ledger, left

    def argument_shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the arguments of :meth:`blocks`."""
        forces, stages = len(self.structure.forces), len(self.structure.stages)
        living = len(self.structure.living.keys)
        return {
            "tables": (BLOCKS_PER_CALL, ROOMS[0], stages, len(self.structure.cells)),
            "present": (ROOMS[0], forces),
            "side": (ROOMS[0], stages, forces),
            "secret": (ROOMS[0], forces),
            "outcome": (ROOMS[0], stages, self.structure.most_visits),
            "moves": (ROOMS[0], len(self.structure.plays)),
            "held": (ROOMS[0], living),
            "starts": (ROOMS[0], stages, living),
        }

    def history(
        self,
        ledger: Ledger,
        draws: Mapping[str, Array] | None,
        rows: Array,
        patch: Patch,
        observed: Array | None,
        luck: dict[str, Array],
    ) -> tuple[Trace, dict[str, Array]]:
        """Run the graph of stages for the histories of a block, in one run.

        Parameters
        ----------
        rows : Array of float32, shape (stages, cells)
            The world's numbers as each stage finds them.
        patch : Patch
            Without the axis of runs.
        observed : Array of int32, shape (stages,), or None
        luck : dict of str to Array
            Gumbels settled by an earlier run of the block.
        """
        here = jnp.zeros(BLOCK, jnp.int32)
        visited = [jnp.zeros(BLOCK, jnp.int32) for _ in self.structure.stages]
        log_weight = jnp.zeros(BLOCK, jnp.float32)
        numbers = Numbers(self.structure, rows, patch)
        passages: list[Passage] = []
        rounds: list[Mapping[str, Any]] = []
        for place, room in enumerate(self.structure.rooms):
            arrived = here == room.stage
            visit = visited[room.stage] + 1
            operands = Operands(
                rows[room.stage],
                patch,
                numbers.enter(room.stage, arrived),
                visit,
                draws,
                None if observed is None else observed[room.stage],
                luck,
            )
            play = partial(self.play, room, ledger)
            if place == 0 or observed is not None:
                played = play(operands)
            else:
                played = played_if_any(arrived, play, operands)
            natural, luck = played.outcome, played.luck
            forced = patch.outcome[room.stage, room.visits[0] - 1]
            for later in room.visits[1:]:
                forced = jnp.where(visit == later, patch.outcome[room.stage, later - 1], forced)
            outcome = jnp.where(forced >= 0, forced, natural)
            if observed is not None:
                seen = observed[room.stage]
                missed = (seen >= 0) & (natural != seen)
                weight = played.log_weight + jnp.where(missed, -jnp.inf, 0.0)
                log_weight = log_weight + jnp.where(arrived, weight, 0.0)
            imposed = (forced >= 0) & arrived
            passages.append(
                Passage(
                    visit=jnp.where(arrived, visit, 0).astype(jnp.int8),
                    outcome=outcome.astype(jnp.int8),
                    imposed=imposed,
                    measures=played.measures,
                )
            )
            numbers.complain(("measure", place), arrived & not_finite(passages[-1].measures))
            found = numbers.left() if self.recording else {}
            numbers.leave(room.stage, arrived, tuple(passages))
            if self.recording:
                moved = {"found": found, "left": numbers.left()}
                rounds.append({**played.rounds, NUMBERS: moved})
            else:
                rounds.append({})
            visited[room.stage] = visited[room.stage] + arrived
            here = self.onward(room.stage, arrived, outcome, here, visited)
        return Trace(
            tuple(passages), log_weight, jnp.stack(numbers.strayed), numbers.left(), tuple(rounds)
        ), luck

    def play(self, room: Room, ledger: Ledger, operands: Operands) -> Played:
        """Play the stage of a room in every history of a block."""
        name = self.structure.stages[room.stage]
        row, patch, changed, visit, draws, observed, luck = operands
        evidence = Evidence(observed=observed, luck=dict(luck))
        several = len(room.visits) > 1
        draw = BlockDraw(name, room.visits, visit if several else None, ledger, draws, evidence)
        inputs = WorldInputs(
            self.structure,
            name,
            row,
            patch.present,
            patch.side[room.stage],
            patch.secret,
            patch.moves,
            changed,
            self.recording,
        )
        resolution = self.resolves[name](inputs, draw)
        return Played(
            outcome=resolution.outcome + jnp.zeros(BLOCK, jnp.int32),
            measures=spread(resolution),
            rounds=resolution.rounds if self.recording else {},
            log_weight=evidence.log_weight + jnp.zeros(BLOCK, jnp.float32),
            luck=evidence.luck,
        )

    def onward(
        self, stage: int, arrived: Array, outcome: Array, here: Array, visited: Sequence[Array]
    ) -> Array:
        """Return the stage where each history goes next."""
        crisis, stages = self.structure.crisis, self.structure.stages
        going = here
        for code, follower in enumerate(self.structure.leads[stage]):
            chosen = arrived & (outcome == code)
            target, step, passed = jnp.full(BLOCK, follower), follower, {END}
            while step not in passed:
                passed.add(step)
                full = visited[step] >= crisis.stages[stages[step]].visits
                step, left = spill(crisis, stages, step), step
                onward = END if step in passed else step
                target = jnp.where((target == left) & full, onward, target)
            going = jnp.where(chosen, target, going)
        return going

    def block(
        self,
        keys: Array,
        world: Array,
        block: Array,
        runs: Array,
        tables: Array,
        patches: Patch,
        observed: Array,
        out: Trace,
        place: Array,
    ) -> Trace:
        """Run one block under every run and write its traces at ``place``."""
        draws = draw_block(self.ledger, keys, world, block)

        def run(
            index: Array, luck: dict[str, Array], kept: Trace
        ) -> tuple[dict[str, Array], Trace]:
            patch = jax.tree.map(lambda values: values[index], patches)
            seen = jnp.where(index == 0, observed, -1) if self.evidence else None
            trace, settled = self.history(
                self.ledger, draws, tables[index], patch, seen, dict(luck)
            )
            return settled, jax.tree.map(
                lambda table, value: jax.lax.dynamic_update_slice(
                    table, value[None, None], (place, index, *(0,) * value.ndim)
                ),
                kept,
                trace,
            )

        if self.evidence:
            luck, out = run(jnp.int32(0), {}, out)
            begin = 1
        else:
            luck, begin = {}, 0
        _, out = jax.lax.fori_loop(
            begin, runs, lambda index, carry: run(index, *carry), (luck, out)
        )
        return out

    def blocks(
        self,
        keys: Array,
        count: Array,
        worlds: Array,
        blocks: Array,
        runs: Array,
        tables: Array,
        patches: Patch,
        observed: Array,
    ) -> Trace:
        """Run ``count`` blocks one after another.

        Parameters
        ----------
        keys : Array of uint32, shape (sites, 2)
        count, runs : Array of int32, shape ()
            How many of the blocks and runs that fit into a call are wanted.
        worlds, blocks : Array of uint32, shape (blocks of a call,)
        tables : Array of float32, shape (blocks, runs, stages, cells)
            With room for two runs at least: with one, the compiler sees no loop over runs and
            works the draws out anew wherever they are read.
        patches : Patch
        observed : Array of int32, shape (stages,)

        Returns
        -------
        Trace
            Every array with leading axes (blocks, runs); those not wanted hold anything.
        """
        empty = jax.tree.map(
            lambda one: jax.lax.empty((*tables.shape[:2], *one.shape), one.dtype),
            self.recorded[1],
        )
        traced: Trace = jax.lax.fori_loop(
            0,
            count,
            lambda place, out: self.block(
                keys,
                worlds[place],
                blocks[place],
                runs,
                tables[place],
                patches,
                observed,
                out,
                place,
            ),
            empty,
        )
        return traced

    def kept_at(self, runs: int) -> Path:
        """Return where the trace with room for so many runs is kept."""
        return keeping.kept_at(
            self.structure, (self.evidence, self.recording), (BLOCKS_PER_CALL, runs)
        )

    @cached_property
    def calls(self) -> dict[int, Any]:
        """The compiled forms of :meth:`blocks` so far, by room for runs."""
        return {}

    def call(self, *arguments: Any) -> Trace:
        """Run some blocks; the arguments are those of :meth:`blocks`."""
        runs = arguments[5].shape[1]
        with ONE_AT_A_TIME:
            if runs not in self.calls:
                self.calls[runs] = self.compiled(runs, arguments)
        traced: Trace = self.calls[runs](*arguments)
        return traced

    def compiled(self, runs: int, arguments: tuple[Any, ...]) -> Any:
        """Return :meth:`blocks` compiled, from the trace that was kept where there is one."""
        kept = keeping.load(self.kept_at(runs))
        if kept is None:
            shapes = jax.tree.map(lambda one: jax.ShapeDtypeStruct(one.shape, one.dtype), arguments)
            traced = export.export(jax.jit(self.blocks))(*shapes)
            sites = {law: [*table] for law, table in self.ledger.sites.items()}
            keeping.save(self.kept_at(runs), sites, traced)
        else:
            traced = kept[1]
        return jax.jit(traced.call, compiler_options=COMPILER_OPTIONS)
