"""Tallies: what is counted of histories, and nothing else is kept.

A term is a product of factors, each read from one run of the same histories. Per block the sums
of the terms and of their products are formed, so that ratios get their errors and any number of
histories streams through bounded memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from conjuncture.engine.scopes import HistoryScope
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import Asked, Passage, Trace
from conjuncture.language.evaluate import evaluate_defined, truth
from conjuncture.language.nodes import Expression

MOST_TERMS = 16


@dataclass(frozen=True)
class Factor:
    """One factor of a term, read from run ``run``.

    ``what`` is ``true``, ``false`` or ``undefined`` for an event (1 where it is so, else 0),
    ``number`` for the value of an expression (0 where undefined), ``defined`` for whether it has
    one.
    """

    run: int
    expression: Expression
    what: Literal["true", "false", "undefined", "number", "defined"]


Term = tuple[Factor, ...]


@dataclass(frozen=True)
class Group:
    """Terms whose joint second moments are kept: one claim in one reading."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Histogram:
    """Counts of a number over bins, in the histories where ``given`` is 1.

    ``low`` and ``high`` bound the bins evenly; what lies beyond falls into the outermost.
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

        def scope(run: int) -> HistoryScope:
            if run not in scopes:
                own = self.of_run(trace, run, needed)
                scopes[run] = HistoryScope(self.structure, own, tables[:, run], xp)
            return scopes[run]

        everywhere = ~scope(0).nowhere
        known: dict[Term, Any] = {(): everywhere}

        def product(term: Term) -> Any:
            if term not in known:
                factor = factor_of(scope(term[-1].run), term[-1])
                known[term] = product(term[:-1]) * factor if len(term) > 1 else factor
            return known[term]

        sums, products = [], []
        for group in self.groups:
            terms = xp.stack([product(term) for term in group.terms], axis=1).astype(xp.float32)
            sums.append(terms.sum(axis=2))
            products.append(xp.matmul(terms, xp.swapaxes(terms, 1, 2)))
        counts, ranges = [], []
        for histogram in self.histograms:
            value = product((histogram.value,))
            given = product(histogram.given) > 0
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
            passages.append(Passage(*here, measures))
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


def part_of(measures: Mapping[str, Any], run: Any) -> Asked:
    """Return the measures of one run."""
    return Asked(measures, lambda name: jax.tree.map(lambda kept: kept[:, run], measures[name]))


def binned(histogram: Histogram, value: Any, given: Any, xp: ModuleType) -> Any:
    """Return the counts of a histogram, shape (blocks, bins)."""
    width = (histogram.high - histogram.low) / BINS
    place = xp.clip(xp.floor((value - histogram.low) / width), 0, BINS - 1).astype(xp.int32)
    blocks = len(value)
    flat = (xp.arange(blocks)[:, None] * BINS + place).reshape(-1)
    # A compiled program must know the length beforehand, and NumPy calls it otherwise.
    length = {"minlength" if xp is np else "length": blocks * BINS}
    counts = xp.bincount(flat, weights=1.0 * given.reshape(-1), **length)
    return counts.reshape(blocks, BINS).astype(xp.int32)


def factor_of(scope: HistoryScope, factor: Factor) -> Any:
    """Return a factor in each history, shape (blocks, histories): a number or whether it is so."""
    xp, shape = scope.xp, scope.nowhere.shape
    if factor.what in ("number", "defined"):
        value, defined = evaluate_defined(factor.expression, scope, xp)
        known = xp.broadcast_to(defined, shape)
        found = known if factor.what == "defined" else xp.where(known, value, 0.0)
    else:
        true, false = truth(factor.expression, scope, xp)
        found = {"true": true, "false": false, "undefined": ~(true | false)}[factor.what]
    return xp.broadcast_to(found, shape)
