"""The posterior of the parameters under an emulator, by sequential Monte Carlo.

Sequential Monte Carlo and not a gradient method, since what must be sampled is cheap and of some
twenty coordinates, the project has it already, and it gives the evidence besides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from conjuncture.analysis.conditioning.tempering import temper
from conjuncture.calibration.emulator import Emulator
from conjuncture.calibration.outcomes import GroupOutcomes

Real = NDArray[np.float64]

PARTICLES = 1000


@dataclass(frozen=True)
class PopulationFit:
    """Particles of equal weight.

    Attributes
    ----------
    names : tuple of str
    points : array, shape (particles, parameters)
        In the unit cube.
    log_evidence, log_evidence_error : float
    effective : float
        How many independent draws the particles are worth.
    temperatures : tuple of float
    """

    names: tuple[str, ...]
    points: Real
    log_evidence: float
    log_evidence_error: float
    effective: float
    temperatures: tuple[float, ...]

    @property
    def scores(self) -> Real:
        """The points on the scale on which the prior is standard normal, same shape."""
        return np.asarray(ndtri(self.points))

    @property
    def widths(self) -> Real:
        """Standard deviation of each parameter's score; beforehand it is 1."""
        return np.asarray(self.scores.std(axis=0, ddof=1))

    def predict(self, emulator: Emulator) -> Real:
        """Return the mean chance of success in each cell, shape (cells,)."""
        return np.asarray(emulator.chances(self.points).mean(axis=0))


def fit_population(
    emulator: Emulator, outcomes: GroupOutcomes, seed: int, *, particles: int = PARTICLES
) -> PopulationFit:
    """Return the posterior of the parameters.

    Parameters
    ----------
    emulator : Emulator
    outcomes : GroupOutcomes
    seed : int
        Equal seeds give equal results.
    particles : int
    """

    def estimate(points: Real) -> Real:
        return outcomes.log_likelihood(emulator.chances(points))

    generator = np.random.default_rng([seed, particles])
    points = generator.random((particles, len(emulator.names)))
    found = temper(points, estimate(points), estimate, generator)
    if found is None:
        raise RuntimeError("nobody can stop a fit")
    return PopulationFit(
        emulator.names, found.points, found.log_evidence, found.log_evidence_error,
        found.effective, found.temperatures,
    )  # fmt: skip
