"""The numbers of games as they are solved, by NumPy at once or by JAX in a compiled program.

Many games stand side by side on the last axis: payoffs scaled, weights as logarithms of shares.
Each is computed in double precision, by operations that do not know of its neighbours, so that a
game has one answer, alone and among others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from conjuncture.mechanisms.algebra import repeat_until
from conjuncture.mechanisms.game.game_tree import InformationSet

NEVER = -60.0
"""Logarithm of the probability that others still give to what an intervention rules out: it is too
small to count, and leaves a belief to those whom the impossible would surprise."""
MOST_PRECISE = 1000.0
"""A higher precision counts as this: it tells payoffs a thousandth of the range apart already."""


def scale_payoffs(payoffs: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return payoffs of which each player's range from 0 to 1, its lowest, and their range.

    A player to whom all endings are worth the same gets a range of one.

    Parameters
    ----------
    payoffs : array, shape (endings, players, ...)
    xp : module

    Examples
    --------
    >>> import numpy
    >>> found, lowest, spans = scale_payoffs(numpy.array([[1e8], [1e8 + 1.0], [1e8 + 2.0]]), numpy)
    >>> found[:, 0].tolist(), float(lowest[0]), float(spans[0])
    ([0.0, 0.5, 1.0], 100000000.0, 2.0)
    """
    lowest = xp.min(payoffs, axis=0)
    spans = xp.max(payoffs, axis=0) - lowest
    spans = xp.where(spans > 0.0, spans, 1.0)
    return (payoffs - lowest) / spans, lowest, spans


def log_shares(weights: Any, least: float, xp: Any) -> Any:
    """Return the logarithms of the shares of weights; of weights that are all nothing, equal ones.

    Parameters
    ----------
    weights : array, shape (n, ...)
    least : float
        No logarithm is lower.
    xp : module

    Examples
    --------
    >>> import numpy
    >>> log_shares(numpy.array([3.0, 1.0, 0.0]), -60.0, numpy).round(3).tolist()
    [-0.288, -1.386, -60.0]
    """
    top = xp.max(weights, axis=0)
    parts = xp.where(top > 0.0, weights / xp.where(top > 0.0, top, 1.0), 1.0)
    everything = parts[0]
    for part in parts[1:]:
        everything = everything + part
    shares = parts / everything
    return xp.maximum(xp.where(shares > 0.0, xp.log(xp.where(shares > 0.0, shares, 1.0)), -xp.inf),
                      least)  # fmt: skip


def imposed_rule_of(
    turn: InformationSet, gone: Any, aside: Any, forced: Sequence[Any], xp: Any
) -> tuple[Any, list[Any]]:
    """Return whether a player does not choose at an information set, and what is done instead.

    Parameters
    ----------
    turn : InformationSet
    gone, aside : array of bool
        Whether the player is not there, or stands aside.
    forced : sequence of array of bool
        Which moves an intervention imposes.
    xp : module

    Returns
    -------
    flag : array of bool
    instead : list of array
        The logarithm of the probability of each move.
    """
    some = forced[0]
    for one in forced[1:]:
        some = some | one
    some = some & ~gone
    instead = []
    for move, this in zip(turn.moves, forced, strict=True):
        if turn.absent is None:
            passive = -xp.log(xp.float32(len(turn.moves)))
        else:
            passive = xp.float32(0.0 if move == turn.absent else -xp.inf)
        instead.append(xp.where(some, xp.where(this, 0.0, -xp.inf), passive))
    return gone | aside | some, instead


State = TypeVar("State")

TINY = 1e-300


@dataclass(frozen=True)
class ArrayBackend:
    """How arrays are computed with.

    Attributes
    ----------
    xp : module
    times : callable
        From a constant sparse matrix (n, m) and an array (m, games) to (n, games).
    solved : callable
        From matrices (n, n, games) and right sides (n, m, games) to the solutions, the sign of
        the determinant and the logarithm of its size; where there is none, numbers that are none.
    repeated : callable
        From what tells whether a state is final, what makes the next, the first one and how often
        at most, to the last.
    """

    xp: ModuleType
    multiply: Callable[[Any, Any], Any]
    solve: Callable[[Any, Any], tuple[Any, Any, Any]]
    repeat: Callable[[Callable[[Any], Any], Callable[[Any], Any], Any, int], Any]


def solve_at_once(matrix: Any, sides: Any) -> tuple[Any, Any, Any]:
    """Return the solutions of linear equations by LAPACK, and the sign and size of determinants.

    Examples
    --------
    >>> matrix = np.array([[0.0, 2.0], [1.0, 1.0]])[..., None]
    >>> found, sign, size = solve_at_once(matrix, np.array([[4.0], [5.0]])[..., None])
    >>> found[..., 0].tolist(), sign.tolist(), round(float(size[0]), 4)
    ([[3.0], [2.0]], [-1.0], 0.6931)
    """
    first = np.ascontiguousarray(np.moveaxis(matrix, -1, 0))
    sound = np.isfinite(first).all(axis=(1, 2))
    first[~sound] = np.eye(len(matrix))
    sign, size = np.linalg.slogdet(first)
    singular = sign == 0.0
    first[singular] = np.eye(len(matrix))
    found = np.linalg.solve(first, np.moveaxis(sides, -1, 0))
    found[singular | ~sound] = np.nan
    return np.moveaxis(found, 0, -1), sign, np.where(singular, -np.inf, size)


def repeat_at_once(
    final: Callable[[State], Any], step: Callable[[State], State], start: State, most: int
) -> State:
    """Repeat a step until the state is final for every game, or ``most`` times."""
    state = start
    for _ in range(most):
        if final(state).all():
            break
        state = step(state)
    return state


NUMPY_BACKEND = ArrayBackend(
    np, lambda matrix, values: matrix @ values, solve_at_once, repeat_at_once
)  # fmt: skip


def solve_in_program(matrix: Any, sides: Any) -> tuple[Any, Any, Any]:
    """Return the same in a compiled program.

    Gauss's elimination with pivots, written out, since a library's solver wants the games on the
    first axis and takes them one at a time.

    Examples
    --------
    >>> matrix = jnp.array([[0.0, 2.0], [1.0, 1.0]])[..., None]
    >>> found, sign, size = solve_in_program(matrix, jnp.array([[4.0], [5.0]])[..., None])
    >>> found[..., 0].tolist(), sign.tolist(), round(float(size[0]), 4)
    ([[3.0], [2.0]], [-1.0], 0.6931)
    """
    count = len(matrix)
    rows = jnp.concatenate([matrix, sides], axis=1)
    order = jnp.arange(count).reshape(count, *(1,) * (rows.ndim - 2))
    sign = jnp.ones_like(rows[0, 0])
    logarithm = jnp.zeros_like(rows[0, 0])
    for column in range(count):
        sizes = jnp.where(order >= column, jnp.abs(rows[:, column]), -1.0)
        # Not argmax: what is lowered outside may not ask for double precision anew.
        largest = sizes == jnp.max(sizes, axis=0)
        best = order == jnp.min(jnp.where(largest, order, count), axis=0)
        pivot = jnp.sum(jnp.where(best[:, None], rows, 0.0), axis=0)
        rows = jnp.where(best[:, None], rows[column], rows)
        sign = sign * jnp.where(best[column], 1.0, -1.0) * jnp.where(pivot[column] < 0, -1.0, 1.0)
        size = jnp.abs(pivot[column])
        logarithm = logarithm + jnp.log(jnp.maximum(size, TINY))
        pivot = pivot / jnp.where(size > 0.0, pivot[column], jnp.nan)
        rows = (rows - rows[:, column][:, None] * pivot).at[column].set(pivot)
    return rows[:, count:], sign, logarithm


def multiply_in_program(matrix: Any, values: Any) -> Any:
    """Return a constant matrix times an array, in a compiled program.

    As a sum: a product of matrices would ask for double precision anew where a program is
    transformed.

    Examples
    --------
    >>> from scipy import sparse
    >>> matrix = sparse.csr_array(np.array([[1.0, 0.0, -1.0], [0.0, 0.0, 0.0]]))
    >>> multiply_in_program(matrix, jnp.array([[5.0], [6.0], [7.0]])).tolist()
    [[-2.0], [0.0]]
    """
    whole = jnp.asarray(matrix.toarray(), values.dtype)
    return jnp.sum(whole.reshape(*whole.shape, *(1,) * (values.ndim - 1)) * values, axis=1)


JAX_BACKEND = ArrayBackend(jnp, multiply_in_program, solve_in_program, repeat_until)


def with_double_precision(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return what does some work of a compiled program in double precision."""

    def run_in_double(*arguments: Any) -> Any:
        with jax.enable_x64(True):
            return work(*arguments)

    return run_in_double
