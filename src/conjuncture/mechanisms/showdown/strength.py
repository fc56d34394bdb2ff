r"""The strength of a camp, under two rules.

``weight_of``: :math:`S_k = B_k + \sum_i x_{ik} (\text{troops}_i + \gamma\,\text{mass}_i)`.
``refusal``: :math:`S_k = B_k + \sum_i x_{ik}\,\text{troops}_i\,\sigma(\text{discipline}_i -
\varphi \ln(1 + M_{-k}/10))`, soldiers who do not fire on the crowd against them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import jax
import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import rows_of, sum_over_forces, switch_case, total
from conjuncture.mechanisms.force_of_arms import CROWD_SCALE, LEAST_STRENGTH

Result = TypeVar("Result")


class Arms(NamedTuple):
    """What strength is made of.

    ``troops`` (battalion equivalents), ``mass`` (thousand people) and ``fear`` (the odds against
    firing when nobody is in the street, ``exp(-discipline)``) have a force axis; ``materiel`` is
    one number per camp; ``rule`` is the place of the world's rule among ``rules``, which names
    those that any world of the run can have; ``soldiers`` are the places of the forces that can
    have troops.
    """

    troops: Array
    mass: Array
    fear: Array
    materiel: tuple[Array, ...]
    exchange: Array
    refusal: Array
    rule: Array
    rules: tuple[str, ...]
    soldiers: tuple[int, ...]


def gather_arms(arms: Arms, showing: Sequence[Array]) -> list[Array]:
    """Return what each camp has gathered, from which its strength follows.

    Parameters
    ----------
    arms : Arms
    showing : sequence of Array, shape (forces,), one per camp
        How far each force shows in the camp, 0 to 1.

    Returns
    -------
    list of Array, shape (), one per camp
        Under ``weight_of`` its forces in battalion equivalents, under ``refusal`` its crowd in
        thousand people.
    """
    rules = {
        "weight": lambda arms, showing: [
            sum_over_forces(weight_of(arms) * camp) for camp in showing
        ],
        "refusal": lambda arms, showing: [sum_over_forces(arms.mass * camp) for camp in showing],
    }
    return apply_rule(rules, arms, showing)


def strengths_of(arms: Arms, showing: Sequence[Array], together: Sequence[Array]) -> list[Array]:
    """Return the strength of each camp in what shows.

    Parameters
    ----------
    arms : Arms
    showing : sequence of Array, shape (forces,), one per camp
    together : sequence of Array, shape (), one per camp
        What :func:`gather_arms` makes of it.

    Returns
    -------
    list of Array, shape (), one per camp, in battalion equivalents
    """
    rules = {"weight": strengths_by_weight, "refusal": strengths_by_refusal}
    return add_materiel(arms, apply_rule(rules, arms, showing, together))


def strengths_if_joined(
    arms: Arms, showing: Sequence[Array], together: Sequence[Array]
) -> tuple[list[Array], list[Array]]:
    """Return the strengths of the camps that each force would see if it moved.

    Returns
    -------
    inside : list of Array, shape (forces,), one per camp
        The strength of the camp with the force wholly in it.
    outside : list of Array, shape (forces,), one per camp
        The strength of the camp with the force wholly in another.
    """
    rules = {"weight": weight_if_joined, "refusal": refusal_if_joined}
    inside, outside = apply_rule(rules, arms, showing, together)
    return add_materiel(arms, inside), add_materiel(arms, outside)


def apply_rule(rules: Mapping[str, Callable[..., Result]], arms: Arms, *showing: object) -> Result:
    """Return what the rule of the world makes of what shows; only that rule is computed."""
    return switch_case(arms.rule, [rules[name] for name in arms.rules], arms, *showing)


def strengths_by_weight(
    arms: Arms, showing: Sequence[Array], together: Sequence[Array]
) -> list[Array]:
    """Return the strength of each camp under ``weight_of``, without materiel and floor."""
    del arms, showing
    return list(together)


def strengths_by_refusal(
    arms: Arms, showing: Sequence[Array], together: Sequence[Array]
) -> list[Array]:
    """Return the strength of each camp under ``refusal``, without materiel and floor."""
    everyone = total(together)
    return [
        sum_over_forces(
            arms.troops * camp * share_firing(arms.fear, strain_of(arms, everyone - mine))
        )
        for mine, camp in zip(together, showing, strict=True)
    ]


def weight_if_joined(
    arms: Arms, showing: Sequence[Array], together: Sequence[Array]
) -> tuple[list[Array], list[Array]]:
    """Return :func:`strengths_if_joined` under ``weight_of``, without materiel and floor."""
    own = weight_of(arms)
    apart = [sum_of_others(own * camp, mine) for camp, mine in zip(showing, together, strict=True)]
    return [rest + own for rest in apart], apart


def sum_of_others(shown: Array, together: Array) -> Array:
    """Return for each force the sum of what all the others show, never below zero."""
    return jnp.maximum(together - shown, 0.0)


def refusal_if_joined(
    arms: Arms, showing: Sequence[Array], together: Sequence[Array]
) -> tuple[list[Array], list[Array]]:
    """Return :func:`strengths_if_joined` under ``refusal``, without materiel and floor.

    A crowd that changes sides changes how many soldiers of every camp still fire, so for each
    force the whole sum over soldiers is formed anew.
    """
    apart = [
        sum_of_others(arms.mass * camp, crowd)
        for camp, crowd in zip(showing, together, strict=True)
    ]
    everyone = total(apart)
    inside, outside = [], []
    for camp, rest in zip(showing, apart, strict=True):
        shown = arms.troops * camp
        against = jnp.maximum(everyone - rest, 0.0)
        alone, crossed = strain_of(arms, against), strain_of(arms, against + arms.mass)
        in_it, out_of_it = count_firing(arms, shown, (alone, crossed))
        inside.append(in_it + (arms.troops - shown) * share_firing(arms.fear, alone))
        outside.append(out_of_it - shown * share_firing(arms.fear, crossed))
    return inside, outside


def count_firing(arms: Arms, shown: Array, pressures: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return for each force how many of all soldiers shown fire under two pressures.

    Soldiers are added force by force: every pair of forces at once would not fit into memory.
    """
    nobody = jnp.zeros_like(pressures[0] + shown[:1] + arms.fear[:1])
    if not arms.soldiers:
        return nobody, nobody
    shown, fear = rows_of(shown, arms.soldiers), rows_of(arms.fear, arms.soldiers)

    def add(soldier: Array, so_far: tuple[Array, Array]) -> tuple[Array, Array]:
        first, second = (
            found + shown[soldier] * share_firing(fear[soldier], pressure)
            for found, pressure in zip(so_far, pressures, strict=True)
        )
        return first, second

    found: tuple[Array, Array] = jax.lax.fori_loop(0, len(arms.soldiers), add, (nobody, nobody))
    return found


def weight_of(arms: Arms) -> Array:
    """Return what each force weighs by itself, in battalion equivalents."""
    return arms.troops + arms.exchange * arms.mass


def strain_of(arms: Arms, against: Array) -> Array:
    """Return the odds against firing that ``against`` thousand people add to a soldier's."""
    return jnp.exp(arms.refusal * jnp.log1p(against / CROWD_SCALE))


def share_firing(fear: Array, pressure: Array) -> Array:
    """Return the share of soldiers that fire: the odds against it are fear times pressure."""
    return 1.0 / (1.0 + fear * pressure)


def add_materiel(arms: Arms, strength: Sequence[Array]) -> list[Array]:
    """Return strengths with the backers' materiel and the floor."""
    return [
        jnp.maximum(value + materiel, LEAST_STRENGTH)
        for value, materiel in zip(strength, arms.materiel, strict=True)
    ]
