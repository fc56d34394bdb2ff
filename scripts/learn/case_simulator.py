"""The chance of success in each cell of a population, by simulation at given parameters.

For every parameter point and every combination of tags a number of cases is drawn of which nothing
else is known. Those that do not come to be recorded are left out, so that what remains has the law
of cases given that they were recorded. Each is played once, and the chance with which its last
draw of luck made it a success is averaged over cases (Rao-Blackwell).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scripts.learn.population import Population

from conjuncture.analysis.explain.sample import Sample
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.progress import Progress, SilentProgress
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Either, RandomDraw, walk

Real = NDArray[np.float64]

CASES_PER_CALL = 65_536
"""Cases that are played in one call."""

THREADS = 2
"""Calls that are under way at the same time."""

TRIES = 4
"""How many cases are drawn for each that is wanted, where not all come to be recorded; of cells
in which fewer than a quarter do, fewer are played than are wanted."""


@dataclass(frozen=True)
class SimulatedChances:
    """Chances of success by simulation.

    Attributes
    ----------
    means : array, shape (points, cells)
        NaN where no case came to be recorded.
    errors : array, shape (points, cells)
        Standard errors.
    made : array, shape (points, cells)
        Share of the cases drawn that came to be recorded.
    """

    means: Real
    errors: Real
    made: Real


@dataclass(frozen=True)
class CaseSimulator:
    """Plays the cases of a population at parameters of the unit cube.

    Attributes
    ----------
    population : Population
    cases : int
        How many recorded cases of each cell are wanted at each point.
    seed : int
    progress : Progress
    """

    population: Population
    cases: int
    seed: int
    progress: Progress = field(default_factory=SilentProgress)

    def chances(self, points: Real) -> SimulatedChances:
        """Return the chance of success in each cell at each point, shape (points, parameters)."""
        cells = len(self.population.cells)
        found = SimulatedChances(*(np.empty((len(points), cells)) for _ in range(3)))
        size = max(1, CASES_PER_CALL // (cells * self.cases))
        self.progress.expect("parameter points", len(points))

        def play(number: int) -> int:
            some = slice(number * size, min((number + 1) * size, len(points)))
            self.play(points[some], number, found, some)
            return some.stop - some.start

        # The first call compiles; after it, one call draws its cases while another plays its own.
        self.progress.advance(play(0))
        with ThreadPoolExecutor(THREADS) as pool:
            for done in pool.map(play, range(1, -(-len(points) // size))):
                self.progress.advance(done)
        return found

    @property
    def tries(self) -> int:
        """How many cases are drawn for each that is wanted."""
        return TRIES if self.population.made else 1

    def play(self, points: Real, number: int, found: SimulatedChances, where: slice) -> None:
        """Play the cases of a few points and write down what came of them."""
        population = self.population
        cells = np.array(population.cells)
        generator = np.random.default_rng([self.seed, number])
        cell = np.repeat(np.arange(len(points) * len(cells)), self.cases * self.tries)
        place = {site: points[cell // len(cells), column]
                 for column, site in enumerate(population.sites)}  # fmt: skip
        place |= {site: 0.25 + 0.5 * cells[cell % len(cells), column]
                  for column, site in enumerate(population.tag_sites)}  # fmt: skip
        for site in population.other_sites:
            place[site] = (
                generator.random(len(cell)) if site in self.drawn_sites else 0.5 + 0.0 * cell
            )
        kept, made = self.select_recorded(place, len(cell))
        rows = cell[kept]
        here = {site: uniforms[kept] for site, uniforms in place.items()}
        chance = self.outcomes(here, len(rows), [self.seed, number, 1])
        total = len(points) * len(cells)
        count = np.bincount(rows, minlength=total)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(rows, chance, total) / count
            spread = np.bincount(rows, chance**2, total) / count - mean**2
            error = np.sqrt(np.maximum(spread, 0.0) / np.maximum(count - 1, 0))
        shape = (len(points), len(cells))
        found.means[where] = mean.reshape(shape)
        found.errors[where] = error.reshape(shape)
        found.made[where] = made.reshape(-1, self.cases * self.tries).mean(axis=1).reshape(shape)

    def select_recorded(
        self, place: dict[str, Real], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the first rows of each cell that come to be recorded, and which rows do."""
        made = np.ones(count, bool)
        if self.population.made:
            worlds = Worlds(self.population.crisis, self.seed, count, placed=place)
            made = worlds.work_out(self.behind_made, {})[self.population.made] > 0.0
        order = made.reshape(-1, self.cases * self.tries).cumsum(axis=1).ravel()
        return np.flatnonzero(made & (order <= self.cases)), made

    @cached_property
    def behind_made(self) -> list[str]:
        """What decides whether a case comes to be recorded, each number after those it reads."""
        worlds = Worlds(self.population.crisis, self.seed, 1)
        wanted: set[str] = set()
        pending = [self.population.made]
        while pending:
            key = pending.pop()
            if key not in wanted:
                wanted.add(key)
                pending.extend(worlds.reads[key])
        return [key for key in worlds.values if key in wanted]

    @cached_property
    def drawn_sites(self) -> frozenset[str]:
        """The draws that differ from case to case and matter."""
        worlds = Worlds(self.population.crisis, self.seed, 1)
        sample = Sample(Simulator(worlds, 1), self.population.event, 1)
        # What is read and never used keeps its place in the stream from which all are drawn.
        keys = {*sample.numbers_read, *(self.behind_made if self.population.made else ())}
        return frozenset(
            node.site for key in keys for node, _ in walk(worlds.values[key])
            if isinstance(node, RandomDraw | Either)
        )  # fmt: skip

    def outcomes(self, place: dict[str, Real], count: int, seed: list[int]) -> Real:
        """Return the chance of success of each case, shape (cases,)."""
        root = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])
        found = np.empty(CASES_PER_CALL * -(-count // CASES_PER_CALL))
        for start in range(0, count, CASES_PER_CALL):
            few = np.minimum(np.arange(start, start + CASES_PER_CALL), count - 1)
            here = {site: uniforms[few] for site, uniforms in place.items()}
            worlds = Worlds(self.population.crisis, root, CASES_PER_CALL, placed=here)
            sample = Sample(Simulator(worlds, 1), self.population.event, 1)
            found[start : start + CASES_PER_CALL] = sample.chances((AS_THINGS_WERE,))[0, :, 0]
            root = (root + 1) % 2**64
        return found[:count]
