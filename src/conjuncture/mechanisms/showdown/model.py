r"""The showdown, for one history.

Coordination [singh2014]_ [caspertyson2014]_, discrete choice with social interactions
[brockdurlauf2001]_, public signals, and contest success [skaperdas1996]_. The wish to keep a group
whole is conformity to what its other members do: for member :math:`i` of group :math:`g`, with
:math:`x_{jk}` how far :math:`j` shows in camp :math:`k` and :math:`x_{j0} = 1 - \sum_k x_{jk}` how
far it shows aside,

.. math:: U_{ik} \mathrel{+}= J_g\, \frac{\sum_j t_j x_{jk}}{\sum_j t_j}, \qquad k = 0, \dots, K,

the sums over the other members of the group that are present, :math:`t` their troops: the local
interactions of [brockdurlauf2001]_ with weights by troops; among soldiers it is the motive for
which a coup is a coordination game [singh2014]_. The other equations, the reading chosen where the
sources leave one open, and the measures are in ``docs/mechanisms/showdown.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import (
    any_force_differs,
    compute_once,
    index_of_largest,
    largest,
    log,
    log_softmax,
    pick,
    repeat_and_record,
    repeat_until,
    sum_over_forces,
    sum_pulls,
    total,
)
from conjuncture.mechanisms.contract import ASIDE, Draw, Inputs, Resolution
from conjuncture.mechanisms.force_of_arms import LEAST_STRENGTH
from conjuncture.mechanisms.showdown.inputs import STRENGTH_RULES, Stage
from conjuncture.mechanisms.showdown.strength import (
    Arms,
    gather_arms,
    strengths_if_joined,
    strengths_of,
)

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


class UnityGroup(NamedTuple):
    """One group that wishes to stay whole, arrays of shape (forces,).

    ``troops`` are those of its members that are present, ``wish`` is what a member gains when all
    the others do as it does (0 for whoever has no others), ``share`` that wish per battalion of
    the others.
    """

    troops: Array
    wish: Array
    share: Array


def unity_groups_of(inputs: Inputs, troops: Array) -> list[UnityGroup]:
    """Return the groups of the stage's ``unity``.

    Parameters
    ----------
    inputs : Inputs
    troops : Array, shape (forces,)
        Battalion equivalents of the forces that are present, 0 for the others.
    """
    groups = []
    for name in cast("Stage", inputs.stage).unity:
        member = jnp.zeros_like(inputs.present).at[jnp.array(inputs.members(name))].set(1.0)
        own = troops * member
        others = jnp.where(member > 0, sum_over_forces(own) - own, 0.0)
        accompanied = others > 0
        wish = jnp.where(accompanied, inputs.value(f"unity.{name}"), 0.0)
        groups.append(UnityGroup(own, wish, wish / jnp.where(accompanied, others, 1.0)))
    return groups


def pulls_of_unity(
    groups: Sequence[UnityGroup], showing: Sequence[Array]
) -> tuple[Array, list[Array]]:
    """Return what unity adds to standing aside and to joining each camp.

    Parameters
    ----------
    groups : sequence of UnityGroup
        At least one.
    showing : sequence of Array, shape (forces,), one per camp

    Returns
    -------
    aside : Array, shape (forces,), log-odds
    camps : list of Array, shape (forces,), one per camp, log-odds
    """
    camps = []
    for camp in showing:
        shown = [group.troops * camp for group in groups]
        camps.append(
            total(
                [
                    group.share * (sum_over_forces(own) - own)
                    for group, own in zip(groups, shown, strict=True)
                ]
            )
        )
    return total([group.wish for group in groups]) - total(camps), camps


MOVES_BEFORE_LOCK = 2
CAPITULATION, FIGHTING = 0, 1
NOBODY, STILL_MOVING = -1.0, -2.0


class Cascade(NamedTuple):
    """Where a history stands.

    Sides, moves and whether it ever stood in a camp by force; by camp whether it still stands and
    what it has gathered; rounds so far, and whether it goes on.
    """

    side: Array
    moves: Array
    joined: Array
    standing: tuple[Array, ...]
    together: tuple[Array, ...]
    rounds: Array
    going: Array


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    """Play one showdown.

    Parameters
    ----------
    inputs : Inputs
        Reads ``troops``, ``mass``, ``discipline``, ``leans``, ``ties``, ``stakes`` and
        ``breakeven`` of the forces, the structural constants of
        :class:`~conjuncture.mechanisms.showdown.inputs.Stage`, each camp's ``resolve``, the reach
        and the chance of signals and the wish for ``unity``.
    draw : Draw
        Sites ``temper``, ``rumour``, ``judgement``, ``pace``, ``signal.NAME`` and ``winner``.

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
    rules = inputs.rules("strength")
    named = tuple(STRENGTH_RULES[code] for code in rules)
    present = inputs.present
    arms = Arms(
        troops=compute_once(inputs.attribute("troops") * present),
        mass=compute_once(inputs.attribute("mass") * present),
        # What a rule that no world has would use is not read: nothing is said to hang on it.
        fear=jnp.exp(-inputs.attribute("discipline")) if "refusal" in named else 0.0 * present,
        materiel=tuple(inputs.materiel(camp) for camp in camps),
        exchange=inputs.constant("street_exchange") if "weight" in named else jnp.zeros(()),
        refusal=inputs.constant("refusal") if "refusal" in named else jnp.zeros(()),
        rule=total([1 * (inputs.value("strength") > code) for code in rules]),
        rules=named,
        soldiers=inputs.bearers("troops"),
    )
    stakes = inputs.attribute("stakes")
    leaning = [inputs.attribute("leans", camp) for camp in camps]
    sworn = [jnp.isposinf(lean) for lean in leaning]
    leaning = [
        jnp.where(oath, 0.0, lean) + inputs.backing_of(camp)
        for camp, lean, oath in zip(camps, leaning, sworn, strict=True)
    ]
    bound = bound_sides(inputs, present, sworn, cores)
    free = (bound < 0) & (present > 0)

    temper_aside = draw.gumbel("temper", force=inputs.forces, camp="aside", persists=True)
    temper = [
        draw.gumbel("temper", force=inputs.forces, camp=camp, persists=True) for camp in camps
    ]
    misjudgement = misjudgements_of(inputs, draw, camps)
    inclination = [
        lean + spark - stakes * inputs.attribute("breakeven")
        for lean, spark in zip(leaning, temper, strict=True)
    ]
    uncertain = free | inputs.secret | (present <= 0)
    for core in cores:
        uncertain = uncertain.at[core].set(False)
    first_showing = initial_showing(inputs, present, bound, leaning, sworn, uncertain)
    last_entry = stage.last_entry
    most = 1 + count * (2 * len(inputs.forces) + 2) + last_entry
    sent = draw_signals(inputs, draw, stage)
    whole = unity_groups_of(inputs, arms.troops)
    entry = entries(inputs, stage)

    def best_response(state: Cascade, showing: Sequence[Array]) -> Array:
        inside, outside = strengths_if_joined(arms, showing, state.together)
        heard = leanings_from_signals(inputs, stage, camps, sent, state.rounds + 1)
        pulls = pulls_of(inputs, showing)
        utility = [temper_aside]
        if whole:
            to_stay_out, to_join = pulls_of_unity(whole, showing)
            utility = [temper_aside + to_stay_out]
            pulls = [tie + wish for tie, wish in zip(pulls, to_join, strict=True)]
        for camp in range(count):
            seen = [outside[rival] if rival != camp else inside[camp] for rival in range(count)]
            chance = estimate(camp, seen, misjudgement, state.standing, decisiveness)
            gain = inclination[camp] + heard[camp] + stakes * chance + pulls[camp]
            utility.append(jnp.where(state.standing[camp], gain, -jnp.inf))
        return index_of_largest(utility).astype(state.side.dtype)

    def play(state: Cascade, showing: Sequence[Array]) -> Cascade:
        wanted = best_response(state, showing)
        moving = free & (state.moves < MOVES_BEFORE_LOCK) & (wanted != state.side) & state.going
        if stage.enters:
            moving = moving & (state.rounds + 1 >= entry)
        if stage.order == "sequential":
            pace = draw.uniform("pace", force=inputs.forces)
            moving = moving & (pace >= jnp.max(jnp.where(moving, pace, 0.0), axis=0))
        side = jnp.where(moving, wanted, state.side)
        rounds = state.rounds + state.going
        everyone_stays = ~any_force_differs(side, state.side) & state.going
        settled = everyone_stays & (rounds >= 2) & (rounds >= last_entry)
        now = showing_of(side, count)
        together = gather_arms(arms, now)
        shown = strengths_of(arms, now, together)
        loser = camp_that_gives_up(shown, state.standing)
        gone = compute_once(jnp.where(settled, loser, STILL_MOVING))
        beaten = side == gone + 1
        return Cascade(
            side=jnp.where(beaten, ASIDE, side).astype(side.dtype),
            moves=jnp.where(beaten, 0, state.moves + (side != state.side)).astype(side.dtype),
            joined=jnp.where(side > ASIDE, 1, state.joined).astype(side.dtype),
            standing=tuple(alive & (gone != camp) for camp, alive in enumerate(state.standing)),
            together=tuple(
                jnp.where(gone == camp, 0.0, mine) for camp, mine in enumerate(together)
            ),
            rounds=rounds,
            going=state.going & (gone != NOBODY) & (rounds < most),
        )

    def camp_that_gives_up(shown: Sequence[Array], standing: Sequence[Array]) -> Array:
        strongest = largest(
            [jnp.where(alive, value, 0.0) for alive, value in zip(standing, shown, strict=True)]
        )
        shortfall = []
        for camp, (name, core) in enumerate(zip(camps, cores, strict=True)):
            in_its_eyes = [misjudged_by[core] for misjudged_by in misjudgement]
            chance = estimate(camp, shown, in_its_eyes, standing, decisiveness)
            short = 1.0 - inputs.value(f"{name}.resolve") - chance
            weaker = standing[camp] & (shown[camp] < strongest)
            shortfall.append(jnp.where(weaker, short, -jnp.inf))
        return jnp.where(largest(shortfall) > 0.0, 1.0 * index_of_largest(shortfall), NOBODY)

    nobody = jnp.zeros_like(temper_aside, jnp.int8)
    nowhere = jnp.zeros_like(misjudgement[0][0], jnp.int32)
    start = Cascade(
        side=jnp.where(bound > 0, bound, nobody).astype(jnp.int8),
        moves=nobody,
        joined=nobody,
        standing=tuple(nowhere == 0 for _ in camps),
        together=tuple(gather_arms(arms, first_showing)),
        rounds=nowhere,
        going=nowhere == 0,
    )
    opening = play(start, first_showing)

    def answer(state: Cascade) -> Cascade:
        return play(state, showing_of(state.side, count))

    told: dict[str, Array] = {}
    if inputs.is_recorded:
        final, told["side"] = repeat_and_record(answer, lambda state: state.side, opening, most - 1)
    else:
        final = repeat_until(lambda state: ~state.going, answer, opening)

    strength = strengths_of(arms, showing_of(final.side, count), final.together)
    log_weights = [
        jnp.where(final.standing[camp], decisiveness * jnp.log(strength[camp]), -jnp.inf)
        for camp in range(count)
    ]
    winner = draw.choose("winner", camps, log_weights, settles=True)
    return Resolution(
        outcome=winner,
        log_probabilities=log_softmax(log_weights),
        measures=measure_showdown(camps, arms, final, strength, winner, sent),
        rounds=told,
    )


def bound_sides(
    inputs: Inputs, present: Array, sworn: Sequence[Array], cores: Sequence[int]
) -> Array:
    """Return the side each force cannot leave (0 aside, camps from 1), or -1; shape (forces,).

    A core is bound to its camp, an intervention binds before an oath does.
    """
    bound = inputs.fixed_sides
    for camp, oath in enumerate(sworn, start=1):
        bound = jnp.where((bound < 0) & oath, camp, bound)
    for camp, core in enumerate(cores, start=1):
        bound = bound.at[core].set(camp)
    return jnp.where(present > 0, bound, ASIDE)


def entries(inputs: Inputs, stage: Stage) -> Array:
    """Return the round from which each force may respond, shape (forces,)."""
    entry = jnp.ones_like(inputs.present)
    for name, first in stage.enters.items():
        entry = entry.at[jnp.array(inputs.members(name))].set(first)
    return entry


def misjudgements_of(inputs: Inputs, draw: Draw, camps: Sequence[str]) -> list[Array]:
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


def initial_showing(
    inputs: Inputs,
    present: Array,
    bound: Array,
    leaning: Sequence[Array],
    sworn: Sequence[Array],
    uncertain: Array,
) -> list[Array]:
    """Return by camp how far each force shows before round 1, shape (forces,) each."""
    exponentials = [jnp.exp(lean) for lean in leaning]
    everything = 1.0 + total(exponentials)
    oaths = total([1.0 * oath for oath in sworn])
    weight = inputs.constant("first_showing") * present
    showing = []
    for camp in range(len(leaning)):
        share = exponentials[camp] / everything
        expected = jnp.where(oaths > 0, sworn[camp] / jnp.maximum(oaths, 1.0), share)
        showing.append(jnp.where(uncertain, weight * expected, 1.0 * (bound == camp + 1)))
    return showing


def showing_of(side: Array, count: int) -> list[Array]:
    """Return by camp how far each force shows once sides are taken: wholly or not at all."""
    return [1.0 * (side == camp) for camp in range(1, count + 1)]


def estimate(
    camp: int,
    strength: Sequence[Array],
    misjudgement: Sequence[Array],
    standing: Sequence[Array],
    decisiveness: Array,
) -> Array:
    """Return the chance that a camp is thought to have against the others that are left."""
    against: list[Array] = []
    for rival in range(len(strength)):
        if rival != camp:
            ratio = decisiveness * log(strength[rival] / strength[camp])
            odds = jnp.exp(ratio + misjudgement[rival] - misjudgement[camp])
            against.append(jnp.where(standing[rival], odds, 0.0))
    return 1.0 / (1.0 + total(against))


def pulls_of(inputs: Inputs, showing: Sequence[Array]) -> list[Array]:
    """Return by camp the pull of ties towards it, shape (forces,) each."""
    pairs, pull = inputs.ties()
    if not pairs:
        return [jnp.zeros(()) for _ in showing]
    return [sum_pulls(pairs, pull, camp) for camp in showing]


def measure_showdown(
    camps: Sequence[str],
    arms: Arms,
    final: Cascade,
    strength: Sequence[Array],
    winner: Array,
    sent: Mapping[str, Array],
) -> dict[str, Array | dict[str, Array]]:
    """Return the measures of a finished showdown."""
    fought = total([1 * alive for alive in final.standing]) > 1
    under_arms = jnp.maximum(
        sum_over_forces(arms.troops + jnp.zeros_like(final.side)), LEAST_STRENGTH
    )
    share = [
        sum_over_forces(arms.troops * (final.side == side)) / under_arms
        for side in range(len(camps) + 1)
    ]
    rivals = [jnp.where(winner == camp, 0.0, value) for camp, value in enumerate(strength)]
    heard = {"heard": {name: 1 * known for name, known in sent.items()}} if sent else {}
    return {
        "how": jnp.where(fought, FIGHTING, CAPITULATION),
        "rounds": final.rounds,
        "side": final.side,
        "joined": final.joined,
        "strength": dict(zip(camps, strength, strict=True)),
        "margin": jnp.log(pick(strength, winner) / largest(rivals)),
        "division": total(share) - total([part * part for part in share]),
        "largest_share": largest(share[1:]),
        "spent": jnp.where(fought, total(strength) - largest(strength), 0.0),
        **heard,
    }
