"""Calibration curves: whether three in ten of what was given a chance of 30 % happened.

The curve is the CORP reliability diagram [dimitriadis2021]_: how often success followed, as a
function of the stated chance, by isotonic regression, which needs no bins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

Numbers = NDArray[np.float64]

REPETITIONS = 1_000
SEED = 1
LEVEL = 0.9


@dataclass(frozen=True, eq=False)
class CalibrationCurve:
    r"""A calibration curve with the band in which it would lie if every stated chance were right.

    Attributes
    ----------
    chance : array, shape (points,)
        The chances that were stated, rising.
    cases : array, shape (points,)
        To how many cases each was given.
    observed : array, shape (points,)
        How often success followed: the weighted isotonic regression of success on chance.
    low, high : array, shape (points,)
        The middle 90 % of such regressions where success is drawn from the stated chances
        themselves, point by point: a consistency band. Cases are drawn independently.
    miscalibration, discrimination, uncertainty : float
        Parts of the Brier score: what recalibration would save, what the recalibrated chances save
        against one chance for all, and what that one chance costs. Brier score = miscalibration −
        discrimination + uncertainty.
    """

    chance: Numbers
    cases: Numbers
    observed: Numbers
    low: Numbers
    high: Numbers
    miscalibration: float
    discrimination: float
    uncertainty: float


def calibration_curve(success: Numbers, chance: Numbers) -> CalibrationCurve:
    """Return the calibration curve of stated chances.

    Parameters
    ----------
    success, chance : array, shape (cases,)

    Examples
    --------
    >>> curve = calibration_curve(np.array([0.0, 1, 0, 1]), np.array([0.2, 0.4, 0.6, 0.8]))
    >>> curve.observed
    array([0. , 0.5, 0.5, 1. ])
    """
    points, place = np.unique(chance, return_inverse=True)
    cases = np.bincount(place).astype(float)
    observed = _isotonic(np.bincount(place, weights=success), cases)
    draws = np.random.default_rng(SEED).binomial(
        cases.astype(int), np.clip(points, 0, 1), (REPETITIONS, len(points))
    )
    imagined = np.array([_isotonic(draw.astype(float), cases) for draw in draws])
    low, high = np.quantile(imagined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    brier = float(np.mean((success - chance) ** 2))
    recalibrated = float(np.mean((success - observed[place]) ** 2))
    uncertainty = float(np.mean((success - success.mean()) ** 2))
    return CalibrationCurve(
        chance=points,
        cases=cases,
        observed=observed,
        low=low,
        high=high,
        miscalibration=brier - recalibrated,
        discrimination=uncertainty - recalibrated,
        uncertainty=uncertainty,
    )


def _isotonic(successes: Numbers, cases: Numbers) -> Numbers:
    return np.asarray(isotonic_regression(successes / cases, weights=cases).x)
