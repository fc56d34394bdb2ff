"""Whether the players of a game remember what they knew and did: perfect recall."""

from __future__ import annotations

from collections.abc import Iterator

from conjuncture.mechanisms.game.tree import GameTree, Step, Turn
from conjuncture.scenario.stages import StageMistake


def recall_problems(tree: GameTree) -> Iterator[StageMistake]:
    """Yield the information sets at which a player would have forgotten something.

    The equilibrium takes a player's beliefs from what the others do. That is right only where, at
    all nodes of an information set, the player has known and done the same before.
    """
    for turn in tree.turns.values():
        first = turn.nodes[0]
        behind = next((node for node in turn.nodes if _is_passed_before(tree, node, turn)), None)
        if behind is not None:
            problem = (
                f"'{behind}' lies behind another node of the same information set "
                f"('{turn.name}'): '{turn.player}' would not know whether it has moved"
            )
            yield ("nodes", behind, "information"), problem, "give it other information"
            continue
        for other in turn.nodes[1:]:
            one, two = _moves_of(tree, first, turn.player), _moves_of(tree, other, turn.player)
            if one != two:
                problem = (
                    f"'{turn.player}' would forget what it did: {_write_moves(one)} before '{first}', "
                    f"{_write_moves(two)} before '{other}', and yet both are one information set "
                    f"('{turn.name}')"
                )
                yield ("nodes", other, "information"), problem, "give it other information"


def _is_passed_before(tree: GameTree, node: str, turn: Turn) -> bool:
    return any(step in turn.nodes for step, _ in tree.before[node])


def _moves_of(tree: GameTree, node: str, player: str) -> list[Step]:
    return [
        (tree.turn_at[step], move)
        for step, move in tree.before[node]
        if tree.player_at(step) == player
    ]


def _write_moves(steps: list[Step]) -> str:
    if not steps:
        return "nothing"
    return ", then ".join(f"'{move}' at '{turn}'" for turn, move in steps)
