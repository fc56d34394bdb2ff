"""Courses: which stages the histories pass and how each ends, counted world by world.

Histories are counted as they stream by, for courses and for questions in one go. What is kept is,
for every world, how many of its histories took each course: never more than there are histories,
and in practice far less.

Flows say how many histories go from each stage, by which outcome, to which stage. What came before
a stage is forgotten there, so that a crisis of a dozen stages, which has thousands of courses, has
a few dozen flows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.questions import Question
from conjuncture.analysis.simulator import Simulator, stages_read
from conjuncture.analysis.unsolved_stages import count_unsolved, watches_of
from conjuncture.engine.addresses import BLOCK, Rows, every_block
from conjuncture.engine.batch import Batch, refuse_wrong_numbers
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import tally_for
from conjuncture.engine.runner import chunks_of, share_out, trim_to_call
from conjuncture.engine.structure import Structure
from conjuncture.engine.tallies import (
    PileSums,
    TallyAccumulator,
    TallyProgram,
    TermGroup,
    sum_piles,
)
from conjuncture.engine.traces import HistoryScope, Trace
from conjuncture.errors import UsageError
from conjuncture.language.evaluator import truth_of
from conjuncture.language.nodes import Expression
from conjuncture.ordering import put_in_order

Integers = NDArray[np.int64]
MOST_PENDING = 1_000_000
"""Counts that wait to be added up."""


class Step(NamedTuple):
    """A stage that a course passes, which visit it is, and how it ends."""

    stage: str
    visit: int
    outcome: str


Course = tuple[Step, ...]


@dataclass(frozen=True)
class TakenCourses:
    """The courses that some histories took: what a thread, or another process, finds of them.

    Attributes
    ----------
    codes : array of int8, shape (courses, rooms)
        In each room 1 more than the code of the outcome, 0 where the history was not there.
    first : array of int, shape (courses, 2)
        World and history of the first, in the order of addresses, that took each course.
    keys, counts : array of int, shape (pairs,)
        For each world and course that occur together, ``course * worlds + world`` and how many
        histories.
    """

    codes: NDArray[np.int8]
    first: Integers
    keys: Integers
    counts: Integers


def count_taken_courses(codes: NDArray[np.int8], addresses: Integers, worlds: int) -> TakenCourses:
    """Return the courses that some histories took.

    Parameters
    ----------
    codes : array of int8, shape (histories, rooms)
    addresses : array of int, shape (histories, 2)
        World and history.
    worlds : int
        How many there are.
    """
    if not len(codes):
        nothing = np.zeros(0, np.int64)
        return TakenCourses(codes, np.zeros((0, 2), np.int64), nothing, nothing)
    whole = np.ascontiguousarray(codes).view(f"V{codes.shape[1]}").ravel()
    found, inverse = np.unique(whole, return_inverse=True)
    inverse = inverse.ravel()
    # Later entries overwrite earlier ones, so the smallest address goes in last.
    order = np.lexsort((addresses[:, 1], addresses[:, 0]))[::-1]
    earliest = np.empty(len(found), np.int64)
    earliest[inverse[order]] = order
    keys, counts = sum_by_key(inverse * worlds + addresses[:, 0])
    return TakenCourses(codes[earliest], addresses[earliest], keys, counts)


@dataclass
class Courses:
    """How many histories of each world took each course.

    Attributes
    ----------
    searched : array of int64, shape (worlds,)
        How many histories of each world were searched.
    paths : list of Course
    first : list of (int, int)
        World and history of the first, in the order of addresses, that took each course.
    undefined : int
        Histories in which the condition was undefined.
    """

    searched: Integers
    paths: list[Course] = field(default_factory=list)
    first: list[tuple[int, int]] = field(default_factory=list)
    undefined: int = 0
    _places: dict[bytes, int] = field(default_factory=dict)
    _pending: list[tuple[Integers, Integers]] = field(default_factory=list)

    @property
    def worlds(self) -> int:
        """How many worlds there are, those without histories among them."""
        return len(self.searched)

    def add(self, structure: Structure, taken: TakenCourses) -> None:
        """Add the courses of some histories."""
        places = np.empty(len(taken.codes), np.int64)
        for index, codes in enumerate(taken.codes):
            address = (int(taken.first[index, 0]), int(taken.first[index, 1]))
            place = self._places.setdefault(codes.tobytes(), len(self.paths))
            if place == len(self.paths):
                self.paths.append(course_of(structure, codes))
                self.first.append(address)
            self.first[place] = min(self.first[place], address)
            places[index] = place
        course, world = np.divmod(taken.keys, self.worlds)
        self._pending.append((places[course] * self.worlds + world, taken.counts))
        if sum(len(keys) for keys, _ in self._pending) > MOST_PENDING:
            self._pending = [self._merge_pending()]

    def by_world(self) -> tuple[Integers, Integers, Integers]:
        """Return course, world and number of histories, an entry for each pair that occurs."""
        keys, counts = self._merge_pending()
        self._pending = [(keys, counts)]
        return keys // self.worlds, keys % self.worlds, counts

    def totals(self) -> Integers:
        """Return how many histories took each course, shape (courses,)."""
        course, _, count = self.by_world()
        return np.bincount(course, weights=count, minlength=len(self.paths)).astype(np.int64)

    def sort_by_first(self) -> Courses:
        """Return the same with the courses in the order of their first histories.

        In which order they were found depends on how the work was shared out.
        """
        order = sorted(range(len(self.paths)), key=self.first.__getitem__)
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        course, world, count = self.by_world()
        return Courses(
            searched=self.searched,
            paths=[self.paths[one] for one in order],
            first=[self.first[one] for one in order],
            undefined=self.undefined,
            _pending=[sum_by_key(place[course] * self.worlds + world, count)],
        )

    def _merge_pending(self) -> tuple[Integers, Integers]:
        nothing = np.zeros(0, np.int64)
        keys = np.concatenate([nothing, *(keys for keys, _ in self._pending)])
        return sum_by_key(keys, np.concatenate([nothing, *(counts for _, counts in self._pending)]))


def sum_by_key(keys: Integers, counts: Integers | None = None) -> tuple[Integers, Integers]:
    """Return each key once, and the sum of its counts (1 each where there are none).

    Examples
    --------
    >>> [part.tolist() for part in sum_by_key(np.array([3, 1, 3]))]
    [[1, 3], [1, 2]]
    """
    found, inverse = np.unique(keys, return_inverse=True)
    added = np.bincount(inverse.ravel(), weights=counts, minlength=len(found))
    return found, added.astype(np.int64)


def course_of(structure: Structure, codes: NDArray[np.int8]) -> Course:
    """Return the course that codes of rooms stand for; of several runs one after another."""
    steps = []
    for own in codes.reshape(-1, len(structure.unrolled_stages)).tolist():
        visits: dict[str, int] = {}
        for room, code in zip(structure.unrolled_stages, own, strict=True):
            if code:
                name = structure.stages[room.stage]
                visits[name] = visits.get(name, 0) + 1
                outcome = structure.crisis.vocabulary.stages[name].outcomes[code - 1]
                steps.append(Step(name, visits[name], outcome))
    return tuple(steps)


def worlds_of(courses: Courses, wanted: Mapping[int, int]) -> NDArray[np.float64]:
    """Return how many histories of each world took the courses of each of some groups.

    Parameters
    ----------
    courses : Courses
    wanted : mapping of int to int
        From a course to the number of its group; groups count from 0.

    Returns
    -------
    array of float64, shape (worlds, groups)
    """
    course, world, count = courses.by_world()
    groups = max(wanted.values(), default=-1) + 1
    group_of = np.full(len(courses.paths), -1)
    group_of[list(wanted)] = list(wanted.values())
    group = group_of[course]
    kept = group >= 0
    flat = np.bincount(
        world[kept] * groups + group[kept], weights=count[kept], minlength=courses.worlds * groups
    )
    return flat.reshape(courses.worlds, groups).astype(np.float64)


@dataclass(frozen=True)
class Flow:
    """Histories that leave a stage by an outcome.

    Attributes
    ----------
    stage : str
        With the visit from the second on: ``demands (2)``.
    outcome : str
    then : str or None
        The stage they come to next; None where the crisis ends.
    share : float
        Of all histories.
    """

    stage: str
    outcome: str
    then: str | None
    share: float


def flows_of(courses: Courses) -> tuple[Flow, ...]:
    """Return the flows of all histories, by stage in order, the larger first.

    Parameters
    ----------
    courses : Courses

    Raises
    ------
    UsageError
        When there is no history.
    """
    if not courses.paths:
        raise UsageError("the run was stopped before it had a history; let it run longer")
    counts: dict[tuple[str, str, str | None], int] = {}
    depths: dict[str, int] = {}
    for course, count in zip(courses.paths, courses.totals().tolist(), strict=True):
        names = [name_visit(step) for step in course]
        for depth, (step, name) in enumerate(zip(course, names, strict=True)):
            then = names[depth + 1] if depth + 1 < len(names) else None
            place = (name, step.outcome, then)
            counts[place] = counts.get(place, 0) + count
            depths[name] = max(depth, depths.get(name, 0))
    whole = int(courses.searched.sum())
    found = [Flow(*place, count / whole) for place, count in counts.items()]
    large_first = put_in_order(found, lambda one: one.share, falling=True)
    return tuple(sorted(large_first, key=lambda one: (depths[one.stage], one.stage)))


def name_visit(step: Step) -> str:
    """Return the name of a stage, and from the second visit on which visit it is."""
    return step.stage if step.visit == 1 else f"{step.stage} ({step.visit})"


def columns_of(flows: Sequence[Flow]) -> dict[str, int]:
    """Return the column of each stage: one more than that of any stage it can follow.

    Where two stages can each follow the other, the flow that would lead back counts for nothing.

    Parameters
    ----------
    flows : sequence of Flow

    Examples
    --------
    >>> columns_of([Flow("a", "x", "b", 0.5), Flow("a", "y", "c", 0.5), Flow("b", "z", "c", 0.5)])
    {'a': 0, 'b': 1, 'c': 2}
    """
    onward: dict[str, dict[str, None]] = {}
    for flow in flows:
        if flow.then is not None:
            onward.setdefault(flow.stage, {})[flow.then] = None
    later = {then for row in onward.values() for then in row}
    stages = dict.fromkeys(flow.stage for flow in flows)
    found = {stage: 0 for stage in stages if stage not in later}

    def follow(stage: str, passed: tuple[str, ...]) -> None:
        for then in onward.get(stage, ()):
            if then not in passed and found.get(then, -1) <= found[stage]:
                found[then] = found[stage] + 1
                follow(then, (*passed, then))

    for stage in list(found):
        follow(stage, (stage,))
    return found


@dataclass(frozen=True)
class SurveyPart:
    """What was seen of some piles of blocks: all that travels.

    Attributes
    ----------
    piles : PileSums
    taken : TakenCourses
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
    simulator : Simulator
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
