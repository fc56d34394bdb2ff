"""What a claim says of single histories: which runs stand side by side, and what to look at.

A claim compares shares and means of many histories. What it says of one is this: an event comes
about, or turns, the way that the claim needs to be frequent; or a number is larger in one run of
the history than in another. The courses of histories are therefore looked at in several runs at
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from math import inf
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.claim_comparisons import Test, Thresholds, lines_of, scale_lines
from conjuncture.analysis.courses import Courses, TakenCourses, codes_of, count_taken_courses
from conjuncture.analysis.questions import join_events
from conjuncture.analysis.simulator import Simulator
from conjuncture.analysis.unmet_conditions import conditions_of
from conjuncture.engine.addresses import BLOCK, Rows, every_block
from conjuncture.engine.batch import Batch, refuse_wrong_numbers
from conjuncture.engine.patches import AS_THINGS_WERE, Run
from conjuncture.engine.program_registry import tally_for
from conjuncture.engine.runner import chunks_of, share_out
from conjuncture.engine.traces import HistoryScope
from conjuncture.language.evaluator import evaluate_defined, truth_of
from conjuncture.language.nodes import (
    Compare,
    Expression,
    NumberLiteral,
    Quantity,
    State,
    Within,
    quantities_of,
)
from conjuncture.language.quantities import NumberQuantity

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
    sights : tuple of RunExpression
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
    >>> capitulation.agreeing_states, len(capitulation.columns), len(veto.columns)
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
    if isinstance(quantity, NumberQuantity):
        event = event_beyond(quantity.expression, lines)
        counts: frozenset[State] = frozenset({"true"})
    elif len(lines.lines) > 1:
        return pair_without_expressions(quantity)
    else:
        event, counts = quantity.about, quantity.counted_states
        if not lines.above:
            counts = frozenset(EVERY_STATE) - counts
    sights = run_expressions_of(quantity, event)
    so = states_where(len(sights), lambda states: states[-1] in counts)
    numbers = isinstance(quantity, NumberQuantity)
    return Pair(condition_of(quantity), sights, so, numbers=numbers)


def pair_of_difference(first: Quantity, second: Quantity, lines: Thresholds) -> Pair:
    """Return what it says of a history that two quantities differ by more, or less, than so much.

    Quantities with different conditions are of other histories, and none shows how they compare.
    """
    numbers = [isinstance(one, NumberQuantity) for one in (first, second)]
    given, low, high = condition_of(first), *ends_of(lines)
    if any(numbers) != all(numbers) or given != condition_of(second):
        return pair_without_expressions(first)
    sights = tuple(RunExpression(tuple(one.interventions), one.about) for one in (first, second))
    if all(numbers):
        so: frozenset[States] = frozenset({("true",)})
        return Pair(given, sights, so, numbers=True, gap=(low, high), strict=lines.strict)
    one, other = first.counted_states, second.counted_states
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


def run_expressions_of(quantity: Quantity, event: Expression) -> tuple[RunExpression, ...]:
    """Return an event as things were and, where something is imposed, under that."""
    run = tuple(quantity.interventions)
    runs = tuple(dict.fromkeys((AS_THINGS_WERE, run)))
    return tuple(RunExpression(one, event) for one in runs)


Scopes = Mapping[Run, HistoryScope]


class PairKind(NamedTuple):
    """How the events of a pair are in a history, and whether that went as observed."""

    states: States
    observed: bool


@dataclass(frozen=True)
class PairSurveyPart:
    """What was seen of some blocks."""

    blocks: int
    taken: Mapping[PairKind, TakenCourses]


@dataclass(frozen=True)
class PairSurvey:
    """The work of surveying pairs; it can be sent to another process.

    Attributes
    ----------
    batch : Batch
        Things as they were first, and the runs that are looked at.
    pair : Pair
    happened : Expression or None
        What was observed, of things as they were.
    """

    batch: Batch
    pair: Pair
    happened: Expression | None

    @property
    def capacity(self) -> int:
        """How many blocks fit into a call."""
        return self.batch.program.capacity

    def worker(self) -> Callable[[Rows], PairSurveyPart]:
        """Return what runs some piles of blocks and surveys them."""
        prepared = self.batch.prepare()
        prepared = replace(prepared, needed=np.ones_like(prepared.needed))
        told = [self.batch.runs.index(run) for run in self.pair.columns]

        def survey(rows: Rows) -> PairSurveyPart:
            codes, kinds, wrong = [], [], []
            for part in chunks_of(rows, self.capacity):
                with prepared.call(part) as (trace, tables):
                    scopes = scopes_of(self.batch, trace, tables, prepared.needed)
                    runs = [codes_of(list(scopes.values())[place].trace) for place in told]
                    codes.append(np.concatenate(runs, axis=-1)[: len(part)])
                    kinds.append(self.kinds(scopes)[: len(part)])
                    wrong.append(np.array(trace.wrong)[: len(part), : len(self.batch.runs)])
            refuse_wrong_numbers(self.batch, rows, np.concatenate(wrong))
            histories = rows[:, 1, None] * BLOCK + np.arange(BLOCK)
            worlds = np.broadcast_to(rows[:, :1], histories.shape)
            addresses = np.stack([worlds, histories], axis=-1)
            every, found = np.concatenate(codes), np.concatenate(kinds)
            count = self.batch.worlds.count
            taken = {}
            for number in np.unique(found[found >= 0]).tolist():
                own = found == number
                taken[self.kind(number)] = count_taken_courses(every[own], addresses[own], count)
            return PairSurveyPart(len(rows), taken)

        return survey

    def kinds(self, scopes: Scopes) -> NDArray[np.int64]:
        """Return the number of each history's kind, −1 where it is outside the condition."""
        base = scopes[AS_THINGS_WERE]
        shape = np.shape(base.all_false)
        with np.errstate(all="ignore"):
            numbers = np.zeros(shape, np.int64)
            for state in self.states(scopes):
                numbers = numbers * len(EVERY_STATE) + state
            seen = (
                evaluate_event(base, self.happened) if self.happened is not None else base.all_false
            )
            numbers = 2 * numbers + seen
            kept = np.ones(shape, bool)
            if self.pair.given is not None:
                kept &= evaluate_event(base, self.pair.given)
            if self.pair.numbers:
                kept &= numbers // 2 % len(EVERY_STATE) != EVERY_STATE.index("undefined")
        return np.where(kept, numbers, -1)

    def states(self, scopes: Scopes) -> Iterator[NDArray[np.int64]]:
        """Yield how each event is in every history, by its place in ``EVERY_STATE``."""
        if self.pair.gap is not None:
            (first, known), (second, also) = (
                evaluate_number(scopes, one) for one in self.pair.expressions
            )
            low, high = self.pair.gap
            gap = first.astype(np.float64) - second
            strictly, exactly = (gap > low) & (gap < high), (gap >= low) & (gap <= high)
            wide = strictly if self.pair.strict else exactly
            yield np.where(known & also, np.where(wide, 0, 1), 2)
            return
        for sight in self.pair.expressions:
            scope = scopes[sight.run]
            true, false = truth_of(sight.expression, scope, np)
            found = np.where(true, 0, np.where(false, 1, 2))
            yield np.broadcast_to(found, np.shape(scope.all_false))

    def kind(self, number: int) -> PairKind:
        """Return the kind that has a number."""
        rest, observed = divmod(number, 2)
        states = []
        for _ in range(1 if self.pair.gap is not None else len(self.pair.expressions)):
            rest, state = divmod(rest, len(EVERY_STATE))
            states.append(EVERY_STATE[state])
        return PairKind(tuple(reversed(states)), bool(observed))


@dataclass
class PairCourses:
    """The courses of the histories in the condition of a pair, by their kind."""

    courses: dict[PairKind, Courses] = field(default_factory=dict)

    def histories(self, kind: PairKind) -> int:
        """Return how many histories are of a kind."""
        return int(self.courses[kind].totals().sum())

    @property
    def total(self) -> int:
        """How many histories are in the condition."""
        return sum(map(self.histories, self.courses))

    def share(self, fits: Callable[[States], bool]) -> float:
        """Return in what share of them the events are in a way that fits."""
        return sum(self.histories(kind) for kind in self.courses if fits(kind.states)) / self.total


def survey_pairs(simulator: Simulator, pair: Pair, happened: Expression | None) -> PairCourses:
    """Count the courses of the runs that a pair tells, by how the events are in them.

    Parameters
    ----------
    simulator : Simulator
    pair : Pair
    happened : Expression or None
        What was observed.
    """
    batch = batch_of_pair(simulator, pair)
    blocks = every_block(range(simulator.worlds.count), 0, simulator.blocks)
    progress = simulator.progress
    progress.expect("histories searched", len(blocks) * len(batch.runs))
    found = PairCourses()
    worlds = simulator.worlds.count
    work = PairSurvey(batch, pair, happened)
    for seen in share_out(work, blocks, progress, simulator.client):
        for kind, taken in seen.taken.items():
            courses = found.courses.setdefault(kind, Courses(np.zeros(worlds, np.int64)))
            courses.add(batch.program.structure, taken)
        progress.advance(seen.blocks * len(batch.runs))
        if progress.is_stopped:
            break
    found.courses = {
        kind: courses.sort_by_first() for kind, courses in sorted(found.courses.items())
    }
    return found


def batch_of_pair(simulator: Simulator, pair: Pair) -> Batch:
    """Return the runs of a pair, things as they were first."""
    runs = tuple(dict.fromkeys((AS_THINGS_WERE, *pair.columns)))
    return Batch(simulator.program(runs), simulator.worlds, runs)


def numbers_of_history(
    simulator: Simulator, pair: Pair, world: int, history: int
) -> list[float | None]:
    """Return what is looked at in one history, a number of each run; None where it has none."""
    batch = batch_of_pair(simulator, pair)
    prepared = batch.prepare()
    prepared = replace(prepared, needed=np.ones_like(prepared.needed))
    block, lane = divmod(history, BLOCK)
    with prepared.call(np.array([[world, block]], np.int64)) as (trace, tables):
        scopes = scopes_of(batch, trace, tables, prepared.needed)
        found = [evaluate_number(scopes, sight) for sight in pair.expressions]
        return [float(value[0, lane]) if known[0, lane] else None for value, known in found]


def scopes_of(batch: Batch, trace: Any, tables: Any, needed: Any) -> dict[Run, HistoryScope]:
    """Return what may be read of each run of a call."""
    program = batch.program
    counting = tally_for(program, ())
    return {
        run: HistoryScope(
            program.structure, counting.trace_of_run(trace, place, needed), tables[:, place], np
        )
        for place, run in enumerate(batch.runs)
    }


def evaluate_number(
    scopes: Scopes, sight: RunExpression
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a number in each history, and whether it has one."""
    scope = scopes[sight.run]
    shape = np.shape(scope.all_false)
    value, known = evaluate_defined(sight.expression, scope, np)
    return np.broadcast_to(value, shape), np.broadcast_to(known, shape)


def evaluate_event(scope: HistoryScope, event: Expression) -> NDArray[np.bool_]:
    """Return in which histories of a run an event is true."""
    true, _ = truth_of(event, scope, np)
    return np.broadcast_to(true, np.shape(scope.all_false))
