"""Linking interventions: what is set, who is removed or bound, and that nothing is set twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from conjuncture.language.assignments import link_assignment
from conjuncture.language.meaning import LinkContext
from conjuncture.language.names import unknown_name
from conjuncture.language.nodes import (
    Aside,
    Assign,
    Intervention,
    Plays,
    SetCell,
    SetOutcome,
    Sides,
    Without,
)


def link_intervention_list(
    interventions: Sequence[Intervention], linking: LinkContext
) -> tuple[Intervention, ...]:
    """Return the interventions of one ``do(...)``, groups expanded; problems are noted."""
    inner = replace(linking, reads="intervention", leaf=None)
    found: list[Intervention] = []
    for intervention in interventions:
        found.extend(_link_intervention(intervention, inner))
    _refuse_repeats(found, inner)
    return tuple(found)


def _link_intervention(intervention: Intervention, linking: LinkContext) -> Iterator[Intervention]:
    match intervention:
        case Assign():
            yield from link_assignment(intervention, linking)
        case Without():
            for name in _names_to_remove(intervention, linking):
                yield replace(intervention, name=name)
        case Aside():
            for force in _forces_to_stand_aside(intervention, linking):
                yield replace(intervention, force=force)
        case Sides():
            members = _forces_to_side(intervention, linking)
            if members and _has_camp(intervention, linking):
                for force in members:
                    yield replace(intervention, force=force)
        case Plays():
            for player in _players_of_move(intervention, linking):
                yield replace(intervention, player=player)
        case _:
            yield intervention


def _names_to_remove(at: Without, linking: LinkContext) -> tuple[str, ...]:
    """Return what is to be absent: the members of a group, or a force, a backer, a signal."""
    names = linking.vocabulary
    if at.name in names.groups:
        return names.groups[at.name]
    known = (*names.forces, *names.backers, *names.signals)
    if at.name in known:
        return (at.name,)
    kinds = ["force", *["backer"] * bool(names.backers), *["signal"] * bool(names.signals)]
    what = f"{', '.join(kinds)} or group"
    linking.complain(at, *unknown_name(what, at.name, [*known, *names.groups]))
    return ()


def _forces_to_fix(at: Aside | Sides, linking: LinkContext) -> tuple[str, ...]:
    """Return the forces whose side is to be fixed; backers and signals have none."""
    vocabulary = linking.vocabulary
    if at.force in vocabulary.groups:
        return vocabulary.groups[at.force]
    if at.force in vocabulary.forces:
        return (at.force,)
    for kind, names in (("backer", vocabulary.backers), ("signal", vocabulary.signals)):
        if at.force in names:
            problem = f"'{at.force}' is a {kind} and takes no side"
            linking.complain(at, problem, f"write 'without {at.force}' to withdraw it")
            return ()
    known = [*vocabulary.forces, *vocabulary.groups]
    linking.complain(at, *unknown_name("force or group", at.force, known))
    return ()


def _forces_to_stand_aside(at: Aside, linking: LinkContext) -> tuple[str, ...]:
    """Return those of the forces that can stand aside from some stage."""
    forces = _forces_to_fix(at, linking)
    stages = linking.vocabulary.stages
    found = tuple(
        force for force in forces if any(force in one.takes_part for one in stages.values())
    )
    if forces and not found:
        problem = f"no stage takes '{at.force}' in, which has nothing to stand aside from"
        linking.complain(at, problem, "set an attribute instead")
    for force in found:
        if not linking.vocabulary.stages_open_to(force):
            _refuse_core(at, force, tuple(stages), linking)
    return found


def _refuse_core(
    at: Aside | Sides, force: str, stages: Sequence[str], linking: LinkContext
) -> None:
    """Note that a force cannot leave its camp in the first of some stages in which it is a core."""
    for name in stages:
        for camp, core in linking.vocabulary.stages[name].cores.items():
            if core == force:
                problem = f"'{force}' is the core of the camp '{camp}' and cannot leave it"
                remedy = f"fix the outcome (do({name} = ...)) or take its troops away "
                linking.complain(at, problem, f"{remedy}(do({force}.troops = 0))")
                return


def _forces_to_side(at: Sides, linking: LinkContext) -> tuple[str, ...]:
    forces = _forces_to_fix(at, linking)
    if forces and not any(stage.sides for stage in linking.vocabulary.stages.values()):
        remedy = f"write '{at.force} aside', or set an attribute"
        linking.complain(at, "no stage of this crisis has sides", remedy)
        return ()
    for force in forces:
        known = [
            name for name, one in linking.vocabulary.stages.items() if at.camp in one.sides[1:]
        ]
        cores = [linking.vocabulary.stages[name].cores for name in known]
        if known and all(
            force in camps.values() and camps.get(at.camp) != force for camps in cores
        ):
            _refuse_core(at, force, known, linking)
    return forces


def _has_camp(node: Sides, linking: LinkContext) -> bool:
    stages = linking.vocabulary.stages.values()
    camps = list(dict.fromkeys(camp for stage in stages for camp in stage.sides[1:]))
    if node.camp in camps:
        return True
    if node.camp == "aside":
        problem = "standing aside is no camp"
        linking.complain(node, problem, f"write '{node.force} aside'")
    else:
        linking.complain(node, *unknown_name("camp", node.camp, camps))
    return False


def _players_of_move(node: Plays, linking: LinkContext) -> tuple[str, ...]:
    """Return those who are to play a move: a force, or the members of a group that have it."""
    moves: dict[str, list[str]] = {}
    for stage in linking.vocabulary.stages.values():
        for player, known in stage.moves.items():
            moves.setdefault(player, []).extend(known)
    members = linking.vocabulary.groups.get(node.player, (node.player,))
    players = [member for member in members if member in moves]
    if not players:
        if node.player in linking.vocabulary.groups:
            problem = f"nobody in the group '{node.player}' has a move"
            linking.complain(node, problem, f"the players are: {', '.join(moves)}" if moves else "")
        else:
            linking.complain(node, *unknown_name("player", node.player, moves))
        return ()
    found = tuple(player for player in players if node.move in moves[player])
    if not found:
        theirs = dict.fromkeys(move for player in players for move in moves[player])
        linking.complain(node, *unknown_name("move", node.move, theirs))
    return found


def _refuse_repeats(found: Iterable[Intervention], linking: LinkContext) -> None:
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
                for name, known in linking.vocabulary.stages.items():
                    if move in known.moves.get(player, ()):
                        taken = f"{player} in {name}", None
                        _refuse_repeat(intervention, taken, player, seen, linking)
                continue
            case _:
                continue
        _refuse_repeat(intervention, target, text, seen, linking)


def _refuse_repeat(
    intervention: Intervention,
    target: tuple[str, str | None],
    text: str,
    seen: set[tuple[str, str | None]],
    linking: LinkContext,
) -> None:
    if target in seen:
        problem = f"'{text}' is set twice in one do(...)"
        linking.complain(intervention, problem, "keep one of the two")
    seen.add(target)
