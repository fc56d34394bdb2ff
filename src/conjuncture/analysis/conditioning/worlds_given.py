"""The worlds of a scenario given what happened in it: sequential Monte Carlo over the unknowns.

Each particle is a world: the uniforms from which its unknowns are drawn. How probable a world makes
what happened is estimated by histories in which it is imposed and weighed
(:mod:`conjuncture.engine.likelihood_weighting`), as many in each world as a run has, anew at every
move.

A number can be read and never matter: the discipline of a force without soldiers, a leaning of a
force whose side is sworn. An estimate of what it does is then noise around 0, and noise is not to
be told. Moved on the same luck, such a draw leaves every history as it was, and shows exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.conditioning.posterior import FEW_WORLDS, Posterior
from conjuncture.analysis.conditioning.tempering import temper
from conjuncture.analysis.phrases import number_in_words
from conjuncture.analysis.plain_words import unit_of
from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.likelihood_weighting import Likelihood, likelihood_of
from conjuncture.engine.patches import relevant_numbers_of
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import Progress
from conjuncture.engine.worlds import Worlds, uniforms_of
from conjuncture.errors import UsageError
from conjuncture.language.nodes import Either, Label, RandomDraw, walk

Real = NDArray[np.float64]

FEW = (4, 32)
"""In so many worlds first: what changes something there needs no others."""


def idle_places(
    worlds: Worlds, sites: Sequence[Sequence[str]], evaluated: Callable[[Worlds], Real]
) -> frozenset[int]:
    """Return which sets of draws change nothing in any world.

    Parameters
    ----------
    worlds : Worlds
    sites : sequence of sequence of str
        The addresses of the draws that are moved together.
    evaluated : callable
        What is asked for in each of some worlds, shape (worlds,), on luck that hangs on the seed
        and on the number of the world alone. Compared to the last bit.

    Returns
    -------
    frozenset of int
        Places among ``sites``.
    """
    left = list(range(len(sites)))
    for few in sorted({min(one, worlds.count) for one in (*FEW, worlds.count)}):
        if not left:
            break
        some = first_worlds_of(worlds, few)
        before = evaluated(some)
        left = [
            place
            for place in left
            if np.array_equal(before, evaluated(redraw_sites(some, sites[place])), equal_nan=True)
        ]
    return frozenset(left)


def first_worlds_of(worlds: Worlds, count: int) -> Worlds:
    """Return the first of some worlds."""
    placed = {site: column[:count] for site, column in worlds.placed.items()}
    return replace(worlds, count=count, placed=placed)


def redraw_sites(worlds: Worlds, sites: Sequence[str]) -> Worlds:
    """Return worlds in which some draws fall anew, and all others as they fell."""
    values = list(worlds.values.values())
    old = uniforms_of(values, worlds.seed, worlds.count, worlds.placed)
    generator = np.random.default_rng([worlds.seed, 2])
    fresh = {site: generator.random(worlds.count) for site in sites if site in old}
    return replace(worlds, placed={**worlds.placed, **fresh})


PRIOR_DRAWS = 4096
"""Worlds that show an unknown before it is known what happened; they cost next to nothing."""


def has_collapsed(weighing: Likelihood) -> bool:
    """Return whether worlds weighed by what happened are worth too few to test a claim in.

    Examples
    --------
    >>> has_collapsed(Likelihood(np.ones(400), np.zeros(400)))
    False
    >>> has_collapsed(Likelihood(np.arange(400.0) ** 20, np.zeros(400)))
    True
    """
    return weighing.effective_worlds < min(FEW_WORLDS, len(weighing.weights) / 2)


@dataclass
class LikelihoodEstimator:
    """Estimates how probable worlds make what happened, with luck of its own at every call.

    Parameters
    ----------
    worlds : Worlds
    sites : tuple of str
        The draws that the coordinates of a point are.
    blocks : int
        Blocks of histories in each world.
    progress : Progress
    observed : mapping of str to str
    """

    worlds: Worlds
    sites: tuple[str, ...]
    blocks: int
    progress: Progress
    observed: Mapping[str, str]
    calls: int = 0

    def __call__(self, points: Real) -> Real:
        """Return logarithms of the estimates, shape (points,)."""
        self.calls += 1
        seed = np.random.SeedSequence([self.worlds.seed, self.calls]).generate_state(1, np.uint64)
        there = replace(place_worlds(self.worlds, self.sites, points), seed=int(seed[0]))
        found = likelihood_of(there, self.blocks, self.progress, self.observed)
        with np.errstate(divide="ignore"):
            return np.log(found.weights)


def place_worlds(worlds: Worlds, sites: tuple[str, ...], points: Real) -> Worlds:
    """Return worlds at points of the unit cube, shape (worlds, sites)."""
    where = {site: points[:, place] for place, site in enumerate(sites)}
    return replace(worlds, count=len(points), placed=where)


def worlds_given(
    worlds: Worlds, blocks: int, progress: Progress, observed: Mapping[str, str] | None = None
) -> Posterior | None:
    """Return worlds that could have produced what happened.

    Parameters
    ----------
    worlds : Worlds
        The first particles: as many as there are worlds, as the account has them.
    blocks : int
        Blocks of histories that estimate the likelihood of each.
    progress : Progress
        Where it says that it is stopped there is no result.
    observed : mapping of str to str, optional
        Stage to outcome; what the scenario says was observed if not given.

    Raises
    ------
    UsageError
        When nothing was observed, nothing unknown bears on it, or no history of any world went so.

    Notes
    -----
    Equal seeds give equal results; other numbers of worlds give other ones, unlike anywhere else.
    An unknown is left out where another value of it, on the same luck, leaves the probability of
    what happened as it is in every one of the worlds found: nothing was learnt of it.
    """
    seen = worlds.crisis.observed if observed is None else observed
    if not seen:
        raise UsageError(
            "there is nothing to condition on; say what happened under 'observed:' in the scenario"
        )
    behind = numbers_behind(worlds, seen)
    keys = [key for key in worlds.crisis.numbers if key in behind]
    drawn = {site: None for key in keys for site in sites_in(worlds, key)}
    if not drawn:
        raise UsageError("nothing that the scenario leaves open bears on what happened")
    sites = tuple(drawn)
    values = [worlds.values[key] for key in keys]
    uniforms = uniforms_of(values, worlds.seed, worlds.count, worlds.placed)
    points = np.stack([uniforms[site] for site in sites], axis=1)
    estimate = LikelihoodEstimator(worlds, sites, blocks, progress, seen)
    first = estimate(points)
    what = ", ".join(f"{stage} = {outcome}" for stage, outcome in seen.items())
    if not np.isfinite(first).any():
        raise UsageError(
            f"what happened ({what}) did not happen in any of {blocks * BLOCK:,} histories in any "
            f"of {worlds.count:,} worlds; ask for more worlds, or for more histories in each"
        )
    found = temper(
        points,
        first,
        estimate,
        np.random.default_rng([worlds.seed, 0]),
        faint=0.5 / (blocks * BLOCK),
        stopped=lambda: progress.is_stopped,
    )
    if found is None:
        return None
    after = place_worlds(worlds, sites, found.points)
    open_keys = [key for key in keys if sites_in(worlds, key)]
    idle = idle_places(
        after,
        [sites_in(worlds, key) for key in open_keys],
        lambda some: likelihood_of(some, blocks, progress, seen).weights,
    )
    if progress.is_stopped:
        return None
    unknowns = tuple(key for place, key in enumerate(open_keys) if place not in idle)
    before = replace(worlds, count=PRIOR_DRAWS, placed={}).table
    return Posterior(
        what=what,
        unknowns=unknowns,
        labels=tuple(number_in_words(worlds.crisis, key) for key in unknowns),
        prior=np.stack([before[key] for key in unknowns], axis=1),
        values=np.stack([after.table[key] for key in unknowns], axis=1),
        weights=np.full(worlds.count, 1.0 / worlds.count),
        temperatures=found.temperatures,
        effective_worlds=found.effective,
        log_evidence=found.log_evidence,
        log_evidence_error=found.log_evidence_error,
        acceptance=found.acceptance,
        units=tuple(unit_of(worlds.crisis, key) for key in unknowns),
        rules={key: rules for key in unknowns if (rules := rules_in(worlds, key))},
        observed=dict(seen),
        histories=blocks * BLOCK,
        log_likelihoods=found.log_likelihoods,
        families=found.families,
        worlds=after,
    )


def numbers_behind(worlds: Worlds, stages: Iterable[str]) -> frozenset[str]:
    """Return the numbers that can bear on how some stages end."""
    program = program_for(worlds.crisis, evidence=True)
    return relevant_numbers_of(stages, worlds, program.structure, program.ledger.reads)


def sites_in(worlds: Worlds, key: str) -> list[str]:
    """Return the draws that stand in the value of a number."""
    return [
        node.site for node, _ in walk(worlds.values[key]) if isinstance(node, RandomDraw | Either)
    ]


def rules_in(worlds: Worlds, key: str) -> dict[int, str]:
    """Return the rules between which a number chooses, by their codes; none for a plain number."""
    labels = [node for node, _ in walk(worlds.values[key]) if isinstance(node, Label)]
    return {node.code: node.label for node in sorted(labels, key=lambda one: one.code)}
