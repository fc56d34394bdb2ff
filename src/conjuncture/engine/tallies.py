"""Tallies: what is counted of histories, and nothing else is kept.

A term is a product of factors, each read from one run of the same histories, or from what the
chances of two runs leave open. Per block the sums of the terms and of their products are formed, so
that ratios get their errors and any number of histories streams through bounded memory. Where all
factors are events they are kept as bits, 64 histories in a word, and how often two hold together
is a count of ones.

What is counted is added up within a pile first (:mod:`conjuncture.engine.addresses`), where it was
counted, by a thread or on another machine, always all of its blocks and in the order of their
numbers; then pile to pile, in order. So a sum does not know who counted what.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK, Rows, starts_of_piles
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import HistoryScope, LazyMeasures, StagePassage, Trace
from conjuncture.language.evaluator import evaluate_defined, truth_of
from conjuncture.language.nodes import Compare, Expression, Label, Outcome

Words = NDArray[np.uint64]


def pack_bits(holds: NDArray[np.bool_]) -> Words:
    """Return the bits of where something holds.

    Parameters
    ----------
    holds : array of bool, shape (blocks, histories)
        Histories in multiples of 64.

    Returns
    -------
    array of uint64, shape (blocks, words)

    Examples
    --------
    >>> pack_bits(np.arange(64)[None] < 3).shape
    (1, 1)
    """
    return np.packbits(holds, axis=-1).view(np.uint64)


def count_cooccurrences(terms: Sequence[Words]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how often each term holds, and how often each two of them hold together.

    Parameters
    ----------
    terms : sequence of array of uint64, shape (blocks, words)

    Returns
    -------
    sums : array of float32, shape (blocks, terms)
    products : array of float32, shape (blocks, terms, terms)

    Examples
    --------
    >>> history = np.arange(64)[None]
    >>> sums, products = count_cooccurrences([pack_bits(history < 3), pack_bits(history >= 2)])
    >>> sums.tolist(), products.tolist()
    ([[3.0, 62.0]], [[[3.0, 1.0], [1.0, 62.0]]])
    """
    blocks, count = len(terms[0]), len(terms)
    products = np.empty((blocks, count, count), np.float32)
    for first in range(count):
        for second in range(first + 1):
            both: Any = terms[first] & terms[second]
            products[:, first, second] = np.bitwise_count(both).sum(axis=1)
            products[:, second, first] = products[:, first, second]
    return np.ascontiguousarray(np.einsum("btt->bt", products)), products


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
        for unrolled, passage in zip(self.structure.unrolled_stages, trace.passages, strict=True):
            measures = measures_of_run(passage.measures, needed[run, unrolled.stage] * run)
            here = (passage.visit[:, run], passage.outcome[:, run], passage.imposed[:, run])
            chances = measures_of_run({"": passage.chances}, needed[run, unrolled.stage] * run)[""]
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


@dataclass
class Sums:
    """Sums of one group of terms by world, over the histories run so far.

    Attributes
    ----------
    histories : array of int64, shape (worlds,)
    first : array of float64, shape (worlds, terms)
    second : array of float64, shape (worlds, terms, terms)
    """

    histories: NDArray[np.int64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean of each term in each world, shape (worlds, terms)."""
        return self.first / self.histories[:, None]

    @property
    def covariances(self) -> NDArray[np.float64]:
        """Covariance of the terms' means in each world, shape (worlds, terms, terms)."""
        means = self.means
        spread = self.second / self.histories[:, None, None] - means[:, :, None] * means[:, None, :]
        return spread / self.histories[:, None, None]

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.histories + other.histories,
            self.first + other.first,
            self.second + other.second,
        )

    def map_rows(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Sums:
        """Return the sums with every array, which have a row for each world, changed alike."""
        return Sums(change(self.histories), change(self.first), change(self.second))


@dataclass
class TallyTotals:
    """What a run counted: one entry per group, one per histogram."""

    sums: list[Sums]
    histograms: list[NDArray[np.int64]]
    ranges: list[NDArray[np.float64]] = field(default_factory=list)


@dataclass(frozen=True)
class PileSums:
    """What was counted of some piles: all that travels.

    Attributes
    ----------
    worlds, blocks : array of int64, shape (piles,)
        The world of each pile, and how many blocks it has.
    sums : array of float64, shape (piles, columns)
        For each group its terms, then their products.
    counts : tuple of array of uint16, shape (piles, bins)
        Of each histogram; a pile has at most 8,192 histories.
    ranges : array of float64, shape (histograms, 2)
    """

    worlds: NDArray[np.int64]
    blocks: NDArray[np.int64]
    sums: NDArray[np.float64]
    counts: tuple[NDArray[np.uint16], ...]
    ranges: NDArray[np.float64]


def sum_piles(rows: Rows, calls: Sequence[BlockSums]) -> PileSums:
    """Add up what was counted of some blocks, pile by pile.

    Parameters
    ----------
    rows : array of int, shape (blocks, 2)
        World and block of each, pile after pile.
    calls : sequence of BlockSums
        What the calls counted that ran them, in order, cut to the blocks that were wanted.
    """
    starts = starts_of_piles(rows)
    columns = np.concatenate([flatten_moments(one) for one in calls]).astype(np.float64)
    counts = tuple(
        np.add.reduceat(np.concatenate(bins), starts, axis=0).astype(np.uint16)
        for bins in zip(*(one.counts for one in calls), strict=True)
    )
    ends = [np.concatenate(found) for found in zip(*(one.ranges for one in calls), strict=True)]
    ranges = [(found[:, 0].min(), found[:, 1].max()) for found in ends]
    return PileSums(
        worlds=rows[starts, 0],
        blocks=np.diff(starts, append=len(rows)),
        sums=np.add.reduceat(columns, starts, axis=0),
        counts=counts,
        ranges=np.array(ranges, np.float64).reshape(-1, 2),
    )


def flatten_moments(counted: BlockSums) -> NDArray[np.float32]:
    """Return sums and products of every group side by side, shape (blocks, columns)."""
    blocks = len(counted.wrong)
    parts: list[NDArray[Any]] = [np.zeros((blocks, 0), np.float32)]
    for sums, products in zip(counted.sums, counted.products, strict=True):
        parts += [sums, products.reshape(blocks, -1)]
    return np.concatenate(parts, axis=1)


class TallyAccumulator:
    """The sum of piles, added in order.

    Parameters
    ----------
    worlds : int
    groups : sequence of TermGroup
    histograms : sequence of Histogram
    """

    def __init__(
        self, worlds: int, groups: Sequence[TermGroup], histograms: Sequence[Histogram]
    ) -> None:
        self._terms = [len(group.terms) for group in groups]
        self._blocks = np.zeros(worlds, np.int64)
        self._sums = np.zeros((worlds, sum(terms + terms**2 for terms in self._terms)))
        self._counts = [np.zeros((worlds, BINS), np.int64) for _ in histograms]
        self._ranges = np.tile([np.inf, -np.inf], (len(histograms), 1))

    def add(self, piles: PileSums) -> None:
        """Add the next piles."""
        # A world stands twice only where one slab ends and the next begins.
        again = np.flatnonzero(piles.worlds[1:] <= piles.worlds[:-1]) + 1
        for part in map(slice, [0, *again], [*again, len(piles.worlds)]):
            worlds = piles.worlds[part]
            self._blocks[worlds] += piles.blocks[part]
            self._sums[worlds] += piles.sums[part]
            for total, counts in zip(self._counts, piles.counts, strict=True):
                total[worlds] += counts[part]
        self._ranges[:, 0] = np.minimum(self._ranges[:, 0], piles.ranges[:, 0])
        self._ranges[:, 1] = np.maximum(self._ranges[:, 1], piles.ranges[:, 1])

    def to_totals(self) -> TallyTotals:
        """Return what has been added so far, group by group."""
        sums = []
        begin = 0
        for terms in self._terms:
            middle, end = begin + terms, begin + terms + terms**2
            first = np.ascontiguousarray(self._sums[:, begin:middle])
            second = self._sums[:, middle:end].reshape(-1, terms, terms)
            sums.append(Sums(self._blocks * BLOCK, first, np.ascontiguousarray(second)))
            begin = end
        return TallyTotals(sums, list(self._counts), list(self._ranges))
