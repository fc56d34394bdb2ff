"""Games that are the same in all histories of a world, solved before these are run.

What is played then depends on numbers of the world and on interventions alone: it is worked out in
double precision, for all worlds side by side, and enters the histories as numbers of the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
from numpy.typing import NDArray

from conjuncture.mechanisms.contract import ImposedActs
from conjuncture.mechanisms.game.equilibrium import Games, QuantalResponseEquilibrium, solve_games
from conjuncture.mechanisms.game.inputs import EXPECTS, RESIDUAL, STEPS, Stage
from conjuncture.mechanisms.game.numerics import (
    MOST_PRECISE,
    NEVER,
    NUMPY_BACKEND,
    imposed_rule_of,
    log_shares,
    scale_payoffs,
)
from conjuncture.mechanisms.game.paths import Paths
from conjuncture.scenario.stage_model import StageModel

Real = NDArray[np.float64]

BATCH_SIZE, LARGEST_TABLE = 512, 1_000_000
"""How many games are computed side by side, fewer where a game has many unknowns: they stand
beside each other in tables of unknowns by unknowns, with no more numbers than this."""


def precompute(stage: StageModel, values: Mapping[str, Real], acts: ImposedActs) -> dict[str, Real]:
    """Return what of a game is the same in all histories of a world, by name.

    Parameters
    ----------
    stage : StageModel
    values : mapping of str to array, shape (worlds,)
        The numbers of the stage, and constants by their names.
    acts : ImposedActs

    Returns
    -------
    dict of str to array, shape (worlds,)
        The logarithm of the probability of each move, what the game is worth to each player, the
        residual and the steps taken.
    """
    game = cast("Stage", stage)
    tree = game.tree
    paths = Paths(tree)
    payoffs = np.array(
        [[values[f"{ending}.{player}"] for player in tree.players] for ending in tree.endings]
    )
    chances = [
        log_shares(np.array([values[f"{node}.{move}"] for move in moves]), NEVER, np)
        for node, moves in tree.moves.items()
        if node not in tree.turn_at
    ]
    columns = [np.reshape(payoffs, (-1, payoffs.shape[-1])), *chances, values["precision"][None]]
    rows = np.concatenate(columns).T
    different, where = np.unique(rows, axis=0, return_inverse=True)
    found = solve_batches(paths, game, different.T, acts)
    _, lowest, spans = scale_payoffs(payoffs, np)
    policy = {
        f"{name}_{move}": found.policy[place][where]
        for place, (name, move) in enumerate(paths.actions)
    }
    worth = {
        f"{EXPECTS}{player}": lowest[place] + spans[place] * found.worth[place][where]
        for place, player in enumerate(tree.players)
    }
    return {**policy, **worth, RESIDUAL: found.residual[where], STEPS: 1.0 * found.steps[where]}


def solve_batches(
    paths: Paths, stage: Stage, numbers: Real, acts: ImposedActs
) -> QuantalResponseEquilibrium:
    """Return the equilibria of games, shape (numbers, games): payoffs, chances, precision."""
    tree = stage.tree
    turns = list(tree.turns.values())
    rules = [
        imposed_rule_of(
            turn,
            np.bool_(turn.player in acts.absent),
            np.bool_(turn.player in acts.aside and turn.player not in acts.secret),
            [
                np.bool_((turn.player, move) in acts.plays and turn.player not in acts.secret)
                for move in turn.moves
            ],
            np,
        )
        for turn in turns
    ]
    flags = np.array([flag for flag, _ in rules], bool)
    instead = np.array([max(float(one), NEVER) for _, rule in rules for one in rule])
    count = len(tree.endings) * len(tree.players)
    unknowns = max(len(paths.unknown_actions), 1)
    size = max(1, min(BATCH_SIZE, LARGEST_TABLE // unknowns**2))
    parts = []
    for start in range(0, numbers.shape[1], size):
        part = np.ascontiguousarray(numbers[:, start : start + size])
        games = part.shape[1:]
        raw = part[:count].reshape(len(tree.endings), len(tree.players), *games)
        given = Games(
            payoffs=scale_payoffs(raw, np)[0],
            chances=part[count:-1],
            imposed=np.broadcast_to(flags[:, None], (len(flags), *games)),
            instead=np.broadcast_to(instead[:, None], (len(instead), *games)),
            precision=np.clip(part[-1], 0.0, MOST_PRECISE),
        )
        with np.errstate(all="ignore"):
            parts.append(solve_games(paths, given, NUMPY_BACKEND))
    return QuantalResponseEquilibrium(
        *(np.concatenate(one, axis=-1) for one in zip(*parts, strict=True))
    )
