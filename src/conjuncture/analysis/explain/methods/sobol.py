"""Sobol' indices of a function that is only seen through noise, on plain arrays.

How much of the variance of a function of independent inputs is due to each group of inputs alone
(first-order index), and how much goes when all but the group are known (total index). The design is
pick-freeze: two matrices of points, and for each group the first matrix with the columns of the
group taken from the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conjuncture.errors import UsageError

Real = NDArray[np.float64]

PARTS = 32
"""Sets of Sobol' points in a design, each scrambled by itself: how they differ is the error."""

BITS = 30
RESAMPLES = 999
TAIL = 0.05
"""What each end of an interval leaves out: intervals are of 90 %."""


@dataclass(frozen=True)
class PickFreezeDesign:
    """A pick-freeze design.

    Attributes
    ----------
    first, second : array, shape (base, columns)
        Two matrices of points in the unit cube. Rows come in parts of equal size, one after
        another, which are independent of each other.
    groups : tuple of tuple of int
        The columns of each group; no column is in two.
    """

    first: Real
    second: Real
    groups: tuple[tuple[int, ...], ...]

    @property
    def points(self) -> Real:
        """All points, shape ((2 + groups) * base, columns): both matrices, then the mixed ones."""
        mixed = []
        for group in self.groups:
            matrix = self.first.copy()
            matrix[:, list(group)] = self.second[:, list(group)]
            mixed.append(matrix)
        return np.concatenate([self.first, self.second, *mixed])

    def by_matrix(self, values: Real) -> Real:
        """Return what was found at each point, shape (2 + groups, base)."""
        return values.reshape(2 + len(self.groups), len(self.first))


def pick_freeze(
    groups: Sequence[Sequence[int]], columns: int, base: int, seed: int, parts: int = PARTS
) -> PickFreezeDesign:
    """Return a pick-freeze design of scrambled Sobol' points [sobol2001]_ [saltelli2010]_.

    Parameters
    ----------
    groups : sequence of sequence of int
        The columns of each group.
    columns : int
    base : int
        Rows of each matrix: a power of two, at least two in each part.
    seed : int
    parts : int
        Sets of points, each scrambled by itself; a power of two.

    Returns
    -------
    PickFreezeDesign

    Raises
    ------
    UsageError
        When ``base`` is no power of two, or too small.

    Examples
    --------
    >>> design = pick_freeze([[0], [1, 2]], columns=3, base=64, seed=1)
    >>> design.points.shape
    (256, 3)

    References
    ----------
    .. [sobol2001] Sobol', I. M. (2001), Global sensitivity indices for nonlinear mathematical
       models and their Monte Carlo estimates, Mathematics and Computers in Simulation 55.
    .. [saltelli2010] Saltelli, A. et al. (2010), Variance based sensitivity analysis of model
       output, Computer Physics Communications 181.
    """
    if base < 2 * parts or base & (base - 1):
        raise UsageError(
            f"the base of a sensitivity design is a power of two of at least {2 * parts}, not "
            f"{base}; write for example 512"
        )
    from scipy.stats import qmc  # takes a second to load

    generator = np.random.default_rng([seed, 0])
    each = (base // parts).bit_length() - 1
    sets = [
        qmc.Sobol(2 * columns, scramble=True, bits=BITS, rng=generator).random_base2(each)
        for _ in range(parts)
    ]
    # Half a step off the grid, so that no point is 0 and no value infinite.
    points = np.concatenate(sets) + 0.5 ** (BITS + 1)
    return PickFreezeDesign(
        points[:, :columns], points[:, columns:], tuple(tuple(one) for one in groups)
    )


@dataclass(frozen=True)
class BoundedIndices:
    """Indices of a function, which lie between 0 and 1, none of first order above its total.

    Attributes
    ----------
    first, total : array, shape (groups,)
    first_intervals, total_intervals : array, shape (groups, 2)
    """

    first: Real
    first_intervals: Real
    total: Real
    total_intervals: Real


@dataclass(frozen=True)
class Indices:
    """Sobol' indices of some groups of inputs.

    Attributes
    ----------
    first, total : array, shape (groups,)
        Without bias and not clipped: estimates may lie below 0, and the first above the second.
    first_intervals, total_intervals : array, shape (groups, 2)
        Of 90 %, not clipped: an index of nothing has an interval to both sides of 0.
    alone : float
        The sum of the first-order indices: what groups do one by one.
    alone_interval : pair of float
    possible : BoundedIndices
        The same where they can lie.
    mean, variance : float
        Of the function; the variance without the noise.
    noise : float
        Which share of the variance of the values seen was noise.
    """

    first: Real
    first_intervals: Real
    total: Real
    total_intervals: Real
    alone: float
    alone_interval: tuple[float, float]
    mean: float
    variance: float
    noise: float
    possible: BoundedIndices


def sobol_indices(values: Real, noise: Real, seed: int, parts: int = PARTS) -> Indices:
    r"""Estimate first-order and total indices from noisy values at the points of a design.

    With :math:`y_A, y_B, y_C` the values in a row of the two matrices and of the one mixed for a
    group, which shares the group with B and all else with A, and :math:`s` the variance of their
    noise, which is independent from point to point,

    .. math::

        S = \frac{\mathrm{cov}(y_B, y_C) - \beta\,\mathrm{cov}(y_A, y_B)}{V_{BC}}, \qquad
        T = \frac{\frac12 \overline{(y_A - y_C)^2} - \frac12 \overline{s_A + s_C}}{V_{AC}}, \qquad
        V_{BC} = \mathrm{var}(y_B, y_C) - \tfrac12 \overline{s_B + s_C},

    the variance being that of both columns together [janon2014]_ [jansen1999]_. Products
    of different points are free of noise on average, squares are not: their noise is subtracted.
    The second covariance of S has mean zero; with :math:`\beta` the regression of
    :math:`y_C` on :math:`y_A` it takes away the luck that both covariances share, most of all where
    the group matters little. Nothing is clipped: an index of nothing is 0 on average.

    Intervals are of 90 %: percentiles of a bootstrap over the parts of the design, widened for
    their number as a t-interval is [hesterberg2015]_. They are NaN, and the indices too, where the
    variance is not told apart from noise.

    Parameters
    ----------
    values : array, shape (2 + groups, base)
        Of both matrices, then of the mixed one of each group.
    noise : array, shape (2 + groups, base)
        The variance of the noise of each value, estimated without bias.
    seed : int
        Of the resampling.
    parts : int
        Rows come in so many independent parts, one after another.

    Returns
    -------
    Indices

    Examples
    --------
    The first of three inputs does two thirds, the second a third, the last nothing:

    >>> design = pick_freeze([[0], [1], [2]], columns=3, base=1024, seed=1)
    >>> seen = design.by_matrix(design.points @ np.array([2**0.5, 1.0, 0.0]))
    >>> found = sobol_indices(seen, np.zeros_like(seen), seed=1)
    >>> [f"{index:.1f}" for index in found.total]
    ['0.7', '0.3', '0.0']

    References
    ----------
    .. [janon2014] Janon, A. et al. (2014), Asymptotic normality and efficiency of two Sobol index
       estimators, ESAIM: Probability and Statistics 18.
    .. [jansen1999] Jansen, M. J. W. (1999), Analysis of variance designs for model output,
       Computer Physics Communications 117.
    .. [hesterberg2015] Hesterberg, T. C. (2015), What teachers should know about the bootstrap,
       The American Statistician 69.
    """
    centre = float(values[:2].mean())
    found = moments(values - centre, noise, parts)
    first, total, _ = indices_of(found.mean(axis=-1))
    generator = np.random.default_rng([seed, 1])
    drawn = generator.multinomial(parts, np.full(parts, 1.0 / parts), size=RESAMPLES) / parts
    again = indices_of(found @ drawn.T)
    level = float(special.ndtr(special.stdtrit(parts - 1, TAIL) * sqrt(parts / (parts - 1))))

    def interval_of(many: Real) -> Real:
        return np.asarray(np.quantile(many, [level, 1.0 - level], axis=-1).T)

    ends = [interval_of(one) for one in again]
    sums = interval_of(again[0].sum(axis=0))
    weights = precision_of(again[0]), precision_of(again[1])
    bounded = bound_indices(first, total, *weights)
    redrawn = bound_indices(*again[:2], *(one[:, None] for one in weights))
    within = [interval_of(one) for one in redrawn]
    # What is not told apart from nothing may be nothing, and its part by itself as well.
    for place, lower in ((1, ends[1]), (0, np.minimum(ends[0], ends[1]))):
        within[place][:, 0] = np.where(lower[:, 0] > 0.0, within[place][:, 0], 0.0)
    seen = float(values[:2].var(ddof=1))
    variance = seen - float(noise[:2].mean())
    if ends[2].size and ends[2][:, 0].min() <= 0.0:
        first, total, sums = (np.full_like(one, np.nan) for one in (first, total, sums))
        ends, within = ([np.full_like(one, np.nan) for one in both] for both in (ends, within))
        bounded = first, total
    possible = BoundedIndices(
        first=bounded[0],
        first_intervals=within[0],
        total=bounded[1],
        total_intervals=within[1],
    )
    return Indices(
        first=first,
        first_intervals=ends[0],
        total=total,
        total_intervals=ends[1],
        alone=float(first.sum()),
        alone_interval=(float(sums[0]), float(sums[1])),
        mean=centre,
        variance=variance,
        noise=1.0 - variance / seen if seen > 0.0 else 0.0,
        possible=possible,
    )


def precision_of(again: Real) -> Real:
    """Return one over the variance of what was drawn again, shape (groups,)."""
    spread = again.var(axis=-1)
    return np.asarray(1.0 / np.maximum(spread, np.finfo(float).tiny ** 0.5))


def bound_indices(
    first: Real, total: Real, first_weight: Real, total_weight: Real
) -> tuple[Real, Real]:
    r"""Return indices where they can lie: least squares under :math:`0 \le S \le T \le 1`.

    Where the first-order index is found above the total both are what they have in common, their
    mean weighed by precision: of two estimates in the wrong order that is the likeliest pair in the
    right one (isotonic regression [robertson1988]_). What then lies outside 0 to 1 is moved to the
    nearer end. That errs by less than the plain estimates in the mean square, and no longer on both
    sides alike: indices of nothing are above 0 on average.

    References
    ----------
    .. [robertson1988] Robertson, T., Wright, F. T., and Dykstra, R. L. (1988), Order Restricted
       Statistical Inference, Wiley.

    Examples
    --------
    >>> first, total = np.array([0.2, 0.3, -0.1]), np.array([0.3, 0.2, 0.05])
    >>> [one.round(3).tolist() for one in bound_indices(first, total, np.ones(3), np.ones(3))]
    [[0.2, 0.25, 0.0], [0.3, 0.25, 0.05]]
    """
    common = (first_weight * first + total_weight * total) / (first_weight + total_weight)
    wrong = first > total
    return (
        np.clip(np.where(wrong, common, first), 0.0, 1.0),
        np.clip(np.where(wrong, common, total), 0.0, 1.0),
    )


def moments(values: Real, noise: Real, parts: int) -> Real:
    """Return the means that indices are made of, part by part, shape (12, groups, parts)."""
    one, two, mixed = values[:1], values[1:2], values[2:]
    products = [
        one, two, mixed, one**2, two**2, mixed**2, one * two, one * mixed, two * mixed,
        noise[:1], noise[1:2], noise[2:],
    ]  # fmt: skip
    each = values.shape[1] // parts
    means = [part.reshape(len(part), parts, each).mean(axis=-1) for part in products]
    return np.stack([np.broadcast_to(mean, (len(mixed), parts)) for mean in means])


def indices_of(means: Real) -> tuple[Real, Real, Real]:
    """Return first-order indices, total indices and variances from the means of some points.

    Parameters
    ----------
    means : array, shape (12, groups, ...)
        As :func:`moments` gives them.
    """
    a, b, c, aa, bb, cc, ab, ac, bc, noise_a, noise_b, noise_c = means
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (ac - a * c) / (aa - a * a)
        slope = np.where(np.isfinite(slope), slope, 0.0)
        within = (bb + cc) / 2 - ((b + c) / 2) ** 2 - (noise_b + noise_c) / 2
        first = (bc - b * c - slope * (ab - a * b)) / within
        apart = (aa + cc) / 2 - ac - (noise_a + noise_c) / 2
        whole = (aa + cc) / 2 - ((a + c) / 2) ** 2 - (noise_a + noise_c) / 2
        return first, apart / whole, np.minimum(within, whole)
