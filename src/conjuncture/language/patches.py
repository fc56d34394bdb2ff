"""Linking interventions: what is set, who is removed or bound, and that nothing is set twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from conjuncture.language.assignments import assign
from conjuncture.language.meaning import Linking
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


def link_patch(interventions: Sequence[Intervention], linking: Linking) -> tuple[Intervention, ...]:
    """Return the interventions of one ``do(...)``, groups expanded; problems are noted."""
    inner = replace(linking, reads="intervention", leaf=None)
    found: list[Intervention] = []
    for intervention in interventions:
        found.extend(_link(intervention, inner))
    _refuse_repeats(found, inner)
    return tuple(found)


def _link(intervention: Intervention, linking: Linking) -> Iterator[Intervention]:
    match intervention:
        case Assign():
            yield from assign(intervention, linking)
        case Without():
            known = (*linking.vocabulary.forces, *linking.vocabulary.backers)
            for force in _members(intervention, intervention.force, known, linking):
                yield replace(intervention, force=force)
        case Aside():
            for force in _sided(intervention, intervention.force, linking):
                yield replace(intervention, force=force)
        case Sides():
            members = _sided(intervention, intervention.force, linking)
            if members and _has_camp(intervention, linking):
                for force in members:
                    yield replace(intervention, force=force)
        case Plays():
            if _has_move(intervention, linking):
                yield intervention
        case _:
            yield intervention


def _members(at: Intervention, key: str, known: Sequence[str], linking: Linking) -> tuple[str, ...]:
    groups = linking.vocabulary.groups
    if key in groups:
        return groups[key]
    if key in known:
        return (key,)
    linking.complain(at, *unknown_name("force or group", key, [*known, *groups]))
    return ()


def _sided(at: Aside | Sides, key: str, linking: Linking) -> tuple[str, ...]:
    vocabulary = linking.vocabulary
    if key in vocabulary.backers:
        problem = f"'{key}' is a backer and takes no side"
        linking.complain(at, problem, f"write 'without {key}' to withdraw it")
        return ()
    if not any(stage.sides for stage in vocabulary.stages.values()):
        linking.complain(at, "no stage of this crisis has sides", "set an attribute instead")
        return ()
    return _members(at, key, vocabulary.forces, linking)


def _has_camp(node: Sides, linking: Linking) -> bool:
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


def _has_move(node: Plays, linking: Linking) -> bool:
    moves: dict[str, list[str]] = {}
    for stage in linking.vocabulary.stages.values():
        for player, known in stage.moves.items():
            moves.setdefault(player, []).extend(known)
    if node.player not in moves:
        linking.complain(node, *unknown_name("player", node.player, moves))
        return False
    if node.move not in moves[node.player]:
        linking.complain(node, *unknown_name("move", node.move, moves[node.player]))
        return False
    return True


def _refuse_repeats(found: Iterable[Intervention], linking: Linking) -> None:
    seen: set[tuple[str, str | None]] = set()
    for intervention in found:
        match intervention:
            case SetCell(key=key, at=at):
                target, text = (key, at), key
            case SetOutcome(stage=stage, visit=visit):
                target, text = (f"{stage}[]", str(visit)), stage
            case Without(force=force) | Aside(force=force) | Sides(force=force):
                target, text = (f"{force}()", None), force
            case Plays(player=player, move=move):
                # Moves of one player in two stages do not shut each other out.
                for name, known in linking.vocabulary.stages.items():
                    if move in known.moves.get(player, ()):
                        taken = f"{player} in {name}", None
                        _refuse_again(intervention, taken, player, seen, linking)
                continue
            case _:
                continue
        _refuse_again(intervention, target, text, seen, linking)


def _refuse_again(
    intervention: Intervention,
    target: tuple[str, str | None],
    text: str,
    seen: set[tuple[str, str | None]],
    linking: Linking,
) -> None:
    if target in seen:
        problem = f"'{text}' is set twice in one do(...)"
        linking.complain(intervention, problem, "keep one of the two")
    seen.add(target)
