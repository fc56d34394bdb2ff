"""Arithmetic over camps and forces, written so that a block of histories stays in registers.

Camps are few: anything over camps is a Python sequence with one array per camp, and what is done
over camps is unrolled. A compiler that is handed a camp axis instead reduces over an axis of two
or three with strides, which cost 3.5 times as much in trials.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

State = TypeVar("State")
Result = TypeVar("Result")
Shown = TypeVar("Shown")

LOG_SERIES = (
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
)  # fmt: skip
ROOT_OF_HALF = 0x3F3504F3
"""The bits of the square root of one half: parts are taken from there to its double."""

UNROLLED_FORCES = 12
"""Up to here sums over forces are written out, which saves a fifth of the time at eight forces
and nothing at sixteen."""


def compute_once(values: Array) -> Array:
    """Return the same finite numbers, worked out once and kept.

    The compiler works a cheap number out anew for every force that reads it, but never repeats a
    division: this divides by one in a way that it does not see through.

    Examples
    --------
    >>> float(compute_once(jnp.float32(3.5)))
    3.5
    """
    return values / (1.0 + 0.0 * values)


def sum_over_forces(values: Array) -> Array:
    """Sum over forces, the first axis.

    Parameters
    ----------
    values : Array, shape (forces,)

    Returns
    -------
    Array, shape ()

    Examples
    --------
    >>> float(sum_over_forces(jnp.array([1.0, 2.0, 3.0])))
    6.0
    """
    if len(values) <= UNROLLED_FORCES:
        return compute_once(reduce(jnp.add, [values[force] for force in range(len(values))]))
    return jnp.sum(values, axis=0)


def any_force(holds: Array) -> Array:
    """Return whether it holds of some force, on the first axis.

    Examples
    --------
    >>> bool(any_force(jnp.array([False, True])))
    True
    """
    if len(holds) <= UNROLLED_FORCES:
        return reduce(jnp.logical_or, [holds[force] for force in range(len(holds))])
    return jnp.any(holds, axis=0)


def any_force_differs(one: Array, other: Array) -> Array:
    """Return whether some force has another value in one than in the other, on the first axis.

    Examples
    --------
    >>> bool(any_force_differs(jnp.array([1, 2]), jnp.array([1, 3])))
    True
    """
    if len(one) <= UNROLLED_FORCES:
        return reduce(jnp.logical_or, [one[force] != other[force] for force in range(len(one))])
    return jnp.any(one != other, axis=0)


def sum_pulls(pairs: Sequence[tuple[int, int]], pull: Array, showing: Array) -> Array:
    """Return for each force the pulls on it, each times how far the one who pulls shows.

    The first pull on every force is added to all of them at once, then the second, and so on:
    no force waits for a long list, and nothing is scattered.

    Parameters
    ----------
    pairs : sequence of pair of int
        Who is pulled, and by whom.
    pull : Array, shape (pairs,)
    showing : Array, shape (forces,)

    Examples
    --------
    >>> sum_pulls([(0, 1), (0, 2)], jnp.array([0.5, 2.0]), jnp.array([1.0, 1.0, 1.0])).tolist()
    [2.5, 0.0, 0.0]
    """
    nobody = (len(pairs), 0)
    on: list[list[tuple[int, int]]] = [[] for _ in range(len(showing))]
    for index, (force, by) in enumerate(pairs):
        on[force].append((index, by))
    pull = jnp.concatenate([pull, jnp.zeros_like(pull[:1])])
    found: Array | float = jnp.zeros(())
    for turn in range(max(map(len, on))):
        taken = [pulls[turn] if turn < len(pulls) else nobody for pulls in on]
        rows, pullers = np.array(taken).T
        found = found + pull[rows] * showing[pullers]
    return jnp.asarray(found)


def rows_of(values: Array, places: Sequence[int]) -> Array:
    """Return the values of some forces.

    Examples
    --------
    >>> rows_of(jnp.array([1.0, 2.0, 3.0]), (0, 2)).tolist()
    [1.0, 3.0]
    """
    return jnp.concatenate([values[place : place + 1] for place in places])


def total(values: Sequence[Array]) -> Array:
    """Sum over camps.

    Examples
    --------
    >>> float(total([jnp.float32(1), jnp.float32(2)]))
    3.0
    """
    return reduce(jnp.add, values)


def largest(values: Sequence[Array]) -> Array:
    """Return the largest over camps.

    Examples
    --------
    >>> float(largest([jnp.float32(1), jnp.float32(2)]))
    2.0
    """
    return reduce(jnp.maximum, values)


def index_of_largest(values: Sequence[Array]) -> Array:
    """Return the index of the largest over camps; of equals, the first.

    Examples
    --------
    >>> int(index_of_largest([jnp.float32(1), jnp.float32(3), jnp.float32(3)]))
    1
    """
    best, index = values[0], jnp.zeros(jnp.shape(values[0]), jnp.int32)
    for camp, value in enumerate(values[1:], start=1):
        better = value > best
        best = jnp.where(better, value, best)
        index = jnp.where(better, camp, index)
    return index


def pick(values: Sequence[Array], index: Array) -> Array:
    """Return the value of the camp that ``index`` names.

    Examples
    --------
    >>> float(pick([jnp.float32(1), jnp.float32(3)], jnp.int32(1)))
    3.0
    """
    chosen = values[0]
    for camp, value in enumerate(values[1:], start=1):
        chosen = jnp.where(index == camp, value, chosen)
    return chosen


def log(values: Array) -> Array:
    """Return natural logarithms of positive numbers, within one part in ten million.

    As polynomial and exponent by Moshier's Cephes library (logf). It takes two thirds of the time
    of the compiler's own, because it leaves out what only zero, infinity, numbers below 1e-38 and
    those that are none need: of these it returns something finite.

    Examples
    --------
    >>> [round(float(x), 5) for x in log(jnp.array([1.0, 2.0, 1e-3]))]
    [0.0, 0.69315, -6.90776]
    """
    bits = jax.lax.bitcast_convert_type(values, jnp.int32)
    exponent = (bits - ROOT_OF_HALF) >> 23
    part = jax.lax.bitcast_convert_type(bits - (exponent << 23), jnp.float32) - 1.0
    series = jnp.full_like(part, LOG_SERIES[0])
    for coefficient in LOG_SERIES[1:]:
        series = series * part + coefficient
    rest = part + part * part * (part * series - 0.5)
    found: Array = exponent * jnp.float32(np.log(2.0)) + rest
    return found


def log_softmax(values: Sequence[Array]) -> list[Array]:
    """Return the logarithms of the shares of exponentials; minus infinity is allowed.

    Examples
    --------
    >>> [round(float(x), 3) for x in log_softmax([jnp.float32(0), jnp.float32(0)])]
    [-0.693, -0.693]
    """
    top = largest(values)
    normaliser = top + jnp.log(total([jnp.exp(value - top) for value in values]))
    return [value - normaliser for value in values]


def switch_case(case: Array, branches: Sequence[Callable[..., Result]], *arguments: Any) -> Result:
    """Return what the branch of the world's case makes of the arguments.

    The others are not run where all histories are of one world; where they are of many, each
    history takes what its own branch makes.

    Parameters
    ----------
    case : Array, integer valued, shape (), (1,) or (histories,)
    branches : sequence of callable

    Examples
    --------
    >>> float(switch_case(jnp.float32(1), [lambda x: x, lambda x: -x], jnp.float32(3)))
    -3.0
    """
    if len(branches) == 1:
        return branches[0](*arguments)
    if jnp.size(case) > 1:
        made = [branch(*arguments) for branch in branches]
        picked: Result = jax.tree.map(lambda *options: pick(options, case), *made)
        return picked
    place = jnp.reshape(case, ()).astype(jnp.int32)
    chosen: Result = jax.lax.switch(place, [partial(branch, *arguments) for branch in branches])
    return chosen


def repeat_until(
    settled: Callable[[State], Array],
    respond: Callable[[State], State],
    start: State,
    most: int | None = None,
) -> State:
    """Repeat ``respond`` until the history is settled, or ``most`` times.

    ``respond`` must leave a settled history as it is: histories are computed side by side, and
    the last one to settle decides when the repetition ends. Without ``most`` every history must
    settle by itself.
    """
    if most is None:
        return jax.lax.while_loop(lambda state: jnp.any(~settled(state)), respond, start)

    def is_unsettled(turn: tuple[Array, State]) -> Array:
        count, state = turn
        return (count < most) & ~jnp.all(settled(state))

    def count_and_respond(turn: tuple[Array, State]) -> tuple[Array, State]:
        count, state = turn
        return count + 1, respond(state)

    _, final = jax.lax.while_loop(is_unsettled, count_and_respond, (jnp.int32(0), start))
    return final


def repeat_and_record(
    respond: Callable[[State], State], shown: Callable[[State], Shown], start: State, most: int
) -> tuple[State, Shown]:
    """Repeat ``respond`` ``most`` times and keep what shows: at the start, and after each time.

    Ends where :func:`repeat_until` ends, because ``respond`` leaves a settled history as it is.

    Parameters
    ----------
    respond, shown : callable
    start : State
    most : int

    Returns
    -------
    final : State
    shown : Shown
        With a leading axis of ``most + 1`` rounds.

    Examples
    --------
    >>> final, shown = repeat_and_record(lambda x: x + 1, lambda x: 2 * x, jnp.int32(1), 2)
    >>> int(final), shown.tolist()
    (3, [2, 4, 6])
    """

    def respond_and_show(state: State, _: None) -> tuple[State, Shown]:
        state = respond(state)
        return state, shown(state)

    final, later = jax.lax.scan(respond_and_show, start, length=most)
    together: Shown = jax.tree.map(
        lambda first, rest: jnp.concatenate([first[None], rest]), shown(start), later
    )
    return final, together
