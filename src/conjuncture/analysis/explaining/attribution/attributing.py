"""Attributing an outcome to forces or conditions: from a subsample to its shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explaining.attribution.attribution import Attribution, Interaction, Share
from conjuncture.analysis.explaining.attribution.conditions import Condition, refuse_overlapping
from conjuncture.analysis.explaining.attribution.orders import Coalitions
from conjuncture.analysis.explaining.attribution.owen import partition
from conjuncture.analysis.explaining.attribution.shapley import Real
from conjuncture.analysis.explaining.attribution.valuing import (
    MOST_COALITIONS,
    ORDER_ERROR,
    GameValues,
    MeanOverWorlds,
    values_of,
)
from conjuncture.analysis.explaining.sample import Sample, StoppedEarly
from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name
from conjuncture.language.nodes import Aside
from conjuncture.language.writing import write
from conjuncture.ordering import put_in_order
from conjuncture.scenario.spelling import phrase_of_key

AT_ONCE = 32_000_000
"""Chances, of one history under one run each, that are held in memory at the same time."""


def attribute_to_forces(
    sample: Sample,
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    order_error: float = ORDER_ERROR,
    most: int = MOST_COALITIONS,
) -> Attribution:
    r"""Return what each force brings to the probability of an event.

    The Shapley value of the game in which a coalition is worth

    .. math:: v(S) = P(\text{event} \mid do(\text{every force outside } S \text{ stands aside}))

    [shapley1953]_. Cores of camps, and luck, are in every coalition: all coalitions are run on the
    same draws. Up to twelve forces they are all run; above, orders are drawn.

    Parameters
    ----------
    sample : Sample
    groups : mapping of str to sequence of str, optional
        Forces that act as one, by the name of the group; what it brings is shared among them by
        their Owen values [owen1977]_. Members that cannot stand aside, or that take no part,
        are left out.
    order_error, most : float, int
        When to stop drawing orders: see
        :func:`~conjuncture.analysis.explaining.attribution.valuing.values_of`.

    Raises
    ------
    UsageError
        When nobody could stand aside, or the groups name a force twice or one that is none.
    Enough
        When somebody wants the answer so far and there is none.
    """
    crisis = sample.crisis
    if not sample.forces:
        raise UsageError(
            f"nobody who could stand aside takes part on the way to '{write(sample.event)}'; ask "
            "for conditions"
        )
    factors = [Condition(key, crisis.forces[key].phrase, (Aside(key),)) for key in sample.forces]
    return attribution_of(
        "forces", sample, factors, places_of(groups or {}, sample), order_error, most
    )


def attribute_to_conditions(
    sample: Sample,
    conditions: Sequence[Condition],
    *,
    order_error: float = ORDER_ERROR,
    most: int = MOST_COALITIONS,
) -> Attribution:
    r"""Return what each condition brings to the probability of an event.

    The Shapley value of the game in which a coalition is worth

    .. math:: v(S) = P(\text{event} \mid do(\text{the neutral value of each condition outside } S))

    on the same draws [shapley1953]_.

    Parameters
    ----------
    sample : Sample
    conditions : sequence of Condition
        From :func:`~conjuncture.analysis.explaining.attribution.conditions.usual_conditions` or
        :func:`~conjuncture.analysis.explaining.attribution.conditions.conditions_of`.
    order_error, most : float, int
        As for :func:`attribute_to_forces`.

    Raises
    ------
    UsageError
        When there is no condition, or two of them change the same thing.
    Enough
        When somebody wants the answer so far and there is none.
    """
    refuse_overlapping(conditions)
    return attribution_of("conditions", sample, conditions, {}, order_error, most)


def places_of(groups: Mapping[str, Sequence[str]], sample: Sample) -> dict[str, list[int]]:
    """Return the places of the members of groups among the forces that could stand aside.

    Raises
    ------
    UsageError
        When a group has a force's name, or none who could stand aside, or a force twice.
    """
    forces = list(sample.crisis.forces)
    owner: dict[str, str] = {}
    found = {}
    for name, members in groups.items():
        if name in forces:
            raise UsageError(f"'{name}' is a force; give the group another name")
        for member in members:
            if member not in forces:
                raise UsageError("; ".join(unknown_name("force", member, forces)))
            if owner.setdefault(member, name) != name:
                raise UsageError(
                    f"'{member}' is in two groups, '{owner[member]}' and '{name}'; leave it in one"
                )
        found[name] = [place for place, one in enumerate(sample.forces) if one in members]
        if not found[name]:
            raise UsageError(
                f"nobody in the group '{name}' could stand aside on the way to "
                f"'{write(sample.event)}'; leave it out"
            )
    return found


def attribution_of(
    kind: Literal["forces", "conditions"],
    sample: Sample,
    factors: Sequence[Condition],
    groups: Mapping[str, Sequence[int]],
    order_error: float,
    most: int,
) -> Attribution:
    """Return what each factor brings, some of them acting as one."""
    acting = partition(len(factors), list(groups.values()))

    def worth(inside: Coalitions) -> Real:
        return worth_of(sample, factors, inside, f"replays without some {kind}")

    found = values_of(
        worth,
        acting,
        seed=sample.worlds.seed,
        order_error=order_error,
        most=most,
        stops=(StoppedEarly,),
    )
    names = {name: phrase_of_key(name, sample.crisis.account) for name in groups}
    shares = [
        share_of(members, value, found, factors, groups, names)
        for members, value in zip(acting, found.groups, strict=True)
    ]
    interactions = [
        Interaction(shares[first].factor, shares[second].factor, *value)
        for (first, second), value in found.pairs.items()
    ]
    return Attribution(
        kind,
        write(sample.event),
        found.whole.value,
        found.empty.value,
        largest_first(shares),
        tuple(put_in_order(interactions, lambda one: abs(one.value), falling=True)),
        exact=not found.orders,
        orders=found.orders,
        worlds=sample.worlds.count,
        histories=sample.each,
        whole_error=found.whole.error,
        empty_error=found.empty.error,
        order_error=found.order_error,
        says=event_in_words(sample.crisis, sample.event),
    )


def worth_of(sample: Sample, factors: Sequence[Condition], inside: Coalitions, label: str) -> Real:
    """Return the probability of the event in each world for each coalition.

    Parameters
    ----------
    sample : Sample
    factors : sequence of Condition
    inside : array of bool, shape (coalitions, factors)
    label : str
        What the progress is told.

    Returns
    -------
    array, shape (coalitions, worlds)
    """
    runs = [
        tuple(act for factor, there in zip(factors, row, strict=True) if not there
              for act in factor.neutral)
        for row in inside.tolist()
    ]  # fmt: skip
    few = max(1, AT_ONCE // (sample.worlds.count * sample.each))
    parts = [
        sample.chances(runs[start : start + few], label=label).mean(axis=2, dtype=np.float64)
        for start in range(0, len(runs), few)
    ]
    return np.concatenate(parts)


def share_of(
    members: Sequence[int],
    value: MeanOverWorlds,
    found: GameValues,
    factors: Sequence[Condition],
    groups: Mapping[str, Sequence[int]],
    names: Mapping[str, str],
) -> Share:
    """Return the share of a factor, or of some that act as one with those of its members."""
    single = [Share(factors[one].key, factors[one].label, *found.players[one]) for one in members]
    for name, one in groups.items():
        if set(one) == set(members):
            return Share(name, names[name], *value, parts=largest_first(single))
    return single[0]


def largest_first(shares: Sequence[Share]) -> tuple[Share, ...]:
    """Return shares in the order of their values."""
    return tuple(put_in_order(shares, lambda share: share.value, falling=True))
