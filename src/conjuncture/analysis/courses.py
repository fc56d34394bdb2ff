"""Courses: which stages the histories pass and how each ends, counted world by world.

Histories are counted as they stream by. What is kept is, for every world, how many of its
histories took each course: never more than there are histories, and in practice far less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.structure import Structure

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
