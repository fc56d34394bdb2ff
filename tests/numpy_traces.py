"""Traced functions read line by line: what NumPy does for each operation that JAX wrote down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal
from jax.lax import GatherScatterMode
from scipy.special import erf, erfc, expit


def run(traced: Jaxpr, constants: Sequence[Any], arguments: Sequence[Any]) -> list[Any]:
    """Return what a traced function makes of some arrays."""
    known: dict[Any, Any] = {}

    def read(name: Any) -> Any:
        return name.val if isinstance(name, Literal) else known[name]

    known.update(zip(traced.constvars, constants, strict=True))
    known.update(zip(traced.invars, arguments, strict=True))
    for line in traced.eqns:
        values = [read(name) for name in line.invars]
        made = MEANINGS[line.primitive.name](*values, **line.params)
        if not line.primitive.multiple_results:
            made = [made]
        known.update(zip(line.outvars, made, strict=True))
    return [read(name) for name in traced.outvars]


def run_closed(traced: ClosedJaxpr, *arguments: Any) -> list[Any]:
    """Return what a traced function that carries its constants makes of some arrays."""
    return run(traced.jaxpr, traced.consts, arguments)


def by_numpy(work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function written for JAX makes of some arrays, with nothing compiled."""
    traced, shape = jax.make_jaxpr(work, return_shape=True)(*arguments)
    leaves = [np.asarray(one) for one in jax.tree.leaves(arguments)]
    with np.errstate(all="ignore"):
        return jax.tree.unflatten(jax.tree.structure(shape), run_closed(traced, *leaves))


def repeat(
    *values: Any, cond_nconsts: int, cond_jaxpr: Any, body_nconsts: int, body_jaxpr: Any
) -> list[Any]:
    """``while``."""
    asked, kept = values[:cond_nconsts], values[cond_nconsts : cond_nconsts + body_nconsts]
    state = list(values[cond_nconsts + body_nconsts :])
    while run_closed(cond_jaxpr, *asked, *state)[0]:
        state = run_closed(body_jaxpr, *kept, *state)
    return state


def scan(
    *values: Any, jaxpr: Any, num_consts: int, num_carry: int, length: int, reverse: bool, **_: Any
) -> list[Any]:
    """``scan``."""
    kept, state = values[:num_consts], list(values[num_consts : num_consts + num_carry])
    rows = values[num_consts + num_carry :]
    turns: list[list[Any]] = []
    for turn in reversed(range(length)) if reverse else range(length):
        found = run_closed(jaxpr, *kept, *state, *(row[turn] for row in rows))
        state = found[:num_carry]
        turns.append(found[num_carry:])
    if reverse:
        turns.reverse()
    shapes = jaxpr.out_avals[num_carry:]
    if not turns:
        return [*state, *(np.zeros((0, *one.shape), one.dtype) for one in shapes)]
    return [*state, *(np.stack(column) for column in zip(*turns, strict=True))]


def choose_branch(index: Any, *values: Any, branches: Any, **_: Any) -> list[Any]:
    """``cond``."""
    place = int(np.clip(int(index), 0, len(branches) - 1))
    return run_closed(branches[place], *values)


def broadcast(value: Any, *, shape: Any, broadcast_dimensions: Any, **_: Any) -> Any:
    """``broadcast_in_dim``."""
    sizes = [1] * len(shape)
    for place, size in zip(broadcast_dimensions, np.shape(value), strict=True):
        sizes[place] = size
    return np.broadcast_to(np.reshape(value, sizes), shape)


def convert(value: Any, *, new_dtype: Any, **_: Any) -> Any:
    """``convert_element_type``; a number that is none becomes the smallest integer, as compiled."""
    kind = np.dtype(new_dtype)
    if kind.kind in "iu" and np.asarray(value).dtype.kind == "f":
        ends = np.iinfo(kind)
        value = np.clip(np.nan_to_num(value, nan=0.0), ends.min, ends.max)
    return np.asarray(value).astype(kind)


def take_slice(value: Any, *, start_indices: Any, limit_indices: Any, strides: Any) -> Any:
    """``slice``."""
    steps = strides or [None] * len(start_indices)
    return value[tuple(map(slice, start_indices, limit_indices, steps))]


def take_slice_at(value: Any, *starts: Any, slice_sizes: Any) -> Any:
    """``dynamic_slice``: a piece that would reach beyond the end begins earlier."""
    ends = zip(starts, slice_sizes, np.shape(value), strict=True)
    firsts = [(int(np.clip(int(start), 0, whole - size)), size) for start, size, whole in ends]
    return value[tuple(slice(first, first + size) for first, size in firsts)]


def update_at(value: Any, piece: Any, *starts: Any) -> Any:
    """``dynamic_update_slice``."""
    made = np.array(value)
    take_slice_at(made, *starts, slice_sizes=np.shape(piece))[...] = piece
    return made


def pad(value: Any, filler: Any, *, padding_config: Any) -> Any:
    """``pad``, without gaps and without cutting."""
    assert all(low >= 0 and high >= 0 and not gap for low, high, gap in padding_config)
    widths = [(low, high) for low, high, _ in padding_config]
    return np.pad(value, widths, constant_values=filler)


def gather(
    value: Any, indices: Any, *, dimension_numbers: Any, slice_sizes: Any, mode: Any,
    fill_value: Any, **_: Any,
) -> Any:  # fmt: skip
    """``gather``: pieces of an array, from where the indices say."""
    numbers = dimension_numbers
    gone = (*numbers.collapsed_slice_dims, *numbers.operand_batching_dims)
    window = [axis for axis in range(np.ndim(value)) if axis not in gone]
    batch = np.shape(indices)[:-1]
    places, whole = pieces(
        np.shape(value), np.asarray(indices), slice_sizes, window,
        dict(zip(numbers.start_index_map, range(len(numbers.start_index_map)), strict=True)),
        dict(zip(numbers.operand_batching_dims, numbers.start_indices_batching_dims, strict=True)),
    )  # fmt: skip
    if mode == GatherScatterMode.PROMISE_IN_BOUNDS:
        assert whole.all(), "an index that was promised to lie inside does not"
    found = np.asarray(value)[places]
    if mode == GatherScatterMode.FILL_OR_DROP and not whole.all():
        found = np.where(whole, found, fill_value).astype(found.dtype)
    sources = range(len(batch), len(batch) + len(window))
    return np.moveaxis(found, sources, numbers.offset_dims)


def scatter(
    value: Any, indices: Any, updates: Any, *, dimension_numbers: Any, mode: Any, **_: Any
) -> Any:
    """``scatter``: an array with pieces written over; what would lie outside is dropped."""
    numbers = dimension_numbers
    gone = (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    window = [axis for axis in range(np.ndim(value)) if axis not in gone]
    sizes = [1] * np.ndim(value)
    for axis, place in zip(window, numbers.update_window_dims, strict=True):
        sizes[axis] = np.shape(updates)[place]
    steps = numbers.scatter_dims_to_operand_dims
    places, whole = pieces(
        np.shape(value), np.asarray(indices), sizes, window,
        dict(zip(steps, range(len(steps)), strict=True)),
        dict(
            zip(numbers.operand_batching_dims, numbers.scatter_indices_batching_dims, strict=True)
        ),
    )  # fmt: skip
    first = np.ndim(indices) - 1
    ordered = np.moveaxis(updates, numbers.update_window_dims, range(first, first + len(window)))
    made = np.array(value)
    whole = np.broadcast_to(whole, np.shape(ordered))
    made[tuple(np.broadcast_to(one, np.shape(ordered))[whole] for one in places)] = ordered[whole]
    return made


def pieces(
    shape: Sequence[int], indices: Any, sizes: Sequence[int], window: Sequence[int],
    steered: Mapping[int, int], alike: Mapping[int, int],
) -> tuple[tuple[Any, ...], Any]:  # fmt: skip
    """Return where the elements of some pieces of an array lie, and which lie inside as a whole.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    indices : array
        Where each piece begins, the last axis along the axes that are ``steered``.
    sizes : sequence of int
        Of a piece, by axis of the array.
    window : sequence of int
        The axes of the array along which a piece extends.
    steered : mapping of int to int
        Axis to its place in the last axis of the indices.
    alike : mapping of int to int
        Axis to the axis of the indices that counts along with it.
    """
    batch = indices.shape[:-1]
    dimensions = len(batch) + len(window)
    whole = np.ones((*batch, *[1] * len(window)), bool)
    places = []
    for axis, length in enumerate(shape):
        place = np.zeros([1] * dimensions, int)
        if axis in steered:
            begins = indices[..., steered[axis]].reshape((*batch, *[1] * len(window))).astype(int)
            whole = whole & (begins >= 0) & (begins <= length - sizes[axis])
            place = place + np.clip(begins, 0, length - sizes[axis])
        if axis in alike:
            place = place + along(length, alike[axis], dimensions)
        if axis in window:
            place = place + along(sizes[axis], len(batch) + window.index(axis), dimensions)
        places.append(place)
    return tuple(places), whole


def along(length: int, axis: int, dimensions: int) -> Any:
    """Return 0, 1, 2 and so on along an axis."""
    sizes = [1] * dimensions
    sizes[axis] = length
    return np.arange(length).reshape(sizes)


def multiply(left: Any, right: Any, *, dimension_numbers: Any, **_: Any) -> Any:
    """``dot_general``."""
    (summed, summed_right), (kept, kept_right) = dimension_numbers
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    first = [next(letters) for _ in np.shape(left)]
    second = [next(letters) for _ in np.shape(right)]
    for one, other in (
        *zip(summed, summed_right, strict=True),
        *zip(kept, kept_right, strict=True),
    ):
        second[other] = first[one]
    free = [one for place, one in enumerate(first) if place not in (*summed, *kept)]
    free += [one for place, one in enumerate(second) if place not in (*summed_right, *kept_right)]
    out = "".join([*(first[place] for place in kept), *free])
    return np.einsum(f"{''.join(first)},{''.join(second)}->{out}", left, right)


def whole_power(value: Any, *, y: int) -> Any:
    """``integer_pow``."""
    return value**y if y >= 0 else 1 / value ** (-y)


def select(which: Any, *cases: Any) -> Any:
    """``select_n``."""
    if len(cases) == 2:
        return np.where(which, cases[1], cases[0])
    return np.choose(which, cases)


def largest_place(value: Any, *, axes: Any, index_dtype: Any) -> Any:
    """``argmax``."""
    return np.argmax(value, axis=axes[0]).astype(index_dtype)


def count_up(*, dtype: Any, shape: Any, dimension: int, **_: Any) -> Any:
    """``iota``."""
    counted = along(shape[dimension], dimension, len(shape)).astype(dtype)
    return np.broadcast_to(counted, shape)


def divide(one: Any, other: Any) -> Any:
    """``div``: towards zero where both are whole."""
    if np.asarray(one).dtype.kind in "iu":
        return (np.sign(one) * np.sign(other) * (np.abs(one) // np.abs(other))).astype(one.dtype)
    return np.divide(one, other)


def plain(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return a meaning that takes no notice of what the compiler is told beside."""
    return lambda *values, **_: work(*values)


def reduce_with(work: Callable[..., Any]) -> Callable[..., Any]:
    """Return a reduction over some axes."""
    return lambda value, *, axes, **_: work(value, axis=tuple(axes))


def sum_along(value: Any, *, axes: Any, **_: Any) -> Any:
    """``reduce_sum``, in the kind of number that is summed."""
    return np.sum(value, axis=tuple(axes), dtype=np.asarray(value).dtype)


MEANINGS: dict[str, Callable[..., Any]] = {
    "abs": np.abs, "add": np.add, "add_any": np.add, "and": np.bitwise_and,
    "argmax": largest_place, "broadcast_in_dim": broadcast,
    "bitcast_convert_type": lambda value, new_dtype: np.asarray(value).view(new_dtype),
    "clamp": lambda low, value, high: np.minimum(np.maximum(value, low), high),
    "concatenate": lambda *values, dimension: np.concatenate(values, axis=dimension),
    "cond": choose_branch, "convert_element_type": convert, "copy": plain(np.array),
    "cumsum": lambda value, axis, reverse: np.flip(np.cumsum(np.flip(value, axis), axis), axis)
    if reverse else np.cumsum(value, axis),
    "custom_jvp_call": lambda *values, call_jaxpr, **_: run_closed(call_jaxpr, *values),
    "div": divide, "dot_general": multiply,
    "dynamic_slice": take_slice_at, "dynamic_update_slice": update_at,
    "eq": np.equal, "erf": plain(erf), "erfc": plain(erfc), "exp": plain(np.exp),
    "expand_dims": lambda value, dimensions: np.expand_dims(value, tuple(dimensions)),
    "expm1": plain(np.expm1), "floor": np.floor, "gather": gather,
    "ge": np.greater_equal, "gt": np.greater, "integer_pow": whole_power, "iota": count_up,
    "is_finite": np.isfinite, "jit": lambda *values, jaxpr, **_: run_closed(jaxpr, *values),
    "le": np.less_equal, "log": plain(np.log), "log1p": plain(np.log1p), "logistic": plain(expit),
    "lt": np.less, "max": np.maximum, "min": np.minimum, "mul": plain(np.multiply),
    "ne": np.not_equal, "neg": np.negative,
    "not": np.bitwise_not, "or": np.bitwise_or, "pad": pad,
    "pow": np.power, "reduce_and": reduce_with(np.all), "reduce_max": reduce_with(np.max),
    "reduce_min": reduce_with(np.min), "reduce_or": reduce_with(np.any), "reduce_prod": reduce_with(np.prod),
    "reduce_sum": sum_along, "rem": np.fmod,
    "reshape": lambda value, new_sizes, **_: np.reshape(value, new_sizes),
    "rev": lambda value, dimensions: np.flip(value, tuple(dimensions)),
    "round": plain(np.rint), "scan": scan,
    "scatter": scatter, "select_n": select, "shift_left": np.left_shift,
    "shift_right_arithmetic": np.right_shift, "shift_right_logical": np.right_shift,
    "sign": np.sign, "slice": take_slice, "sqrt": plain(np.sqrt), "square": np.square,
    "squeeze": lambda value, dimensions: np.squeeze(value, tuple(dimensions)),
    "stack": lambda *values, axis: np.stack(values, axis),
    "stop_gradient": lambda value: value, "sub": np.subtract, "tanh": plain(np.tanh),
    "transpose": lambda value, permutation: np.transpose(value, tuple(permutation)), "while": repeat,
    "xor": np.bitwise_xor,
}  # fmt: skip
"""What NumPy does for each operation of a trace."""
