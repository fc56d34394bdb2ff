"""When an effect happens: what its condition reads, and whether it can come true at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod

from conjuncture.language.nodes import (
    And,
    Compare,
    Expression,
    Label,
    Measure,
    Not,
    Or,
    Outcome,
    Reached,
    SyntaxNode,
    Within,
)
from conjuncture.language.walk import walk

_MOST_CASES = 4_096


def stages_required_by(when: Expression | None) -> frozenset[tuple[str, int]]:
    """Return the stages, each with a visit, that a history must have reached for a condition.

    Examples
    --------
    >>> carried = Compare("=", Outcome("window"), Label("carried", 2))
    >>> sorted(stages_required_by(And(carried, Reached("pact", 2))))
    [('pact', 2), ('window', 1)]
    """
    found = set()
    for part in _conjuncts_of(when) if when is not None else ():
        inside = part.operand if isinstance(part, Not) else part
        if isinstance(part, Reached):
            found.add((part.stage, part.visit or 1))
        elif isinstance(inside, Compare | Within):
            found |= {(read.stage, read.visit or 1) for read in stages_read(inside)}
    return frozenset(found)


def stages_read(node: Expression) -> Iterator[Outcome | Measure]:
    """Yield what an expression or an event reads of stages."""
    for read, _ in walk(node):
        if isinstance(read, Outcome | Measure):
            yield read


def can_hold(when: Expression, possible: Mapping[str, tuple[int, ...]]) -> bool:
    """Return whether some outcomes of the stages that a condition reads make it true.

    Parameters
    ----------
    when : Expression
        Linked. What it reads beside outcomes is taken to be able to be anything.
    possible : mapping of str to tuple of int
        The codes that each stage's outcome can have.

    Examples
    --------
    >>> carried = Compare("=", Outcome("window"), Label("carried", 2))
    >>> can_hold(carried, {"window": (0, 2)}), can_hold(carried, {"window": (0, 1)})
    (True, False)
    >>> can_hold(And(carried, Not(carried)), {"window": (0, 1, 2)})
    False
    """
    read = sorted(
        {
            outcome.stage
            for outcome in stages_read(when)
            if isinstance(outcome, Outcome) and outcome.visit is None
        }
        & set(possible)
    )
    if prod(len(possible[stage]) for stage in read) > _MOST_CASES:
        return True
    cases = product(*(possible[stage] for stage in read))
    return any(_holds(when, dict(zip(read, case, strict=True))) is not False for case in cases)


def _holds(node: SyntaxNode, outcomes: Mapping[str, int]) -> bool | None:
    """Return whether an event holds under some outcomes; None where these do not tell."""
    match node:
        case Not():
            inside = _holds(node.operand, outcomes)
            return None if inside is None else not inside
        case And() | Or():
            sides = {_holds(node.left, outcomes), _holds(node.right, outcomes)}
            decides = isinstance(node, Or)
            if decides in sides:
                return decides
            return None if None in sides else not decides
        case Compare(operator="=" | "!="):
            left, right = _code_of(node.left, outcomes), _code_of(node.right, outcomes)
            if left is None or right is None:
                return None
            return (left == right) == (node.operator == "=")
    return None


def _code_of(node: SyntaxNode, outcomes: Mapping[str, int]) -> int | None:
    match node:
        case Label(code=code):
            return code
        case Outcome(stage=stage, visit=None):
            return outcomes.get(stage)
    return None


def _conjuncts_of(node: Expression) -> Iterator[Expression]:
    if isinstance(node, And):
        yield from _conjuncts_of(node.left)
        yield from _conjuncts_of(node.right)
    else:
        yield node
