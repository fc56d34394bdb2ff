r"""How many come out: the least fixed point of thresholds.

Share of crowd g in the street: :math:`x_g = a_g F_g(\sum_h v_{gh} x_h + b_g)` with :math:`F_g` the
distribution of its people's thresholds, :math:`a_g` the share of it that is there to come out and
:math:`b_g` what moves it besides the street. Nobody is out at first, people join as others do, and
who has come out stays: that ends in the least fixed point [granovetter1978]_.

Joining round by round takes hundreds of rounds where a bandwagon hesitates. Each round here goes
further, yet never past the least fixed point. Let :math:`\Delta = f(x) - x` be who joins next, and
J the least slopes of f between x and x + d (those at one of the two ends: a bell curve has one
peak). Since f rises at least as fast as a straight line with slopes J, no fixed point is passed on
the way to x + d if :math:`d \le \Delta + J d`. Such a d is the step to where a line not steeper
than J meets the diagonal; near the fixed point it is a Newton step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax

from conjuncture.mechanisms.algebra import largest, repeat_until, total

NARROWEST = 1e-3
"""The least spread of thresholds."""

TOLERANCE = 2e-7
"""A round in which no more than this share of any crowd joins is the last; single precision
rounds shares to 6e-8."""

SAME = 1e-5
"""A listed threshold counts as reached when the street is closer to it than this."""

ROUNDS = 200
"""No street takes longer: rounds between two listed thresholds, or in all where none is listed."""

STEEPEST = 0.99
"""How steep a line is followed to the diagonal, whose steepness is 1; a steeper one is tilted."""

TURNS = 6
"""Repetitions in which the steepness of the street is found."""

SMALLEST = 1e-3
"""The least part of a direction, against its largest, while the steepness is found."""

TINY = 1e-30
"""Stands in for a division by nothing."""


@dataclass(frozen=True)
class CrowdResponse:
    """What the street is to one crowd.

    Attributes
    ----------
    there : Array, shape ()
        The share of it that can come out at all.
    push : Array, shape ()
        What moves it besides the street, as a share of the street.
    heeds : sequence of Array, shape () each
        Its weight on the turnout of each crowd.
    threshold, spread : Array, shape ()
        Mean and standard deviation of its people's thresholds.
    listed : tuple of float
        The thresholds themselves, where they are listed; they take the place of the two.
    """

    there: Array
    push: Array
    heeds: Sequence[Array]
    threshold: Array | float = 0.0
    spread: Array | float = 1.0
    listed: tuple[float, ...] = ()

    def visible_turnout(self, turnout: Sequence[Array]) -> Array:
        """Return what the crowd sees of the street, as a share of the street."""
        return total([weight * out for weight, out in zip(self.heeds, turnout, strict=True)])

    def distance(self, turnout: Sequence[Array]) -> Array:
        """Return how far the street is above the crowd's mean threshold, in spreads."""
        gap = self.visible_turnout(turnout) + self.push - self.threshold
        return gap if self.listed else gap / jnp.maximum(self.spread, NARROWEST)

    def share_past_threshold(self, distance: Array) -> Array:
        """Return the share of its people whose threshold the street has reached."""
        if self.listed:
            thresholds = jnp.array(self.listed).reshape(-1, *(1 for _ in jnp.shape(distance)))
            return jnp.mean(distance + SAME >= thresholds, axis=0)
        # In single precision the error function can be a trifle below -1.
        share: Array = jnp.maximum(0.5 * (1.0 + lax.erf(distance * 0.5**0.5)), 0.0)
        return share

    def slope(self, distance: Array) -> Array:
        """Return a lower bound of how fast its turnout grows with what it sees."""
        if self.listed:
            return jnp.zeros_like(distance)
        density = jnp.exp(-0.5 * distance * distance) * (0.5 / jnp.pi) ** 0.5
        slope: Array = self.there * density / jnp.maximum(self.spread, NARROWEST)
        return slope


class TurnoutState(NamedTuple):
    """Turnout by crowd so far, and whether anybody joined in the last round."""

    turnout: tuple[Array, ...]
    moving: Array


def solve_turnout(
    crowds: Sequence[CrowdResponse], start: Sequence[Array] | None = None
) -> list[Array]:
    """Return for each crowd the share of those who can come out that does.

    Parameters
    ----------
    crowds : sequence of CrowdResponse
    start : sequence of Array, optional
        A turnout known not to lie above the least fixed point; nobody, if not given.

    Returns
    -------
    list of Array, shape (), one per crowd
        Correct to about 1e-7 divided by the spread and by one less the steepness of the street at
        the fixed point: all that single precision allows.

    Examples
    --------
    A hundred people with thresholds of 0, 1, ..., 99 per cent all come out.

    >>> whole = jnp.ones(())
    >>> people = tuple(number / 100 for number in range(100))
    >>> float(solve_turnout([CrowdResponse(whole, 0 * whole, [whole], listed=people)])[0])
    1.0
    """
    numbers = [
        number
        for crowd in crowds
        for number in (crowd.there, crowd.push, crowd.threshold, crowd.spread, *crowd.heeds)
    ]
    nobody = jnp.zeros(jnp.broadcast_shapes(*map(jnp.shape, numbers)))
    begun = tuple(nobody + out for out in start or [nobody] * len(crowds))
    jumps = sum(len(crowd.listed) for crowd in crowds)
    final = repeat_until(
        lambda street: ~street.moving,
        lambda street: play_round(crowds, street),
        TurnoutState(begun, nobody == nobody),
        ROUNDS * (1 + jumps),
    )
    return [crowd.share_past_threshold(crowd.distance(final.turnout)) for crowd in crowds]


def play_round(crowds: Sequence[CrowdResponse], street: TurnoutState) -> TurnoutState:
    """Return the street after those whose thresholds are reached, or soon will be, have joined."""
    here = [crowd.distance(street.turnout) for crowd in crowds]
    gain = [
        jnp.maximum(crowd.there * crowd.share_past_threshold(distance) - out, 0.0)
        for crowd, distance, out in zip(crowds, here, street.turnout, strict=True)
    ]
    slopes = [crowd.slope(distance) for crowd, distance in zip(crowds, here, strict=True)]
    tilt = jnp.minimum(1.0, STEEPEST / jnp.maximum(steepness(crowds, slopes), STEEPEST))
    tried = step_to_diagonal(crowds, [tilt * slope for slope in slopes], gain)
    reach = [out + step for out, step in zip(street.turnout, tried, strict=True)]
    least = [
        jnp.minimum(slope, crowd.slope(crowd.distance(reach)))
        for crowd, slope in zip(crowds, slopes, strict=True)
    ]
    sure = step_to_diagonal(crowds, [tilt * slope for slope in least], gain)
    within = jnp.ones_like(tilt)
    for step, most in zip(sure, tried, strict=True):
        within = jnp.where(step > most, jnp.minimum(within, most / step), within)
    turnout = tuple(
        jnp.where(street.moving, out + jnp.maximum(more, within * step), out)
        for out, more, step in zip(street.turnout, gain, sure, strict=True)
    )
    return TurnoutState(turnout, street.moving & (largest(gain) > TOLERANCE))


def steepness(crowds: Sequence[CrowdResponse], slopes: Sequence[Array]) -> Array:
    r"""Return an upper bound of the spectral radius of the street's slopes, mostly a close one.

    For any direction w above 0 it is :math:`\max_g \text{slope}_g \sum_h v_{gh} w_h / w_g`.
    """
    direction = [jnp.ones_like(slope) for slope in slopes]
    ratio = direction[0]
    for _ in range(TURNS if len(crowds) > 1 else 1):
        seen = [
            slope * crowd.visible_turnout(direction)
            for crowd, slope in zip(crowds, slopes, strict=True)
        ]
        ratio = largest([after / before for after, before in zip(seen, direction, strict=True)])
        top = jnp.maximum(largest(seen), TINY)
        direction = [jnp.maximum(one / top, SMALLEST) for one in seen]
    return ratio


def step_to_diagonal(
    crowds: Sequence[CrowdResponse], slopes: Sequence[Array], gain: Sequence[Array]
) -> list[Array]:
    r"""Return the step to where a straight line of steepness below 1 meets the diagonal.

    Solves :math:`d_g = \text{gain}_g + \text{slope}_g \sum_h v_{gh} d_h` by elimination. All
    pivots are positive, so that no rows need be exchanged.
    """
    count = len(crowds)
    rows = [
        [
            (1.0 if mine == other else 0.0) - slopes[mine] * crowds[mine].heeds[other]
            for other in range(count)
        ]
        for mine in range(count)
    ]
    right = list(gain)
    for pivot in range(count):
        for below in range(pivot + 1, count):
            factor = rows[below][pivot] / rows[pivot][pivot]
            for column in range(pivot + 1, count):
                rows[below][column] = rows[below][column] - factor * rows[pivot][column]
            right[below] = right[below] - factor * right[pivot]
    steps = list(right)
    for place in reversed(range(count)):
        rest = right[place]
        for later in range(place + 1, count):
            rest = rest - rows[place][later] * steps[later]
        steps[place] = rest / rows[place][place]
    return steps
