"""Reading a text of the language: one Lark grammar with five starts.

Every function returns nodes that carry the character range they were read from, and raises
:class:`~conjuncture.language.mistakes.LanguageErrors` with a plain sentence for anything else. A
text is only ever read, never run.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark
from lark.exceptions import UnexpectedInput

from conjuncture.cache import cache_root
from conjuncture.language.flatness import balance_chains
from conjuncture.language.mistakes import LanguageErrors
from conjuncture.language.nodes import Expression, Intervention
from conjuncture.language.placement import placement_problems, size_problem
from conjuncture.language.scan import scan
from conjuncture.language.syntax import syntax_problem
from conjuncture.language.tree import TreeBuilder

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
    (Aside(start=25, end=37, force='unions', secretly=False),)
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
    text = files("conjuncture.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(text, parser="lalr", start=list(STARTS), transformer=TreeBuilder(), cache=_tables())


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
