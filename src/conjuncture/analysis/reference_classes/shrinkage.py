r"""Small classes shrunk towards larger ones: a beta-binomial model of classes within classes.

Every class c has a rate of success around which the rates of its parts scatter
([good1965]_, [gelman2013]_ chapter 5),

.. math::

    p_{root} &\sim \mathrm{Uniform}(0, 1) \\
    p_c \mid p_{parent} &\sim \mathrm{Beta}(\kappa p_{parent}, \kappa (1 - p_{parent})) \\
    s_c \mid p_c &\sim \mathrm{Binomial}(n_c, p_c) \quad\text{in the narrowest classes.}

A tag that does not divide a class leaves it as it is.

:math:`\kappa` says how many cases' worth a class leans on the one above it. It is the same for all
and unknown: a priori :math:`\kappa_0 / (\kappa_0 + \kappa)` is uniform, the uniform shrinkage prior
[daniels1999]_, so that a class of :math:`\kappa_0 = 10` cases is pulled by any share alike. Its
posterior rests on all classes that the tags form, not only on those that are shown.

What is estimated of a class that has parts is the mean of their rates, each by its share of the
class's cases: the rate of the class's cases, not of an average part. All integrals are sums over a
grid of rates, taken from the narrowest classes upwards and down again; nothing is drawn.

References
----------
.. [good1965] Good, I. J. (1965), The Estimation of Probabilities. MIT Press.
.. [gelman2013] Gelman, A. et al. (2013), Bayesian Data Analysis, third edition.
.. [daniels1999] Daniels, M. J. (1999), A prior for the variance in hierarchical models.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, logsumexp

from conjuncture.analysis.reference_classes.recorded_cases import UNKNOWN, Codes

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


HALFWAY = 10.0
"""The number of cases at which a class is, a priori, as likely as not pulled less than half-way."""

STRENGTHS, RATES = 24, 160
"""Points at which the strength of the pull, and a rate, are taken."""

TAIL = 0.05
"""Each end of an interval errs with probability 5 %."""


@dataclass(frozen=True)
class ShrunkRates:
    """The rates of the class asked about and of those around it, the widest first.

    Attributes
    ----------
    rates : array, shape (levels,)
        Posterior means.
    deviations : array, shape (levels,)
        Posterior standard deviations.
    strengths, plausible : array, shape (strengths,)
        Values of kappa, in cases, and the posterior probability of each.
    """

    rates: Real
    deviations: Real
    strengths: Real
    plausible: Real

    @property
    def intervals(self) -> list[tuple[float, float]]:
        """The 90 % interval of each rate, of a beta distribution with its mean and deviation.

        Examples
        --------
        >>> one = ShrunkRates(np.array([0.5]), np.array([0.288675]), np.ones(1), np.ones(1))
        >>> [round(end, 2) for end in one.intervals[0]]
        [0.05, 0.95]
        """
        size = self.rates * (1.0 - self.rates) / self.deviations**2 - 1.0
        won, lost = self.rates * size, (1.0 - self.rates) * size
        low, high = betaincinv(won, lost, TAIL), betaincinv(won, lost, 1.0 - TAIL)
        return [(float(one), float(two)) for one, two in zip(low, high, strict=True)]

    def strength(self, level: float) -> float:
        """Return a quantile of kappa, in cases."""
        order = np.argsort(self.strengths, kind="stable")
        reached = np.cumsum(self.plausible[order]) - 0.5 * self.plausible[order]
        return float(np.exp(np.interp(level, reached, np.log(self.strengths[order]))))


def even_strengths(count: int = STRENGTHS) -> Real:
    r"""Return values of kappa that are equally probable a priori, shape (count,).

    The i-th is :math:`\kappa_0 (1 - u_i) / u_i` with :math:`u_i = (i + 1/2) / count`.

    Examples
    --------
    >>> even_strengths(2).round(2).tolist()
    [30.0, 3.33]
    """
    uniform = (np.arange(count) + 0.5) / count
    return HALFWAY * (1.0 - uniform) / uniform


def shrink_rates(
    nesting: ClassHierarchy,
    strengths: Real | None = None,
    rates: int = RATES,
) -> ShrunkRates:
    """Estimate the rate of every class on the path, the widest first.

    Parameters
    ----------
    nesting : ClassHierarchy
    strengths : array, shape (strengths,), optional
        Values of kappa, equally probable a priori; :func:`even_strengths` if not given.
    rates : int
        Points of the grid.

    Returns
    -------
    ShrunkRates

    Examples
    --------
    >>> nothing = ClassHierarchy((), np.zeros(1), np.zeros(1), (0,))
    >>> round(float(shrink_rates(nothing).rates[0]), 6)
    0.5
    """
    values = even_strengths() if strengths is None else strengths
    found = [rates_at_strength(nesting, float(value), rates) for value in values]
    evidence = np.array([one[0] for one in found])
    shares = np.exp(evidence - logsumexp(evidence))
    means, squares = (shares @ np.array([one[part] for one in found]) for part in (1, 2))
    return ShrunkRates(means, np.sqrt(np.maximum(squares - means**2, 1e-12)), values, shares)


def own_shares(nesting: ClassHierarchy, found: ShrunkRates) -> Real:
    r"""Return which share of each estimate comes from the class's own cases, shape (levels,).

    The mean of :math:`n / (n + \kappa)` over what is known of kappa. That is the share of a class
    that has no parts; one that has is pulled less, since its parts say something of one another.
    All cases have no class above them, and the share is 1.
    """
    cases = np.array([size for _, size in nesting.counts], float)
    shares: Real = (cases[:, None] / (cases[:, None] + found.strengths)) @ found.plausible
    shares[0] = 1.0
    return shares


def rates_at_strength(
    nesting: ClassHierarchy, strength: float, count: int
) -> tuple[float, Real, Real]:
    """Return the log evidence, the mean rates and the mean squared rates for one kappa.

    Parameters
    ----------
    nesting : ClassHierarchy
    strength : float
        Kappa, in cases.
    count : int
        Points of the grid.
    """
    middles, prior = rate_grid(count)
    scatter = rate_transitions(strength, count)
    won, lost = nesting.successes[:, None], (nesting.cases - nesting.successes)[:, None]
    likelihood = won * np.log(middles) + lost * np.log1p(-middles)
    mean = np.broadcast_to(middles, likelihood.shape)
    variance = np.zeros_like(likelihood)
    levels, messages = [(likelihood, mean, variance)], []
    for level in range(len(nesting.parents) - 1, -1, -1):
        parent, size = nesting.parents[level], nesting.sizes[level]
        alone = nesting.undivided_classes[level]
        message, inner, spread = integrate_over_rates(scatter, alone, *levels[-1])
        whole = size[parent]
        share = nesting.sizes[level + 1] / np.where(whole > 0.0, whole, 1.0)
        # A class without cases stands for whatever part of it there is.
        share = np.where(whole > 0.0, share, 1.0 / np.bincount(parent)[parent])[:, None]
        levels.append(
            (
                sum_over_parts(message, parent, len(size)),
                sum_over_parts(share * inner, parent, len(size)),
                sum_over_parts(share**2 * spread, parent, len(size)),
            )
        )
        messages.append(message)
    levels.reverse()
    messages.reverse()
    return pass_downwards(nesting, levels, messages, np.log(prior), scatter)


def pass_downwards(
    nesting: ClassHierarchy,
    levels: list[tuple[Real, Real, Real]],
    messages: list[Real],
    before: Real,
    scatter: Real,
) -> tuple[float, Real, Real]:
    """Return log evidence, mean rates and mean squared rates along the path."""
    evidence = float(logsumexp(before + levels[0][0][0]))
    means, squares = [], []
    for level, place in enumerate(nesting.path):
        likelihood, mean, variance = (part[place] for part in levels[level])
        posterior = np.exp(before + likelihood - logsumexp(before + likelihood))
        means.append(float(posterior @ mean))
        squares.append(float(posterior @ (variance + mean**2)))
        if level < len(messages):
            if nesting.path[level + 1] in nesting.undivided_classes[level]:
                continue
            rest = before + likelihood - messages[level][nesting.path[level + 1]]
            highest = rest.max()
            before = floored_log(np.exp(rest - highest) @ scatter) + highest
    return evidence, np.array(means), np.array(squares)


def integrate_over_rates(
    scatter: Real, alone: Places, likelihood: Real, mean: Real, variance: Real
) -> tuple[Real, Real, Real]:
    """Return likelihood, mean and variance of each class given the rate of the one above it.

    Parameters
    ----------
    scatter : array, shape (rates above, rates)
    alone : array of int
        The classes that are the one above them over again; its rate is theirs.
    likelihood, mean, variance : array, shape (classes, rates)
        Given the rate of the class itself; the likelihood as a logarithm.
    """
    highest = likelihood.max(axis=1, keepdims=True)
    weight = np.exp(likelihood - highest)
    total = np.maximum(weight @ scatter.T, 1e-300)
    inner = (weight * mean) @ scatter.T / total
    square = (weight * (variance + mean**2)) @ scatter.T / total
    message, spread = np.log(total) + highest, np.maximum(square - inner**2, 0.0)
    message[alone], inner[alone], spread[alone] = likelihood[alone], mean[alone], variance[alone]
    return message, inner, spread


def sum_over_parts(values: Real, parent: NDArray[np.int64], count: int) -> Real:
    """Return the sums over the parts of each class, shape (count, rates)."""
    found = np.zeros((count, values.shape[1]))
    np.add.at(found, parent, values)
    return found


def floored_log(values: Real) -> Real:
    """Return logarithms, those of nothing being very low."""
    found: Real = np.log(np.maximum(values, 1e-300))
    return found


@lru_cache(maxsize=8)
def grid_edges(count: int) -> Real:
    """Return where the cells of the grid of rates begin and end: fine towards 0 and 1."""
    found: Real = np.sin(0.5 * np.pi * np.arange(count + 1) / count) ** 2
    return found


@lru_cache(maxsize=8)
def rate_grid(count: int) -> tuple[Real, Real]:
    """Return the middles of the cells and the prior probability of each, its width."""
    ends = grid_edges(count)
    return 0.5 * (ends[1:] + ends[:-1]), np.diff(ends)


@lru_cache(maxsize=64)
def rate_transitions(strength: float, count: int) -> Real:
    """Return the probability of each rate of a part given that of the class, both on the grid.

    Parameters
    ----------
    strength : float
        Kappa, in cases.
    count : int

    Returns
    -------
    array, shape (count, count)
        Row i: the beta distribution around the i-th rate.
    """
    middles, _ = rate_grid(count)
    below = betainc(
        strength * middles[:, None], strength * (1.0 - middles[:, None]), grid_edges(count)
    )
    found: Real = np.diff(below, axis=1)
    return found
