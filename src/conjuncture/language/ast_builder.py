"""From the grammar's rules to the nodes of :mod:`conjuncture.language.nodes`.

The methods are called while the text is being read: no tree of Lark's is ever built, so no text can
exhaust the stack. Each bears the name of its rule and gets the rule's pieces, tokens and finished
nodes, in the order of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn

from lark import Token, Transformer

from conjuncture.language.distributions import DISTRIBUTIONS, LEANINGS
from conjuncture.language.interventions import InterventionBuilder, Pieces
from conjuncture.language.names import (
    GRAMMAR_WORDS,
    INFINITE,
    LanguageErrors,
    Problem,
    find_nearest_name,
)
from conjuncture.language.nodes import (
    LARGEST_NUMBER,
    And,
    Arithmetic,
    Call,
    Compare,
    Expression,
    Interval,
    Name,
    Negative,
    Not,
    NumberLiteral,
    Or,
    Reached,
    Within,
    Word,
    literal_value,
    nodes_in,
    span_of,
)
from conjuncture.language.quantities import QuantityBuilder
from conjuncture.number_format import write_number

FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "min": (2, None),
    "max": (2, None),
    "exp": (1, 1),
    "log": (1, 1),
    "sqrt": (1, 1),
    "clip": (3, 3),
    "logistic": (1, 1),
}
"""Function to its fewest and most arguments (None: no limit)."""


def complaint_about_call(function: str, count: int) -> tuple[str, str] | None:
    """Return problem and remedy of a call with ``count`` arguments, or None.

    Examples
    --------
    >>> complaint_about_call("min", 2) is None
    True
    >>> complaint_about_call("sqrt", 2)
    ("'sqrt' takes 1 argument, not 2", '')
    >>> complaint_about_call("sqr", 1)
    ("there is no function 'sqr'", "did you mean 'sqrt'?")
    """
    if function in DISTRIBUTIONS:
        wanted = len(DISTRIBUTIONS[function].arguments)
        if count == wanted:
            return None
        written = f"{function}({', '.join(DISTRIBUTIONS[function].arguments)})"
        return f"'{function}' takes {_arguments(wanted)}, not {count}", f"write {written}"
    if function not in FUNCTIONS:
        problem = f"there is no function '{function}'"
        guess = find_nearest_name(
            function, [*FUNCTIONS, *DISTRIBUTIONS, "reached", "necessity", "sufficiency"]
        )
        if guess:
            return problem, f"did you mean '{guess}'?"
        return problem, f"the functions are {', '.join(FUNCTIONS)}"
    fewest, most = FUNCTIONS[function]
    if count < fewest and most is None:
        return f"'{function}' takes at least {_arguments(fewest)}, not {count}", ""
    if count < fewest or (most is not None and count > most):
        return f"'{function}' takes {_arguments(fewest)}, not {count}", ""
    return None


def _arguments(count: int) -> str:
    return f"{count} argument" + ("" if count == 1 else "s")


RESERVED = GRAMMAR_WORDS - {"aside", "necessity", "sufficiency"}
"""Words that cannot be a name; ``aside`` can, for it is a side that a force takes."""


class TreeBuilder(InterventionBuilder, QuantityBuilder, Transformer[Token, Any]):
    """Builds the nodes of one text; it keeps nothing between two texts."""

    def value(self, pieces: Pieces) -> Expression:
        """Pass on what stands at the top."""
        top: Expression = pieces[0]
        return top

    expression = event = query = value

    def brackets(self, pieces: Pieces) -> Expression:
        """Let a node in brackets reach over them."""
        inside: Expression = replace(pieces[1], **span_of(pieces))
        return inside

    def disjoin(self, pieces: Pieces) -> Or:
        """Build ``a or b``."""
        return Or(pieces[0], pieces[2], **span_of(pieces))

    def conjoin(self, pieces: Pieces) -> And:
        """Build ``a and b``."""
        return And(pieces[0], pieces[2], **span_of(pieces))

    def negate(self, pieces: Pieces) -> Not:
        """Build ``not a``."""
        return Not(pieces[1], **span_of(pieces))

    def compare(self, pieces: Pieces) -> Compare:
        """Build ``a < b``."""
        return Compare(pieces[1].value, pieces[0], pieces[2], **span_of(pieces))

    def within(self, pieces: Pieces) -> Within:
        """Build ``a in [b, c]``."""
        operand, low, high = nodes_in(pieces)
        return Within(operand, low, high, **span_of(pieces))

    def arithmetic(self, pieces: Pieces) -> Arithmetic:
        """Build ``a + b``."""
        return Arithmetic(pieces[1].value, pieces[0], pieces[2], **span_of(pieces))

    def negative(self, pieces: Pieces) -> Negative:
        """Build ``-a``."""
        return Negative(pieces[1], **span_of(pieces))

    def interval(self, pieces: Pieces) -> Interval:
        """Build ``a to b`` of two literal ends."""
        low, high = (literal_value(end) for end in nodes_in(pieces))
        if low is None or high is None:
            wrong = pieces[0] if low is None else pieces[2]
            _refuse(
                [wrong],
                "the ends of an interval are numbers, and this is none",
                "write '3 to 5', and put any other part of the expression beside it",
            )
        return Interval(low, high, **span_of(pieces))

    def number(self, pieces: Pieces) -> NumberLiteral:
        """Build a number that single precision can hold."""
        value = float(pieces[0])
        if value > LARGEST_NUMBER:
            problem = f"the number {_shorten(pieces[0])} is too large"
            _refuse(pieces, problem, f"write a number up to {write_number(LARGEST_NUMBER)}")
        return NumberLiteral(value, **span_of(pieces))

    def name(self, pieces: Pieces) -> Name | Word:
        """Build a dotted name, or a word for a leaning."""
        parts = [str(piece) for piece in pieces if piece.type == "NAME"]
        index = parts.pop() if pieces[-1].type == "RSQB" and pieces[-2].type == "NAME" else None
        visits = [piece for piece in pieces if piece.type == "NUMBER"]
        visit = _read_visit(visits[0]) if visits else None
        root, path = parts[0], tuple(parts[1:])
        bare = not path and visit is None and index is None
        if root in RESERVED:
            problem = f"'{root}' is a word of the language and cannot stand here"
            _refuse(pieces, problem, "write a number or a name")
        if bare and root.casefold() in INFINITE:
            _refuse(pieces, f"'{root}' is not a number", "write a finite number")
        if bare and (root in LEANINGS or root == "sworn"):
            return Word(root, **span_of(pieces))
        return Name(root, path, visit, index, **span_of(pieces))

    def call(self, pieces: Pieces) -> Call | Reached:
        """Build a call of a function of the grammar, or ``reached(stage)``."""
        function = str(pieces[0])
        arguments = tuple(nodes_in(pieces))
        if function == "reached":
            return _build_reached(arguments, pieces)
        if function == "do":
            problem = "do(...) stands inside P, E or Q, after '|', or first in necessity(...)"
            _refuse(pieces, problem, "write P(event | do(...))")
        if complaint := complaint_about_call(function, len(arguments)):
            _refuse(pieces, *complaint)
        return Call(function, arguments, **span_of(pieces))


def _refuse(pieces: Sequence[Any], problem: str, remedy: str = "") -> NoReturn:
    raise LanguageErrors([Problem(**span_of(pieces), problem=problem, remedy=remedy)])


def _shorten(token: Token) -> str:
    return str(token) if len(token) <= 12 else f"{token[:9]}..."


def _read_visit(token: Token) -> int:
    if not token.isdigit() or not 1 <= int(token[:9]) <= 1_000:
        problem = f"'{_shorten(token)}' is not a visit of a stage"
        _refuse([token], problem, "write a whole number from 1")
    return int(token)


def _build_reached(arguments: tuple[Expression, ...], pieces: Pieces) -> Reached:
    match arguments:
        case (Name(root=stage, path=(), visit=visit, index=None),):
            return Reached(stage, visit, **span_of(pieces))
    _refuse(pieces, "'reached' takes the name of one stage", "write reached(stage)")
