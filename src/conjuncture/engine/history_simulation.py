"""How a history is simulated: led from stage to stage, in step with the others of its block."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.draws import BlockDraw, Ledger, OutcomeEvidence
from conjuncture.engine.force_conduct import Conduct
from conjuncture.engine.history_state import HistoryNumbers, WorldInputs, is_inside
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import (
    NUMBERS,
    LazyMeasures,
    Patch,
    StagePassage,
    Trace,
    broadcast_measures,
    find_not_finite,
)
from conjuncture.mechanisms.contract import Resolution, Resolver
from conjuncture.mechanisms.registry import packages
from conjuncture.scenario.stage_graph import END_INDEX, UnrolledStage, overflow_of


class Operands(NamedTuple):
    """What a stage is played with, for a whole block."""

    row: Array
    patch: Patch
    changed: Mapping[str, Array]
    visit: Array
    draws: Mapping[str, Array] | None
    observed: Array | None
    luck: dict[str, Array]
    conduct: Array | None


class StageResult(NamedTuple):
    """How a stage was played; every array ends in the history axis.

    ``outside`` says of the values that the stage read and that follow from what effects moved
    where they had left their domain.
    """

    outcome: Array
    measures: Mapping[str, Any]
    outside: Mapping[str, Array]
    rounds: Mapping[str, Array]
    log_weight: Array
    luck: dict[str, Array]
    chances: Any


class EarlierRun(NamedTuple):
    """What the first run left of each block: tables of (blocks, runs, ...), and whose turn it is.

    That stands where a stage is not played again. Of each table that are ``lanes`` histories from
    ``first`` on.
    """

    passages: tuple[StagePassage, ...]
    place: Array
    first: Array
    lanes: int

    def read(self, table: Array) -> Array:
        """Return what the first run left of the block in a table."""
        return jax.lax.dynamic_slice_in_dim(table[self.place, 0], self.first, self.lanes, axis=-1)


def play_if_needed(
    needed: Array,
    play: Callable[[Operands], StageResult],
    operands: Operands,
    otherwise: Array | None,
) -> StageResult:
    """Play a stage if it is needed; if not, leave the outcome of another run, and else zeros.

    Stages become computations of their own that way: left to itself, the compiler works cheap
    numbers of one stage out anew in all that follow, which makes long programs longer than linear
    to compile and to run.
    """
    once = jax.jit(play)
    nothing = jax.eval_shape(once, operands)

    def skip(_: Operands) -> StageResult:
        empty: StageResult = jax.tree.map(lambda one: jnp.zeros(one.shape, one.dtype), nothing)
        if otherwise is None:
            return empty
        return empty._replace(outcome=otherwise.astype(empty.outcome.dtype))

    found: StageResult = jax.lax.cond(needed, once, skip, operands)
    return found


def standing_measures_of(
    played: StageResult, needed: Array, before: EarlierRun | None, place: int
) -> Mapping[str, Any]:
    """Return the measures of a stage as they stand: those of the first run if it was not played."""
    if before is None:
        return played.measures
    left, read = before.passages[place].measures, before.read

    def measure(name: str) -> Any:
        return jax.tree.map(
            lambda new, old: jnp.where(needed, new, read(old)), played.measures[name], left[name]
        )

    return LazyMeasures(played.measures, measure)


def chances_of(resolution: Resolution, lanes: int) -> Array:
    """Return the chance of every outcome, shape (outcomes, lanes)."""
    logarithms = [jnp.broadcast_to(one, (lanes,)) for one in resolution.log_probabilities]
    return jnp.exp(jnp.stack(logarithms).astype(jnp.float32))


@dataclass(frozen=True)
class HistorySimulation:
    """How histories run through the stages of a structure.

    Parameters
    ----------
    structure : Structure
    recording : bool
        Whether stages keep their rounds, for a chronicle.
    evidence : bool
        Whether what was observed is imposed.
    lanes : int
        Histories that are computed side by side.
    unrolled_count : int, optional
        How many of the unrolled stages are played; all of them if not given.
    conduct : Conduct, optional
        Where each history has conduct of its own imposed.
    """

    structure: Structure
    recording: bool = False
    evidence: bool = False
    lanes: int = BLOCK
    unrolled_count: int | None = None
    conduct: Conduct | None = None

    @cached_property
    def resolvers(self) -> Mapping[str, Resolver]:
        """The mechanism of each stage."""
        return {
            name: importlib.import_module(
                f"{packages()[self.structure.crisis.stages[name].mechanism]}.model"
            ).resolve
            for name in self.structure.stages
        }

    def simulate(
        self,
        ledger: Ledger,
        draws: Mapping[str, Array] | None,
        rows: Array,
        patch: Patch,
        observed: Array | None,
        luck: dict[str, Array],
        needed: Array,
        before: EarlierRun | None = None,
        conduct: Array | None = None,
    ) -> tuple[Trace, dict[str, Array]]:
        """Run the graph of stages for the histories of a block, in one run.

        Parameters
        ----------
        rows : Array of float32, shape (stages, cells) or (stages, cells, histories)
            The world's numbers as each stage finds them.
        patch : Patch
            Without the axis of runs.
        observed : Array of int32, shape (stages,), or None
        luck : dict of str to Array
            Gumbels settled by an earlier run of the block.
        needed : Array of bool, shape (stages,)
            The stages to be played.
        before : EarlierRun, optional
            What stands where a stage is not played.
        conduct : Array, shape (slots, forces, histories), optional
            What is imposed on each history.
        """
        here = jnp.zeros(self.lanes, jnp.int32)
        visited = [jnp.zeros(self.lanes, jnp.int32) for _ in self.structure.stages]
        log_weight = jnp.zeros(self.lanes, jnp.float32)
        numbers = HistoryNumbers(self.structure, rows, patch, self.recording, self.lanes)
        passages: list[StagePassage] = []
        standing: list[StagePassage] = []
        rounds: list[Mapping[str, Any]] = []
        for place, unrolled in enumerate(self.structure.unrolled_stages[: self.unrolled_count]):
            arrived = here == unrolled.stage
            visit = visited[unrolled.stage] + 1
            operands = Operands(
                rows[unrolled.stage],
                patch,
                numbers.enter(unrolled.stage, arrived),
                visit,
                draws,
                None if observed is None else observed[unrolled.stage],
                luck,
                conduct,
            )
            play = partial(self.play, unrolled, ledger)
            if observed is not None:
                played = play(operands)
            else:
                wanted = needed[unrolled.stage] & jnp.any(arrived)
                there = before and before.read(before.passages[place].outcome)
                played = play_if_needed(wanted, play, operands, there)
            natural, luck = played.outcome, played.luck
            forced = patch.outcome[unrolled.stage, unrolled.visits[0] - 1]
            for later in unrolled.visits[1:]:
                forced = jnp.where(visit == later, patch.outcome[unrolled.stage, later - 1], forced)
            outcome = jnp.where(forced >= 0, forced, natural)
            if observed is not None:
                seen = observed[unrolled.stage]
                missed = (seen >= 0) & (natural != seen)
                weight = played.log_weight + jnp.where(missed, -jnp.inf, 0.0)
                log_weight = log_weight + jnp.where(arrived, weight, 0.0)
            imposed = (forced >= 0) & arrived
            passages.append(
                StagePassage(
                    visit=jnp.where(arrived, visit, 0).astype(jnp.int8),
                    outcome=outcome.astype(jnp.int8),
                    imposed=imposed,
                    measures=played.measures,
                    chances=played.chances,
                )
            )
            standing.append(
                passages[-1]._replace(
                    measures=standing_measures_of(played, needed[unrolled.stage], before, place)
                )
            )
            for key, outside in played.outside.items():
                numbers.note_wrong(("value", key), arrived & outside)
            symbols = self.structure.crisis.vocabulary.stages[self.structure.stages[unrolled.stage]]
            senseless = find_not_finite(played.measures, symbols.measures, self.lanes)
            numbers.note_wrong(("measure", place), arrived & senseless)
            found = numbers.snapshot() if self.recording else {}
            numbers.leave(unrolled.stage, arrived, standing)
            if self.recording:
                moved = {"found": found, "left": numbers.snapshot()}
                rounds.append({**played.rounds, NUMBERS: moved})
            else:
                rounds.append({})
            visited[unrolled.stage] = visited[unrolled.stage] + arrived
            here = self.next_stage_of(unrolled.stage, arrived, outcome, here, visited)
        left = numbers.finish()
        return Trace(
            tuple(passages), log_weight, numbers.wrong, left, tuple(rounds), numbers.trouble
        ), luck

    def play(self, unrolled: UnrolledStage, ledger: Ledger, operands: Operands) -> StageResult:
        """Play an unrolled stage in every history of a block."""
        name = self.structure.stages[unrolled.stage]
        row, patch, changed, visit, draws, observed, luck, conduct = operands
        evidence = OutcomeEvidence(observed=observed, luck=dict(luck))
        several = len(unrolled.visits) > 1
        turn = visit if several else None
        draw = BlockDraw(name, unrolled.visits, turn, ledger, draws, evidence, self.lanes)
        side = patch.side[unrolled.stage]
        held: dict[str, Array] = {}
        if self.conduct is not None and conduct is not None:
            side, held = self.conduct.imposed_values_of(unrolled, visit, conduct)
        inputs = WorldInputs(
            self.structure,
            name,
            row,
            patch.present,
            side,
            patch.secret,
            patch.moves,
            changed,
            held,
            self.recording,
            ledger.reads.setdefault(name, set()),
        )
        resolution = self.resolvers[name](inputs, draw)
        return StageResult(
            outcome=resolution.outcome + jnp.zeros(self.lanes, jnp.int32),
            measures=broadcast_measures(resolution, self.lanes),
            outside=self.values_outside(inputs),
            rounds=resolution.rounds if self.recording else {},
            log_weight=evidence.log_weight + jnp.zeros(self.lanes, jnp.float32),
            luck=evidence.luck,
            chances=chances_of(resolution, self.lanes)
            if draw.settled and self.keeps_chances(unrolled)
            else (),
        )

    def keeps_chances(self, unrolled: UnrolledStage) -> bool:
        """Return whether an outcome that is drawn here leaves what its chances were.

        Where a stage recurs, what comes later hangs on the same luck; imposed evidence changes it.
        """
        once = self.structure.comes_once(unrolled.stage)
        return once and not (self.evidence or self.recording)

    def values_outside(self, inputs: WorldInputs) -> dict[str, Array]:
        """Return where the values that a stage read have left their domain, shape (512,) each."""
        numbers = self.structure.crisis.numbers
        return {
            key: jnp.broadcast_to(
                ~is_inside(inputs.changed[key], numbers[key].domain), (self.lanes,)
            )
            for key in self.structure.state_variables.equations
            if key in inputs.changed and key in inputs.reads
        }

    def next_stage_of(
        self, stage: int, arrived: Array, outcome: Array, here: Array, visited: Sequence[Array]
    ) -> Array:
        """Return the stage where each history goes next."""
        crisis, stages = self.structure.crisis, self.structure.stages
        going = here
        for code, follower in enumerate(self.structure.outcome_targets[stage]):
            chosen = arrived & (outcome == code)
            target, step, passed = jnp.full(self.lanes, follower), follower, {END_INDEX}
            while step not in passed:
                passed.add(step)
                full = visited[step] >= crisis.stages[stages[step]].visits
                step, left = overflow_of(crisis.stages, stages, step), step
                onward = END_INDEX if step in passed else step
                target = jnp.where((target == left) & full, onward, target)
            going = jnp.where(chosen, target, going)
        return going
