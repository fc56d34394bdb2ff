"""Unit algebra: which units may meet, and what comes of it.

A unit of None fits any: literals have it, and the unknowns of a scenario.
"""

from __future__ import annotations

from conjuncture.language.symbols import BATTALIONS, DIMENSIONLESS, THOUSANDS, Unit


class UnitError(ValueError):
    """Two units do not go together: carries problem and remedy."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


def find_common_unit(left: Unit | None, right: Unit | None, doing: str) -> Unit | None:
    """Return the unit that two things have in common.

    Parameters
    ----------
    left, right : Unit or None
    doing : str
        What is done with the two, for the message: ``added to``.

    Raises
    ------
    UnitError
        When the units differ.

    Examples
    --------
    >>> find_common_unit(BATTALIONS, THOUSANDS, "added to")
    Traceback (most recent call last):
    ...
    conjuncture.language.units.UnitError: battalion equivalents cannot be added to thousand people
    """
    if left is None or right is None or left == right:
        return left if right is None else right
    remedy = "bring both to the same unit"
    if {left, right} == {BATTALIONS, THOUSANDS}:
        remedy = "multiply the thousand people by 'street_exchange' first"
    raise UnitError(f"{write_unit(left)} cannot be {doing} {write_unit(right)}", remedy)


def unit_of_product(left: Unit | None, right: Unit | None) -> Unit | None:
    """Return the unit of a product."""
    if left is None or right is None:
        return left if right is None else right
    return left * right


def unit_of_quotient(left: Unit | None, right: Unit | None) -> Unit | None:
    """Return the unit of a quotient."""
    if right is None:
        return left
    return (left or DIMENSIONLESS) / right


def unit_of_power(base: Unit | None, exponent: Unit | None, number: float | None) -> Unit | None:
    """Return the unit of a power; ``number`` is the exponent where it is a constant.

    Raises
    ------
    UnitError
        When the exponent has a unit, or the base has one and the exponent is no whole number.
    """
    require_no_unit(exponent, "an exponent")
    if base is None or base == DIMENSIONLESS:
        return base
    if number is None or not number.is_integer() or abs(number) > 9:
        raise UnitError(
            f"a number in {write_unit(base)} can be raised to a small whole number only",
            "divide it by another quantity in the same unit first",
        )
    return base ** int(number)


def unit_of_root(unit: Unit | None) -> Unit | None:
    """Return the unit of a square root.

    Raises
    ------
    UnitError
        When the unit is no square.
    """
    if unit is None:
        return None
    if unit.battalions % 2 or unit.thousands % 2:
        raise UnitError(
            f"the square root of a number in {write_unit(unit)} has no unit",
            "divide it by another quantity in the same unit first",
        )
    return Unit(unit.battalions // 2, unit.thousands // 2)


def require_no_unit(unit: Unit | None, what: str) -> None:
    """Raise where something that needs a plain number has a unit.

    Raises
    ------
    UnitError
    """
    if unit is not None and unit != DIMENSIONLESS:
        raise UnitError(
            f"{what} must be a plain number, and this is in {write_unit(unit)}",
            "divide it by another quantity in the same unit first",
        )


def unit_problem(what: str, wanted: Unit, found: Unit | None) -> str | None:
    """Return what is wrong with the unit of something given for something else, or None.

    A plain number may be given for anything: it counts in the unit that is wanted.

    Examples
    --------
    >>> unit_problem("'a.troops'", BATTALIONS, THOUSANDS)
    "'a.troops' is in battalion equivalents, and this is in thousand people"
    >>> unit_problem("a factor", DIMENSIONLESS, THOUSANDS)
    'a factor is a plain number, and this is in thousand people'
    """
    if found in (None, DIMENSIONLESS, wanted):
        return None
    text = write_unit(wanted) if wanted == DIMENSIONLESS else f"in {wanted}"
    return f"{what} is {text}, and this is in {found}"


def write_unit(unit: Unit) -> str:
    """Return a unit as a sentence names it.

    Examples
    --------
    >>> write_unit(DIMENSIONLESS), write_unit(BATTALIONS)
    ('a plain number', 'battalion equivalents')
    """
    return "a plain number" if unit == DIMENSIONLESS else str(unit)
