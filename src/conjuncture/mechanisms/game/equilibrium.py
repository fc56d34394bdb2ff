r"""Agent quantal response equilibrium of many games of one tree [mckelveypalfrey1998]_.

At an information set :math:`I` of player :math:`i` the move :math:`a` has probability

.. math:: \sigma_I(a) \propto \exp \lambda \sum_{h \in I} \mu_I(h) V_i(h a),

:math:`V_i` what the player expects from there on when everyone, itself included, moves by
:math:`\sigma`, and :math:`\mu_I` the probabilities of the nodes given that one of them is reached.
Every probability is kept as its logarithm, so that beliefs exist wherever nobody is expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from conjuncture.mechanisms.game.arithmetic import ArrayBackend
from conjuncture.mechanisms.game.branch import follow_branch
from conjuncture.mechanisms.game.paths import Paths


class Games(NamedTuple):
    """The numbers of many games of one tree; games on the last axis, in double precision.

    Attributes
    ----------
    payoffs : array, shape (endings, players, games)
        Each player's from 0 to 1.
    chances : array, shape (labels of chance, games)
        Logarithms of probabilities; finite.
    imposed : array of bool, shape (sets, games)
        Whether a player does not choose at an information set.
    instead : array, shape (actions, games)
        Logarithms of the probabilities of its moves in that case; finite.
    precision : array, shape (games,)
    """

    payoffs: Any
    chances: Any
    imposed: Any
    instead: Any
    precision: Any


class QuantalResponseEquilibrium(NamedTuple):
    """How everyone moves, and what that is worth.

    Attributes
    ----------
    policy : array, shape (actions, games)
        Logarithms of the probabilities of moves.
    worth : array, shape (players, games)
        What the game is worth to each player before it begins.
    residual : array, shape (games,)
        The largest difference between a probability and the answer to it; 0 where all moves are
        seen.
    steps : array, integer
        Steps tried along the branch; 0 where all moves are seen.
    """

    policy: Any
    worth: Any
    residual: Any
    steps: Any


def solve_games(paths: Paths, games: Games, arithmetic: ArrayBackend) -> QuantalResponseEquilibrium:
    """Return the equilibrium on the principal branch.

    Where every information set is a single node, each answers what follows it: answering as often
    as sets follow each other is induction from the endings. Otherwise the branch is followed from
    precision nothing (:mod:`conjuncture.mechanisms.game.branch`).
    """
    xp = arithmetic.xp
    playing = QuantalResponse(paths, games, arithmetic)
    count = len(paths.unknown_actions)
    nothing = 0.0 * games.precision
    steps = xp.zeros(games.precision.shape, xp.int32)
    if not count:
        policy = xp.zeros((0, *nothing.shape))
        return QuantalResponseEquilibrium(policy, playing.worth_of(policy), nothing, steps)
    if not len(paths.hidden_turns):
        log_odds = xp.stack([nothing] * count)
        for _ in range(paths.levels):
            log_odds = games.precision * playing.gains_of(log_odds)
        policy = playing.policy_of(log_odds)
        return QuantalResponseEquilibrium(policy, playing.worth_of(policy), nothing, steps)
    log_odds, steps = follow_branch(playing.linearise, count, games.precision, arithmetic)
    policy = playing.policy_of(log_odds)
    better = playing.policy_of(games.precision * playing.gains_of(log_odds))
    residual = xp.max(xp.abs(xp.exp(policy) - xp.exp(better)), axis=0)
    return QuantalResponseEquilibrium(policy, playing.worth_of(policy), residual, steps)


@dataclass(frozen=True)
class QuantalResponse:
    """What follows from log-odds of moves.

    Parameters
    ----------
    paths : Paths
    games : Games
    arithmetic : Arithmetic
    """

    paths: Paths
    games: Games
    arithmetic: ArrayBackend

    def log_choice_of(self, log_odds: Any) -> Any:
        """Return the logarithms of the probabilities of actions where everyone chooses."""
        xp, paths = self.arithmetic.xp, self.paths
        nothing = 0.0 * log_odds[:1]
        rows = np.zeros(len(paths.actions), np.int64)
        rows[paths.unknown_actions] = np.arange(1, 1 + len(paths.unknown_actions))
        own = xp.concatenate([nothing, log_odds])[rows]
        top = xp.max(xp.concatenate([own, nothing - xp.inf])[paths.action_grid], axis=1)
        shares = self.arithmetic.multiply(paths.over_moves, xp.exp(own - top[paths.turn_of]))
        return own - (top + xp.log(shares))[paths.turn_of]

    def impose(self, chosen: Any) -> Any:
        """Return the logarithms of the probabilities of actions that hold."""
        imposed = self.games.imposed[self.paths.turn_of]
        return self.arithmetic.xp.where(imposed, self.games.instead, chosen)

    def policy_of(self, log_odds: Any) -> Any:
        """Return the logarithms of the probabilities of actions."""
        return self.impose(self.log_choice_of(log_odds))

    def gains_of(self, log_odds: Any) -> Any:
        """Return what each move gains over the first one of its set, shape (n, games)."""
        *_, gained = self._terms_of(self.policy_of(log_odds))
        return gained

    def _terms_of(self, policy: Any) -> tuple[Any, Any, Any]:
        """Return what each term adds, how likely nodes of sets of several are, and the gains."""
        xp, paths, times = self.arithmetic.xp, self.paths, self.arithmetic.multiply
        logarithms = xp.concatenate([policy, self.games.chances])
        nothing = 0.0 * policy[:1]
        weights = times(paths.along_terms, logarithms)
        believed = policy[:0]
        if len(paths.hidden_turns):
            coming = times(paths.along_nodes, logarithms)
            turns = np.array([turn for turn, _ in paths.nodes])
            groups = [np.flatnonzero(turns == turn) for turn in range(len(paths.hidden_turns))]
            top = xp.stack([xp.max(coming[group], axis=0) for group in groups])
            shares = times(paths.over_nodes, xp.exp(coming - top[turns]))
            reached = top + xp.log(shares)
            believed = xp.exp(coming - reached[turns])
            weights = weights - xp.concatenate([reached, nothing])[paths.hidden_of_term]
        endings = np.array([term.ending for term in paths.terms])
        players = np.array([term.player for term in paths.terms])
        added = xp.exp(weights) * self.games.payoffs[endings, players]
        return added, believed, times(paths.gain_matrix, added)

    def linearise(self, point: Any) -> tuple[Any, Any]:
        """Return the value of the equations, and their slopes by log-odds and precision.

        Parameters
        ----------
        point : array, shape (n + 1, games)
            Log-odds, and the precision.
        """
        xp, paths, times = self.arithmetic.xp, self.paths, self.arithmetic.multiply
        log_odds, precision = point[:-1], point[-1]
        count, sets, games = len(paths.unknown_actions), len(paths.turns), point.shape[1:]
        chosen = self.log_choice_of(log_odds)
        added, believed, gained = self._terms_of(self.impose(chosen))
        shares = xp.exp(chosen[paths.unknown_actions])
        turns = paths.turn_of[paths.unknown_actions]
        by_move = times(paths.gain_by_unknown, added).reshape(count, count, *games)
        by_turn = times(paths.gain_by_turn, added).reshape(count, sets, *games)
        slopes = by_move - shares * by_turn[:, turns]
        by_move = times(paths.belief_by_unknown, believed).reshape(-1, count, *games)
        by_turn = times(paths.belief_by_turn, believed).reshape(-1, sets, *games)
        beliefs = by_move - shares * by_turn[:, turns]
        beliefs = xp.concatenate([beliefs, 0.0 * beliefs[:1]])
        slopes = slopes - gained[:, None] * beliefs[paths.hidden_turn_of]
        slopes = xp.where(self.games.imposed[turns], 0.0, slopes)
        one = np.eye(count).reshape(count, count, *(1,) * len(games))
        slopes = xp.concatenate([one - precision * slopes, -gained[:, None]], axis=1)
        return log_odds - precision * gained, slopes

    def worth_of(self, policy: Any) -> Any:
        """Return what the game is worth to each player before it begins, shape (players, games)."""
        xp, paths, times = self.arithmetic.xp, self.paths, self.arithmetic.multiply
        logarithms = xp.concatenate([policy, self.games.chances])
        ends = times(paths.to_endings, xp.exp(times(paths.along_leaves, logarithms)))
        found = ends[0] * self.games.payoffs[0]
        for place in range(1, len(ends)):
            found = found + ends[place] * self.games.payoffs[place]
        return found
