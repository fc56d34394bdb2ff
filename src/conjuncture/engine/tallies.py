"""Tallies: what is counted of histories, and nothing else is kept.

A term is a product of factors, each read from one run of the same histories. Per block the sums
of the terms and of their products are formed, so that ratios get their errors and any number of
histories streams through bounded memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.program import COMPILER_OPTIONS, Trace
from conjuncture.engine.structure import Structure
from conjuncture.language.evaluate import evaluate, truth
from conjuncture.language.nodes import Expression, Measure, Outcome
from conjuncture.language.walk import walk

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
    runs, rooms).
    """

    sums: tuple[Any, ...]
    products: tuple[Any, ...]
    counts: tuple[Any, ...]
    ranges: tuple[Any, ...]
    wrong: Any


@dataclass(frozen=True)
class HistoryScope:
    """What an event may read of one run of a block; arrays end in the history axis."""

    structure: Structure
    trace: Trace
    table: Array

    def cell(self, key: str) -> Array:
        """Return a number of the world as the first stage finds it, shape (1,)."""
        column = self.structure.cells[key]
        return self.table[0, column : column + 1]

    def passages(self, stage: str, visit: int | None) -> list[tuple[int, Array]]:
        """Return the rooms of a stage and in which histories each holds the wanted visit."""
        index = self.structure.stages.index(stage)
        rooms = [place for place, room in enumerate(self.structure.rooms) if room.stage == index]
        came = {place: self.trace.passages[place].visit for place in rooms}
        if visit is not None:
            return [(place, came[place] == visit) for place in rooms]
        last = reduce(jnp.maximum, came.values())
        return [(place, (came[place] == last) & (last > 0)) for place in rooms]

    def reached(self, stage: str, visit: int | None) -> Array:
        """Return whether each history came to the stage."""
        if stage not in self.structure.stages:
            return jnp.zeros(BLOCK, bool)
        holds = [held for _, held in self.passages(stage, visit)]
        return reduce(jnp.logical_or, holds, jnp.zeros(BLOCK, bool))

    def outcome(self, stage: str, visit: int | None) -> tuple[Array, Array]:
        """Return the outcome's code and whether the stage was reached."""
        found = jnp.zeros(BLOCK, jnp.int32)
        for place, held in self.passages(stage, visit):
            found = jnp.where(held, self.trace.passages[place].outcome.astype(jnp.int32), found)
        return found, self.reached(stage, visit)

    def measure(
        self, stage: str, measure: str, index: str | None, visit: int | None
    ) -> tuple[Array, Array]:
        """Return a measure and whether the stage was reached."""
        symbols = self.structure.crisis.vocabulary.stages[stage]
        symbol = symbols.measures[measure]
        found: Array | None = None
        for place, held in self.passages(stage, visit):
            passage = self.trace.passages[place]
            value = passage.measures[measure]
            if isinstance(value, dict):
                value = value[index]
            elif index is not None and symbol.index is not None:
                value = value[symbol.index.index(index)]
            if measure == "how" and symbol.kind.labels and "imposed" in symbol.kind.labels:
                value = jnp.where(passage.imposed, symbol.kind.labels.index("imposed"), value)
            value = jnp.where(held, value, 0)
            found = value if found is None else found + value
        missing = jnp.zeros(BLOCK, jnp.float32)
        return (missing if found is None else found), self.reached(stage, visit)


@dataclass(frozen=True)
class TallyProgram:
    """The compiled counting of some groups and histograms."""

    structure: Structure
    groups: tuple[Group, ...]
    histograms: tuple[Histogram, ...] = ()

    def term(self, scopes: Sequence[HistoryScope], term: Term) -> Array:
        """Return a term in each history, shape (histories,) float32."""
        product = jnp.ones(BLOCK, jnp.float32)
        for factor in term:
            product = product * factor_of(scopes[factor.run], factor)
        return product

    def one_block(self, trace: Trace, tables: Array) -> tuple[Any, ...]:
        """Count one block; ``trace`` and ``tables`` lead with the axis of runs."""
        runs = tables.shape[0]
        scopes = [
            HistoryScope(
                self.structure, jax.tree.map(lambda x, run=run: x[run], trace), tables[run]
            )
            for run in range(runs)
        ]
        sums, products = [], []
        for group in self.groups:
            terms = jnp.stack([self.term(scopes, term) for term in group.terms])
            sums.append(jnp.sum(terms, axis=1))
            products.append(
                jnp.einsum("ih,jh->ij", terms, terms, precision=jax.lax.Precision.HIGHEST)
            )
        counts, ranges = [], []
        for histogram in self.histograms:
            value = factor_of(scopes[histogram.value.run], histogram.value)
            given = self.term(scopes, histogram.given) > 0
            width = (histogram.high - histogram.low) / BINS
            place = jnp.clip(jnp.floor((value - histogram.low) / width), 0, BINS - 1)
            counts.append(jnp.zeros(BINS, jnp.int32).at[place.astype(jnp.int32)].add(given))
            ranges.append(
                jnp.stack(
                    [
                        jnp.min(jnp.where(given, value, jnp.inf)),
                        jnp.max(jnp.where(given, value, -jnp.inf)),
                    ]
                )
            )
        return tuple(sums), tuple(products), tuple(counts), tuple(ranges)

    def count(self, trace: Trace, tables: Array) -> Counted:
        """Count every block of a call."""
        sums, products, counts, ranges = jax.lax.map(
            lambda one: self.one_block(*one), (trace, tables)
        )
        return Counted(sums, products, counts, ranges, trace.wrong)

    @cached_property
    def compiled(self) -> Any:
        """The compiled form of :meth:`count`."""
        return jax.jit(self.count, compiler_options=COMPILER_OPTIONS or None)


def factor_of(scope: HistoryScope, factor: Factor) -> Array:
    """Return a factor in each history, shape (histories,) float32."""
    if factor.what in ("number", "defined"):
        defined = jnp.ones(BLOCK, bool)
        for stage, visit in stages_read(factor.expression):
            defined = defined & scope.reached(stage, visit)
        if factor.what == "defined":
            return defined.astype(jnp.float32)
        value = evaluate(factor.expression, scope, jnp)
        return jnp.where(defined, jnp.broadcast_to(value, (BLOCK,)), 0.0).astype(jnp.float32)
    true, false = truth(factor.expression, scope, jnp)
    holds = {"true": true, "false": false, "undefined": ~true & ~false}[factor.what]
    return jnp.broadcast_to(holds, (BLOCK,)).astype(jnp.float32)


def stages_read(expression: Expression) -> list[tuple[str, int | None]]:
    """Return the stages and visits on which an expression's value rests."""
    return sorted(
        {
            (node.stage, node.visit)
            for node, _ in walk(expression)
            if isinstance(node, Outcome | Measure)
        },
        key=str,
    )
