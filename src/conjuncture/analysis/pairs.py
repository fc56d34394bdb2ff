"""What a claim says of single histories: which runs stand side by side, and what to look at.

A claim compares shares and means of many histories. What it says of one is this: an event comes
about, or turns, the way that the claim needs to be frequent; or a number is larger in one run of
the history than in another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import inf
from typing import Literal

from conjuncture.analysis.comparisons import Test, Thresholds, lines_of, scale_lines
from conjuncture.analysis.never_met import conditions_of
from conjuncture.analysis.questions import join_events
from conjuncture.engine.intervening import AS_THINGS_WERE, Run
from conjuncture.language.nodes import (
    Compare,
    Expression,
    Mean,
    Necessity,
    NumberLiteral,
    Quantile,
    Quantity,
    Within,
)
from conjuncture.language.walk import quantities_of

State = Literal["true", "false", "undefined"]
States = tuple[State, ...]
EVERY_STATE: States = ("true", "false", "undefined")


@dataclass(frozen=True)
class RunExpression:
    """What is looked at in one run of a history: an event, or a number."""

    run: Run
    expression: Expression


@dataclass(frozen=True)
class Pair:
    """What a claim says of a single history in its condition.

    Attributes
    ----------
    given : Expression or None
        The condition of the claim, of things as they were; for a necessity its event is true there
        and for a sufficiency not.
    sights : tuple of Sight
        One or two; events, or the two numbers of a gap. None where the claim compares what no
        single history shows.
    imposed : tuple of Intervention
        What is told beside things as they were where there are no sights.
    so : frozenset of States, or None
        How the events are where it goes as the claim says (of a gap, whether it is as wide as the
        claim says). None where there are no sights.
    reverse : frozenset of States
        How the events are where it goes the other way round, of a difference.
    numbers : bool
        Whether the claim is about numbers: histories without them do not count then.
    gap : pair of float, optional
        Between what the first number less the second must lie.
    strict : bool
        Whether the ends of the gap do not count.
    """

    given: Expression | None
    expressions: tuple[RunExpression, ...]
    agreeing_states: frozenset[States] | None
    imposed: Run = AS_THINGS_WERE
    reverse_states: frozenset[States] = frozenset()
    numbers: bool = False
    gap: tuple[float, float] | None = None
    strict: bool = False

    @property
    def columns(self) -> tuple[Run, ...]:
        """The runs that are told, one or two: things as they were first where they are told."""
        runs = tuple(dict.fromkeys(sight.run for sight in self.expressions)) or (self.imposed,)
        if len(runs) == 1:
            runs = (AS_THINGS_WERE, *runs)
        return tuple(sorted(dict.fromkeys(runs), key=lambda run: run != AS_THINGS_WERE))

    def agrees_with_claim(self, states: States) -> bool:
        """Return whether a history in which the events are so goes as the claim says."""
        return self.agreeing_states is None or states in self.agreeing_states


def pair_of(test: Test) -> Pair:
    """Return what a comparison says of single histories.

    Parameters
    ----------
    test : Compare or Within
        Linked.

    Examples
    --------
    >>> import conjuncture
    >>> claims = conjuncture.load("bolivia-1970").crisis.claims
    >>> capitulation, veto = (pair_of(claims[key].test) for key in ("capitulation", "veto"))
    >>> capitulation.so, len(capitulation.columns), len(veto.columns)
    (frozenset({('true',)}), 1, 2)
    >>> veto.agrees_with_claim(("false", "true")), veto.agrees_with_claim(("false", "false"))
    (True, False)
    """
    quantities = quantities_of(test)
    found = lines_of(test)
    if found is None:
        return pair_without_expressions(quantities[0])
    form, lines = found
    first, *others = form.factors
    factor = form.factors[first]
    lines = scale_lines(lines, 1.0 / factor)
    if not others:
        return pair_of_one(first, lines)
    if len(others) > 1 or form.factors[others[0]] != -factor:
        return pair_without_expressions(first)
    return pair_of_difference(first, others[0], lines)


def pair_without_expressions(quantity: Quantity) -> Pair:
    """Return a history in the condition of a quantity, and it under what is imposed there."""
    return Pair(condition_of(quantity), (), None, imposed=tuple(quantity.interventions))


def pair_of_one(quantity: Quantity, lines: Thresholds) -> Pair:
    """Return what it says of a history that a quantity lies beyond a line, or between two."""
    if isinstance(quantity, Mean | Quantile):
        event = event_beyond(quantity.expression, lines)
        counts: frozenset[State] = frozenset({"true"})
    elif len(lines.lines) > 1:
        return pair_without_expressions(quantity)
    else:
        event, counts = event_of(quantity), counted_states_of(quantity)
        if not lines.above:
            counts = frozenset(EVERY_STATE) - counts
    sights = run_expressions_of(quantity, event)
    so = states_where(len(sights), lambda states: states[-1] in counts)
    numbers = isinstance(quantity, Mean | Quantile)
    return Pair(condition_of(quantity), sights, so, numbers=numbers)


def pair_of_difference(first: Quantity, second: Quantity, lines: Thresholds) -> Pair:
    """Return what it says of a history that two quantities differ by more, or less, than so much.

    Quantities with different conditions are of other histories, and none shows how they compare.
    """
    numbers = [isinstance(one, Mean | Quantile) for one in (first, second)]
    given, low, high = condition_of(first), *ends_of(lines)
    if any(numbers) != all(numbers) or given != condition_of(second):
        return pair_without_expressions(first)
    sights = tuple(
        RunExpression(tuple(one.interventions), event_of(one)) for one in (first, second)
    )
    if all(numbers):
        so: frozenset[States] = frozenset({("true",)})
        return Pair(given, sights, so, numbers=True, gap=(low, high), strict=lines.strict)
    one, other = counted_states_of(first), counted_states_of(second)
    ahead = states_where(2, lambda both: both[0] in one and both[1] not in other)
    behind = states_where(2, lambda both: both[0] not in one and both[1] in other)
    every = frozenset(product(EVERY_STATE, repeat=2))
    if low >= 0.0:
        return Pair(given, sights, ahead, reverse_states=behind)
    if high <= 0.0:
        return Pair(given, sights, behind, reverse_states=ahead)
    # A difference that may be nought: what speaks against it is what the line forbids.
    against = (behind if low > -inf else frozenset()) | (ahead if high < inf else frozenset())
    return Pair(given, sights, every - against)


def states_where(count: int, fits: Callable[[States], bool]) -> frozenset[States]:
    """Return those ways in which so many events may be that fit."""
    return frozenset(states for states in product(EVERY_STATE, repeat=count) if fits(states))


def ends_of(lines: Thresholds) -> tuple[float, float]:
    """Return between what a quantity must lie.

    Examples
    --------
    >>> ends_of(Thresholds((0.2,))), ends_of(Thresholds((0.2,), above=False))
    ((0.2, inf), (-inf, 0.2))
    """
    if len(lines.lines) > 1:
        return lines.lines[0], lines.lines[1]
    return (lines.lines[0], inf) if lines.above else (-inf, lines.lines[0])


def event_beyond(number: Expression, lines: Thresholds) -> Expression:
    """Return the event that a number lies beyond a line, or between two."""
    ends = [NumberLiteral(line) for line in lines.lines]
    if len(ends) > 1:
        return Within(number, *ends)
    orders: dict[tuple[bool, bool], Literal[">", ">=", "<", "<="]] = {
        (True, True): ">",
        (True, False): ">=",
        (False, True): "<",
        (False, False): "<=",
    }
    return Compare(orders[lines.above, lines.strict], number, ends[0])


def condition_of(quantity: Quantity) -> Expression | None:
    """Return the condition of a quantity as one event, with that of its own event."""
    return join_events(conditions_of(quantity, None))


def event_of(quantity: Quantity) -> Expression:
    """Return the event of a quantity, or the number of a mean or quantile."""
    return quantity.expression if isinstance(quantity, Mean | Quantile) else quantity.event


def counted_states_of(quantity: Quantity) -> frozenset[State]:
    """Return how the event of a share must be, where something is imposed, for it to count."""
    if isinstance(quantity, Necessity):
        return frozenset({"false", "undefined"} if quantity.or_forestalled else {"false"})
    return frozenset({"true"})


def run_expressions_of(quantity: Quantity, event: Expression) -> tuple[RunExpression, ...]:
    """Return an event as things were and, where something is imposed, under that."""
    run = tuple(quantity.interventions)
    runs = tuple(dict.fromkeys((AS_THINGS_WERE, run)))
    return tuple(RunExpression(one, event) for one in runs)
