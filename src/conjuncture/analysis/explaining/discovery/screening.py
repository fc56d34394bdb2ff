r"""Which of many numbers are worth a limit: those that differ where it holds.

Peeling looks at all numbers at every step, and where most of them do not matter it nibbles at
these: among eighty, some slice of a twentieth of the worlds always seems to gain. So numbers are
set aside first whose values are spread alike where it holds and where it does not. Alike is what
Kolmogorov and Smirnov's test says of

.. math:: D = \max_x |F_1(x) - F_0(x)|,

which is also the most that a single limit could gain; of a choice, what the chi-squared test says.
A number that matters only together with others, and not at all alone, is overlooked; so peeling
would overlook it, which takes one slice at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, kolmogorov

from conjuncture.analysis.explaining.discovery.prim import LabelledCases

Real = NDArray[np.float64]
ALIKE_FROM = 0.01
"""Numbers with a greater p-value are set aside: of a hundred that do not matter, one remains."""


def distinguishing_columns(cases: LabelledCases, most: float = ALIKE_FROM) -> list[int]:
    """Return the columns whose values differ where it holds.

    Parameters
    ----------
    cases : Cases
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
