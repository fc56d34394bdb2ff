"""Games in which every move is seen: induction by hand, and the subgame-perfect path."""

import numpy as np
import pytest
from game_trees import CENTIPEDE, HORSE, TREES, game, solve_here
from hypothesis import given, settings
from hypothesis import strategies as st

SEEN = [
    name
    for name, one in TREES.items()
    if not any(turn.is_hidden for turn in one.tree.turns.values())
]
SURE = 1e4
"""A precision at which a difference of a hundredth of the range is beyond doubt."""


def perfect(stage):
    """Return the move at each node that is best given the moves that follow, and its margin."""
    tree = stage.tree
    worth = {ending: stage.endings[ending].payoffs for ending in tree.endings}
    best, margin = {}, np.inf
    for node in reversed(list(tree.moves)):
        player = tree.player_at(node)
        ranked = sorted(tree.moves[node], key=lambda move: -worth[tree.moves[node][move]][player])
        first, second = (worth[tree.moves[node][move]][player] for move in ranked[:2])
        best[node], worth[node] = ranked[0], worth[tree.moves[node][ranked[0]]]
        margin = min(margin, first - second)
    return best, margin


def assert_perfect(stage):
    tree = stage.tree
    best, _ = perfect(stage)
    policy, residual = solve_here(stage, [SURE])
    assert residual.max() == 0.0
    for node, move in best.items():
        turn = tree.turns[tree.turn_at[node]]
        assert policy[turn.name][0, turn.moves.index(move)] > 1 - 1e-6


@pytest.mark.parametrize("name", SEEN)
def test_high_precision_is_the_subgame_perfect_path(name):
    assert_perfect(TREES[name])


@st.composite
def trees(draw):
    """A tree of up to eight nodes and three players, no two payoffs of a player alike."""
    count = draw(st.integers(1, 8))
    open_places = [("n0", move) for move in ("a", "b")]
    leads = {"n0": {}}
    for number in range(1, count):
        place = draw(st.sampled_from(open_places))
        open_places.remove(place)
        leads[place[0]][place[1]] = f"n{number}"
        leads[f"n{number}"] = {}
        moves = ("a", "b", "c") if draw(st.booleans()) else ("a", "b")
        open_places.extend((f"n{number}", move) for move in moves)
    for number, (node, move) in enumerate(open_places):
        leads[node][move] = f"e{number}"
    nodes = {
        node: {"player": draw(st.sampled_from(("one", "two", "three"))), "moves": moves}
        for node, moves in leads.items()
    }
    players = " ".join(dict.fromkeys(node["player"] for node in nodes.values()))
    columns = [draw(st.permutations(range(len(open_places)))) for _ in players.split()]
    payoffs = {f"e{row}": worth for row, worth in enumerate(zip(*columns, strict=True))}
    return game(nodes, players, payoffs, start="n0")


@settings(max_examples=15)
@given(trees())
def test_random_trees_at_high_precision(stage):
    assert_perfect(stage)


@pytest.mark.parametrize("precision", [0.3, 1.0, 4.0])
def test_centipede_by_hand(precision):
    """Four lines of induction from the last node, payoffs scaled to range 1 by hand."""
    one = (np.array([0.4, 0.2, 1.6, 0.8, 6.4]) - 0.2) / 6.2
    two = (np.array([0.1, 0.8, 0.4, 3.2, 1.6]) - 0.1) / 3.1
    expected = {}
    last_one, last_two = one[4], two[4]
    for place, (node, own) in enumerate(
        reversed([("first", one), ("second", two), ("third", one), ("fourth", two)])
    ):
        ending = 3 - place
        hold = last_one if own is one else last_two
        take = 1 / (1 + np.exp(precision * (hold - own[ending])))
        expected[node] = take
        last_one = take * one[ending] + (1 - take) * last_one
        last_two = take * two[ending] + (1 - take) * last_two
    policy, _ = solve_here(CENTIPEDE, [precision])
    for node, take in expected.items():
        assert policy[node][0, 0] == pytest.approx(take, abs=1e-6)


def test_horse_tends_to_the_sequential_equilibrium():
    """The branch selects a sequential equilibrium (McKelvey & Palfrey 1998).

    Of the horse's equilibria only that in which both pass on, and all get 1, is sequential
    (Selten 1975).
    """
    policy, residual = solve_here(HORSE, [400.0])
    assert policy["first"][0, 0] * policy["second"][0, 0] > 1 - 1e-6
    assert residual.max() < 1e-3
