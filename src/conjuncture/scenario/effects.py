"""Effects: what a stage leaves behind in the numbers that later stages read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from conjuncture.language.linking import link_change, link_condition
from conjuncture.language.mistakes import LanguageErrors, Problem
from conjuncture.language.nodes import Expression, Measure, Name, Outcome, Reached, SyntaxNode
from conjuncture.language.parser import parse_event, parse_expression
from conjuncture.language.symbols import Vocabulary
from conjuncture.language.walk import walk
from conjuncture.scenario.conditions import can_hold, stages_read, stages_required_by
from conjuncture.scenario.crisis import Change, Effect, Number, Place, Stage
from conjuncture.scenario.findings import Diagnostics
from conjuncture.scenario.following import dependents_of
from conjuncture.scenario.graph import END, dominators_of, reachable_from
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.staging import ParsedStages, edges_of, steps_of
from conjuncture.scenario.targets import TargetReader, world_fixed_cells
from conjuncture.scenario.tree import MappingNode, ScalarNode, SequenceNode

ChangeKind = Literal["set", "shift", "clip"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("set", "shift", "clip")


def read_effects(
    staging: ParsedStages,
    vocabulary: Vocabulary,
    numbers: Mapping[str, Number],
    sources: ProvenanceReader,
    diagnostics: Diagnostics,
) -> dict[str, Stage]:
    """Return the stages with their effects.

    Parameters
    ----------
    staging : Staging
        The stages as read so far. Where some could not be read, effects wait until they can.
    vocabulary : Vocabulary
        What names mean.
    numbers : mapping of str to Number
        Every cell.
    sources : Sources
        Reads quotes and sources.
    diagnostics : Diagnostics
        Where mistakes go.
    """
    if not staging.complete or not staging.stages:
        return staging.stages
    reader = _EffectReader(staging, vocabulary, numbers, sources, diagnostics)
    stages = {}
    for key, stage in staging.stages.items():
        listed = staging.nodes[key].get("effects")
        items = listed.items if isinstance(listed, SequenceNode) else []
        effects = (reader.read_effect(key, item) for item in items if isinstance(item, MappingNode))
        stages[key] = replace(stage, effects=tuple(effects))
    reader.refuse_followers()
    return stages


@dataclass(frozen=True, slots=True)
class _StageOrder:
    """Where a stage stands among the others."""

    earlier: frozenset[str]
    certain: frozenset[str]
    possible: Mapping[str, tuple[int, ...]]


class _EffectReader:
    """Reads the effects of one scenario and remembers what they move."""

    def __init__(
        self,
        staging: ParsedStages,
        vocabulary: Vocabulary,
        numbers: Mapping[str, Number],
        sources: ProvenanceReader,
        diagnostics: Diagnostics,
    ) -> None:
        self._vocabulary = vocabulary
        self._numbers = numbers
        self._sources = sources
        self._diagnostics = diagnostics
        settled = world_fixed_cells(staging.stages, numbers)
        self._targets = TargetReader(vocabulary, numbers, settled, diagnostics)
        self._orders = _orders_of(staging.stages)
        self._moved: dict[str, ScalarNode] = {}

    def read_effect(self, stage: str, node: MappingNode) -> Effect:
        """Return one effect; what is wrong with it is noted."""
        provenance = self._sources.read(node)
        written = node.get("when")
        when = None
        if isinstance(written, ScalarNode) and not written.broken:
            when = self._read_condition(stage, written)
        changes: dict[str, Change] = {}
        for how in CHANGE_KINDS:
            section = node.get(how)
            for key, value in section.pairs if isinstance(section, MappingNode) else ():
                if isinstance(value, ScalarNode) and not value.broken:
                    self._add_changes(
                        changes, key, self._read_changes(stage, how, key, value, when)
                    )
        if not any(node.get(how) is not None for how in CHANGE_KINDS) and not node.broken:
            remedy = "add 'set', 'shift' or 'clip', as in shift: {unions.cohesion: -0.5}"
            self._diagnostics.refuse(node, "this effect changes nothing", remedy)
        return Effect(when, tuple(changes.values()), provenance, self._place_of(node))

    def refuse_followers(self) -> None:
        """Note numbers that effects move and that follow from others which effects move."""
        roots = frozenset(self._moved)
        for key in dependents_of(self._numbers, roots):
            if key in roots:
                first = min(self._numbers[key].reads & self._varying_cells(roots))
                problem = f"'{key}' follows from '{first}', which effects move, and keeps doing so"
                self._diagnostics.refuse(self._moved[key], problem, "move one of the two only")

    def _varying_cells(self, roots: frozenset[str]) -> frozenset[str]:
        return roots | frozenset(dependents_of(self._numbers, roots))

    def _read_condition(self, stage: str, written: ScalarNode) -> Expression | None:
        try:
            when = link_condition(parse_event(written.value), self._vocabulary, stage)
        except LanguageErrors as errors:
            self._diagnostics.refuse_text(written, errors)
            return None
        problems = list(self._problems_too_early(stage, when))
        if problems:
            self._diagnostics.refuse_text(written, LanguageErrors(problems))
        elif not can_hold(when, self._orders[stage].possible):
            problem = f"after '{stage}' this can never be true"
            self._diagnostics.warn(written, problem, "look at 'next', and at what 'and' joins")
        return when

    def _read_changes(
        self,
        stage: str,
        how: ChangeKind,
        key: ScalarNode,
        value: ScalarNode,
        when: Expression | None,
    ) -> list[Change]:
        target = self._targets.read(key)
        try:
            tree = parse_expression(value.value)
        except LanguageErrors as errors:
            self._diagnostics.refuse_text(value, errors)
            return []
        changes: list[Change] = []
        for cell, bearer in target.cells if target is not None else ():
            own = _rename(tree, target.name, replace(target.name, root=bearer)) if target else tree
            linked = self._link_value(stage, how, cell, value, own, when)
            if linked is None:
                # What is wrong with the value is the same for every member of a group.
                break
            text = " ".join(value.value.split())
            changes.append(Change(cell, how, linked, self._place_of(key), text))
        return changes

    def _link_value(
        self,
        stage: str,
        how: ChangeKind,
        cell: str,
        value: ScalarNode,
        tree: Expression,
        when: Expression | None,
    ) -> Expression | None:
        try:
            linked = link_change(tree, self._vocabulary, cell, how)
            problems = [
                *self._problems_too_early(stage, linked),
                *self._problems_unsure(stage, linked, when),
            ]
            if problems:
                raise LanguageErrors(problems)
        except LanguageErrors as errors:
            self._diagnostics.refuse_text(value, errors)
            return None
        return linked

    def _add_changes(
        self, changes: dict[str, Change], key: ScalarNode, found: list[Change]
    ) -> None:
        for change in found:
            if change.key in changes:
                problem = f"'{change.key}' is changed twice in one effect"
                self._diagnostics.refuse(key, problem, "keep one of the two, or write two effects")
            changes.setdefault(change.key, change)
            self._moved.setdefault(change.key, key)

    def _problems_too_early(self, stage: str, node: Expression) -> Iterator[Problem]:
        """Yield a problem for what is read of a stage that cannot have come before."""
        earlier = self._orders[stage].earlier
        for read, _ in walk(node):
            if isinstance(read, Outcome | Measure | Reached) and read.stage not in earlier:
                problem = f"'{read.stage}' never comes before '{stage}' ends"
                remedy = "read what has happened by then, or move this effect to a later stage"
                yield Problem(read.start, read.end, problem, remedy)

    def _problems_unsure(
        self, stage: str, node: Expression, when: Expression | None
    ) -> Iterator[Problem]:
        """Yield a problem for what is read of a stage that a history may have passed by."""
        order, given = self._orders[stage], stages_required_by(when)
        for read in stages_read(node):
            visit = read.visit or 1
            sure = visit == 1 and read.stage in order.certain
            if read.stage in order.earlier and not sure and (read.stage, visit) not in given:
                text = read.stage + (f"[{visit}]" if visit > 1 else "")
                problem = f"a history may come to '{stage}' without '{text}'"
                yield Problem(read.start, read.end, problem, f"add 'reached({text})' to 'when'")

    def _place_of(self, node: ScalarNode | MappingNode) -> Place:
        return Place(
            self._diagnostics.source.file, *self._diagnostics.source.position_of(node.start)
        )


def _orders_of(stages: Mapping[str, Stage]) -> dict[str, _StageOrder]:
    """Return for each stage what can, and what must, have come before its end."""
    following = steps_of(stages)
    edges = edges_of(stages)
    first = next(iter(stages))
    certain = dominators_of(edges, first)
    orders = {}
    for key in stages:
        earlier = {key} | {one for one in certain if key in reachable_from(edges, one)}
        possible = {key: tuple(range(len(following[key])))}
        for one in earlier - {key}:
            if stages[one].visits > 1 or stages[one].afterwards != END:
                possible[one] = tuple(range(len(following[one])))
                continue
            ways = {**edges, one: []}
            steps_on = enumerate(following[one].values())
            possible[one] = tuple(code for code, to in steps_on if key in reachable_from(ways, to))
        orders[key] = _StageOrder(frozenset(earlier), certain.get(key, frozenset((key,))), possible)
    return orders


def _rename(node: Any, old: Name, new: Name) -> Any:
    """Return a tree in which a name of a group's attribute is that of one member."""
    if isinstance(node, tuple):
        return tuple(_rename(part, old, new) for part in node)
    if not isinstance(node, SyntaxNode):
        return node
    if node == old:
        return replace(new, start=node.start, end=node.end)
    inner = {one.name: _rename(getattr(node, one.name), old, new) for one in fields(node)}
    return replace(node, **inner)
