"""Order by numbers that were computed, in which equals keep the order in which they stand.

The last bits of a sum depend on the processor. Two numbers that are equal by what they mean, such
as the shares of the two rules of a choice, may therefore differ in them, now the one way and now
the other; what a reader is told first must not hang on that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import isnan
from typing import SupportsFloat, TypeVar

Item = TypeVar("Item")

RELATIVE_TOLERANCE = 1e-6
"""Two numbers that differ by a smaller share of the larger are equal: more is single precision."""

SCALE_TOLERANCE = 1e-9
"""So are two that differ by a smaller share of the largest of all: what rounding leaves of 0."""


def places_in_order(values: Iterable[SupportsFloat], *, falling: bool = False) -> list[int]:
    """Return the places of numbers in their order, equals in the order in which they stand.

    What is not a number comes last.

    Examples
    --------
    >>> places_in_order([0.4, 0.1 + 0.2, 0.3], falling=True), places_in_order([0.1 + 0.2, 0.3])
    ([0, 1, 2], [0, 1])
    """
    numbers = [float(value) for value in values]
    known = [place for place, number in enumerate(numbers) if not isnan(number)]
    known.sort(key=lambda place: -numbers[place] if falling else numbers[place])
    largest = max((abs(numbers[place]) for place in known), default=0.0)
    found: list[int] = []
    equals: list[int] = []
    for place in known:
        if equals and not are_close(numbers[equals[0]], numbers[place], largest):
            found += sorted(equals)
            equals = []
        equals.append(place)
    unknown = [place for place, number in enumerate(numbers) if isnan(number)]
    return [*found, *sorted(equals), *unknown]


def are_close(one: float, other: float, largest: float = 0.0) -> bool:
    """Return whether two numbers are equal but for rounding, among others of which one is largest.

    Examples
    --------
    >>> are_close(0.1 + 0.2, 0.3), are_close(0.3, 0.31)
    (True, False)
    >>> are_close(1e-17, 0.0, 1.0), are_close(1e-17, 0.0)
    (True, False)
    """
    # Infinities are equal, though their difference is no number.
    return one == other or abs(one - other) <= max(
        RELATIVE_TOLERANCE * max(abs(one), abs(other)), SCALE_TOLERANCE * largest
    ) < float("inf")


def put_in_order(
    items: Iterable[Item], *keys: Callable[[Item], SupportsFloat], falling: bool = False
) -> list[Item]:
    """Return items in the order of a number, equals in the order in which they stand.

    Parameters
    ----------
    items : iterable
    keys : callable
        From an item to the number; where that of the first is equal, that of the second decides,
        and so on.
    falling : bool
        Whether the largest comes first.

    Examples
    --------
    >>> put_in_order([("unions", 0.3), ("army", 0.1 + 0.2)], lambda pair: pair[1], falling=True)
    [('unions', 0.3), ('army', 0.30000000000000004)]
    """
    found = list(items)
    for key in reversed(keys):
        found = [
            found[place] for place in places_in_order([key(one) for one in found], falling=falling)
        ]
    return found


def find_largest(items: Iterable[Item], *keys: Callable[[Item], SupportsFloat]) -> Item:
    """Return the item with the largest number, the first of equals.

    Raises
    ------
    IndexError
        When there is none.

    Examples
    --------
    >>> find_largest(["weight", "refusal"], {"weight": 0.4, "refusal": 0.5 - 0.1 + 1e-17}.get)
    'weight'
    """
    return put_in_order(items, *keys, falling=True)[0]


def find_smallest(items: Iterable[Item], *keys: Callable[[Item], SupportsFloat]) -> Item:
    """Return the item with the smallest number, the first of equals; raises as the largest does.

    Examples
    --------
    >>> find_smallest(["a", "b", "c"], {"a": 1, "b": 0.3, "c": 0.1 + 0.2}.get)
    'b'
    """
    return put_in_order(items, *keys)[0]
