"""Learning the parameters of a population from a table: from simulations to particles.

Designs are simulated one after another, each where those before say that the posterior may be:
points spread over the prior, points of a posterior that is tempered, and points of the posterior,
with more cases each time. All make one emulator, for fits to parts of the table; all but the first
make another, good where the posterior of the whole table is. The posterior under it is weighed anew
by simulations at each particle: the emulator proposes, the engine decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc
from scripts.learn.case_groups import CaseGroups, GroupOutcomes, group_cases
from scripts.learn.case_simulator import CaseSimulator
from scripts.learn.emulator import Emulator, SimulatedDesign
from scripts.learn.population import Population
from scripts.learn.population_fit import PopulationFit, fit_population, weigh_by_simulation

from conjuncture.engine.progress import Progress, SilentProgress

if TYPE_CHECKING:
    import pandas

Real = NDArray[np.float64]


@dataclass(frozen=True)
class LearningSizes:
    """How much is simulated.

    Attributes
    ----------
    first, first_cases : int
        Points spread over the prior, and recorded cases of each cell at every point.
    near : tuple of (int, int, float)
        Points, cases and the exponent of the likelihood of each design after it.
    last, last_cases : int
        Particles that are weighed by the engine.
    particles : int
        Of equal weight, that are kept.
    """

    first: int = 8192
    first_cases: int = 48
    near: tuple[tuple[int, int, float], ...] = (
        (4096, 128, 0.3), (2048, 256, 1.0), (2048, 384, 1.0),
    )  # fmt: skip
    last: int = 4096
    last_cases: int = 512
    particles: int = 1000


@dataclass(frozen=True)
class Learning:
    """What came of learning.

    Attributes
    ----------
    population : Population
    emulator : Emulator
        Of all designs.
    groups : CaseGroups
        The table by known evidence.
    proposed : PopulationFit
        Under the emulator.
    found : PopulationFit
        As the engine weighs it.
    chances : array, shape (particles, cells)
        By the engine, at the points of ``found``.
    effective : float
        How many of the particles that were proposed the engine's weights are worth.
    seconds : float
    """

    population: Population
    emulator: Emulator
    groups: CaseGroups
    proposed: PopulationFit
    found: PopulationFit
    chances: Real
    effective: float
    seconds: float


def learn(
    population: Population,
    frame: pandas.DataFrame,
    seed: int = 1,
    sizes: LearningSizes | None = None,
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
    sizes : LearningSizes, optional
    progress : Progress, optional
    tell : callable
        Told a line at each step.
    """
    began = time.perf_counter()
    asked, watching = sizes or LearningSizes(), progress or SilentProgress()
    table = group_cases(frame, population, tuple(population.tags))
    outcomes = GroupOutcomes(table.weights, table.successes, table.attempts)
    wide, near = train_emulators(population, outcomes, seed, asked, watching, tell)
    proposed = fit_population(near, outcomes, seed + 1, particles=asked.last)
    simulator = CaseSimulator(population, asked.last_cases, seed + 100, watching)
    direct = simulator.chances(proposed.points).means
    weighed = weigh_by_simulation(proposed, direct, near, outcomes)
    tell(f"weighed by the engine: worth {weighed.effective:.0f} of {asked.last} particles")
    chosen = weighed.resample(asked.particles, seed)
    found = replace(proposed, points=proposed.points[chosen])
    return Learning(
        population, wide, table, proposed, found, direct[chosen], weighed.effective,
        time.perf_counter() - began,
    )  # fmt: skip


def train_emulators(
    population: Population,
    outcomes: GroupOutcomes,
    seed: int,
    sizes: LearningSizes,
    progress: Progress,
    tell: Callable[[str], None],
) -> tuple[Emulator, Emulator]:
    """Return an emulator of the whole prior, and one of where the posterior is."""
    spread = qmc.Sobol(len(population.parameters), seed=np.random.default_rng(seed))
    points = np.clip(spread.random(sizes.first), 1e-6, 1.0 - 1e-6)
    first = simulate_design(population, points, sizes.first_cases, seed, progress)
    wide = Emulator.of(first)
    tell(f"{sizes.first:,} points of the prior, emulator's error {wide.error.mean():.3f}")
    around, near = None, wide
    for place, (count, cases, exponent) in enumerate(sizes.near, start=1):
        posterior = fit_population(near, outcomes.temper(exponent), seed, particles=count)
        more = simulate_design(population, posterior.points, cases, seed + place, progress)
        before = 0 if around is None else len(around.points)
        around = more if around is None else around.join(more)
        near = Emulator.of(around, slice(before, None))
        tell(f"{count:,} points near the posterior, emulator's error {near.error.mean():.3f}")
    every = first if around is None else first.join(around)
    return Emulator.of(every, slice(sizes.first, None)), near


def simulate_design(
    population: Population, points: Real, cases: int, seed: int, progress: Progress
) -> SimulatedDesign:
    """Simulate at some points and return what came of it."""
    found = CaseSimulator(population, cases, seed, progress).chances(points)
    names = tuple(population.tags)
    cells = tuple(
        tuple(name for name, there in zip(names, cell, strict=True) if there)
        for cell in population.cells
    )
    errors = smooth_errors(found.means, found.errors)
    return SimulatedDesign(population.parameters, points, found.means, errors, cells)


def smooth_errors(chances: Real, errors: Real) -> Real:
    r"""Return standard errors that follow chances alone, shape (points, cells).

    A point whose few cases happen to agree looks precise, and would draw the surface to its chance.
    So within a design all points of a cell have the same
    :math:`\sigma^2 / (p (1 - p))`, its mean.

    Parameters
    ----------
    chances, errors : array, shape (points, cells)
    """
    slope = np.maximum(chances * (1.0 - chances), 0.02)
    shared = np.nanmean(errors**2, axis=0) / np.nanmean(slope, axis=0)
    return np.asarray(np.sqrt(shared * slope) + 0.0 * errors)
