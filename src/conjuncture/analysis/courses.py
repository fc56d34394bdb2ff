"""Courses: which stages the histories pass and how each ends, counted world by world.

Histories are counted as they stream by. What is kept is, for every world, how many of its
histories took each course: never more than there are histories, and in practice far less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import jax
import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.counting import Laboratory
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.runner import Batch, every_block, traces
from conjuncture.engine.scopes import HistoryScope
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Trace
from conjuncture.language.evaluate import truth
from conjuncture.language.nodes import Expression

Integers = NDArray[np.int64]
MOST_PENDING = 1_000_000
"""Counts that wait to be added up."""


class Step(NamedTuple):
    """A stage that a course passes, which visit it is, and how it ends."""

    stage: str
    visit: int
    outcome: str


Course = tuple[Step, ...]


@dataclass
class Courses:
    """How many histories of each world took each course.

    Attributes
    ----------
    worlds, histories : int
        How many worlds, and histories searched in each.
    paths : list of Course
    first : list of (int, int)
        World and history of the first, in the order of addresses, that took each course.
    undefined : int
        Histories in which the condition was undefined.
    """

    worlds: int
    histories: int
    paths: list[Course] = field(default_factory=list)
    first: list[tuple[int, int]] = field(default_factory=list)
    undefined: int = 0
    _places: dict[bytes, int] = field(default_factory=dict)
    _pending: list[tuple[Integers, Integers]] = field(default_factory=list)

    def add(self, structure: Structure, codes: NDArray[np.int8], addresses: Integers) -> None:
        """Count some histories.

        Parameters
        ----------
        structure : Structure
        codes : array of int8, shape (histories, rooms)
            In each room 1 more than the code of the outcome, 0 where the history was not there.
        addresses : array of int, shape (histories, 2)
            World and history.
        """
        if not len(codes):
            return
        whole = np.ascontiguousarray(codes).view(f"V{codes.shape[1]}").ravel()
        found, inverse = np.unique(whole, return_inverse=True)
        inverse = inverse.ravel()
        # Later entries overwrite earlier ones, so the smallest address goes in last.
        order = np.lexsort((addresses[:, 1], addresses[:, 0]))[::-1]
        earliest = np.empty(len(found), np.int64)
        earliest[inverse[order]] = order
        places = np.empty(len(found), np.int64)
        for index, one in enumerate(found):
            address = (int(addresses[earliest[index], 0]), int(addresses[earliest[index], 1]))
            place = self._places.setdefault(bytes(one), len(self.paths))
            if place == len(self.paths):
                self.paths.append(course_of(structure, np.frombuffer(bytes(one), np.int8)))
                self.first.append(address)
            self.first[place] = min(self.first[place], address)
            places[index] = place
        self._pending.append(summed(places[inverse] * self.worlds + addresses[:, 0]))
        if sum(len(keys) for keys, _ in self._pending) > MOST_PENDING:
            self._pending = [self._together()]

    def by_world(self) -> tuple[Integers, Integers, Integers]:
        """Return course, world and number of histories, an entry for each pair that occurs."""
        keys, counts = self._together()
        self._pending = [(keys, counts)]
        return keys // self.worlds, keys % self.worlds, counts

    def totals(self) -> Integers:
        """Return how many histories took each course, shape (courses,)."""
        course, _, count = self.by_world()
        return np.bincount(course, weights=count, minlength=len(self.paths)).astype(np.int64)

    def _together(self) -> tuple[Integers, Integers]:
        nothing = np.zeros(0, np.int64)
        keys = np.concatenate([nothing, *(keys for keys, _ in self._pending)])
        return summed(keys, np.concatenate([nothing, *(counts for _, counts in self._pending)]))


def summed(keys: Integers, counts: Integers | None = None) -> tuple[Integers, Integers]:
    """Return each key once, and the sum of its counts (1 each where there are none).

    Examples
    --------
    >>> [part.tolist() for part in summed(np.array([3, 1, 3]))]
    [[1, 3], [1, 2]]
    """
    found, inverse = np.unique(keys, return_inverse=True)
    added = np.bincount(inverse.ravel(), weights=counts, minlength=len(found))
    return found, added.astype(np.int64)


def course_of(structure: Structure, codes: NDArray[np.int8]) -> Course:
    """Return the course that codes of rooms stand for."""
    steps = []
    visits: dict[str, int] = {}
    for room, code in zip(structure.rooms, codes.tolist(), strict=True):
        if code:
            name = structure.stages[room.stage]
            visits[name] = visits.get(name, 0) + 1
            outcome = structure.crisis.vocabulary.stages[name].outcomes[code - 1]
            steps.append(Step(name, visits[name], outcome))
    return tuple(steps)


def count_courses(
    laboratory: Laboratory, given: Expression | None = None, label: str = "histories, by course"
) -> Courses:
    """Count the courses that histories take.

    Parameters
    ----------
    laboratory : Laboratory
    given : Expression, optional
        Count only histories in which this event is true.
    label : str
        What the progress bar is called.
    """
    program = laboratory.program()
    batch = Batch(program, laboratory.worlds, (AS_THINGS_WERE,))
    worlds = laboratory.worlds.count
    listed = every_block(range(worlds), 0, laboratory.blocks)
    laboratory.progress.expect(label, len(listed))
    courses = Courses(worlds, laboratory.blocks * BLOCK)
    tables = batch.prepared().tables[:, 0] if given is not None else None
    lanes = np.arange(BLOCK)
    for part, trace in traces(batch, listed, laboratory.progress):
        own = first_run(trace, len(part))
        codes = np.stack(
            [np.where(one.visit > 0, one.outcome + 1, 0).astype(np.int8) for one in own.passages],
            axis=-1,
        )
        histories = part[:, 1, None] * BLOCK + lanes
        addresses = np.stack([np.broadcast_to(part[:, :1], histories.shape), histories], axis=-1)
        counted = np.ones(histories.shape, bool)
        if given is not None and tables is not None:
            scope = HistoryScope(program.structure, own, tables[part[:, 0]], np)
            with np.errstate(all="ignore"):
                true, false = truth(given, scope, np)
            counted = np.broadcast_to(true, histories.shape)
            courses.undefined += int((~np.broadcast_to(true | false, histories.shape)).sum())
        courses.add(program.structure, codes[counted], addresses[counted])
    return courses


def first_run(trace: Trace, blocks: int) -> Trace:
    """Return the trace of the first run, in the blocks that were asked for."""
    own: Trace = jax.tree.map(lambda values: values[:blocks, 0], trace)
    return own


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
