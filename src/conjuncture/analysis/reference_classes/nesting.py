"""Classes within classes: cases sorted by the tags that are stated, one after another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.reference_classes.telling import UNKNOWN, Codes

Real = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class ClassHierarchy:
    """All classes that the stated tags form, the widest (all cases) at the root.

    A class is divided by the next tag into one part for each option that occurs in it, and one for
    the cases of which the option is not known: these are never counted as having another one.

    Attributes
    ----------
    parents : tuple of array, shape (classes of a level,)
        For each level below the root, the place of each class's own class in the level above.
    successes, cases : array, shape (narrowest classes,)
        Of the classes of the last level, which share no case.
    path : tuple of int
        The place, level by level, of the class that has the stated options: one for the root and
        one for each tag. The class is there even if no case is in it.
    """

    parents: tuple[Places, ...]
    successes: Real
    cases: Real
    path: tuple[int, ...]

    @classmethod
    def of(cls, codes: Codes, success: NDArray[np.bool_], stated: Codes) -> ClassHierarchy:
        """Sort cases by their tags.

        Parameters
        ----------
        codes : array, shape (cases, tags)
            The options by number, -1 where one is not known; the tag that divides first, first.
        success : array, shape (cases,)
        stated : array, shape (tags,)
            The option of each tag that is asked about.

        Examples
        --------
        >>> codes = np.array([[0, 0], [0, 1], [1, 0], [0, -1]])
        >>> found = ClassHierarchy.of(codes, np.array([True, True, False, False]), np.array([0, 0]))
        >>> found.cases.tolist(), found.path
        ([1.0, 1.0, 1.0, 1.0], (0, 0, 1))
        """
        rows = np.vstack([codes, stated])
        above = np.zeros(len(rows), np.int64)
        parents, path = [], [0]
        for depth in range(1, rows.shape[1] + 1):
            _, inside = np.unique(rows[:, :depth], axis=0, return_inverse=True)
            places = np.asarray(inside, np.int64).reshape(-1)
            parent = np.zeros(int(places.max()) + 1, np.int64)
            parent[places] = above
            parents.append(parent)
            path.append(int(places[-1]))
            above = places
        count = int(above.max()) + 1
        return cls(
            parents=tuple(parents),
            successes=np.bincount(above[:-1], success, count).astype(np.float64),
            cases=np.bincount(above[:-1], minlength=count).astype(np.float64),
            path=tuple(path),
        )

    @cached_property
    def sizes(self) -> tuple[Real, ...]:
        """The number of cases of each class, level by level from the root."""
        return self._sum_by_class(self.cases)

    @cached_property
    def counts(self) -> tuple[tuple[int, int], ...]:
        """Successes and cases of the class asked about, at each level from the root."""
        successes = self._sum_by_class(self.successes)
        return tuple(
            (round(won[place]), round(size[place]))
            for won, size, place in zip(successes, self.sizes, self.path, strict=True)
        )

    @cached_property
    def undivided_classes(self) -> tuple[Places, ...]:
        """For each level below the root, the classes that are the one above them over again."""
        return tuple(
            np.flatnonzero(np.bincount(parent)[parent] == 1).astype(np.int64)
            for parent in self.parents
        )

    def _sum_by_class(self, values: Real) -> tuple[Real, ...]:
        found = [values]
        for level in range(len(self.parents) - 1, -1, -1):
            above = len(self.parents[level - 1]) if level else 1
            sums = np.bincount(self.parents[level], found[-1], above)
            found.append(sums.astype(np.float64))
        return tuple(reversed(found))


def count_possible_members(codes: Codes, stated: Codes) -> int:
    """Return how many cases may belong to a class or not: nothing known of them speaks against it.

    Parameters
    ----------
    codes : array, shape (cases, tags)
    stated : array, shape (tags,)

    Examples
    --------
    >>> count_possible_members(np.array([[0, 0], [0, -1], [1, -1], [-1, -1]]), np.array([0, 0]))
    2
    """
    fits = ((codes == stated) | (codes == UNKNOWN)).all(axis=1)
    return int((fits & (codes == UNKNOWN).any(axis=1)).sum())
