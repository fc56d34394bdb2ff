"""Sums of quantiles of numbers that take few values: which values they take, and equal runs."""

from __future__ import annotations

from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts
from conjuncture.analysis.linear_forms import LinearForm
from conjuncture.language.nodes import Quantile

Real = NDArray[np.float64]

MANY = 1_000_000
"""Values of a sum from which on it is taken to vary continuously."""


def half_steps(
    form: LinearForm, counts: Counts, lines: tuple[float, ...]
) -> list[tuple[float, float]] | None:
    """Return how far it is from each line half way to the values next to it, below and above.

    Parameters
    ----------
    form : Linear
    counts : Counts
    lines : tuple of float

    Returns
    -------
    list of pair of float, or None
        None where it is no sum of quantiles that all take few values. Where there is no value on
        one side of a line, that is as far away as the one on the other side, or 1.
    """
    factors = {quantity: factor for quantity, factor in form.factors.items() if factor != 0.0}
    parts, same = [], 1e-9
    for quantity, factor in factors.items():
        bins = counts.bins.get(quantity)
        if bins is None or bins.lattice is None:
            return None
        parts.append(factor * bins.lattice[1])
        same += abs(factor) * bins.width
    if not parts or np.prod([float(len(part)) for part in parts]) > MANY:
        return None
    values = form.constant + reduce(lambda one, two: np.unique(np.add.outer(one, two)), parts)
    found = []
    for line in lines:
        away = values - line
        below, above = -away[away < -same], away[away > same]
        nearest = [float(side.min()) if side.size else None for side in (below, above)]
        down, up = nearest[0] or nearest[1] or 1.0, nearest[1] or nearest[0] or 1.0
        found.append((down / 2.0, up / 2.0))
    return found


def common_variance(form: LinearForm, counts: Counts) -> Real:
    """Return what a sum of quantiles varies more, or less, because two runs are the same.

    Quantiles vary as if independent of one another; where the histories of a world fall into the
    same bins in both runs, as under an intervention without effect, they are one and the same.

    Returns
    -------
    array, shape (worlds,)
    """
    found = np.zeros(len(counts.sums.histories))
    kept = [one for one in form.factors if isinstance(one, Quantile) and one in counts.bins]
    for one, other in combinations(kept, 2):
        first, second = counts.bins[one], counts.bins[other]
        if (one.level, first.low, first.high) != (other.level, second.low, second.high):
            continue
        same = (first.counts == second.counts).all(axis=1)
        if same.any():
            twice = 2.0 * form.factors[one] * form.factors[other]
            found += np.where(same, twice * first.variance(one.level), 0.0)
    return found
