"""The functions that an expression may call, and how many arguments each takes."""

from __future__ import annotations

from conjuncture.language.laws import DISTRIBUTIONS
from conjuncture.language.names import find_nearest_name

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
