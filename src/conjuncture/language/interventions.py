"""Interventions: every kind that ``do(...)`` takes, from the pieces of its text to its meaning.

A kind is a class here, with what builds it from its rule of the grammar
(:class:`InterventionBuilder`), what its names mean (:func:`link_act`) and how it is written. The
engine imposes it (:mod:`conjuncture.engine.patches`) and sentences speak of it
(:mod:`conjuncture.analysis.clauses`); nobody else asks of what kind an intervention is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from conjuncture.language.expression_linker import resolve_number
from conjuncture.language.name_resolution import (
    LinkContext,
    LinkedNode,
    check_visit,
    domain_problem,
    dotted_name_of,
    explain_unknown,
    is_bare,
    resolve_cell,
)
from conjuncture.language.names import unknown_name
from conjuncture.language.nodes import (
    Arithmetic,
    Expression,
    Intervention,
    Label,
    Name,
    SyntaxNode,
    nodes_in,
    span_of,
)
from conjuncture.language.symbols import DIMENSIONLESS, Kind, Vocabulary
from conjuncture.language.units import unit_problem
from conjuncture.language.unparser import write, write_sum

VERBS = ("aside", "sides", "plays")
"""The words of the grammar that follow whose part an intervention fixes."""


class Update(NamedTuple):
    """How ``target *= value`` changes a number: by which operator, and whether by a factor."""

    operator: Literal["*", "+", "-"]
    by_factor: bool = False


UPDATES: Mapping[str, Update] = MappingProxyType(
    {"*=": Update("*", by_factor=True), "+=": Update("+"), "-=": Update("-")}
)
"""The signs of the grammar that change a number from what it was."""


@dataclass(frozen=True, slots=True)
class Assign(Intervention):
    """``target = value`` or ``target *= value`` as parsed; a cell or a stage, linking tells.

    ``operator`` is ``=`` or one of :data:`UPDATES`; ``at`` names the stage from whose start the
    value counts (None: the whole history).
    """

    target: Name
    operator: str
    value: Expression
    at: str | None = None

    @property
    def affected_name(self) -> str:
        """The number or the stage, as written."""
        return write(self.target)

    def __str__(self) -> str:
        return f"{self.affected_name} {self.operator} {write_sum(self.value)}{_write_at(self.at)}"


@dataclass(frozen=True, slots=True)
class SetCell(Intervention):
    """A linked assignment: the cell ``key`` takes ``value`` (:data:`UPDATES` are written out).

    ``value`` contains Number, Cell, Arithmetic, Negative, Call only; a Cell of ``key`` inside it
    is the value as things were. ``lower`` and ``upper`` bound the domain (None: no bound), so
    that a value computed per world can be refused when it leaves it.
    """

    key: str
    value: Expression
    at: str | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def affected_name(self) -> str:
        """The number."""
        return self.key

    def __str__(self) -> str:
        return f"{self.key} = {write_sum(self.value)}{_write_at(self.at)}"


@dataclass(frozen=True, slots=True)
class SetOutcome(Intervention):
    """``stage = outcome``; ``visit`` None means every visit."""

    stage: str
    outcome: str
    code: int
    visit: int | None = None

    @property
    def affected_name(self) -> str:
        """The stage."""
        return self.stage

    def __str__(self) -> str:
        visit = "" if self.visit is None else f"[{self.visit}]"
        return f"{self.stage}{visit} = {self.outcome}"


@dataclass(frozen=True, slots=True)
class Without(Intervention):
    """``without name``: a force absent, a backer withdrawn, a signal not sent."""

    name: str

    @property
    def affected_name(self) -> str:
        """Who is absent."""
        return self.name

    @property
    def actor(self) -> str:
        """Who is absent."""
        return self.name

    def __str__(self) -> str:
        return f"without {self.name}"


@dataclass(frozen=True, slots=True)
class ActorIntervention(Intervention):
    """What somebody is made to do, announced from the start unless ``secretly``."""

    secretly: bool = field(default=False, kw_only=True)

    @property
    def affected_name(self) -> str:
        """Who is made to do it."""
        return self.actor

    def _with_secrecy(self, text: str) -> str:
        return f"{text} secretly" if self.secretly else text


@dataclass(frozen=True, slots=True)
class Aside(ActorIntervention):
    """``force aside``: it stands aside."""

    force: str

    @property
    def actor(self) -> str:
        """The force."""
        return self.force

    def __str__(self) -> str:
        return self._with_secrecy(f"{self.force} aside")


@dataclass(frozen=True, slots=True)
class Sides(ActorIntervention):
    """``force sides camp``."""

    force: str
    camp: str

    @property
    def actor(self) -> str:
        """The force."""
        return self.force

    def __str__(self) -> str:
        return self._with_secrecy(f"{self.force} sides {self.camp}")


@dataclass(frozen=True, slots=True)
class Plays(ActorIntervention):
    """``player plays move`` in a stage that is a game."""

    player: str
    move: str

    @property
    def actor(self) -> str:
        """The player."""
        return self.player

    def __str__(self) -> str:
        return self._with_secrecy(f"{self.player} plays {self.move}")


def _write_at(stage: str | None) -> str:
    return f" at {stage}" if stage is not None else ""


Pieces = list[Any]
"""Tokens and nodes; the rule of the grammar says which stand where."""


@dataclass(frozen=True, slots=True)
class Do(SyntaxNode):
    """The inside of ``do(...)``, until the quantity around it is built."""

    interventions: tuple[Intervention, ...]


class InterventionBuilder:
    """Builds each kind from the pieces of the rule of its name."""

    def interventions(self, pieces: Pieces) -> Do:
        """Gather a list of interventions."""
        return Do(tuple(nodes_in(pieces)), **span_of(pieces))

    def do(self, pieces: Pieces) -> Do:
        """Take the list out of its brackets."""
        inside: Do = replace(pieces[2], **span_of(pieces))
        return inside

    def assign(self, pieces: Pieces) -> Assign:
        """Build ``target = value at stage``."""
        at = str(pieces[4]) if len(pieces) > 3 else None
        return Assign(pieces[0], str(pieces[1]), pieces[2], at, **span_of(pieces))

    def without(self, pieces: Pieces) -> Without:
        """Build ``without name``."""
        return Without(str(pieces[1]), **span_of(pieces))

    def aside(self, pieces: Pieces) -> Aside:
        """Build ``force aside``."""
        return Aside(str(pieces[0]), secretly=len(pieces) > 2, **span_of(pieces))

    def sides(self, pieces: Pieces) -> Sides:
        """Build ``force sides camp``."""
        force, camp = str(pieces[0]), str(pieces[2])
        return Sides(force, camp, secretly=len(pieces) > 3, **span_of(pieces))

    def plays(self, pieces: Pieces) -> Plays:
        """Build ``player plays move``."""
        player, move = str(pieces[0]), str(pieces[2])
        return Plays(player, move, secretly=len(pieces) > 3, **span_of(pieces))


def link_interventions_of(
    interventions: Sequence[Intervention], context: LinkContext
) -> tuple[Intervention, ...]:
    """Return the interventions of one ``do(...)``, groups expanded; problems are noted."""
    inner = replace(context, reads="intervention", leaf=None)
    linked = tuple(one for act in interventions for one in link_act(act, inner))
    seen: set[tuple[str, str]] = set()
    for act in linked:
        for target in targets_of(act, inner.vocabulary):
            if target in seen:
                problem = f"'{act.affected_name}' is set twice in one do(...)"
                inner.complain(act, problem, "keep one of the two")
            seen.add(target)
    return linked


@singledispatch
def targets_of(act: Intervention, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    """Return what an intervention sets and no other of the same ``do(...)`` may set."""
    del vocabulary
    return [(act.affected_name, "")]


@targets_of.register
def _(act: SetCell, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    del vocabulary
    return [(act.key, f"at {act.at}")]


@targets_of.register
def _(act: SetOutcome, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    del vocabulary
    return [(act.stage, f"visit {act.visit}")]


@targets_of.register
def _(act: Plays, vocabulary: Vocabulary) -> Iterable[tuple[str, str]]:
    # Moves of one player in two stages do not shut each other out.
    stages = vocabulary.stages.items()
    return [(act.player, name) for name, one in stages if act.move in one.moves.get(act.player, ())]


@singledispatch
def link_act(act: Intervention, context: LinkContext) -> Iterator[Intervention]:
    """Yield what an intervention means, one for each member of a group; problems are noted."""
    del context
    yield act


@link_act.register
def _(node: Assign, context: LinkContext) -> Iterator[Intervention]:
    target, vocabulary = node.target, context.vocabulary
    if node.at is not None and node.at not in vocabulary.stages:
        context.complain(node, *unknown_name("stage", node.at, vocabulary.stages))
    if target.root in vocabulary.stages and not target.path:
        outcome = _set_outcome(node, context)
        if outcome is not None:
            yield outcome
        return
    keys = _target_keys(target, context)
    for place, key in enumerate(keys):
        # What is wrong with the value is the same for every member of a group.
        found = _set_cell(node, key, context if place == 0 else replace(context, problems=[]))
        if found is not None:
            yield found


def _set_outcome(node: Assign, context: LinkContext) -> SetOutcome | None:
    target, stage = node.target, context.vocabulary.stages[node.target.root]
    if not check_visit(target, target.root, target.visit, context):
        return None
    if target.index is not None or node.operator != "=":
        problem = f"the outcome of '{target.root}' can only be set with '='"
        context.complain(node, problem, f"write {target.root} = {stage.outcomes[0]}")
        return None
    if node.at is not None:
        context.complain(node, "an outcome is set for its own stage", f"leave 'at {node.at}' out")
        return None
    written = node.value
    if not isinstance(written, Name) or not is_bare(written):
        problem = f"an outcome of '{target.root}' is wanted here"
        context.complain(written, problem, f"write one of: {', '.join(stage.outcomes)}")
        return None
    if written.root not in stage.outcomes:
        what = f"outcome of {target.root}"
        context.complain(written, *unknown_name(what, written.root, stage.outcomes))
        return None
    code = stage.outcomes.index(written.root)
    return SetOutcome(target.root, written.root, code, target.visit, start=node.start, end=node.end)


def _target_keys(target: Name, context: LinkContext) -> list[str]:
    vocabulary = context.vocabulary
    key, part = dotted_name_of(target), ".".join(target.path)
    if target.visit is not None or target.index is not None:
        problem = "a visit or an index cannot stand in what an intervention sets"
        context.complain(target, problem, f"write {key} = ..., or '{key} = ... at stage'")
        return []
    if key in vocabulary.cells:
        return [key]
    if part == "side":
        problem = f"'{key}' follows from the crisis"
        remedy = f"write '{target.root} sides camp' or '{target.root} aside'"
        context.complain(target, problem, remedy)
        return []
    if target.root in vocabulary.groups and part:
        keys = [f"{member}.{part}" for member in vocabulary.groups[target.root]]
        missing = [key for key in keys if key not in vocabulary.cells]
        if missing:
            root = missing[0].split(".")[0]
            problem, remedy = explain_unknown(replace(target, root=root), vocabulary)
            context.complain(target, f"in the group '{target.root}': {problem}", remedy)
            return []
        return keys
    if target.root in vocabulary.groups:
        problem = f"'{target.root}' is a group, not a number"
        context.complain(target, problem, f"write '{target.root}.troops = ...', for example")
        return []
    stage = vocabulary.stages.get(target.root)
    if stage is not None and part in stage.measures:
        problem = f"'{key}' is what the stage yields and cannot be set"
        context.complain(target, problem, f"set the outcome: {target.root} = {stage.outcomes[0]}")
        return []
    context.complain(target, *explain_unknown(target, vocabulary))
    return []


def _set_cell(node: Assign, key: str, context: LinkContext) -> SetCell | None:
    kind = context.vocabulary.cells[key]
    if kind.labels is not None:
        value = _rule(node, key, kind.labels, context)
    else:
        value = _amount(node, key, kind, context)
    if value is None:
        return None
    domain = kind.domain
    place = {"start": node.start, "end": node.end}
    if kind.labels is not None:
        return SetCell(key, value, node.at, **place)
    return SetCell(key, value, node.at, domain.lower, domain.upper, **place)


def _rule(
    node: Assign, key: str, labels: tuple[str, ...], context: LinkContext
) -> Expression | None:
    written = node.value
    if node.operator != "=" or not isinstance(written, Name) or not is_bare(written):
        problem = f"'{key}' is a choice between rules, not a number"
        context.complain(node, problem, f"write {key} = {labels[0]}")
        return None
    if written.root not in labels:
        context.complain(written, *unknown_name("rule", written.root, labels))
        return None
    place = {"start": written.start, "end": written.end}
    return Label(written.root, labels.index(written.root), **place)


def _amount(node: Assign, key: str, kind: Kind, context: LinkContext) -> Expression | None:
    value = resolve_number(node.value, context)
    if value.wrong:
        return None
    update = UPDATES.get(node.operator)
    by_factor = update is not None and update.by_factor
    wanted = DIMENSIONLESS if by_factor else kind.unit
    problem = unit_problem("a factor" if by_factor else f"'{key}'", wanted, value.unit)
    if problem:
        context.complain(node.value, problem, "write it in the unit of what it is for")
        return None
    if update is None:
        return _require_domain(node, key, kind, value, context)
    if by_factor and kind.domain.lower == 0 and value.range.upper < 0:
        problem = f"'{key}' must be {kind.domain}, and this makes it negative"
        context.complain(node.value, problem, "write a factor of at least 0")
        return None
    old = resolve_cell(key, node.target, context.vocabulary).node
    return Arithmetic(update.operator, old, value.node, start=node.start, end=node.end)


def _require_domain(
    node: Assign, key: str, kind: Kind, value: LinkedNode, context: LinkContext
) -> Expression | None:
    if value.range.is_constant:
        outside = domain_problem(key, value.range.lower, kind.domain)
        if outside is not None:
            context.complain(node.value, outside)
            return None
    return value.node


@link_act.register
def _(act: Without, context: LinkContext) -> Iterator[Intervention]:
    for name in _names_to_remove(act, context):
        yield replace(act, name=name)


def _names_to_remove(at: Without, context: LinkContext) -> tuple[str, ...]:
    """Return what is to be absent: the members of a group, or a force, a backer, a signal."""
    names = context.vocabulary
    if at.name in names.groups:
        return names.groups[at.name]
    known = (*names.forces, *names.backers, *names.signals)
    if at.name in known:
        return (at.name,)
    kinds = ["force", *["backer"] * bool(names.backers), *["signal"] * bool(names.signals)]
    what = f"{', '.join(kinds)} or group"
    context.complain(at, *unknown_name(what, at.name, [*known, *names.groups]))
    return ()


@link_act.register
def _(act: Aside, context: LinkContext) -> Iterator[Intervention]:
    for force in _forces_to_stand_aside(act, context):
        yield replace(act, force=force)


@link_act.register
def _(act: Sides, context: LinkContext) -> Iterator[Intervention]:
    members = _forces_to_side(act, context)
    if members and _has_camp(act, context):
        for force in members:
            yield replace(act, force=force)


@link_act.register
def _(act: Plays, context: LinkContext) -> Iterator[Intervention]:
    for player in _players_of_move(act, context):
        yield replace(act, player=player)


def _forces_to_fix(at: Aside | Sides, context: LinkContext) -> tuple[str, ...]:
    """Return the forces whose side is to be fixed; backers and signals have none."""
    vocabulary = context.vocabulary
    if at.force in vocabulary.groups:
        return vocabulary.groups[at.force]
    if at.force in vocabulary.forces:
        return (at.force,)
    for kind, names in (("backer", vocabulary.backers), ("signal", vocabulary.signals)):
        if at.force in names:
            problem = f"'{at.force}' is a {kind} and takes no side"
            context.complain(at, problem, f"write 'without {at.force}' to withdraw it")
            return ()
    known = [*vocabulary.forces, *vocabulary.groups]
    context.complain(at, *unknown_name("force or group", at.force, known))
    return ()


def _forces_to_stand_aside(at: Aside, context: LinkContext) -> tuple[str, ...]:
    """Return those of the forces that can stand aside from some stage."""
    forces = _forces_to_fix(at, context)
    stages = context.vocabulary.stages
    found = tuple(
        force for force in forces if any(force in one.takes_part for one in stages.values())
    )
    if forces and not found:
        problem = f"no stage takes '{at.force}' in, which has nothing to stand aside from"
        context.complain(at, problem, "set an attribute instead")
    for force in found:
        if not context.vocabulary.stages_open_to(force):
            _refuse_core(at, force, tuple(stages), context)
    return found


def _refuse_core(
    at: Aside | Sides, force: str, stages: Sequence[str], context: LinkContext
) -> None:
    """Note that a force cannot leave its camp in the first of some stages in which it is a core."""
    for name in stages:
        for camp, core in context.vocabulary.stages[name].cores.items():
            if core == force:
                problem = f"'{force}' is the core of the camp '{camp}' and cannot leave it"
                remedy = f"fix the outcome (do({name} = ...)) or take its troops away "
                context.complain(at, problem, f"{remedy}(do({force}.troops = 0))")
                return


def _forces_to_side(at: Sides, context: LinkContext) -> tuple[str, ...]:
    forces = _forces_to_fix(at, context)
    if forces and not any(stage.sides for stage in context.vocabulary.stages.values()):
        remedy = f"write '{at.force} aside', or set an attribute"
        context.complain(at, "no stage of this crisis has sides", remedy)
        return ()
    for force in forces:
        known = [
            name for name, one in context.vocabulary.stages.items() if at.camp in one.sides[1:]
        ]
        cores = [context.vocabulary.stages[name].cores for name in known]
        if known and all(
            force in camps.values() and camps.get(at.camp) != force for camps in cores
        ):
            _refuse_core(at, force, known, context)
    return forces


def _has_camp(node: Sides, context: LinkContext) -> bool:
    stages = context.vocabulary.stages.values()
    camps = list(dict.fromkeys(camp for stage in stages for camp in stage.sides[1:]))
    if node.camp in camps:
        return True
    if node.camp == "aside":
        problem = "standing aside is no camp"
        context.complain(node, problem, f"write '{node.force} aside'")
    else:
        context.complain(node, *unknown_name("camp", node.camp, camps))
    return False


def _players_of_move(node: Plays, context: LinkContext) -> tuple[str, ...]:
    """Return those who are to play a move: a force, or the members of a group that have it."""
    moves: dict[str, list[str]] = {}
    for stage in context.vocabulary.stages.values():
        for player, known in stage.moves.items():
            moves.setdefault(player, []).extend(known)
    members = context.vocabulary.groups.get(node.player, (node.player,))
    players = [member for member in members if member in moves]
    if not players:
        if node.player in context.vocabulary.groups:
            problem = f"nobody in the group '{node.player}' has a move"
            context.complain(node, problem, f"the players are: {', '.join(moves)}" if moves else "")
        else:
            context.complain(node, *unknown_name("player", node.player, moves))
        return ()
    found = tuple(player for player in players if node.move in moves[player])
    if not found:
        theirs = dict.fromkeys(move for player in players for move in moves[player])
        context.complain(node, *unknown_name("move", node.move, theirs))
    return found
