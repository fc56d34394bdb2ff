"""Which offer an actor takes, of all that come to it in a round."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

ROUNDING = 1e-5
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
    views : Views
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
