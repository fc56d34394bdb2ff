"""The principal branch followed once more, by other means than the package's.

A textbook's predictor and corrector in double precision: the tangent is the null vector of the
slopes, turned the way it went before; corrections are the smallest that solve the linearised
equations, so that a place where they are singular does no harm. It knows of no determinant and
goes straight on at a fork. The equations are worked out node by node from probabilities, their
slopes by complex steps.
"""

from __future__ import annotations

import numpy as np

SMALL = 1e-30
LONGEST = 0.05
"""Of a step, relative to one plus the precision: so short that it never leaves its branch."""


class EquilibriumBranch:
    """A game and the equations of its equilibrium.

    Parameters
    ----------
    stage : Stage
        With payoffs and weights that are plain numbers.
    payoffs : mapping
        Ending to player to payoff, each player's from 0 to 1.
    """

    def __init__(self, stage, payoffs):
        self.tree = stage.tree
        self.payoffs = payoffs
        self.weights = {
            node: np.array([float(one.chance[move]) for move in one.moves])
            for node, one in stage.nodes.items()
            if one.player is None
        }
        self.turns = list(self.tree.turns.values())
        self.count = sum(len(turn.moves) - 1 for turn in self.turns)

    def policy(self, odds):
        """Return by information set the probabilities of its moves."""
        found, place = {}, 0
        for turn in self.turns:
            own = np.concatenate([[0.0], odds[place : place + len(turn.moves) - 1]])
            place += len(turn.moves) - 1
            own = np.exp(own - own.real.max())
            found[turn.name] = own / own.sum()
        return found

    def shares(self, node, policy):
        """Return the probabilities of what may be done at a node, by where it leads."""
        tree = self.tree
        if node in tree.turn_at:
            own = policy[tree.turn_at[node]]
        else:
            own = self.weights[node] / self.weights[node].sum()
        return dict(zip(tree.moves_at(node).values(), own, strict=True))

    def residual(self, point):
        """Return how far log-odds are from what the moves gain, at a precision."""
        tree, policy, precision = self.tree, self.policy(point[:-1]), point[-1]
        worth = {
            ending: np.array([own[player] for player in tree.players], complex)
            for ending, own in self.payoffs.items()
        }
        others = {(tree.start, player): 1.0 for player in tree.players}
        for node in tree.moves:
            for target, share in self.shares(node, policy).items():
                for player in tree.players:
                    own = tree.player_at(node) == player
                    before = others[node, player]
                    others[target, player] = before if own else before * share
        for node in reversed(list(tree.moves)):
            worth[node] = sum(
                share * worth[target] for target, share in self.shares(node, policy).items()
            )
        found, place = [], 0
        for turn in self.turns:
            column = tree.players.index(turn.player)
            reach = np.array([others[node, turn.player] for node in turn.nodes])
            beliefs = reach / reach.sum()
            gains = [
                sum(
                    belief * worth[tree.moves[node][move]][column]
                    for belief, node in zip(beliefs, turn.nodes, strict=True)
                )
                for move in turn.moves
            ]
            for gain in gains[1:]:
                found.append(point[place] - precision * (gain - gains[0]))
                place += 1
        return np.array(found)

    def slopes(self, point):
        """Return the derivatives of the residual, by complex steps."""
        columns = []
        for place in range(len(point)):
            moved = point.astype(complex)
            moved[place] += 1j * SMALL
            columns.append(self.residual(moved).imag / SMALL)
        return np.array(columns).T

    def correct(self, point, across):
        """Return the point of the branch in the plane across a direction; None if there is none."""
        for _ in range(12):
            matrix = np.vstack([self.slopes(point), across])
            wrong = np.append(self.residual(point.astype(complex)).real, 0.0)
            step = -np.linalg.pinv(matrix, rcond=1e-9) @ wrong
            point = point + step
            if np.abs(step).max() < 1e-11:
                return point
        return None


def trace(stage, payoffs, precisions):
    """Return by information set the probabilities of its moves at rising precisions."""
    game = EquilibriumBranch(stage, payoffs)
    upwards = np.eye(game.count + 1)[-1]
    point, tangent = np.zeros(game.count + 1), upwards
    found = []
    length = LONGEST
    for precision in precisions:
        while point[-1] < precision:
            direction = np.linalg.svd(game.slopes(point))[2][-1]
            tangent = direction * np.sign(direction @ tangent)
            length = min(1.5 * length, LONGEST * (1.0 + point[-1]))
            while True:
                ahead = game.correct(point + length * tangent, tangent)
                if ahead is not None and np.linalg.norm(ahead - point) < 1.2 * length:
                    break
                length /= 2.0
                assert length > 1e-9, "the tracer is lost"
            if ahead[-1] >= precision:
                break
            point = ahead
        share = (precision - point[-1]) / (ahead[-1] - point[-1])
        guess = point + share * (ahead - point)
        guess[-1] = precision
        end = game.correct(guess, upwards)
        assert end is not None
        found.append(game.policy(end[:-1]))
    return {turn.name: np.array([one[turn.name].real for one in found]) for turn in game.turns}
