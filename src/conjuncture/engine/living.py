"""The numbers that change within a history: those that effects move, and those that follow.

A number written as an expression over a moved one keeps its equation and is worked out anew where
a stage starts. Its own draws are made once a world, as ever: they stand in the world tables as
columns of their own, so that the equation is arithmetic and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import reduce
from typing import Any

from conjuncture.language.nodes import (
    Arithmetic,
    Cell,
    Either,
    Expression,
    Label,
    NumberLiteral,
    RandomDraw,
    SyntaxNode,
)
from conjuncture.language.walk import cells_of
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.following import dependents_of, moved_cells


@dataclass(frozen=True)
class StateVariables:
    """What changes within a history.

    Attributes
    ----------
    moved : tuple of str
        Cells that effects move, or that an intervention sets from a stage on in some histories.
    timed : frozenset of str
        Cells that some run sets from a stage on, history by history.
    equations : mapping of str to Expression
        The cells that follow from moved ones, each after those it reads; draws are cells.
    drawn : tuple of str
        The draws in these equations, as columns of the world tables.
    """

    moved: tuple[str, ...] = ()
    timed: frozenset[str] = frozenset()
    equations: Mapping[str, Expression] = field(default_factory=dict)
    drawn: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every number that can change, the moved ones first."""
        return (*self.moved, *self.equations)

    @property
    def changing_keys(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.keys)


def state_variables_of(crisis: Crisis, timed: frozenset[str] = frozenset()) -> StateVariables:
    """Return what changes within the histories of a crisis.

    Parameters
    ----------
    crisis : Crisis
    timed : frozenset of str
        Cells that interventions set from a stage on and that have to be kept history by history.
    """
    moving = moved_cells(crisis)
    following = frozenset(dependents_of(crisis.numbers, moving | timed)) - moving
    roots = moving | (timed - following)
    equations: dict[str, Expression] = {}
    drawn: dict[str, None] = {}
    for key in dependents_of(crisis.numbers, roots):
        if key not in roots:
            equations[key] = replace_draws(crisis.numbers[key].value, roots | following, drawn)
    return StateVariables(
        moved=tuple(key for key in crisis.numbers if key in roots),
        timed=timed,
        equations=equations,
        drawn=tuple(drawn),
    )


def replace_draws(value: Any, changing: frozenset[str], drawn: dict[str, None]) -> Any:
    """Return an expression in which every draw is a cell; ``drawn`` collects their names.

    A weighted choice whose options change is the sum of its options, each times 1 or 0.

    Examples
    --------
    >>> drawn = {}
    >>> replace_draws(RandomDraw("normal", (0.0, 1.0), "line.leans.red"), frozenset(), drawn).key
    'draw line.leans.red'
    >>> list(drawn)
    ['draw line.leans.red']
    """
    if isinstance(value, Label):
        return NumberLiteral(float(value.code))
    if isinstance(value, RandomDraw) or (
        isinstance(value, Either) and not cells_of(value) & changing
    ):
        drawn[f"draw {value.site}"] = None
        return Cell(f"draw {value.site}")
    if isinstance(value, Either):
        parts: list[Expression] = []
        for place, option in enumerate(value.options):
            name = f"draw {value.site} is {place}"
            drawn[name] = None
            parts.append(Arithmetic("*", Cell(name), replace_draws(option, changing, drawn)))
        return reduce(lambda left, right: Arithmetic("+", left, right), parts)
    if isinstance(value, tuple):
        return tuple(replace_draws(part, changing, drawn) for part in value)
    if isinstance(value, SyntaxNode) and is_dataclass(value):
        inner = {
            one.name: replace_draws(getattr(value, one.name), changing, drawn)
            for one in fields(value)
            if isinstance(getattr(value, one.name), SyntaxNode | tuple)
        }
        return replace(value, **inner) if inner else value
    return value
