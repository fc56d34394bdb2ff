r"""The wish to keep a group whole: conformity to what its other members do.

For member :math:`i` of group :math:`g`, with :math:`x_{jk}` how far :math:`j` shows in camp
:math:`k` and :math:`x_{j0} = 1 - \sum_k x_{jk}` how far it shows aside,

.. math:: U_{ik} \mathrel{+}= J_g\, \frac{\sum_j t_j x_{jk}}{\sum_j t_j}, \qquad k = 0, \dots, K,

the sums over the other members of the group that are present, :math:`t` their troops: the local
interactions of [brockdurlauf2001]_ with weights by troops; among soldiers it is the motive for
which a coup is a coordination game [singh2014]_.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import sum_over_forces, total
from conjuncture.mechanisms.contract import Inputs
from conjuncture.mechanisms.showdown.inputs import Stage


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
    groups : sequence of Whole
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
