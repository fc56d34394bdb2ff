r"""The setter: one offer to all claimants, made without knowing what each would accept.

The formateur offers shares :math:`x` that maximise

.. math:: f + (1 - X + b - f) \prod_i \Pr(r_i \le x_i) \prod_v \Pr(t_v \ge X), \qquad X = \sum_i x_i

if that is worth more than making no offer, :math:`b_0`. Reservations :math:`r_i` and tolerances
:math:`t_v` are logit-normal around medians that everyone knows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jax import Array
from jax.scipy.special import logit

from conjuncture.mechanisms.algebra import any_force, total
from conjuncture.mechanisms.cabinet.inputs import FORMED, NOT_OFFERED, REFUSED, VETOED, Stage
from conjuncture.mechanisms.contract import (
    Draw,
    Inputs,
    Resolution,
    is_expected,
    is_present,
    is_taking_part,
)

FARTHEST, HARDEST = 6.0, -3.0
"""Offers lie within 6 standard deviations of the median reservation; prices are looked at up to
those at which no claimant is offered more than 3 below it."""

POINTS, HALVINGS, STEPS, GRAIN = 17, 8, 2, 32.0
EDGE, LEAST_PRIVACY, LEAST_SURPLUS, NO_BETTER = 1e-6, 1e-3, 0.05, 1e-5


Curve = Callable[[Array], Array]


class CommonKnowledge(NamedTuple):
    """What everyone knows.

    Attributes
    ----------
    medians : Array, shape (claimants,)
        Of reservations, in log-odds.
    asked : Array of bool, shape (claimants,)
        Whether the claimant is asked.
    tolerances : Array, shape (veto players,)
        Medians, in log-odds.
    heeded : Array of bool, shape (veto players,)
        Whether the veto player is reckoned with.
    privacy : Array, shape ()
        Standard deviation of reservations and tolerances, in log-odds.
    surplus : Array, shape ()
        What success with nothing given away is worth more than failure, :math:`1 + b - f`.
    """

    medians: Array
    asked: Array
    tolerances: Array
    heeded: Array
    privacy: Array
    surplus: Array


class Offer(NamedTuple):
    """An offer: shares by claimant, their sum, its chance, and how far each lies above the median.

    ``generosity`` is in standard deviations of the reservation; ``strain`` is by veto player how
    many standard deviations the sum lies above the median tolerance.
    """

    shares: Array
    total: Array
    chance: Array
    generosity: Array
    strain: Array


def propose(inputs: Inputs, draw: Draw) -> Resolution:
    """Make the best offer, if any, and see who refuses or vetoes it."""
    stage = cast("Stage", inputs.stage)
    claimants, players = tuple(stage.claimants), tuple(stage.veto_players)
    privacy = jnp.maximum(inputs.value("privacy"), LEAST_PRIVACY)
    failed, no_cabinet = inputs.value("failed"), inputs.value("no_cabinet")
    asked = [is_expected(inputs, name) for name in claimants]
    bargain = CommonKnowledge(
        medians=stack_numbers(
            [log_odds(inputs.value(f"{name}.reservation")) for name in claimants], privacy
        ),
        asked=stack_numbers(asked, privacy),
        tolerances=stack_numbers(
            [log_odds(inputs.value(f"{name}.tolerance")) for name in players], privacy
        ),
        heeded=stack_numbers([is_expected(inputs, name) for name in players], privacy) > 0,
        privacy=privacy,
        surplus=1.0 + inputs.value("benefit") - failed,
    )
    offer = find_best_offer(bargain)
    worth = failed + (bargain.surplus - offer.total) * offer.chance
    somebody = any_force(bargain.asked)
    offers = somebody & is_taking_part(inputs, stage.formateur or "") & (worth > no_cabinet)

    refuses = [
        offers
        & one
        & ((draw.normal("reservation", force=name, persists=True) > generosity) | ~here)
        for name, one, generosity, here in zip(
            claimants,
            asked,
            offer.generosity,
            [is_taking_part(inputs, name) for name in claimants],
            strict=True,
        )
    ]
    accepted = offers & (total([1 * one for one in refuses]) == 0)
    vetoes = [
        accepted
        & is_taking_part(inputs, name)
        & (draw.normal("tolerance", force=name, persists=True) < strain)
        for name, strain in zip(players, offer.strain, strict=True)
    ]
    borne = accepted
    for veto in vetoes:
        borne = borne & ~veto
    outcome = jnp.where(
        offers, jnp.where(accepted, jnp.where(borne, FORMED, VETOED), REFUSED), NOT_OFFERED
    )
    made = 1.0 * offers
    offered = [made * share for share in offer.shares]
    measures: dict[str, Array | dict[str, Array]] = {
        "posts": dict(zip(claimants, [borne * share for share in offered], strict=True)),
        "offered": dict(zip(claimants, offered, strict=True)),
        "refused": dict(zip(claimants, [1 * one for one in refuses], strict=True)),
        "total": made * offer.total,
        "chance": made * offer.chance,
        "worth": worth,
    }
    here = {name: is_present(inputs, name) for name in claimants}
    worthwhile = somebody & is_present(inputs, stage.formateur or "")
    defined: dict[str, Array | dict[str, Array]] = {
        **dict.fromkeys(("posts", "offered", "refused"), here),
        "worth": worthwhile,
    }
    if players:
        measures["vetoed"] = dict(zip(players, [1 * one for one in vetoes], strict=True))
        defined["vetoed"] = {name: is_present(inputs, name) for name in players}
    return Resolution(
        outcome=outcome,
        log_probabilities=[jnp.where(outcome == code, 0.0, -jnp.inf) for code in range(4)],
        measures=measures,
        defined=defined,
    )


def log_odds(share: Array) -> Array:
    """Return the log-odds of a share, finite at 0 and 1."""
    return logit(jnp.clip(share, EDGE, 1.0 - EDGE))


def stack_numbers(numbers: Sequence[Array], like: Array) -> Array:
    """Return numbers of the history, of the shape of ``like`` at least, on one first axis."""
    if not numbers:
        return jnp.zeros((0, *like.shape))
    return jnp.stack(jnp.broadcast_arrays(*numbers, like)[:-1])


def find_best_offer(bargain: CommonKnowledge) -> Offer:
    r"""Return the offer that maximises :math:`(K - X) \Pr(\text{formed})`, K the surplus.

    In the best split of any sum each claimant is offered so much that a further post would raise
    the logarithm of its probability to accept by the same amount, the price of posts. So the
    price is searched along, and beside it the offers that every claimant accepts with one and the
    same probability, which are all there are for a single claimant and cover what little the
    price leaves out (a claimant that is offered more than half may like more the more it has).

    Examples
    --------
    >>> half, yes, none = jnp.zeros(1), jnp.ones(1, bool), jnp.zeros(0)
    >>> sure = CommonKnowledge(half, yes, none, none > 0, jnp.float32(0.001), jnp.float32(1.2))
    >>> round(float(find_best_offer(sure).total), 2)
    0.5
    """
    medians, privacy, surplus = bargain.medians, bargain.privacy, bargain.surplus

    def gain(generosity: Array) -> Array:
        offer = evaluate_offer(bargain, generosity)
        return (surplus - offer.total) * offer.chance

    def repeat_generosity(generosity: Array) -> Array:
        return jnp.expand_dims(generosity, -medians.ndim) + jnp.zeros_like(medians)

    def priced_generosity(log_price: Array) -> Array:
        return generosity_at_price(jnp.expand_dims(log_price, -medians.ndim), medians, privacy)

    # What is the same in all histories stays so: tolerances do not bear on the curves.
    zero = jnp.zeros_like(medians[0] + privacy + surplus)
    alone = len(medians) == 1
    best = search_curve(repeat_generosity, gain, zero - FARTHEST, zero + FARTHEST, STEPS)
    if not alone:
        cheapest = zero - jnp.log(jnp.maximum(surplus, LEAST_SURPLUS))
        dearest = jnp.max(log_pull(jnp.full_like(medians, HARDEST), medians, privacy), axis=0)
        dearest = jnp.maximum(dearest, cheapest + 1.0)
        bend = bend_around_best(priced_generosity, gain, cheapest, dearest)
        other = search_curve(bend, gain, zero - 1.0, zero + 1.0, STEPS)
        # Where both are as good the priced one is taken, or rounding would choose between them.
        best = jnp.where(gain(best) > (1.0 + NO_BETTER) * gain(other), best, other)
    return evaluate_offer(bargain, best)


def chance_below(deviations: Array) -> Array:
    """Return the standard normal distribution function."""
    return 0.5 * jax.lax.erfc(-math.sqrt(0.5) * deviations)


def evaluate_offer(bargain: CommonKnowledge, generosity: Array) -> Offer:
    """Return the offer that lies so many standard deviations above each median reservation.

    Where that would be more than there is, all shares are cut alike.

    Parameters
    ----------
    bargain : CommonKnowledge
    generosity : Array, shape (..., claimants)
        What stands before the claimants is carried along.
    """
    by_part = -bargain.medians.ndim
    shares = jax.nn.sigmoid(bargain.medians + bargain.privacy * generosity)
    shares = jnp.where(bargain.asked, shares, 0.0)
    given = jnp.sum(shares, axis=by_part)
    too_much = jnp.expand_dims(given > 1.0, by_part)
    shares = shares / jnp.expand_dims(jnp.maximum(given, 1.0), by_part)
    given = jnp.minimum(given, 1.0)
    cut = (log_odds(shares) - bargain.medians) / bargain.privacy
    generosity = jnp.where(too_much, cut, generosity)
    strain = jnp.expand_dims(log_odds(given), by_part) - bargain.tolerances
    strain = strain / bargain.privacy
    accepted = jnp.prod(jnp.where(bargain.asked, chance_below(generosity), 1.0), axis=by_part)
    borne = jnp.prod(jnp.where(bargain.heeded, chance_below(-strain), 1.0), axis=by_part)
    return Offer(shares, given, accepted * borne, generosity, strain)


def log_pull(generosity: Array, median: Array, privacy: Array) -> Array:
    r"""Return by how much a further post raises the chance that a claimant accepts.

    It is the logarithm of :math:`\frac{d}{dx} \ln \Phi(z) =
    \frac{\varphi(z)}{\Phi(z)} \cdot \frac{1}{s\,x(1-x)}`, z the generosity and x the share.
    """
    half = 0.5 * (median + privacy * generosity)
    steepness = 2.0 * (jnp.abs(half) + jnp.log1p(jnp.exp(-2.0 * jnp.abs(half))))
    density = -0.5 * (generosity**2 + math.log(2.0 * math.pi))
    return density - jnp.log(chance_below(generosity) * privacy) + steepness


def generosity_at_price(log_price: Array, median: Array, privacy: Array) -> Array:
    """Return how generous to be to a claimant when posts have a price.

    The place where the pull falls to the price is found by halving, and then on the straight line
    between the last two places.
    """

    def excess(generosity: Array) -> Array:
        return log_pull(generosity, median, privacy) - log_price

    def halve(turn: int, low: Array) -> Array:
        middle = low + 2.0 * FARTHEST * 0.5 ** (turn + 1.0)
        return jnp.where(excess(middle) > 0.0, middle, low)

    start = jnp.zeros_like(log_price + median + privacy) - FARTHEST
    low: Array = jax.lax.fori_loop(0, HALVINGS, halve, start)
    last = 2.0 * FARTHEST * 0.5**HALVINGS
    above, below = jnp.maximum(excess(low), 0.0), jnp.minimum(excess(low + last), 0.0)
    return low + last * above / jnp.maximum(above - below, EDGE)


def bend_around_best(curve: Curve, gain: Curve, low: Array, high: Array) -> Curve:
    """Return the parabola through the best of some points of a curve and its two neighbours.

    It runs from -1 to 1. Offers on it split their sum so nearly as the curve does that the
    difference is lost in rounding, and cost no search for each claimant.
    """
    points = curve(low + (high - low) / 2.0 * (1.0 + grid_like(low)))
    best = jnp.clip(jnp.argmax(gain(points), axis=0), 1, POINTS - 2)

    def neighbour(step: int) -> Array:
        shape = jnp.broadcast_shapes(best.shape, points.shape[1:])
        place = jnp.broadcast_to(best + step, shape)
        everywhere = jnp.broadcast_to(points, (POINTS, *shape))
        return jnp.take_along_axis(everywhere, place[None], axis=0)[0]

    before, middle, after = neighbour(-1), neighbour(0), neighbour(1)
    slope, bend = (after - before) / 2.0, (after + before) / 2.0 - middle

    def parabola(place: Array) -> Array:
        along = jnp.expand_dims(place, -middle.ndim)
        return middle + along * (slope + along * bend)

    return parabola


def search_curve(curve: Curve, gain: Curve, low: Array, high: Array, steps: int) -> Array:
    """Return the best point of a curve of offers.

    A grid finds where it lies; then three points, ever closer to each other, and the parabola
    through what they are worth. Closer than this, single precision no longer tells them apart.
    """
    tried = low + (high - low) / 2.0 * (1.0 + grid_like(low))
    worth = gain(curve(tried))
    best = jnp.clip(jnp.argmax(worth, axis=0), 1, POINTS - 2)
    tried = jnp.broadcast_to(tried, (POINTS, *jnp.broadcast_shapes(best.shape, tried.shape[1:])))
    centre = jnp.take_along_axis(tried, best[None], axis=0)[0]
    around = [jnp.take_along_axis(worth, best[None] + side, axis=0)[0] for side in (-1, 0, 1)]
    widest = (high - low) / (POINTS - 1.0) + jnp.zeros_like(centre)
    sides = jnp.reshape(jnp.arange(-1.0, 2.0), (3, *(1,) * centre.ndim))

    def refine(_: int, so_far: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        centre, spacing, around = so_far
        centre = centre + spacing * peak_of(*around)
        spacing = spacing / 8.0
        return centre, spacing, gain(curve(centre + spacing * sides))

    start = (centre, widest, jnp.stack(jnp.broadcast_arrays(*around, centre)[:3]))
    centre, spacing, last = jax.lax.fori_loop(0, steps, refine, start)
    return curve(centre + spacing * peak_of(*last))


def peak_of(before: Array, middle: Array, after: Array) -> Array:
    """Return where between -1 and 1 three values at -1, 0 and 1 are largest.

    Examples
    --------
    >>> round(float(peak_of(jnp.float32(-1.0), jnp.float32(0.0), jnp.float32(0.5))), 3)
    1.0
    >>> round(float(peak_of(jnp.float32(-1.0), jnp.float32(0.0), jnp.float32(-0.5))), 3)
    0.156
    """
    bend = before - 2.0 * middle + after
    vertex = 0.5 * (before - after) / jnp.where(bend < 0.0, bend, 1.0)
    # The top is flat: rounded, its place does not hang on the last digit of what offers are worth.
    vertex = jnp.round(GRAIN * vertex) / GRAIN
    towards = jnp.where(after > before, 1.0, -1.0)
    end = jnp.where(jnp.maximum(before, after) > middle, towards, 0.0)
    return jnp.where(bend < 0.0, jnp.clip(vertex, -1.0, 1.0), end)


def grid_like(number: Array) -> Array:
    """Return points from -1 to 1 on a first axis of their own, before those of a number."""
    return jnp.reshape(jnp.linspace(-1.0, 1.0, POINTS), (POINTS, *(1,) * number.ndim))
