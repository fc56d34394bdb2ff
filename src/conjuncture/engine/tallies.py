"""Tallies: what is counted of histories, and nothing else is kept.

A term is a product of factors, each read from one run of the same histories. Per block the sums
of the terms and of their products are formed, so that ratios get their errors and any number of
histories streams through bounded memory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np

from conjuncture.engine.bits import counted_together, packed
from conjuncture.engine.scopes import HistoryScope
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Asked, Passage, Trace
from conjuncture.language.evaluate import evaluate_defined, truth
from conjuncture.language.nodes import Compare, Expression, Label, Outcome

Key = TypeVar("Key", bound=Hashable)
What = Literal["true", "false", "undefined", "number", "defined", "chance"]


@dataclass(frozen=True)
class Factor:
    """One factor of a term, read from run ``run``.

    ``what`` is ``true``, ``false`` or ``undefined`` for an event (1 where it is so, else 0),
    ``number`` for the value of an expression (0 where undefined), ``defined`` for whether it has
    one. ``chance`` is for an event that a stage ended in a certain way: the chance with which it
    did where the stage drew its outcome, elsewhere the same as ``true``. It may only stand alone,
    because other factors can hang on the same luck.
    """

    run: int
    expression: Expression
    what: What


Term = tuple[Factor, ...]


@dataclass(frozen=True)
class Group:
    """Terms whose joint second moments are kept: one claim in one reading."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Histogram:
    """Counts of a number over bins, in the histories where ``given`` is 1.

    ``low`` and ``high`` bound the bins evenly; what lies beyond falls into the outermost, and what
    is no finite number into none.
    """

    value: Factor
    given: Term
    low: float
    high: float


BINS = 2048


class Counted(NamedTuple):
    """What one call returns: leading axis blocks.

    ``sums`` (blocks, terms) and ``products`` (blocks, terms, terms) per group, ``counts``
    (blocks, bins) per histogram, ``ranges`` (blocks, 2) per histogram's value, ``wrong`` (blocks,
    runs, histories).
    """

    sums: tuple[Any, ...]
    products: tuple[Any, ...]
    counts: tuple[Any, ...]
    ranges: tuple[Any, ...]
    wrong: Any


@dataclass(frozen=True)
class TallyProgram:
    """The counting of some groups and histograms.

    On the host NumPy counts at once what the simulation left; on an accelerator the same code is
    compiled, so that only the sums are moved.
    """

    structure: Structure
    groups: tuple[Group, ...]
    histograms: tuple[Histogram, ...] = ()

    def count(self, trace: Trace, tables: Any, needed: Any, xp: ModuleType) -> Counted:
        """Count every block of a call.

        Parameters
        ----------
        trace : Trace
            Arrays of (blocks, runs, ..., histories).
        tables : array, shape (blocks, runs, stages, cells)
        needed : array of bool, shape (runs, stages)
            Where a run did not play a stage, the measures of the first run stand.
        xp : module
        """
        scopes: dict[int, HistoryScope] = {}
        truths: dict[tuple[int, Expression], tuple[Any, Any]] = {}

        def scope(run: int) -> HistoryScope:
            if run not in scopes:
                own = self.of_run(trace, run, needed)
                scopes[run] = HistoryScope(self.structure, own, tables[:, run], xp)
            return scopes[run]

        @memorised
        def factor(one: Factor) -> Any:
            if one.what in ("number", "defined"):
                return number_of(scope(one.run), one)
            if one.what == "chance":
                chance = chance_of(scope(one.run), one)
                return factor(replace(one, what="true")) if chance is None else chance
            event = one.run, one.expression
            if event not in truths:
                truths[event] = truth(one.expression, scope(one.run), xp)
            true, false = truths[event]
            holds = {"true": true, "false": false}.get(one.what)
            return xp.broadcast_to(~(true | false) if holds is None else holds, shape)

        @memorised
        def product(term: Term) -> Any:
            if not term:
                return xp.ones(shape, bool)
            return product(term[:-1]) * factor(term[-1]) if len(term) > 1 else factor(term[0])

        @memorised
        def bits(term: Term) -> Any:
            if len(term) > 1:
                return bits(term[:-1]) & bits(term[-1:])
            return packed(product(term))

        shape = trace.log_weight[:, 0].shape
        sums, products = [], []
        for group in self.groups:
            factors = [factor(one) for term in group.terms for one in term]
            if xp is np and all(one.dtype == bool for one in factors):
                first, second = counted_together([bits(term) for term in group.terms])
            else:
                terms = xp.stack([xp.asarray(product(t), xp.float32) for t in group.terms], 1)
                first, second = terms.sum(axis=2), products_of(terms, xp)
            sums.append(first)
            products.append(second)
        counts, ranges = [], []
        for histogram in self.histograms:
            value = product((histogram.value,))
            given = (product(histogram.given) > 0) & xp.isfinite(value)
            counts.append(binned(histogram, value, given, xp))
            least = xp.where(given, value, xp.inf).min(axis=1)
            most = xp.where(given, value, -xp.inf).max(axis=1)
            ranges.append(xp.stack([least, most], axis=1))
        return Counted(tuple(sums), tuple(products), tuple(counts), tuple(ranges), trace.wrong)

    def of_run(self, trace: Trace, run: int, needed: Any) -> Trace:
        """Return the trace of one run, with the measures that stand in it."""
        own: Trace = jax.tree.map(lambda kept: kept[:, run], trace._replace(passages=()))
        passages = []
        for room, passage in zip(self.structure.rooms, trace.passages, strict=True):
            measures = part_of(passage.measures, needed[run, room.stage] * run)
            here = (passage.visit[:, run], passage.outcome[:, run], passage.imposed[:, run])
            chances = part_of({"": passage.chances}, needed[run, room.stage] * run)[""]
            passages.append(Passage(*here, measures, chances))
        return own._replace(passages=tuple(passages))

    def counted(self, trace: Trace, tables: Any, needed: Any) -> Counted:
        """Count every block of a call and bring what was counted to the host."""
        if jax.default_backend() == "cpu":
            with np.errstate(all="ignore"):
                return self.count(jax.tree.map(np.asarray, trace), tables, needed, np)
        on_host: Counted = jax.tree.map(np.asarray, self.compiled(trace, tables, needed))
        return on_host

    @cached_property
    def compiled(self) -> Any:
        """The compiled form of :meth:`count`."""
        return jax.jit(lambda trace, tables, needed: self.count(trace, tables, needed, jnp))


def products_of(terms: Any, xp: ModuleType) -> Any:
    """Return the sum of the products of each two terms, shape (blocks, terms, terms)."""
    if xp is np:
        # For the few terms of a question five times as fast as many small matrix products.
        return np.vecdot(terms[:, :, None], terms[:, None])
    return xp.matmul(terms, xp.swapaxes(terms, 1, 2))


def part_of(measures: Mapping[str, Any], run: Any) -> Asked:
    """Return the measures of one run."""
    return Asked(measures, lambda name: jax.tree.map(lambda kept: kept[:, run], measures[name]))


def binned(histogram: Histogram, value: Any, given: Any, xp: ModuleType) -> Any:
    """Return the counts of a histogram, shape (blocks, bins)."""
    width = (histogram.high - histogram.low) / BINS
    even = xp.floor((xp.where(given, value, histogram.low) - histogram.low) / width)
    place = xp.clip(even, 0, BINS - 1).astype(xp.int32)
    blocks = len(value)
    flat = (xp.arange(blocks)[:, None] * BINS + place).reshape(-1)
    # A compiled program must know the length beforehand, and NumPy calls it otherwise.
    length = {"minlength" if xp is np else "length": blocks * BINS}
    counts = xp.bincount(flat, weights=1.0 * given.reshape(-1), **length)
    return counts.reshape(blocks, BINS).astype(xp.int32)


def number_of(scope: HistoryScope, factor: Factor) -> Any:
    """Return a number in each history (0 where it has none), or whether it has one."""
    xp, shape = scope.xp, scope.nowhere.shape
    value, defined = evaluate_defined(factor.expression, scope, xp)
    known = xp.broadcast_to(defined, shape)
    if factor.what == "defined":
        return known
    return xp.broadcast_to(xp.where(known, value, 0.0), shape)


def chance_of(scope: HistoryScope, factor: Factor) -> Any:
    """Return the chance that a stage ends in a certain way in each history, None if not kept."""
    match factor.expression:
        case Compare(operator="=", left=Outcome(stage=stage), right=Label(code=code)):
            return scope.chance(stage, code)
    return None


def memorised(work: Callable[[Key], Any]) -> Callable[[Key], Any]:
    """Return a function that works each thing out once."""
    known: dict[Key, Any] = {}

    def recall(key: Key) -> Any:
        if key not in known:
            known[key] = work(key)
        return known[key]

    return recall
