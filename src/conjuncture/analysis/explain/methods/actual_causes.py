r"""Actual causes: which sets of variables made an event true in one course of things.

The modified Halpern-Pearl definition [halpern2015]_ [halpern2016]_. In a course of things in which
the event :math:`\varphi` is true, the variables :math:`X` with values :math:`x` are a cause if

.. math:: \exists W \subseteq V \setminus X:\quad
   [X \leftarrow x', W \leftarrow w^*]\ \neg\varphi

for a contrast :math:`x'`, where :math:`w^*` are the values that :math:`W` in fact took, and no
strict subset of :math:`X` is one, with whatever :math:`W`. With :math:`W` empty it is a *but-for
set*, otherwise a *preempting cause*, and :math:`W` is its witness.

A witness is not looked for among all :math:`2^{|V| - |X|}` sets. Freezing what would not have moved
changes nothing (the composition axiom of recursive models), so :math:`W` grows from nothing by
variables that *react*: their value under :math:`[X \leftarrow x', W \leftarrow w^*]` is not the
one that they took. If :math:`W` is a witness and :math:`U \subset W`, then either something of
:math:`W \setminus U` reacts under :math:`U`, or :math:`U` is a witness already; hence what grows
one by one meets a witness wherever there is one.

A replay need not be a recursive model to the letter: a side that an intervention freezes is
announced from the start, which alone may turn the event. A witness must therefore be *neutral*:
frozen alone, with :math:`X` left to itself, it leaves the event true. Composition makes every
witness of a recursive model neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from conjuncture.errors import UsageError

Places = NDArray[np.int64]
Masks = NDArray[np.int64]
Values = NDArray[np.int8]
Truth = NDArray[np.bool_]

FREE = -1
LARGEST = 3
MOST_VARIABLES = 62
ROWS_PER_CALL = 1 << 16


class Replay(Protocol):
    """Courses of things that can be replayed with values imposed on some variables."""

    def replay(self, places: Places, values: Values, /) -> tuple[Truth, Values]:
        """Replay some courses of things.

        Parameters
        ----------
        places : array of int, shape (n,)
            Which course each is.
        values : array of int8, shape (n, slots, variables)
            What is imposed; -1 leaves a variable to itself. A variable has one value in each slot
            (a force has a side at each visit of a stage).

        Returns
        -------
        truth : array of bool, shape (n,)
            Whether the event is true.
        taken : array of int8, shape (n, slots, variables)
            The value that each variable took; -1 where the slot was not reached.
        """


@dataclass(frozen=True)
class ActualCauses:
    """The causes of an event in some courses of things, a row for each.

    Attributes
    ----------
    examined : int
        How many courses of things were searched.
    subsets : tuple of tuple of int
        The sets of variables that were looked at, the smaller first.
    items, sets : array of int, shape (causes,)
        In which course of things (its place in the order asked for) which set is a cause.
    frozen : array of int, shape (causes,)
        The witness as a sum of powers of two, one for each variable; 0 for a but-for set. The
        smallest there is; of several the first in the order of the variables.
    replays : int
        What the search cost.
    refused : int
        How often what turned the event was no witness, because it was not neutral.
    """

    examined: int
    subsets: tuple[tuple[int, ...], ...]
    items: Places
    sets: Places
    frozen: Masks
    replays: int
    refused: int

    def causes_of(self, item: int) -> dict[tuple[int, ...], tuple[int, ...]]:
        """Return the causes in one course of things, each with its witness."""
        return {
            self.subsets[place]: members_of(int(mask))
            for place, mask in zip(
                self.sets[self.items == item], self.frozen[self.items == item], strict=True
            )
        }


def join_causes(parts: Sequence[ActualCauses]) -> ActualCauses:
    """Return what was found in several portions of the courses of things as if in one."""
    before = np.cumsum([0, *(part.examined for part in parts)])
    return ActualCauses(
        examined=int(before[-1]),
        subsets=parts[0].subsets,
        items=np.concatenate(
            [part.items + shift for part, shift in zip(parts, before[:-1], strict=True)]
        ),
        sets=np.concatenate([part.sets for part in parts]),
        frozen=np.concatenate([part.frozen for part in parts]),
        replays=sum(part.replays for part in parts),
        refused=sum(part.refused for part in parts),
    )


def members_of(mask: int) -> tuple[int, ...]:
    """Return the variables whose powers of two add up to a number.

    Examples
    --------
    >>> members_of(0b1010)
    (1, 3)
    """
    return tuple(place for place in range(mask.bit_length()) if mask >> place & 1)


def subsets_of(variables: int, largest: int = LARGEST) -> tuple[tuple[int, ...], ...]:
    """Return all sets of one to ``largest`` variables, the smaller first.

    Examples
    --------
    >>> subsets_of(3, 2)
    ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
    """
    sizes = range(1, min(largest, variables) + 1)
    return tuple(one for size in sizes for one in combinations(range(variables), size))


def find_actual_causes(
    replay: Replay,
    places: Places,
    actual: Values,
    contrast: Values,
    *,
    able: Truth | None = None,
    largest: int = LARGEST,
    most_frozen: int | None = None,
    exhaustive: bool = False,
) -> ActualCauses:
    """Return the actual causes of an event in some courses of things.

    Parameters
    ----------
    replay : Replay
    places : array of int, shape (items,)
        Courses of things in which the event is true.
    actual : array of int8, shape (items, slots, variables)
        The values that the variables took; -1 where a slot was not reached.
    contrast : array of int8, shape (items, slots, variables)
        What a variable does in the place of it when it is in X.
    able : array of bool, shape (items, variables), optional
        Which variables may be in X; if not given, those that did not do what their contrast does in
        every slot that was reached.
    largest : int
        Size of the largest sets that are looked at.
    most_frozen : int, optional
        Size of the largest witnesses; any if not given.
    exhaustive : bool
        Look for witnesses among all sets of other variables, not only among those that react:
        the definition to the letter, for small cases.

    Returns
    -------
    ActualCauses

    Raises
    ------
    UsageError
        For more than 62 variables.

    Examples
    --------
    A forest burns if lightning strikes or a match is dropped; both happened. Neither alone is a
    cause, both together are.

    >>> class Fire:
    ...     def replay(self, places, values):
    ...         taken = np.where(values < 0, 1, values).astype(np.int8)
    ...         return taken[:, 0].any(axis=1), taken
    >>> both = np.ones((1, 1, 2), np.int8)
    >>> find_actual_causes(Fire(), np.array([0]), both, 1 - both).causes_of(0)
    {(0, 1): ()}
    """
    variables = actual.shape[-1]
    if variables > MOST_VARIABLES:
        raise UsageError(
            f"actual causes are looked for among {MOST_VARIABLES} forces at most, and here are "
            f"{variables}; leave out forces that make no difference, or join some to one"
        )
    if able is None:
        able = ((contrast != actual) & (actual >= 0)).any(axis=1)
    deepest = variables if most_frozen is None else most_frozen
    search = _Search(replay, places, actual, contrast, able, largest, deepest, exhaustive)
    search.find_but_for_sets()
    search.find_preempting_causes()
    return search.collect_causes()


class _Search:
    """What is known so far of every set of variables in every course of things."""

    def __init__(
        self,
        replay: Replay,
        places: Places,
        actual: Values,
        contrast: Values,
        able: Truth,
        largest: int,
        deepest: int,
        exhaustive: bool,
    ) -> None:
        self.replay, self.places = replay, places
        self.deepest, self.exhaustive = deepest, exhaustive
        self.actual, self.contrast = actual, contrast
        self.bits = np.left_shift(1, np.arange(actual.shape[-1], dtype=np.int64))
        self.subsets = subsets_of(actual.shape[-1], largest)
        self.masks = np.array([self.bits[list(one)].sum() for one in self.subsets], np.int64)
        self.levels = levels_of(self.subsets)
        unable = ~able @ self.bits
        self.possible = (unable[:, None] & self.masks) == 0
        self.freezable: Truth = np.any(actual >= 0, axis=1)
        self.but_for = np.zeros_like(self.possible)
        self.preempting = np.zeros_like(self.possible)
        self.frozen = np.zeros(self.possible.shape, np.int64)
        self.reacting = np.zeros(self.possible.shape, np.int64)
        self.replays = self.refused = 0

    def find_but_for_sets(self) -> None:
        """Try every set that has no but-for set within it, size by size."""
        for columns, below in self.levels:
            items, sets = self.open_sets(columns, below, self.but_for)
            turned, reacting = self.replay_rows(items, self.masks[sets], np.zeros_like(sets))
            self.but_for[items, sets] = turned
            self.reacting[items, sets] = reacting

    def find_preempting_causes(self) -> None:
        """Look for witnesses for what is left, size by size; drop what is then not minimal."""
        for columns, below in self.levels:
            items, sets = self.open_sets(columns, below, self.but_for | self.preempting)
            self.find_witnesses(items, sets)
        for columns, below in self.levels:
            self.but_for[:, columns] &= ~contains_one(below, self.preempting)

    def find_witnesses(self, items: Places, sets: Places) -> None:
        """Freeze more and more of what reacts, breadth first, until the event turns."""
        frozen, reacting = np.zeros_like(items), self.reacting[items, sets]
        for _ in range(self.deepest):
            if not len(items):
                return
            items, sets, frozen = self.freeze_one_more(items, sets, frozen, reacting)
            turned, reacting = self.replay_rows(items, self.masks[sets], frozen)
            rows = np.flatnonzero(turned)
            neutral = ~self.replay_rows(items[rows], np.zeros_like(rows), frozen[rows])[0]
            self.refused += int((~neutral).sum())
            # Of several witnesses of one size the first is kept: what is written last stays.
            rows = rows[neutral][::-1]
            self.preempting[items[rows], sets[rows]] = True
            self.frozen[items[rows], sets[rows]] = frozen[rows]
            going = ~self.preempting[items, sets]
            items, sets = items[going], sets[going]
            frozen, reacting = frozen[going], reacting[going]

    def open_sets(self, columns: Places, below: Places, causes: Truth) -> tuple[Places, Places]:
        """Return the sets of one size that may be causes, none of those within them being one."""
        wanted = self.possible[:, columns] & ~causes[:, columns] & ~contains_one(below, causes)
        items, sets = np.nonzero(wanted)
        return items, columns[sets]

    def freeze_one_more(
        self, items: Places, sets: Places, frozen: Masks, reacting: Masks
    ) -> tuple[Places, Places, Masks]:
        """Return every row once for each variable that reacts, with that one frozen as well."""
        rows, variables = np.nonzero((reacting[:, None] & self.bits) != 0)
        items, sets, frozen = items[rows], sets[rows], frozen[rows] | self.bits[variables]
        order = np.lexsort((frozen, sets, items))
        items, sets, frozen = items[order], sets[order], frozen[order]
        first = np.ones(len(items), bool)
        first[1:] = (np.diff(items) != 0) | (np.diff(sets) != 0) | (np.diff(frozen) != 0)
        return items[first], sets[first], frozen[first]

    def replay_rows(self, items: Places, away: Masks, frozen: Masks) -> tuple[Truth, Masks]:
        """Replay each row; return whether the event came false, and which variables reacted.

        Parameters
        ----------
        items : array of int, shape (rows,)
        away, frozen : array of int, shape (rows,)
            Variables that take their contrast, and that keep the value they took.
        """
        turned, reacting = np.zeros(len(items), bool), np.zeros(len(items), np.int64)
        for start in range(0, len(items), ROWS_PER_CALL):
            rows = slice(start, start + ROWS_PER_CALL)
            actual = self.actual[items[rows]]
            is_away = (away[rows, None] & self.bits) != 0
            is_frozen = (frozen[rows, None] & self.bits) != 0
            values = np.where(is_frozen[:, None, :], actual, np.int8(FREE))
            values = np.where(is_away[:, None, :], self.contrast[items[rows]], values)
            true, taken = self.replay.replay(self.places[items[rows]], values)
            # Freezing does nothing in a slot that was not reached as things were.
            moved = ((taken != actual) & (taken >= 0) & (actual >= 0)).any(axis=1)
            loose = (self.freezable[items[rows]] if self.exhaustive else moved) & ~is_away
            turned[rows] = ~true
            reacting[rows] = (loose & ~is_frozen) @ self.bits
            self.replays += len(true)
        return turned, reacting

    def collect_causes(self) -> ActualCauses:
        """Return the causes that were found, by course of things."""
        items, sets = np.nonzero(self.but_for | self.preempting)
        frozen = self.frozen[items, sets]
        return ActualCauses(
            len(self.places), self.subsets, items, sets, frozen, self.replays, self.refused
        )


def levels_of(subsets: tuple[tuple[int, ...], ...]) -> list[tuple[Places, Places]]:
    """Return by size the places of the sets, and those of all strict subsets of each.

    Examples
    --------
    >>> columns, below = levels_of(subsets_of(3, 2))[1]
    >>> columns.tolist(), below.tolist()
    ([3, 4, 5], [[0, 1], [0, 2], [1, 2]])
    """
    place = {one: index for index, one in enumerate(subsets)}
    levels = []
    for size in range(1, 1 + max(map(len, subsets), default=0)):
        level = [one for one in subsets if len(one) == size]
        below = [
            [place[part] for smaller in range(1, size) for part in combinations(one, smaller)]
            for one in level
        ]
        levels.append((np.array([place[one] for one in level]), np.array(below, np.int64)))
    return levels


def contains_one(below: Places, causes: Truth) -> Truth:
    """Return in which courses of things a set has a cause among its strict subsets.

    Parameters
    ----------
    below : array of int, shape (sets of one size, strict subsets)
    causes : array of bool, shape (items, all sets)

    Returns
    -------
    array of bool, shape (items, sets of one size)
    """
    found = np.zeros((len(causes), len(below)), bool)
    for part in range(below.shape[1]):
        found |= causes[:, below[:, part]]
    return found
