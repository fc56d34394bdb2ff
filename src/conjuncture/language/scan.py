"""A first look at a text, before the grammar: its length, its brackets, signs from elsewhere.

People bring habits from spreadsheets and programming languages. What they are likely to write is
recognised here, so that the sentence names the sign and what stands for it in this language.
"""

from __future__ import annotations

import re

from conjuncture.language.bounds import MAX_DEPTH, MAX_LENGTH
from conjuncture.language.mistakes import Problem

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
        (r"[-/]=", "'{}' is not a sign of this language", "write '*=' or '+='"),
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
