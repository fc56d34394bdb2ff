r"""Patient rule induction: boxes of numbers in which something holds more often than elsewhere.

A box begins as everything there is. *Peeling* takes a thin slice off one side of it, a share
:math:`\alpha` of what is inside, and then again off what is left: each time the slice that gains
most, until the box would be smaller than the least mass. *Pasting* then gives slices back as long
as that raises the density. What a slice gains is

.. math:: \frac{\bar y_{new} - \bar y_{old}}{|n_{new} - n_{old}|},

the change of the density for each case given up, so that a choice between few options, which can
only be cut coarsely, is not preferred for it. The algorithm is that of [friedmanfisher1999]_, with
the conventions of the EMA Workbench [kwakkel2017]_ for where slices end among equal values, for
the gain above (its *lenient* objective) and for ties: the box that limits fewer columns, then the
column that comes first, its upper end before its lower. Where every slice costs density the
Workbench stops, while Friedman and Fisher go on, since what lies behind may be denser; both can be
had.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Bool = NDArray[np.bool_]
Side = tuple[Literal["lower", "upper", "barred"], int]
"""One limit of a box, by its kind and its column."""

PEEL = 0.05
PASTE = 0.05
LEAST_MASS = 0.05
"""Shares that are cut off and given back at a time, and the least share of all in a box."""


@dataclass(frozen=True)
class Limits:
    """The limits of a box, by column; what has none is not mentioned.

    Attributes
    ----------
    lower, upper : mapping of int to float
        The least and the greatest value inside.
    barred : mapping of int to frozenset of float
        The codes of a choice that lie outside.

    Examples
    --------
    >>> Limits(lower={0: 0.5}).inside(np.array([[0.2, 0.5, 0.9]]))
    array([False,  True,  True])
    """

    lower: Mapping[int, float] = field(default_factory=dict)
    upper: Mapping[int, float] = field(default_factory=dict)
    barred: Mapping[int, frozenset[float]] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[Side, ...]:
        """Every limit."""
        return (
            *(("lower", column) for column in self.lower),
            *(("upper", column) for column in self.upper),
            *(("barred", column) for column in self.barred),
        )

    @property
    def columns(self) -> frozenset[int]:
        """The columns that are limited."""
        return frozenset((*self.lower, *self.upper, *self.barred))

    def lift(self, *sides: Side) -> Limits:
        """Return the limits but for some."""
        return Limits(
            {key: one for key, one in self.lower.items() if ("lower", key) not in sides},
            {key: one for key, one in self.upper.items() if ("upper", key) not in sides},
            {key: one for key, one in self.barred.items() if ("barred", key) not in sides},
        )

    def violations_of(self, values: Real) -> Bool:
        """Return which cases lie outside which limit, shape (sides, cases)."""
        found = [values[column] < limit for column, limit in self.lower.items()]
        found += [values[column] > limit for column, limit in self.upper.items()]
        found += [np.isin(values[column], list(codes)) for column, codes in self.barred.items()]
        return np.array(found, bool).reshape(len(found), values.shape[1])

    def inside(self, values: Real) -> Bool:
        """Return which cases lie inside, shape (cases,).

        Parameters
        ----------
        values : array, shape (columns, cases)
        """
        return np.asarray(~self.violations_of(values).any(axis=0))


@dataclass(frozen=True)
class LabelledCases:
    """Cases to be told apart.

    Attributes
    ----------
    values : array, shape (columns, cases)
    holds : bool array, shape (cases,)
        Where it holds.
    choices : frozenset of int
        Columns whose values are codes without an order.
    remaining : bool array, shape (cases,)
        Those that no earlier box has taken. Coverage and mass are of all cases nevertheless.
    """

    values: Real
    holds: Bool
    choices: frozenset[int]
    remaining: Bool

    @property
    def numeric(self) -> list[int]:
        """The columns whose values have an order."""
        return [column for column in range(len(self.values)) if column not in self.choices]

    @cached_property
    def sorted_columns(self) -> tuple[NDArray[np.int64], Real]:
        """Order the cases by each number: their places and the values, shape (numbers, cases)."""
        values = self.values[self.numeric]
        order = np.argsort(values, axis=1, kind="stable")
        return order, np.take_along_axis(values, order, axis=1)

    def box(self, limits: Limits) -> PrimBox:
        """Return what lies within some limits."""
        return PrimBox(self, limits, limits.inside(self.values) & self.remaining)


@dataclass(frozen=True)
class PrimBox:
    """A box and the cases in it.

    Attributes
    ----------
    cases : LabelledCases
    limits : Limits
    inside : bool array, shape (cases,)
    """

    cases: LabelledCases
    limits: Limits
    inside: Bool

    @property
    def size(self) -> int:
        """Cases inside."""
        return int(self.inside.sum())

    @property
    def hits(self) -> int:
        """Cases inside in which it holds."""
        return int((self.inside & self.cases.holds).sum())

    @property
    def coverage(self) -> float:
        """Of all cases in which it holds, the share inside."""
        return self.hits / max(int(self.cases.holds.sum()), 1)

    @property
    def density(self) -> float:
        """Of the cases inside, the share in which it holds."""
        return self.hits / max(self.size, 1)

    @property
    def mass(self) -> float:
        """Of all cases, the share inside."""
        return self.size / len(self.inside)

    def gain(self, size: int, hits: int) -> float:
        """Return what a box of another size gains in density for each case of the difference."""
        if size == self.size:
            return 0.0
        return ((hits / size if size else 0.0) - self.density) / abs(size - self.size)


def peel_trajectory(
    cases: LabelledCases,
    peel: float = PEEL,
    paste: float = PASTE,
    least_mass: float = LEAST_MASS,
    *,
    dips: bool = False,
) -> list[PrimBox]:
    """Return the trajectory of boxes, each from the one before by a slice off or a slice back.

    Parameters
    ----------
    cases : LabelledCases
    peel, paste : float
        Share of the cases that one slice takes.
    least_mass : float
        Share of all cases that a box has at least.
    dips : bool
        Whether to go on where every slice costs density.

    Returns
    -------
    list of Box
        The first has no limits.

    Examples
    --------
    >>> numbers = np.linspace(0, 1, 200)[None]
    >>> cases = LabelledCases(numbers, numbers[0] > 0.7, frozenset(), np.ones(200, bool))
    >>> last = peel_trajectory(cases)[-1]
    >>> last.density, round(last.limits.lower[0], 2)
    (1.0, 0.71)
    """
    trajectory = [cases.box(Limits())]
    for step, share in ((partial(peel_once, dips=dips), peel), (paste_once, paste)):
        while (found := step(trajectory[-1], share)) is not None and found.mass >= least_mass:
            trajectory.append(found)
    return trajectory


def peel_once(box: PrimBox, share: float, *, dips: bool = False) -> PrimBox | None:
    """Return the box less the slice that gains most, or None.

    Parameters
    ----------
    box : Box
    share : float
        Of the cases inside, cut off.
    dips : bool
        Whether the slice may cost density, as long as there is any to gain.
    """
    if box.hits == box.size:
        return None
    limited, best, limits = box.limits.columns, (0.0, 0), None
    for column, gain, cut in (*numeric_peels(box, share), *choice_peels(box)):
        worth = (gain, -len(limited | {column}))
        if (gain > 0.0 or (dips and gain < 0.0)) and (limits is None or worth > best):
            best, limits = worth, cut
    return None if limits is None else box.cases.box(limits)


def numeric_peels(box: PrimBox, share: float) -> Iterator[tuple[int, float, Limits]]:
    """Yield the column, the gain and the new limits of a slice off either end of each number."""
    columns, (order, ordered_values) = box.cases.numeric, box.cases.sorted_columns
    if not columns or not box.size:
        return
    inside = box.inside[order]
    ordered = ordered_values[inside].reshape(len(columns), -1)
    holds = box.cases.holds[order[inside]].reshape(len(columns), -1)
    ends: list[tuple[Literal["upper", "lower"], Real, Bool]] = []
    upper, lower = last_slice(ordered, 1.0 - share), first_slice(ordered, share)
    ends.append(("upper", upper, ordered <= upper[:, None]))
    ends.append(("lower", lower, ordered >= lower[:, None]))
    counts = [(kept.sum(axis=1), (kept & holds).sum(axis=1)) for _, _, kept in ends]
    for place, column in enumerate(columns):
        for (end, cuts, _), (sizes, hits) in zip(ends, counts, strict=True):
            gain = box.gain(int(sizes[place]), int(hits[place]))
            yield column, gain, limit_column(box.limits, end, column, float(cuts[place]))


def choice_peels(box: PrimBox) -> Iterator[tuple[int, float, Limits]]:
    """Yield the column, the gain and the new limits of each option that could be left out."""
    for column in sorted(box.cases.choices):
        values = box.cases.values[column]
        options = np.unique(values[box.inside])
        for option in options if len(options) > 1 else ():
            kept = box.inside & (values != option)
            gain = box.gain(int(kept.sum()), int((kept & box.cases.holds).sum()))
            barred = box.limits.barred.get(column, frozenset()) | {float(option)}
            yield column, gain, replace(box.limits, barred={**box.limits.barred, column: barred})


def paste_once(box: PrimBox, share: float) -> PrimBox | None:
    """Return the box with the slice back that raises its density most, or None."""
    best: PrimBox | None = None
    worth = (0.0, 0)
    for limits in pastes(box, share):
        wider = box.cases.box(limits)
        found = (box.gain(wider.size, wider.hits), -len(limits.columns))
        if wider.size > box.size and found[0] > 0.0 and (best is None or found > worth):
            best, worth = wider, found
    return best


def pastes(box: PrimBox, share: float) -> Iterator[Limits]:
    """Yield the limits that a slice back at each limit would leave."""
    cases, limits = box.cases, box.limits
    for kind, column in limits.sides:
        if kind == "barred":
            for option in sorted(limits.barred[column]):
                left = limits.barred[column] - {option}
                if left:
                    yield replace(limits, barred={**limits.barred, column: left})
                else:
                    yield limits.lift((kind, column))
            continue
        free = limits.lift((kind, column))
        others = free.inside(cases.values) & cases.remaining
        column_values = cases.values[column]
        if kind == "lower":
            beyond = np.sort(column_values[others & (column_values <= limits.lower[column])])
            cut = last_slice(beyond[None], 1.0 - share)[0] if beyond.size else -np.inf
            unlimited = cut <= column_values.min()
        else:
            beyond = np.sort(column_values[others & (column_values >= limits.upper[column])])
            cut = first_slice(beyond[None], share)[0] if beyond.size else np.inf
            unlimited = cut >= column_values.max()
        yield free if unlimited else limit_column(limits, kind, column, float(cut))


def limit_column(limits: Limits, end: Literal["lower", "upper"], column: int, cut: float) -> Limits:
    """Return the limits with one end of a column cut off at a value."""
    if end == "lower":
        return replace(limits, lower={**limits.lower, column: cut})
    return replace(limits, upper={**limits.upper, column: cut})


def first_slice(ordered: Real, share: float) -> Real:
    """Return where the first slice of each row ends: between two values that differ.

    Examples
    --------
    >>> first_slice(np.array([[1.0, 1.0, 1.0, 4.0, 5.0]]), 0.25)
    array([2.5])
    """
    last = ordered.shape[1] - 1
    below, above = int(np.floor(last * share)), int(np.ceil(last * share))
    start = ordered[:, below]
    further = np.minimum((ordered <= start[:, None]).sum(axis=1), last)
    place = np.where(start == ordered[:, above], further, above)
    return np.asarray((start + ordered[np.arange(len(ordered)), place]) / 2.0)


def last_slice(ordered: Real, share: float) -> Real:
    """Return where the last slice of each row begins: between two values that differ.

    Examples
    --------
    >>> last_slice(np.array([[1.0, 2.0, 5.0, 5.0, 5.0]]), 0.75)
    array([3.5])
    """
    last = ordered.shape[1] - 1
    below, above = int(np.floor(last * share)), int(np.ceil(last * share))
    start = ordered[:, above]
    further = np.maximum((ordered < start[:, None]).sum(axis=1) - 1, 0)
    place = np.where(start == ordered[:, below], further, below)
    return np.asarray((start + ordered[np.arange(len(ordered)), place]) / 2.0)
