r"""An emulator: the chance of success in each cell as a smooth function of the parameters.

What an expensive simulation says at some points is learnt once and asked at any other point
(Kennedy & O'Hagan 2001 [kennedyohagan2001]_). Here the simulations are averages of chances, noisy
and many, so a regression that averages the noise out serves better than an interpolator: for each
cell a fractional logit (Papke & Wooldridge 1996 [papkewooldridge1996]_),

.. math:: \operatorname{logit} p_c(\theta) = b_0 + \sum_i b_i z_i + \sum_{i \le j} b_{ij} z_i z_j,
          \qquad z_i = \Phi^{-1}(\theta_i),

whose mean is right where an empirical log-odds would not be: averages of 0 and 1 need no clipping.
Cubic terms were tried; held-out errors did not become smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from conjuncture.calibration.design import Design

Real = NDArray[np.float64]

RIDGE = 0.5
"""Precision of a coefficient beforehand: log-odds seldom move by more than 3 with one score."""

MISFIT = 0.25
"""Standard deviation in log-odds that a point may miss the surface by, beside its noise."""

HELD_OUT = 5
"""One point in so many is held out when the error is measured."""

EVERYWHERE = slice(None)
STEPS = 12
FEWEST = 50
LEAST, MOST = 0.05, 0.95


@dataclass(frozen=True)
class Emulator:
    """The surface of each cell.

    Attributes
    ----------
    names : tuple of str
        The parameters.
    cells : tuple of tuple of str
    coefficients : array, shape (features, cells)
    error : array, shape (cells,)
        Root mean square of what held-out points miss the surface by, in log-odds, with the noise
        of their simulation taken off; of points whose chance is between 5 and 95 %.
    """

    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    coefficients: Real
    error: Real

    @classmethod
    def of(cls, design: Design, judged: slice = EVERYWHERE) -> Emulator:
        """Learn the surface of each cell from a design.

        Parameters
        ----------
        design : Design
        judged : slice
            The points at which the error is measured.
        """
        features = features_of(ndtri(design.points))
        judge = np.zeros(len(design.points), bool)
        judge[judged] = True
        found, errors = [], []
        for cell in range(len(design.cells)):
            there = ~np.isnan(design.chances[:, cell]) & ~np.isnan(design.errors[:, cell])
            seen = features[there], design.chances[there, cell], design.errors[there, cell]
            found.append(regressed(*seen))
            errors.append(held_out_error(*seen, judge[there]))
        return cls(design.names, design.cells, np.stack(found, axis=1), np.array(errors))

    @classmethod
    def read(cls, file: Path) -> Emulator:
        """Return what :meth:`save` wrote into a file."""
        with np.load(file) as kept:
            names, cells = (tuple(map(str, kept[part])) for part in ("names", "cells"))
            tags = tuple(tuple(cell.split()) for cell in cells)
            return cls(names, tags, kept["coefficients"], kept["error"])

    def save(self, file: Path) -> None:
        """Write it into a file that ends in .npz."""
        np.savez_compressed(
            file,
            names=np.array(self.names),
            cells=np.array([" ".join(cell) for cell in self.cells]),
            coefficients=self.coefficients,
            error=self.error,
        )

    def log_odds(self, points: Real) -> Real:
        """Return log-odds of success, shape (points, cells), at points of the unit cube."""
        return np.asarray(features_of(ndtri(points)) @ self.coefficients)

    def chances(self, points: Real) -> Real:
        """Return chances of success, shape (points, cells), at points of the unit cube."""
        return np.asarray(expit(self.log_odds(points)))


def features_of(scores: Real) -> Real:
    """Return 1, the scores, their squares and products, shape (points, features).

    Examples
    --------
    >>> features_of(np.array([[2.0, 3.0]])).tolist()
    [[1.0, 2.0, 3.0, 4.0, 6.0, 9.0]]
    """
    first, second = pairs(scores.shape[1])
    one = np.ones((len(scores), 1))
    return np.concatenate([one, scores, scores[:, first] * scores[:, second]], axis=1)


@cache
def pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every pair of coordinates, each with itself too."""
    first, second = np.triu_indices(count)
    return first, second


def regressed(features: Real, chances: Real, errors: Real) -> Real:
    """Return the coefficients of a fractional logit, shape (features,), by Newton's method.

    A point weighs by the inverse of its variance in log-odds, noise and misfit together.
    """
    ridge = np.full(features.shape[1], RIDGE)
    ridge[0] = 0.0
    found = np.zeros(features.shape[1])
    mean = np.clip(chances.mean(), LEAST, MOST)
    found[0] = np.log(mean / (1.0 - mean))
    for _ in range(STEPS):
        fitted = expit(features @ found)
        slope = np.maximum(fitted * (1.0 - fitted), 1e-4)
        weight = slope / (errors**2 + (MISFIT * slope) ** 2 + 1e-6)
        gradient = features.T @ (weight * (chances - fitted)) - ridge * found
        curvature = (features * (weight * slope)[:, None]).T @ features + np.diag(ridge)
        step = np.linalg.solve(curvature, gradient)
        found = found + step
        if np.abs(step).max() < 1e-6:
            break
    return found


def held_out_error(features: Real, chances: Real, errors: Real, judged: NDArray[np.bool_]) -> float:
    """Return by how much log-odds are missed at points that were not learnt from."""
    out = np.arange(len(chances)) % HELD_OUT == 0
    coefficients = regressed(features[~out], chances[~out], errors[~out])
    out &= judged
    fitted = expit(features[out] @ coefficients)
    inside = (fitted > LEAST) & (fitted < MOST)
    if inside.sum() < FEWEST:
        return float("nan")
    slope = (fitted * (1.0 - fitted))[inside]
    squares = (chances[out] - fitted)[inside] ** 2 - errors[out][inside] ** 2
    return float(np.sqrt(max((squares / slope**2).mean(), 0.0)))
