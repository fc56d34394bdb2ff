"""Comparing two results of the same question: bit for bit, or in law."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, isclose
from typing import Any

FRAME = ("conjuncture_json", "run")
"""What belongs to a run and not to its result."""

FAR = 4.0
"""Standard errors of the difference beyond which two estimates do not agree in law."""

DIGITS = 1e-9
"""What is computed from equal counts agrees to nine digits; sums round by processor threads."""


@dataclass(frozen=True)
class ReproductionCheck:
    """How two results compare.

    Attributes
    ----------
    exact : bool
        Bit for bit, or in law.
    estimates : int
        How many estimates were compared.
    differences : tuple of str
        A sentence for each thing that does not agree.
    """

    exact: bool
    estimates: int
    differences: tuple[str, ...]


def compare_results(
    before: Mapping[str, Any], after: Mapping[str, Any], *, exact: bool
) -> ReproductionCheck:
    """Compare two results in the shape of ``--json``.

    Parameters
    ----------
    before, after : mapping
    exact : bool
        Demand equal counts in every world, and all else equal; otherwise demand that each value
        lies within four standard errors of the other.

    Examples
    --------
    >>> one = {"value": 0.5, "standard_error": 0.01, "counts_sha256": "a"}
    >>> two = {"value": 0.52, "standard_error": 0.01, "counts_sha256": "b"}
    >>> compare_results(one, two, exact=False).differences
    ()
    >>> compare_results(one, two, exact=True).differences
    ('counts_sha256: a before, b now', 'value: 0.5 before, 0.52 now')
    """
    pairs = dict(leaves_of(before)), dict(leaves_of(after))
    names = sorted({*pairs[0], *pairs[1]})
    shown = pairs[0].keys() & pairs[1].keys()
    estimates = [
        name
        for name in names
        # In law a branch of the tree may be just rare enough to be folded in one of the two.
        if name.split(".")[-1] == "value"
        and (exact or name in shown or not name.startswith("tree."))
    ]
    differing = []
    for name in names if exact else estimates:
        one, two = (found.get(name, "missing") for found in pairs)
        if exact:
            agree = is_equal(one, two)
        else:
            error = name.removesuffix("value") + "standard_error"
            agree = is_near(one, two, pairs[0].get(error), pairs[1].get(error))
        if not agree:
            differing.append(f"{name}: {one} before, {two} now")
    return ReproductionCheck(exact, len(estimates), tuple(differing))


def leaves_of(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every number and text of a result with the path to it; claims go by name."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            if path or key not in FRAME:
                yield from leaves_of(value, f"{path}.{key}" if path else str(key))
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for place, value in enumerate(content):
            name = value.get("id", place) if isinstance(value, Mapping) else place
            yield from leaves_of(value, f"{path}.{name}")
    else:
        yield path, content


def is_equal(one: Any, two: Any) -> bool:
    """Return whether two leaves are the same, numbers up to rounding."""
    if isinstance(one, float) and isinstance(two, int | float):
        return isclose(one, two, rel_tol=DIGITS, abs_tol=DIGITS)
    return bool(one == two)


def is_near(one: Any, two: Any, first_error: Any, second_error: Any) -> bool:
    """Return whether two estimates lie within four standard errors of one another."""
    numbers = (one, two, first_error, second_error)
    if not all(isinstance(number, int | float) for number in numbers):
        return bool(one == two)
    return bool(abs(one - two) <= FAR * hypot(first_error, second_error) + DIGITS)
