r"""Quasi-p-values: how a box would do without one of its limits.

Lift a limit. Of the :math:`T_j` cases that are then inside, it holds in :math:`H_j`. If the limit
were arbitrary, the :math:`T` cases within it would be drawn from those at random, and it would hold
in :math:`H` of them or more with the probability

.. math:: p = P(X \ge H), \qquad X \sim \mathrm{Binomial}(T, H_j / T_j)

[bryantlempert2010]_. It is a *quasi*-p-value: the limit was sought among many, and the smallest of
many is small by chance. It sorts out limits that do nothing; it does not show that one does
something, for which see how often a limit comes back in half of the cases.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from conjuncture.analysis.explaining.discovery.prim import Bool, PrimBox, Real, Side
from conjuncture.ordering import places_in_order

ARBITRARY_FROM = 0.05
"""A limit with a greater quasi-p-value is lifted."""


def quasi_p(box: PrimBox, *sides: Side) -> float:
    """Return the quasi-p-value of one limit, or of several that are lifted together.

    Examples
    --------
    >>> from conjuncture.analysis.explaining.discovery.prim import LabelledCases, Limits
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
    >>> from conjuncture.analysis.explaining.discovery.prim import LabelledCases, Limits
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
