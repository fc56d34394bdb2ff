r"""Who bargains over one issue and with what weight, and two rules without proposals.

``compromise`` [achen2006]_: :math:`X = \sum_i w_i x_i`. ``median`` [black1948]_: the position of
the actor at whom the weights, added up from the lower end, reach one half. :math:`w_i` is
capability times salience, as a share.
"""

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
    >>> capability, active = jnp.array([3.0, 1.0, 4.0]), jnp.array([1.0, 1.0, 0.0])
    >>> weights_of(Bargain(one, capability, one, active)).tolist()
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


ROUNDING = 1e-5
"""Sums of weights are equal when they are as close as this."""


def compromise(bargain: Bargain) -> Array:
    """Return the mean position, weighted by capability and salience, shape ().

    Examples
    --------
    >>> one = jnp.ones(2)
    >>> float(compromise(Bargain(jnp.array([0.0, 100.0]), jnp.array([3.0, 1.0]), one, one)))
    25.0
    """
    return sum_over_forces(weights_of(bargain) * bargain.position)


def median(bargain: Bargain) -> Array:
    """Return the position of the median voter, weighted by capability and salience, shape ().

    Where one half is reached exactly between two actors, the lower of the two.

    Examples
    --------
    >>> one = jnp.ones(3)
    >>> float(median(Bargain(jnp.array([90.0, 10.0, 40.0]), one, one, one)))
    40.0
    """
    return median_at(bargain.position, weights_of(bargain))


def median_at(position: Array, weight: Array) -> Array:
    """Return the weighted median of positions, shape ().

    Parameters
    ----------
    position, weight : Array, shape (actors,)
        Weights sum to one.
    """
    up_to = sum_over_forces(weight[:, None] * (position[:, None] <= position[None, :]))
    return jnp.min(jnp.where(up_to >= 0.5 - ROUNDING, position, jnp.inf), axis=0)
