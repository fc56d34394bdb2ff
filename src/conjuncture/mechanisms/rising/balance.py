r"""What the street weighs against those who face it.

Street: :math:`A = \gamma \sum_i \text{organisation}_i\, \text{out}_i`; against it
:math:`F = \sum_i w_i\, \text{troops}_i\, \text{cohesion}_i\, \sigma(\text{discipline}_i -
\varphi \ln(1 + M/10))` with M the thousands in the street, as in the showdown, and :math:`w_i` 1
for a force that faces the crowd, 0 for one that does not, or how likely it is held to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array
from jax.nn import sigmoid

from conjuncture.mechanisms.algebra import total
from conjuncture.mechanisms.contract import Inputs
from conjuncture.mechanisms.rising.inputs import Stage
from conjuncture.mechanisms.showdown.strength import CROWD_SCALE, LEAST_STRENGTH

FEWEST = 1e-6


class People(NamedTuple):
    """Who there is of each crowd, in thousands; one number a crowd.

    ``every`` counts those who are there at all, ``ready`` those who do not stand aside, and
    ``organised`` the latter weighted by how far they act as one.
    """

    every: list[Array]
    ready: list[Array]
    organised: list[Array]

    def share_ready(self) -> list[Array]:
        """Return which share of each crowd can come out."""
        return [
            ready / jnp.maximum(every, FEWEST)
            for ready, every in zip(self.ready, self.every, strict=True)
        ]

    def share_of_all(self) -> list[Array]:
        """Return which share of all people each crowd is."""
        everybody = jnp.maximum(total(self.every), FEWEST)
        return [every / everybody for every in self.every]


class Balance(NamedTuple):
    """Two sides: thousands in the street, and both strengths in battalion equivalents."""

    street: Array
    crowd: Array
    force: Array


def count_people(inputs: Inputs, stage: Stage, here: Array) -> People:
    """Return who there is of each crowd when ``here`` says who does not stand aside."""
    mass = inputs.attribute("mass") * inputs.present
    ready = mass * here
    organised = ready * inputs.attribute("organisation")
    places = [inputs.members(name) for name in stage.crowds]
    return People(
        *([total([people[one] for one in crowd]) for crowd in places]
          for people in (mass, ready, organised))
    )  # fmt: skip


def balance_of(
    inputs: Inputs,
    stage: Stage,
    people: People,
    joined: Sequence[Array],
    facing: Sequence[Array],
) -> Balance:
    """Return what stands against what.

    Parameters
    ----------
    people : People
    joined : sequence of Array, shape (), one per crowd
        The share of those who are ready that comes out.
    facing : sequence of Array, shape (), one per force that is sent
        1 where it faces the crowd, 0 where it does not, or a probability.
    """
    street = total([ready * share for ready, share in zip(people.ready, joined, strict=True)])
    acting = total([mass * share for mass, share in zip(people.organised, joined, strict=True)])
    strain = inputs.constant("refusal") * jnp.log1p(street / CROWD_SCALE)
    sent = inputs.attribute("troops") * inputs.attribute("cohesion") * inputs.present
    discipline = inputs.attribute("discipline")
    places = [place for name in stage.facing for place in inputs.members(name)]
    firing = [
        against * sent[place] * sigmoid(discipline[place] - strain)
        for against, place in zip(facing, places, strict=True)
    ]
    return Balance(
        street,
        jnp.maximum(inputs.constant("street_exchange") * acting, LEAST_STRENGTH),
        jnp.maximum(total(firing), LEAST_STRENGTH),
    )


def log_odds(inputs: Inputs, sides: Balance) -> Array:
    """Return the logarithm of the odds that the street carries it."""
    return inputs.constant("decisiveness") * jnp.log(sides.crowd / sides.force)
