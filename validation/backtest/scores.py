"""How good stated chances were: log loss, Brier score, and the area under the curve.

Low is good for the first two, whose least expected value is had by stating what one believes
[gneitingraftery2007]_; the third asks only for the right order [hanleymcneil1982]_.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def log_losses(success: Numbers, chance: Numbers) -> Numbers:
    r"""Return the log loss of each case, :math:`-\log p` of what happened [good1952]_.

    Parameters
    ----------
    success : array, shape (cases,)
        1 where it succeeded, otherwise 0.
    chance : array, shape (cases,)
        The stated probability of success. Nothing is clipped: a certainty that was wrong costs
        infinity.

    Examples
    --------
    >>> log_losses(np.array([1.0, 0.0]), np.array([0.5, 0.25])).round(3)
    array([0.693, 0.288])
    """
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(np.where(success == 1, chance, 1 - chance)))


def squared_errors(success: Numbers, chance: Numbers) -> Numbers:
    """Return the squared error of each case; their mean is the Brier score [brier1950]_.

    Parameters
    ----------
    success, chance : array, shape (cases,)

    Examples
    --------
    >>> squared_errors(np.array([1.0, 0.0]), np.array([0.5, 0.25]))
    array([0.25  , 0.0625])
    """
    return np.asarray((success - chance) ** 2)


def areas(success: Numbers, chance: Numbers, weights: Numbers) -> Numbers:
    r"""Return the area under the receiver's operating curve, AUC, once for each set of weights.

    It is the probability that a success, drawn at random, was given a higher chance than a failure,
    ties counting half [hanleymcneil1982]_:

    .. math:: \frac{\sum_{i,j} w_i w_j y_i (1 - y_j)
              \left([p_i > p_j] + \tfrac12 [p_i = p_j]\right)}{\sum_i w_i y_i \sum_j w_j (1 - y_j)}

    Parameters
    ----------
    success, chance : array, shape (cases,)
    weights : array, shape (sets, cases)
        How often each case counts.

    Returns
    -------
    array, shape (sets,)
        NaN where a set has no success or no failure.

    Examples
    --------
    >>> success, chance = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.5, 0.5])
    >>> areas(success, chance, np.ones((1, 4)))
    array([0.875])
    """
    order = np.argsort(chance, kind="stable")
    _, starts = np.unique(chance[order], return_index=True)
    won = np.add.reduceat((weights * success)[:, order], starts, axis=1)
    lost = np.add.reduceat((weights * (1 - success))[:, order], starts, axis=1)
    below = np.cumsum(lost, axis=1) - lost / 2
    with np.errstate(invalid="ignore"):
        return np.asarray((won * below).sum(axis=1) / (won.sum(axis=1) * lost.sum(axis=1)))
