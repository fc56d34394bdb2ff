"""What is wrong with a text that the grammar does not read, in words.

People bring habits from spreadsheets and programming languages. What they are likely to write is
recognised before the grammar reads it, so that the sentence names the sign and what stands for it
in this language; of any other syntax error it is said what stands there and what could.
"""

from __future__ import annotations

import re

from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from conjuncture.language.ast_builder import RESERVED
from conjuncture.language.interventions import VERBS
from conjuncture.language.names import Problem
from conjuncture.language.nodes import MAX_DEPTH, MAX_LENGTH
from conjuncture.language.quantities import OPENINGS

_FUNCTIONS = "write numbers, names and the functions min max exp log sqrt clip logistic"

FOREIGN = tuple(
    (re.compile(pattern), problem, remedy)
    for pattern, problem, remedy in (
        (
            r"(?<!\w)__\w+|\b(?:eval|exec|compile|getattr|globals|open|print)\s*\(|\b(?:import|lambda)\s",
            "'{}' is program code, and nothing written here is run as code",
            _FUNCTIONS,
        ),
        (r"(?<![\w.])\.(?:nan|inf)\b", "'{}' is not a number", "write a finite number"),
        (r"==", "'==' is not a sign of this language", "write '='"),
        (r"&&?", "'{}' is not a sign of this language", "write 'and'"),
        (r"\|\|", "'||' is not a sign of this language", "write 'or'"),
        (r"!(?!=)", "'!' is not a sign of this language", "write 'not'"),
        (r"\*\*", "'**' is not a sign of this language", "write '^'"),
        (r"//", "'//' is not a sign of this language", "write '/'"),
        (r"/=", "'/=' is not a sign of this language", "write '*='"),
        (r"<>|≠", "'{}' is not a sign of this language", "write '!='"),
        (r"=<|≤", "'{}' is not a sign of this language", "write '<='"),
        (r"=>|≥", "'{}' is not a sign of this language", "write '>='"),
        (r"[−–—]", "'{}' is a dash, not a minus sign", "write '-', or 'to' between two ends"),
        (r"[×·]", "'{}' is not a sign of this language", "write '*'"),
        (r"÷", "'{}' is not a sign of this language", "write '/'"),
        (r"%", "'%' is not a sign of this language", "write a share, 0.05 for 5 per cent"),
        (
            r"[\"'`‘’“”«»]",
            "a quotation mark has no place in an expression",
            "write names without quotation marks",
        ),
        (r"\{|\}", "'{}' has no place in an expression", "write round brackets"),
    )
)

_MEANINGLESS = re.compile(r"[^\w\s.,()\[\]|=<>+\-*/^!]")
_BRACKETS = re.compile(r"[()\[\]]")
_PARTNER = {"(": ")", "[": "]"}


def scan(text: str) -> Problem | None:
    """Return the first thing that is wrong with a text before it is parsed, or None.

    Examples
    --------
    >>> print(scan("showdown == torres"))
    '==' is not a sign of this language; write '='
    >>> scan("showdown = torres") is None
    True
    """
    if len(text) > MAX_LENGTH:
        problem = f"the text has {len(text):,} characters, more than {MAX_LENGTH:,}"
        return Problem(MAX_LENGTH, len(text), problem, "name parts of it under 'unknowns'")
    if not text.strip():
        return Problem(0, len(text), "there is nothing here", "write an expression")
    return _foreign_sign(text) or _bracket_problem(text)


def show_piece(piece: str) -> str:
    """Return a piece of text as a message may show it: short, and printable.

    Examples
    --------
    >>> show_piece("torres"), show_piece(chr(7))
    ("'torres'", 'the character U+0007')
    """
    if not piece.isprintable():
        return f"the character U+{ord(piece[0]):04X}"
    return f"'{piece}'" if len(piece) <= 40 else f"'{piece[:37]}...'"


def _foreign_sign(text: str) -> Problem | None:
    found = [
        Problem(match.start(), match.end(), problem.replace("{}", match.group().strip()), remedy)
        for pattern, problem, remedy in FOREIGN
        if (match := pattern.search(text))
    ]
    if meaningless := _MEANINGLESS.search(text):
        start, end = meaningless.span()
        problem = f"{show_piece(meaningless.group())} has no meaning in an expression"
        found.append(Problem(start, end, problem, "take it out"))
    return min(found, key=lambda problem: problem.start) if found else None


def _bracket_problem(text: str) -> Problem | None:
    opened: list[re.Match[str]] = []
    for bracket in _BRACKETS.finditer(text):
        if bracket.group() in _PARTNER:
            opened.append(bracket)
            if len(opened) > MAX_DEPTH:
                problem = f"brackets are nested more than {MAX_DEPTH} deep"
                return Problem(*bracket.span(), problem, "name parts of it under 'unknowns'")
        elif not opened:
            problem = f"'{bracket.group()}' closes a bracket that was never opened"
            return Problem(*bracket.span(), problem, "take it out, or open the bracket")
        elif _PARTNER[opened[-1].group()] != bracket.group():
            problem = f"'{opened[-1].group()}' is closed by '{bracket.group()}'"
            return Problem(*bracket.span(), problem, f"write '{_PARTNER[opened[-1].group()]}'")
        else:
            opened.pop()
    if opened:
        last = opened[-1]
        return Problem(*last.span(), "a bracket is not closed", f"write '{_PARTNER[last.group()]}'")
    return None


COMPARISONS = frozenset(("EQUALS", "ORDER", "IN"))
OPENS_OPERAND = frozenset(("NUMBER", "NAME", "LPAR", "NOT", *OPENINGS))

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
    *((verb.upper(), f"'{verb}'") for verb in VERBS),
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
    if kind.lower() in (*VERBS, "without") and "ASIDE" not in accepted:
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
