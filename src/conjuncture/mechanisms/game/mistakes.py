"""What can be wrong with the tree of a game, in sentences.

Whether the players of a game remember what they knew and did: perfect recall.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from conjuncture.graph import cycles
from conjuncture.language.names import name_problem, unknown_name
from conjuncture.mechanisms.game import game_tree as trees
from conjuncture.mechanisms.game.game_tree import GameTree, InformationSet, Step
from conjuncture.scenario.stage_model import Cast, StageMistake


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
                    f"'{turn.player}' would forget what it did: {_write_moves(one)} before "
                    f"'{first}', "
                    f"{_write_moves(two)} before '{other}', and yet both are one information set "
                    f"('{turn.name}')"
                )
                yield ("nodes", other, "information"), problem, "give it other information"


def _is_passed_before(tree: GameTree, node: str, turn: InformationSet) -> bool:
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


class ChanceNodeLike(trees.NodeLike, Protocol):
    """A node and the weights of what may happen there."""

    @property
    def chance(self) -> Mapping[str, Any] | None:
        """What may happen, and the weight of each; None where a player decides."""


class EndingLike(Protocol):
    """An ending, its outcome and what it is worth."""

    @property
    def outcome(self) -> str | None:
        """The outcome of the stage."""

    @property
    def payoffs(self) -> Mapping[str, Any]:
        """What it is worth to each player."""


Nodes = Mapping[str, ChanceNodeLike]
Endings = Mapping[str, EndingLike]


def mistakes_in(
    start: str | None, nodes: Nodes, endings: Endings, cast: Cast
) -> list[StageMistake]:
    """Return everything that is wrong with a game.

    Parameters
    ----------
    start : str or None
        Where it begins; None: at the first node.
    nodes, endings : mapping
    cast : Cast
    """
    shape = [*_lone_nodes(nodes), *_targets(start, nodes, endings)]
    first = start if start is not None else next(iter(nodes))
    if not shape:
        shape.extend(_not_a_tree(first, nodes, endings))
    sets = list(_information_sets(nodes))
    if not shape and not sets:
        sets.extend(recall_problems(trees.tree_of(first, nodes, endings)))
    return [
        *_names(nodes, endings), *_people(nodes, endings, cast), *_chances(nodes), *shape, *sets,
    ]  # fmt: skip


def _names(nodes: Nodes, endings: Endings) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if name in endings:
            problem = f"'{name}' is a node and an ending"
            yield ("nodes", name), problem, "give one of the two another name"
        yield from _name_problems(("nodes", name), name)
        if node.information is not None:
            yield from _name_problems(("nodes", name, "information"), node.information)
        for move in node.moves:
            at = ("nodes", name, "moves", move)
            yield from _name_problems(at, move)
            if move == "none":
                problem = "'none' stands for a turn to which a history did not come"
                yield at, problem, "give the move another name"
    for name, ending in endings.items():
        if ending.outcome is not None:
            yield from _name_problems(("endings", name, "outcome"), ending.outcome)
    joined: dict[str, tuple[str, str]] = {}
    for turn in trees.turns_of(nodes).values():
        for move in turn.moves:
            other = joined.setdefault(f"{turn.name}_{move}", (turn.name, move))
            if other != (turn.name, move):
                problem = (
                    f"'{turn.name}' with '{move}' and '{other[0]}' with '{other[1]}' would both "
                    f"be called '{turn.name}_{move}' in measures"
                )
                yield ("nodes", turn.nodes[0], "moves"), problem, "rename one of them"
            elif (told := name_problem(f"{turn.name}_{move}")) is not None:
                yield ("nodes", turn.nodes[0], "moves"), told[0], "rename the node, or the move"


def _name_problems(path: tuple[str, ...], name: str) -> Iterator[StageMistake]:
    if not name.isidentifier():
        yield path, f"'{name}' cannot be a name", "write letters, digits and '_', a letter first"
    elif (told := name_problem(name)) is not None:
        yield path, *told


def _people(nodes: Nodes, endings: Endings, cast: Cast) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if node.player is not None and node.player not in cast.forces:
            path = ("nodes", name, "player")
            if node.player in cast.groups:
                problem = f"'{node.player}' is a group, and a player decides as one"
                yield path, problem, "name one of its forces"
            else:
                yield path, *unknown_name("force", node.player, cast.forces)
    players = tuple(dict.fromkeys(node.player for node in nodes.values() if node.player))
    for name, ending in endings.items():
        for player in ending.payoffs:
            at = ("endings", name, "payoffs", player)
            if player in players:
                continue
            if player in cast.names:
                problem = f"'{player}' makes no move in this game, so a payoff changes nothing"
                yield at, problem, "delete it, or give it a move"
            else:
                yield at, *unknown_name("player", player, players)


def _chances(nodes: Nodes) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if node.chance is None:
            continue
        for move in node.chance:
            if move not in node.moves:
                at = ("nodes", name, "chance", move)
                yield at, *unknown_name("move", move, tuple(node.moves))
        for move in node.moves:
            if move not in node.chance:
                problem = f"chance has no weight for '{move}'"
                yield ("nodes", name, "moves", move), problem, f"add '{move}: 1' to 'chance'"
        if node.chance and all(_is_zero(weight) for weight in node.chance.values()):
            problem = f"the weights of chance at '{name}' sum to nothing"
            remedy = "give at least one of them a weight above 0"
            yield ("nodes", name, "chance"), problem, remedy
        for said, value in (("information", node.information), ("absent", node.absent)):
            if value is not None:
                problem = f"chance is no player, so '{said}' says nothing"
                yield ("nodes", name, said), problem, "delete it"


def _is_zero(weight: Any) -> bool:
    written = weight.get("value") if isinstance(weight, dict) else weight
    try:
        return float(str(written)) == 0.0
    except ValueError:
        return False


def _lone_nodes(nodes: Nodes) -> Iterator[StageMistake]:
    for name, node in nodes.items():
        if node.player is None and node.chance is None:
            problem = f"nobody decides at '{name}'"
            remedy = "write 'player: FORCE', or 'chance: {MOVE: WEIGHT, ...}'"
            yield ("nodes", name), problem, remedy
        elif node.player is not None and node.chance is not None:
            problem = f"both a player and chance decide at '{name}'"
            yield ("nodes", name), problem, "keep one of the two"
        if len(node.moves) < 2:
            number = "only one move" if node.moves else "no move"
            problem = f"'{name}' has {number}, so nothing is decided there"
            remedy = "add a move, or let what leads here lead to where it leads"
            yield ("nodes", name), problem, remedy


def _targets(start: str | None, nodes: Nodes, endings: Endings) -> Iterator[StageMistake]:
    if start is not None and start not in nodes:
        yield ("start",), *unknown_name("node", start, tuple(nodes))
    for name, node in nodes.items():
        for move, target in node.moves.items():
            if target not in nodes and target not in endings:
                path = ("nodes", name, "moves", move)
                yield path, *unknown_name("node or ending", target, (*nodes, *endings))


def _not_a_tree(first: str, nodes: Nodes, endings: Endings) -> Iterator[StageMistake]:
    edges = {
        name: [to for to in node.moves.values() if to in nodes] for name, node in nodes.items()
    }
    circles = list(cycles(edges))
    for path in circles:
        move = next(move for move, to in nodes[path[-1]].moves.items() if to == path[0])
        problem = f"the moves run in a circle: {' → '.join((*path, path[0]))}"
        remedy = "let one of them lead to an ending, or repeat the stage with 'visits'"
        yield ("nodes", path[-1], "moves", move), problem, remedy
    led: dict[str, tuple[str, str]] = {}
    for name, node in nodes.items():
        for move, target in node.moves.items():
            before = led.setdefault(target, (name, move))
            again = before != (name, move) and target in nodes
            if again and not any(target in path for path in circles):
                problem = (
                    f"two moves lead to the node '{target}': '{before[1]}' at '{before[0]}' and "
                    f"'{move}' at '{name}'"
                )
                remedy = (
                    "write a node for each; if the player cannot tell them apart, give both the "
                    "same 'information'"
                )
                yield ("nodes", name, "moves", move), problem, remedy
    for section, known in (("nodes", nodes), ("endings", endings)):
        for name in known:
            if name not in led and name != first:
                remedy = "let a move lead there, or delete it"
                yield (section, name), f"no move leads to '{name}'", remedy


def _information_sets(nodes: Nodes) -> Iterator[StageMistake]:
    for turn in trees.turns_of(nodes).values():
        first = turn.nodes[0]
        called = [node for node in turn.nodes if nodes[node].information == turn.name]
        if called and turn.name in nodes and turn.name not in called:
            path = ("nodes", called[0], "information")
            yield path, f"'{turn.name}' is a node already", "give the information another name"
            continue
        if turn.absent is not None and turn.absent not in turn.moves:
            path = ("nodes", first, "absent")
            yield path, *unknown_name("move", turn.absent, turn.moves)
        for other in turn.nodes[1:]:
            told = f"'{first}' and '{other}' are one information set ('{turn.name}')"
            node = nodes[other]
            if node.player != turn.player:
                problem = f"{told} but belong to '{turn.player}' and '{node.player}'"
                remedy = "give them one player, or other information"
                yield ("nodes", other, "player"), problem, remedy
            if set(node.moves) != set(turn.moves):
                problem = f"{told} but have different moves, by which they could be told apart"
                remedy = f"write the moves of '{first}': {', '.join(turn.moves)}"
                yield ("nodes", other, "moves"), problem, remedy
            if node.absent != turn.absent:
                problem = f"{told} but differ in what is done when the player is absent"
                yield ("nodes", other), problem, "write the same 'absent' for both"
