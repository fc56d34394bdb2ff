"""Surveying histories: the courses they take, and counts for questions, in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.counting import Laboratory, stages_read
from conjuncture.analysis.courses import Courses, Taken, taken_by
from conjuncture.analysis.questions import Question
from conjuncture.analysis.unsolved import plays, watches
from conjuncture.engine.adding import Piles, Total, piles_of
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.blocks import Rows, every_block
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.programs import tally_for
from conjuncture.engine.runner import Batch, chunks, cut, refuse_wrong_numbers, shared_out
from conjuncture.engine.scopes import HistoryScope
from conjuncture.engine.tallies import Group, TallyProgram
from conjuncture.engine.traces import Trace
from conjuncture.language.evaluate import truth
from conjuncture.language.nodes import Expression


@dataclass(frozen=True)
class Seen:
    """What was seen of some piles of blocks: all that travels.

    Attributes
    ----------
    piles : Piles
    taken : Taken
    undefined : int
        Histories in which the condition was undefined.
    """

    piles: Piles
    taken: Taken
    undefined: int


@dataclass(frozen=True)
class Surveying:
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

    def worker(self) -> Callable[[Rows], Seen]:
        """Return what runs some piles of blocks and surveys them."""
        prepared = self.batch.prepared()
        prepared = replace(prepared, needed=np.ones_like(prepared.needed))

        def survey(rows: Rows) -> Seen:
            calls, codes, met = [], [], []
            undefined = 0
            for part in chunks(rows, self.capacity):
                with prepared.call(part) as (trace, tables):
                    counted = self.counting.counted(trace, tables, prepared.needed)
                    calls.append(cut(counted, len(part), 1))
                    own = self.counting.of_run(trace, 0, prepared.needed)
                    codes.append(codes_of(own)[: len(part)])
                    true, unknown = self.condition(own, tables[:, 0])
                    met.append(true[: len(part)])
                    undefined += int(unknown[: len(part)].sum())
            refuse_wrong_numbers(self.batch, rows, np.concatenate([one.wrong for one in calls]))
            histories = rows[:, 1, None] * BLOCK + np.arange(BLOCK)
            worlds = np.broadcast_to(rows[:, :1], histories.shape)
            addresses = np.stack([worlds, histories], axis=-1)
            true = np.concatenate(met)
            taken = taken_by(np.concatenate(codes)[true], addresses[true], self.batch.worlds.count)
            return Seen(piles_of(rows, calls), taken, undefined)

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
            true, false = truth(self.given, scope, np)
        return np.broadcast_to(true, shape), ~np.broadcast_to(true | false, shape)

    def __reduce__(self) -> tuple[Any, ...]:
        return surveying, (self.batch, self.counting.groups, self.given)


def surveying(batch: Batch, groups: tuple[Group, ...], given: Expression | None) -> Surveying:
    """Return the work of surveying for some groups of terms."""
    return Surveying(batch, tally_for(batch.program, groups), given)


def codes_of(own: Trace) -> NDArray[np.int8]:
    """Return in each room 1 more than the code of the outcome, shape (blocks, histories, rooms)."""
    rooms = [
        np.where(np.asarray(one.visit) > 0, np.asarray(one.outcome) + 1, 0).astype(np.int8)
        for one in own.passages
    ]
    return np.stack(rooms, axis=-1)


def survey(
    laboratory: Laboratory,
    questions: Sequence[Question] = (),
    given: Expression | None = None,
    label: str = "histories",
) -> tuple[Courses, list[Counts]]:
    """Count the courses that histories take, and in the same histories for some questions.

    Where the progress is stopped, this is what has been seen by then: some worlds may have fewer
    histories than others, or none.

    Parameters
    ----------
    laboratory : Laboratory
    questions : sequence of Question
        About things as they were, and none for a quantile. Outcomes are counted as they were
        drawn, so that they agree with the courses.
    given : Expression, optional
        Count only courses of histories in which this event is true.
    label : str
        What the progress bar is called.
    """
    questions = [question.as_drawn() for question in questions]
    batch = Batch(laboratory.program(), laboratory.worlds, (AS_THINGS_WERE,))
    blocks = every_block(range(laboratory.worlds.count), 0, laboratory.blocks)
    structure, progress = batch.program.structure, laboratory.progress
    watched = watches(structure, [None])
    groups = (*(one.group((0,)) for one in questions), *(watch.group for watch in watched))
    work = surveying(batch, groups, given)
    progress.expect(label, len(blocks))
    courses = Courses(np.zeros(laboratory.worlds.count, np.int64))
    total = Total(laboratory.worlds.count, work.counting.groups, ())
    for seen in shared_out(work, blocks, progress, laboratory.client):
        total.add(seen.piles)
        courses.add(structure, seen.taken)
        courses.undefined += seen.undefined
        np.add.at(courses.searched, seen.piles.worlds, seen.piles.blocks * BLOCK)
        progress.advance(int(seen.piles.blocks.sum()))
        if progress.stopped:
            break
    counted = total.tallied().sums
    seen_of = list(zip(watched, counted[len(questions) :], strict=True))
    found = []
    for question, sums in zip(questions, counted, strict=False):
        read = {0: stages_read(question.factors, structure.crisis, structure.living.changing)}
        found.append(Counts(question, sums, unsolved=plays(seen_of, structure, read)))
    return courses.ordered(), found
