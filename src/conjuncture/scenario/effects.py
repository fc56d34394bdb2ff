"""Effects: what a stage leaves behind in the numbers that later stages read.

Read and checked are when an effect happens (whether its condition can come true at all), which
numbers it may move, and what it makes of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from typing import Any, Literal

from conjuncture.graph import dominators_of, reachable_from
from conjuncture.language.linker import link_change, link_condition
from conjuncture.language.name_resolution import dotted_name_of, explain_unknown
from conjuncture.language.names import LanguageErrors, Problem, find_nearest_name
from conjuncture.language.nodes import (
    And,
    Compare,
    Expression,
    Label,
    Measure,
    Name,
    Not,
    Or,
    Outcome,
    Reached,
    SyntaxNode,
    Within,
    map_children,
    walk,
)
from conjuncture.language.parser import parse_event, parse_expression
from conjuncture.language.symbols import Vocabulary
from conjuncture.scenario.crisis import Change, Effect, Number, Place, Stage
from conjuncture.scenario.dependencies import END, dependents_of
from conjuncture.scenario.provenance import ProvenanceReader
from conjuncture.scenario.source import Diagnostics
from conjuncture.scenario.stage_graph import ParsedStages, edges_of, steps_of
from conjuncture.scenario.yaml_tree import MappingNode, ScalarNode, SequenceNode

_MOST_CASES = 4_096


def stages_required_by(when: Expression | None) -> frozenset[tuple[str, int]]:
    """Return the stages, each with a visit, that a history must have reached for a condition.

    Examples
    --------
    >>> carried = Compare("=", Outcome("window"), Label("carried", 2))
    >>> sorted(stages_required_by(And(carried, Reached("pact", 2))))
    [('pact', 2), ('window', 1)]
    """
    found = set()
    for part in _conjuncts_of(when) if when is not None else ():
        inside = part.operand if isinstance(part, Not) else part
        if isinstance(part, Reached):
            found.add((part.stage, part.visit or 1))
        elif isinstance(inside, Compare | Within):
            found |= {(read.stage, read.visit or 1) for read in stages_read(inside)}
    return frozenset(found)


def stages_read(node: Expression) -> Iterator[Outcome | Measure]:
    """Yield what an expression or an event reads of stages."""
    for read, _ in walk(node):
        if isinstance(read, Outcome | Measure):
            yield read


def can_hold(when: Expression, possible: Mapping[str, tuple[int, ...]]) -> bool:
    """Return whether some outcomes of the stages that a condition reads make it true.

    Parameters
    ----------
    when : Expression
        Linked. What it reads beside outcomes is taken to be able to be anything.
    possible : mapping of str to tuple of int
        The codes that each stage's outcome can have.

    Examples
    --------
    >>> carried = Compare("=", Outcome("window"), Label("carried", 2))
    >>> can_hold(carried, {"window": (0, 2)}), can_hold(carried, {"window": (0, 1)})
    (True, False)
    >>> can_hold(And(carried, Not(carried)), {"window": (0, 1, 2)})
    False
    """
    read = sorted(
        {
            outcome.stage
            for outcome in stages_read(when)
            if isinstance(outcome, Outcome) and outcome.visit is None
        }
        & set(possible)
    )
    if prod(len(possible[stage]) for stage in read) > _MOST_CASES:
        return True
    cases = product(*(possible[stage] for stage in read))
    return any(_holds(when, dict(zip(read, case, strict=True))) is not False for case in cases)


def _holds(node: SyntaxNode, outcomes: Mapping[str, int]) -> bool | None:
    """Return whether an event holds under some outcomes; None where these do not tell."""
    match node:
        case Not():
            inside = _holds(node.operand, outcomes)
            return None if inside is None else not inside
        case And() | Or():
            sides = {_holds(node.left, outcomes), _holds(node.right, outcomes)}
            decides = isinstance(node, Or)
            if decides in sides:
                return decides
            return None if None in sides else not decides
        case Compare(operator="=" | "!="):
            left, right = _code_of(node.left, outcomes), _code_of(node.right, outcomes)
            if left is None or right is None:
                return None
            return (left == right) == (node.operator == "=")
    return None


def _code_of(node: SyntaxNode, outcomes: Mapping[str, int]) -> int | None:
    match node:
        case Label(code=code):
            return code
        case Outcome(stage=stage, visit=None):
            return outcomes.get(stage)
    return None


def _conjuncts_of(node: Expression) -> Iterator[Expression]:
    if isinstance(node, And):
        yield from _conjuncts_of(node.left)
        yield from _conjuncts_of(node.right)
    else:
        yield node


@dataclass(frozen=True, slots=True)
class EffectTarget:
    """What an effect moves: the name as written, and for each cell the name of its bearer."""

    name: Name
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TargetReader:
    """Tells which numbers effects may move.

    Parameters
    ----------
    vocabulary : Vocabulary
        What names mean.
    numbers : mapping of str to Number
        Every cell.
    settled : mapping of str to str
        The cells that must be the same in all histories of a world, each with the number that
        follows from it.
    diagnostics : Diagnostics
        Where mistakes go.
    """

    vocabulary: Vocabulary
    numbers: Mapping[str, Number]
    settled: Mapping[str, str]
    diagnostics: Diagnostics

    def read(self, key: ScalarNode) -> EffectTarget | None:
        """Return what a name moves, or None when that has been refused."""
        try:
            name = parse_expression(key.value)
        except LanguageErrors as errors:
            self.diagnostics.refuse_text(key, errors)
            return None
        if not isinstance(name, Name) or name.visit is not None or name.index is not None:
            problem = f"'{key.value}' is not the name of a number of the scenario"
            self.diagnostics.refuse(key, problem, "write 'force.attribute', for example")
            return None
        cells = self._cells_of(name)
        if not cells:
            self.diagnostics.refuse(key, *self._explain_unknown(name))
            return None
        for cell, bearer in cells:
            refusal = self._refusal_of(cell)
            if refusal is not None:
                problem, remedy = refusal
                inside = f"in the group '{name.root}': " if bearer != name.root else ""
                self.diagnostics.refuse(key, inside + problem, remedy)
                return None
        return EffectTarget(name, cells)

    def _cells_of(self, name: Name) -> tuple[tuple[str, str], ...]:
        key, part = dotted_name_of(name), ".".join(name.path)
        if key in self.vocabulary.cells:
            return ((key, name.root),)
        members = self.vocabulary.groups.get(name.root, ())
        cells = ((f"{member}.{part}", member) for member in members)
        return tuple((cell, member) for cell, member in cells if cell in self.vocabulary.cells)

    def _explain_unknown(self, name: Name) -> tuple[str, str]:
        """Return why a name that is no cell cannot be moved."""
        key, part = dotted_name_of(name), ".".join(name.path)
        vocabulary = self.vocabulary
        stage = vocabulary.stages.get(name.root)
        if stage is not None and (not part or part in stage.measures):
            problem = f"'{key}' is what the stage yields and cannot be moved"
            return problem, "move what it follows from"
        if name.root in vocabulary.groups and not part:
            return f"'{key}' is a group, not a number", self._example_for(key)
        if name.root in vocabulary.groups:
            problem = f"nobody in the group '{name.root}' has '{part}'"
            return problem, "state it in one of its members, or declare it with a 'default'"
        if part == "side":
            return f"'{key}' follows from the crisis", "move leanings, which it follows from"
        if not part and name.root not in (*vocabulary.forces, *vocabulary.backers):
            guess = find_nearest_name(name.root, (*vocabulary.forces, *vocabulary.groups))
            problem = f"'{key}' is no number of the scenario"
            return problem, self._example_for(guess) if guess else "write 'force.attribute'"
        return explain_unknown(name, vocabulary)

    def _example_for(self, bearer: str) -> str:
        """Return what may be written of a force, or of a group whose members all have it."""
        cells, members = self.vocabulary.cells, self.vocabulary.groups.get(bearer, (bearer,))
        parts = (cell.partition(".")[2] for cell in cells if cell.startswith(f"{members[0]}."))
        for part in parts:
            mine = [f"{member}.{part}" for member in members]
            if all(cell in cells and self._refusal_of(cell) is None for cell in mine):
                return f"write '{bearer}.{part}', for example"
        return "name a number of one of them" if len(members) > 1 else "name a number of it"

    def _refusal_of(self, cell: str) -> tuple[str, str] | None:
        """Return why a cell cannot be moved, or None when it can."""
        if "." not in cell:
            return (
                f"'{cell}' is an unknown and stays as the world drew it",
                "declare an attribute under 'attributes' and move that",
            )
        if self.vocabulary.cells[cell].labels is not None:
            return f"'{cell}' is a choice between rules and holds for the whole crisis", ""
        if cell in self.settled:
            after = self.settled[cell]
            problem = f"'{cell}' must be the same in all histories of a world"
            if after != cell:
                problem = f"'{after}' follows from '{cell}' and is solved once for each world"
            return problem, "move another number"
        if self.numbers[cell].may_be_sworn:
            return f"'{cell}' is sworn and cannot be moved", "write 'firm' where it is stated"
        return None


def world_fixed_cells(stages: Mapping[str, Stage], numbers: Mapping[str, Number]) -> dict[str, str]:
    """Return the cells that must be the same in all histories of a world.

    Returns
    -------
    dict of str to str
        Cell to the stage's number that follows from it, or to itself.
    """
    reads = {key: number.reads for key, number in numbers.items()}
    found: dict[str, str] = {}
    for stage in stages.values():
        for key in stage.model.world_fixed_keys():
            fixed = f"{stage.key}.{key}"
            for cell in reachable_from(reads, fixed) & numbers.keys():
                found.setdefault(cell, fixed)
    return found


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
    staging : ParsedStages
        The stages as read so far. Where some could not be read, effects wait until they can.
    vocabulary : Vocabulary
        What names mean.
    numbers : mapping of str to Number
        Every cell.
    sources : ProvenanceReader
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
    if node == old:
        return replace(new, start=node.start, end=node.end)
    return map_children(node, lambda part: _rename(part, old, new))
