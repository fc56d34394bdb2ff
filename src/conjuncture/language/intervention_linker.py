"""Linking interventions: what is set, who is removed or bound, and that nothing is set twice.

Linking assignments: ``target = value``, ``*=`` and ``+=`` in an intervention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

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
    Aside,
    Assign,
    Expression,
    Intervention,
    Label,
    Name,
    Plays,
    SetCell,
    SetOutcome,
    Sides,
    Without,
)
from conjuncture.language.symbols import DIMENSIONLESS, Kind
from conjuncture.language.units import unit_problem


def link_assignment(node: Assign, context: LinkContext) -> Iterator[SetCell | SetOutcome]:
    """Yield what an assignment sets: an outcome, a cell, or the cell of each member of a group."""
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
        told = context if place == 0 else replace(context, problems=[])
        found = _set_cell(node, key, told)
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
    wanted = DIMENSIONLESS if node.operator == "*=" else kind.unit
    what = "a factor" if node.operator == "*=" else f"'{key}'"
    problem = unit_problem(what, wanted, value.unit)
    if problem:
        context.complain(node.value, problem, "write it in the unit of what it is for")
        return None
    if node.operator == "=":
        return _require_domain(node, key, kind, value, context)
    if node.operator == "*=" and kind.domain.lower == 0 and value.range.upper < 0:
        problem = f"'{key}' must be {kind.domain}, and this makes it negative"
        context.complain(node.value, problem, "write a factor of at least 0")
        return None
    old = resolve_cell(key, node.target, context.vocabulary).node
    place = {"start": node.start, "end": node.end}
    return Arithmetic("*" if node.operator == "*=" else "+", old, value.node, **place)


def _require_domain(
    node: Assign, key: str, kind: Kind, value: LinkedNode, context: LinkContext
) -> Expression | None:
    if value.range.is_constant:
        outside = domain_problem(key, value.range.lower, kind.domain)
        if outside is not None:
            context.complain(node.value, outside)
            return None
    return value.node


def link_intervention_list(
    interventions: Sequence[Intervention], context: LinkContext
) -> tuple[Intervention, ...]:
    """Return the interventions of one ``do(...)``, groups expanded; problems are noted."""
    inner = replace(context, reads="intervention", leaf=None)
    found: list[Intervention] = []
    for intervention in interventions:
        found.extend(_link_intervention(intervention, inner))
    _refuse_repeats(found, inner)
    return tuple(found)


def _link_intervention(intervention: Intervention, context: LinkContext) -> Iterator[Intervention]:
    match intervention:
        case Assign():
            yield from link_assignment(intervention, context)
        case Without():
            for name in _names_to_remove(intervention, context):
                yield replace(intervention, name=name)
        case Aside():
            for force in _forces_to_stand_aside(intervention, context):
                yield replace(intervention, force=force)
        case Sides():
            members = _forces_to_side(intervention, context)
            if members and _has_camp(intervention, context):
                for force in members:
                    yield replace(intervention, force=force)
        case Plays():
            for player in _players_of_move(intervention, context):
                yield replace(intervention, player=player)
        case _:
            yield intervention


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


def _refuse_repeats(found: Iterable[Intervention], context: LinkContext) -> None:
    seen: set[tuple[str, str | None]] = set()
    for intervention in found:
        match intervention:
            case SetCell(key=key, at=at):
                target, text = (key, at), key
            case SetOutcome(stage=stage, visit=visit):
                target, text = (f"{stage}[]", str(visit)), stage
            case Without(name=force) | Aside(force=force) | Sides(force=force):
                target, text = (f"{force}()", None), force
            case Plays(player=player, move=move):
                # Moves of one player in two stages do not shut each other out.
                for name, known in context.vocabulary.stages.items():
                    if move in known.moves.get(player, ()):
                        taken = f"{player} in {name}", None
                        _refuse_repeat(intervention, taken, player, seen, context)
                continue
            case _:
                continue
        _refuse_repeat(intervention, target, text, seen, context)


def _refuse_repeat(
    intervention: Intervention,
    target: tuple[str, str | None],
    text: str,
    seen: set[tuple[str, str | None]],
    context: LinkContext,
) -> None:
    if target in seen:
        problem = f"'{text}' is set twice in one do(...)"
        context.complain(intervention, problem, "keep one of the two")
    seen.add(target)
