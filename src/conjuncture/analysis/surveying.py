"""Surveying histories: the courses they take, and counts for questions, in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.counting import Simulator, stages_read
from conjuncture.analysis.courses import Courses, TakenCourses, count_taken_courses
from conjuncture.analysis.questions import Question
from conjuncture.analysis.unsolved import count_unsolved, watches_of
from conjuncture.engine.adding import PileSums, TallyAccumulator, sum_piles
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.blocks import Rows, every_block
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.programs import tally_for
from conjuncture.engine.runner import (
    Batch,
    chunks_of,
    refuse_wrong_numbers,
    share_out,
    trim_to_call,
)
from conjuncture.engine.scopes import HistoryScope
from conjuncture.engine.tallies import TallyProgram, TermGroup
from conjuncture.engine.traces import Trace
from conjuncture.language.evaluate import truth_of
from conjuncture.language.nodes import Expression


@dataclass(frozen=True)
class SurveyPart:
    """What was seen of some piles of blocks: all that travels.

    Attributes
    ----------
    piles : Piles
    taken : Taken
    undefined : int
        Histories in which the condition was undefined.
    """

    piles: PileSums
    taken: TakenCourses
    undefined: int


@dataclass(frozen=True)
class Survey:
    """The work of surveying; it can be sent to another process.

    Attributes
    ----------
    batch : Batch
        Of things as they were.
    counting : TallyProgram
    given : Expression or None
        Courses are counted only of the histories in which this event is true.
    """

    batch: Batch
    counting: TallyProgram
    given: Expression | None

    @property
    def capacity(self) -> int:
        """How many blocks fit into a call."""
        return self.batch.program.capacity

    def worker(self) -> Callable[[Rows], SurveyPart]:
        """Return what runs some piles of blocks and surveys them."""
        prepared = self.batch.prepare()
        prepared = replace(prepared, needed=np.ones_like(prepared.needed))

        def survey(rows: Rows) -> SurveyPart:
            calls, codes, met = [], [], []
            undefined = 0
            for part in chunks_of(rows, self.capacity):
                with prepared.call(part) as (trace, tables):
                    counted = self.counting.count_on_host(trace, tables, prepared.needed)
                    calls.append(trim_to_call(counted, len(part), 1))
                    own = self.counting.trace_of_run(trace, 0, prepared.needed)
                    codes.append(codes_of(own)[: len(part)])
                    true, unknown = self.condition(own, tables[:, 0])
                    met.append(true[: len(part)])
                    undefined += int(unknown[: len(part)].sum())
            refuse_wrong_numbers(self.batch, rows, np.concatenate([one.wrong for one in calls]))
            histories = rows[:, 1, None] * BLOCK + np.arange(BLOCK)
            worlds = np.broadcast_to(rows[:, :1], histories.shape)
            addresses = np.stack([worlds, histories], axis=-1)
            true = np.concatenate(met)
            taken = count_taken_courses(
                np.concatenate(codes)[true], addresses[true], self.batch.worlds.count
            )
            return SurveyPart(sum_piles(rows, calls), taken, undefined)

        return survey

    def condition(
        self, own: Trace, tables: NDArray[np.float32]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return in which histories the condition is true, and in which it is undefined."""
        shape = np.shape(own.wrong)
        if self.given is None:
            return np.ones(shape, bool), np.zeros(shape, bool)
        scope = HistoryScope(self.batch.program.structure, own, tables, np)
        with np.errstate(all="ignore"):
            true, false = truth_of(self.given, scope, np)
        return np.broadcast_to(true, shape), ~np.broadcast_to(true | false, shape)

    def __reduce__(self) -> tuple[Any, ...]:
        return survey_of, (self.batch, self.counting.groups, self.given)


def survey_of(batch: Batch, groups: tuple[TermGroup, ...], given: Expression | None) -> Survey:
    """Return the work of surveying for some groups of terms."""
    return Survey(batch, tally_for(batch.program, groups), given)


def codes_of(own: Trace) -> NDArray[np.int8]:
    """Return in each room 1 more than the code of the outcome, shape (blocks, histories, rooms)."""
    rooms = [
        np.where(np.asarray(one.visit) > 0, np.asarray(one.outcome) + 1, 0).astype(np.int8)
        for one in own.passages
    ]
    return np.stack(rooms, axis=-1)


def survey_courses(
    simulator: Simulator,
    questions: Sequence[Question] = (),
    given: Expression | None = None,
    label: str = "histories",
) -> tuple[Courses, list[Counts]]:
    """Count the courses that histories take, and in the same histories for some questions.

    Where the progress is stopped, this is what has been seen by then: some worlds may have fewer
    histories than others, or none.

    Parameters
    ----------
    simulator : Laboratory
    questions : sequence of Question
        About things as they were, and none for a quantile. Outcomes are counted as they were
        drawn, so that they agree with the courses.
    given : Expression, optional
        Count only courses of histories in which this event is true.
    label : str
        What the progress bar is called.
    """
    questions = [question.as_drawn() for question in questions]
    batch = Batch(simulator.program(), simulator.worlds, (AS_THINGS_WERE,))
    blocks = every_block(range(simulator.worlds.count), 0, simulator.blocks)
    structure, progress = batch.program.structure, simulator.progress
    watched = watches_of(structure, [None])
    groups = (*(one.group((0,)) for one in questions), *(watch.group for watch in watched))
    work = survey_of(batch, groups, given)
    progress.expect(label, len(blocks))
    courses = Courses(np.zeros(simulator.worlds.count, np.int64))
    total = TallyAccumulator(simulator.worlds.count, work.counting.groups, ())
    for seen in share_out(work, blocks, progress, simulator.client):
        total.add(seen.piles)
        courses.add(structure, seen.taken)
        courses.undefined += seen.undefined
        np.add.at(courses.searched, seen.piles.worlds, seen.piles.blocks * BLOCK)
        progress.advance(int(seen.piles.blocks.sum()))
        if progress.is_stopped:
            break
    counted = total.to_totals().sums
    seen_of = list(zip(watched, counted[len(questions) :], strict=True))
    found = []
    for question, sums in zip(questions, counted, strict=False):
        read = {
            0: stages_read(
                question.factors, structure.crisis, structure.state_variables.changing_keys
            )
        }
        found.append(Counts(question, sums, unsolved=count_unsolved(seen_of, structure, read)))
    return courses.sort_by_first(), found
