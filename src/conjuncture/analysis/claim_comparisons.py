"""What a claim compares, seen in every world, and the share of worlds in which it holds.

A ratio of counts against a number has a binomial likelihood, a difference of two such ratios under
one condition a trinomial one; everything else is normal about its estimate, but a sum of quantiles
of numbers that take few values takes few itself. Worlds weigh by how probable they make the
condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Counts, estimate
from conjuncture.analysis.estimates import Estimate, smaller
from conjuncture.analysis.likelihoods import NO_DIFFERENCE
from conjuncture.analysis.linear_forms import (
    ORDERS,
    LinearForm,
    difference_of,
    exceedances_of,
    linear_of,
)
from conjuncture.analysis.questions import LEAST, MOST, WAS, Question, Ratio
from conjuncture.analysis.shares_of_worlds import (
    ShareOfWorlds,
    share_of_differences,
    share_of_margins,
    share_of_worlds,
    wilson_bounds,
)
from conjuncture.language.nodes import (
    Arithmetic,
    Compare,
    Expression,
    NumberLiteral,
    Within,
    quantities_of,
)
from conjuncture.language.quantities import EventQuantity, Quantile

Real = NDArray[np.float64]

MANY = 1_000_000
"""Values of a sum from which on it is taken to vary continuously."""


def half_steps(
    form: LinearForm, counts: Counts, lines: tuple[float, ...]
) -> list[tuple[float, float]] | None:
    """Return how far it is from each line half way to the values next to it, below and above.

    Parameters
    ----------
    form : LinearForm
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


Test = Compare | Within

EXACTLY = 1e-7
"""A difference between means of counts that is smaller is rounding."""

ENOUGH_HISTORIES = 30
"""From so many histories on, all of them just upon a line, a world is taken to lie there."""


@dataclass(frozen=True)
class Thresholds:
    """Where a quantity, or a difference, must lie: beyond one line, or between two."""

    lines: tuple[float, ...]
    above: bool = True
    strict: bool = False


def quantity_compared(test: Test) -> Expression:
    """Return the quantity whose value is shown: the one compared with a number, or a difference."""
    if isinstance(test, Within):
        return test.operand
    if isinstance(test.right, NumberLiteral):
        return test.left
    if isinstance(test.left, NumberLiteral):
        return test.right
    return Arithmetic("-", test.left, test.right)


def condition_counts(counts: Counts) -> Real:
    """Return in how many histories of each world the rarest of a claim's conditions was met."""
    met = [counts.sums.first[:, ratio.bottom] for ratio in counts.question.ratios.values()]
    return np.asarray(np.min(met, axis=0))


def share_where(
    test: Test, counts: Counts, weights: Real, effective: float | None = None
) -> ShareOfWorlds:
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
    compared = [exact_comparison(one, counts.question) for one in exceedances_of(test) or (test,)]
    shares = [exact_share(*one, counts, weights, effective) for one in compared if one is not None]
    if len(shares) == len(compared):
        return shares[0] if len(shares) == 1 else remainder_of(*shares)
    margin, variance, width = margins_of(test, counts)
    strict = isinstance(test, Compare) and test.operator in (">", "<")
    return share_of_margins(margin, variance, weights, width, strict=strict, effective=effective)


def exact_share(
    ratios: Sequence[Ratio],
    lines: Thresholds,
    counts: Counts,
    weights: Real,
    effective: float | None,
) -> ShareOfWorlds:
    """Return in what share of worlds ratios of counts lie where a comparison wants them."""
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


def remainder_of(one: ShareOfWorlds, other: ShareOfWorlds) -> ShareOfWorlds:
    """Return the share of worlds in which the one comparison holds and the other does not.

    Parameters
    ----------
    one, other : ShareOfWorlds
        Of the same worlds; where the other holds so does the one.

    Returns
    -------
    ShareOfWorlds
        Each end of its interval is as far off as those of both together, and no nearer than
        Wilson's. Next to the line is what is next to either line.
    """
    if not np.isfinite(one.value):
        return one
    value = max(0.0, one.value - other.value)
    low, high = wilson_bounds(value, one.effective)
    return replace(
        one,
        value=value,
        low=min(low, max(0.0, one.low - other.high)),
        high=max(high, min(1.0, one.high - other.low)),
        favours=np.clip(one.favours - other.favours, 0.0, 1.0),
        distance=np.concatenate([one.distance, other.distance]),
        mass=np.concatenate([one.mass, other.mass]),
    )


def shares_at_last_draw(
    test: Test, counts: Counts, weights: Real
) -> tuple[ShareOfWorlds, ShareOfWorlds] | None:
    """Return in what shares of worlds a comparison would hold at both bounds of the last draw.

    Parameters
    ----------
    test : Compare or Within
    counts : Counts
    weights : array, shape (worlds,)
        How probable each world makes the condition.

    Returns
    -------
    pair of ShareOfWorlds or None
        At the lower and at the upper bounds of all worlds. None where the test does not compare
        one necessity or sufficiency, for which there are such bounds, with a number between 0 and
        1.
    """
    found = lines_of(test)
    if counts.last_draw is None or found is None or len(found[0].factors) != 1:
        return None
    (factor,) = found[0].factors.values()
    lines = scale_lines(found[1], 1.0 / factor)
    if not is_strictly_inside(lines):
        return None
    means = counts.last_draw.means
    histories = counts.last_draw.histories.astype(float)[:, None, None]
    hidden = np.eye(means.shape[1]) / (histories * (histories + 4.0))
    covariances = counts.last_draw.covariances + hidden
    was = Estimate.mean(means, WAS)
    width = lines.lines[1] - lines.lines[0] if len(lines.lines) > 1 else None

    def share_at(bound: int) -> ShareOfWorlds:
        value = Estimate.mean(means, bound) / was
        margin = value - Estimate.constant(lines.lines[0], means)
        margin = margin if lines.above or width is not None else -margin
        variance = margin.variance(covariances)
        return share_of_margins(margin.value, variance, weights, width, strict=lines.strict)

    return share_at(LEAST), share_at(MOST)


def exact_comparison(test: Test, question: Question) -> tuple[list[Ratio], Thresholds] | None:
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
        isinstance(ratio.quantity, EventQuantity)
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
        inside = scale_lines(lines, 1.0 / factor)
        return (ratios, inside) if is_strictly_inside(inside) else None
    factors = list(form.factors.values())
    if len(ratios) != 2 or factors[0] != -factors[1] or ratios[0].bottom != ratios[1].bottom:
        return None
    return ratios, scale_lines(lines, 1.0 / factors[0])


def lines_of(test: Test) -> tuple[LinearForm, Thresholds] | None:
    """Return what is compared without its constant, and the line or the lines it is held against.

    The ends 0 and 1 of an interval are no lines for a share, which always lies between them.
    """
    if isinstance(test, Within):
        form, low, high = (linear_of(one) for one in (test.operand, test.low, test.high))
        if form is None or low is None or high is None or low.factors or high.factors:
            return None
        ends = low.constant - form.constant, high.constant - form.constant
        bare = LinearForm({key: value for key, value in form.factors.items() if value != 0.0})
        if len(bare.factors) == 1 and set(bare.factors.values()) == {1.0} and compares_shares(test):
            if ends[0] <= 0.0 < ends[1] < 1.0:
                return bare, Thresholds((ends[1],), above=False)
            if ends[1] >= 1.0 > ends[0] > 0.0:
                return bare, Thresholds((ends[0],))
        return (bare, Thresholds(ends)) if bare.factors and ends[0] < ends[1] else None
    form = difference_of(test.left, test.right)
    if form is None or test.operator not in ORDERS:
        return None
    bare = LinearForm({key: value for key, value in form.factors.items() if value != 0.0})
    strict = test.operator in (">", "<")
    above = test.operator in (">", ">=")
    return (bare, Thresholds((-form.constant,), above, strict)) if bare.factors else None


def scale_lines(lines: Thresholds, factor: float) -> Thresholds:
    """Return the lines of a quantity that is a factor times another, for that other."""
    moved = tuple(sorted(line * factor for line in lines.lines))
    return replace(lines, lines=moved, above=lines.above == (factor > 0.0))


def is_strictly_inside(lines: Thresholds) -> bool:
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

    Notes
    -----
    What takes only certain values, as the difference of two quantiles of whole numbers does, lies
    beyond a line just where it lies beyond the middle between the line and the next value.
    """
    width, form = None, None
    with np.errstate(all="ignore"):
        means = counts.sums.means
        if isinstance(test, Within):
            value = estimate(test.operand, counts, means)
            low, high = estimate(test.low, counts, means), estimate(test.high, counts, means)
            margin = value - low
            ends = [linear_of(one) for one in (test.low, test.high)]
            if all(end is not None and not end.factors for end in ends):
                width = float(high.value[0] - low.value[0])
                form = difference_of(test.operand, test.low)
            else:
                margin = smaller(margin, high - value)
        else:
            margin = estimate(test.left, counts, means) - estimate(test.right, counts, means)
            form = difference_of(test.left, test.right)
            if test.operator not in (">", ">="):
                margin, form = -margin, None if form is None else form.times(-1.0)
        common = 0.0 if form is None else common_variance(form, counts)
        variance = np.maximum(margin.variance(guard_covariances(counts)) + common, 0.0)
        variance = variance_with_prior(variance, margin, counts)
        exact = margin.variance(counts.sums.covariances) + common < EXACTLY**2
    lines = (0.0,) if width is None else (0.0, width)
    steps = None if form is None else half_steps(form, counts, lines)
    if steps is not None:
        if width is not None:
            return margin.value + steps[0][0], variance, width + steps[0][0] + steps[1][1]
        strict = isinstance(test, Compare) and test.operator in (">", "<")
        return margin.value + (-steps[0][1] if strict else steps[0][0]), variance, None
    upon = np.abs(margin.value[:, None] - lines).min(axis=1) < EXACTLY
    exact &= upon & (condition_counts(counts) >= ENOUGH_HISTORIES)
    shift = 0.75 * NO_DIFFERENCE if claims_strictly_larger(test) else 0.0
    return margin.value - np.where(exact, 0.0, shift), np.where(exact, 0.0, variance), width


def guard_covariances(counts: Counts) -> Real:
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


def variance_with_prior(variance: Real, margin: Estimate, counts: Counts) -> Real:
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


def claims_strictly_larger(test: Test) -> bool:
    """Return whether the claim is that one share is larger than another, by however little."""
    if (
        not isinstance(test, Compare)
        or test.operator not in (">", "<")
        or not compares_shares(test)
    ):
        return False
    found = lines_of(test)
    return found is not None and len(found[0].factors) > 1 and found[1].lines == (0.0,)


def compares_shares(test: Test) -> bool:
    """Return whether all that is compared are shares of histories."""
    return all(isinstance(quantity, EventQuantity) for quantity in quantities_of(test))


def is_share(test: Test) -> bool:
    """Return whether what is compared is a share or a difference of shares, in its units.

    One quantile is compared with numbers as a share of histories is.
    """
    if exceedances_of(test):
        return True
    found = lines_of(test)
    factors: Sequence[float] = () if found is None else list(found[0].factors.values())
    return bool(factors) and all(abs(factor) == 1.0 for factor in factors) and compares_shares(test)
