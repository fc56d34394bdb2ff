"""Ranks of truths among draws of their posteriors: whether an inference is calibrated.

Draw a truth from the prior, simulate what happened, infer, and rank the truth among draws of the
posterior. If inference is right the rank is uniform, whatever the model (Talts et al. 2018). Truths
after which the same happened share an inference, each with draws of its own.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import jax
import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from conjuncture.analysis.conditioning.worlds_given import numbers_behind, sites_in, worlds_given
from conjuncture.engine.addresses import every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import Progress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.traces import HistoryScope, Trace
from conjuncture.engine.worlds import Worlds

Real = NDArray[np.float64]
What = TypeVar("What", bound=Hashable)
Endings = tuple[tuple[str, str], ...]
"""Stage and outcome of each."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """Ranks of truths among draws of their posteriors.

    Attributes
    ----------
    unknowns : tuple of str
    ranks : array of int, shape (truths, unknowns)
        How many of the draws lie below the truth.
    draws : int
        How many there are; ranks go from 0 to so many.
    """

    unknowns: tuple[str, ...]
    ranks: Integers
    draws: int

    @property
    def counts(self) -> Integers:
        """How often each rank occurred, shape (unknowns, ranks)."""
        return np.stack([np.bincount(one, minlength=self.draws + 1) for one in self.ranks.T])

    @property
    def p_values(self) -> Real:
        """How probable ranks so uneven are were they uniform (chi-square), shape (unknowns,)."""
        expected = len(self.ranks) / (self.draws + 1)
        uneven = ((self.counts - expected) ** 2 / expected).sum(axis=1)
        found: Real = chdtrc(self.draws, uneven)
        return found


def calibrate(
    truths: Real,
    happened: Sequence[What],
    infer: Callable[[What, int], Real],
    draws: int,
    generator: np.random.Generator,
    unknowns: Sequence[str] = (),
) -> Calibration:
    """Rank truths among draws of their posteriors.

    Parameters
    ----------
    truths : array, shape (truths, unknowns)
        Drawn from the prior.
    happened : sequence
        What each of them led to.
    infer : callable
        From what happened and a number of draws to so many of the posterior, shape (draws,
        unknowns).
    draws : int
        Among how many each truth is ranked.
    generator : numpy.random.Generator
        Deals the draws out, and breaks ties.
    unknowns : sequence of str, optional

    Examples
    --------
    Where nothing is learnt the posterior is the prior.

    >>> generator = np.random.default_rng(1)
    >>> found = calibrate(
    ...     generator.random((2000, 1)), [0] * 2000, lambda _, n: generator.random((n, 1)), 7,
    ...     generator)
    >>> found.counts.shape, bool(found.p_values[0] > 1e-3)
    ((1, 8), True)
    """
    ranks = np.zeros(truths.shape, np.int64)
    for what in dict.fromkeys(happened):
        alike = np.array([place for place, one in enumerate(happened) if one == what])
        found = infer(what, draws * len(alike))
        dealt = generator.permutation(found[: draws * len(alike)])
        among = dealt.reshape(len(alike), draws, -1)
        truth = truths[alike][:, None]
        below = (among < truth).sum(axis=1)
        # A truth among equals takes any of the places that they share.
        equal = (among == truth).sum(axis=1)
        ranks[alike] = below + generator.integers(0, equal + 1)
    names = tuple(unknowns) or tuple(f"unknown {one}" for one in range(truths.shape[1]))
    return Calibration(names, ranks, draws)


def calibrate_scenario(
    worlds: Worlds, blocks: int, truths: int, draws: int, progress: Progress
) -> Calibration:
    """Calibrate the inference of a scenario's unknowns from how its observed stages end.

    Truths are worlds of the scenario; in each one history is run, and how the stages ended of which
    something was observed is what happened there. Which of them are reached has to follow from how
    those before them ended, for only that is told.

    Parameters
    ----------
    worlds : Worlds
    blocks : int
        Blocks of histories that estimate the likelihood of a world.
    truths, draws : int
        How many worlds, and among how many draws each is ranked.
    progress : Progress
    """
    stages = tuple(worlds.crisis.observed)
    keys = numbers_behind(worlds, stages)
    unknowns = tuple(key for key in worlds.crisis.numbers if key in keys and sites_in(worlds, key))
    true = replace(worlds, count=truths)
    happened = first_endings(true, stages, progress)
    elsewhere = np.random.SeedSequence([worlds.seed, truths])

    def infer(what: Endings, count: int) -> Real:
        seed = int(elsewhere.spawn(1)[0].generate_state(1, np.uint64)[0])
        found = worlds_given(replace(worlds, count=count, seed=seed), blocks, progress, dict(what))
        if found is None or found.worlds is None:
            raise AssertionError("the calibration was stopped")
        return columns_of(found.worlds.table, unknowns)

    generator = np.random.default_rng([worlds.seed, truths])
    return calibrate(columns_of(true.table, unknowns), happened, infer, draws, generator, unknowns)


def columns_of(table: Mapping[str, Real], keys: Sequence[str]) -> Real:
    """Return some numbers of worlds, shape (worlds, numbers)."""
    return np.stack([table[key] for key in keys], axis=1)


def first_endings(
    worlds: Worlds, stages: Sequence[str], progress: Progress
) -> list[tuple[tuple[str, str], ...]]:
    """Return how some stages ended in the first history of each world, where it came to them."""
    program = program_for(worlds.crisis)
    listed = every_block(range(worlds.count), 0, 1)
    progress.expect("histories to be inferred from", len(listed))
    endings: list[tuple[tuple[str, str], ...]] = []
    for _, trace in simulate_traces(Batch(program, worlds, (AS_THINGS_WERE,)), listed, progress):
        first: Trace = jax.tree.map(lambda values: values[:, 0, ..., :1], trace)
        scope = HistoryScope(program.structure, first, None, np)
        found = {name: scope.outcome(name, None) for name in stages}
        endings += [
            tuple(
                (name, worlds.crisis.vocabulary.stages[name].outcomes[int(code[row, 0])])
                for name, (code, reached) in found.items()
                if reached[row, 0]
            )
            for row in range(len(first.log_weight))
        ]
    return endings
