"""Attribution: how much of an outcome's probability each force, or each condition, brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.estimates import LEVEL, two_sided
from conjuncture.analysis.explain.conditions import Condition, refuse_overlapping
from conjuncture.analysis.explain.methods.orders import (
    MOST_COALITIONS,
    ORDER_ERROR,
    Coalitions,
    GameValues,
    MeanOverWorlds,
    values_of,
)
from conjuncture.analysis.explain.methods.shapley import Real, partition
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.plain_words import capitalise, join_words
from conjuncture.analysis.result import Result
from conjuncture.errors import UsageError
from conjuncture.language.interventions import Aside
from conjuncture.language.names import unknown_name
from conjuncture.language.unparser import write
from conjuncture.number_format import format_decimals
from conjuncture.ordering import put_in_order
from conjuncture.scenario.wording import phrase_of_key

STATED_ERROR = 0.01
"""The standard error of a share that is aimed at; a larger one is told."""

NINETY = 1.6448536269514722
"""Standard errors to either side within which a normal number lies with probability 90 %."""

MOST_TOLD = 3
"""Shares that are named in prose, to either side."""

OUT = {
    "forces": "every force aside that could stand aside",
    "conditions": "every condition at its neutral value",
}


@dataclass(frozen=True)
class Share:
    """What a force, a group or a condition brings.

    Attributes
    ----------
    factor, label : str
        Its key, and what a reader sees.
    value, error : float
        Its Shapley value, a difference of probabilities, and the standard error.
    parts : tuple of Share
        The members of a group with their Owen values, which add up to ``value``.
    """

    factor: str
    label: str
    value: float
    error: float
    parts: tuple[Share, ...] = ()

    @property
    def is_idle(self) -> bool:
        """Whether it changes nothing: in no coalition, in no history of any world."""
        return self.value == 0.0 and self.error == 0.0 and all(part.is_idle for part in self.parts)

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval."""
        return self.value - NINETY * self.error, self.value + NINETY * self.error


@dataclass(frozen=True)
class Interaction:
    """How much more two add together than the sum of what each adds alone, with its standard error.

    Of two that raise the probability one makes the other count where it is above 0, and stands in
    for it where it is below; of two that lower it the other way about.
    """

    first: str
    second: str
    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval."""
        return self.value - NINETY * self.error, self.value + NINETY * self.error


@dataclass(frozen=True)
class Attribution(Result):
    """What brings an outcome's probability from that of the empty coalition to what it is.

    Attributes
    ----------
    kind : str
        ``forces`` (out: it stands aside) or ``conditions`` (out: its neutral value is imposed).
    event : str
    whole, empty : float
        The probability as things were, and with everything out.
    shares : tuple of Share
        The largest first; they add up to ``whole - empty``.
    interactions : tuple of Interaction
        Of every two shares, the largest of either sign first. Where orders were drawn, of those
        two only that stood side by side often enough.
    exact : bool
        Whether all coalitions were run, and no orders drawn.
    orders : int
        How many orders were drawn.
    worlds, histories : int
        In how many worlds, and how many histories of each.
    whole_error, empty_error : float
    order_error : float
        The largest error that drawing orders left in a share, which its error contains.
    says : str
        The event in words, as a clause.
    """

    kind: Literal["forces", "conditions"]
    event: str
    whole: float
    empty: float
    shares: tuple[Share, ...]
    interactions: tuple[Interaction, ...]
    exact: bool
    orders: int
    worlds: int
    histories: int
    whole_error: float = 0.0
    empty_error: float = 0.0
    order_error: float = 0.0
    says: str = ""

    @property
    def clause(self) -> str:
        """The event in words, or as the language writes it where nobody says it in words."""
        return self.says or self.event

    @property
    def part(self) -> str:
        """Which part of an explanation it is."""
        return "attribution" if self.kind == "forces" else "conditions"

    @property
    def error(self) -> float:
        """The largest standard error of a share."""
        return max(share.error for share in self.shares)

    @property
    def clear_shares(self) -> list[Share]:
        """The shares told apart from nothing, the largest first."""
        return select_beyond_chance(self.shares)

    @property
    def strong_interactions(self) -> list[Interaction]:
        """The interactions told apart from nothing, the largest of either sign first."""
        return select_beyond_chance(self.interactions)

    @property
    def labels(self) -> dict[str, str]:
        """How a reader is told of each factor, members of groups included."""
        every = [*self.shares, *(part for share in self.shares for part in share.parts)]
        return {share.factor: share.label for share in every}

    def sentences(self) -> list[str]:
        """Return the attribution in plain prose."""
        difference = (
            f"In the histories looked at, the probability that {self.clause} is {self.whole:.3f}; "
            f"with {OUT[self.kind]} it would be {self.empty:.3f}, and the shares add up to the "
            f"difference, {format_difference(self.whole - self.empty)}."
        )
        found = [difference, self._largest_in_words()]
        if strong := self.strong_interactions:
            found.append(self._interaction_in_words(strong[0]))
        if idle := [one.label for one in self.shares if one.is_idle]:
            found.append(f"Not one history changes with {join_words(idle)}.")
        return [*found, self._accuracy_in_words()]

    def _largest_in_words(self) -> str:
        clear = self.clear_shares
        favour = [share for share in clear if share.value > 0][:MOST_TOLD]
        against = [share for share in clear if share.value < 0][:MOST_TOLD]
        other = "on the other side stand " if favour else "most is taken away by "
        found = [
            lead
            + join_words(
                [f"{one.label} {format_difference(one.value)} ± {one.error:.3f}" for one in some]
            )
            for lead, some in (
                ("most is brought by ", favour),
                (other, against),
            )
            if some
        ]
        return capitalise("; ".join(found or ["no share stands out from its error"])) + "."

    def _interaction_in_words(self, one: Interaction) -> str:
        pair = join_words([self.labels[key] for key in (one.first, one.second)])
        than = "more" if one.value > 0 else "less"
        return (
            f"Together {pair} add {abs(one.value):.3f} ± {one.error:.3f} {than} than the sum of "
            "what each adds alone."
        )

    def _accuracy_in_words(self) -> str:
        found = f"± is one standard error, over {self.worlds} worlds of {self.histories} histories"
        if not self.exact:
            found += f" and {self.orders} random orders"
        if self.error > STATED_ERROR:
            found += (
                f"; the largest, {self.error:.3f}, is above the {STATED_ERROR:.2f} aimed at, "
                "which takes more worlds"
            )
        return found + "."


Found = TypeVar("Found", Share, Interaction)


def select_beyond_chance(every: Sequence[Found]) -> list[Found]:
    """Return what is told apart from nothing, the largest first; few of them are chance."""
    from scipy.stats import false_discovery_control  # takes a third of a second to load

    p_values = [two_sided(one.value, one.error) for one in every]
    rates = false_discovery_control(p_values)
    found = [one for one, rate in zip(every, rates, strict=True) if rate <= LEVEL]
    return put_in_order(found, lambda one: abs(one.value), falling=True)


def format_difference(difference: float) -> str:
    """Return a difference of probabilities with its sign.

    Examples
    --------
    >>> format_difference(0.25), format_difference(-0.1234)
    ('+0.250', '−0.123')
    """
    return format_decimals(difference, 3, signed=True)


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
        :func:`~conjuncture.analysis.explain.methods.orders.values_of`.

    Raises
    ------
    UsageError
        When nobody could stand aside, or the groups name a force twice or one that is none.
    StoppedEarly
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
        From :func:`~conjuncture.analysis.explain.conditions.usual_conditions` or
        :func:`~conjuncture.analysis.explain.conditions.conditions_of`.
    order_error, most : float, int
        As for :func:`attribute_to_forces`.

    Raises
    ------
    UsageError
        When there is no condition, or two of them change the same thing.
    StoppedEarly
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
