"""Tallies: what is counted of histories, and nothing else is kept.

A term is a product of factors, each read from one run of the same histories, or from what the
chances of two runs leave open. Per block the sums of the terms and of their products are formed, so
that ratios get their errors and any number of histories streams through bounded memory.
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

from conjuncture.engine.bits import count_cooccurrences, pack_bits
from conjuncture.engine.scopes import HistoryScope
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import LazyMeasures, StagePassage, Trace
from conjuncture.language.evaluate import evaluate_defined, truth_of
from conjuncture.language.nodes import Compare, Expression, Label, Outcome

Key = TypeVar("Key", bound=Hashable)
FactorKind = Literal["true", "false", "undefined", "number", "defined", "chance", "complement"]
CHANCES = ("chance", "complement")


@dataclass(frozen=True)
class Factor:
    """One factor of a term, read from run ``run``.

    ``what`` is ``true``, ``false`` or ``undefined`` for an event (1 where it is so, else 0),
    ``number`` for the value of an expression (0 where undefined), ``defined`` for whether it has
    one. ``chance`` is for an event that a stage ended in a certain way: the chance with which it
    did where the stage drew its outcome, elsewhere the same as ``true``. ``complement`` is the
    chance with which it ended otherwise, elsewhere the same as ``false``. A chance may only stand
    beside factors that do not hang on the same luck.
    """

    run: int
    expression: Expression
    what: FactorKind


@dataclass(frozen=True)
class Overlap:
    r"""How probable it is that two things of chance ``p`` and ``q`` come about together.

    That hangs on how their luck goes together: it is at least :math:`\max(0, p + q - 1)` and at
    most :math:`\min(p, q)`, after Frechet.

    Attributes
    ----------
    first : Factor
    second : tuple of Factor
        Their sum is the second chance.
    end : str
        ``least`` or ``most``.
    """

    first: Factor
    second: tuple[Factor, ...]
    end: Literal["least", "most"]


Term = tuple[Factor, ...]
JointTerm = tuple[Factor | Overlap, ...]


@dataclass(frozen=True)
class TermGroup:
    """Terms whose joint second moments are kept: one claim in one reading."""

    terms: tuple[JointTerm, ...]


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


class BlockSums(NamedTuple):
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
    groups: tuple[TermGroup, ...]
    histograms: tuple[Histogram, ...] = ()

    def count(self, trace: Trace, tables: Any, needed: Any, xp: ModuleType) -> BlockSums:
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
                own = self.trace_of_run(trace, run, needed)
                scopes[run] = HistoryScope(self.structure, own, tables[:, run], xp)
            return scopes[run]

        @memorise
        def factor(one: Factor | Overlap) -> Any:
            if isinstance(one, Overlap):
                first, *second = (
                    xp.asarray(factor(part), xp.float32) for part in (one.first, *one.second)
                )
                return overlap_of(one.end, first, sum(second), xp)
            if one.what in ("number", "defined"):
                return number_of(scope(one.run), one)
            if one.what in CHANCES:
                chance = chance_of(scope(one.run), one)
                return factor(replace_chance(one)) if chance is None else chance
            event = one.run, one.expression
            if event not in truths:
                truths[event] = truth_of(one.expression, scope(one.run), xp)
            true, false = truths[event]
            holds = {"true": true, "false": false}.get(one.what)
            return xp.broadcast_to(~(true | false) if holds is None else holds, shape)

        @memorise
        def product(term: JointTerm) -> Any:
            if not term:
                return xp.ones(shape, bool)
            return product(term[:-1]) * factor(term[-1]) if len(term) > 1 else factor(term[0])

        @memorise
        def bits(term: JointTerm) -> Any:
            if len(term) > 1:
                return bits(term[:-1]) & bits(term[-1:])
            return pack_bits(product(term))

        shape = trace.log_weight[:, 0].shape
        sums, products = [], []
        for group in self.groups:
            factors = [factor(one) for term in group.terms for one in term]
            if xp is np and all(one.dtype == bool for one in factors):
                first, second = count_cooccurrences([bits(term) for term in group.terms])
            else:
                terms = xp.stack([xp.asarray(product(t), xp.float32) for t in group.terms], 1)
                first, second = terms.sum(axis=2), products_of(terms, xp)
            sums.append(first)
            products.append(second)
        counts, ranges = [], []
        for histogram in self.histograms:
            value = product((histogram.value,))
            given = (product(histogram.given) > 0) & xp.isfinite(value)
            counts.append(bin_values(histogram, value, given, xp))
            least = xp.where(given, value, xp.inf).min(axis=1)
            most = xp.where(given, value, -xp.inf).max(axis=1)
            ranges.append(xp.stack([least, most], axis=1))
        return BlockSums(tuple(sums), tuple(products), tuple(counts), tuple(ranges), trace.wrong)

    def trace_of_run(self, trace: Trace, run: int, needed: Any) -> Trace:
        """Return the trace of one run, with the measures that stand in it."""
        own: Trace = jax.tree.map(lambda kept: kept[:, run], trace._replace(passages=()))
        passages = []
        for room, passage in zip(self.structure.unrolled_stages, trace.passages, strict=True):
            measures = measures_of_run(passage.measures, needed[run, room.stage] * run)
            here = (passage.visit[:, run], passage.outcome[:, run], passage.imposed[:, run])
            chances = measures_of_run({"": passage.chances}, needed[run, room.stage] * run)[""]
            passages.append(StagePassage(*here, measures, chances))
        return own._replace(passages=tuple(passages))

    def count_on_host(self, trace: Trace, tables: Any, needed: Any) -> BlockSums:
        """Count every block of a call and bring what was counted to the host."""
        if jax.default_backend() == "cpu":
            with np.errstate(all="ignore"):
                return self.count(jax.tree.map(np.asarray, trace), tables, needed, np)
        on_host: BlockSums = jax.tree.map(np.asarray, self.executable(trace, tables, needed))
        return on_host

    @cached_property
    def executable(self) -> Any:
        """The compiled form of :meth:`count`."""
        return jax.jit(lambda trace, tables, needed: self.count(trace, tables, needed, jnp))


def products_of(terms: Any, xp: ModuleType) -> Any:
    """Return the sum of the products of each two terms, shape (blocks, terms, terms)."""
    if xp is np:
        # For the few terms of a question five times as fast as many small matrix products.
        return np.vecdot(terms[:, :, None], terms[:, None])
    return xp.matmul(terms, xp.swapaxes(terms, 1, 2))


def measures_of_run(measures: Mapping[str, Any], run: Any) -> LazyMeasures:
    """Return the measures of one run."""
    return LazyMeasures(
        measures, lambda name: jax.tree.map(lambda kept: kept[:, run], measures[name])
    )


def bin_values(histogram: Histogram, value: Any, given: Any, xp: ModuleType) -> Any:
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
    xp, shape = scope.xp, scope.all_false.shape
    value, defined = evaluate_defined(factor.expression, scope, xp)
    known = xp.broadcast_to(defined, shape)
    if factor.what == "defined":
        return known
    return xp.broadcast_to(xp.where(known, value, 0.0), shape)


def chance_of(scope: HistoryScope, factor: Factor) -> Any:
    """Return the chance that a stage ends in a certain way in each history, None if not kept.

    Of a ``complement``, the chance that it ends otherwise.
    """
    match factor.expression:
        case Compare(operator="=", left=Outcome(stage=stage), right=Label(code=code)):
            chance = scope.chance(stage, code)
            if chance is None or factor.what == "chance":
                return chance
            return scope.is_reached(stage, None) - chance
    return None


def replace_chance(factor: Factor) -> Factor:
    """Return a factor with an outcome counted as it was drawn, 0 or 1, in place of its chance."""
    if factor.what == "chance":
        return replace(factor, what="true")
    return replace(factor, what="false") if factor.what == "complement" else factor


def overlap_of(end: str, first: Any, second: Any, xp: ModuleType) -> Any:
    """Return how probable two things are together, at least or at most, from their chances.

    Examples
    --------
    >>> overlap_of("least", np.array([0.5, 0.75]), np.array([0.25, 0.5]), np).tolist()
    [0.0, 0.25]
    >>> overlap_of("most", np.array([0.5, 0.75]), np.array([0.25, 0.5]), np).tolist()
    [0.25, 0.5]
    """
    if end == "least":
        return xp.maximum(first + second - 1.0, 0.0)
    return xp.minimum(first, second)


def memorise(work: Callable[[Key], Any]) -> Callable[[Key], Any]:
    """Return a function that works each thing out once."""
    known: dict[Key, Any] = {}

    def recall(key: Key) -> Any:
        if key not in known:
            known[key] = work(key)
        return known[key]

    return recall
