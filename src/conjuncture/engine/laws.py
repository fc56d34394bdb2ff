"""From random integers to draws: our own inverse transforms, so that no release changes them.

Every law takes one 32-bit word. The 23 high bits give a uniform in the middle of its cell,
(n + 1/2) / 2^23, which single precision holds exactly and which is never 0 or 1.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

GENERATOR = "threefry2x32-13/uniform23/gumbel-log-log/normal-giles2010"
"""Names the generator and the transforms; stands in every run record."""

ERFINV_CENTRAL = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
ERFINV_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip


def uniform_of(words: Array) -> Array:
    """Return uniforms in (0, 1) from 32-bit words.

    Examples
    --------
    >>> uniform_of(jnp.array([0, 2**32 - 1], jnp.uint32)).tolist()
    [5.960464477539063e-08, 0.9999999403953552]
    """
    cells = (words >> jnp.uint32(9)).astype(jnp.float32)
    shares: Array = cells * jnp.float32(2.0**-23) + jnp.float32(2.0**-24)
    return shares


def gumbel_of(words: Array) -> Array:
    """Return standard Gumbel draws, -ln(-ln u).

    Examples
    --------
    >>> [round(g, 4) for g in gumbel_of(jnp.array([0, 2**31], jnp.uint32)).tolist()]
    [-2.8115, 0.3665]
    """
    return -jnp.log(-jnp.log(uniform_of(words)))


def normal_of(words: Array) -> Array:
    r"""Return standard normal draws, :math:`\sqrt 2\,\mathrm{erf}^{-1}(2u - 1)`.

    The inverse error function is the single-precision approximation of Giles (2010).

    References
    ----------
    Giles, M. (2010), Approximating the erfinv function, in GPU Computing Gems, vol. 2.

    Examples
    --------
    >>> [round(z, 4) for z in normal_of(jnp.array([0, 2**31, 2**32 - 1], jnp.uint32)).tolist()]
    [-5.2947, 0.0, 5.2947]
    """
    share = uniform_of(words)
    signed = 2.0 * share - 1.0
    depth = -jnp.log(4.0 * share * (1.0 - share))
    central, outer = depth - 2.5, jnp.sqrt(depth) - 3.0
    near, far = jnp.full_like(central, ERFINV_CENTRAL[0]), jnp.full_like(outer, ERFINV_TAIL[0])
    for middle, edge in zip(ERFINV_CENTRAL[1:], ERFINV_TAIL[1:], strict=True):
        near, far = middle + near * central, edge + far * outer
    drawn: Array = jnp.float32(2.0**0.5) * jnp.where(depth < 5.0, near, far) * signed
    return drawn
