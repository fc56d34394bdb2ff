"""Flows: how many histories go from each stage, by which outcome, to which stage.

The outcome tree with its branches joined: what came before a stage is forgotten, so that a crisis
of a dozen stages, which has thousands of courses, has a few dozen flows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conjuncture.analysis.courses import Courses, Step
from conjuncture.errors import UsageError
from conjuncture.ordering import put_in_order


@dataclass(frozen=True)
class Flow:
    """Histories that leave a stage by an outcome.

    Attributes
    ----------
    stage : str
        With the visit from the second on: ``demands (2)``.
    outcome : str
    then : str or None
        The stage they come to next; None where the crisis ends.
    share : float
        Of all histories.
    """

    stage: str
    outcome: str
    then: str | None
    share: float


def flows_of(courses: Courses) -> tuple[Flow, ...]:
    """Return the flows of all histories, by stage in order, the larger first.

    Parameters
    ----------
    courses : Courses

    Raises
    ------
    UsageError
        When there is no history.
    """
    if not courses.paths:
        raise UsageError("the run was stopped before it had a history; let it run longer")
    counts: dict[tuple[str, str, str | None], int] = {}
    depths: dict[str, int] = {}
    for course, count in zip(courses.paths, courses.totals().tolist(), strict=True):
        names = [name_visit(step) for step in course]
        for depth, (step, name) in enumerate(zip(course, names, strict=True)):
            then = names[depth + 1] if depth + 1 < len(names) else None
            place = (name, step.outcome, then)
            counts[place] = counts.get(place, 0) + count
            depths[name] = max(depth, depths.get(name, 0))
    whole = int(courses.searched.sum())
    found = [Flow(*place, count / whole) for place, count in counts.items()]
    large_first = put_in_order(found, lambda one: one.share, falling=True)
    return tuple(sorted(large_first, key=lambda one: (depths[one.stage], one.stage)))


def name_visit(step: Step) -> str:
    """Return the name of a stage, and from the second visit on which visit it is."""
    return step.stage if step.visit == 1 else f"{step.stage} ({step.visit})"


def columns_of(flows: Sequence[Flow]) -> dict[str, int]:
    """Return the column of each stage: one more than that of any stage it can follow.

    Where two stages can each follow the other, the flow that would lead back counts for nothing.

    Parameters
    ----------
    flows : sequence of Flow

    Examples
    --------
    >>> columns_of([Flow("a", "x", "b", 0.5), Flow("a", "y", "c", 0.5), Flow("b", "z", "c", 0.5)])
    {'a': 0, 'b': 1, 'c': 2}
    """
    onward: dict[str, dict[str, None]] = {}
    for flow in flows:
        if flow.then is not None:
            onward.setdefault(flow.stage, {})[flow.then] = None
    later = {then for row in onward.values() for then in row}
    stages = dict.fromkeys(flow.stage for flow in flows)
    found = {stage: 0 for stage in stages if stage not in later}

    def follow(stage: str, passed: tuple[str, ...]) -> None:
        for then in onward.get(stage, ()):
            if then not in passed and found.get(then, -1) <= found[stage]:
                found[then] = found[stage] + 1
                follow(then, (*passed, then))

    for stage in list(found):
        follow(stage, (stage,))
    return found
