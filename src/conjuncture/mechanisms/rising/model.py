r"""The rising, for one history.

Thresholds [granovetter1978]_ [kuran1991]_, a caller, and contest success [skaperdas1996]_ between
the street, :math:`A = \gamma \sum_i \text{organisation}_i\, \text{out}_i`, and those who face it,
:math:`F = \sum_i w_i\, \text{troops}_i\, \text{cohesion}_i\, \sigma(\text{discipline}_i -
\varphi \ln(1 + M/10))` with M the thousands in the street, as in the showdown, and :math:`w_i` 1
for a force that faces the crowd, 0 for one that does not, or how likely it is held to be. The
equations, the readings chosen and the measures are in ``docs/mechanisms/rising.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple, cast

import jax.numpy as jnp
from jax import Array
from jax.nn import sigmoid

from conjuncture.mechanisms.algebra import any_force, log_softmax, switch_case, total
from conjuncture.mechanisms.contract import ASIDE, Draw, Inputs, Resolution
from conjuncture.mechanisms.force_of_arms import CROWD_SCALE, LEAST_STRENGTH
from conjuncture.mechanisms.rising.inputs import CALL, FACE, JOIN, OUTCOMES, WAIT, Stage
from conjuncture.mechanisms.rising.street import CrowdResponse, solve_turnout

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


LONGEST_ODDS = 20.0
FACES, JOINS = 1, 2


class Stances(NamedTuple):
    """One number per force that is sent: what it does, and how likely it is held to face."""

    taken: list[Array]
    expected: list[Array]


class CalledStreet(NamedTuple):
    """Who came out (share of those ready, by crowd), after a call or not, and what was foreseen."""

    out: list[Array]
    called: Array
    foreseen: Array


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    """Play one rising.

    Parameters
    ----------
    inputs : Inputs
        Reads ``troops``, ``mass``, ``organisation``, ``discipline`` and ``cohesion`` of the forces,
        the structural constants of :class:`~conjuncture.mechanisms.rising.inputs.Stage` and the
        stage's own values.
    draw : Draw
        Sites ``mood``, ``loyalty``, ``judgement`` and ``ending``.

    Returns
    -------
    Resolution
        ``quiet``, ``crushed`` or ``carried``, and the measures listed in the documentation.
    """
    stage = cast("Stage", inputs.stage)
    here = jnp.where(inputs.fixed_sides == ASIDE, 0.0, inputs.present)
    people = count_people(inputs, stage, here)
    stances = stances_of(inputs, draw, stage, here)
    crowds = crowds_of(inputs, draw, stage, people)
    if stage.caller is None:
        uncalled = solve_turnout(crowds)
        street = CalledStreet(uncalled, uncalled[0] < 0.0, 0.0 * uncalled[0])
    else:
        street = call_street(inputs, draw, stage.caller, crowds, stances.expected, here)
    facing = [1.0 * (stance == FACES) for stance in stances.taken]
    sides = balance_of(inputs, stage, people, street.out, facing)
    odds = log_odds(inputs, sides)
    turnout = [ready * share for ready, share in zip(people.share_ready(), street.out, strict=True)]
    overall = total(
        [part * share for part, share in zip(people.share_of_all(), turnout, strict=True)]
    )
    quiet = ~street.called & (overall < inputs.value("quiet_below"))
    log_weights = [
        jnp.where(quiet, 0.0, -jnp.inf),
        jnp.where(quiet, -jnp.inf, 0.0),
        jnp.where(quiet, -jnp.inf, odds),
    ]
    names = [inputs.forces[place] for name in stage.facing for place in inputs.members(name)]
    return Resolution(
        outcome=draw.choose("ending", OUTCOMES, log_weights, settles=True),
        log_probabilities=log_softmax(log_weights),
        measures={
            "turnout": dict(zip(stage.crowds, turnout, strict=True)),
            "called": 1 * street.called,
            "foreseen": street.foreseen,
            "chance": sigmoid(odds),
            "odds": jnp.exp(jnp.clip(odds, -LONGEST_ODDS, LONGEST_ODDS)),
            "street": sides.street,
            "force": sides.force,
            "stance": dict(zip(names, stances.taken, strict=True)),
        },
    )


def crowds_of(inputs: Inputs, draw: Draw, stage: Stage, people: People) -> list[CrowdResponse]:
    """Return what the street is to each crowd before anybody calls."""
    shares, ready = people.share_of_all(), people.share_ready()
    nothing = 0.0 * shares[0]
    found = []
    for place, (name, crowd) in enumerate(stage.crowds.items()):
        heeds = shares
        if crowd.heeds is not None:
            heeds = [
                inputs.value(f"{name}.heeds.{other}") if other in crowd.heeds else nothing
                for other in stage.crowds
            ]
        one = CrowdResponse(
            there=ready[place],
            push=inputs.value(f"{name}.shock") * draw.normal("mood", camp=name),
            heeds=heeds,
            listed=tuple(crowd.thresholds or ()),
        )
        if crowd.thresholds is None:
            threshold, spread = (inputs.value(f"{name}.{part}") for part in ("threshold", "spread"))
            one = replace(one, threshold=threshold, spread=spread)
        found.append(one)
    return found


def stances_of(inputs: Inputs, draw: Draw, stage: Stage, here: Array) -> Stances:
    """Return what each force that is sent does, and how likely others hold it to face."""
    taken, expected = [], []
    for name in stage.facing:
        leaning = inputs.value(f"{name}.goes_over")
        for place in inputs.members(name):
            force = inputs.forces[place]
            joins, faces = (
                draw.gumbel("loyalty", force=force, camp=move, persists=True)
                for move in (JOIN, FACE)
            )
            made_to_join, made_to_face = (inputs.is_forced(force, move) for move in (JOIN, FACE))
            with_crowd = made_to_join | (~made_to_face & (leaning + joins > faces))
            stance = jnp.where(with_crowd, JOINS, FACES)
            taken.append(jnp.where(here[place] > 0.0, stance, ASIDE))
            known = (made_to_join | made_to_face | (here[place] <= 0.0)) & ~inputs.secret[place]
            announced = jnp.where(made_to_join, 0.0, here[place])
            held_likely = sigmoid(-leaning) * inputs.present[place]
            expected.append(jnp.where(known, announced, held_likely))
    return Stances(taken, expected)


def call_street(
    inputs: Inputs,
    draw: Draw,
    caller: str,
    crowds: Sequence[CrowdResponse],
    facing: Sequence[Array],
    here: Array,
) -> CalledStreet:
    """Return the street when a force may call it out.

    The caller asks what would come of a call: who would follow, and who would face them. It does
    not know who stands aside in secret.
    """
    stage = cast("Stage", inputs.stage)
    place = inputs.forces.index(caller)
    organisation = inputs.attribute("organisation")[place]
    voice = inputs.constant("call_strength") * organisation
    stirred = [
        replace(crowd, push=crowd.push + voice * inputs.value(f"{name}.hears"))
        for name, crowd in zip(stage.crowds, crowds, strict=True)
    ]
    uncalled, called_out = solve_turnout(crowds), solve_turnout(stirred)
    visible = jnp.where(inputs.secret, inputs.present, here)
    believed = count_people(inputs, stage, visible)

    def turnout_if_all_come() -> list[Array]:
        ready = [
            replace(crowd, there=share)
            for crowd, share in zip(stirred, believed.share_ready(), strict=True)
        ]
        return solve_turnout(ready)

    hoped = switch_case(1 * any_force(visible != here), [lambda: called_out, turnout_if_all_come])
    blur = inputs.constant("fog") * (1.0 - organisation)
    misjudged = draw.normal("judgement", force=caller, camp="street") - draw.normal(
        "judgement", force=caller, camp="order"
    )
    odds = log_odds(inputs, balance_of(inputs, stage, believed, hoped, facing))
    foreseen = sigmoid(odds + blur * misjudged)
    made_to_call, made_to_wait = (inputs.is_forced(caller, move) for move in (CALL, WAIT))
    willing = made_to_call | (~made_to_wait & (foreseen > inputs.value("bar")))
    called = (here[place] > 0.0) & willing
    out = [
        jnp.where(called, after, before) for after, before in zip(called_out, uncalled, strict=True)
    ]
    return CalledStreet(out, called, foreseen)
