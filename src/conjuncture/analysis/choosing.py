"""Choosing the history that is told: the first that took the commonest course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from conjuncture.analysis.clauses import event_in_words
from conjuncture.analysis.counting import Simulator
from conjuncture.analysis.courses import Course, Courses
from conjuncture.analysis.phrases import stage_in_words
from conjuncture.analysis.surveying import survey_courses
from conjuncture.engine.addresses import BLOCK
from conjuncture.errors import UsageError
from conjuncture.scenario.asking import read_event
from conjuncture.scenario.crisis import Crisis
from conjuncture.scenario.rooms import stage_order


@dataclass(frozen=True)
class ChosenHistory:
    """A history, by its address, and why it was chosen (nothing where it was asked for)."""

    world: int
    history: int
    why: str


def choose_by_address(simulator: Simulator, world: int, history: int) -> ChosenHistory:
    """Return the history that somebody asked for by its address.

    Raises
    ------
    UsageError
        When the ensemble has no such history.
    """
    sizes = (
        ("world", world, simulator.worlds.count),
        ("history", history, simulator.blocks * BLOCK),
    )
    for what, number, count in sizes:
        if not 0 <= number < count:
            raise UsageError(f"{what} must be 0 to {count - 1:,}, not {number}")
    return ChosenHistory(world, history, "")


def choose_typical(simulator: Simulator, given: str | None = None) -> ChosenHistory:
    """Return the first history, in the order of addresses, that took the commonest course.

    Parameters
    ----------
    simulator : Laboratory
    given : str, optional
        Only histories in which this event is true are looked at.

    Raises
    ------
    QueryError
        When ``given`` is no event.
    UsageError
        When no history fits.
    """
    crisis = simulator.worlds.crisis
    event = None if given is None else read_event(given, crisis)
    courses, _ = survey_courses(simulator, given=event, label="histories searched")
    searched = int(courses.searched.sum())
    if not courses.paths:
        raise UsageError(no_history_message(given or "", searched, courses.undefined))
    condition = "" if event is None else f" in which {event_in_words(crisis, event)}"
    return choose_commonest(courses, range(len(courses.paths)), condition)


def choose_typical_of_observed(courses: Courses, crisis: Crisis) -> ChosenHistory:
    """Return the first history that took the commonest course of those that went as observed.

    Where none did to the end, it is of those that went so up to the latest stage possible, and the
    reason says so; where nothing was observed, of all.

    Parameters
    ----------
    courses : Courses
        One or more.
    crisis : Crisis
    """
    seen = [stage for stage in stage_order(crisis.stages) if stage in crisis.observed]
    for last in range(len(seen), 0, -1):
        asked = {stage: crisis.observed[stage] for stage in seen[:last]}
        fit = [place for place, path in enumerate(courses.paths) if has_endings(path, asked)]
        if fit:
            latest = stage_in_words(crisis, seen[last - 1])
            end = "" if last == len(seen) else f" up to {latest}"
            choice = choose_commonest(courses, fit, f" that went as observed{end}")
            return choice if not end else replace(choice, why=f"{NOT_TO_THE_END} {choice.why}")
    choice = choose_commonest(courses, range(len(courses.paths)), "")
    return choice if not seen else replace(choice, why=f"{NOT_AT_ALL} {choice.why}")


NOT_TO_THE_END = "No history went as observed to the end."
NOT_AT_ALL = "No history went as observed."


def has_endings(path: Course, asked: Mapping[str, str]) -> bool:
    """Return whether stages ended in certain ways on a course, the last visit to each counting.

    Examples
    --------
    >>> from conjuncture.analysis.courses import Step
    >>> path = (Step("talks", 1, "failed"), Step("talks", 2, "agreed"))
    >>> has_endings(path, {"talks": "agreed"}), has_endings(path, {"talks": "failed"})
    (True, False)
    """
    ends = {step.stage: step.outcome for step in path}
    return all(ends.get(stage) == outcome for stage, outcome in asked.items())


def choose_commonest(courses: Courses, among: Iterable[int], condition: str) -> ChosenHistory:
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
    return ChosenHistory(*courses.first[places[most]], why)


def no_history_message(given: str, searched: int, undefined: int) -> str:
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
