"""Names: which may be used, and which known one an unknown one probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

KEYWORDS = frozenset(
    (
        "and", "or", "not", "in", "to", "at", "given", "for", "do", "without", "aside", "sides",
        "secretly", "plays", "forestalled", "end", "P", "E", "Q", "necessity", "sufficiency",
        "reached", "min", "max", "exp", "log", "sqrt", "clip", "logistic",
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
