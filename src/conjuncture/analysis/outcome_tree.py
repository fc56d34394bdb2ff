"""The outcome tree: every course of the crisis with its probability, and the worlds behind it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import Answer, Counts, answer
from conjuncture.analysis.courses import Courses, Integers, worlds_of
from conjuncture.analysis.questions import Question, Ratio
from conjuncture.analysis.result import Result
from conjuncture.engine.tallies import Sums
from conjuncture.errors import UsageError
from conjuncture.language.nodes import Compare, Label, Outcome
from conjuncture.language.quantities import Probability
from conjuncture.number_format import write_number
from conjuncture.ordering import places_in_order

Real = NDArray[np.float64]
LEAST = 0.01
"""Branches that fewer of all histories take are folded together."""


@dataclass(frozen=True)
class OutcomeBranch:
    """One outcome of a stage, at one place of the tree.

    Attributes
    ----------
    outcome : str
    probability : Answer
        Share of all histories that came here and took this branch.
    here : Answer
        Share among the histories that came to the stage by this course.
    likeliest : float
        Share of worlds, among those in which some history came here, in which no other outcome is
        likelier from here; worlds with a tie are split.
    then : Fork or None
        The stage that follows; None where the crisis ends.
    """

    outcome: str
    probability: Answer
    here: Answer
    likeliest: float
    then: Fork | None


@dataclass(frozen=True)
class Fork:
    """A stage at one place of the tree.

    Attributes
    ----------
    stage : str
    visit : int
        From 1.
    worlds : float
        Share of worlds in which some history came here.
    branches : tuple of OutcomeBranch
        The likeliest first.
    rarer : int
        How many more outcomes were seen here, each too rare to be shown.
    rarer_probability : float
        Share of all histories that took one of these.
    """

    stage: str
    visit: int
    worlds: float
    branches: tuple[OutcomeBranch, ...]
    rarer: int
    rarer_probability: float

    @property
    def name(self) -> str:
        """The stage, and from the second visit on which visit it is: ``demands (2)``."""
        return self.stage if self.visit == 1 else f"{self.stage} ({self.visit})"

    @property
    def size(self) -> int:
        """How many branches the tree has from here on."""
        return sum(1 + (one.then.size if one.then else 0) for one in self.branches)


@dataclass(frozen=True, repr=False)
class OutcomeTree(Result):
    """The tree of the courses that a crisis can take.

    Attributes
    ----------
    root : Fork
        The first stage.
    least : float
        Branches that fewer of all histories take are folded together.
    """

    root: Fork
    least: float

    def __repr__(self) -> str:
        return f"OutcomeTree({self.root.name!r}, branches={self.root.size})"


def outcome_tree(courses: Courses, least: float = LEAST) -> OutcomeTree:
    """Return the tree of the courses of all histories.

    Parameters
    ----------
    courses : Courses
    least : float
        Branches that fewer of all histories take are folded together; 0 to 1.

    Raises
    ------
    UsageError
        When ``least`` is not a share, or there is no history.
    """
    refuse_no_share(least)
    if not courses.paths:
        raise UsageError("the run was stopped before it had a history; let it run longer")
    return OutcomeTree(grow_fork(courses, list(range(len(courses.paths))), 0, least), least)


def refuse_no_share(least: float) -> None:
    """Raise unless a number is a share."""
    if not (isfinite(least) and 0.0 <= least <= 1.0):
        raise UsageError(
            f"least must be 0 to 1, a share of the histories, not {write_number(least)}"
        )


def grow_fork(courses: Courses, places: list[int], depth: int, least: float) -> Fork:
    """Return the tree from one stage on.

    Parameters
    ----------
    courses : Courses
    places : list of int
        The courses that come here; their first ``depth`` steps are the same.
    depth : int
    least : float
    """
    stage, visit, _ = courses.paths[places[0]][depth]
    outcomes = list(dict.fromkeys(courses.paths[place][depth].outcome for place in places))
    group = {place: outcomes.index(courses.paths[place][depth].outcome) for place in places}
    # A run that was stopped may leave worlds without histories, of which nothing is known.
    counts = worlds_of(courses, group)[courses.searched > 0]
    reached = counts.sum(axis=1)
    came = reached > 0
    most = counts[came] == counts[came].max(axis=1, keepdims=True)
    likeliest = (most / most.sum(axis=1, keepdims=True)).mean(axis=0)
    searched = courses.searched[courses.searched > 0]
    everything = searched.astype(np.float64)
    shares = counts.sum(axis=0) / everything.sum()
    branches = []
    for index in places_in_order(shares.tolist(), falling=True):
        if shares[index] < least:
            continue
        event = Probability(
            Compare("=", Outcome(stage, visit), Label(outcomes[index], index)), given=None
        )
        onward = [
            place
            for place in places
            if group[place] == index and len(courses.paths[place]) > depth + 1
        ]
        branches.append(
            OutcomeBranch(
                outcome=outcomes[index],
                probability=conditional_probability_of(
                    event, counts[:, index], everything, searched
                ),
                here=conditional_probability_of(event, counts[:, index], reached, searched),
                likeliest=float(likeliest[index]),
                then=grow_fork(courses, onward, depth + 1, least) if onward else None,
            )
        )
    folded = shares[shares < least]
    return Fork(stage, visit, float(came.mean()), tuple(branches), len(folded), float(folded.sum()))


def conditional_probability_of(
    event: Probability, part: Real, whole: Real, histories: Integers
) -> Answer:
    """Return how probable an event is where a condition holds, from counts by world.

    Parameters
    ----------
    event : Probability
    part, whole : array, shape (worlds,)
        Histories in which both hold, and in which the condition does.
    histories : array of int64, shape (worlds,)
        In each world, one or more.
    """
    first = np.stack([whole, part], axis=1)
    second = np.stack([first, np.stack([part, part], axis=1)], axis=1)
    sums = Sums(histories, first, second)
    question = Question(event, (), ((), ()), {event: Ratio(event, (1,), 0, {})}, {})
    return answer(Counts(question, sums))
