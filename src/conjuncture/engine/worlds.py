"""Worlds: what the historian does not know, drawn on the host.

One uniform per (unknown, world), turned into a value by the inverse distribution function, so
that more worlds extend a sample and an unknown's draws do not depend on what else is unknown.

What can leave its domain is refused when a scenario is read, as far as can be told from the laws of
its draws. What cannot be told then, because an intervention or a setting puts a number outside the
range of its law, ends the run here, with the place of the value and the world.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from conjuncture.engine.addresses import world_uniforms
from conjuncture.errors import SimulationError
from conjuncture.language.evaluator import evaluate
from conjuncture.language.interventions import SetCell
from conjuncture.language.nodes import (
    Cell,
    Either,
    Expression,
    Label,
    NumberLiteral,
    RandomDraw,
    cells_of,
    dependency_order,
    map_children,
    walk,
)
from conjuncture.language.symbols import Domain
from conjuncture.number_format import write_rounded
from conjuncture.scenario.crisis import Crisis, Place
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
    kept: Real = undo_rounding(values, number.domain, DOUBLE_ROUNDING, np)
    # A sworn leaning is infinite.
    outside = ~((kept >= low) & (kept <= high) & ((np.abs(kept) <= LARGEST) | np.isposinf(kept)))
    if outside.any():
        world = int(np.argmax(outside))
        where, value = place_prefix_of(number.place), write_rounded(values[world], 6)
        raise SimulationError(
            f"{where}'{number.key}' would be {value} in world {world} (it must be "
            f"{describe_limits(number.domain, values[world])}; so in {share_of(outside)} of the "
            "worlds); keep it there, for example with clip(...)"
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


def undo_rounding(value: Any, domain: Domain, rounding: float, xp: ModuleType) -> Any:
    """Return a value at the end of its domain where rounding alone may have brought it beyond.

    Parameters
    ----------
    value : array
    domain : Domain
    rounding : float
        By how much that may be, relative to the end or to 1.
    xp : module
        ``numpy`` or ``jax.numpy``.

    Examples
    --------
    >>> undo_rounding(np.array([-1e-8, -0.1, 0.5]), Domain(lower=0.0), 1e-6, np).tolist()
    [0.0, -0.1, 0.5]
    """
    low, high = domain.lower, domain.upper
    if low is not None:
        slack = rounding * max(1.0, abs(low))
        value = xp.where((value < low) & (value >= low - slack), low, value)
    if high is not None:
        slack = rounding * max(1.0, abs(high))
        value = xp.where((value > high) & (value <= high + slack), high, value)
    return value


def place_prefix_of(place: Place | None) -> str:
    """Return where something is stated, as messages begin; nothing where it is not."""
    return f"{place.file}:{place.line}: " if place else ""


def share_of(where: NDArray[np.bool_]) -> str:
    """Return in which share of the worlds something is so, never rounded to none."""
    found = float(np.mean(where))
    return f"{found:.0%}" if found >= 0.005 else f"{found:.2%}"


def triangular_quantile(share: Real, low: float, mode: float, high: float) -> Real:
    """Return quantiles of the triangular law."""
    width = high - low
    turn = (mode - low) / width
    rising = low + np.sqrt(share * width * (mode - low))
    falling = high - np.sqrt((1.0 - share) * width * (high - mode))
    return np.where(share < turn, rising, falling)


QUANTILES: dict[str, Callable[..., Real]] = {
    "normal": lambda u, mean, deviation: mean + deviation * special.ndtri(u),
    "lognormal": lambda u, mean, deviation: np.exp(mean + deviation * special.ndtri(u)),
    "logitnormal": lambda u, mean, deviation: special.expit(mean + deviation * special.ndtri(u)),
    "uniform": lambda u, low, high: low + (high - low) * u,
    "loguniform": lambda u, low, high: low * (high / low) ** u,
    "triangular": triangular_quantile,
    "beta": lambda u, a, b: special.betaincinv(a, b, u),
    "gamma": lambda u, shape, scale: scale * special.gammaincinv(shape, u),
    "exponential": lambda u, mean: -mean * np.log1p(-u),
}


def quantile(family: str, parameters: Sequence[float], share: Real) -> Real:
    """Return the quantile of a law at ``share``.

    Parameters
    ----------
    family : str
        As in :class:`conjuncture.language.nodes.RandomDraw`.
    parameters : sequence of float
    share : array of float, any shape, in (0, 1)

    Examples
    --------
    >>> float(quantile("uniform", (2.0, 4.0), np.array(0.25)))
    2.5
    """
    return QUANTILES[family](share, *parameters)


@dataclass(frozen=True)
class Worlds:
    """The numbers of a crisis in each of some worlds.

    Attributes
    ----------
    crisis : Crisis
    seed : int
    count : int
        Worlds 0 to count - 1.
    placebo : bool
        Whether the account's values are replaced by their widest.
    setting : tuple of SetCell
        Numbers that are set from the start, in every world and under every intervention; effects
        on them are suspended.
    placed : mapping of str to array, shape (worlds,)
        Uniforms that take the place of those addressed, by the site of the draw: a design, or
        draws that were chosen for what they explain.
    """

    crisis: Crisis
    seed: int
    count: int
    placebo: bool = False
    setting: tuple[SetCell, ...] = ()
    placed: Mapping[str, Real] = field(default_factory=dict)

    @cached_property
    def values(self) -> dict[str, Expression]:
        """How each number is worked out, each after those it reads."""
        written = {
            key: number.widest if self.placebo else number.value
            for key, number in self.crisis.numbers.items()
        }
        written |= {act.key: act.value for act in self.setting}
        return {key: written[key] for key in dependency_order(written)}

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """Which numbers each one reads."""
        return {key: cells_of(value) for key, value in self.values.items()}

    @cached_property
    def known_values(self) -> dict[str, Real]:
        """Every number in every world, and every draw within one under a name of its own."""
        return self.work_out(list(self.values), {})

    @cached_property
    def table(self) -> dict[str, Real]:
        """Every number in every world, shape (worlds,) each; a choice between rules is its code."""
        return {key: self.known_values[key] for key in self.crisis.numbers}

    def work_out(self, keys: Sequence[str], known: Mapping[str, Real]) -> dict[str, Real]:
        """Return what is known and some numbers more, each after those it reads."""
        uniforms = uniforms_of([self.values[key] for key in keys], self.seed, self.count,
                               self.placed)  # fmt: skip
        scope = WorldScope(uniforms, self.count, dict(known))
        for key in keys:
            with np.errstate(all="ignore"):  # What comes of it is looked at next.
                found = scope.number(self.values[key])
            number = self.crisis.numbers[key]
            # What follows from numbers of an account need not follow from those of a placebo.
            hold = clip_to_domain if self.placebo else hold_to_domain
            scope.known[key] = hold(number, found)
        return scope.known

    def with_values(
        self, replaced: Mapping[str, Real], drawn: Sequence[str] = ()
    ) -> Mapping[str, Real]:
        """Return the table with some numbers fixed and all that follows from them worked out anew.

        ``drawn`` names draws within values that are wanted as columns of their own. A draw within
        a value that was replaced counts for nothing and is zero.
        """
        known = {**self.known_values, **replaced}
        nothing = np.zeros(self.count)
        for key in replaced:
            for node, _ in walk(self.values[key]):
                if isinstance(node, RandomDraw | Either):
                    known |= dict.fromkeys(names_of_draws(node), nothing)
        again: list[str] = []
        for key, read in self.reads.items():
            if key not in replaced and not read.isdisjoint((*replaced, *again)):
                again.append(key)
        known = self.work_out(again, known)
        return {key: known[key] for key in self.crisis.numbers} | {
            name: known.get(name, nothing) for name in drawn
        }


def names_of_draws(node: RandomDraw | Either) -> list[str]:
    """Return the names under which a draw is known: of a choice, also whether it fell on each."""
    options = range(len(node.options)) if isinstance(node, Either) else ()
    return [f"draw {node.site}", *(f"draw {node.site} is {place}" for place in options)]


@dataclass
class WorldScope:
    """What a value may read: other cells, and uniforms for its own draws."""

    uniforms: Mapping[str, Real]
    count: int
    known: dict[str, Real]

    def cell(self, key: str) -> Real:
        """Return a cell, shape (worlds,)."""
        return self.known[key]

    def number(self, value: Expression) -> Real:
        """Return a value in every world."""
        result = evaluate(self.make_draws(value), self, np)
        return np.broadcast_to(np.asarray(result, np.float64), (self.count,))

    def make_draws(self, value: Any) -> Any:
        """Return the expression with every draw made, each standing there as a cell of its own."""
        if isinstance(value, Label):
            return NumberLiteral(float(value.code))
        if isinstance(value, RandomDraw):
            self.known[f"draw {value.site}"] = quantile(
                value.family, value.parameters, self.uniforms[value.site]
            )
            return Cell(f"draw {value.site}")
        if isinstance(value, Either):
            chosen = np.searchsorted(np.cumsum(value.weights), self.uniforms[value.site], "right")
            options = np.stack([self.number(option) for option in value.options])
            picked = np.minimum(chosen, len(value.options) - 1)
            for place in range(len(value.options)):
                self.known[f"draw {value.site} is {place}"] = 1.0 * (picked == place)
            self.known[f"draw {value.site}"] = options[picked, np.arange(self.count)]
            return Cell(f"draw {value.site}")
        return map_children(value, self.make_draws)

    def outcome(self, stage: str, visit: int | None) -> Any:
        """Refuse: a world has no history."""
        raise KeyError(stage, visit)

    def measure(self, stage: str, measure: str, index: str | None, visit: int | None) -> Any:
        """Refuse: a world has no history."""
        raise KeyError(stage, measure, index, visit)

    def is_reached(self, stage: str, visit: int | None) -> Any:
        """Refuse: a world has no history."""
        raise KeyError(stage, visit)


def uniforms_of(
    values: Sequence[Expression], seed: int, count: int, placed: Mapping[str, Real]
) -> dict[str, Real]:
    """Return the uniforms of every draw inside some values, by site, shape (worlds,) each.

    Those that are placed already are taken as they are.
    """
    sites = {
        node.site: None
        for value in values
        for node, _ in walk(value)
        if isinstance(node, RandomDraw | Either)
    }
    found = {site: placed[site] for site in sites if site in placed}
    names = [site for site in sites if site not in placed]
    if not names:
        return found
    uniforms = world_uniforms(seed, [f"world/{name}" for name in names], np.arange(count))
    return found | dict(zip(names, uniforms, strict=True))
