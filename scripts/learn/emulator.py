r"""An emulator: the chance of success in each cell as a smooth function of the parameters.

What an expensive simulation says at some points is learnt once and asked at any other point
(Kennedy & O'Hagan 2001 [kennedyohagan2001]_). The simulations are averages of chances, noisy and
many, so a regression that averages the noise out serves better than an interpolator. The surfaces
of all cells are the outputs of one small network z → p of two hidden layers on the scores of the
parameters,

.. math:: \operatorname{logit} p = W_3 \tanh(W_2 \tanh(W_1 z + b_1) + b_2) + b_3

fitted by the quasi-likelihood of a fractional response (Papke & Wooldridge 1996
[papkewooldridge1996]_): averages of 0 and 1 need no clipping, and their mean is right. No library
of networks is worth a dependency here: JAX gives the gradient, and SciPy minimises. Quadratic
surfaces were tried, and missed held-out points by more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit, ndtri

Real = NDArray[np.float64]


@dataclass(frozen=True)
class SimulatedDesign:
    """Chances of success by simulation, at points of the unit cube.

    Attributes
    ----------
    names : tuple of str
        The parameters.
    points : array, shape (points, parameters)
    chances : array, shape (points, cells)
        NaN where no case came to be recorded.
    errors : array, shape (points, cells)
        Their standard errors.
    cells : tuple of tuple of str
        The tags that are there in each cell.
    """

    names: tuple[str, ...]
    points: Real
    chances: Real
    errors: Real
    cells: tuple[tuple[str, ...], ...]

    def join(self, other: SimulatedDesign) -> SimulatedDesign:
        """Return the points of two designs of one population."""
        return SimulatedDesign(
            self.names,
            np.concatenate([self.points, other.points]),
            np.concatenate([self.chances, other.chances]),
            np.concatenate([self.errors, other.errors]),
            self.cells,
        )


Layers = Sequence[tuple[Real, Real]]
"""Weights, shape (from, to), and offsets, shape (to,), of each layer."""

WIDTH = 64
"""Units of each hidden layer; half as many follow noticeably worse, twice as many no better."""

PENALTY = 10.0
"""Precision of every weight beforehand."""

STEPS = 500


def network_outputs(layers: Layers, scores: Real) -> Real:
    """Return the outputs of a network, shape (points, cells), for inputs (points, parameters)."""
    *hidden, (weights, offsets) = layers
    units = scores
    for inner, shift in hidden:
        units = np.tanh(units @ inner + shift)
    return np.asarray(units @ weights + offsets)


def fit_network(scores: Real, chances: Real, trials: Real, seed: int) -> list[tuple[Real, Real]]:
    """Return a network whose outputs are the log-odds of some chances.

    Parameters
    ----------
    scores : array, shape (points, parameters)
    chances : array, shape (points, cells)
    trials : array, shape (points, cells)
        As many draws as each chance is worth; 0 where there is none.
    seed : int
        Of the weights from which it starts.
    """
    generator = np.random.default_rng(seed)
    sizes = (scores.shape[1], WIDTH, WIDTH, chances.shape[1])
    start = []
    for before, after in pairwise(sizes):
        start.append((generator.normal(0.0, before**-0.5, (before, after)), np.zeros(after)))
    means = (trials * chances).sum(axis=0) / np.maximum(trials.sum(axis=0), 1e-12)
    start[-1] = 0.1 * start[-1][0], logit(np.clip(means, 0.01, 0.99))
    inputs, shares, worth = (jnp.asarray(part, jnp.float32) for part in (scores, chances, trials))

    @jax.jit
    @jax.value_and_grad
    def loss(flat: jax.Array) -> jax.Array:
        *hidden, (weights, offsets) = unpack_layers(flat, sizes)
        units = inputs
        for inner, shift in hidden:
            units = jnp.tanh(units @ inner + shift)
        outputs = units @ weights + offsets
        misfit = jnp.sum(worth * (jnp.logaddexp(0.0, outputs) - shares * outputs))
        size = sum(jnp.sum(inner**2) for inner, _ in (*hidden, (weights, offsets)))
        return (misfit + 0.5 * PENALTY * size) / len(inputs)

    def loss_and_slope(flat: Real) -> tuple[float, Real]:
        value, slope = loss(jnp.asarray(flat, jnp.float32))
        return float(value), np.asarray(slope, np.float64)

    flat = np.concatenate([part.ravel() for layer in start for part in layer])
    found = minimize(
        loss_and_slope, flat, jac=True, method="L-BFGS-B",
        options={"maxiter": STEPS, "maxcor": 20},
    )  # fmt: skip
    return unpack_layers(found.x, sizes)


def unpack_layers(flat: Any, sizes: Sequence[int]) -> list[tuple[Any, Any]]:
    """Return the layers of a network from all its numbers in a row."""
    layers, start = [], 0
    for before, after in pairwise(sizes):
        middle = start + before * after
        layers.append((flat[start:middle].reshape(before, after), flat[middle : middle + after]))
        start = middle + after
    return layers


MISFIT = 0.1
"""Standard deviation in log-odds that a point may miss the surface by, beside its noise."""

MOST_TRIALS = 1000.0
HELD_OUT = 5
"""One point in so many is held out when the error is measured."""

SEED = 1
EVERYWHERE = slice(None)
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
    layers : sequence of (array, array)
        Of the network.
    error : array, shape (cells,)
        Root mean square of what held-out points miss the surface by, in log-odds, with the noise
        of their simulation taken off; of points whose chance is between 5 and 95 %.
    """

    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    layers: Layers
    error: Real

    @classmethod
    def of(cls, design: SimulatedDesign, judged: slice = EVERYWHERE) -> Emulator:
        """Learn the surface of each cell from a design.

        Parameters
        ----------
        design : SimulatedDesign
        judged : slice
            The points at which the error is measured.
        """
        scores, (chances, trials) = ndtri(design.points), chances_and_trials_of(design)
        out = np.arange(len(scores)) % HELD_OUT == 0
        layers = fit_network(scores[~out], chances[~out], trials[~out], SEED)
        unseen = np.zeros(len(scores), bool)
        unseen[judged] = out[judged]
        error = misses_of(network_outputs(layers, scores[unseen]), design, unseen)
        return cls(design.names, design.cells, fit_network(scores, chances, trials, SEED), error)

    @classmethod
    def read(cls, file: Path) -> Emulator:
        """Return what :meth:`save` wrote into a file."""
        with np.load(file) as kept:
            names, cells = (tuple(map(str, kept[part])) for part in ("names", "cells"))
            tags = tuple(tuple(cell.split()) for cell in cells)
            layers = [(kept[f"weights{place}"], kept[f"offsets{place}"]) for place in range(3)]
            return cls(names, tags, layers, kept["error"])

    def save(self, file: Path) -> None:
        """Write it into a file that ends in .npz."""
        content: dict[str, Any] = {
            "names": np.array(self.names),
            "cells": np.array([" ".join(cell) for cell in self.cells]),
            "error": self.error,
        }
        for place, (weights, offsets) in enumerate(self.layers):
            content |= {f"weights{place}": weights, f"offsets{place}": offsets}
        np.savez_compressed(file, **content)

    def log_odds(self, points: Real) -> Real:
        """Return log-odds of success, shape (points, cells), at points of the unit cube."""
        return network_outputs(self.layers, ndtri(points))

    def chances(self, points: Real) -> Real:
        """Return chances of success, shape (points, cells), at points of the unit cube."""
        return np.asarray(expit(self.log_odds(points)))


def chances_and_trials_of(design: SimulatedDesign) -> tuple[Real, Real]:
    """Return chances and how many draws each is worth, both 0 where nobody came to be recorded."""
    there = ~np.isnan(design.chances) & ~np.isnan(design.errors)
    chances, errors = np.where(there, design.chances, 0.0), np.where(there, design.errors, 1.0)
    slope = np.maximum(chances * (1.0 - chances), 0.02)
    trials = slope / (errors**2 + (MISFIT * slope) ** 2 + 1e-5)
    return chances, np.where(there, np.minimum(trials, MOST_TRIALS), 0.0)


def misses_of(log_odds: Real, design: SimulatedDesign, which: NDArray[np.bool_]) -> Real:
    """Return by how much some points miss the surface of each cell, shape (cells,)."""
    fitted = expit(log_odds)
    chances, errors = design.chances[which], design.errors[which]
    inside = (fitted > LEAST) & (fitted < MOST) & ~np.isnan(chances) & ~np.isnan(errors)
    slope = fitted * (1.0 - fitted)
    squares = np.where(inside, ((chances - fitted) ** 2 - errors**2) / slope**2, 0.0)
    count = inside.sum(axis=0)
    mean = np.where(count >= FEWEST, squares.sum(axis=0) / np.maximum(count, 1), np.nan)
    return np.asarray(np.sqrt(np.maximum(mean, 0.0)))
