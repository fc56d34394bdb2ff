r"""The programme, for one history.

Spatial bargaining over one issue at a time: a weighted mean [achen2006]_, a weighted median
[black1948]_, or Bueno de Mesquita's model of challenges [buenodemesquita1994]_ [scholz2011]_. The
equations, the readings chosen and the measures are in ``docs/mechanisms/programme.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import cast

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import index_of_largest, switch_case, total
from conjuncture.mechanisms.contract import ASIDE, Draw, Inputs, Resolution
from conjuncture.mechanisms.programme.challenge import (
    Bargain,
    challenge,
    challenge_replication,
    compromise,
    median,
)
from conjuncture.mechanisms.programme.inputs import RULES, Stage

EQUALLY_NEAR = 1e-5
"""As shares of a scale; of actors as near as this, the one named first is the nearest."""


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    """Settle the programme; nothing is left to chance.

    Parameters
    ----------
    inputs : Inputs
        Reads each actor's ``capability``, and for every issue its position and salience.
    draw : Draw
        Not used.

    Returns
    -------
    Resolution
        The actor whose ideal point is nearest to what was settled, and the measures listed in
        the documentation.
    """
    del draw
    stage = cast("Stage", inputs.stage)
    actors = stage.actors
    there = {actor: presence_of(inputs, actor) for actor in actors}
    bargains = [bargain_over(inputs, stage, name) for name in stage.issues]
    codes = inputs.rules("rule")
    place = total([1 * (inputs.value("rule") > code) for code in codes])
    settled = switch_case(
        place,
        [partial(settle, rule_of_name(RULES[code], stage.rounds)) for code in codes],
        bargains,
    )
    distance = distances_from(inputs, stage, settled)
    outcome = index_of_nearest(
        [jnp.where(there[actor] > 0.0, distance[actor], jnp.inf) for actor in actors]
    )
    return Resolution(
        outcome=outcome,
        log_probabilities=[
            jnp.where(outcome == code, 0.0, -jnp.inf) for code in range(len(actors))
        ],
        measures={
            "position": dict(zip(stage.issues, settled, strict=True)),
            "distance": distance,
        },
        defined={
            "position": {
                name: reduce(jnp.maximum, [there[actor] for actor in issue.positions]) > 0.0
                for name, issue in stage.issues.items()
            },
            "distance": {actor: there[actor] > 0.0 for actor in actors},
        },
    )


def rule_of_name(rule: str, rounds: int) -> Callable[[Bargain], Array]:
    """Return a rule: from one bargain to the position settled on.

    Examples
    --------
    >>> rule_of_name("median", 5).__name__
    'median'
    """
    rules: dict[str, Callable[[Bargain], Array]] = {
        "compromise": compromise,
        "median": median,
        "challenge": partial(challenge, rounds=rounds),
        "challenge_replication": partial(challenge_replication, rounds=rounds),
    }
    return rules[rule]


def settle(rule: Callable[[Bargain], Array], bargains: Sequence[Bargain]) -> list[Array]:
    """Return by issue the position that a rule settles on, each of the shape of a history."""
    shape = jnp.broadcast_shapes(*(part.shape[1:] for bargain in bargains for part in bargain))
    return [jnp.broadcast_to(rule(bargain), shape) for bargain in bargains]


def presence_of(inputs: Inputs, actor: str, *, aside_too: bool = True) -> Array:
    """Return 1 while an actor is there, shape (): a group is while any of its members is.

    Without ``aside_too``, one that stands aside counts as gone.
    """
    here = inputs.present if aside_too else inputs.present * (inputs.fixed_sides != ASIDE)
    return reduce(jnp.maximum, [1.0 * here[place] for place in inputs.members(actor)])


def bargain_over(inputs: Inputs, stage: Stage, name: str) -> Bargain:
    """Return the bargain over one issue, among those that take a position on it."""
    actors = tuple(stage.issues[name].positions)

    def column(values: Sequence[Array]) -> Array:
        return jnp.stack(jnp.broadcast_arrays(*values))

    return Bargain(
        position=column([inputs.value(f"{name}.positions.{actor}") for actor in actors]),
        capability=column([inputs.value(f"capability.{actor}") for actor in actors]),
        salience=column([inputs.value(f"{name}.salience.{actor}") for actor in actors]),
        active=column([presence_of(inputs, actor, aside_too=False) for actor in actors]),
    )


def distances_from(inputs: Inputs, stage: Stage, settled: Sequence[Array]) -> dict[str, Array]:
    """Return how far each actor's ideal point is from what was settled.

    The root mean square, over the issues on which it takes a position, of the distances as
    shares of the issues' scales.
    """
    squares: dict[str, list[Array]] = {actor: [] for actor in stage.actors}
    for (name, issue), point in zip(stage.issues.items(), settled, strict=True):
        for actor in issue.positions:
            apart = (inputs.value(f"{name}.positions.{actor}") - point) / issue.length
            squares[actor].append(apart * apart)
    return {actor: jnp.sqrt(total(found) / len(found)) for actor, found in squares.items()}


def index_of_nearest(distance: Sequence[Array]) -> Array:
    """Return the place of the smallest distance; of those equally near, the first.

    Examples
    --------
    >>> int(index_of_nearest([jnp.float32(0.5), jnp.float32(0.2), jnp.float32(0.2)]))
    1
    """
    least = reduce(jnp.minimum, distance)
    return index_of_largest([1.0 * (value <= least + EQUALLY_NEAR) for value in distance])
