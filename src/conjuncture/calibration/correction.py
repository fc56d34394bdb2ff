"""The engine's verdict on what an emulator proposed: importance weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conjuncture.calibration.emulator import Emulator
from conjuncture.calibration.fitting import PopulationFit
from conjuncture.calibration.outcomes import GroupOutcomes

Real = NDArray[np.float64]


@dataclass(frozen=True)
class WeightedParticles:
    """Particles weighed by the engine.

    Attributes
    ----------
    weights : array, shape (particles,)
        They sum to 1.
    """

    weights: Real

    @property
    def effective(self) -> float:
        """How many particles of equal weight they are worth (Kish)."""
        return float(1.0 / np.sum(self.weights**2))

    def resample(self, count: int, seed: int) -> NDArray[np.int64]:
        """Return which particles stand in a sample of equal weights, shape (count,).

        Systematic resampling.
        """
        marks = (np.random.default_rng([seed, count]).random() + np.arange(count)) / count
        upper = np.cumsum(self.weights)
        return np.searchsorted(upper / upper[-1], marks, side="right").astype(np.int64)


def weigh_by_simulation(
    fit: PopulationFit, direct: Real, emulator: Emulator, outcomes: GroupOutcomes
) -> WeightedParticles:
    """Weigh the particles of a fit by simulations at each of them.

    Parameters
    ----------
    fit : PopulationFit
        Under the emulator.
    direct : array, shape (particles, cells)
        Chances of success simulated at the fit's points.
    emulator : Emulator
    outcomes : GroupOutcomes

    Examples
    --------
    >>> emulator = Emulator(("a",), ((),), [(np.zeros((1, 1)), np.zeros(1))], np.zeros(1))
    >>> fit = PopulationFit(("a",), np.full((2, 1), 0.5), 0.0, 0.0, 2.0, (1.0,))
    >>> seen = GroupOutcomes(np.ones((1, 1)), np.ones(1), np.ones(1))
    >>> weigh_by_simulation(fit, np.array([[0.2], [0.6]]), emulator, seen).weights.round(2).tolist()
    [0.25, 0.75]
    """
    proposed = outcomes.log_likelihood(emulator.chances(fit.points))
    logarithms = outcomes.log_likelihood(direct) - proposed
    weights = np.exp(logarithms - logarithms.max())
    return WeightedParticles(weights / weights.sum())
