"""Effects: what a stage leaves behind in the numbers that later stages read."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from conjuncture.language.linking import link_change, link_condition
from conjuncture.language.mistakes import LanguageErrors, Problem
from conjuncture.language.nodes import Expression, Measure, Name, Node, Outcome, Reached
from conjuncture.language.parser import parse_event, parse_expression
from conjuncture.language.symbols import Vocabulary
from conjuncture.language.walk import walk
from conjuncture.scenario.conditions import can_hold, ensured, stages_read
from conjuncture.scenario.crisis import Change, Effect, Number, Place, Stage
from conjuncture.scenario.findings import Findings
from conjuncture.scenario.following import dependents
from conjuncture.scenario.graph import END, passed, reachable
from conjuncture.scenario.provenance import Sources
from conjuncture.scenario.staging import Staging, edges_of, steps
from conjuncture.scenario.targets import Targets, settled_cells
from conjuncture.scenario.tree import Mapping, Scalar, Sequence

How = Literal["set", "shift", "clip"]
HOW: tuple[How, ...] = ("set", "shift", "clip")


def read_effects(
    staging: Staging,
    vocabulary: Vocabulary,
    numbers: Lookup[str, Number],
    sources: Sources,
    findings: Findings,
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
    findings : Findings
        Where mistakes go.
    """
    if not staging.complete or not staging.stages:
        return staging.stages
    reader = _Reader(staging, vocabulary, numbers, sources, findings)
    stages = {}
    for key, stage in staging.stages.items():
        listed = staging.nodes[key].get("effects")
        items = listed.items if isinstance(listed, Sequence) else []
        effects = (reader.effect(key, item) for item in items if isinstance(item, Mapping))
        stages[key] = replace(stage, effects=tuple(effects))
    reader.refuse_followers()
    return stages


@dataclass(frozen=True, slots=True)
class _Order:
    """Where a stage stands among the others."""

    earlier: frozenset[str]
    certain: frozenset[str]
    possible: Lookup[str, tuple[int, ...]]


class _Reader:
    """Reads the effects of one scenario and remembers what they move."""

    def __init__(
        self,
        staging: Staging,
        vocabulary: Vocabulary,
        numbers: Lookup[str, Number],
        sources: Sources,
        findings: Findings,
    ) -> None:
        self._vocabulary = vocabulary
        self._numbers = numbers
        self._sources = sources
        self._findings = findings
        settled = settled_cells(staging.stages, numbers)
        self._targets = Targets(vocabulary, numbers, settled, findings)
        self._orders = _orders(staging.stages)
        self._moved: dict[str, Scalar] = {}

    def effect(self, stage: str, node: Mapping) -> Effect:
        """Return one effect; what is wrong with it is noted."""
        provenance = self._sources.read(node)
        written = node.get("when")
        when = None
        if isinstance(written, Scalar) and not written.broken:
            when = self._condition(stage, written)
        changes: dict[str, Change] = {}
        for how in HOW:
            section = node.get(how)
            for key, value in section.pairs if isinstance(section, Mapping) else ():
                if isinstance(value, Scalar) and not value.broken:
                    self._add(changes, key, self._changes(stage, how, key, value, when))
        if not any(node.get(how) is not None for how in HOW) and not node.broken:
            remedy = "add 'set', 'shift' or 'clip', as in shift: {unions.cohesion: -0.5}"
            self._findings.of(node, "this effect changes nothing", remedy)
        return Effect(when, tuple(changes.values()), provenance, self._place(node))

    def refuse_followers(self) -> None:
        """Note numbers that effects move and that follow from others which effects move."""
        roots = frozenset(self._moved)
        for key in dependents(self._numbers, roots):
            if key in roots:
                first = min(self._numbers[key].reads & self._moving(roots))
                problem = f"'{key}' follows from '{first}', which effects move, and keeps doing so"
                self._findings.of(self._moved[key], problem, "move one of the two only")

    def _moving(self, roots: frozenset[str]) -> frozenset[str]:
        return roots | frozenset(dependents(self._numbers, roots))

    def _condition(self, stage: str, written: Scalar) -> Expression | None:
        try:
            when = link_condition(parse_event(written.value), self._vocabulary, stage)
        except LanguageErrors as errors:
            self._findings.within(written, errors)
            return None
        problems = list(self._too_early(stage, when))
        if problems:
            self._findings.within(written, LanguageErrors(problems))
        elif not can_hold(when, self._orders[stage].possible):
            problem = f"after '{stage}' this can never be true"
            self._findings.doubt(written, problem, "look at 'next', and at what 'and' joins")
        return when

    def _changes(
        self, stage: str, how: How, key: Scalar, value: Scalar, when: Expression | None
    ) -> list[Change]:
        target = self._targets.read(key)
        try:
            tree = parse_expression(value.value)
        except LanguageErrors as errors:
            self._findings.within(value, errors)
            return []
        changes: list[Change] = []
        for cell, bearer in target.cells if target is not None else ():
            own = _renamed(tree, target.name, replace(target.name, root=bearer)) if target else tree
            linked = self._linked(stage, how, cell, value, own, when)
            if linked is None:
                # What is wrong with the value is the same for every member of a group.
                break
            text = " ".join(value.value.split())
            changes.append(Change(cell, how, linked, self._place(key), text))
        return changes

    def _linked(
        self,
        stage: str,
        how: How,
        cell: str,
        value: Scalar,
        tree: Expression,
        when: Expression | None,
    ) -> Expression | None:
        try:
            linked = link_change(tree, self._vocabulary, cell, how)
            problems = [*self._too_early(stage, linked), *self._unsure(stage, linked, when)]
            if problems:
                raise LanguageErrors(problems)
        except LanguageErrors as errors:
            self._findings.within(value, errors)
            return None
        return linked

    def _add(self, changes: dict[str, Change], key: Scalar, found: list[Change]) -> None:
        for change in found:
            if change.key in changes:
                problem = f"'{change.key}' is changed twice in one effect"
                self._findings.of(key, problem, "keep one of the two, or write two effects")
            changes.setdefault(change.key, change)
            self._moved.setdefault(change.key, key)

    def _too_early(self, stage: str, node: Expression) -> Iterator[Problem]:
        """Yield a problem for what is read of a stage that cannot have come before."""
        earlier = self._orders[stage].earlier
        for read, _ in walk(node):
            if isinstance(read, Outcome | Measure | Reached) and read.stage not in earlier:
                problem = f"'{read.stage}' never comes before '{stage}' ends"
                remedy = "read what has happened by then, or move this effect to a later stage"
                yield Problem(read.start, read.end, problem, remedy)

    def _unsure(self, stage: str, node: Expression, when: Expression | None) -> Iterator[Problem]:
        """Yield a problem for what is read of a stage that a history may have passed by."""
        order, given = self._orders[stage], ensured(when)
        for read in stages_read(node):
            visit = read.visit or 1
            sure = visit == 1 and read.stage in order.certain
            if read.stage in order.earlier and not sure and (read.stage, visit) not in given:
                text = read.stage + (f"[{visit}]" if visit > 1 else "")
                problem = f"a history may come to '{stage}' without '{text}'"
                yield Problem(read.start, read.end, problem, f"add 'reached({text})' to 'when'")

    def _place(self, node: Scalar | Mapping) -> Place:
        return Place(self._findings.source.file, *self._findings.source.position(node.start))


def _orders(stages: Lookup[str, Stage]) -> dict[str, _Order]:
    """Return for each stage what can, and what must, have come before its end."""
    following = steps(stages)
    edges = edges_of(stages)
    first = next(iter(stages))
    certain = passed(edges, first)
    orders = {}
    for key in stages:
        earlier = {key} | {one for one in certain if key in reachable(edges, one)}
        possible = {key: tuple(range(len(following[key])))}
        for one in earlier - {key}:
            if stages[one].visits > 1 or stages[one].afterwards != END:
                possible[one] = tuple(range(len(following[one])))
                continue
            ways = {**edges, one: []}
            steps_on = enumerate(following[one].values())
            possible[one] = tuple(code for code, to in steps_on if key in reachable(ways, to))
        orders[key] = _Order(frozenset(earlier), certain.get(key, frozenset((key,))), possible)
    return orders


def _renamed(node: Any, old: Name, new: Name) -> Any:
    """Return a tree in which a name of a group's attribute is that of one member."""
    if isinstance(node, tuple):
        return tuple(_renamed(part, old, new) for part in node)
    if not isinstance(node, Node):
        return node
    if node == old:
        return replace(new, start=node.start, end=node.end)
    inner = {one.name: _renamed(getattr(node, one.name), old, new) for one in fields(node)}
    return replace(node, **inner)
