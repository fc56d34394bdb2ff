"""What a claim compares, seen in every world, and the share of worlds in which it holds.

A ratio of counts against a number has a binomial likelihood, a difference of two such ratios under
one condition a trinomial one; everything else is normal about its estimate. Worlds weigh by how
probable they make the condition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts, estimate
from conjuncture.analysis.estimates import Estimate, smaller
from conjuncture.analysis.last_draws import LEAST, MOST, WAS
from conjuncture.analysis.likelihoods import NO_DIFFERENCE
from conjuncture.analysis.mixing import (
    Share,
    share_of_differences,
    share_of_margins,
    share_of_worlds,
)
from conjuncture.analysis.questions import Question, Ratio, exceedance_of
from conjuncture.language.nodes import (
    Arithmetic,
    Compare,
    Expression,
    Mean,
    Necessity,
    Negative,
    Number,
    Probability,
    Quantile,
    Quantity,
    Sufficiency,
    Within,
)
from conjuncture.language.walk import quantities_of

Real = NDArray[np.float64]
Test = Compare | Within

SHARES = (Probability, Necessity, Sufficiency)
EXACTLY = 1e-7
"""A difference between means of counts that is smaller is rounding."""

ENOUGH_ALIKE = 30
"""From so many histories on, all of them just upon a line, a world is taken to lie there."""

ORDERS = (">", ">=", "<", "<=")


@dataclass(frozen=True)
class Linear:
    """A sum of quantities, each with a factor, and a constant."""

    factors: Mapping[Quantity, float]
    constant: float = 0.0

    def __add__(self, other: Linear) -> Linear:
        factors = dict(self.factors)
        for quantity, factor in other.factors.items():
            factors[quantity] = factors.get(quantity, 0.0) + factor
        return Linear(factors, self.constant + other.constant)

    def times(self, number: float) -> Linear:
        """Return it multiplied by a number."""
        factors = {quantity: number * factor for quantity, factor in self.factors.items()}
        return Linear(factors, number * self.constant)


def linear_of(expression: Expression) -> Linear | None:
    """Return an expression as a sum of quantities with factors, None where it is no such sum."""
    match expression:
        case Number(value=value):
            return Linear({}, value)
        case Negative(operand=operand):
            inner = linear_of(operand)
            return None if inner is None else inner.times(-1.0)
        case Arithmetic(operator=operator, left=left, right=right):
            one, two = linear_of(left), linear_of(right)
            if one is None or two is None:
                return None
            if operator in ("+", "-"):
                return one + two.times(1.0 if operator == "+" else -1.0)
            if operator == "*" and not (one.factors and two.factors):
                return two.times(one.constant) if not one.factors else one.times(two.constant)
            if operator == "/" and not two.factors and two.constant != 0.0:
                return one.times(1.0 / two.constant)
            return None
        case Probability() | Necessity() | Sufficiency() | Mean() | Quantile():
            return Linear({expression: 1.0})
    return None


@dataclass(frozen=True)
class Lines:
    """Where a quantity, or a difference, must lie: beyond one line, or between two."""

    lines: tuple[float, ...]
    above: bool = True
    strict: bool = False


def quantity_compared(test: Test) -> Expression:
    """Return the quantity whose value is shown: the one compared with a number, or a difference."""
    if isinstance(test, Within):
        return test.operand
    if isinstance(test.right, Number):
        return test.left
    if isinstance(test.left, Number):
        return test.right
    return Arithmetic("-", test.left, test.right)


def condition_counts(counts: Counts) -> Real:
    """Return in how many histories of each world the rarest of a claim's conditions was met."""
    met = [counts.sums.first[:, ratio.bottom] for ratio in counts.question.ratios.values()]
    return np.asarray(np.min(met, axis=0))


def share_where(test: Test, counts: Counts, weights: Real, effective: float | None = None) -> Share:
    """Return in what share of worlds a comparison holds.

    Parameters
    ----------
    test : Compare or Within
    counts : Counts
        In every world some history was run.
    weights : array, shape (worlds,)
        How probable each world makes the condition; worlds of no weight are left out.
    effective : float, optional
        How many equal worlds they are worth, where they are not independent.
    """
    exact = exact_comparison(exceedance_of(test) or test, counts.question)
    if exact is None:
        margin, variance, width = margins_of(test, counts)
        strict = isinstance(test, Compare) and test.operator in (">", "<")
        return share_of_margins(
            margin, variance, weights, width, strict=strict, effective=effective
        )
    ratios, lines = exact
    first, second = counts.sums.first, counts.sums.second
    n, histories = first[:, ratios[0].bottom], counts.sums.histories.astype(float)
    tops = [first[:, list(ratio.top)].sum(axis=1) for ratio in ratios]
    if len(ratios) == 1:
        return share_of_worlds(
            tops[0], n, histories, lines.lines, weights, above=lines.above, effective=effective
        )
    both = sum(second[:, one, other] for one in ratios[0].top for other in ratios[1].top)
    return share_of_differences(
        tops[0] - both, tops[1] - both, n, lines.lines, weights,
        above=lines.above, strict=lines.strict, effective=effective,
    )  # fmt: skip


def shares_at_last_draw(test: Test, counts: Counts, weights: Real) -> tuple[Share, Share] | None:
    """Return in what shares of worlds a comparison would hold at both bounds of the last draw.

    Parameters
    ----------
    test : Compare or Within
    counts : Counts
    weights : array, shape (worlds,)
        How probable each world makes the condition.

    Returns
    -------
    pair of Share or None
        At the lower and at the upper bounds of all worlds. None where the test does not compare
        one necessity or sufficiency, for which there are such bounds, with a number between 0 and
        1.
    """
    found = lines_of(test)
    if counts.last_draw is None or found is None or len(found[0].factors) != 1:
        return None
    (factor,) = found[0].factors.values()
    lines = scaled(found[1], 1.0 / factor)
    if not strictly_inside(lines):
        return None
    means = counts.last_draw.means
    histories = counts.last_draw.histories.astype(float)[:, None, None]
    hidden = np.eye(means.shape[1]) / (histories * (histories + 4.0))
    covariances = counts.last_draw.covariances + hidden
    was = Estimate.mean(means, WAS)
    width = lines.lines[1] - lines.lines[0] if len(lines.lines) > 1 else None

    def at(bound: int) -> Share:
        value = Estimate.mean(means, bound) / was
        margin = value - Estimate.constant(lines.lines[0], means)
        margin = margin if lines.above or width is not None else -margin
        variance = margin.variance(covariances)
        return share_of_margins(margin.value, variance, weights, width, strict=lines.strict)

    return at(LEAST), at(MOST)


def exact_comparison(test: Test, question: Question) -> tuple[list[Ratio], Lines] | None:
    """Return the ratios of counts that are compared, one or the two of a difference, and where.

    None where the likelihood has no exact law: other factors than ±1, other conditions, numbers
    and chances in the place of counts, lines that vary.
    """
    found = lines_of(test)
    if found is None:
        return None
    form, lines = found
    ratios = [question.ratios[quantity] for quantity in form.factors]
    counted = all(
        isinstance(ratio.quantity, SHARES)
        and all(
            factor.what not in ("number", "chance")
            for place in ratio.top
            for factor in question.terms[place]
        )
        for ratio in ratios
    )
    if not counted:
        return None
    if len(ratios) == 1:
        (factor,) = form.factors.values()
        inside = scaled(lines, 1.0 / factor)
        return (ratios, inside) if strictly_inside(inside) else None
    factors = list(form.factors.values())
    if len(ratios) != 2 or factors[0] != -factors[1] or ratios[0].bottom != ratios[1].bottom:
        return None
    return ratios, scaled(lines, 1.0 / factors[0])


def lines_of(test: Test) -> tuple[Linear, Lines] | None:
    """Return what is compared without its constant, and the line or the lines it is held against.

    The ends 0 and 1 of an interval are no lines for a share, which always lies between them.
    """
    if isinstance(test, Within):
        form, low, high = (linear_of(one) for one in (test.operand, test.low, test.high))
        if form is None or low is None or high is None or low.factors or high.factors:
            return None
        ends = low.constant - form.constant, high.constant - form.constant
        bare = Linear({key: value for key, value in form.factors.items() if value != 0.0})
        if len(bare.factors) == 1 and set(bare.factors.values()) == {1.0} and of_shares(test):
            if ends[0] <= 0.0 < ends[1] < 1.0:
                return bare, Lines((ends[1],), above=False)
            if ends[1] >= 1.0 > ends[0] > 0.0:
                return bare, Lines((ends[0],))
        return (bare, Lines(ends)) if bare.factors and ends[0] < ends[1] else None
    left, right = linear_of(test.left), linear_of(test.right)
    if left is None or right is None or test.operator not in ORDERS:
        return None
    form = left + right.times(-1.0)
    bare = Linear({key: value for key, value in form.factors.items() if value != 0.0})
    strict = test.operator in (">", "<")
    above = test.operator in (">", ">=")
    return (bare, Lines((-form.constant,), above, strict)) if bare.factors else None


def scaled(lines: Lines, factor: float) -> Lines:
    """Return the lines of a quantity that is a factor times another, for that other."""
    moved = tuple(sorted(line * factor for line in lines.lines))
    return replace(lines, lines=moved, above=lines.above == (factor > 0.0))


def strictly_inside(lines: Lines) -> bool:
    """Return whether every line of a share lies between 0 and 1."""
    return all(0.0 < line < 1.0 for line in lines.lines)


def margins_of(test: Test, counts: Counts) -> tuple[Real, Real, float | None]:
    """Return by how much each world meets a comparison, the variance of that, and a width.

    Returns
    -------
    margin, variance : array, shape (worlds,)
        Not finite where the comparison is undefined.
    width : float or None
        The comparison holds where the margin is between 0 and this; without it, above 0.
    """
    width = None
    with np.errstate(all="ignore"):
        means = counts.sums.means
        if isinstance(test, Within):
            value = estimate(test.operand, counts, means)
            low, high = estimate(test.low, counts, means), estimate(test.high, counts, means)
            margin = value - low
            ends = [linear_of(one) for one in (test.low, test.high)]
            if all(end is not None and not end.factors for end in ends):
                width = float(high.value[0] - low.value[0])
            else:
                margin = smaller(margin, high - value)
        else:
            margin = estimate(test.left, counts, means) - estimate(test.right, counts, means)
            margin = margin if test.operator in (">", ">=") else -margin
        variance = margin.variance(guarded_covariances(counts))
        variance = steadied(variance, margin, counts)
        exact = margin.variance(counts.sums.covariances) < EXACTLY**2
    lines = (0.0,) if width is None else (0.0, width)
    upon = np.abs(margin.value[:, None] - lines).min(axis=1) < EXACTLY
    exact &= upon & (condition_counts(counts) >= ENOUGH_ALIKE)
    shift = 0.75 * NO_DIFFERENCE if strictly_larger(test) else 0.0
    return margin.value - np.where(exact, 0.0, shift), np.where(exact, 0.0, variance), width


def guarded_covariances(counts: Counts) -> Real:
    """Return the covariances with the uncertainty that a share of 0 or 1 hides.

    A share estimated as 0 or 1 has no sample variance. Four histories more, half of them
    contrary, give each share's mean at least the variance 1 / (n (n + 4)).
    """
    covariances = counts.sums.covariances.copy()
    histories = counts.sums.histories.astype(float)
    for place, term in enumerate(counts.question.terms):
        if term and all(factor.what != "number" for factor in term):
            covariances[:, place, place] += 1.0 / (histories * (histories + 4.0))
    return covariances


def steadied(variance: Real, margin: Estimate, counts: Counts) -> Real:
    """Return variances that few histories do not make too small.

    The variance of one history, which n of them estimate with n - 1 degrees of freedom, is drawn to
    that of all worlds as if two degrees more had it: one number alone has no variance of its own.
    """
    terms = [term for term in counts.question.terms if any(one.what == "number" for one in term)]
    n = condition_counts(counts)
    known = np.isfinite(variance) & np.isfinite(margin.value) & (n > 0.0)
    if not terms or not known.any():
        return variance
    squares = np.where(known, variance * n**2, 0.0)
    pooled = float(squares.sum() / max((n[known] - 1.0).sum(), 1.0))
    drawn = (squares + 2.0 * pooled) / (n + 1.0) / np.maximum(n, 1.0)
    return np.where(known, drawn, np.nan)


def strictly_larger(test: Test) -> bool:
    """Return whether the claim is that one share is larger than another, by however little."""
    if not isinstance(test, Compare) or test.operator not in (">", "<") or not of_shares(test):
        return False
    found = lines_of(test)
    return found is not None and len(found[0].factors) > 1 and found[1].lines == (0.0,)


def of_shares(test: Test) -> bool:
    """Return whether all that is compared are shares of histories."""
    return all(isinstance(quantity, SHARES) for quantity in quantities_of(test))


def is_share(test: Test) -> bool:
    """Return whether what is compared is a share or a difference of shares, in its units."""
    found = lines_of(test)
    factors: Sequence[float] = () if found is None else list(found[0].factors.values())
    return bool(factors) and all(abs(factor) == 1.0 for factor in factors) and of_shares(test)
