r"""From a trajectory of boxes to the one that is reported, and whether it would come back.

*Which box.* Every box of the trajectory is freed of arbitrary limits: those whose quasi-p-value
[bryantlempert2010]_ is above 0.05. Lift a limit. Of the :math:`T_j` cases that are then inside, it
holds in :math:`H_j`. If the limit were arbitrary, the :math:`T` cases within it would be drawn from
those at random, and it would hold in :math:`H` of them or more with the probability

.. math:: p = P(X \ge H), \qquad X \sim \mathrm{Binomial}(T, H_j / T_j)

It is a *quasi*-p-value: the limit was sought among many, and the smallest of many is small by
chance. It sorts out limits that do nothing; it does not show that one does something, for which see
how often a limit comes back in half of the cases.

Of those that are dense enough and cover a quarter of the worlds in which it holds, or more, the
largest coverage counts; where there is none, the best gain does: how many more worlds in which it
holds are inside than of as many worlds drawn blindly, as a share of what a perfect box would gain.
Among the boxes within a twentieth of the best, the one that limits the fewest numbers is taken, and
of these the densest. With the numbers that it limits alone boxes are then sought again, in which no
slice is spent on others. Dense enough is four in five, or half way from the share of all worlds to
one, whichever is more: where it holds in nine worlds of ten anyway, a density of 0.8 says nothing.

*Of which numbers.* Peeling looks at all numbers at every step, and where most of them do not
matter it nibbles at these: among eighty, some slice of a twentieth of the worlds always seems to
gain. So numbers are set aside first whose values are spread alike where it holds and where it does
not. Alike is what Kolmogorov and Smirnov's test says of

.. math:: D = \max_x |F_1(x) - F_0(x)|,

which is also the most that a single limit could gain; of a choice, what the chi-squared test says.
A number that matters only together with others, and not at all alone, is overlooked; so peeling
would overlook it, which takes one slice at a time.

*Whether it comes back* [bryantlempert2010]_. The same is done in twenty random halves of the
worlds. Numbers that are limited in fewer than ten of the twenty boxes are set aside too, and the
box is sought anew among the others, where that finds any. Each box is also tried on the half to
which it was not fitted: what it holds there is what may be expected of such a box. Where it is not
denser there than all worlds, by two standard errors, there is no box to report. The standard error
is that of one half, since the twenty share their worlds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, chdtrc, kolmogorov

from conjuncture.analysis.explain.methods.prim import (
    LEAST_MASS,
    PASTE,
    PEEL,
    Bool,
    LabelledCases,
    Limits,
    PrimBox,
    Side,
    peel_trajectory,
)
from conjuncture.ordering import find_smallest, places_in_order

ARBITRARY_FROM = 0.05
"""A limit with a greater quasi-p-value is lifted."""


def quasi_p(box: PrimBox, *sides: Side) -> float:
    """Return the quasi-p-value of one limit, or of several that are lifted together.

    Examples
    --------
    >>> from conjuncture.analysis.explain.methods.prim import LabelledCases, Limits
    >>> numbers = np.arange(20.0)[None]
    >>> cases = LabelledCases(numbers, numbers[0] >= 10, frozenset(), np.ones(20, bool))
    >>> quasi_p(cases.box(Limits(lower={0: 10.0})), ("lower", 0)) == 0.5**10
    True
    """
    wider = box.cases.box(box.limits.lift(*sides))
    return float(bdtrc(box.hits - 1, box.size, wider.density))


def quasi_p_by_side(box: PrimBox) -> dict[Side, float]:
    """Return the quasi-p-value of every limit of a box."""
    cases = box.cases
    broken = box.limits.violations_of(cases.values)[:, cases.remaining]
    found = quasi_p_values_of(broken, broken.sum(axis=0), cases.holds[cases.remaining])
    return dict(zip(box.limits.sides, map(float, found), strict=True))


def quasi_p_values_of(broken: Bool, count: NDArray[np.int64], holds: Bool) -> Real:
    """Return the quasi-p-value of each limit.

    Parameters
    ----------
    broken : bool array, shape (limits, cases)
        Which cases lie outside which limit.
    count : array of int, shape (cases,)
        How many limits each case breaks.
    holds : bool array, shape (cases,)
    """
    inside, one = count == 0, count == 1
    size, hits = int(inside.sum()), int((inside & holds).sum())
    # Without a limit those come in that break it and no other.
    wider = size + broken[:, one].sum(axis=1)
    rates = (hits + broken[:, one & holds].sum(axis=1)) / np.maximum(wider, 1)
    return np.asarray(bdtrc(hits - 1, size, rates))


def prune_box(box: PrimBox, most: float = ARBITRARY_FROM) -> PrimBox:
    """Return the box without arbitrary limits: the most arbitrary is lifted first, one at a time.

    Examples
    --------
    >>> from conjuncture.analysis.explain.methods.prim import LabelledCases, Limits
    >>> numbers = np.stack([np.arange(40.0), np.tile([0.0, 1.0], 20)])
    >>> cases = LabelledCases(numbers, numbers[0] >= 20, frozenset(), np.ones(40, bool))
    >>> prune_box(cases.box(Limits(lower={0: 20.0, 1: 1.0}))).limits.lower
    {0: 20.0}
    """
    cases, sides = box.cases, box.limits.sides
    broken = box.limits.violations_of(cases.values)[:, cases.remaining]
    holds = cases.holds[cases.remaining]
    kept, count = list(range(len(sides))), broken.sum(axis=0)
    while kept:
        values = quasi_p_values_of(broken[kept], count, holds)
        worst = places_in_order(values, falling=True)[0]
        if values[worst] <= most:
            break
        count = count - broken[kept.pop(worst)]
    lifted = [side for place, side in enumerate(sides) if place not in kept]
    return cases.box(box.limits.lift(*lifted)) if lifted else box


Real = NDArray[np.float64]
ALIKE_FROM = 0.01
"""Numbers with a greater p-value are set aside: of a hundred that do not matter, one remains."""


def distinguishing_columns(cases: LabelledCases, most: float = ALIKE_FROM) -> list[int]:
    """Return the columns whose values differ where it holds.

    Parameters
    ----------
    cases : LabelledCases
        Those that remain count.
    most : float
        The greatest p-value.

    Examples
    --------
    >>> numbers = np.random.default_rng(1).random((3, 200))
    >>> cases = LabelledCases(numbers, numbers[1] > 0.6, frozenset(), np.ones(200, bool))
    >>> distinguishing_columns(cases)
    [1]
    """
    values, holds = cases.values[:, cases.remaining], cases.holds[cases.remaining]
    if holds.all() or not holds.any():
        return []
    found = smirnov(values, holds)
    for column in cases.choices:
        found[column] = chi_squared(values[column], holds)
    return [column for column, p in enumerate(found) if p <= most]


def smirnov(values: Real, holds: NDArray[np.bool_]) -> Real:
    """Return the p-value of Kolmogorov and Smirnov's two-sample test of each row, for many cases.

    Parameters
    ----------
    values : array, shape (rows, cases)
    holds : bool array, shape (cases,)
        Which of the two samples a case belongs to.
    """
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    one = holds[order]
    hits, count = int(holds.sum()), holds.size
    gaps = np.abs(np.cumsum(one, axis=1) / hits - np.cumsum(~one, axis=1) / (count - hits))
    # Within equal values neither distribution has a step of its own.
    gaps[:, :-1][ordered[:, 1:] == ordered[:, :-1]] = 0.0
    return np.asarray(kolmogorov(gaps.max(axis=1) * np.sqrt(hits * (count - hits) / count)))


def chi_squared(values: Real, holds: NDArray[np.bool_]) -> float:
    """Return the p-value of the chi-squared test that options do not matter."""
    options = np.unique(values)
    if len(options) < 2:
        return 1.0
    counts = np.array(
        [[np.sum(part & (values == one)) for one in options] for part in (holds, ~holds)]
    )
    usual = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / len(holds)
    return float(chdtrc(len(options) - 1, ((counts - usual) ** 2 / usual).sum()))


DENSE = 0.8
ENOUGH = 0.25
NEAR = 0.05
HALVES = 20
COMES_BACK = 0.5
CLEARLY = 2.0


@dataclass(frozen=True)
class BoxSearch:
    """How boxes are sought and chosen.

    Attributes
    ----------
    peel, paste, least_mass : float
        As in :func:`~conjuncture.analysis.explain.methods.prim.peel_trajectory`.
    dense : float
        From which density on a box is dense enough, where fewer worlds than that hold it anyway.
    halves : int
        Random halves of the worlds in which the box is sought again.
    seed : int
        Of these halves.
    """

    peel: float = PEEL
    paste: float = PASTE
    least_mass: float = LEAST_MASS
    dense: float = DENSE
    halves: int = HALVES
    seed: int = 1

    def trajectory(self, cases: LabelledCases, columns: Sequence[int]) -> list[PrimBox]:
        """Return the boxes that peeling and pasting lead through, limits on some columns only."""
        choices = frozenset(
            place for place, column in enumerate(columns) if column in cases.choices
        )
        fewer = LabelledCases(cases.values[list(columns)], cases.holds, choices, cases.remaining)
        steps = peel_trajectory(fewer, self.peel, self.paste, self.least_mass, dips=True)
        return [cases.box(relabel_columns(step.limits, columns)) for step in steps]

    def seek(self, cases: LabelledCases, columns: Sequence[int]) -> tuple[PrimBox, list[PrimBox]]:
        """Return the box to choose with limits on some columns only, and the first trajectory."""
        first = steps = self.trajectory(cases, columns)
        while True:
            box = choose_box(steps, self.least_density(cases))
            limited = sorted(box.limits.columns)
            if not limited or len(limited) >= len(columns):
                return box, first
            columns = limited
            steps = steps + self.trajectory(cases, columns)

    def least_density(self, cases: LabelledCases) -> float:
        """Return from which density on a box is dense enough."""
        return max(self.dense, (1.0 + float(cases.holds.mean())) / 2.0)


@dataclass(frozen=True)
class Trial:
    """What became of a box in halves of the worlds.

    Attributes
    ----------
    comes_back : tuple of float
        For each column, in which share of the halves the chosen box limits it.
    coverage, density : float
        Of the boxes in the halves to which they were not fitted, on average.
    clearly : float
        By how many standard errors they are denser there than all worlds.
    """

    comes_back: tuple[float, ...]
    coverage: float
    density: float
    clearly: float


@dataclass(frozen=True)
class ChosenBox:
    """A chosen box, the trajectory that it was chosen from, and its trial."""

    box: PrimBox
    trajectory: tuple[PrimBox, ...]
    trial: Trial

    @property
    def is_confirmed(self) -> bool:
        """Whether the box has limits, and does better than all worlds where it was not fitted."""
        return bool(self.box.limits.sides) and self.trial.clearly >= CLEARLY


def choose_box(trajectory: Sequence[PrimBox], wanted: float) -> PrimBox:
    """Return the box that the rule of this module chooses, without arbitrary limits.

    Parameters
    ----------
    trajectory : sequence of Box
    wanted : float
        From which density on a box is dense enough.

    Examples
    --------
    >>> numbers = np.stack([np.linspace(0, 1, 200), np.tile([0.1, 0.9], 100)])
    >>> cases = LabelledCases(numbers, numbers[0] > 0.7, frozenset(), np.ones(200, bool))
    >>> box = choose_box(peel_trajectory(cases), 0.8)
    >>> sorted(box.limits.columns), round(box.coverage, 2), round(box.density, 2)
    ([0], 0.97, 1.0)
    """
    boxes = [prune_box(box) for box in trajectory]
    rated = [
        (box.coverage, box) for box in boxes if box.density >= wanted and box.coverage >= ENOUGH
    ]
    if not rated:
        usual, hits = boxes[0].density, boxes[0].hits
        perfect = max(hits * (1.0 - usual), 1.0)
        rated = [((box.hits - usual * box.size) / perfect, box) for box in boxes]
    best = max(rate for rate, _ in rated)
    near = [(rate, box) for rate, box in rated if rate >= best - NEAR * abs(best)]
    simplest = (lambda one: len(one[1].limits.columns), lambda one: -one[1].density)
    return find_smallest(near, *simplest, lambda one: -one[0])[1]


def find_box(cases: LabelledCases, rule: BoxSearch) -> ChosenBox:
    """Return the box to report of some cases, tried on halves of them.

    Parameters
    ----------
    cases : LabelledCases
    rule : BoxSearch

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> numbers = random.random((5, 300))
    >>> cases = LabelledCases(numbers, numbers[2] > 0.6, frozenset(), np.ones(300, bool))
    >>> found = find_box(cases, BoxSearch(halves=4))
    >>> sorted(found.box.limits.columns), found.trial.comes_back[2], found.is_confirmed
    ([2], 1.0, True)
    """
    trial = try_on_halves(cases, rule)
    columns = distinguishing_columns(cases)
    lasting = [column for column in columns if trial.comes_back[column] >= COMES_BACK]
    box, steps = rule.seek(cases, lasting)
    if not box.limits.sides:
        box, steps = rule.seek(cases, columns)
    return ChosenBox(box, tuple(steps), trial)


def try_on_halves(cases: LabelledCases, rule: BoxSearch) -> Trial:
    """Seek and choose a box in random halves of the cases, and try each on the other half."""
    random = np.random.default_rng(rule.seed)
    count = len(cases.holds)
    back = np.zeros(len(cases.values))
    found = []
    for _ in range(rule.halves):
        half = np.zeros(count, bool)
        half[random.permutation(count)[: count // 2]] = True
        fitted = subset_of(cases, half)
        box, _ = rule.seek(fitted, distinguishing_columns(fitted))
        back[list(box.limits.columns)] += 1.0
        others = subset_of(cases, ~half)
        there = others.box(box.limits)
        usual = others.box(Limits()).density
        error = sqrt(max(usual * (1.0 - usual), 1.0 / count) / max(there.size, 1))
        gain = there.density - usual if there.size else 0.0
        found.append((there.coverage, there.density, gain / error))
    coverage, density, clearly = np.mean(found, axis=0)
    shares = tuple(map(float, back / rule.halves))
    return Trial(shares, float(coverage), float(density), float(clearly))


def subset_of(cases: LabelledCases, chosen_cases: Bool) -> LabelledCases:
    """Return some of the cases."""
    return LabelledCases(
        cases.values[:, chosen_cases],
        cases.holds[chosen_cases],
        cases.choices,
        cases.remaining[chosen_cases],
    )


def relabel_columns(limits: Limits, columns: Sequence[int]) -> Limits:
    """Return limits on some of the columns as limits on all."""
    return Limits(
        {columns[place]: limit for place, limit in limits.lower.items()},
        {columns[place]: limit for place, limit in limits.upper.items()},
        {columns[place]: codes for place, codes in limits.barred.items()},
    )
