"""What is told of a single quantity beside its value: what was undefined, and bounds on a cause."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.last_draws import LEAST, MOST, WAS
from conjuncture.analysis.questions import Question, Ratio
from conjuncture.engine.adding import Sums
from conjuncture.language.nodes import Mean, Necessity, Probability, Sufficiency

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
    if not isinstance(node, Probability | Mean | Necessity | Sufficiency):
        return Particulars()
    ratio = question.ratios[node]
    pooled = weight @ means
    met = pooled[ratio.bottom]
    if met == 0.0:
        return Particulars()
    shares = {name: float(pooled[term] / met) for name, term in ratio.extra.items()}
    bounds = narrower = None
    if isinstance(node, Necessity | Sufficiency):
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
