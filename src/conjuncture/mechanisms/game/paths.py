"""The ways through a game's tree as matrices: what a move is worth is then sums along ways.

Every move of an information set and everything that chance may do has a *label*. The probability
of a way is the exponential of a sum of logarithms over its labels. A *term* is a way from a move at
a node to an ending: in it stand the others' moves and chance on the way to the node (a player's own
are the same at every node of the set, by perfect recall), and everything on the way from there.
At a set of one node what comes before is left out, since it cancels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from conjuncture.mechanisms.game.game_tree import GameTree, InformationSet, Step

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Term:
    """A way from a move at a node to an ending.

    Attributes
    ----------
    turn, action : int
        Information set, and label of the move.
    node : int
        Among the nodes of sets of several; -1 at a set of one.
    ending, player : int
    labels : tuple of int
    """

    turn: int
    action: int
    node: int
    ending: int
    player: int
    labels: tuple[int, ...]


@dataclass(frozen=True)
class Paths:
    """The ways through a tree.

    Unknowns are the log-odds of each move against the first one of its set, in the order of
    labels. Rows of a matrix that stands for a table of two indices are numbered by the first one,
    then by the second.

    Parameters
    ----------
    tree : GameTree
    """

    tree: GameTree

    @cached_property
    def turns(self) -> tuple[InformationSet, ...]:
        """The information sets."""
        return tuple(self.tree.turns.values())

    @cached_property
    def actions(self) -> tuple[tuple[str, str], ...]:
        """Information set and move; their places are the first labels."""
        return tuple((turn.name, move) for turn in self.turns for move in turn.moves)

    @cached_property
    def chance_steps(self) -> tuple[tuple[str, str], ...]:
        """Node of chance and what may happen there; the labels that follow."""
        tree = self.tree
        return tuple(
            (node, move)
            for node in tree.moves
            if node not in tree.turn_at
            for move in tree.moves_at(node)
        )

    @cached_property
    def turn_of(self) -> Places:
        """The information set of each action."""
        names = [turn.name for turn in self.turns]
        return np.array([names.index(name) for name, _ in self.actions], np.int64)

    @cached_property
    def action_grid(self) -> Places:
        """The actions of each set in a row, filled up with the number of actions."""
        most = max(len(turn.moves) for turn in self.turns)
        found = np.full((len(self.turns), most), len(self.actions), np.int64)
        for action, turn in enumerate(self.turn_of):
            found[turn, np.argmax(found[turn] == len(self.actions))] = action
        return found

    @cached_property
    def unknown_actions(self) -> Places:
        """The action of each unknown."""
        return np.flatnonzero(np.diff(self.turn_of, prepend=-1) == 0)

    @cached_property
    def hidden_turns(self) -> Places:
        """The sets of several nodes."""
        return np.flatnonzero([turn.is_hidden for turn in self.turns])

    @cached_property
    def hidden_turn_of(self) -> Places:
        """The place among the sets of several nodes of each unknown's; their number if none."""
        places = {turn: place for place, turn in enumerate(self.hidden_turns)}
        turns = self.turn_of[self.unknown_actions]
        return np.array([places.get(turn, len(self.hidden_turns)) for turn in turns], np.int64)

    @cached_property
    def leaves(self) -> tuple[tuple[tuple[Step, ...], int], ...]:
        """Every way from the start to an ending."""
        return tuple(
            ((*self.tree.before[node], (node, move)), self.tree.endings.index(target))
            for node, leads in self.tree.moves.items()
            for move, target in leads.items()
            if target not in self.tree.moves
        )

    @cached_property
    def levels(self) -> int:
        """At how many sets players move one after another, at most."""
        at = self.tree.turn_at
        return max(sum(node in at for node, _ in steps) for steps, _ in self.leaves)

    def label(self, step: Step) -> int:
        """Return the label of a step."""
        node, move = step
        if node in self.tree.turn_at:
            return self._labels[self.tree.turn_at[node], move]
        return self._labels[node, move]

    @cached_property
    def _labels(self) -> dict[Step, int]:
        return {step: label for label, step in enumerate((*self.actions, *self.chance_steps))}

    def labels_to(self, node: str) -> tuple[int, ...]:
        """Return the labels by which the others and chance let play come to a node."""
        tree, player = self.tree, self.tree.player_at(node)
        return tuple(
            self.label(step) for step in tree.before[node] if tree.player_at(step[0]) != player
        )

    @cached_property
    def nodes(self) -> tuple[tuple[int, str], ...]:
        """The nodes of the sets of several, each with the place of its set among these."""
        return tuple(
            (place, node)
            for place, turn in enumerate(self.hidden_turns)
            for node in self.turns[turn].nodes
        )

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in the order of actions."""
        return tuple(sorted(self._terms(), key=lambda term: term.action))

    def _terms(self) -> Iterator[Term]:
        tree = self.tree
        names = [turn.name for turn in self.turns]
        several = {node: place for place, (_, node) in enumerate(self.nodes)}
        for steps, ending in self.leaves:
            for place, step in enumerate(steps):
                node = step[0]
                if node not in tree.turn_at:
                    continue
                before = self.labels_to(node) if node in several else ()
                after = tuple(self.label(later) for later in steps[place + 1 :])
                yield Term(
                    names.index(tree.turn_at[node]),
                    self.label(step),
                    several.get(node, -1),
                    ending,
                    tree.players.index(tree.player_at(node) or ""),
                    (*before, *after),
                )

    @cached_property
    def to_endings(self) -> sparse.csr_array:
        """From probabilities of leaves to those of endings."""
        rows = [(ending, place) for place, (_, ending) in enumerate(self.leaves)]
        return indicator_matrix(rows, (len(self.tree.endings), len(self.leaves)))

    @cached_property
    def along_leaves(self) -> sparse.csr_array:
        """From labels to the leaves whose ways they are on."""
        rows = [
            (leaf, self.label(step)) for leaf, (steps, _) in enumerate(self.leaves)
            for step in steps
        ]  # fmt: skip
        return indicator_matrix(rows, (len(self.leaves), len(self._labels)))

    @cached_property
    def along_terms(self) -> sparse.csr_array:
        """From labels to terms."""
        rows = [(row, label) for row, term in enumerate(self.terms) for label in term.labels]
        return indicator_matrix(rows, (len(self.terms), len(self._labels)))

    @cached_property
    def along_nodes(self) -> sparse.csr_array:
        """From labels to the nodes of sets of several."""
        rows = [
            (row, label)
            for row, (_, node) in enumerate(self.nodes)
            for label in self.labels_to(node)
        ]
        return indicator_matrix(rows, (len(self.nodes), len(self._labels)))

    @cached_property
    def over_nodes(self) -> sparse.csr_array:
        """From nodes to their sets of several."""
        rows = [(turn, row) for row, (turn, _) in enumerate(self.nodes)]
        return indicator_matrix(rows, (len(self.hidden_turns), len(self.nodes)))

    @cached_property
    def over_moves(self) -> sparse.csr_array:
        """From actions to their sets."""
        rows = [(turn, action) for action, turn in enumerate(self.turn_of)]
        return indicator_matrix(rows, (len(self.turns), len(self.actions)))

    @cached_property
    def hidden_of_term(self) -> Places:
        """The place of each term's set among those of several; their number where it has one."""
        return np.array(
            [self.nodes[term.node][0] if term.node >= 0 else len(self.hidden_turns)
             for term in self.terms], np.int64
        )  # fmt: skip

    @cached_property
    def gain_matrix(self) -> sparse.csr_array:
        """From terms to unknowns: those of a move less those of the first move of its set."""
        rows, columns, signs = self._gain_entries
        shape = (len(self.unknown_actions), len(self.terms))
        return sparse.csr_array((signs, (rows, columns)), shape=shape)

    @cached_property
    def _gain_entries(self) -> tuple[Places, Places, NDArray[np.float64]]:
        firsts = {int(self.action_grid[turn, 0]): turn for turn in range(len(self.turns))}
        of_turn = self.turn_of[self.unknown_actions]
        places = {int(action): place for place, action in enumerate(self.unknown_actions)}
        rows, columns, signs = [], [], []
        for column, term in enumerate(self.terms):
            if term.action in firsts:
                own = np.flatnonzero(of_turn == firsts[term.action]).tolist()
            else:
                own = [places[term.action]]
            rows += own
            columns += [column] * len(own)
            signs += [-1.0 if term.action in firsts else 1.0] * len(own)
        return np.array(rows, np.int64), np.array(columns, np.int64), np.array(signs, np.float64)

    @cached_property
    def gain_by_unknown(self) -> sparse.csr_array:
        """From terms to (unknown, unknown on their way)."""
        places = {int(action): place for place, action in enumerate(self.unknown_actions)}
        passing = [[places[one] for one in term.labels if one in places] for term in self.terms]
        return self._gain_by(passing, len(self.unknown_actions))

    @cached_property
    def gain_by_turn(self) -> sparse.csr_array:
        """From terms to (unknown, set on their way)."""
        count = len(self.actions)
        passing = [[int(self.turn_of[one]) for one in term.labels if one < count]
                   for term in self.terms]  # fmt: skip
        return self._gain_by(passing, len(self.turns))

    def _gain_by(self, passing: Sequence[Sequence[int]], width: int) -> sparse.csr_array:
        entries = [
            (row * width + by, column, sign)
            for row, column, sign in zip(*self._gain_entries, strict=True)
            for by in passing[column]
        ]
        rows = np.array([row for row, *_ in entries], np.int64)
        columns = np.array([column for _, column, _ in entries], np.int64)
        signs = np.array([sign for *_, sign in entries], np.float64)
        shape = (len(self.unknown_actions) * width, len(self.terms))
        return sparse.csr_array((signs, (rows, columns)), shape=shape)

    @cached_property
    def belief_by_unknown(self) -> sparse.csr_array:
        """From nodes of sets of several to (such a set, unknown on the way to the node)."""
        places = {int(action): place for place, action in enumerate(self.unknown_actions)}
        width = len(self.unknown_actions)
        rows = [
            (turn * width + places[label], row)
            for row, (turn, node) in enumerate(self.nodes)
            for label in self.labels_to(node)
            if label in places
        ]
        return indicator_matrix(rows, (len(self.hidden_turns) * width, len(self.nodes)))

    @cached_property
    def belief_by_turn(self) -> sparse.csr_array:
        """From nodes of sets of several to (such a set, set on the way to the node)."""
        width = len(self.turns)
        rows = [
            (turn * width + int(self.turn_of[label]), row)
            for row, (turn, node) in enumerate(self.nodes)
            for label in self.labels_to(node)
            if label < len(self.actions)
        ]
        return indicator_matrix(rows, (len(self.hidden_turns) * width, len(self.nodes)))


def indicator_matrix(places: Iterable[tuple[int, int]], shape: tuple[int, int]) -> sparse.csr_array:
    """Return a matrix that is 1 at some places and 0 elsewhere.

    Examples
    --------
    >>> indicator_matrix([(0, 1)], (1, 2)).toarray().tolist()
    [[0.0, 1.0]]
    """
    listed = np.array(list(places), np.int64).reshape(-1, 2)
    return sparse.csr_array((np.ones(len(listed)), (listed[:, 0], listed[:, 1])), shape=shape)
