"""The stages of a scenario: their own models, where outcomes lead, and every pass unrolled.

The engine compiles a stage anew for each pass through the crisis in which it can be reached; how
many those are, and what that costs, shows when a scenario is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conjuncture.graph import cycles, reachable_from, strong_components
from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import StageSymbols
from conjuncture.scenario.crisis import Place, Stage
from conjuncture.scenario.dependencies import (
    END,
    forced_stages,
    impossible_observation,
)
from conjuncture.scenario.models import StageFrame
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.schema_validation import locate, validate
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.stage_model import NOBODY, Cast, StageModel
from conjuncture.scenario.wording import read_says, read_wording
from conjuncture.scenario.yaml_tree import Entries, MappingNode, ScalarNode

if TYPE_CHECKING:
    from conjuncture.scenario.source import Diagnostics


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
    found: Mapping[str, Stage], passes: Sequence[UnrolledStage], cast: Cast
) -> float:
    """Return about how long compiling takes on one core of an ordinary processor."""
    each = []
    for name in stage_order(found):
        model = found[name].model
        alone, more = model.compile_seconds
        each.append(alone + more * len(model.takes_part(cast)))
    return BASE_SECONDS + sum(each[room.stage] for room in passes)


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
    passes = unroll_stages(stages)
    seconds = seconds_to_compile(stages, passes, cast)
    if seconds < LONG_SECONDS:
        return
    often = max(stages, key=lambda name: stages[name].visits)
    node = staging.nodes[often].get("visits") or staging.nodes[often]
    problem = (
        f"with all their visits the stages come to {len(passes):,} passes; to compile each takes "
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
    passes: list[UnrolledStage] = []
    arriving: set[int] = {0}
    for circle in strong_components(dict(enumerate(follows))):
        names = [stages[index] for index in circle]
        here = arriving & set(circle)
        for turn in range(1, 2 + sum(found[name].visits - 1 for name in names)):
            later: set[int] = set()
            for index in circle:
                if index not in here:
                    continue
                most = min(turn, found[stages[index]].visits)
                passes.append(UnrolledStage(index, tuple(range(1, most + 1))))
                for follower in follows[index]:
                    if follower not in circle:
                        arriving.add(follower)
                    elif follower > index:
                        here.add(follower)
                    else:
                        later.add(follower)
            here = later
    return tuple(passes)


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


_FRAME = tuple(StageFrame.model_fields)


@dataclass(frozen=True, slots=True)
class ParsedStages:
    """The stages that could be read; ``complete`` when all could."""

    stages: dict[str, Stage]
    nodes: dict[str, MappingNode]
    complete: bool

    @property
    def camps(self) -> tuple[str, ...] | None:
        """All camps of all stages in order, or None when some could not be read."""
        if not self.complete:
            return None
        return tuple(
            dict.fromkeys(camp for stage in self.stages.values() for camp in stage.model.camps_of())
        )


def read_stages(
    pairs: Entries,
    models: Mapping[str, type[StageModel]],
    cast: Cast,
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
) -> ParsedStages:
    """Return the stages of a scenario.

    Parameters
    ----------
    pairs : list
        The entries of ``stages`` in the tree.
    models : mapping
        Mechanism name to the model of what its stages may say.
    cast : Cast
        All forces and groups.
    sources : ProvenanceReader
        Reads quotes and sources.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    stages: dict[str, Stage] = {}
    nodes: dict[str, MappingNode] = {}
    for key, node in pairs:
        if not isinstance(node, MappingNode):
            if not node.broken:
                remedy = "write 'mechanism: showdown' and what else belongs to it, indented"
                diagnostics.refuse(key, f"stage '{key.value}' says nothing", remedy)
            continue
        stage = _read_stage(key, node, models, sources, diagnostics)
        if stage is None:
            continue
        stages[key.value], nodes[key.value] = stage, node
        for path, problem, remedy in stage.model.mistakes(cast):
            found, name, _ = locate(node, path)
            about_name = path and f"'{path[-1]}'" in problem and name is not None
            at_name = about_name or not isinstance(found, ScalarNode)
            diagnostics.refuse(name if at_name and name is not None else found, problem, remedy)
    return ParsedStages(stages, nodes, complete=len(stages) == len(pairs))


def constants_of(models: Mapping[str, type[StageModel]]) -> frozenset[str]:
    """Return the names of the structural constants of all mechanisms."""
    return frozenset(one.name for model in models.values() for one in model.constants)


def symbols_of(stage: Stage, cast: Cast) -> StageSymbols:
    """Return what expressions may say of a stage: its visits, who takes part, cores included."""
    return replace(
        stage.model.symbols(cast),
        visits=stage.visits,
        takes_part=tuple(stage.model.takes_part(cast)),
        cores=stage.model.camps_of(),
    )


def outcomes_of(stage: Stage) -> tuple[str, ...]:
    """Return the ways in which a stage can end."""
    return stage.model.symbols(NOBODY).outcomes


def steps_of(stages: Mapping[str, Stage]) -> dict[str, dict[str, str]]:
    """Return, for every stage, what follows each of its outcomes."""
    return {
        key: {
            outcome: stage.next.get(outcome, END)
            for outcome in stage.model.symbols(NOBODY).outcomes
        }
        for key, stage in stages.items()
    }


def edges_of(stages: Mapping[str, Stage]) -> dict[str, list[str]]:
    """Return, for every stage, what can follow it once its visits have run out, too."""
    edges = {key: [*following.values()] for key, following in steps_of(stages).items()}
    for key, stage in stages.items():
        if _has_afterwards(stage):
            edges[key].append(stage.afterwards)
    return edges


def certain_stages(stages: Mapping[str, Stage]) -> frozenset[str]:
    """Return the stages that every history reaches, as linking a query wants to know."""
    first = next(iter(stages), None)
    return frozenset() if first is None else frozenset(forced_stages(steps_of(stages), first))


def check_order(staging: ParsedStages, names: tuple[str, ...], diagnostics: Diagnostics) -> None:
    """Note outcomes and stages in ``next`` that do not exist, and loops without an end."""
    known = (*names, END)
    for key, node in staging.nodes.items():
        outcomes = outcomes_of(staging.stages[key])
        target = node.get("afterwards")
        if isinstance(target, ScalarNode) and not target.broken and target.value not in known:
            others = [name for name in known if name != key]
            diagnostics.refuse(target, *unknown_name("stage", target.value, others))
        elif isinstance(target, ScalarNode) and target.value == key:
            problem = f"after its last visit '{key}' cannot lead to itself"
            diagnostics.refuse(target, problem, "raise its 'visits', or name another stage")
        following = node.get("next")
        if not isinstance(following, MappingNode):
            continue
        for outcome, target in following.pairs:
            if outcome.value not in outcomes:
                diagnostics.refuse(outcome, *unknown_name("outcome", outcome.value, outcomes))
            if isinstance(target, ScalarNode) and not target.broken and target.value not in known:
                again = staging.stages[key].visits > 1 or _has_afterwards(staging.stages[key])
                possible = [name for name in known if again or name != key]
                diagnostics.refuse(target, *unknown_name("stage", target.value, possible))
    if not staging.complete:
        return
    edges = edges_of(staging.stages)
    for path in cycles(edges):
        if staging.stages[path[0]].visits > 1 or _has_afterwards(staging.stages[path[0]]):
            continue
        back = _step_node(staging.nodes[path[-1]], path[0])
        problem = f"the stages run in a circle: {' → '.join((*path, path[0]))}"
        remedy = f"write 'visits: 2' in '{path[0]}', or let no outcome lead back"
        diagnostics.refuse(back, problem, remedy)
    first = next(iter(staging.stages), None)
    if first is not None:
        reached = reachable_from(edges, first)
        for key, node in staging.nodes.items():
            if key not in reached:
                diagnostics.warn(
                    node, f"no outcome leads to the stage '{key}'", "name it in 'next'"
                )
    _warn_of_circles(staging, edges, diagnostics)


def _warn_of_circles(
    staging: ParsedStages, edges: Mapping[str, list[str]], diagnostics: Diagnostics
) -> None:
    """Warn of stages whose visits run out at once, and of ways onwards that nothing takes."""
    for key, stage in staging.stages.items():
        node = staging.nodes[key]
        circles = any(key in reachable_from(edges, follower) for follower in edges[key])
        if circles and stage.visits == 1 and not _has_afterwards(stage):
            problem = f"a history that comes back to '{key}' ends there, for it has one visit"
            diagnostics.warn(node, problem, "write 'visits: 2', or where it goes 'afterwards'")
        if _has_afterwards(stage) and not circles:
            problem = f"'{key}' never comes round again, so that its 'afterwards' means nothing"
            diagnostics.warn(node, problem, "write the way onwards in 'next'")


def _step_node(node: MappingNode, target: str) -> ScalarNode | MappingNode:
    """Return where a stage names the one that follows it."""
    following = node.get("next")
    for _, step in following.pairs if isinstance(following, MappingNode) else ():
        if isinstance(step, ScalarNode) and step.value == target:
            return step
    afterwards = node.get("afterwards")
    return afterwards if isinstance(afterwards, ScalarNode) else node


def read_observed(
    pairs: Entries,
    staging: ParsedStages,
    names: tuple[str, ...],
    diagnostics: Diagnostics,
) -> dict[str, str]:
    """Return what happened; it must be a path that the stages allow."""
    observed: dict[str, str] = {}
    places: dict[str, ScalarNode] = {}
    for key, node in pairs:
        if key.value not in names:
            diagnostics.refuse(key, *unknown_name("stage", key.value, names))
        elif key.value in staging.stages and isinstance(node, ScalarNode) and not node.broken:
            outcomes = outcomes_of(staging.stages[key.value])
            if node.value not in outcomes:
                diagnostics.refuse(node, *unknown_name("outcome", node.value, outcomes))
            else:
                observed[key.value] = node.value
                places[key.value] = key
    if staging.complete and staging.stages:
        stages = staging.stages
        repeated = [
            key for key, stage in stages.items() if stage.visits > 1 or _has_afterwards(stage)
        ]
        onwards = steps_of(stages)
        for one in repeated:
            onwards[one] |= {"": stages[one].afterwards}
        wrong = impossible_observation(onwards, next(iter(stages)), observed, repeated)
        if wrong is not None:
            problem = f"'{wrong}' cannot have happened together with the rest of 'observed'"
            diagnostics.refuse(
                places[wrong], problem, "follow the stages' 'next' from the first stage"
            )
    return observed


def _has_afterwards(stage: Stage) -> bool:
    """Return whether histories go on when the visits have run out."""
    return stage.afterwards != END


def _read_stage(
    key: ScalarNode,
    node: MappingNode,
    models: Mapping[str, type[StageModel]],
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
) -> Stage | None:
    what = f"stage '{key.value}'"
    own = tuple(name.value for name, _ in node.pairs if name.value not in _FRAME)
    constants = constants_of(models)
    frame = validate(StageFrame, node, diagnostics, what, leave=own, constants=constants)
    provenance = sources.read(node)
    mechanism = node.get("mechanism")
    if not isinstance(mechanism, ScalarNode) or mechanism.broken:
        return None
    if mechanism.value not in models:
        diagnostics.refuse(mechanism, *unknown_name("mechanism", mechanism.value, sorted(models)))
        return None
    wanted = models[mechanism.value]
    model = validate(
        wanted, node, diagnostics, what, also=_FRAME, leave=_FRAME, constants=constants
    )
    if model is None or frame is None:
        return None
    place = Place(diagnostics.source.file, *diagnostics.source.position_of(key.start))
    return Stage(
        key.value,
        mechanism.value,
        model,
        frame.next,
        frame.visits,
        frame.afterwards,
        short=read_wording(node, "short", diagnostics, "the night of the 23rd"),
        says=read_says(node, model.symbols(NOBODY).outcomes, diagnostics),
        provenance=provenance,
        place=place,
    )
