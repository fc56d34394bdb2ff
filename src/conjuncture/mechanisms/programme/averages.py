r"""Two rules without proposals: the weighted mean and the weighted median.

``compromise`` [achen2006]_: :math:`X = \sum_i w_i x_i`. ``median`` [black1948]_: the position of
the actor at whom the weights, added up from the lower end, reach one half. :math:`w_i` is
capability times salience, as a share.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import sum_over_forces
from conjuncture.mechanisms.programme.bargain import Bargain, weights_of

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
