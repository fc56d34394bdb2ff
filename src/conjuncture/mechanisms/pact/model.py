r"""The pact, for one history.

Bargaining over a surplus [nash1950]_ in place of fighting on [fearon1995]_, by parties who cannot
bind themselves for later [powell2006]_. The equations, the readings chosen and the measures are in
``docs/mechanisms/pact.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import jax.numpy as jnp
from jax import Array
from jax.nn import sigmoid

from conjuncture.mechanisms.algebra import total
from conjuncture.mechanisms.contract import Draw, Inputs, Resolution
from conjuncture.mechanisms.pact.inputs import KEEP, RENEGE, Stage

AGREED, REFUSED, UNTRUSTED = 0, 1, 2
LEAST = 1e-6
ROUNDING = 1e-6
"""Single precision does not tell amounts apart that are closer than this."""


class BargainTerms(NamedTuple):
    """The bargain as it lies on the table: one number a party, and the surplus.

    ``estimate`` is a party's own chance, ``fallback`` what it has if they fight on, ``share`` what
    the pact gives it.
    """

    estimate: list[Array]
    cost: list[Array]
    fallback: list[Array]
    share: list[Array]
    surplus: Array


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    r"""Bargain once.

    .. math::
        \hat d_i = \hat p_i (1 - \theta_\text{apart}) - c_i, \qquad
        V = 1 - \theta_\text{together} + g, \qquad
        x_i = \hat d_i + \alpha_i \left(V - \sum_j \hat d_j\right)

    Refused where the surplus :math:`V - \sum \hat d` is negative; untrusted where for some party
    :math:`x_i < p^+_i (1 - \theta_\text{together}) - c_i`; otherwise agreed.

    Parameters
    ----------
    inputs : Inputs
        Reads the stage's own values and who takes part.
    draw : Draw
        Site ``judgement``.

    Returns
    -------
    Resolution
        ``agreed``, ``refused`` or ``untrusted``, and the measures listed in the documentation.
    """
    parties = tuple(cast("Stage", inputs.stage).parties)
    places = [inputs.forces.index(party) for party in parties]
    away = [(inputs.fixed_sides[place] == 0) & (inputs.present[place] > 0) for place in places]
    in_secret = [out & inputs.secret[place] for out, place in zip(away, places, strict=True)]
    seated = [
        jnp.where(out & ~hidden, 0.0, inputs.present[place])
        for out, hidden, place in zip(away, in_secret, places, strict=True)
    ]
    terms = agree_terms(inputs, draw, parties, seated)
    reneges = [
        would_renege(inputs, party, part, *theirs)
        for party, part, *theirs in zip(
            parties, seated, terms.estimate, terms.cost, terms.share, strict=True
        )
    ]
    too_few = total(seated) < 2.0
    missing = total([1 * hidden for hidden in in_secret]) > 0
    refused = too_few | missing | (terms.surplus < -ROUNDING)
    untrusted = total([1 * one for one in reneges]) > 0
    outcome = jnp.where(refused, REFUSED, jnp.where(untrusted, UNTRUSTED, AGREED))
    highest = [
        part * (least + terms.surplus) for part, least in zip(seated, terms.fallback, strict=True)
    ]

    present = [inputs.present[place] > 0 for place in places]
    with_terms = [one & ~too_few for one in present]

    def by_party(values: Sequence[Array]) -> dict[str, Array]:
        return dict(zip(parties, values, strict=True))

    return Resolution(
        outcome=outcome,
        log_probabilities=[
            jnp.where(outcome == code, 0.0, -jnp.inf) for code in (AGREED, REFUSED, UNTRUSTED)
        ],
        measures={
            "shares": by_party(terms.share),
            "surplus": terms.surplus,
            "lowest": by_party(terms.fallback),
            "highest": by_party(highest),
            "estimate": by_party(terms.estimate),
            "reneges": by_party([1 * one for one in reneges]),
        },
        defined={
            "shares": by_party(with_terms),
            "surplus": ~too_few,
            "lowest": by_party(present),
            "highest": by_party(with_terms),
            "estimate": by_party(present),
            "reneges": by_party(present),
        },
    )


def agree_terms(
    inputs: Inputs, draw: Draw, parties: Sequence[str], seated: Sequence[Array]
) -> BargainTerms:
    """Return the terms that those who are seated come to; the others have nothing."""
    apart = 1.0 - inputs.value("threat.apart")
    pie = 1.0 - inputs.value("threat.together") + inputs.value("governing")
    chances = normalise_weights(inputs, parties, "chance", seated)
    weights = normalise_weights(inputs, parties, "bargaining", seated)
    estimate, cost = [], []
    for party, part, share_of_chances in zip(parties, seated, chances, strict=True):
        error = inputs.value("misjudgement") * draw.normal("judgement", force=party)
        chance = jnp.clip(share_of_chances, LEAST, 1.0 - LEAST)
        estimate.append(part * sigmoid(jnp.log(chance / (1.0 - chance)) + error))
        cost.append(part * inputs.value(f"{party}.cost"))
    fallback = [own * apart - loss for own, loss in zip(estimate, cost, strict=True)]
    surplus = pie - total(fallback)
    share = [least + weight * surplus for least, weight in zip(fallback, weights, strict=True)]
    return BargainTerms(estimate, cost, fallback, share, surplus)


def normalise_weights(
    inputs: Inputs, parties: Sequence[str], name: str, seated: Sequence[Array]
) -> list[Array]:
    """Return the weights of those who are seated as parts of one."""
    weights = [
        part * jnp.maximum(inputs.value(f"{party}.{name}"), LEAST)
        for party, part in zip(parties, seated, strict=True)
    ]
    everything = jnp.maximum(total(weights), LEAST)
    return [weight / everything for weight in weights]


def would_renege(
    inputs: Inputs, party: str, seated: Array, estimate: Array, cost: Array, share: Array
) -> Array:
    """Return whether the others must reckon with a party that breaks the pact later."""
    stage = cast("Stage", inputs.stage)
    later = estimate if stage.parties[party].later is None else inputs.value(f"{party}.later")
    breaking = later * (1.0 - inputs.value("threat.together")) - cost
    announced = ~inputs.secret[inputs.forces.index(party)]
    keeps = inputs.is_forced(party, KEEP) & announced
    breaks = inputs.is_forced(party, RENEGE) & announced
    return (seated > 0.0) & (breaks | (~keeps & (share < breaking - ROUNDING)))
