"""Worlds: what the historian does not know, drawn on the host.

One uniform per (unknown, world), turned into a value by the inverse distribution function, so
that more worlds extend a sample and an unknown's draws do not depend on what else is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import world_uniforms
from conjuncture.engine.quantiles import quantile
from conjuncture.language.evaluate import evaluate
from conjuncture.language.nodes import Cell, Drawn, Either, Expression, Label, Node, Number
from conjuncture.language.walk import cells_read, walk
from conjuncture.scenario.crisis import Crisis

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Worlds:
    """The numbers of a crisis in each of some worlds.

    Attributes
    ----------
    crisis : Crisis
    seed : int
    count : int
        Worlds 0 to count - 1.
    table : mapping of str to array of float64, shape (worlds,)
        Value of every cell; a choice between rules is its code.
    placebo : bool
        Whether the account's values were replaced by their widest.
    """

    crisis: Crisis
    seed: int
    count: int
    table: Mapping[str, Real]
    placebo: bool = False

    def with_values(
        self, replaced: Mapping[str, Real], drawn: Sequence[str] = ()
    ) -> Mapping[str, Real]:
        """Return the table with some cells fixed and all that follows from them computed anew.

        ``drawn`` names draws within values that are wanted as columns of their own.
        """
        return tabulate(
            self.crisis, self.seed, self.count, replaced, placebo=self.placebo, drawn=drawn
        )


def draw_worlds(crisis: Crisis, seed: int, count: int, *, placebo: bool = False) -> Worlds:
    """Draw worlds.

    Parameters
    ----------
    crisis : Crisis
    seed, count : int
    placebo : bool
        Put the widest defaults in the place of what the account says.

    Returns
    -------
    Worlds
    """
    table = tabulate(crisis, seed, count, {}, placebo=placebo)
    return Worlds(crisis, seed, count, table, placebo)


def tabulate(
    crisis: Crisis,
    seed: int,
    count: int,
    fixed: Mapping[str, Real],
    *,
    placebo: bool,
    drawn: Sequence[str] = (),
) -> dict[str, Real]:
    """Return the value of every cell in worlds 0 to count - 1, then those of ``drawn``.

    A draw within a value that was replaced counts for nothing and is zero.
    """
    values = {
        key: number.widest if placebo else number.value for key, number in crisis.numbers.items()
    }
    scope = WorldScope(uniforms_of(list(values.values()), seed, count), count, dict(fixed))
    for key in dependency_order(values):
        if key not in scope.known:
            scope.known[key] = scope.number(values[key])
    nothing = np.zeros(count)
    return {key: scope.known[key] for key in values} | {
        name: scope.known.get(name, nothing) for name in drawn
    }


@dataclass
class WorldScope:
    """What a value may read: other cells, and uniforms for its own draws."""

    uniforms: Mapping[str, Real]
    count: int
    known: dict[str, Real]

    def cell(self, key: str) -> Real:
        """Return a cell, shape (worlds,)."""
        return self.known[key]

    def number(self, value: Expression) -> Real:
        """Return a value in every world."""
        result = evaluate(self.settled(value), self, np)
        return np.broadcast_to(np.asarray(result, np.float64), (self.count,))

    def settled(self, value: Any) -> Any:
        """Return the expression with every draw made, each standing there as a cell of its own."""
        if isinstance(value, Label):
            return Number(float(value.code))
        if isinstance(value, Drawn):
            self.known[f"draw {value.site}"] = quantile(
                value.family, value.parameters, self.uniforms[value.site]
            )
            return Cell(f"draw {value.site}")
        if isinstance(value, Either):
            chosen = np.searchsorted(np.cumsum(value.weights), self.uniforms[value.site], "right")
            options = np.stack([self.number(option) for option in value.options])
            picked = np.minimum(chosen, len(value.options) - 1)
            for place in range(len(value.options)):
                self.known[f"draw {value.site} is {place}"] = 1.0 * (picked == place)
            self.known[f"draw {value.site}"] = options[picked, np.arange(self.count)]
            return Cell(f"draw {value.site}")
        if isinstance(value, tuple):
            return tuple(self.settled(part) for part in value)
        if isinstance(value, Node) and is_dataclass(value):
            parts = {
                field.name: self.settled(getattr(value, field.name))
                for field in fields(value)
                if isinstance(getattr(value, field.name), Node | tuple)
            }
            return replace(value, **parts) if parts else value
        return value

    def outcome(self, stage: str, visit: int | None) -> Any:
        """Refuse: a world has no history."""
        raise KeyError(stage, visit)

    def measure(self, stage: str, measure: str, index: str | None, visit: int | None) -> Any:
        """Refuse: a world has no history."""
        raise KeyError(stage, measure, index, visit)

    def reached(self, stage: str, visit: int | None) -> Any:
        """Refuse: a world has no history."""
        raise KeyError(stage, visit)


def uniforms_of(values: list[Expression], seed: int, count: int) -> dict[str, Real]:
    """Return the uniforms of every draw inside some values, by site, shape (worlds,) each."""
    sites = {
        node.site: None
        for value in values
        for node, _ in walk(value)
        if isinstance(node, Drawn | Either)
    }
    if not sites:
        return {}
    names = list(sites)
    uniforms = world_uniforms(seed, [f"world/{name}" for name in names], np.arange(count))
    return dict(zip(names, uniforms, strict=True))


def dependency_order(values: Mapping[str, Expression]) -> list[str]:
    """Return the cells so that each comes after those it reads."""
    order: list[str] = []
    placed: set[str] = set()
    for start in values:
        pending = [start]
        while pending:
            key = pending[-1]
            missing = [one for one in sorted(cells_read(values[key])) if one not in placed]
            if key in placed:
                pending.pop()
            elif missing:
                pending.extend(missing)
            else:
                placed.add(key)
                order.append(key)
                pending.pop()
    return order
