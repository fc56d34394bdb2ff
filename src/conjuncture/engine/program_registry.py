"""Compiled programs, the last few kept in memory: one per structure, each with its tallies.

A compiled program holds hundreds to thousands of memory mappings, and Linux grants a process
65,530: one that kept every program it ever made would in the end be killed while loading the next.

The usual program runs blocks of 512 histories of one world. In one that replays, the 512 places of
a block are histories of any worlds, each with the numbers of its own, and each with conduct of its
own imposed where that is wanted. Draws are the same integers, since they depend on addresses alone;
numbers may be rounded otherwise.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from conjuncture.engine import compiler
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.draws import Ledger, draw_at
from conjuncture.engine.force_conduct import Conduct
from conjuncture.engine.history_simulation import HistorySimulation
from conjuncture.engine.patches import AS_THINGS_WERE, Run, patch_of, rules_imposed, timed_cells
from conjuncture.engine.program import ONE_AT_A_TIME, RUNS_PER_CALL, Program, shape_of
from conjuncture.engine.structure import Structure, is_always_zero, structure_of
from conjuncture.engine.tallies import Histogram, TallyProgram, TermGroup
from conjuncture.engine.traces import Patch, Trace
from conjuncture.language.interventions import SetCell
from conjuncture.scenario.crisis import Crisis

REPLAY_CAPACITY = 16
"""Blocks that a call has room for."""


class ReplayAddresses(NamedTuple):
    """Where the histories of a call live; arrays of uint32, shape (blocks, 512).

    The world is also the row of the tables that holds its numbers.
    """

    world: Any
    block: Any
    history: Any


@dataclass(frozen=True)
class ReplayProgram:
    """The compiled simulation of some stages, for histories of many worlds side by side.

    Parameters
    ----------
    structure : Structure
    stages : frozenset of str
        Those that are asked about; they are played, and all that lead to them.
    measures : frozenset of (str, str)
        Stage and measure of what is kept beside outcomes.
    own_conduct : bool
        Whether every history has conduct of its own imposed; if not, a call has room for eight runs
        that replay the same histories.
    own_tables : bool
        Whether every run has numbers of its own.
    """

    structure: Structure
    stages: frozenset[str]
    measures: frozenset[tuple[str, str]] = frozenset()
    own_conduct: bool = False
    own_tables: bool = False

    @property
    def runs(self) -> int:
        """How many runs a call has room for."""
        return 1 if self.own_conduct else RUNS_PER_CALL

    @cached_property
    def played_names(self) -> tuple[str, ...]:
        """The stages that are played."""
        return self.structure.stages_leading_to(self.stages)

    @property
    def is_played(self) -> NDArray[np.bool_]:
        """Which stages are played, shape (stages,)."""
        return np.array([name in self.played_names for name in self.structure.stages])

    @cached_property
    def simulation(self) -> HistorySimulation:
        """How histories run through the stages."""
        played = self.is_played
        unrolled = self.structure.unrolled_stages
        last = max(place for place, one in enumerate(unrolled) if played[one.stage])
        conduct = self.conduct if self.own_conduct else None
        return HistorySimulation(self.structure, unrolled_count=last + 1, conduct=conduct)

    @cached_property
    def conduct(self) -> Conduct:
        """What forces do in the stages that are played."""
        return Conduct(self.structure, self.played_names)

    @cached_property
    def ledger(self) -> Ledger:
        """Every site that the stages ask for."""
        ledger = Ledger()
        numbers = jax.ShapeDtypeStruct((len(self.structure.cells), BLOCK), jnp.float32)
        jax.eval_shape(
            lambda table, patch: self.simulate(ledger, None, table, patch),
            numbers,
            jax.tree.map(
                lambda one: shape_of(one[0]), patch_of(self.structure, [AS_THINGS_WERE], 1)
            ),
        )
        return ledger

    def simulate(
        self, ledger: Ledger, draws: dict[str, Array] | None, table: Array, patch: Patch,
        conduct: Array | None = None,
    ) -> Trace:  # fmt: skip
        """Run the histories of a block in one run.

        Parameters
        ----------
        table : Array, shape (cells, histories)
        conduct : Array, shape (slots, forces, histories), optional
        """
        rows = jnp.broadcast_to(table, (len(self.structure.stages), *table.shape))
        needed = jnp.asarray(self.is_played)
        trace, _ = self.simulation.simulate(
            ledger, draws, rows, patch, None, {}, needed, conduct=conduct
        )
        passages = []
        for unrolled, passage in zip(self.structure.unrolled_stages, trace.passages, strict=False):
            name = self.structure.stages[unrolled.stage]
            wanted = {
                measure: value
                for measure, value in passage.measures.items()
                if (name, measure) in self.measures
            }
            chances = passage.chances if name in self.stages else ()
            passages.append(passage._replace(measures=wanted, chances=chances))
        return trace._replace(passages=tuple(passages), rounds=())

    def run_blocks(
        self, keys: Array, count: Array, places: ReplayAddresses, runs: Array, tables: Array,
        patches: Patch, conduct: Array,
    ) -> Trace:  # fmt: skip
        """Run ``count`` blocks one after another.

        Parameters
        ----------
        keys : Array of uint32, shape (sites, 2)
        count, runs : Array of int32, shape ()
        places : ReplayAddresses
        tables : Array of float32, shape (runs or 1, cells, rows)
        patches : Patch
            With a leading axis of runs.
        conduct : Array of int8, shape (blocks, slots, forces, 512), or of no blocks

        Returns
        -------
        Trace
            Every array with leading axes (blocks, runs).
        """

        def replay(block: Array, run: Array, draws: dict[str, Array], world: Array) -> Trace:
            table = tables[run if self.own_tables else 0]
            patch = jax.tree.map(lambda values: values[run], patches)
            own = conduct[block].astype(jnp.int32) if self.own_conduct else None
            return self.simulate(self.ledger, draws, table[:, world], patch, own)

        def one(block: Array, kept: Trace) -> Trace:
            place = jax.tree.map(lambda values: values[block], places)
            draws = draw_at(self.ledger, keys, place.world, place.block, place.history)

            def run(index: Array, kept: Trace) -> Trace:
                traced = replay(block, index, draws, place.world)
                written: Trace = jax.tree.map(
                    lambda table, value: table.at[block, index].set(value), kept, traced
                )
                return written

            done: Trace = jax.lax.fori_loop(0, runs, run, kept)
            return done

        shapes = jax.eval_shape(
            lambda: replay(
                jnp.int32(0), jnp.int32(0),
                {law: jnp.zeros((len(rows), BLOCK)) for law, rows in self.ledger.sites.items()},
                jnp.zeros(BLOCK, jnp.uint32),
            )
        )  # fmt: skip
        empty = jax.tree.map(
            lambda one: jnp.zeros((REPLAY_CAPACITY, self.runs, *one.shape), one.dtype), shapes
        )
        traced: Trace = jax.lax.fori_loop(0, count, one, empty)
        return traced

    @cached_property
    def executables(self) -> dict[tuple[int, ...], Any]:
        """The compiled form of :meth:`run_blocks`, by the shape of the tables."""
        return {}

    def execute(self, *arguments: Any) -> Trace:
        """Run some blocks; the arguments are those of :meth:`run_blocks`."""
        shape = arguments[4].shape
        with ONE_AT_A_TIME:
            if shape not in self.executables:
                with compiler.SPENT.time_program():
                    lowered = jax.jit(self.run_blocks).lower(*jax.tree.map(shape_of, arguments))
                    self.executables[shape] = compiler.run_interruptibly(
                        partial(lowered.compile, compiler_options=compiler.options())
                    )
        traced: Trace = self.executables[shape](*arguments)
        return traced


Kept = TypeVar("Kept")

MOST_PROGRAMS = 8
"""Programs kept in memory, the least recently used dropped first; on disk they all stay."""

_programs: OrderedDict[tuple[object, ...], Program] = OrderedDict()
_replay_programs: OrderedDict[tuple[object, ...], ReplayProgram] = OrderedDict()


def program_for(
    crisis: Crisis, runs: Sequence[Run] = (), *, evidence: bool = False, recording: bool = False
) -> Program:
    """Return the program of a crisis that can make some runs.

    Crises of one structure share it. It serves all runs, save those that impose a rule which no
    world has, give a force what none of its worlds gives it, or set a number from a stage on that
    by then differs between histories; these compile another.
    """
    rules = rules_imposed(runs)
    raised = frozenset(
        act.key
        for run in runs
        for act in run
        if isinstance(act, SetCell) and is_always_zero(crisis.skeleton.numbers[act.key].value)
    )
    timed = timed_cells(structure_of(crisis), runs)
    return program_of(structure_of(crisis, rules, raised, timed), evidence, recording)


def program_of(structure: Structure, evidence: bool, recording: bool) -> Program:
    """Return the program of a structure."""
    key = (structure.digest, evidence, recording)
    return remember(_programs, key, Program(structure, evidence, recording))


def reuse_replay_program(program: ReplayProgram) -> ReplayProgram:
    """Return the program like this one that is compiled already, or this one."""
    key = (
        program.structure.digest,
        program.stages,
        program.measures,
        program.own_conduct,
        program.own_tables,
    )
    return remember(_replay_programs, key, program)


def remember(
    kept: OrderedDict[tuple[object, ...], Kept], key: tuple[object, ...], new: Kept
) -> Kept:
    """Return what is kept under a key, or keep what is new; the least recently used goes."""
    found = kept.setdefault(key, new)
    kept.move_to_end(key)
    if len(kept) > MOST_PROGRAMS:
        kept.popitem(last=False)
    return found


def tally_for(
    program: Program, groups: tuple[TermGroup, ...], histograms: tuple[Histogram, ...] = ()
) -> TallyProgram:
    """Return the tally program of some groups; the same one for the same expressions."""
    key = (groups, histograms)
    if key not in program.tallies:
        program.tallies[key] = TallyProgram(program.structure, groups, histograms)
    return program.tallies[key]
