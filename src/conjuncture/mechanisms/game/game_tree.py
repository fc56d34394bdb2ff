"""The tree of a game: its nodes in order, its information sets, and the way to each place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

Step = tuple[str, str]
"""A node and the move made there."""


class NodeLike(Protocol):
    """What the scenario says of a node."""

    @property
    def player(self) -> str | None:
        """Whose turn it is; None where chance decides."""

    @property
    def information(self) -> str | None:
        """The information set; None where the node is one of its own."""

    @property
    def absent(self) -> str | None:
        """What is done here when the player is not there or stands aside."""

    @property
    def moves(self) -> Mapping[str, str]:
        """Where each move leads."""


@dataclass(frozen=True, slots=True)
class InformationSet:
    """An information set: nodes that its player cannot tell apart, and what can be done there."""

    name: str
    player: str
    moves: tuple[str, ...]
    nodes: tuple[str, ...]
    absent: str | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether the player does not know at which node he is."""
        return len(self.nodes) > 1


def turns_of(nodes: Mapping[str, NodeLike]) -> dict[str, InformationSet]:
    """Return the information sets by name, in the order of the file.

    A node without ``information`` is an information set of its own and gives it its name.
    """
    members: dict[str, list[str]] = {}
    for name, node in nodes.items():
        if node.player is not None:
            members.setdefault(node.information or name, []).append(name)
    turns = {}
    for name, places in members.items():
        first = nodes[places[0]]
        turns[name] = InformationSet(
            name, first.player or "", tuple(first.moves), tuple(places), first.absent
        )
    return turns


@dataclass(frozen=True, slots=True)
class GameTree:
    """A game's tree.

    Attributes
    ----------
    start : str
    moves : mapping of str to mapping
        Node to move to the node or ending where it leads. A node stands before those that it
        leads to.
    turns : mapping of str to InformationSet
        The information sets by name.
    turn_at : mapping of str to str
        Node to information set; a node that is not in it is chance's.
    before : mapping of str to tuple of Step
        The moves that lead from the start to a node.
    players : tuple of str
        Who moves, in the order of the file.
    endings : tuple of str
    """

    start: str
    moves: Mapping[str, Mapping[str, str]]
    turns: Mapping[str, InformationSet]
    turn_at: Mapping[str, str]
    endings: tuple[str, ...]
    before: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)

    @property
    def players(self) -> tuple[str, ...]:
        """Who moves, in the order of the file."""
        return tuple(dict.fromkeys(turn.player for turn in self.turns.values()))

    def player_at(self, node: str) -> str | None:
        """Return whose turn it is at a node; None at one of chance."""
        turn = self.turn_at.get(node)
        return None if turn is None else self.turns[turn].player

    def moves_at(self, node: str) -> Mapping[str, str]:
        """Return where a node leads, in the order in which its information set has the moves."""
        turn = self.turn_at.get(node)
        leads = self.moves[node]
        return leads if turn is None else {move: leads[move] for move in self.turns[turn].moves}


def tree_of(start: str, nodes: Mapping[str, NodeLike], endings: Mapping[str, object]) -> GameTree:
    """Return the tree of a game in which nothing is wrong.

    Examples
    --------
    >>> from conjuncture.mechanisms.game.inputs import Node
    >>> nodes = {
    ...     "answer": Node(player="crown", moves={"yield": "peace", "fight": "war"}),
    ...     "demand": Node(player="estates", moves={"ask": "answer", "wait": "silence"}),
    ... }
    >>> tree = tree_of("demand", nodes, {"peace": 1, "war": 1, "silence": 1})
    >>> list(tree.moves), tree.before["answer"]
    (['demand', 'answer'], (('demand', 'ask'),))
    """
    turns = turns_of(nodes)
    before: dict[str, tuple[Step, ...]] = {start: ()}
    moves: dict[str, Mapping[str, str]] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop(0)
        moves[name] = nodes[name].moves
        for move, target in nodes[name].moves.items():
            if target in nodes:
                before[target] = (*before[name], (name, move))
                waiting.append(target)
    turn_at = {node: turn.name for turn in turns.values() for node in turn.nodes}
    return GameTree(start, moves, turns, turn_at, tuple(endings), before)
