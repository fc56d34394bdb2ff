"""Names: which may be used, which known one an unknown one probably meant; the error of a text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from conjuncture.errors import ConjunctureError, one_line


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong, and the piece of the text in which it stands.

    Attributes
    ----------
    start, end : int
        Character offsets in the text that was parsed, counted from 0; ``end`` is exclusive.
    problem : str
        What is wrong.
    remedy : str
        What to write instead; may be empty when the problem says it all.

    Examples
    --------
    >>> print(Problem(0, 6, "there is no force 'unons'", "did you mean 'unions'?"))
    there is no force 'unons'; did you mean 'unions'?
    """

    start: int
    end: int
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        return self.problem + (f"; {self.remedy}" if self.remedy else "")


class LanguageErrors(ConjunctureError):  # noqa: N818 -- one carries several errors
    """A text of the language is wrong; whoever knows the file turns offsets into places.

    Parameters
    ----------
    problems : sequence of Problem
        Everything that was found, kept in the order of the text.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        # Each problem has a line of its own.
        Exception.__init__(self, "\n".join(map(one_line, map(str, self.problems))))


GRAMMAR = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")

GRAMMAR_WORDS = frozenset(re.findall(r'^[A-Z]+: "(\w+)"$', GRAMMAR, re.MULTILINE))
"""The words that the grammar itself gives a meaning."""

KEYWORDS = GRAMMAR_WORDS | frozenset(
    (
        "forestalled", "end", "reached", "min", "max", "exp", "log", "sqrt", "clip", "logistic",
        "normal", "lognormal", "logitnormal", "uniform", "loguniform", "triangular", "beta",
        "gamma", "exponential", "sworn", "firm", "warm", "undecided", "cool", "hostile",
        "true", "false",
    )
)  # fmt: skip
"""Words of the language: no force, camp, stage or unknown may be called so."""


INFINITE = frozenset(("nan", "inf", "infinity"))
"""What is taken for no number, in whatever case it is written."""

CODE = frozenset(("import", "lambda"))
"""What is taken for program code, beside names that begin with two underscores."""


def name_problem(name: str) -> tuple[str, str] | None:
    """Return problem and remedy for a name that could not be used, None where it can be.

    Examples
    --------
    >>> name_problem("unions") is None
    True
    >>> name_problem("given")
    ("'given' is a word of the language", 'choose another name')
    """
    if name in KEYWORDS:
        return f"'{name}' is a word of the language", "choose another name"
    if name in CODE or name.startswith("__") or name.casefold() in INFINITE:
        return f"'{name}' could not be read in an expression", "choose another name"
    return None


def find_nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``name`` most resembles, or None.

    Examples
    --------
    >>> find_nearest_name("tropps", ["troops", "mass"])
    'troops'
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def unknown_name(what: str, name: str, known: Iterable[str]) -> tuple[str, str]:
    """Return problem and remedy for a name that is not known.

    Examples
    --------
    >>> unknown_name("force", "unons", ["unions", "students"])
    ("there is no force 'unons'", "did you mean 'unions'?")
    """
    known = list(known)
    problem = f"there is no {what} '{name}'"
    guess = find_nearest_name(name, known)
    if guess is not None:
        return problem, f"did you mean '{guess}'?"
    if not known:
        return problem, f"the scenario has no {what} at all"
    listed = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return problem, f"write one of: {listed}"
