"""Choosing the history that a chronicle tells: the first that took the commonest course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.surveying import survey
from conjuncture.engine.addresses import BLOCK
from conjuncture.errors import UsageError
from conjuncture.scenario.asking import linked_event


@dataclass(frozen=True)
class Choice:
    """A history, by its address, and why it was chosen (nothing where it was asked for)."""

    world: int
    history: int
    why: str


def asked_for(laboratory: Laboratory, world: int, history: int) -> Choice:
    """Return the history that somebody asked for by its address.

    Raises
    ------
    UsageError
        When the ensemble has no such history.
    """
    sizes = (
        ("world", world, laboratory.worlds.count),
        ("history", history, laboratory.blocks * BLOCK),
    )
    for what, number, count in sizes:
        if not 0 <= number < count:
            raise UsageError(f"{what} must be 0 to {count - 1:,}, not {number}")
    return Choice(world, history, "")


def most_typical(laboratory: Laboratory, given: str | None = None) -> Choice:
    """Return the first history, in the order of addresses, that took the commonest course.

    Parameters
    ----------
    laboratory : Laboratory
    given : str, optional
        Only histories in which this event is true are looked at.

    Raises
    ------
    QueryError
        When ``given`` is no event.
    UsageError
        When no history fits.
    """
    event = None if given is None else linked_event(given, laboratory.worlds.crisis)
    courses, _ = survey(laboratory, given=event, label="histories searched")
    searched = int(courses.searched.sum())
    if not courses.paths:
        raise UsageError(no_history(given or "", searched, courses.undefined))
    totals = courses.totals()
    place = int(np.argmax(totals))
    fit, took = int(totals.sum()), int(totals[place])
    condition = "" if given is None else f" in which '{given}' is true"
    why = (
        f"{took:,} of the {fit:,} histories{condition} took this course, more than any other; "
        "this is the first of them."
    )
    if took == fit:
        why = f"All {fit:,} histories{condition} took this course; this is the first of them."
    return Choice(*courses.first[place], why)


def no_history(given: str, searched: int, undefined: int) -> str:
    """Return what to try when no history fits."""
    gone = ""
    if undefined:
        gone = (
            f" (in {100 * undefined / searched:.3g} % of them it is undefined, because they never "
            "reach a stage that it reads)"
        )
    return (
        f"in none of the {searched:,} histories searched is '{given}' true{gone}; search more of "
        "them with --worlds or --histories, ask for less, or see with 'conjuncture run' what "
        "does occur"
    )
