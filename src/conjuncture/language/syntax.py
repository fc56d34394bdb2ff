"""What a syntax error says: what stands there, and what could stand there, in words."""

from __future__ import annotations

import re

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from conjuncture.language.mistakes import Problem
from conjuncture.language.scan import show_piece
from conjuncture.language.tree import RESERVED

COMPARISONS = frozenset(("EQUALS", "ORDER", "IN"))
OPENS_OPERAND = frozenset(
    (
        "NUMBER", "NAME", "LPAR", "PROBABILITY", "MEAN", "QUANTILE", "NECESSITY", "SUFFICIENCY",
        "NOT",
    )
)  # fmt: skip

WORDS = (
    ("NUMBER", "a number"),
    ("NAME", "a name"),
    ("LPAR", "'('"),
    ("DO", "do(...)"),
    ("WITHOUT", "'without'"),
    ("PLUS", "an operator (+ - * / ^)"),
    ("UPDATE", "'*='"),
    ("ORDER", "a comparison"),
    ("EQUALS", "'='"),
    ("ASIDE", "'aside'"),
    ("SIDES", "'sides'"),
    ("PLAYS", "'plays'"),
    ("SECRETLY", "'secretly'"),
    ("AT", "'at'"),
    ("FOR", "'for'"),
    ("GIVEN", "'given'"),
    ("AND", "'and'"),
    ("OR", "'or'"),
    ("BAR", "'|'"),
    ("COMMA", "','"),
    ("RPAR", "')'"),
    ("RSQB", "']'"),
    ("$END", "the end"),
)
"""Terminals in words, in the order in which a sentence lists them."""


def syntax_problem(error: UnexpectedInput, text: str) -> Problem:
    """Return the sentence for what the grammar could not read."""
    if isinstance(error, UnexpectedCharacters):
        start = error.pos_in_stream or 0
        problem = f"{show_piece(text[start])} cannot begin a number or a name"
        return Problem(start, start + 1, problem, "write digits 0 to 9 or letters")
    if not isinstance(error, UnexpectedToken):
        raise error
    accepted = error.accepts or error.expected
    if error.token.type == "$END":
        end = len(text.rstrip())
        return Problem(end, end, f"the text ends where {_list_accepted(accepted)} is expected")
    found = str(error.token)
    start = error.token.start_pos or 0
    problem, remedy = _sentence(error.token.type, found, accepted, text[:start])
    return Problem(start, start + len(found), problem, remedy)


def _sentence(kind: str, found: str, accepted: set[str], before: str) -> tuple[str, str]:
    last = re.search(r"(\w+|\S)\s*$", before)
    previous = last.group(1) if last else ""
    after_operand = "NUMBER" not in accepted and "PLUS" in accepted
    if kind in COMPARISONS and after_operand and _has_comparison(before):
        return "comparisons cannot be chained", "write 'a < b and b < c', or 'b in [a, c]'"
    if kind == "FORESTALLED":
        return "'or forestalled' stands where it has no meaning", "write it last in necessity(...)"
    if kind == "BAR":
        return "'|' stands outside P, E or Q", "write P(event | condition)"
    if kind == "DO" or (kind == "COMMA" and "BAR" in accepted):
        return (
            "conditions and do(...) come after '|', inside P, E or Q",
            "write P(event | condition, do(...))",
        )
    if kind in ("ASIDE", "SIDES", "PLAYS", "WITHOUT") and "ASIDE" not in accepted:
        return (
            f"'{found}' belongs to an intervention",
            "write P(event | do(force aside)) to impose it, or force.side = aside to ask for it",
        )
    if kind == "COMMA" and previous.isdigit():
        return (
            f"',' stands where {_list_accepted(accepted)} is expected",
            "write numbers with a point and without separators, 0.5 or 1000",
        )
    if kind in OPENS_OPERAND and after_operand and previous in RESERVED:
        return f"'{previous}' is a word of the language and cannot stand here", "write a name"
    if kind in OPENS_OPERAND and after_operand:
        return (
            f"{show_piece(previous)} and {show_piece(found)} stand side by side",
            "write an operator (+ - * / ^), a comparison, 'and' or 'or' between them",
        )
    if kind == "PLUS" and "NUMBER" in accepted:
        return "'+' stands where a number or a name is expected", "leave the '+' out"
    remedy = ""
    if "ASIDE" in accepted:
        remedy = "write 'force.attribute = 0', 'force aside', 'force sides camp' or 'without force'"
    return f"{show_piece(found)} stands where {_list_accepted(accepted)} is expected", remedy


def _has_comparison(before: str) -> bool:
    return re.search(r"[=<>]|\bin\b", before) is not None


def _list_accepted(accepted: set[str]) -> str:
    if "PLUS" not in accepted:
        # What came before has been read as a whole already; only its surroundings matter.
        accepted = accepted - {"AND", "OR"}
    if "ORDER" in accepted:
        accepted = accepted - {"EQUALS"}
    words = [word for terminal, word in WORDS if terminal in accepted]
    if {"NUMBER", "NAME", "LPAR"} <= accepted:
        words = ["a number", "a name", "'('"]
    if len(words) < 2:
        return words[0] if words else "something else"
    return ", ".join(words[:-1]) + " or " + words[-1]
