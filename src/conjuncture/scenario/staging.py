"""The stages of a scenario: their mechanisms' own models, and where their outcomes lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from conjuncture.language.names import unknown_name
from conjuncture.language.symbols import StageSymbols
from conjuncture.scenario.crisis import Place, Stage
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.graph import (
    END,
    cycles,
    forced_stages,
    impossible_observation,
    reachable_from,
)
from conjuncture.scenario.models import StageFrame
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.shape import locate, validate
from conjuncture.scenario.stages import NOBODY, Cast, StageModel
from conjuncture.scenario.tree import Entries, MappingNode, ScalarNode
from conjuncture.scenario.wordings import read_says, read_wording

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
    sources : Sources
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
