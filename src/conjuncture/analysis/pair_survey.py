"""Surveying pairs: the courses of histories that are looked at in several runs at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.counting import Simulator
from conjuncture.analysis.courses import Courses, TakenCourses, count_taken_courses
from conjuncture.analysis.pairs import EVERY_STATE, Pair, RunExpression, States
from conjuncture.analysis.surveying import codes_of
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.blocks import Rows, every_block
from conjuncture.engine.intervening import AS_THINGS_WERE, Run
from conjuncture.engine.programs import tally_for
from conjuncture.engine.runner import Batch, chunks_of, refuse_wrong_numbers, share_out
from conjuncture.engine.scopes import HistoryScope
from conjuncture.language.evaluate import evaluate_defined, truth_of
from conjuncture.language.nodes import Expression

Scopes = Mapping[Run, HistoryScope]


class PairKind(NamedTuple):
    """How the events of a pair are in a history, and whether that went as observed."""

    states: States
    observed: bool


@dataclass(frozen=True)
class PairSurveyPart:
    """What was seen of some blocks."""

    blocks: int
    taken: Mapping[PairKind, TakenCourses]


@dataclass(frozen=True)
class PairSurvey:
    """The work of surveying pairs; it can be sent to another process.

    Attributes
    ----------
    batch : Batch
        Things as they were first, and the runs that are looked at.
    pair : Pair
    happened : Expression or None
        What was observed, of things as they were.
    """

    batch: Batch
    pair: Pair
    happened: Expression | None

    @property
    def capacity(self) -> int:
        """How many blocks fit into a call."""
        return self.batch.program.capacity

    def worker(self) -> Callable[[Rows], PairSurveyPart]:
        """Return what runs some piles of blocks and surveys them."""
        prepared = self.batch.prepare()
        prepared = replace(prepared, needed=np.ones_like(prepared.needed))
        told = [self.batch.runs.index(run) for run in self.pair.columns]

        def survey(rows: Rows) -> PairSurveyPart:
            codes, kinds, wrong = [], [], []
            for part in chunks_of(rows, self.capacity):
                with prepared.call(part) as (trace, tables):
                    scopes = scopes_of(self.batch, trace, tables, prepared.needed)
                    runs = [codes_of(list(scopes.values())[place].trace) for place in told]
                    codes.append(np.concatenate(runs, axis=-1)[: len(part)])
                    kinds.append(self.kinds(scopes)[: len(part)])
                    wrong.append(np.array(trace.wrong)[: len(part), : len(self.batch.runs)])
            refuse_wrong_numbers(self.batch, rows, np.concatenate(wrong))
            histories = rows[:, 1, None] * BLOCK + np.arange(BLOCK)
            worlds = np.broadcast_to(rows[:, :1], histories.shape)
            addresses = np.stack([worlds, histories], axis=-1)
            every, found = np.concatenate(codes), np.concatenate(kinds)
            count = self.batch.worlds.count
            taken = {}
            for number in np.unique(found[found >= 0]).tolist():
                own = found == number
                taken[self.kind(number)] = count_taken_courses(every[own], addresses[own], count)
            return PairSurveyPart(len(rows), taken)

        return survey

    def kinds(self, scopes: Scopes) -> NDArray[np.int64]:
        """Return the number of each history's kind, −1 where it is outside the condition."""
        base = scopes[AS_THINGS_WERE]
        shape = np.shape(base.all_false)
        with np.errstate(all="ignore"):
            numbers = np.zeros(shape, np.int64)
            for state in self.states(scopes):
                numbers = numbers * len(EVERY_STATE) + state
            seen = (
                evaluate_event(base, self.happened) if self.happened is not None else base.all_false
            )
            numbers = 2 * numbers + seen
            kept = np.ones(shape, bool)
            if self.pair.given is not None:
                kept &= evaluate_event(base, self.pair.given)
            if self.pair.numbers:
                kept &= numbers // 2 % len(EVERY_STATE) != EVERY_STATE.index("undefined")
        return np.where(kept, numbers, -1)

    def states(self, scopes: Scopes) -> Iterator[NDArray[np.int64]]:
        """Yield how each event is in every history, by its place in ``EVERY_STATE``."""
        if self.pair.gap is not None:
            (first, known), (second, also) = (
                evaluate_number(scopes, one) for one in self.pair.expressions
            )
            low, high = self.pair.gap
            gap = first.astype(np.float64) - second
            strictly, exactly = (gap > low) & (gap < high), (gap >= low) & (gap <= high)
            wide = strictly if self.pair.strict else exactly
            yield np.where(known & also, np.where(wide, 0, 1), 2)
            return
        for sight in self.pair.expressions:
            scope = scopes[sight.run]
            true, false = truth_of(sight.expression, scope, np)
            found = np.where(true, 0, np.where(false, 1, 2))
            yield np.broadcast_to(found, np.shape(scope.all_false))

    def kind(self, number: int) -> PairKind:
        """Return the kind that has a number."""
        rest, observed = divmod(number, 2)
        states = []
        for _ in range(1 if self.pair.gap is not None else len(self.pair.expressions)):
            rest, state = divmod(rest, len(EVERY_STATE))
            states.append(EVERY_STATE[state])
        return PairKind(tuple(reversed(states)), bool(observed))


@dataclass
class PairCourses:
    """The courses of the histories in the condition of a pair, by their kind."""

    courses: dict[PairKind, Courses] = field(default_factory=dict)

    def histories(self, kind: PairKind) -> int:
        """Return how many histories are of a kind."""
        return int(self.courses[kind].totals().sum())

    @property
    def total(self) -> int:
        """How many histories are in the condition."""
        return sum(map(self.histories, self.courses))

    def share(self, fits: Callable[[States], bool]) -> float:
        """Return in what share of them the events are in a way that fits."""
        return sum(self.histories(kind) for kind in self.courses if fits(kind.states)) / self.total


def survey_pairs(simulator: Simulator, pair: Pair, happened: Expression | None) -> PairCourses:
    """Count the courses of the runs that a pair tells, by how the events are in them.

    Parameters
    ----------
    simulator : Laboratory
    pair : Pair
    happened : Expression or None
        What was observed.
    """
    batch = batch_of_pair(simulator, pair)
    blocks = every_block(range(simulator.worlds.count), 0, simulator.blocks)
    progress = simulator.progress
    progress.expect("histories searched", len(blocks) * len(batch.runs))
    found = PairCourses()
    worlds = simulator.worlds.count
    work = PairSurvey(batch, pair, happened)
    for seen in share_out(work, blocks, progress, simulator.client):
        for kind, taken in seen.taken.items():
            courses = found.courses.setdefault(kind, Courses(np.zeros(worlds, np.int64)))
            courses.add(batch.program.structure, taken)
        progress.advance(seen.blocks * len(batch.runs))
        if progress.is_stopped:
            break
    found.courses = {
        kind: courses.sort_by_first() for kind, courses in sorted(found.courses.items())
    }
    return found


def batch_of_pair(simulator: Simulator, pair: Pair) -> Batch:
    """Return the runs of a pair, things as they were first."""
    runs = tuple(dict.fromkeys((AS_THINGS_WERE, *pair.columns)))
    return Batch(simulator.program(runs), simulator.worlds, runs)


def numbers_of_history(
    simulator: Simulator, pair: Pair, world: int, history: int
) -> list[float | None]:
    """Return what is looked at in one history, a number of each run; None where it has none."""
    batch = batch_of_pair(simulator, pair)
    prepared = batch.prepare()
    prepared = replace(prepared, needed=np.ones_like(prepared.needed))
    block, lane = divmod(history, BLOCK)
    with prepared.call(np.array([[world, block]], np.int64)) as (trace, tables):
        scopes = scopes_of(batch, trace, tables, prepared.needed)
        found = [evaluate_number(scopes, sight) for sight in pair.expressions]
        return [float(value[0, lane]) if known[0, lane] else None for value, known in found]


def scopes_of(batch: Batch, trace: Any, tables: Any, needed: Any) -> dict[Run, HistoryScope]:
    """Return what may be read of each run of a call."""
    program = batch.program
    counting = tally_for(program, ())
    return {
        run: HistoryScope(
            program.structure, counting.trace_of_run(trace, place, needed), tables[:, place], np
        )
        for place, run in enumerate(batch.runs)
    }


def evaluate_number(
    scopes: Scopes, sight: RunExpression
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a number in each history, and whether it has one."""
    scope = scopes[sight.run]
    shape = np.shape(scope.all_false)
    value, known = evaluate_defined(sight.expression, scope, np)
    return np.broadcast_to(value, shape), np.broadcast_to(known, shape)


def evaluate_event(scope: HistoryScope, event: Expression) -> NDArray[np.bool_]:
    """Return in which histories of a run an event is true."""
    true, _ = truth_of(event, scope, np)
    return np.broadcast_to(true, np.shape(scope.all_false))
