"""What may stand where: intervals in values, quantities in queries, and how much of it all.

The grammar reads every start by the same rules, so that a piece in the wrong place gets a sentence
of its own here instead of a syntax error.
"""

from __future__ import annotations

from collections.abc import Iterator

from conjuncture.language.bounds import MAX_DEPTH, MAX_NODES
from conjuncture.language.laws import DISTRIBUTIONS
from conjuncture.language.mistakes import Problem
from conjuncture.language.nodes import (
    And,
    Call,
    Compare,
    Interval,
    Mean,
    Necessity,
    Not,
    Or,
    Probability,
    Quantile,
    Reached,
    Sufficiency,
    SyntaxNode,
    Within,
    Word,
)
from conjuncture.language.walk import children, walk

EVENT_NODES = (Compare, Within, Not, And, Or, Reached)
QUANTITY_NODES = (Probability, Mean, Quantile, Necessity, Sufficiency)


def size_problem(top: SyntaxNode) -> Problem | None:
    """Return the problem of a tree that is too deep or too large, or None."""
    count = 0
    for node, depth in walk(top):
        count += 1
        if depth > MAX_DEPTH:
            problem = f"the expression is more than {MAX_DEPTH} levels deep"
            return Problem(node.start, node.end, problem, "name parts of it under 'unknowns'")
    if count > MAX_NODES:
        problem = f"the expression has {count} parts, more than {MAX_NODES}"
        return Problem(top.start, top.end, problem, "name parts of it under 'unknowns'")
    return None


def placement_problems(top: SyntaxNode, start: str) -> Iterator[Problem]:
    """Yield everything in a tree that the kind of text ``start`` does not allow."""
    waiting = [(top, False)]
    while waiting:
        node, inside = waiting.pop()
        quantity = isinstance(node, QUANTITY_NODES)
        if complaint := _complaint(node, start, inside):
            yield Problem(node.start, node.end, *complaint)
            continue
        waiting.extend((child, inside or quantity) for child in children(node))


def _complaint(node: SyntaxNode, start: str, inside: bool) -> tuple[str, str] | None:
    if start == "value":
        if isinstance(node, EVENT_NODES):
            return "this is an event, and a value is a number", "write a number or an expression"
        if isinstance(node, QUANTITY_NODES):
            return (
                "a quantity such as P(...) follows from the scenario and cannot be a value of it",
                "ask it in a claim or a query",
            )
        return None
    if isinstance(node, Word):
        return f"'{node.word}' can stand only in a value of the scenario", "write a number"
    if isinstance(node, Interval) or (isinstance(node, Call) and node.function in DISTRIBUTIONS):
        return (
            "an interval or a law can stand only in a value of the scenario",
            "state it under 'unknowns' and write its name here",
        )
    if isinstance(node, QUANTITY_NODES) and (inside or start != "query"):
        place = "another quantity" if inside else f"an {start.removesuffix('s')}"
        return f"a quantity such as P(...) cannot stand inside {place}", "compare it outside"
    return None
