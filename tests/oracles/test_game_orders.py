"""One answer for every order in which a game can be written, and for every company of worlds."""

import numpy as np
import pytest
from game_trees import policies, solve_here, values_of
from more_game_trees import FORKS, PLAIN, same_choice

from conjuncture.mechanisms.contract import ImposedActs
from conjuncture.mechanisms.game.inputs import Stage
from conjuncture.mechanisms.game.precomputation import BATCH_SIZE, precompute

PRECISIONS = (0.5, 5.0, 10.0, 40.0)
CHOSEN = (
    *FORKS, "horse", "beer and quiche", "arms", "crisis bargaining", "three by three", "of three 1",
    "signal 3", "seen 0", "hardly reached",
)  # fmt: skip


def shuffled(stage, seed):
    """Return the same game with nodes, moves and endings written in another order."""
    draws = np.random.default_rng(seed)

    def mixed(mapping):
        names = list(mapping)
        return {names[place]: mapping[names[place]] for place in draws.permutation(len(names))}

    nodes = {
        name: node.model_copy(update={"moves": mixed(node.moves)})
        for name, node in mixed(stage.nodes).items()
    }
    return Stage(start=stage.tree.start, nodes=nodes, endings=mixed(stage.endings))


def named(stage, found):
    """Return probabilities by information set and move."""
    return {
        (name, move): found[name][:, place]
        for name, turn in stage.tree.turns.items()
        for place, move in enumerate(turn.moves)
    }


def outcomes(stage, found):
    """Return how probable each ending is."""
    tree, odds = stage.tree, named(stage, found)
    coming = {tree.start: np.ones(len(PRECISIONS))}
    ends = dict.fromkeys(tree.endings, 0.0)
    for node, moves in tree.moves.items():
        for move, target in moves.items():
            if node in tree.turn_at:
                share = odds[tree.turn_at[node], move]
            else:
                weights = stage.nodes[node].chance
                share = float(weights[move]) / sum(map(float, weights.values()))
            if target in tree.moves:
                coming[target] = coming[node] * share
            else:
                ends[target] = ends[target] + coming[node] * share
    return ends


@pytest.mark.parametrize("name", CHOSEN)
def test_the_order_of_nodes_players_moves_and_endings_changes_nothing(name):
    stage = {**PLAIN, **FORKS}[name]
    expected = outcomes(stage, solve_here(stage, PRECISIONS)[0])
    assert sum(expected.values()) == pytest.approx(1.0)
    for seed in range(4):
        other = shuffled(stage, seed)
        found, residual = solve_here(other, PRECISIONS)
        assert residual.max() < 1e-9
        for ending, probability in outcomes(other, found).items():
            np.testing.assert_allclose(probability, expected[ending], atol=1e-9, err_msg=ending)


@pytest.mark.parametrize("stage", [FORKS["battle of the sexes"], PLAIN["arms"], same_choice(3)])
def test_a_world_has_one_answer_alone_and_among_others_bit_for_bit(stage):
    count = BATCH_SIZE + 9
    draws = np.random.default_rng(3)
    values = values_of(stage, draws.uniform(0.5, 30.0, count))
    for key in values:
        if key != "precision":
            values[key] = values[key] + draws.choice([0.0, 0.2, -0.1], count)
    whole = precompute(stage, values, ImposedActs())
    order = draws.permutation(count)
    turned = precompute(stage, {key: one[order] for key, one in values.items()}, ImposedActs())
    for key, one in whole.items():
        np.testing.assert_array_equal(one[order], turned[key], err_msg=key)
    for world in (0, 7, BATCH_SIZE, count - 1):
        alone = precompute(stage, {key: one[[world]] for key, one in values.items()}, ImposedActs())
        for key, one in whole.items():
            assert alone[key][0] == one[world], key


@pytest.mark.parametrize("name", [*FORKS, "beer and quiche", "crisis bargaining"])
@pytest.mark.parametrize(("unit", "zero"), [(1.0, 1e8), (1e-6, 0.0), (1024.0, -1e8)])
def test_neither_the_zero_nor_the_unit_of_payoffs_matters(name, unit, zero):
    stage = {**PLAIN, **FORKS}[name]
    base, _ = solve_here(stage, PRECISIONS)
    values = values_of(stage, PRECISIONS)
    draws = {f"{node}.{move}" for node, one in stage.nodes.items() for move in one.chance or ()}
    for key in values:
        if key != "precision" and key not in draws:
            values[key] = zero + unit * values[key]
    found = policies(stage, precompute(stage, values, ImposedActs()))
    for turn, probabilities in base.items():
        np.testing.assert_allclose(found[turn], probabilities, atol=2e-6, err_msg=turn)
