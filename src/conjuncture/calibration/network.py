r"""A small network of two hidden layers, fitted to chances that are known with an error.

.. math:: \operatorname{logit} p = W_3 \tanh(W_2 \tanh(W_1 z + b_1) + b_2) + b_3

by the quasi-likelihood of a fractional response (Papke & Wooldridge 1996
[papkewooldridge1996]_): averages of 0 and 1 need no clipping, and their mean is right. No library
of networks is worth a dependency here: JAX gives the gradient, and SciPy minimises.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logit

Real = NDArray[np.float64]
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
