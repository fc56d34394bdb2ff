"""A paired subsample: a few histories of every world, replayed under many changes.

Explaining takes hundreds of interventions, and for each of them a probability within a hundredth
will do. So the first few histories of every world stand for all, the same ones under every
intervention.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.explain import HISTORIES
from conjuncture.analysis.simulator import Simulator, stages_read
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.force_conduct import Conduct, ObservedConduct
from conjuncture.engine.patches import AS_THINGS_WERE, Run, relevant_numbers_of
from conjuncture.engine.program_registry import ReplayProgram, reuse_replay_program
from conjuncture.engine.replays import Replays
from conjuncture.engine.structure import Structure, structure_of
from conjuncture.engine.tallies import Factor, chance_of
from conjuncture.engine.traces import HistoryScope
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.evaluator import evaluate_defined, truth_of
from conjuncture.language.interventions import ActorIntervention, SetCell, Without
from conjuncture.language.nodes import Compare, Expression, Measure, NumberLiteral, walk
from conjuncture.scenario.crisis import Crisis

Kind = TypeVar("Kind", np.float32, np.bool_)
Result = TypeVar("Result")


class StoppedEarly(Exception):  # noqa: N818 - it is no error: somebody wants the answer so far
    """Somebody wants the answer so far, and no more histories."""


@dataclass(frozen=True)
class Sample:
    """The first few histories of every world, replayed together.

    Attributes
    ----------
    simulator : Simulator
        Its worlds, its progress; blocks and cluster do not matter here.
    event : Expression
        A linked event.
    each : int
        Histories of each world.

    Raises
    ------
    UsageError
        When no history, or more than a block of 512, is asked for.
    """

    simulator: Simulator
    event: Expression
    each: int = HISTORIES

    def __post_init__(self) -> None:
        refuse_no_size(self.each)

    @property
    def worlds(self) -> Worlds:
        """The worlds."""
        return self.simulator.worlds

    @property
    def crisis(self) -> Crisis:
        """The crisis."""
        return self.worlds.crisis

    @cached_property
    def structure(self) -> Structure:
        """The structure of the crisis as the scenario has it."""
        return structure_of(self.crisis)

    @cached_property
    def stages(self) -> frozenset[str]:
        """The stages that the event reads; all where it reads what every stage may change."""
        read = stages_read([Factor(0, self.event, "true")], self.crisis)
        return frozenset(self.crisis.stages) if read is None else read or self.first_stage

    @property
    def first_stage(self) -> frozenset[str]:
        """The stage with which the crisis begins."""
        return frozenset([next(iter(self.crisis.stages))])

    @cached_property
    def stages_on_the_way(self) -> tuple[str, ...]:
        """The stages that a history may pass on its way to the event, in order."""
        return self.structure.stages_leading_to(self.stages)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers that can bear on the event."""
        return self._numbers(unused=False)

    @cached_property
    def numbers_read(self) -> frozenset[str]:
        """The same, and those that a stage reads and never uses."""
        return self._numbers(unused=True)

    def _numbers(self, *, unused: bool) -> frozenset[str]:
        reads = self._program(self.structure).ledger.reads
        return relevant_numbers_of(
            self.stages, self.worlds, self.structure, reads, [self.event], unused=unused
        )

    @cached_property
    def forces(self) -> tuple[str, ...]:
        """The forces that can stand aside from some stage on the way, as in ``do(force aside)``."""
        stages_open_to = self.crisis.vocabulary.stages_open_to
        on_the_way = set(self.stages_on_the_way)
        return tuple(one for one in self.crisis.forces if on_the_way & set(stages_open_to(one)))

    @cached_property
    def conduct(self) -> Conduct:
        """What forces do in the stages on the way."""
        return Conduct(self.structure, self.stages_on_the_way)

    def chances(
        self, runs: Sequence[Run], worlds: Worlds | None = None, label: str = "replayed histories"
    ) -> NDArray[np.float32]:
        """Return the chance of the event in each history under each run.

        Where the event is that a stage ends in a certain way, it is the chance with which the
        history did, the last of its luck averaged; elsewhere 0 or 1. Undefined counts as 0.

        Parameters
        ----------
        runs : sequence of Run
        worlds : Worlds, optional
            Others than those of the simulator.
        label : str
            What the progress is told.

        Returns
        -------
        array of float32, shape (runs, worlds, each)

        Raises
        ------
        UsageError
            When a run sets a number from a stage on.
        StoppedEarly
            When somebody wants the answer so far.
        """

        def chance(scope: HistoryScope) -> NDArray[np.float32]:
            known = chance_of(scope, Factor(0, self.event, "chance"))
            found = self.happens(scope) if known is None else known[0]
            return np.asarray(found, np.float32)

        return self.replay_runs(runs, worlds or self.worlds, chance, np.float32, label)

    def truths(
        self, runs: Sequence[Run], worlds: Worlds | None = None, label: str = "replayed histories"
    ) -> NDArray[np.bool_]:
        """Return whether the event happened in each history under each run, as it was drawn.

        Parameters, result and errors are those of :meth:`chances`.
        """
        return self.replay_runs(runs, worlds or self.worlds, self.happens, np.bool_, label)

    def values_of(
        self, expression: Expression, label: str = "histories as they were"
    ) -> NDArray[np.float32]:
        """Return a number of each history as things were, NaN where it has none.

        Parameters
        ----------
        expression : Expression
            Linked.
        label : str

        Returns
        -------
        array of float32, shape (worlds, each)
        """
        about = replace(self, event=Compare(">", expression, NumberLiteral(0.0)))

        def value(scope: HistoryScope) -> NDArray[np.float32]:
            with np.errstate(all="ignore"):
                found, defined = evaluate_defined(expression, scope, np)
            numbers = np.broadcast_to(np.where(defined, found, np.nan), scope.all_false.shape)
            return np.asarray(numbers[0], np.float32)

        found = about.replay_runs((AS_THINGS_WERE,), self.worlds, value, np.float32, label)
        return found.reshape(self.worlds.count, self.each)

    def happens(self, scope: HistoryScope) -> NDArray[np.bool_]:
        """Return in which histories of a run the event is definitely true."""
        return self._truth(scope)[0]

    def _truth(self, scope: HistoryScope) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        with np.errstate(all="ignore"):
            true, false = truth_of(self.event, scope, np)
        shape = scope.all_false.shape
        return np.broadcast_to(true, shape)[0], np.broadcast_to(false, shape)[0]

    def replay(
        self,
        places: NDArray[np.int64],
        values: NDArray[np.int8],
        label: str = "replayed histories",
    ) -> tuple[NDArray[np.bool_], ObservedConduct]:
        """Replay single histories, each with conduct of its own imposed.

        Parameters
        ----------
        places : array of int, shape (replays,)
            ``world * each + history`` of each.
        values : array of int8, shape (replays, slots, forces)
            What is imposed on each force in each slot of :attr:`conduct`; -1 leaves it free.
        label : str

        Returns
        -------
        happened : array of bool, shape (replays,)
        done : ObservedConduct
            What every force then did.
        """
        world, history = np.divmod(places, self.each)
        program = self._program(self.structure, own_conduct=True)
        replays = Replays(program, self.worlds, (AS_THINGS_WERE,), world, history, values)
        happened = np.empty(len(places), bool)
        done = ObservedConduct(
            np.empty_like(values), np.empty((len(places), values.shape[-1]), bool)
        )

        def read(scope: HistoryScope) -> tuple[NDArray[np.bool_], ObservedConduct]:
            return self.happens(scope), self.conduct.read(scope)

        for part, found in self._read(replays, read, label):
            happened[part], (done.values[part], done.acted[part]) = found[0]
        return happened, done

    def _addresses(self, worlds: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        place = np.arange(worlds * self.each)
        return place // self.each, place % self.each

    def _program(
        self,
        structure: Structure,
        *,
        own_conduct: bool = False,
        own_tables: bool = False,
    ) -> ReplayProgram:
        measures = {
            (node.stage, node.measure) for node, _ in walk(self.event) if isinstance(node, Measure)
        }
        if own_conduct:
            measures |= self.conduct.measures()
        program = ReplayProgram(
            structure, self.stages, frozenset(measures), own_conduct, own_tables
        )
        return reuse_replay_program(program)

    def replay_runs(
        self,
        runs: Sequence[Run],
        worlds: Worlds,
        what: Callable[[HistoryScope], NDArray[Kind]],
        kind: type[Kind],
        label: str,
    ) -> NDArray[Kind]:
        """Return something of each history under each run.

        Parameters
        ----------
        runs : sequence of Run
        worlds : Worlds
        what : callable
            From what can be read of a run to an array of shape (histories,).
        kind : type
            Of its numbers.
        label : str

        Returns
        -------
        array, shape (runs, worlds, each)
        """
        refuse_later(runs)
        simulator = replace(self.simulator, worlds=worlds)
        structure: Structure = simulator.program(runs).structure
        # What is worked out beforehand knows who stands aside and which moves are imposed.
        kinds = (
            SetCell,
            Without,
            *((ActorIntervention,) if structure.precomputation.stages else ()),
        )
        own = any(isinstance(act, kinds) for run in runs for act in run)
        program = self._program(structure, own_tables=own)
        world, history = self._addresses(worlds.count)
        found: NDArray[Kind] = np.empty((len(runs), len(world)), kind)
        self.simulator.progress.expect(label, -(-len(world) // BLOCK) * len(runs))
        for start in range(0, len(runs), program.runs):
            few = tuple(runs[start : start + program.runs])
            replays = Replays(program, worlds, few, world, history)
            for part, read in self._read(replays, what):
                found[start : start + len(few), part] = read
        return found.reshape(len(runs), worlds.count, self.each)

    def _read(
        self, replays: Replays, what: Callable[[HistoryScope], Result], label: str | None = None
    ) -> Iterator[tuple[slice, list[Result]]]:
        progress = self.simulator.progress
        if label is not None:
            progress.expect(label, -(-len(replays.world) // BLOCK))
        for part, found in replays.read(what):
            progress.advance(-(-(part.stop - part.start) // BLOCK) * len(replays.runs))
            yield part, found
            if progress.is_stopped:
                raise StoppedEarly


def refuse_no_size(each: int) -> None:
    """Refuse a subsample of no histories, or of more than a block of each world."""
    if not 1 <= each <= BLOCK:
        raise UsageError(f"a subsample has 1 to {BLOCK} histories of each world, not {each}")


def refuse_later(runs: Sequence[Run]) -> None:
    """Refuse interventions that set a number from a stage on."""
    for run in runs:
        for act in run:
            if isinstance(act, SetCell) and act.at is not None:
                raise UsageError(
                    f"'{act.key}' is set at the stage '{act.at}'; what explains an outcome is set "
                    "from the start: leave out 'at ...'"
                )
