"""Holding the numbers of worlds to their domains.

What can leave its domain is refused when a scenario is read, as far as can be told from the laws of
its draws. What cannot be told then, because an intervention or a setting puts a number outside the
range of its law, ends the run here, with the place of the value and the world.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from conjuncture.errors import SimulationError
from conjuncture.language.digits import write_rounded
from conjuncture.language.symbols import Domain
from conjuncture.scenario.crisis import Number as CrisisNumber

Real = NDArray[np.float64]

DOUBLE_ROUNDING = 1e-9
"""How far beyond an end of its domain rounding alone may bring a number, relative to it or to 1."""

LARGEST = float(np.finfo(np.float32).max)


def hold_to_domain(number: CrisisNumber, values: Real) -> Real:
    """Return the values of a number in every world, what rounding has added taken off again.

    Parameters
    ----------
    number : CrisisNumber
    values : array, shape (worlds,)

    Raises
    ------
    SimulationError
        When one lies outside the domain, or is too large or no number.
    """
    low, high = ends_of(number.domain)
    kept = np.where((values < low) & (values >= low - double_precision_slack(low)), low, values)
    kept = np.where((kept > high) & (kept <= high + double_precision_slack(high)), high, kept)
    # A sworn leaning is infinite.
    outside = ~((kept >= low) & (kept <= high) & ((np.abs(kept) <= LARGEST) | np.isposinf(kept)))
    if outside.any():
        world = int(np.argmax(outside))
        raise SimulationError(
            f"{place_prefix_of(number)}'{number.key}' would be {write_rounded(values[world], 6)} in world "
            f"{world} (it must be {describe_limits(number.domain, values[world])}; so in "
            f"{share_of(outside)} of the worlds); keep it there, for example with clip(...)"
        )
    return kept


def clip_to_domain(number: CrisisNumber, values: Real) -> Real:
    """Return the values of a number in every world, those outside its domain put at its ends."""
    return np.clip(values, *ends_of(number.domain))


def ends_of(domain: Domain) -> tuple[float, float]:
    """Return the lowest and the highest number of a domain.

    Examples
    --------
    >>> ends_of(Domain(lower=0.0))
    (0.0, inf)
    """
    low = -np.inf if domain.lower is None else domain.lower
    high = np.inf if domain.upper is None else domain.upper
    return low, high


def describe_limits(domain: Domain, value: float) -> str:
    """Return what a value is not: in its domain, or small enough for single precision.

    Examples
    --------
    >>> describe_limits(Domain(lower=0.0), -1.0), describe_limits(Domain(lower=0.0), 1e39)
    ('a number of at least 0', 'a number up to 3.4e+38')
    """
    return str(domain) if abs(value) <= LARGEST else f"a number up to {LARGEST:.2g}"


def double_precision_slack(end: float) -> float:
    """Return by how much rounding may pass an end of a domain."""
    return DOUBLE_ROUNDING * max(1.0, abs(end)) if np.isfinite(end) else 0.0


def place_prefix_of(number: CrisisNumber) -> str:
    """Return where a number is stated, as messages begin; nothing where it is not."""
    return f"{number.place.file}:{number.place.line}: " if number.place else ""


def share_of(where: NDArray[np.bool_]) -> str:
    """Return in which share of the worlds something is so, never rounded to none."""
    found = float(np.mean(where))
    return f"{found:.0%}" if found >= 0.005 else f"{found:.2%}"
