"""What may stand where: intervals in values, quantities in queries, and how much of it all.

The grammar reads every start by the same rules, so that a piece in the wrong place gets a sentence
of its own here instead of a syntax error.
"""

from __future__ import annotations

from collections.abc import Iterator

from conjuncture.language.bounds import DEPTH, NODES
from conjuncture.language.laws import LAWS
from conjuncture.language.mistakes import Problem
from conjuncture.language.nodes import (
    And,
    Call,
    Compare,
    Interval,
    Mean,
    Necessity,
    Node,
    Not,
    Or,
    Probability,
    Quantile,
    Reached,
    Sufficiency,
    Within,
    Word,
)
from conjuncture.language.walk import children, walk

EVENTS = (Compare, Within, Not, And, Or, Reached)
QUANTITIES = (Probability, Mean, Quantile, Necessity, Sufficiency)


def oversized(top: Node) -> Problem | None:
    """Return the problem of a tree that is too deep or too large, or None."""
    count = 0
    for node, depth in walk(top):
        count += 1
        if depth > DEPTH:
            problem = f"the expression is more than {DEPTH} levels deep"
            return Problem(node.start, node.end, problem, "name parts of it under 'unknowns'")
    if count > NODES:
        problem = f"the expression has {count} parts, more than {NODES}"
        return Problem(top.start, top.end, problem, "name parts of it under 'unknowns'")
    return None


def misplaced(top: Node, start: str) -> Iterator[Problem]:
    """Yield everything in a tree that the kind of text ``start`` does not allow."""
    waiting = [(top, False)]
    while waiting:
        node, inside = waiting.pop()
        quantity = isinstance(node, QUANTITIES)
        if complaint := _complaint(node, start, inside):
            yield Problem(node.start, node.end, *complaint)
            continue
        waiting.extend((child, inside or quantity) for child in children(node))


def _complaint(node: Node, start: str, inside: bool) -> tuple[str, str] | None:
    if start == "value":
        if isinstance(node, EVENTS):
            return "this is an event, and a value is a number", "write a number or an expression"
        if isinstance(node, QUANTITIES):
            return (
                "a quantity such as P(...) follows from the scenario and cannot be a value of it",
                "ask it in a claim or a query",
            )
        return None
    if isinstance(node, Word):
        return f"'{node.word}' can stand only in a value of the scenario", "write a number"
    if isinstance(node, Interval) or (isinstance(node, Call) and node.function in LAWS):
        return (
            "an interval or a law can stand only in a value of the scenario",
            "state it under 'unknowns' and write its name here",
        )
    if isinstance(node, QUANTITIES) and (inside or start != "query"):
        place = "another quantity" if inside else f"an {start.removesuffix('s')}"
        return f"a quantity such as P(...) cannot stand inside {place}", "compare it outside"
    return None
