"""Who is there to bargain, and who is merely thought to be."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import largest
from conjuncture.mechanisms.contract import Inputs

ASIDE = 0


def is_present(inputs: Inputs, name: str) -> Array:
    """Return whether a force, or any member of a group, is present, be it aside."""
    return _any_member(inputs, name, lambda place: inputs.present[place] > 0)


def is_taking_part(inputs: Inputs, name: str) -> Array:
    """Return whether a force, or any member of a group, is present and does not stand aside."""
    return _any_member(
        inputs,
        name,
        lambda place: (inputs.present[place] > 0) & (inputs.fixed_sides[place] != ASIDE),
    )


def is_expected(inputs: Inputs, name: str) -> Array:
    """Return the same as far as others know: who secretly stands aside is counted on."""
    return _any_member(
        inputs,
        name,
        lambda place: (
            (inputs.present[place] > 0)
            & ((inputs.fixed_sides[place] != ASIDE) | (inputs.secret[place] > 0))
        ),
    )


def _any_member(inputs: Inputs, name: str, holds: Callable[[int], Array]) -> Array:
    return largest([jnp.asarray(holds(place)) for place in inputs.members(name)])
