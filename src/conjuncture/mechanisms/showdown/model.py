r"""The showdown, for one history.

Coordination [singh2014]_ [caspertyson2014]_, discrete choice with social interactions
[brockdurlauf2001]_ and contest success [skaperdas1996]_. The equations, the reading chosen where
the sources leave one open, and the measures are in ``docs/mechanisms/showdown.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import (
    kept,
    largest,
    log_softmax,
    over_forces,
    pick,
    rounds_until,
    total,
    which_largest,
)
from conjuncture.mechanisms.contract import Draw, Inputs, Resolution
from conjuncture.mechanisms.showdown.inputs import STRENGTH_RULES, Stage
from conjuncture.mechanisms.showdown.strength import FLOOR, Arms, strength_if_joined, strengths

ASIDE = 0
MOVES_BEFORE_LOCK = 2
CAPITULATION, FIGHTING = 0, 1


class Cascade(NamedTuple):
    """Where a history stands: sides and moves by force, camps still standing, rounds so far."""

    side: Array
    moves: Array
    standing: tuple[Array, ...]
    rounds: Array
    over: Array


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    """Play one showdown.

    Parameters
    ----------
    inputs : Inputs
        Reads ``troops``, ``mass``, ``discipline``, ``leans``, ``ties``, ``stakes`` and
        ``breakeven`` of the forces, the structural constants of
        :class:`~conjuncture.mechanisms.showdown.inputs.Stage` and each camp's ``resolve``.
    draw : Draw
        Sites ``temper``, ``rumour``, ``judgement``, ``pace`` and ``winner``.

    Returns
    -------
    Resolution
        The camp that prevails, and the measures listed in the documentation.
    """
    stage = cast("Stage", inputs.stage)
    camps = tuple(stage.camps)
    count = len(camps)
    cores = [inputs.forces.index(stage.camps[camp].core) for camp in camps]
    decisiveness = inputs.constant("decisiveness")
    arms = Arms(
        present=inputs.present,
        troops=inputs.attribute("troops") * inputs.present,
        mass=inputs.attribute("mass") * inputs.present,
        discipline=inputs.attribute("discipline"),
        materiel=tuple(inputs.materiel(camp) for camp in camps),
        exchange=inputs.constant("street_exchange"),
        refusal=inputs.constant("refusal"),
        rule=inputs.value("strength"),
        rules=tuple(STRENGTH_RULES[code] for code in inputs.rules("strength")),
    )
    stakes = inputs.attribute("stakes")
    leaning = [inputs.attribute("leans", camp) for camp in camps]
    sworn = [jnp.isposinf(lean) for lean in leaning]
    leaning = [
        jnp.where(oath, 0.0, lean) + inputs.backing(camp)
        for camp, lean, oath in zip(camps, leaning, sworn, strict=True)
    ]
    bound = bound_sides(inputs, sworn, cores)
    free = (bound < 0) & (inputs.present > 0)

    temper_aside = draw.gumbel("temper", force=inputs.forces, camp="aside", persists=True)
    temper = [
        draw.gumbel("temper", force=inputs.forces, camp=camp, persists=True) for camp in camps
    ]
    misjudgement = misjudged(inputs, draw, camps)
    inclination = [
        lean + spark - stakes * inputs.attribute("breakeven")
        for lean, spark in zip(leaning, temper, strict=True)
    ]
    announced = free | inputs.secret | (inputs.present <= 0)
    first_showing = showing_at_the_start(inputs, bound, leaning, uncertain=announced)
    last_signal = max((signal.round for signal in stage.signals.values()), default=0)

    def shows(state: Cascade) -> list[Array]:
        taken = [(state.side == camp) * inputs.present for camp in range(1, count + 1)]
        return [
            jnp.where(state.rounds == 0, expected, actual)
            for expected, actual in zip(first_showing, taken, strict=True)
        ]

    def chances(state: Cascade, showing: Sequence[Array]) -> list[Array]:
        joined = strength_if_joined(arms, showing)
        return [
            1.0
            / total(
                [
                    jnp.where(
                        state.standing[rival],
                        jnp.exp(
                            decisiveness * jnp.log(joined[camp][rival] / joined[camp][camp])
                            + misjudgement[rival]
                            - misjudgement[camp]
                        ),
                        0.0,
                    )
                    if rival != camp
                    else jnp.ones_like(misjudgement[camp])
                    for rival in range(count)
                ]
            )
            for camp in range(count)
        ]

    def respond(state: Cascade) -> Cascade:
        showing = shows(state)
        chance = chances(state, showing)
        pulls = pulled(inputs, showing)
        heard = signals_heard(inputs, stage, camps, state.rounds + 1)
        utility = [temper_aside] + [
            jnp.where(
                state.standing[camp],
                inclination[camp] + heard[camp] + stakes * chance[camp] + pulls[camp],
                -jnp.inf,
            )
            for camp in range(count)
        ]
        wanted = kept(which_largest(utility))
        would_move = free & (state.moves < MOVES_BEFORE_LOCK) & (wanted != state.side) & ~state.over
        moving = would_move
        if stage.order == "sequential":
            pace = draw.uniform("pace", force=inputs.forces)
            moving = would_move & (pace >= jnp.max(jnp.where(would_move, pace, 0.0), axis=0))
        moved = jnp.any(moving, axis=0)
        settled = ~moved & (state.rounds >= 1) & (state.rounds + 1 >= last_signal) & ~state.over
        loser = gives_up(inputs, camps, cores, arms, state, showing, chance)
        yields = settled & (loser >= 0)
        beaten = yields & (state.side == loser + 1)
        return Cascade(
            side=jnp.where(beaten, ASIDE, jnp.where(moving, wanted, state.side)),
            moves=jnp.where(beaten, 0, state.moves + moving),
            standing=tuple(
                state.standing[camp] & ~(yields & (loser == camp)) for camp in range(count)
            ),
            rounds=state.rounds + ~state.over,
            over=state.over | (settled & (loser < 0)),
        )

    nobody = jnp.zeros_like(temper_aside, jnp.int32)
    nowhere = jnp.zeros_like(misjudgement[0][0], jnp.int32)
    start = Cascade(
        side=jnp.where(bound > 0, bound, nobody),
        moves=nobody,
        standing=tuple(nowhere == 0 for _ in camps),
        rounds=nowhere,
        over=nowhere > 0,
    )
    most = count * (2 * len(inputs.forces) + 2) + last_signal
    final = rounds_until(lambda state: state.over, respond, start, most)

    strength = strengths(arms, shows(final))
    log_weights = [
        jnp.where(final.standing[camp], decisiveness * jnp.log(strength[camp]), -jnp.inf)
        for camp in range(count)
    ]
    winner = draw.choose("winner", camps, log_weights, settles=True)
    return Resolution(
        outcome=winner,
        log_probabilities=log_softmax(log_weights),
        measures=measured(camps, arms, final, strength, winner),
    )


def bound_sides(inputs: Inputs, sworn: Sequence[Array], cores: Sequence[int]) -> Array:
    """Return the side each force cannot leave (0 aside, camps from 1), or -1; shape (forces,).

    A core is bound to its camp, an intervention binds before an oath does.
    """
    bound = inputs.bound
    for camp, oath in enumerate(sworn, start=1):
        bound = jnp.where((bound < 0) & oath, camp, bound)
    for camp, core in enumerate(cores, start=1):
        bound = bound.at[core].set(camp)
    return jnp.where(inputs.present > 0, bound, ASIDE)


def misjudged(inputs: Inputs, draw: Draw, camps: Sequence[str]) -> list[Array]:
    """Return by camp what each force misjudges in log strength, shape (forces,) each."""
    fog, public = inputs.constant("fog"), inputs.constant("public_share")
    return [
        fog
        * (
            jnp.sqrt(public) * draw.normal("rumour", camp=camp)
            + jnp.sqrt(1.0 - public) * draw.normal("judgement", force=inputs.forces, camp=camp)
        )
        for camp in camps
    ]


def showing_at_the_start(
    inputs: Inputs, bound: Array, leaning: Sequence[Array], *, uncertain: Array
) -> list[Array]:
    """Return by camp how far each force shows before round 1, shape (forces,) each."""
    exponentials = [jnp.exp(lean) for lean in leaning]
    everything = 1.0 + total(exponentials)
    weight = inputs.constant("first_showing") * inputs.present
    return [
        jnp.where(uncertain, weight * exponential / everything, 1.0 * (bound == camp))
        for camp, exponential in enumerate(exponentials, start=1)
    ]


def pulled(inputs: Inputs, showing: Sequence[Array]) -> list[Array]:
    """Return by camp the pull of ties towards it, shape (forces,) each."""
    pairs, pull = inputs.ties()
    if not pairs:
        return [jnp.zeros(()) for _ in showing]
    pullers = jnp.array([by for _, by in pairs])
    who = jnp.array(
        [[1.0 * (force == one) for one, _ in pairs] for force in range(len(inputs.forces))]
    )
    return [jnp.tensordot(who, pull * camp[pullers], axes=1) for camp in showing]


def signals_heard(
    inputs: Inputs, stage: Stage, camps: Sequence[str], upcoming: Array
) -> list[Array]:
    """Return by camp what the signals heard so far add to leanings, shape (forces,) each."""
    heard: list[Array] = [jnp.zeros(()) for _ in camps]
    for name, signal in stage.signals.items():
        camp = camps.index(signal.camp)
        reach = jnp.stack(
            [
                inputs.value(f"{name}.reach.{force}")
                if force in signal.reach
                else jnp.zeros_like(inputs.value(f"{name}.reach.{next(iter(signal.reach))}"))
                for force in inputs.forces
            ]
        )
        heard[camp] = heard[camp] + jnp.where(upcoming >= signal.round, reach, 0.0)
    return heard


def gives_up(
    inputs: Inputs,
    camps: Sequence[str],
    cores: Sequence[int],
    arms: Arms,
    state: Cascade,
    showing: Sequence[Array],
    chance: Sequence[Array],
) -> Array:
    """Return the camp that gives up next, or -1: the largest shortfall of those not strongest."""
    shown = strengths(arms, showing)
    strongest = largest(
        [
            jnp.where(alive, strength, 0.0)
            for alive, strength in zip(state.standing, shown, strict=True)
        ]
    )
    shortfall = [
        jnp.where(
            state.standing[camp] & (shown[camp] < strongest),
            1.0 - inputs.value(f"{name}.resolve") - chance[camp][cores[camp]],
            -jnp.inf,
        )
        for camp, name in enumerate(camps)
    ]
    return jnp.where(largest(shortfall) > 0.0, which_largest(shortfall), -1)


def measured(
    camps: Sequence[str], arms: Arms, final: Cascade, strength: Sequence[Array], winner: Array
) -> dict[str, Array | dict[str, Array]]:
    """Return the measures of a finished showdown."""
    fought = total([1 * alive for alive in final.standing]) > 1
    under_arms = jnp.maximum(over_forces(arms.troops + jnp.zeros_like(final.side)), FLOOR)
    share = [
        over_forces(arms.troops * (final.side == side)) / under_arms
        for side in range(len(camps) + 1)
    ]
    rivals = [jnp.where(winner == camp, 0.0, value) for camp, value in enumerate(strength)]
    return {
        "how": jnp.where(fought, FIGHTING, CAPITULATION),
        "rounds": final.rounds,
        "side": final.side,
        "strength": dict(zip(camps, strength, strict=True)),
        "margin": jnp.log(pick(strength, winner) / largest(rivals)),
        "division": 1.0 - total([part * part for part in share]),
        "largest_share": largest(share[1:]),
        "spent": jnp.where(fought, total(strength) - largest(strength), 0.0),
    }
