"""Reading a text of the language: one Lark grammar with five starts.

Every function returns nodes that carry the character range they were read from, and raises
:class:`~conjuncture.language.names.LanguageErrors` with a plain sentence for anything else. A
text is only ever read, never run. The grammar reads every start by the same rules, so that a piece
in the wrong place (an interval in an event, a quantity in a value) gets a sentence of its own here
instead of a syntax error.

``a + b + c`` is read as ``(a + b) + c``, each term of a sum one level deeper than the next. A text
that would be too deep has its chains halved, and halved again; all others stay as they were read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput

from conjuncture.installation import cache_root
from conjuncture.language.ast_builder import TreeBuilder
from conjuncture.language.distributions import DISTRIBUTIONS
from conjuncture.language.names import GRAMMAR, LanguageErrors, Problem
from conjuncture.language.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    And,
    Arithmetic,
    Call,
    Compare,
    Expression,
    Interval,
    Intervention,
    Not,
    Or,
    Quantity,
    Reached,
    SyntaxNode,
    Within,
    Word,
    children,
    map_children,
    walk,
)
from conjuncture.language.syntax_errors import scan, syntax_problem

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
    if links := links_of(node):
        return _join_links([(sign, _balance_node(part)) for sign, part in links])
    return map_children(node, _balance_node)


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


EVENT_NODES = (Compare, Within, Not, And, Or, Reached)


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
        quantity = isinstance(node, Quantity)
        if complaint := _complaint(node, start, inside):
            yield Problem(node.start, node.end, *complaint)
            continue
        waiting.extend((child, inside or quantity) for child in children(node))


def _complaint(node: SyntaxNode, start: str, inside: bool) -> tuple[str, str] | None:
    if start == "value":
        if isinstance(node, EVENT_NODES):
            return "this is an event, and a value is a number", "write a number or an expression"
        if isinstance(node, Quantity):
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
    if isinstance(node, Quantity) and (inside or start != "query"):
        place = "another quantity" if inside else f"an {start.removesuffix('s')}"
        return f"a quantity such as P(...) cannot stand inside {place}", "compare it outside"
    return None


STARTS = ("value", "expression", "event", "interventions", "query")


def parse_value(text: str) -> Expression:
    """Return the tree of a value: what a world draws.

    Parameters
    ----------
    text : str
        A number, ``3 to 5``, a law, a word for a leaning, or an expression over other cells.

    Returns
    -------
    Expression

    Raises
    ------
    LanguageErrors
        When the text is not a value.

    Examples
    --------
    >>> parse_value("-0.7 to 0.7")
    Interval(start=0, end=11, low=-0.7, high=0.7)
    """
    return _expression(text, "value")


def parse_expression(text: str) -> Expression:
    """Return the tree of an expression over a history: of an effect, a payoff or a mean.

    Raises
    ------
    LanguageErrors
        When the text is not an expression.

    Examples
    --------
    >>> parse_expression("unions.mass").path
    ('mass',)
    """
    return _expression(text, "expression")


def parse_event(text: str) -> Expression:
    """Return the tree of an event: what a history makes true, false or undefined.

    Raises
    ------
    LanguageErrors
        When the text is not an event.

    Examples
    --------
    >>> parse_event("showdown = torres").operator
    '='
    """
    return _expression(text, "event")


def parse_query(text: str) -> Expression:
    """Return the tree of a query: quantities, arithmetic and comparisons between them.

    Raises
    ------
    LanguageErrors
        When the text is not a query.

    Examples
    --------
    >>> query = parse_query("P(showdown = torres | do(unions aside)) > 0.5")
    >>> query.left.interventions
    (Aside(start=25, end=37, secretly=False, force='unions'),)
    """
    return _expression(text, "query")


def parse_interventions(text: str) -> tuple[Intervention, ...]:
    """Return the interventions in the inside of a ``do(...)``.

    Raises
    ------
    LanguageErrors
        When the text is not a list of interventions.

    Examples
    --------
    >>> [type(found).__name__ for found in parse_interventions("without unions, fog = 0.2")]
    ['Without', 'Assign']
    """
    found: tuple[Intervention, ...] = _parse(text, "interventions").interventions
    return found


def _expression(text: str, start: str) -> Expression:
    found: Expression = _parse(text, start)
    return found


@cache
def _grammar() -> Lark:
    return Lark(
        GRAMMAR, parser="lalr", start=list(STARTS), transformer=TreeBuilder(), cache=_tables()
    )


def _tables() -> str | bool:
    """Return the file in which Lark keeps its parsing tables, or False where it cannot.

    Making them takes most of the time of a check. Lark itself checks that they are of this
    grammar and of its own version.
    """
    folder = cache_root()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return str(folder / f"grammar-python{sys.version_info.major}.{sys.version_info.minor}.lark")


def _parse(text: str, start: str) -> Any:
    if problem := scan(text):
        raise LanguageErrors([problem])
    try:
        top: Any = _grammar().parse(text, start=start)
    except UnexpectedInput as error:
        problem = syntax_problem(error, text)
    if problem:
        # Outside the handler, so that Lark's own text is not shown as the cause.
        raise LanguageErrors([problem])
    top = balance_chains(top)
    if problem := size_problem(top):
        raise LanguageErrors([problem])
    problems = list(placement_problems(top, start))
    if problems:
        raise LanguageErrors(problems)
    return top
