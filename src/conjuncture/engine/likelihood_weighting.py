"""How probable each world makes what was observed: likelihood weighting.

Evidence along several stages has tiny probability, so the observed outcomes are imposed and each
history is weighed by the probability of what was imposed, given what went before. The mean weight
of a world's histories estimates the probability of the evidence in that world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import jax
import numpy as np
from numpy.typing import NDArray

from conjuncture.engine.addresses import BLOCK, every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import Progress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.structure import Structure
from conjuncture.engine.traces import HistoryScope, Trace
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


def likelihood_of(
    worlds: Worlds, blocks: int, progress: Progress, observed: Mapping[str, str] | None = None
) -> Likelihood:
    """Weigh worlds by the probability that they give to what was observed.

    A history that does not come to a stage of which something was observed weighs nothing. Of a
    stage that recurs it was observed how it ended the last time; as nobody knows beforehand which
    time that is, nothing is imposed there, and histories in which it ended otherwise weigh nothing.

    Parameters
    ----------
    worlds : Worlds
    blocks : int
        Blocks of histories in each world.
    progress : Progress
    observed : mapping of str to str, optional
        Stage to outcome; what the scenario says was observed if not given.

    Raises
    ------
    UsageError
        When nothing was observed.
    """
    crisis = worlds.crisis
    seen = crisis.observed if observed is None else observed
    if not seen:
        raise UsageError(
            "the reading 're-run' needs something that happened; write 'observed:' in the scenario"
        )
    once = {stage: ended for stage, ended in seen.items() if crisis.stages[stage].visits == 1}
    program = program_for(crisis, evidence=True)
    imposing = replace(worlds, crisis=replace(crisis, observed=once))
    listed = every_block(range(worlds.count), 0, blocks)
    progress.expect("histories weighed by what happened", len(listed))
    first, second = np.zeros(worlds.count), np.zeros(worlds.count)
    for part, trace in simulate_traces(
        Batch(program, imposing, (AS_THINGS_WERE,)), listed, progress
    ):
        weight = np.exp(trace.log_weight[: len(part), 0].astype(np.float64))
        weight *= is_as_observed(program.structure, trace, seen)[: len(part)]
        np.add.at(first, part[:, 0], weight.sum(axis=1))
        np.add.at(second, part[:, 0], (weight**2).sum(axis=1))
    histories = blocks * BLOCK
    mean = first / histories
    variance = np.maximum(second / histories - mean**2, 0.0) / histories
    return Likelihood(mean, np.sqrt(variance))


def is_as_observed(
    structure: Structure, trace: Trace, observed: Mapping[str, str]
) -> NDArray[np.bool_]:
    """Return in which histories all of some stages ended as observed, the last time they came.

    Returns
    -------
    array of bool, shape (blocks, histories)
    """
    first: Trace = jax.tree.map(lambda values: values[:, 0], trace)
    scope = HistoryScope(structure, first, None, np)
    found = np.ones(first.log_weight.shape, bool)
    for stage, outcome in observed.items():
        code, reached = scope.outcome(stage, None)
        wanted = structure.crisis.vocabulary.stages[stage].outcomes.index(outcome)
        found &= reached & (code == wanted)
    return found
