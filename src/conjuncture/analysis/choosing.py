"""Choosing the history that is told: the first that took the commonest course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.counting import Laboratory
from conjuncture.analysis.courses import Course, Courses
from conjuncture.analysis.phrases import stage_in_words
from conjuncture.analysis.surveying import survey
from conjuncture.engine.addresses import BLOCK
from conjuncture.errors import UsageError
from conjuncture.scenario.asking import linked_event
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.rooms import passing_order


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
    crisis = laboratory.worlds.crisis
    event = None if given is None else linked_event(given, crisis)
    courses, _ = survey(laboratory, given=event, label="histories searched")
    searched = int(courses.searched.sum())
    if not courses.paths:
        raise UsageError(no_history(given or "", searched, courses.undefined))
    condition = "" if event is None else f" in which {event_in_words(crisis, event)}"
    return commonest(courses, range(len(courses.paths)), condition)


def typical_of_observed(courses: Courses, crisis: Crisis) -> Choice:
    """Return the first history that took the commonest course of those that went as observed.

    Where none did to the end, it is of those that went so up to the latest stage possible, and the
    reason says so; where nothing was observed, of all.

    Parameters
    ----------
    courses : Courses
        One or more.
    crisis : Crisis
    """
    seen = [stage for stage in passing_order(crisis.stages) if stage in crisis.observed]
    for last in range(len(seen), 0, -1):
        asked = {stage: crisis.observed[stage] for stage in seen[:last]}
        fit = [place for place, path in enumerate(courses.paths) if ended_so(path, asked)]
        if fit:
            latest = stage_in_words(crisis, seen[last - 1])
            end = "" if last == len(seen) else f" up to {latest}"
            choice = commonest(courses, fit, f" that went as observed{end}")
            return choice if not end else replace(choice, why=f"{NOT_TO_THE_END} {choice.why}")
    choice = commonest(courses, range(len(courses.paths)), "")
    return choice if not seen else replace(choice, why=f"{NOT_AT_ALL} {choice.why}")


NOT_TO_THE_END = "No history went as observed to the end."
NOT_AT_ALL = "No history went as observed."


def ended_so(path: Course, asked: Mapping[str, str]) -> bool:
    """Return whether stages ended in certain ways on a course, the last visit to each counting.

    Examples
    --------
    >>> from conjuncture.analysis.courses import Step
    >>> path = (Step("talks", 1, "failed"), Step("talks", 2, "agreed"))
    >>> ended_so(path, {"talks": "agreed"}), ended_so(path, {"talks": "failed"})
    (True, False)
    """
    ends = {step.stage: step.outcome for step in path}
    return all(ends.get(stage) == outcome for stage, outcome in asked.items())


def commonest(courses: Courses, among: Iterable[int], condition: str) -> Choice:
    """Return the first history that took the course which most did, of some courses.

    Parameters
    ----------
    courses : Courses
    among : iterable of int
        Their places, in order; one or more.
    condition : str
        What their histories have in common, to follow the word.
    """
    places = list(among)
    totals = courses.totals()[places]
    most = int(np.argmax(totals))
    fit, took = int(totals.sum()), int(totals[most])
    why = (
        f"{took:,} of the {fit:,} histories{condition} took this course, more than any other; "
        "this is the first of them."
    )
    if took == fit:
        why = f"All {fit:,} histories{condition} took this course; this is the first of them."
    return Choice(*courses.first[places[most]], why)


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
