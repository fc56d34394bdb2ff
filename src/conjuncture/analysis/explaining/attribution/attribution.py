"""Attribution: how much of an outcome's probability each force, or each condition, brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from conjuncture.analysis.false_discoveries import LEVEL, two_sided
from conjuncture.analysis.wording import capitalise, format_decimals, join_words
from conjuncture.ordering import put_in_order

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
class Attribution:
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
