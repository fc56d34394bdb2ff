"""Walking a tree: its children, all its nodes, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from conjuncture.language.nodes import (
    Cell,
    Mean,
    Necessity,
    Negative,
    NumberLiteral,
    Probability,
    Quantile,
    Quantity,
    Sufficiency,
    SyntaxNode,
)


def children(node: SyntaxNode) -> Iterator[SyntaxNode]:
    """Yield the nodes directly below one, in the order of the text.

    Examples
    --------
    >>> from conjuncture.language.nodes import Arithmetic
    >>> list(children(Arithmetic("+", NumberLiteral(1.0), NumberLiteral(2.0))))
    [Number(start=0, end=0, value=1.0), Number(start=0, end=0, value=2.0)]
    """
    for field in fields(node):
        content = getattr(node, field.name)
        if isinstance(content, SyntaxNode):
            yield content
        elif isinstance(content, tuple):
            yield from (item for item in content if isinstance(item, SyntaxNode))


def walk(node: SyntaxNode) -> Iterator[tuple[SyntaxNode, int]]:
    """Yield every node, from the top, with its depth counted from 1; no recursion."""
    waiting = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        yield current, depth
        waiting.extend((child, depth + 1) for child in reversed(list(children(current))))


def literal_value(node: SyntaxNode) -> float | None:
    """Return the number that a node is when it is written as one, else None.

    Examples
    --------
    >>> literal_value(Negative(NumberLiteral(3.0)))
    -3.0
    """
    match node:
        case NumberLiteral(value=value):
            return value
        case Negative(operand=NumberLiteral(value=value)):
            return -value
    return None


def cells_of(node: SyntaxNode) -> frozenset[str]:
    """Return the keys of all cells that a linked tree reads.

    Examples
    --------
    >>> from conjuncture.language.nodes import Arithmetic
    >>> sorted(cells_of(Arithmetic("*", Cell("fog"), Cell("unions.mass"))))
    ['fog', 'unions.mass']
    """
    return frozenset(found.key for found, _ in walk(node) if isinstance(found, Cell))


def quantities_of(node: SyntaxNode) -> tuple[Quantity, ...]:
    """Return the distinct quantities of a query, in the order of the text.

    Examples
    --------
    >>> from conjuncture.language.parser import parse_query
    >>> len(quantities_of(parse_query("P(a = b) - P(a = b) > E(x)")))
    2
    """
    kinds = (Probability, Mean, Quantile, Necessity, Sufficiency)
    return tuple(dict.fromkeys(found for found, _ in walk(node) if isinstance(found, kinds)))


def dependency_order(values: Mapping[str, SyntaxNode]) -> list[str]:
    """Return the cells so that each comes after those of them that it reads.

    Parameters
    ----------
    values : mapping of str to Node
        Linked, free of cycles.

    Examples
    --------
    >>> from conjuncture.language.nodes import Cell
    >>> dependency_order({"mass": Cell("fog"), "fog": NumberLiteral(1.0)})
    ['fog', 'mass']
    """
    order: list[str] = []
    placed: set[str] = set()
    for start in values:
        pending = [start]
        while pending:
            key = pending[-1]
            read = sorted(cells_of(values[key])) if key not in placed else []
            missing = [one for one in read if one in values and one not in placed]
            if missing:
                pending.extend(missing)
                continue
            pending.pop()
            if key not in placed:
                placed.add(key)
                order.append(key)
    return order
