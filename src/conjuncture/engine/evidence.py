"""How probable each world makes what was observed: likelihood weighting.

Evidence along several stages has tiny probability, so the observed outcomes are imposed and each
history is weighed by the probability of what was imposed, given what went before. The mean weight
of a world's histories estimates the probability of the evidence in that world.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.blocks import every_block
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.programs import program_for
from conjuncture.engine.progress import Progress
from conjuncture.engine.runner import Batch, traces
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError


@dataclass(frozen=True)
class Likelihood:
    """The probability of what was observed, by world.

    Attributes
    ----------
    weights : array, shape (worlds,)
        Estimated probability in each world.
    errors : array, shape (worlds,)
        Its standard error from finite histories.
    """

    weights: NDArray[np.float64]
    errors: NDArray[np.float64]

    @property
    def probability(self) -> float:
        """The probability of what was observed, over all worlds."""
        return float(self.weights.mean())

    @property
    def effective_worlds(self) -> float:
        """How many equally probable worlds the weighted ones are worth.

        The noise of the estimated weights adds to their sum of squares and is taken out.
        """
        squares = float(np.sum(np.maximum(self.weights**2 - self.errors**2, 0.0)))
        total = float(self.weights.sum())
        return total**2 / squares if squares > 0 else 0.0


def likelihood(worlds: Worlds, blocks: int, progress: Progress) -> Likelihood:
    """Weigh worlds by the probability that they give to what was observed.

    Parameters
    ----------
    worlds : Worlds
    blocks : int
        Blocks of histories in each world.
    progress : Progress

    Raises
    ------
    UsageError
        When nothing was observed, or something was of a stage that recurs.
    """
    crisis = worlds.crisis
    if not crisis.observed:
        raise UsageError(
            "the reading 're-run' needs something that happened; write 'observed:' in the scenario"
        )
    for stage in crisis.observed:
        if crisis.stages[stage].visits > 1:
            raise UsageError(
                f"the reading 're-run' cannot yet impose what happened in '{stage}', which recurs"
            )
    program = program_for(crisis, evidence=True)
    listed = every_block(range(worlds.count), 0, blocks)
    progress.expect("histories weighed by what happened", len(listed))
    first, second = np.zeros(worlds.count), np.zeros(worlds.count)
    for part, trace in traces(Batch(program, worlds, (AS_THINGS_WERE,)), listed, progress):
        weight = np.exp(trace.log_weight[: len(part), 0].astype(np.float64))
        np.add.at(first, part[:, 0], weight.sum(axis=1))
        np.add.at(second, part[:, 0], (weight**2).sum(axis=1))
    histories = blocks * BLOCK
    mean = first / histories
    variance = np.maximum(second / histories - mean**2, 0.0) / histories
    return Likelihood(mean, np.sqrt(variance))
