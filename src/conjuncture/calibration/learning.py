"""Learning the parameters of a population from a table: from simulations to particles.

Simulations at points spread over the prior make a first emulator; points from a posterior that is
tempered with it, wider than the posterior itself, are simulated with more cases and make a second
one, good where it matters. The posterior under the second is then weighed anew by simulations at
each particle: the emulator proposes, the engine decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from conjuncture.calibration.correction import corrected
from conjuncture.calibration.design import Design
from conjuncture.calibration.emulator import Emulator
from conjuncture.calibration.evidence import Groups, groups
from conjuncture.calibration.fitting import Fit, fit
from conjuncture.calibration.outcomes import Outcomes
from conjuncture.calibration.population import Population
from conjuncture.calibration.simulating import Simulator
from conjuncture.engine.progress import Progress, Silent

if TYPE_CHECKING:
    import pandas

Real = NDArray[np.float64]

TEMPERED = 0.3
"""The exponent of the likelihood under which the second design is drawn."""


@dataclass(frozen=True)
class Sizes:
    """How much is simulated: points, and recorded cases of each cell at every point."""

    first: int = 8192
    first_cases: int = 48
    second: int = 4096
    second_cases: int = 192
    particles: int = 1000
    last_cases: int = 1024


@dataclass(frozen=True)
class Learning:
    """What came of learning.

    Attributes
    ----------
    population : Population
    emulator : Emulator
        Of both designs.
    groups : Groups
        The table by known evidence.
    proposed : Fit
        Under the emulator.
    found : Fit
        As the engine weighs it.
    chances : array, shape (particles, cells)
        By the engine, at the points of ``found``.
    effective : float
        How many of the proposed particles the engine's weights are worth.
    seconds : float
    """

    population: Population
    emulator: Emulator
    groups: Groups
    proposed: Fit
    found: Fit
    chances: Real
    effective: float
    seconds: float


def learn(
    population: Population,
    frame: pandas.DataFrame,
    seed: int = 1,
    sizes: Sizes | None = None,
    progress: Progress | None = None,
    tell: Callable[[str], None] = lambda _line: None,
) -> Learning:
    """Learn the parameters of a population.

    Parameters
    ----------
    population : Population
    frame : pandas.DataFrame
        Its table.
    seed : int
        Equal seeds give equal results, on one build.
    sizes : Sizes, optional
    progress : Progress, optional
    tell : callable
        Told a line at each step.
    """
    began = time.perf_counter()
    asked, watching = sizes or Sizes(), progress or Silent()
    table = groups(frame, population, tuple(population.tags))
    outcomes = Outcomes(table.weights, table.successes, table.attempts)
    emulator = two_designs(population, outcomes, seed, asked, watching, tell)
    proposed = fit(emulator, outcomes, seed, particles=asked.particles)
    tell(f"posterior under the emulator: worth {proposed.effective:.0f} independent draws")
    direct = Simulator(population, asked.last_cases, seed + 2, watching).chances(proposed.points)
    weighed = corrected(proposed, direct.means, emulator, outcomes)
    tell(f"weighed by the engine: worth {weighed.effective:.0f} of {asked.particles} particles")
    chosen = weighed.resampled(seed)
    found = replace(proposed, points=proposed.points[chosen])
    return Learning(
        population, emulator, table, proposed, found, direct.means[chosen], weighed.effective,
        time.perf_counter() - began,
    )  # fmt: skip


def two_designs(
    population: Population,
    outcomes: Outcomes,
    seed: int,
    sizes: Sizes,
    progress: Progress,
    tell: Callable[[str], None],
) -> Emulator:
    """Return an emulator that is good where the posterior is."""
    spread = qmc.Sobol(len(population.parameters), seed=np.random.default_rng(seed))
    points = np.clip(spread.random(sizes.first), 1e-6, 1.0 - 1e-6)
    first = designed(population, points, sizes.first_cases, seed, progress)
    emulator = Emulator.of(first)
    tell(f"first design: {sizes.first:,} points, emulator's error {emulator.error.mean():.3f}")
    wide = fit(emulator, outcomes.tempered(TEMPERED), seed, particles=sizes.second)
    second = designed(population, wide.points, sizes.second_cases, seed + 1, progress)
    joined = first.joined(second)
    emulator = Emulator.of(joined, slice(sizes.first, None))
    tell(f"second design: {sizes.second:,} points, emulator's error {emulator.error.mean():.3f}")
    return emulator


def designed(
    population: Population, points: Real, cases: int, seed: int, progress: Progress
) -> Design:
    """Simulate at some points and return what came of it."""
    found = Simulator(population, cases, seed, progress).chances(points)
    names = tuple(population.tags)
    cells = tuple(
        tuple(name for name, there in zip(names, cell, strict=True) if there)
        for cell in population.cells
    )
    return Design(population.parameters, points, found.means, found.errors, cells)
