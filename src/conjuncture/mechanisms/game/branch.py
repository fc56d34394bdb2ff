r"""Following a branch of equilibria from precision nothing to the precision that is wanted.

Solved is :math:`F(x, \lambda) = 0` for log-odds :math:`x`, as many as there are equations. At
:math:`\lambda = 0` all of them are 0. The branch that starts there is followed by its arc length
[turocy2005]_, so that it may turn back in :math:`\lambda` on its way: a step along the tangent,
then two of Newton's across it. Where a move has become all but certain the log-odds grow in
proportion to the precision, so that steps may grow with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import rounds_until

MOST_CORRECTIONS = 1000
FIRST_STEP, LONGEST_STEP, SHORTEST_STEP = 0.1, 0.3, 1e-6
"""The latter two are relative to one plus the precision."""
LONGER, SHORTER = 1.6, 0.4
FARTHEST_CORRECTION, SLOWEST_CONTRACTION, SHARPEST_TURN = 0.3, 0.3, 0.8
NOISE = 1e-3
"""In log-odds: corrections below it are rounding and need not contract."""
NEAR = 1e-3
LAST_CORRECTIONS = 6

Equations = Callable[[Array, Array], Array]


class Walk(NamedTuple):
    """Where the walk along the branch stands; log-odds and the precision on the first axis.

    Attributes
    ----------
    point, tangent : Array, shape (n + 1, ...)
        The last point found on the branch, and its direction there.
    guess : Array, shape (n + 1, ...)
        What is being corrected: first a step ahead on the tangent, in the end the solution.
    length : Array
        How long the next step is to be.
    first : Array
        Size of the first correction of the guess; -1 where it has not been corrected.
    steps : Array, integer
    turning : Array
        Which way round the branch runs, -1 or 1; 0 where it is not known yet. It changes where one
        branch crosses another, and when a step has slipped from one to another.
    left : Array, integer
        Corrections still to be made at the precision that is wanted.
    """

    point: Array
    tangent: Array
    guess: Array
    length: Array
    first: Array
    steps: Array
    turning: Array
    left: Array


def follow(equations: Equations, count: int, precision: Array) -> tuple[Array, Array]:
    """Return the solution at a precision on the branch that starts at precision nothing.

    Parameters
    ----------
    equations : callable
        From log-odds, shape (n, ...), and precision, shape (...), to an array of shape (n, ...);
        at precision nothing they are solved by log-odds of 0.
    count : int
        How many log-odds there are: n.
    precision : Array, shape (...)

    Returns
    -------
    solution : Array, shape (n, ...)
    steps : Array, integer, shape (...)
        How many steps were tried.

    Examples
    --------
    >>> solution, _ = follow(lambda x, p: x - p * jnp.tanh(1 - x), 1, jnp.float32(9))
    >>> round(float(solution[0]), 4)
    0.8997
    """
    begin = jnp.zeros((count + 1, *precision.shape), precision.dtype)
    upwards = begin.at[-1].set(1.0)
    nothing = begin[-1]

    def correct(walk: Walk) -> Walk:
        """Make one of Newton's steps, across the tangent or, once arrived, across precision."""
        arrived = walk.left < LAST_CORRECTIONS
        border = jnp.where(arrived, upwards, walk.tangent)
        value, slopes = linearised(lambda x: equations(x[:-1], x[-1]), walk.guess)
        sides = jnp.stack([jnp.concatenate([-value, nothing[None]]), upwards], axis=1)
        answer, turning = solved(jnp.concatenate([slopes, border[None]]), sides)
        found = walk.guess + answer[:, 0]
        return chosen(
            arrived,
            settle(walk, jnp.where(jnp.isfinite(found), found, walk.guess)),
            chosen(
                walk.first < 0.0,
                walk._replace(guess=found, first=longest(answer[:, 0])),
                judge(walk, found, unit(answer[:, 1]), longest(answer[:, 0]), turning),
            ),
        )

    def settle(walk: Walk, found: Array) -> Walk:
        """Keep a correction at the precision that is wanted."""
        again = walk.left > 0
        within = jnp.clip(found, -precision, precision).at[-1].set(precision)
        return walk._replace(guess=jnp.where(again, within, walk.guess), left=walk.left - again)

    def judge(walk: Walk, found: Array, tangent: Array, size: Array, turning: Array) -> Walk:
        """Take a step that was corrected twice, or try a shorter one."""
        unit_step = 1.0 + jnp.abs(walk.point[-1])
        shortest = walk.length <= 1.01 * SHORTEST_STEP * unit_step
        good = (
            (walk.first < FARTHEST_CORRECTION)
            & (size < jnp.maximum(SLOWEST_CONTRACTION * walk.first, NOISE))
            & (jnp.sum(tangent * walk.tangent, axis=0) > SHARPEST_TURN)
            & ((turning == walk.turning) | shortest)
        ) | (walk.steps == 0)
        easy = walk.first < FARTHEST_CORRECTION / 4
        length = walk.length * jnp.where(good, jnp.where(easy, LONGER, 1.0), SHORTER)
        length = jnp.clip(length, SHORTEST_STEP * unit_step, LONGEST_STEP * unit_step)
        point = jnp.where(good, found, walk.point)
        tangent = jnp.where(good, tangent, walk.tangent)
        rest = precision - point[-1]
        there = good & (rest < NEAR * (1.0 + precision))
        beyond = tangent[-1] * length > rest
        step = jnp.where(beyond, rest / jnp.where(beyond, tangent[-1], 1.0), length)
        return Walk(
            point=point,
            tangent=tangent,
            guess=jnp.where(there, point.at[-1].set(precision), point + step * tangent),
            length=length,
            first=nothing - 1.0,
            steps=walk.steps + 1,
            turning=jnp.where(good, turning, walk.turning),
            left=walk.left - there,
        )

    walk = Walk(
        point=begin,
        tangent=upwards,
        guess=begin,
        length=nothing + FIRST_STEP,
        first=nothing - 1.0,
        steps=jnp.zeros_like(nothing, jnp.int32),
        turning=nothing,
        left=jnp.full_like(nothing, LAST_CORRECTIONS, jnp.int32),
    )
    walk = rounds_until(lambda one: one.left <= 0, correct, walk, MOST_CORRECTIONS)
    return jnp.where(walk.left <= 0, walk.guess, walk.point)[:-1], walk.steps


def chosen(case: Array, one: Walk, other: Walk) -> Walk:
    """Return one walk where something holds, and another where it does not."""
    return Walk(*(jnp.where(case, *pair) for pair in zip(one, other, strict=True)))


def linearised(function: Callable[[Array], Array], point: Array) -> tuple[Array, Array]:
    """Return a function's value at a point, and its slopes by equation and unknown.

    Parameters
    ----------
    function : callable
        From shape (unknowns, ...) to shape (equations, ...), each history by itself.
    point : Array, shape (unknowns, ...)

    Examples
    --------
    >>> value, slopes = linearised(lambda x: x[:1] * x[1:], jnp.array([2.0, 3.0]))
    >>> value.tolist(), slopes.tolist()
    ([6.0], [[3.0, 2.0]])
    """
    value, along = jax.linearize(function, point)
    count = len(point)
    each = jnp.eye(count, dtype=point.dtype).reshape(count, count, *(1,) * (point.ndim - 1))
    slopes = jax.vmap(along)(jnp.broadcast_to(each, (count, *point.shape)))
    return value, jnp.swapaxes(slopes, 0, 1)


def solved(matrix: Array, sides: Array) -> tuple[Array, Array]:
    """Return the solutions of linear equations, and the sign of the determinant.

    Gauss's elimination with pivots, written out, since a library's solver wants the histories on
    the first axis and takes them one at a time.

    Parameters
    ----------
    matrix : Array, shape (n, n, ...)
    sides : Array, shape (n, m, ...)

    Returns
    -------
    solutions : Array, shape (n, m, ...)
    sign : Array, shape (...)

    Examples
    --------
    >>> found, sign = solved(jnp.array([[0.0, 2.0], [1.0, 1.0]]), jnp.array([[4.0], [5.0]]))
    >>> found.tolist(), float(sign)
    ([[3.0], [2.0]], -1.0)
    """
    count = len(matrix)
    rows = jnp.concatenate([matrix, sides], axis=1)
    order = jnp.arange(count).reshape(count, *(1,) * (rows.ndim - 2))
    sign = jnp.ones_like(rows[0, 0])
    for column in range(count):
        sizes = jnp.where(order >= column, jnp.abs(rows[:, column]), -1.0)
        best = order == jnp.argmax(sizes, axis=0)
        pivot = jnp.sum(jnp.where(best[:, None], rows, 0.0), axis=0)
        rows = jnp.where(best[:, None], rows[column], rows)
        sign = sign * jnp.where(best[column], 1.0, -1.0) * jnp.where(pivot[column] < 0, -1.0, 1.0)
        size = jnp.where(jnp.abs(pivot[column]) > TINY, pivot[column], TINY)
        pivot = pivot / size
        rows = (rows - rows[:, column][:, None] * pivot).at[column].set(pivot)
    return rows[:, count:], sign


TINY = 1e-20


def unit(vector: Array) -> Array:
    """Return a vector of length one in the same direction."""
    return vector / jnp.maximum(jnp.sqrt(jnp.sum(vector * vector, axis=0)), TINY)


def longest(vector: Array) -> Array:
    """Return the largest entry of a vector, without its sign."""
    return jnp.max(jnp.abs(vector), axis=0)
