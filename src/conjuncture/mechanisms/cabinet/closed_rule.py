r"""The closed rule: a proposer buys the cheapest coalition, or someone else proposes next.

In the stationary equilibrium a member that is offered :math:`\delta v_i` accepts. With
:math:`p` the probabilities to propose and :math:`\pi_j(C)` those with which j, when it proposes,
asks the partners C,

.. math:: v_i = p_i \Big(1 - \delta \sum_C \pi_i(C) \sum_{k \in C} v_k\Big)
          + \delta v_i \sum_{j \ne i} p_j \sum_{C \ni i} \pi_j(C),

and :math:`\pi_j` asks only partners that together cost least.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from conjuncture.mechanisms.algebra import largest, pick, repeat_until, total
from conjuncture.mechanisms.cabinet.inputs import (
    FORMED,
    NOT_OFFERED,
    Stage,
    VotingGame,
    minimal_winning_coalitions,
)
from conjuncture.mechanisms.contract import Draw, Inputs, Resolution, is_present, is_taking_part

MOST_ROUNDS = 1_500
STEP_SIZE = 20.0
"""How far a round moves proposers towards what is cheaper; the equilibrium is the same for any."""

TOLERANCE = 3e-7
NEVER = -1e9


class BargainingEquilibrium(NamedTuple):
    """What bargaining leads one to expect, by kind of member.

    Attributes
    ----------
    value : Array, shape (kinds,)
        Expected share of a member before the proposer is known.
    choice : Array, shape (kinds, coalitions)
        Logarithm of the probability with which a proposer asks the partners of a coalition.
    recognition : Array, shape (kinds,)
        Probability that a given member proposes.
    carried : Array of bool, shape ()
        Whether those that are there can carry anything.
    residual : Array, shape ()
        The largest error in a value, or gain of a proposer that asked other partners.
    """

    value: Array
    choice: Array
    recognition: Array
    carried: Array
    residual: Array


def bargain(inputs: Inputs, draw: Draw) -> Resolution:
    """Solve the bargaining, draw who proposes and whom it asks."""
    stage = cast("Stage", inputs.stage)
    members, game = tuple(stage.claimants), stage.game
    here = [is_taking_part(inputs, name) for name in members]
    chances = [
        inputs.value(f"{name}.recognition") if one.recognition is not None else jnp.float32(weight)
        for (name, one), weight in zip(stage.claimants.items(), game.weights, strict=True)
    ]
    discount = inputs.value("discount")
    solved = solve_bargaining(game, here, chances, discount)
    kind_of = [
        next(kind for kind, places in enumerate(game.kinds) if place in places)
        for place in range(len(members))
    ]

    proposer = draw.choose(
        "proposer",
        members,
        [
            jnp.where(one, jnp.log(solved.recognition[kind]), -jnp.inf)
            for one, kind in zip(here, kind_of, strict=True)
        ],
    )
    if stage.formateur is not None:
        first = members.index(stage.formateur)
        proposer = jnp.where(here[first], first, proposer)
    proposes = [proposer == place for place in range(len(members))]
    partner = choose_partners(game, here, proposes, solved, draw, members)
    values = [discount * solved.value[kind] for kind in kind_of]
    bought = [one * value for one, value in zip(partner, values, strict=True)]
    kept = 1.0 - total(bought)
    carried = 1.0 * solved.carried
    outcome = jnp.where(solved.carried, FORMED, NOT_OFFERED)
    known = {name: is_present(inputs, name) for name in members}
    return Resolution(
        outcome=outcome,
        log_probabilities=[jnp.where(outcome == code, 0.0, -jnp.inf) for code in range(4)],
        measures={
            "posts": {
                name: carried * jnp.where(own, kept, share)
                for name, own, share in zip(members, proposes, bought, strict=True)
            },
            "expected": {
                name: carried * one * solved.value[kind]
                for name, one, kind in zip(members, here, kind_of, strict=True)
            },
            "partner": {
                name: 1 * (one & solved.carried) for name, one in zip(members, partner, strict=True)
            },
            "proposer": jnp.where(solved.carried, proposer + 1, 0),
            "residual": carried * solved.residual,
        },
        defined={"posts": known, "expected": known, "partner": known},
    )


def choose_partners(
    game: VotingGame,
    here: Sequence[Array],
    proposes: Sequence[Array],
    solved: BargainingEquilibrium,
    draw: Draw,
    members: Sequence[str],
) -> list[Array]:
    """Return by member whether the proposer asks it: a coalition, then lots among the alike."""
    found = minimal_winning_coalitions(game)
    kinds = range(len(game.kinds))
    of_kind = [
        largest([proposes[place] for place in places]) for places in game.kinds
    ]  # fmt: skip
    coalition = draw.choose(
        "coalition",
        ["+".join(map(str, counts)) for counts in found],
        [
            total([jnp.where(of_kind[kind], solved.choice[kind, row], 0.0) for kind in kinds])
            for row in range(len(found))
        ],
    )
    asked: list[Array] = [proposes[0]] * len(members)
    for kind, places in enumerate(game.kinds):
        seats = pick([jnp.int32(counts[kind]) for counts in found], coalition)
        seats = seats - (of_kind[kind] & (seats > 0))
        free = [here[place] & ~proposes[place] for place in places]
        if len(places) == 1:
            asked[places[0]] = free[0] & (seats > 0)
            continue
        lots = draw.gumbel("partner", force=tuple(members[place] for place in places))
        lot = [jnp.where(one, lots[row], -jnp.inf) for row, one in enumerate(free)]
        for row, place in enumerate(places):
            ahead = total([1 * (other > lot[row]) for other in lot])
            asked[place] = free[row] & (ahead < seats)
    return asked


def solve_bargaining(
    game: VotingGame, here: Sequence[Array], chances: Sequence[Array], discount: Array
) -> BargainingEquilibrium:
    r"""Return the stationary equilibrium of the bargaining.

    Values and proposers' choices are moved together until neither moves: values towards what the
    choices make them, choices by :math:`\pi \propto \exp(-\text{costs so far})`. Where coalitions
    tie, a partner that is asked too often grows dear and loses its place, so that the mixture
    settles at which they cost the same; what costs more dies out.

    Parameters
    ----------
    game : VotingGame
    here : sequence of Array of bool, shape (), one per member
    chances : sequence of Array, shape (), one per member
        How likely it is to propose, relative to the others.
    discount : Array, shape ()

    Examples
    --------
    >>> three = VotingGame((1, 1, 1), (False,) * 3, (True,) * 3, 2)
    >>> one = jnp.ones(())
    >>> solved = solve_bargaining(three, [one > 0] * 3, [one] * 3, one)
    >>> round(float(solved.value[0]), 4)
    0.3333
    """
    found = np.array(minimal_winning_coalitions(game), np.float32)
    veto = np.array([game.vetoes[places[0]] for places in game.kinds])
    bought = count_purchases(found)
    counts = [total([1.0 * here[place] for place in places]) for places in game.kinds]
    count = jnp.stack(jnp.broadcast_arrays(*counts))
    weights = [chances[places[0]] + 0.0 * count[0] for places in game.kinds]
    weight = jnp.stack(jnp.broadcast_arrays(*weights))
    weight = jnp.where(jnp.sum(weight * count, axis=0) > 0.0, weight, 1.0)
    shared = jnp.maximum(jnp.sum(weight * count, axis=0), 1e-9)
    recognition = jnp.where(count > 0.0, weight / shared, 0.0)
    room = jnp.maximum(count, 1.0)

    def column(values: np.ndarray) -> Array:
        return jnp.reshape(jnp.asarray(values), (*values.shape, *(1,) * (count.ndim - 1)))

    fits = (column(found) <= count) & (~column(veto) | (column(found) == count))
    possible = jnp.all(fits, axis=1)
    carried = jnp.any(possible, axis=0)

    def log_choice_of(so_far: Array) -> Array:
        return jax.nn.log_softmax(jnp.where(possible, so_far, NEVER), axis=1)

    def values_implied_by(value: Array, choice: Array) -> Array:
        asked = jnp.einsum("tp...,tps->ts...", jnp.exp(choice), bought)
        paid = discount * jnp.einsum("ts...,s...->t...", asked, value)
        asked_by_all = jnp.einsum("t...,ts...->s...", count * recognition, asked)
        return recognition * (1.0 - paid) + discount * value * asked_by_all / room

    def extra_cost_of(value: Array) -> Array:
        cost = discount * jnp.tensordot(bought, value, axes=1)
        least = jnp.min(jnp.where(possible, cost, jnp.inf), axis=1, keepdims=True)
        return jnp.where(possible & carried, cost - least, 0.0)

    def improve(state: BargainingState) -> BargainingState:
        choice = log_choice_of(state.so_far)
        step = values_implied_by(state.value, choice) - state.value
        gain = jnp.sum(jnp.exp(choice) * extra_cost_of(state.value), axis=1)
        moving = state.residual > TOLERANCE
        value = state.value + 0.5 * step
        # Costs at the new values, not the old: otherwise the two chase each other for ever.
        so_far = state.so_far - STEP_SIZE * extra_cost_of(value)
        so_far = so_far - jnp.max(jnp.where(possible, so_far, NEVER), axis=1, keepdims=True)
        residual = jnp.maximum(jnp.max(jnp.abs(step), axis=0), jnp.max(gain, axis=0))
        return BargainingState(
            value=jnp.where(moving, value, state.value),
            so_far=jnp.where(moving, so_far, state.so_far),
            residual=jnp.where(moving, residual, state.residual),
        )

    nothing = jnp.zeros_like(discount + recognition[0])
    start = BargainingState(
        value=recognition + nothing,
        so_far=jnp.zeros((*bought.shape[:2], *nothing.shape)),
        residual=nothing + 1.0,
    )
    final = repeat_until(lambda state: state.residual <= TOLERANCE, improve, start, MOST_ROUNDS)
    return BargainingEquilibrium(
        value=final.value,
        choice=log_choice_of(final.so_far),
        recognition=recognition,
        carried=carried,
        residual=final.residual,
    )


class BargainingState(NamedTuple):
    """Where the search stands: values, costs so far (less those of the best) and the residual."""

    value: Array
    so_far: Array
    residual: Array


def count_purchases(found: np.ndarray) -> np.ndarray:
    """Return how many of each kind a proposer of each kind buys for each coalition.

    It need not buy itself where it is in the coalition.

    Parameters
    ----------
    found : array, shape (coalitions, kinds)

    Returns
    -------
    array, shape (kinds, coalitions, kinds)

    Examples
    --------
    >>> count_purchases(np.array([[1.0, 1.0], [0.0, 3.0]])).tolist()
    [[[0.0, 1.0], [0.0, 3.0]], [[1.0, 0.0], [0.0, 2.0]]]
    """
    itself = np.eye(found.shape[1], dtype=found.dtype)
    return np.stack([found - itself[kind] * (found[:, [kind]] > 0) for kind in range(len(itself))])
