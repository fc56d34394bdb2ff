r"""Bueno de Mesquita's expected-utility model, in two readings.

The model [buenodemesquita1994]_ was never published as code; both readings follow its restatement
by Scholz, Calbert and Smith [scholz2011]_. Every round each actor weighs challenging each other
one, sees what it expects the other to gain from challenging it, and gives way to the best offer.
The equations and what the readings differ in are in ``docs/mechanisms/programme.md``.

Beside them stand two rules without proposals. ``compromise`` [achen2006]_:
:math:`X = \sum_i w_i x_i`. ``median`` [black1948]_: the position of the actor at whom the weights,
added up from the lower end, reach one half. :math:`w_i` is capability times salience, as a share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import sum_over_forces


class Bargain(NamedTuple):
    """One issue.

    Attributes
    ----------
    position : Array, shape (actors,)
        The outcome that each likes best, on the issue's scale.
    capability : Array, shape (actors,)
        At least 0; only the ratios matter.
    salience : Array, shape (actors,)
        0 to 1.
    active : Array, shape (actors,)
        1 for those that take part, 0 for those that are absent or stand aside.
    """

    position: Array
    capability: Array
    salience: Array
    active: Array


def active_or_everyone(active: Array) -> Array:
    """Return who takes part, or everyone where nobody does.

    Examples
    --------
    >>> active_or_everyone(jnp.array([0.0, 1.0])).tolist()
    [0.0, 1.0]
    >>> active_or_everyone(jnp.array([0.0, 0.0])).tolist()
    [1.0, 1.0]
    """
    return jnp.where(sum_over_forces(active) > 0.0, active, 1.0)


def weights_of(bargain: Bargain) -> Array:
    """Return each actor's share of the weight: capability times salience, of those taking part.

    Where that sums to nothing those taking part weigh the same, and where nobody takes part
    everyone does.

    Returns
    -------
    Array, shape (actors,)
        Sums to one.

    Examples
    --------
    >>> one, none = jnp.ones(3), jnp.zeros(3)
    >>> capability, active = jnp.array([3.0, 1.0, 4.0]), jnp.array([1.0, 1.0, 0.0])
    >>> weights_of(Bargain(one, capability, one, active)).tolist()
    [0.75, 0.25, 0.0]
    >>> weights_of(Bargain(one, one, none, jnp.array([1.0, 1.0, 0.0]))).tolist()
    [0.5, 0.5, 0.0]
    """
    active = active_or_everyone(bargain.active)
    largest = jnp.max(bargain.capability * active, axis=0)
    capability = bargain.capability / jnp.where(largest > 0.0, largest, 1.0)
    thrown_in = capability * bargain.salience * active
    sums_to = sum_over_forces(thrown_in)
    shares = thrown_in / jnp.where(sums_to > 0.0, sums_to, 1.0)
    return jnp.where(sums_to > 0.0, shares, active / sum_over_forces(active))


ROUNDING = 1e-5
"""Sums of weights are equal when they are as close as this."""


def compromise(bargain: Bargain) -> Array:
    """Return the mean position, weighted by capability and salience, shape ().

    Examples
    --------
    >>> one = jnp.ones(2)
    >>> float(compromise(Bargain(jnp.array([0.0, 100.0]), jnp.array([3.0, 1.0]), one, one)))
    25.0
    """
    return sum_over_forces(weights_of(bargain) * bargain.position)


def median(bargain: Bargain) -> Array:
    """Return the position of the median voter, weighted by capability and salience, shape ().

    Where one half is reached exactly between two actors, the lower of the two.

    Examples
    --------
    >>> one = jnp.ones(3)
    >>> float(median(Bargain(jnp.array([90.0, 10.0, 40.0]), one, one, one)))
    40.0
    """
    return median_at(bargain.position, weights_of(bargain))


def median_at(position: Array, weight: Array) -> Array:
    """Return the weighted median of positions, shape ().

    Parameters
    ----------
    position, weight : Array, shape (actors,)
        Weights sum to one.
    """
    up_to = sum_over_forces(weight[:, None] * (position[:, None] <= position[None, :]))
    return jnp.min(jnp.where(up_to >= 0.5 - ROUNDING, position, jnp.inf), axis=0)


"""Expected utilities and moves are equal when they are as close as this."""

CONFRONTATION, COMPROMISE, SUBMISSION, NONE = 0, 1, 2, 3


class Expectations(NamedTuple):
    """What actors expect, shape (actors, actors) each; the first of a pair is the one who looks.

    ``gain``: what it expects from challenging the other. ``threat``: what it takes the other to
    expect from challenging it.
    """

    gain: Array
    threat: Array


def best_offer(
    place: Array,
    views: Expectations,
    active: Array,
    cost: Callable[[Array, Array, Expectations], Array],
) -> Array:
    """Return where every actor stands once each has taken the best offer made to it.

    Parameters
    ----------
    place : Array, shape (actors,)
        Positions, 0 to 1.
    views : Expectations
    active : Array, shape (actors,)
        Those that do not take part neither make nor take offers.
    cost : callable
        From positions, targets and views to what an offer costs, shape (actors, actors).

    Returns
    -------
    Array, shape (actors,)
        An actor takes the best kind of offer, of these the cheapest, of these the one whose
        maker expects most; offers that are equal in everything are met half-way.
    """
    among = (active[:, None] > 0.0) & (active[None, :] > 0.0)
    kind = jnp.where(among, kinds_of_offer(views), NONE)
    share = jnp.where(kind == COMPROMISE, concession_of(views), 1.0)
    target = place[:, None] + (place[None, :] - place[:, None]) * share
    best = jnp.min(kind, axis=1)
    left = (kind == best[:, None]) & (kind != NONE)
    for price in (cost(place, target, views), -views.threat):
        asked = jnp.where(left, price, jnp.inf)
        left = left & (asked <= jnp.min(asked, axis=1)[:, None] + ROUNDING)
    count = jnp.sum(left, axis=1)
    moved = jnp.sum(jnp.where(left, target, 0.0), axis=1) / jnp.maximum(count, 1)
    return jnp.where(count > 0, moved, place)


def kinds_of_offer(views: Expectations) -> Array:
    """Return by pair what the second offers the first, shape (actors, actors).

    Both expect to gain and the second expects more: the first loses a confrontation. Only the
    second expects to gain: a compromise if it expects to gain more than the first expects to
    lose, otherwise the first submits.

    Examples
    --------
    >>> gain, threat = jnp.array([1.0, -1.0, -2.0, 1.0]), jnp.array([2.0, 2.0, 1.0, -1.0])
    >>> kinds_of_offer(Expectations(gain, threat)).tolist()
    [0, 1, 2, 3]
    """
    gain, threat = views
    confronted = (gain > ROUNDING) & (threat > gain + ROUNDING)
    yields = (gain < -ROUNDING) & (threat > ROUNDING)
    bargains = yields & (threat > -gain + ROUNDING)
    kind = jnp.where(yields, jnp.where(bargains, COMPROMISE, SUBMISSION), NONE)
    return jnp.where(confronted, CONFRONTATION, kind)


def concession_of(views: Expectations) -> Array:
    """Return which part of the way the first of each pair goes in a compromise."""
    return jnp.abs(views.gain) / jnp.maximum(jnp.abs(views.threat), ROUNDING)


def least_move(place: Array, target: Array, views: Expectations) -> Array:
    """Return how far each offer moves the one who takes it."""
    del views
    return jnp.abs(target - place[:, None])


def lowest_meeting(place: Array, target: Array, views: Expectations) -> Array:
    """Return the same, but for a compromise where on the scale the two would meet.

    They meet at the mean of their positions, weighted by what each is taken to expect.
    """
    own, other = jnp.abs(views.gain), jnp.abs(views.threat)
    meeting = (own * place[:, None] + other * place[None, :]) / jnp.maximum(own + other, ROUNDING)
    compromise = kinds_of_offer(views) == COMPROMISE
    return jnp.where(compromise, meeting, least_move(place, target, views))


NEUTRAL = 1.0


class RoundConstants(NamedTuple):
    """What does not change from round to round.

    ``weight``, ``salience`` and ``active`` have shape (actors,); ``spread`` is the distance
    between the two outermost positions at the start, shape ().
    """

    weight: Array
    salience: Array
    active: Array
    spread: Array


def challenge(bargain: Bargain, rounds: int) -> Array:
    """Return the median position after some rounds, by the equations as printed, shape ().

    Each looks at a pair with its own attitude to risk, the chance of success is a share of the
    weight that the pair divides, and everyone moves as little as the best kind of offer allows.

    Examples
    --------
    Whoever is safest shuns risk most, and may give way to a weaker one that has little to lose:

    >>> one = jnp.ones(3)
    >>> bargain = Bargain(jnp.array([0.0, 20.0, 100.0]), jnp.array([1.0, 1.0, 3.0]), one, one)
    >>> float(challenge(bargain, 1))
    0.0
    """
    return _play_rounds(bargain, rounds, views_as_printed, least_move)


def challenge_replication(bargain: Bargain, rounds: int) -> Array:
    """Return the median position after some rounds, by the coding behind the printed table.

    Each looks at a pair with its own attitude to risk in the other's place too, the chance of
    success is a share of the weight that all pairs divide, and of several compromises everyone
    takes the one that lies lowest on the scale.

    Examples
    --------
    >>> one = jnp.ones(3)
    >>> bargain = Bargain(jnp.array([0.0, 20.0, 100.0]), jnp.array([1.0, 1.0, 3.0]), one, one)
    >>> float(challenge_replication(bargain, 1))
    100.0
    """
    return _play_rounds(bargain, rounds, views_in_the_replication, lowest_meeting)


def _play_rounds(
    bargain: Bargain,
    rounds: int,
    views: Callable[[Array, RoundConstants], Expectations],
    cost: Callable[[Array, Array, Expectations], Array],
) -> Array:
    bargain = Bargain(*jnp.broadcast_arrays(*bargain))
    active = active_or_everyone(bargain.active)
    highest = jnp.max(jnp.where(active > 0.0, bargain.position, -jnp.inf), axis=0)
    lowest = jnp.min(jnp.where(active > 0.0, bargain.position, jnp.inf), axis=0)
    spread = jnp.where(highest > lowest, highest - lowest, 1.0)
    standing = RoundConstants(weights_of(bargain), bargain.salience, active, spread)

    def play(_: Array, place: Array) -> Array:
        return best_offer(place, views(place, standing), active, cost)

    on_the_scale = (bargain.position - lowest) / spread
    final = jax.lax.fori_loop(0, rounds, play, jnp.clip(on_the_scale, 0.0, 1.0))
    return lowest + spread * median_at(final, standing.weight)


def views_as_printed(place: Array, standing: RoundConstants) -> Expectations:
    """Return what each expects of each pair, with the equations as they are printed."""
    apart = distances(place)
    support, divided = count_support(apart, standing.weight)
    chance = support / jnp.where(divided > 0.0, divided, 1.0)
    resistance = standing.salience[None, :]
    neutral = expected_gain(apart, chance, resistance, NEUTRAL)
    risk = risk_exponents(neutral, standing.active)
    gain = expected_gain(apart, chance, resistance, risk[:, None])
    return Expectations(gain=gain, threat=jnp.swapaxes(gain, 0, 1))


def views_in_the_replication(place: Array, standing: RoundConstants) -> Expectations:
    """Return what each expects of each pair, as coded for the printed table."""
    apart = distances(place)
    resistance = standing.salience[None, :]
    neutral = expected_gain(apart, _chance_of_all(apart, standing), resistance, NEUTRAL)
    risk = risk_exponents(neutral, standing.active)[:, None]
    chance = _chance_of_all(jnp.power(apart, risk), standing)
    return Expectations(
        gain=expected_gain(apart, chance, resistance, risk),
        threat=expected_gain(apart, jnp.swapaxes(chance, 0, 1), standing.salience[:, None], risk),
    )


def distances(place: Array) -> Array:
    """Return how far each is from each, shape (actors, actors), 1 from end to end."""
    return jnp.clip(jnp.abs(place[:, None] - place[None, :]), 0.0, 1.0)


def count_support(apart: Array, weight: Array) -> tuple[Array, Array]:
    """Return for each pair the weight that prefers the first, and the weight that prefers either.

    Each voter weighs by how much nearer the one is than the other. Voters are added one by one:
    all triples at once would not fit into memory.

    Parameters
    ----------
    apart : Array, shape (voters, actors)
        How far each voter is from each position.
    weight : Array, shape (voters,)

    Returns
    -------
    support, divided : Array, shape (actors, actors)
    """

    def add(voter: Array, so_far: tuple[Array, Array]) -> tuple[Array, Array]:
        nearer = weight[voter] * (apart[voter][None, :] - apart[voter][:, None])
        support, divided = so_far
        return support + jnp.maximum(nearer, 0.0), divided + jnp.abs(nearer)

    nothing = jnp.zeros_like(apart)
    found: tuple[Array, Array] = jax.lax.fori_loop(0, len(weight), add, (nothing, nothing))
    return found


def _chance_of_all(apart: Array, standing: RoundConstants) -> Array:
    support, divided = count_support(apart, standing.weight)
    among = standing.active[:, None] * standing.active[None, :]
    everything = sum_over_forces(sum_over_forces(divided * among))
    return support / jnp.where(everything > 0.0, everything, 1.0)


def expected_gain(apart: Array, chance: Array, resistance: Array, risk: Array | float) -> Array:
    """Return what the first of each pair expects to gain from challenging the second.

    Parameters
    ----------
    apart, chance : Array, shape (actors, actors)
        Distance, and the chance that the first prevails if the second resists.
    resistance : Array, broadcast to (actors, actors)
        The chance that the second resists: its salience.
    risk : Array or float, broadcast to (actors, actors)
        The risk exponent of the one who looks, 1/2 to 2.

    Returns
    -------
    Array, shape (actors, actors)
        Over keeping the status quo, which is certain without a challenge.
    """
    success = 2.0 - 4.0 * jnp.power(0.5 - 0.5 * apart, risk)
    failure = 2.0 - 4.0 * jnp.power(0.5 + 0.5 * apart, risk)
    status_quo = 2.0 - 4.0 * jnp.power(0.5, risk)
    return success - resistance * (1.0 - chance) * (success - failure) - status_quo


def risk_exponents(gain: Array, active: Array) -> Array:
    """Return each actor's risk exponent, shape (actors,): the safer it is, the nearer to 2.

    Parameters
    ----------
    gain : Array, shape (actors, actors)
        What the first of each pair expects from challenging the second, at exponent 1.
    active : Array, shape (actors,)
    """
    threat = sum_over_forces(gain * active[:, None])
    most = jnp.max(jnp.where(active > 0.0, threat, -jnp.inf), axis=0)
    least = jnp.min(jnp.where(active > 0.0, threat, jnp.inf), axis=0)
    differ = most > least
    exposure = (2.0 * threat - most - least) / jnp.where(differ, most - least, 1.0)
    exposure = jnp.where(differ, jnp.clip(exposure, -1.0, 1.0), 0.0)
    return (3.0 - exposure) / (3.0 + exposure)
