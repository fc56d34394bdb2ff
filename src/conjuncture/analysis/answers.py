"""From counts to numbers: a question's value in each world and pooled over worlds.

Beside the value of a single quantity it is told what was undefined, and the bounds on a cause.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.estimates import FUNCTIONS, Bins, Estimate
from conjuncture.analysis.questions import LEAST, MOST, WAS, Question, Ratio
from conjuncture.analysis.result import Result
from conjuncture.analysis.unsolved_stages import UnsolvedCounts, UnsolvedStage
from conjuncture.engine.tallies import Sums
from conjuncture.errors import UsageError
from conjuncture.language.nodes import (
    Arithmetic,
    Call,
    Expression,
    Negative,
    NumberLiteral,
    Quantity,
)
from conjuncture.language.quantities import CausalQuantity, Quantile

Real = NDArray[np.float64]
Bounds = tuple[float, float]


class Particulars(NamedTuple):
    """What is told only of a single quantity; the fields of an answer of the same names."""

    undefined: float = 0.0
    coupling: Bounds | None = None
    last_draw: Bounds | None = None
    forestalled: float | None = None


def particulars_of(
    question: Question, means: Real, last_draw: Sums | None, weight: Real, value: float
) -> Particulars:
    """Return undefined share, bounds and forestalled share of a single quantity.

    Parameters
    ----------
    question : Question
    means : array, shape (worlds, terms)
    last_draw : Sums or None
        Of the terms of the last draw, in the same worlds.
    weight : array, shape (worlds,)
        Adding up to 1. Bounds are taken within each world, whose law of either run is known, and
        are then pooled as the quantity is: they are narrower than those of the pooled laws.
    value : float
        Of the quantity; rounding does not put it outside its bounds.
    """
    node = question.asked
    if not isinstance(node, Quantity) or isinstance(node, Quantile):
        return Particulars()
    ratio = question.ratios[node]
    pooled = weight @ means
    met = pooled[ratio.bottom]
    if met == 0.0:
        return Particulars()
    shares = {name: float(pooled[term] / met) for name, term in ratio.extra.items()}
    bounds = narrower = None
    if isinstance(node, CausalQuantity):
        low, high = (float(weight @ end / met) for end in coupling_bounds(ratio, means))
        bounds = (min(low, value), max(high, value))
        if last_draw is not None:
            narrower = last_draw_bounds(last_draw, weight, value, bounds)
    return Particulars(shares.get("undefined", 0.0), bounds, narrower, shares.get("forestalled"))


def last_draw_bounds(last_draw: Sums, weight: Real, value: float, within: Bounds) -> Bounds:
    r"""Return the bounds of a necessity or sufficiency whatever couples a stage's last draw.

    Let p be the chance with which a history of the condition B, all luck but that of the last draw
    being as it is, ends as it should in the run as it was, and q that with which it does under the
    intervention. Then the quantity lies between

    .. math:: \frac{\sum_B \max(0, p + q - 1)}{\sum_B p} \quad\text{and}\quad
        \frac{\sum_B \min(p, q)}{\sum_B p},

    and some joint law of the two draws attains each. Where a stage has two outcomes, the largest of
    Gumbels and logarithms of chances is monotone, and the value is the lower of the two.

    Parameters
    ----------
    last_draw : Sums
    weight : array, shape (worlds,)
    value : float
        Of the quantity, counted from outcomes as they were drawn.
    within : pair of float
        The bounds whatever couples all luck. Either bound and the value have sampling errors of
        their own; these put neither the value outside nor the bounds beyond those.

    Examples
    --------
    >>> one = Sums(np.array([512]), np.array([[256.0, 64.0, 128.0]]), np.zeros((1, 3, 3)))
    >>> last_draw_bounds(one, np.ones(1), 0.25, (0.0, 1.0))
    (0.25, 0.5)
    """
    pooled = weight @ last_draw.means
    low, high = (float(pooled[place] / pooled[WAS]) for place in (LEAST, MOST))
    return min(max(low, within[0]), value), max(min(high, within[1]), value)


def coupling_bounds(ratio: Ratio, means: Real) -> tuple[Real, Real]:
    r"""Return the bounds of a necessity or sufficiency whatever couples the two runs.

    Within the condition B, with x the histories that end as they should in the run as it was (for
    a necessity the event is definitely true), and y those that do under the intervention (it is
    definitely false, with *or forestalled* also undefined; for a sufficiency both the other way
    round), the smallest and the largest joint probability of Frechet give

    .. math:: \max\Bigl(0, \frac{P(x) + P(y) - P(B)}{P(x)}\Bigr)
        \le \frac{P(x, y)}{P(x)} \le \min\Bigl(1, \frac{P(y)}{P(x)}\Bigr).

    No others are narrower: some joint law of the two runs attains each. Where neither run is ever
    undefined these are the bounds of Tian and Pearl. How the condition, which is read of the run as
    it was, goes together with what happens under the intervention is taken as it was simulated.

    Parameters
    ----------
    ratio : Ratio
    means : array, shape (worlds, terms)

    Returns
    -------
    low, high : array, shape (worlds,)
        Of P(x, y), so that worlds can be pooled; divide by P(x).

    References
    ----------
    Tian, J. and J. Pearl (2000), Probabilities of causation: bounds and identification, Annals
    of Mathematics and Artificial Intelligence 28.
    """
    if ratio.coupling_terms is None:
        raise TypeError(ratio.quantity)
    met, was = means[:, ratio.coupling_terms.condition], means[:, ratio.bottom]
    imposed = means[:, list(ratio.coupling_terms.imposed)].sum(axis=1)
    return np.maximum(was + imposed - met, 0.0), np.minimum(was, imposed)


CREDIBLE = (0.05, 0.95)

NEVER_MET = "its condition was never met"
NO_NUMBER = (
    "it is no finite number: something is divided by zero, too large, or asked for a root or a "
    "logarithm that it has not"
)


@dataclass(frozen=True)
class Counts:
    """Everything counted for one question.

    Attributes
    ----------
    question : Question
    sums : Sums
        Of its terms.
    bins : dict of Quantity to Bins
    unsolved : dict of str to Played
    last_draw : Sums or None
        Of the terms of the last draw, where the question has them.
    """

    question: Question
    sums: Sums
    bins: Mapping[Quantity, Bins] = field(default_factory=dict)
    unsolved: UnsolvedCounts = field(default_factory=dict)
    last_draw: Sums | None = None

    def with_histories(self, weights: Real | None) -> tuple[Counts, Real | None]:
        """Return the same of the worlds that have histories, and their weights.

        Only a run that was stopped leaves worlds without any; of these nothing is known.

        Raises
        ------
        UsageError
            When there is no history at all.
        """
        seen = self.sums.histories > 0
        if not seen.any():
            raise UsageError("the run was stopped before it had a history; let it run longer")
        if seen.all():
            return self, weights
        kept = self.by_rows(lambda rows: rows[seen])
        return kept, None if weights is None else weights[seen]

    def by_rows(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Counts:
        """Return the same with every array that has a row for each world changed alike."""
        return replace(
            self,
            sums=self.sums.map_rows(change),
            last_draw=self.last_draw and self.last_draw.map_rows(change),
            bins={key: replace(one, counts=change(one.counts)) for key, one in self.bins.items()},
            unsolved={
                stage: replace(one, counts=change(one.counts))
                for stage, one in self.unsolved.items()
            },
        )

    @property
    def digest(self) -> str:
        """The sha256 of what the value was counted from in every world, bit for bit."""
        found = hashlib.sha256()
        for counted in (
            self.sums.histories,
            self.sums.first,
            *(b.counts for b in self.bins.values()),
        ):
            found.update(np.ascontiguousarray(counted).data)
        return found.hexdigest()


@dataclass(frozen=True)
class Answer(Result):
    """The answer to a question.

    Attributes
    ----------
    value : float
        Pooled over worlds; not finite where there is none: see ``lacking``.
    interval : pair of float
        The 5th and 95th percentile over worlds, the noise of finite histories taken out.
    standard_error : float
        Sampling error of ``value``: of worlds and of histories.
    worlds, histories : int
        How many worlds with histories there are, and how many histories in all of them together.
    undefined : float
        Share of the histories in the condition in which the event was undefined.
    coupling : pair of float or None
        Bounds on a necessity or sufficiency that hold however luck is coupled.
    last_draw : pair of float or None
        Those that hold however the luck of the stage's last draw alone is coupled; None where the
        event is not how one stage ended, or the condition hangs on that draw.
    forestalled : float or None
        Of a necessity, the share in which the stage was no longer reached.
    effective_worlds : float or None
        With weighted worlds, how many equally weighted ones they are worth.
    counts_sha256 : str
        Digest of what was counted in every world: equal when two runs agree bit for bit.
    no_value : str
        Why there is no value, where that was asked: which part of the condition is never met.
    met : bool
        Whether every condition was met in some history.
    unsolved : tuple of UnsolvedStage
        Stages on which it rests and that were not solved well enough everywhere.
    query : str
        What was asked, as it was written; empty where nobody asked it by itself.
    """

    value: float
    interval: tuple[float, float]
    standard_error: float
    worlds: int
    histories: int
    undefined: float = 0.0
    coupling: tuple[float, float] | None = None
    last_draw: tuple[float, float] | None = None
    forestalled: float | None = None
    effective_worlds: float | None = None
    counts_sha256: str = ""
    no_value: str = ""
    met: bool = True
    unsolved: tuple[UnsolvedStage, ...] = ()
    query: str = field(default="", compare=False)

    @property
    def why_no_value(self) -> str:
        """Why there is no value; empty where there is one."""
        if np.isfinite(self.value):
            return ""
        if self.no_value:
            return self.no_value
        return NO_NUMBER if self.met else f"{NEVER_MET} in {self.histories:,} histories"


def estimate(node: Expression, counts: Counts, means: Real, pool: Real | None = None) -> Estimate:
    """Return a numeric query's estimate for means of shape (worlds, terms).

    ``pool`` weighs worlds when the means are already pooled; only quantiles need it.
    """
    match node:
        case NumberLiteral(value=number):
            return Estimate.constant(number, means)
        case Negative(operand=operand):
            return -estimate(operand, counts, means, pool)
        case Arithmetic(operator=operator, left=left, right=right):
            one, two = estimate(left, counts, means, pool), estimate(right, counts, means, pool)
            return {
                "+": one.__add__, "-": one.__sub__, "*": one.__mul__,
                "/": one.__truediv__, "^": one.__pow__,
            }[operator](two)  # fmt: skip
        case Call(function=function, arguments=arguments):
            return FUNCTIONS[function](*(estimate(one, counts, means, pool) for one in arguments))
        case Quantile():
            return quantile(node, counts, means, pool)
        case Quantity():
            return ratio_of(counts.question.ratios[node], means)
    raise UsageError("a query combines P, E, Q, necessity and sufficiency with numbers")


def ratio_of(ratio: Ratio, means: Real) -> Estimate:
    """Return a quantity that is a ratio of means."""
    top = Estimate.mean(means, ratio.top[0])
    for term in ratio.top[1:]:
        top = top + Estimate.mean(means, term)
    return top / Estimate.mean(means, ratio.bottom)


def quantile(node: Quantile, counts: Counts, means: Real, pool: Real | None) -> Estimate:
    """Return a quantile with its sampling variance: of worlds, or of the pool by its density."""
    bins = counts.bins[node]
    value, density = bins.quantile(node.level, pool)
    # Histories in which it is no finite number fall into no bin.
    wanted = counts.sums.first[:, counts.question.ratios[node].bottom]
    lost = bins.counts.sum(axis=1) < np.rint(wanted)
    value = np.where(lost if pool is None else (lost & (pool > 0)).any(), np.nan, value)
    if pool is None:
        return Estimate(value, np.zeros_like(means), bins.variance(node.level))
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.maximum(bins.counts.sum(), 1.0)
        noise = node.level * (1.0 - node.level) / (seen * density**2)
    return Estimate(value, np.zeros_like(means), np.broadcast_to(noise, value.shape))


def has_one_condition(question: Question) -> bool:
    """Return whether all quantities share one condition, so that pooling their ratios is fair."""
    return len({ratio.bottom for ratio in question.ratios.values()}) == 1


def answer(counts: Counts, weights: Real | None = None) -> Answer:
    """Answer a question, pooled over worlds.

    Quantities that share a condition are ratios of pooled means, worlds weighing by how probable
    they make the condition; a combination of quantities with different conditions is averaged
    within worlds. Worlds without histories, which a run that was stopped may leave, are left out.

    Parameters
    ----------
    counts : Counts
    weights : array, shape (worlds,), optional
        Weights of worlds; equal when absent.
    """
    digest = counts.digest
    counts, weights = counts.with_histories(weights)
    # Numbers that are not finite are told as such in the end.
    with np.errstate(all="ignore"):
        return answer_with(counts, weights, digest)


def answer_with(counts: Counts, weights: Real | None, digest: str) -> Answer:
    """Return the answer where every world has histories."""
    question, sums = counts.question, counts.sums
    worlds = len(sums.histories)
    weight = np.full(worlds, 1.0 / worlds) if weights is None else weights / weights.sum()
    means, covariances = sums.means, sums.covariances
    by_world = estimate(question.asked, counts, means)
    bottoms = [means[:, ratio.bottom] for ratio in question.ratios.values()]
    if has_one_condition(question):
        pooled = (weight @ means)[None, :]
        whole = estimate(question.asked, counts, pooled, weight)
        value = float(whole.value[0])
        influence = (means - pooled) @ whole.gradient[0]
        error = clustered_variance(weight, influence)
        if np.isfinite(value):
            error += quantile_error(counts, weight)
        shares = weight * bottoms[0]
    else:
        shares = np.where(np.isfinite(by_world.value), weight, 0.0)
        value = float(np.nansum(shares * by_world.value) / shares.sum()) if shares.any() else np.nan
        influence = np.where(shares > 0, by_world.value - value, 0.0) / max(shares.sum(), 1e-300)
        error = clustered_variance(shares, influence)
    low, high = spread(by_world, covariances, shares)
    if isinstance(question.asked, Quantile):
        bins = counts.bins[question.asked]
        low, high = bins.nearest(low), bins.nearest(high)
    return Answer(
        value=value,
        met=all(bool((weight * bottom).any()) for bottom in bottoms),
        interval=(low, high),
        standard_error=float(np.sqrt(error)) if np.isfinite(value) else np.nan,
        worlds=worlds,
        histories=int(sums.histories.sum()),
        effective_worlds=None if weights is None else float(1.0 / np.sum(weight**2)),
        counts_sha256=digest,
        unsolved=tuple(one.to_unsolved_stage(stage) for stage, one in counts.unsolved.items()),
        **particulars_of(question, means, counts.last_draw, weight, value)._asdict(),
    )


def clustered_variance(weight: Real, influence: Real) -> float:
    """Return the variance of a weighted sum over worlds, worlds being independent."""
    count = max(int(np.count_nonzero(weight)), 2)
    return float(np.sum((weight * influence) ** 2) * count / (count - 1))


def quantile_error(counts: Counts, weight: Real) -> float:
    """Return the variance of a pooled quantile, from how worlds differ below it."""
    asked = counts.question.asked
    if not isinstance(asked, Quantile):
        return 0.0
    bins = counts.bins[asked]
    _, density = bins.quantile(asked.level, weight)
    place = int(bins.place(asked.level, weight)[0])
    seen = bins.counts.sum(axis=1)
    below = bins.counts[:, : place + 1].sum(axis=1) - asked.level * seen
    share = np.sum(weight * seen)
    return clustered_variance(weight, below / max(share, 1e-300) / max(float(density[0]), 1e-300))


def spread(by_world: Estimate, covariances: Real, shares: Real) -> tuple[float, float]:
    """Return the 90 % interval over worlds with the noise of finite histories taken out.

    Values are drawn towards their mean until their variance is what remains when the mean
    sampling variance is subtracted.
    """
    seen = np.isfinite(by_world.value) & (shares > 0)
    if not seen.any():
        return float("nan"), float("nan")
    values, share = by_world.value[seen], shares[seen] / shares[seen].sum()
    centre = float(share @ values)
    total = float(share @ (values - centre) ** 2)
    noise = float(share @ by_world.variance(covariances)[seen])
    kept = np.sqrt(max(0.0, 1.0 - noise / total)) if total > 0 else 0.0
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(share[order]) - 0.5 * share[order]
    low, high = np.interp(CREDIBLE, reached, centre + kept * (values[order] - centre))
    return float(low), float(high)
