"""Long sums, and long chains of ``and`` or ``or``: not deep to a reader, and so not in the tree.

``a + b + c`` is read as ``(a + b) + c``, each term of a sum one level deeper than the next. A text
that would be too deep has its chains halved, and halved again; all others stay as they were read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

from conjuncture.language.bounds import MAX_DEPTH
from conjuncture.language.nodes import And, Arithmetic, Or, SyntaxNode
from conjuncture.language.walk import children, walk

INVERSE = {"+": "-", "-": "+"}
CHAINS = ({"+", "-"}, {"and"}, {"or"})

Links = list[tuple[str, Any]]
"""The operands of a chain, each with the operator before it."""


def depth_of(top: SyntaxNode) -> int:
    """Return how many levels a tree has.

    Examples
    --------
    >>> from conjuncture.language.parser import parse_expression
    >>> depth_of(parse_expression("a + b + c"))
    3
    """
    return max(depth for _, depth in walk(top))


def levels_of(top: SyntaxNode) -> int:
    """Return how many levels a tree has where a chain of operators counts for one.

    Examples
    --------
    >>> from conjuncture.language.parser import parse_expression
    >>> levels_of(parse_expression("a + b - c + max(d, e)"))
    3
    """
    deepest, waiting = 0, [(top, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        links = links_of(node)
        below: Iterator[SyntaxNode] = (part for _, part in links) if links else children(node)
        waiting.extend((part, level + 1) for part in below)
    return deepest


def balance_chains(top: Any) -> Any:
    """Return a tree that is too deep with its chains halved; any other as it is.

    Examples
    --------
    >>> from functools import reduce
    >>> from conjuncture.language.nodes import Name
    >>> terms = [Name(f"u{place}") for place in range(64)]
    >>> total = reduce(lambda left, right: Arithmetic("+", left, right), terms)
    >>> depth_of(total), depth_of(balance_chains(total))
    (64, 7)
    """
    if depth_of(top) <= MAX_DEPTH or levels_of(top) > MAX_DEPTH:
        return top
    return _balance_node(top)


def links_of(node: SyntaxNode) -> Links:
    """Return the operands of the chain that ends in a node, none where there is no chain.

    The operator before the first of them means nothing.
    """
    sign = _operator(node)
    chain = next((one for one in CHAINS if sign in one), None)
    found: Links = []
    current: Any = node
    while chain is not None and _operator(current) in chain:
        found.append((_operator(current), current.right))
        current = current.left
    if found:
        found.append((sign, current))
    return found[::-1]


def _operator(node: SyntaxNode) -> str:
    match node:
        case And():
            return "and"
        case Or():
            return "or"
        case Arithmetic(operator=operator) if operator in INVERSE:
            return operator
    return ""


def _balance_node(node: Any) -> Any:
    if isinstance(node, tuple):
        return tuple(_balance_node(part) for part in node)
    if not isinstance(node, SyntaxNode):
        return node
    if links := links_of(node):
        return _join_links([(sign, _balance_node(part)) for sign, part in links])
    inner = {
        one.name: _balance_node(getattr(node, one.name))
        for one in fields(node)
        if isinstance(getattr(node, one.name), SyntaxNode | tuple)
    }
    return replace(node, **inner) if inner else node


def _join_links(links: Sequence[tuple[str, Any]]) -> Any:
    """Return the chain of some links, the sign of the first of which counts for nothing."""
    if len(links) == 1:
        return links[0][1]
    middle = (len(links) + 1) // 2
    sign = links[middle][0]
    rest = list(links[middle:])
    if sign == "-":
        rest = [(INVERSE[one], part) for one, part in rest]
    left, right = _join_links(links[:middle]), _join_links(rest)
    place = {"start": left.start, "end": right.end}
    if sign in ("and", "or"):
        return (And if sign == "and" else Or)(left, right, **place)
    return Arithmetic(sign, left, right, **place)  # type: ignore[arg-type]
