"""Public signals: which are sent, and what those heard add to leanings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.contract import Draw, Inputs
from conjuncture.mechanisms.showdown.inputs import Stage

SENT_CODE = 0


def draw_signals(inputs: Inputs, draw: Draw, stage: Stage) -> dict[str, Array]:
    """Return whether each signal that has a chance is sent at this visit, shape () each."""
    sent = {}
    for name in stage.signals_in_doubt:
        chance = inputs.value(f"{name}.chance")
        choice = draw.choose(
            f"signal.{name}", ("sent", "withheld"), [jnp.log(chance), jnp.log1p(-chance)]
        )
        sent[name] = choice == SENT_CODE
    return sent


def leanings_from_signals(
    inputs: Inputs,
    stage: Stage,
    camps: Sequence[str],
    sent: Mapping[str, Array],
    upcoming: Array,
) -> list[Array]:
    """Return by camp what the signals heard so far add to leanings, shape (forces,) each.

    Parameters
    ----------
    inputs : Inputs
    stage : Stage
    camps : sequence of str
    sent : mapping of str to Array of bool, shape ()
        Of the signals that may be withheld; the others are sent.
    upcoming : Array, integer, shape ()
        The round in which forces respond to them.
    """
    heard: list[Array] = [jnp.zeros(()) for _ in camps]
    nothing = jnp.zeros_like(inputs.constant("fog"))
    for name, signal in stage.signals.items():
        camp = camps.index(signal.camp)
        reach = jnp.stack(
            jnp.broadcast_arrays(
                nothing,
                *(
                    inputs.value(f"{name}.reach.{force}") if force in signal.reach else nothing
                    for force in inputs.forces
                ),
            )[1:]
        )
        audible = upcoming >= signal.round
        if name in sent:
            audible = audible & sent[name]
        heard[camp] = heard[camp] + jnp.where(audible, reach, 0.0)
    return heard
