"""Who bargains over one issue, and with what weight."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import sum_over_forces


class Bargain(NamedTuple):
    """One issue.

    Attributes
    ----------
    position : Array, shape (actors,)
        The outcome that each likes best, on the issue's scale.
    capability : Array, shape (actors,)
        At least 0; only the ratios matter.
    salience : Array, shape (actors,)
        0 to 1.
    active : Array, shape (actors,)
        1 for those that take part, 0 for those that are absent or stand aside.
    """

    position: Array
    capability: Array
    salience: Array
    active: Array


def active_or_everyone(active: Array) -> Array:
    """Return who takes part, or everyone where nobody does.

    Examples
    --------
    >>> active_or_everyone(jnp.array([0.0, 1.0])).tolist()
    [0.0, 1.0]
    >>> active_or_everyone(jnp.array([0.0, 0.0])).tolist()
    [1.0, 1.0]
    """
    return jnp.where(sum_over_forces(active) > 0.0, active, 1.0)


def weights_of(bargain: Bargain) -> Array:
    """Return each actor's share of the weight: capability times salience, of those taking part.

    Where that sums to nothing those taking part weigh the same, and where nobody takes part
    everyone does.

    Returns
    -------
    Array, shape (actors,)
        Sums to one.

    Examples
    --------
    >>> one, none = jnp.ones(3), jnp.zeros(3)
    >>> weights_of(Bargain(one, jnp.array([3.0, 1.0, 4.0]), one, jnp.array([1.0, 1.0, 0.0]))).tolist()
    [0.75, 0.25, 0.0]
    >>> weights_of(Bargain(one, one, none, jnp.array([1.0, 1.0, 0.0]))).tolist()
    [0.5, 0.5, 0.0]
    """
    active = active_or_everyone(bargain.active)
    largest = jnp.max(bargain.capability * active, axis=0)
    capability = bargain.capability / jnp.where(largest > 0.0, largest, 1.0)
    thrown_in = capability * bargain.salience * active
    sums_to = sum_over_forces(thrown_in)
    shares = thrown_in / jnp.where(sums_to > 0.0, sums_to, 1.0)
    return jnp.where(sums_to > 0.0, shares, active / sum_over_forces(active))
