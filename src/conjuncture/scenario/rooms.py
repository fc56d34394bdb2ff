"""The stages unrolled: every stage in every pass through the crisis, and what that costs.

The engine compiles each of these rooms; how many there are shows when a scenario is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conjuncture.scenario.crisis import Stage
from conjuncture.scenario.stages import NOBODY, Cast

if TYPE_CHECKING:
    from conjuncture.scenario.findings import Diagnostics
    from conjuncture.scenario.staging import ParsedStages

END_INDEX = -1

MOST_SECONDS = 240.0
"""What would take longer to compile is refused: it would take some 8 GB of memory, too."""

BASE_SECONDS = 3.0
"""Seconds that compiling takes for the smallest scenario."""

LONG_SECONDS = 60.0
"""Seconds from which it is said beforehand how long compiling takes."""


@dataclass(frozen=True)
class UnrolledStage:
    """One place of the unrolled graph: a stage in one pass through the crisis.

    Attributes
    ----------
    stage : int
        Which stage.
    visits : tuple of int
        The visits, from 1, at which a history can be here.
    """

    stage: int
    visits: tuple[int, ...]


def leads_of(found: Mapping[str, Stage], stages: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Return for each stage and outcome the stage that follows, or END."""
    return tuple(
        tuple(
            stages.index(follower)
            if (follower := found[name].next.get(outcome, "end")) != "end"
            else END_INDEX
            for outcome in found[name].model.symbols(NOBODY).outcomes
        )
        for name in stages
    )


def unroll_stages(found: Mapping[str, Stage]) -> tuple[UnrolledStage, ...]:
    """Return the rooms of a crisis that has these stages."""
    stages = stage_order(found)
    return unroll(found, stages, leads_of(found, stages))


def seconds_to_compile(
    found: Mapping[str, Stage], rooms: Sequence[UnrolledStage], cast: Cast
) -> float:
    """Return about how long compiling takes on one core of an ordinary processor."""
    each = []
    for name in stage_order(found):
        model = found[name].model
        alone, more = model.compile_seconds
        each.append(alone + more * len(model.takes_part(cast)))
    return BASE_SECONDS + sum(each[room.stage] for room in rooms)


def check_compile_time(staging: ParsedStages, cast: Cast, diagnostics: Diagnostics) -> None:
    """Note where stages come round so often that compiling takes long, or cannot be done."""
    stages = staging.stages
    if (
        not staging.complete
        or not stages
        or any(
            step not in (*stages, "end")
            for stage in stages.values()
            for step in (*stage.next.values(), stage.afterwards)
        )
    ):
        return
    rooms = unroll_stages(stages)
    seconds = seconds_to_compile(stages, rooms, cast)
    if seconds < LONG_SECONDS:
        return
    often = max(stages, key=lambda name: stages[name].visits)
    node = staging.nodes[often].get("visits") or staging.nodes[often]
    problem = (
        f"with all their visits the stages come to {len(rooms):,} passes; to compile each takes "
        f"{duration_text(seconds)} before the first run"
    )
    if seconds > MOST_SECONDS:
        problem += (
            f", and more than {duration_text(MOST_SECONDS).removeprefix('about ')} are not tried"
        )
        diagnostics.refuse(node, problem, fewer_visits(stages, cast))
    else:
        diagnostics.warn(node, problem, "fewer 'visits' make it shorter")


def fewer_visits(stages: Mapping[str, Stage], cast: Cast) -> str:
    """Return how many visits of a stage come to few enough passes."""
    for most in range(max(stage.visits for stage in stages.values()) - 1, 0, -1):
        fewer = {
            key: replace(stage, visits=min(stage.visits, most)) for key, stage in stages.items()
        }
        if seconds_to_compile(fewer, unroll_stages(fewer), cast) <= MOST_SECONDS:
            return f"write no 'visits' above {most}"
    return "let fewer stages lead back to earlier ones"


def duration_text(seconds: float) -> str:
    """Return a length of time in round numbers.

    Examples
    --------
    >>> duration_text(38.0), duration_text(100.0), duration_text(260.0)
    ('about 40 seconds', 'about 2 minutes', 'about 4 minutes')
    """
    if seconds < 60.0:
        return f"about {max(round(seconds, -1), 10):.0f} seconds"
    minutes = round(seconds / 60.0)
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"


def stage_order(found: Mapping[str, Stage]) -> tuple[str, ...]:
    """Return the stages so that every step leads forward, except into repeated stages."""
    start = next(iter(found))
    order: list[str] = []
    entered: set[str] = set()

    def followers(stage: Stage) -> list[str]:
        return [name for name in (*stage.next.values(), stage.afterwards) if name != "end"]

    pending = [(start, iter(followers(found[start])))]
    entered.add(start)
    while pending:
        name, rest = pending[-1]
        for follower in rest:
            if follower not in entered:
                entered.add(follower)
                pending.append((follower, iter(followers(found[follower]))))
                break
        else:
            order.append(name)
            pending.pop()
    reachable = tuple(reversed(order))
    return reachable + tuple(name for name in found if name not in entered)


def unroll(
    found: Mapping[str, Stage], stages: tuple[str, ...], leads: tuple[tuple[int, ...], ...]
) -> tuple[UnrolledStage, ...]:
    """Return the rooms a history can enter, circle after circle and pass after pass.

    Stages that lead back to each other form a circle. Within a circle a step to a stage further on
    stays in the pass, a step back opens the next one; a history that leaves it waits where it goes
    until all passes of the circle are over.
    """
    follows = followers_of(found, stages, leads)
    rooms: list[UnrolledStage] = []
    arriving: set[int] = {0}
    for circle in strong_components(follows):
        names = [stages[index] for index in circle]
        here = arriving & set(circle)
        for turn in range(1, 2 + sum(found[name].visits - 1 for name in names)):
            later: set[int] = set()
            for index in circle:
                if index not in here:
                    continue
                most = min(turn, found[stages[index]].visits)
                rooms.append(UnrolledStage(index, tuple(range(1, most + 1))))
                for follower in follows[index]:
                    if follower not in circle:
                        arriving.add(follower)
                    elif follower > index:
                        here.add(follower)
                    else:
                        later.add(follower)
            here = later
    return tuple(rooms)


def followers_of(
    found: Mapping[str, Stage], stages: tuple[str, ...], leads: tuple[tuple[int, ...], ...]
) -> tuple[frozenset[int], ...]:
    """Return for each stage those to which a history can go from it."""
    return tuple(
        frozenset({*leads[index], overflow_of(found, stages, index)} - {END_INDEX})
        for index in range(len(stages))
    )


def overflow_of(found: Mapping[str, Stage], stages: tuple[str, ...], stage: int) -> int:
    """Return where a history goes that would enter a stage too often, or END."""
    afterwards = found[stages[stage]].afterwards
    return END_INDEX if afterwards == "end" else stages.index(afterwards)


def strong_components(follows: Sequence[Set[int]]) -> list[list[int]]:
    """Return the stages in groups that lead back to each other, in the order of passing.

    Examples
    --------
    >>> strong_components([{1}, {2, 1}, {1, 3}, set()])
    [[0], [1, 2], [3]]
    """
    reach = [set(one) for one in follows]
    for middle in range(len(follows)):
        for found in reach:
            if middle in found:
                found.update(reach[middle])
    groups: list[list[int]] = []
    for stage in range(len(follows)):
        for group in groups:
            if stage in reach[group[0]] and group[0] in reach[stage]:
                group.append(stage)
                break
        else:
            groups.append([stage])
    before = {
        group[0]: sum(group[0] in reach[other[0]] for other in groups if other is not group)
        for group in groups
    }
    return sorted(groups, key=lambda group: (before[group[0]], group[0]))
