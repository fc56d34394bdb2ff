"""The mechanisms as a predictor: the parameters of a population fitted to the training cases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
from scripts.learn.case_groups import GroupOutcomes, TagShares, group_cases
from scripts.learn.emulator import Emulator
from scripts.learn.population import Population
from scripts.learn.population_fit import fit_population

from validation.backtest.predictors import Chances, Numbers

EMULATORS = Path(__file__).parents[1] / "emulators"
SEED = 1
PARTICLES = 1000


@cache
def emulator_of(name: str) -> Emulator:
    """Return the emulator of a population, as ``make learn`` left it."""
    return Emulator.read(EMULATORS / f"{name}.npz")


@dataclass(frozen=True)
class MechanismPredictor:
    """A population whose cases are played by its mechanisms; a :class:`Predictor`.

    Its parameters have the posterior law given the training cases, under the emulator of the
    simulations. What is not known of a case is averaged out, by how often it occurs among training
    cases that are alike in what is known.

    Attributes
    ----------
    population : Population
    """

    population: Population

    def __call__(self, train: pd.DataFrame, evidence: tuple[str, ...]) -> Chances:
        """Fit the parameters."""
        tags = self.population.tags
        known = tuple(name for name, (column, _) in tags.items() if column in evidence)
        seen = group_cases(train, self.population, known)
        emulator = emulator_of(self.population.name)
        outcomes = GroupOutcomes(seen.weights, seen.successes, seen.attempts)
        cells = fit_population(emulator, outcomes, SEED, particles=PARTICLES).predict(emulator)
        shares = TagShares.of(train, self.population)

        def chances(test: pd.DataFrame) -> Numbers:
            return shares.weights_of(test, known) @ cells

        return chances
