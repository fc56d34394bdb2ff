"""Two histories told: a typical one, and one that turns when a force stands aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.explain import HISTORIES
from conjuncture.analysis.explain.sample import Sample
from conjuncture.analysis.illustrations import choose_typical_of_observed
from conjuncture.analysis.plain_words import name_of
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.ensemble import Ensemble
from conjuncture.errors import SimulationError
from conjuncture.number_format import percent
from conjuncture.ordering import put_in_order
from conjuncture.presentation.chronicle import story_of
from conjuncture.presentation.sections import Story
from conjuncture.scenario.queries import read_event, read_interventions

if TYPE_CHECKING:
    from conjuncture.analysis.explain.attribution import Attribution

TRIES = 5
"""Histories tried where one hangs on a decision within rounding and cannot be told."""


def typical_story(ensemble: Ensemble) -> Story:
    """Return a history that took the commonest course of those that went as observed.

    Where nothing was observed, it is the commonest of all.
    """
    choice = choose_typical_of_observed(ensemble.courses(), ensemble.crisis)
    told = ensemble.chronicle(world=choice.world, history=choice.history)
    return story_of(told, "typical", "A typical history", (choice.why,))


def turning_story(
    ensemble: Ensemble, event: str, attribution: Attribution | None, each: int = HISTORIES
) -> Story | None:
    """Return a history in which an event no longer comes about when a force stands aside.

    It is the force to which most is attributed of those that turn some history.

    Parameters
    ----------
    ensemble : Ensemble
    event : str
        For example ``showdown = torres``.
    attribution : Attribution or None
        To forces; without it, the force that turns most histories.
    each : int
        How many histories of each world are looked at.

    Returns
    -------
    Story or None
        None where no force turns any.
    """
    crisis = ensemble.crisis
    sample = Sample(ensemble.simulator, read_event(event, crisis), each)
    forces = sample.forces
    runs = [AS_THINGS_WERE, *(read_interventions(f"{one} aside", crisis) for one in forces)]
    true = sample.truths(runs, label="histories that turn")
    turned = {one: true[0] & ~true[place] for place, one in enumerate(forces, start=1)}
    for force in rank_forces(forces, attribution, {one: int(turned[one].sum()) for one in forces}):
        share = float(turned[force].sum() / max(true[0].sum(), 1))
        for world, history in np.argwhere(turned[force])[:TRIES].tolist():
            try:
                told = ensemble.chronicle(do=f"{force} aside", world=world, history=history)
            except SimulationError:
                continue
            clause = event_in_words(crisis, event)
            why = reason_of_turning(name_of(crisis, force), clause, share)
            return story_of(told, "turning", "A history that turns", why)
    return None


def reason_of_turning(force: str, clause: str, share: float) -> tuple[str, ...]:
    """Return why this history is told."""
    here = f"Here {clause}; with {force} standing aside, and every draw of luck"
    often = f"So it is in {percent(share)} of the histories looked at in which it comes about."
    return f"{here} the same, that does not come about.", often


def rank_forces(
    forces: Sequence[str], attribution: Attribution | None, turned: dict[str, int]
) -> list[str]:
    """Return the forces that turn some history, the most important first.

    Examples
    --------
    >>> rank_forces(["a", "b", "c"], None, {"a": 1, "b": 4, "c": 0})
    ['b', 'a']
    """
    shares = dict.fromkeys(forces, 0.0)
    for share in attribution.shares if attribution is not None else ():
        for one in share.parts or (share,):
            shares[one.factor] = one.value
    ranked = put_in_order(forces, shares.__getitem__, turned.__getitem__, falling=True)
    return [one for one in ranked if turned[one]]
