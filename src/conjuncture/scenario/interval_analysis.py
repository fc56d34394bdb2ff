"""Values that can leave their domain, or come to more than can be computed with, refused as read.

What a value can come to is found by interval analysis, from the laws of its draws and through the
numbers that it reads; those that effects move can be anything their effects may make of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from conjuncture.language.distributions import range_of_draws
from conjuncture.language.names import Problem
from conjuncture.language.nodes import (
    LARGEST_NUMBER,
    Call,
    Cell,
    Either,
    Expression,
    Interval,
    Label,
    Measure,
    NumberLiteral,
    RandomDraw,
    SyntaxNode,
    cells_of,
    children,
    dependency_order,
    walk,
)
from conjuncture.language.ranges import Range, hull
from conjuncture.language.symbols import Domain
from conjuncture.language.value_ranges import ValueRanges, work_out_ranges
from conjuncture.number_format import write_number
from conjuncture.scenario.cells import CellSlot, SlotValue
from conjuncture.scenario.crisis import Change, Number, Stage
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.written_values import DOMAINS

FAR_OUT = 5.0
"""Standard deviations up to which a number must not become too large."""

HIGHEST_POWER = 60
"""An exponent of which the exponential is not too large."""

LONGEST_SHOWN = 60
"""Characters of a value that a sentence repeats."""


def refuse_out_of_domain(
    readings: Iterable[SlotValue],
    numbers: Mapping[str, Number],
    stages: Mapping[str, Stage],
    refused: AbstractSet[str],
    diagnostics: Diagnostics,
) -> None:
    """Note every value that can leave its domain or become too large.

    Parameters
    ----------
    readings : iterable of SlotValue
    numbers : mapping of str to Number
        Every cell.
    stages : mapping of str to Stage
        With their effects.
    refused : set of str
        Cells whose value was refused before: nothing is said of them, nor of what follows.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    unsound = _with_dependents(refused, {key: number.value for key, number in numbers.items()})
    values = {key: one.value for key, one in numbers.items() if key not in unsound}
    drawn, sizes = work_out_ranges(values), MagnitudeBounds(values)
    moving = drawn.with_given(moved_ranges(numbers, stages, drawn))
    readings = list(readings)
    intervals = dict(_interval_unknowns(readings))
    order = {key: place for place, key in enumerate(dependency_order(values))}
    for reading in sorted(readings, key=lambda one: order.get(one.slot.key, -1)):
        slot, written = reading.slot, reading.written
        if written is None or slot.kind.labels is not None or slot.key in unsound:
            continue
        value = numbers[slot.key].value
        options = value.options if isinstance(value, Either) and written.weights else (value,)
        for option, node in zip(written.options, options, strict=True):
            text = option.scalar.value
            problem = next(sizes.find_too_large(node, text), None)
            if problem is None:
                problem = out_of_domain_problem(slot, node, moving, text, intervals)
            if problem is not None:
                place = option.scalar.offset_in_file(problem.start)
                diagnostics.refuse_at(place, problem.problem, problem.remedy)
                # What follows from it is looked at as if it stayed where it must.
                moving = moving.with_given({slot.key: Range.of(slot.kind.domain)})


def moved_ranges(
    numbers: Mapping[str, Number], stages: Mapping[str, Stage], drawn: ValueRanges
) -> dict[str, Range]:
    """Return what the numbers that effects move can come to within a history."""
    changes = [
        change for stage in stages.values() for effect in stage.effects for change in effect.changes
    ]
    domains = {change.key: Range.of(numbers[change.key].domain) for change in changes}
    anything = drawn.with_given(domains)
    found = {key: drawn.range_of(numbers[key].value) for key in domains}
    for change in changes:
        made = _range_after(change, anything, domains[change.key])
        found[change.key] = hull(found[change.key], made)
    return found


def _range_after(change: Change, anything: ValueRanges, domain: Range) -> Range:
    """Return what a change can make of a number; what leaves the domain stops the history."""
    if change.how == "shift" or any(isinstance(node, Measure) for node, _ in walk(change.value)):
        return domain
    made = anything.range_of(change.value)
    inside = Range(max(made.lower, domain.lower), min(made.upper, domain.upper))
    if change.how == "clip":
        lower = min(max(made.lower, domain.lower), domain.upper)
        return Range(lower, max(min(made.upper, domain.upper), lower))
    return inside if inside.lower <= inside.upper else domain


def out_of_domain_problem(
    slot: CellSlot, node: Expression, spans: ValueRanges, text: str, intervals: Mapping[str, Range]
) -> Problem | None:
    """Return what is wrong with a value that is not sure to stay in its domain, or None.

    Parameters
    ----------
    slot : CellSlot
    node : Expression
        Its value, or one option of it, linked.
    spans : ValueRanges
        What all numbers can come to.
    text : str
        The value as written.
    intervals : mapping of str to Range
        The unknowns written as an interval and nothing else, and that interval.
    """
    domain = slot.kind.domain
    allowed = Range.of(domain)
    told = isinstance(node, Label | RandomDraw | NumberLiteral)  # When it was linked.
    if told or allowed == Range() or spans.is_within(node, allowed):
        return None
    found, beyond = spans.range_of(node), []
    if not found.lower >= allowed.lower:
        beyond.append(f"below {write_number(allowed.lower)}")
    if not found.upper <= allowed.upper:
        beyond.append(f"above {write_number(allowed.upper)}")
    shown = " ".join(text.split())
    what = f"'{node.key}'" if isinstance(node, Cell) else "this"
    problem = f"'{slot.key}' must be {domain}, and {what} can be {' and '.join(beyond)}"
    problem += f" (it is put into '{slot.because}')" if slot.because else ""
    kept = write_clamped(shown if len(shown) <= LONGEST_SHOWN else "...", domain)
    given = _remedial_domain(node, spans, domain, intervals)
    remedy = f"{given}, or write {kept}" if given else f"write {kept}"
    return Problem(node.start, node.end, problem, remedy)


def write_clamped(text: str, domain: Domain) -> str:
    """Return a value that stays in a domain, in the quotation marks that its comma needs.

    Examples
    --------
    >>> write_clamped("a - b", Domain(lower=0.0)), write_clamped("a", Domain(0.0, 1.0))
    ('"max(a - b, 0)"', '"clip(a, 0, 1)"')
    """
    if domain.lower is not None and domain.upper is not None:
        ends = f"{write_number(domain.lower)}, {write_number(domain.upper)}"
        return f'"clip({text}, {ends})"'
    if domain.lower is not None:
        return f'"max({text}, {write_number(domain.lower)})"'
    return f'"min({text}, {write_number(domain.upper or 0.0)})"'


def _interval_unknowns(readings: Iterable[SlotValue]) -> Iterator[tuple[str, Range]]:
    for reading in readings:
        trees = [option.tree for option in reading.written.options] if reading.written else []
        if reading.slot.is_plain_unknown and len(trees) == 1 and isinstance(trees[0], Interval):
            yield reading.slot.key, Range(trees[0].low, trees[0].high)


def _remedial_domain(
    node: Expression, spans: ValueRanges, domain: Domain, intervals: Mapping[str, Range]
) -> str:
    """Return which domain of which unknown would keep a value inside, or nothing."""
    unknowns = [key for key in sorted(cells_of(node)) if key in intervals]
    if not unknowns:
        return ""
    for text, tried in DOMAINS.items():
        given = Range.of(tried)
        inner = Range(math.nextafter(given.lower, math.inf), math.nextafter(given.upper, -math.inf))
        if not all(intervals[key] in inner for key in unknowns):
            continue  # It would touch the edge, and be refused.
        helped = spans.with_given(dict.fromkeys(unknowns, given))
        if helped.is_within(node, Range.of(domain)):
            names = " and ".join(f"'{key}'" for key in unknowns)
            return f"give {names} under 'unknowns' the 'domain: {text}'"
    return ""


@dataclass(frozen=True)
class MagnitudeBounds:
    """How large the numbers of a scenario can become.

    A sum of many draws never has all of them far out at once. So a part of a value that hangs on
    one draw is looked at with that draw five standard deviations out, and one with n draws with
    each of them five divided by the square root of n out, which is as rare for their sum. What is
    rarer still ends the run in which it is drawn.

    Parameters
    ----------
    values : mapping of str to Expression
        Every cell, linked, free of cycles.
    """

    values: Mapping[str, Expression]
    _draws: dict[str, frozenset[str]] = field(default_factory=dict)
    _spans: dict[int, ValueRanges] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in dependency_order(self.values):
            self._draws[key] = self._draws_in(self.values[key])

    def find_too_large(self, node: Expression, text: str) -> Iterator[Problem]:
        """Yield a problem for each innermost part of a value that can be too large to compute with.

        Parameters
        ----------
        node : Expression
            Linked.
        text : str
            The value as written.
        """
        if isinstance(node, Cell | NumberLiteral | Label):
            return
        if isinstance(node, RandomDraw):
            if _exceeds_largest(range_of_draws(node.family, node.parameters)):
                yield _size_problem(node, "draws", "narrow it", text)
            return
        parts = [part for part in children(node) if not isinstance(part, Label)]
        inner = [
            found for part in parts for found in self.find_too_large(cast("Expression", part), text)
        ]
        yield from inner
        if inner or isinstance(node, Either) or any(self._can_exceed(part) for part in parts):
            return
        if self._can_exceed(node):
            remedy = "narrow the numbers in it"
            if isinstance(node, Call) and node.function == "exp":
                exponent = node.arguments[0]
                inside = " ".join(text[exponent.start : exponent.end].split())
                remedy = f'write "exp(min({inside}, {HIGHEST_POWER}))"'
            yield _size_problem(node, "can come to", remedy, text)

    def _can_exceed(self, node: SyntaxNode) -> bool:
        count = len(self._draws_in(node))
        if count not in self._spans:
            law = partial(range_of_draws, farthest=FAR_OUT / math.sqrt(max(count, 1)))
            self._spans[count] = work_out_ranges(self.values, law=law)
        return _exceeds_largest(self._spans[count].range_of(cast("Expression", node)))

    def _draws_in(self, node: SyntaxNode) -> frozenset[str]:
        """Return the draws on which a value hangs, directly or through what it reads."""
        found = {one.site for one, _ in walk(node) if isinstance(one, RandomDraw)}
        for key in cells_of(node):
            found |= self._draws.get(key, frozenset())
        return frozenset(found)


def _size_problem(node: SyntaxNode, does: str, remedy: str, text: str) -> Problem:
    part = " ".join(text[node.start : node.end].split())
    problem = f"'{part}' {does} numbers beyond {write_number(LARGEST_NUMBER)}, the largest allowed"
    return Problem(node.start, node.end, problem, remedy)


def _exceeds_largest(found: Range) -> bool:
    return not (found.lower >= -LARGEST_NUMBER and found.upper <= LARGEST_NUMBER)


def _with_dependents(
    refused: AbstractSet[str], values: Mapping[str, Expression]
) -> AbstractSet[str]:
    """Return some cells and all that follow from them."""
    found = set(refused)
    reads = {key: cells_of(value) for key, value in values.items()}
    while more := {key for key, read in reads.items() if key not in found and read & found}:
        found |= more
    return found
