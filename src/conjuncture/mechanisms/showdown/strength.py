r"""The strength of a camp, under two rules.

``weight``: :math:`S_k = B_k + \sum_i x_{ik} (\text{troops}_i + \gamma\,\text{mass}_i)`.
``refusal``: :math:`S_k = B_k + \sum_i x_{ik}\,\text{troops}_i\,\sigma(\text{discipline}_i -
\varphi \ln(1 + M_{-k}/10))`, soldiers who do not fire on the crowd against them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import kept, over_forces, total

FLOOR = 1e-3
CROWD_SCALE = 10.0


class Arms(NamedTuple):
    """What strength is made of.

    ``troops`` (battalion equivalents), ``mass`` (thousand people) and ``discipline`` (log-odds)
    have a force axis; ``materiel`` is one number per camp; ``rule`` is the code of the world's
    rule and ``rules`` names those that any world of the run can have.
    """

    present: Array
    troops: Array
    mass: Array
    discipline: Array
    materiel: tuple[Array, ...]
    exchange: Array
    refusal: Array
    rule: Array
    rules: tuple[str, ...]


def strengths(arms: Arms, showing: Sequence[Array]) -> list[Array]:
    """Return the strength of each camp in what shows.

    Parameters
    ----------
    arms : Arms
    showing : sequence of Array, shape (forces,), one per camp
        How far each force shows in the camp, 0 to 1.

    Returns
    -------
    list of Array, shape (), one per camp, in battalion equivalents
    """
    by_weight = by_refusal = []
    if "weight" in arms.rules:
        weight = arms.troops + arms.exchange * arms.mass
        by_weight = [over_forces(weight * camp) for camp in showing]
    if "refusal" in arms.rules:
        crowd = [over_forces(arms.mass * camp) for camp in showing]
        everyone = total(crowd)
        by_refusal = [
            over_forces(arms.troops * obeying(arms, everyone - mine) * camp)
            for mine, camp in zip(crowd, showing, strict=True)
        ]
    return with_materiel(arms, by_weight, by_refusal)


def strength_if_joined(arms: Arms, showing: Sequence[Array]) -> list[list[Array]]:
    """Return the strengths that each force would see if it joined a camp.

    Returns
    -------
    list of list of Array, shape (forces,)
        ``[k][l]`` is the strength of camp ``l`` with the force wholly in camp ``k``.
    """
    by_weight: list[list[Array]] = [[] for _ in showing]
    by_refusal: list[list[Array]] = [[] for _ in showing]
    if "weight" in arms.rules:
        weight = arms.troops + arms.exchange * arms.mass
        shown = [weight * camp for camp in showing]
        others = [jnp.maximum(kept(over_forces(camp)) - camp, 0.0) for camp in shown]
        by_weight = [
            [
                others[rival] + weight if rival == camp else others[rival]
                for rival in range(len(showing))
            ]
            for camp in range(len(showing))
        ]
    if "refusal" in arms.rules:
        by_refusal = [refusal_if_joined(arms, showing, camp) for camp in range(len(showing))]
    return [
        with_materiel(arms, weighed, refused)
        for weighed, refused in zip(by_weight, by_refusal, strict=True)
    ]


def refusal_if_joined(arms: Arms, showing: Sequence[Array], joined: int) -> list[Array]:
    """Return the strength of each camp under ``refusal`` if each force joined ``joined``.

    A crowd that changes sides changes how many soldiers of every camp still fire, so for each
    force the whole sum over soldiers is formed anew.
    """
    crowd = [arms.mass * camp for camp in showing]
    elsewhere = [
        over_forces(camp) - camp + (arms.mass if index == joined else 0.0)
        for index, camp in enumerate(crowd)
    ]
    everyone = total(elsewhere)
    strength = []
    for index, camp in enumerate(showing):
        against = jnp.maximum(everyone - elsewhere[index], 0.0)
        deciding, soldiers = against[:, None], arms.troops[None, :]
        fires = jax.nn.sigmoid(
            arms.discipline[None, :] - arms.refusal * jnp.log1p(deciding / CROWD_SCALE)
        )
        shown = soldiers * fires * camp[None, :]
        own = jnp.diagonal(shown, axis1=0, axis2=1)
        own = jnp.moveaxis(own, -1, 0) if shown.ndim > 2 else own
        rest = jnp.sum(shown, axis=1) - own
        alone = arms.troops * obeying(arms, against)
        strength.append(rest + (alone if index == joined else 0.0))
    return strength


def obeying(arms: Arms, against: Array) -> Array:
    """Return the share of each force's soldiers that fire on ``against`` thousand people."""
    return jax.nn.sigmoid(arms.discipline - arms.refusal * jnp.log1p(against / CROWD_SCALE))


def with_materiel(
    arms: Arms, by_weight: Sequence[Array], by_refusal: Sequence[Array]
) -> list[Array]:
    """Return strengths by the world's rule, with the backers' materiel and the floor."""
    if by_weight and by_refusal:
        strength = [
            jnp.where(arms.rule == 0, weighed, refused)
            for weighed, refused in zip(by_weight, by_refusal, strict=True)
        ]
    else:
        strength = list(by_weight or by_refusal)
    return [
        jnp.maximum(value + materiel, FLOOR)
        for value, materiel in zip(strength, arms.materiel, strict=True)
    ]
