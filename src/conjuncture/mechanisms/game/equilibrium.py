r"""Agent quantal response equilibrium of many games of one tree [mckelveypalfrey1998]_.

At an information set :math:`I` of player :math:`i` the move :math:`a` has probability

.. math:: \sigma_I(a) \propto \exp \lambda \sum_{h \in I} \mu_I(h) V_i(h a),

:math:`V_i` what the player expects from there on when everyone, itself included, moves by
:math:`\sigma`, and :math:`\mu_I` the probabilities of the nodes given that one of them is reached.
Every probability is kept as its logarithm, so that beliefs exist wherever nobody is expected.

Solved is :math:`F(x, \lambda) = 0` for log-odds :math:`x`, as many as there are equations. At
:math:`\lambda = 0` all of them are 0. The branch that starts there is followed by its arc length
[turocy2005]_, so that it may turn back in :math:`\lambda` on its way: a step along the tangent,
then two of Newton's across it. Where a move has become all but certain the log-odds grow in
proportion to the precision, so that steps may grow with it.

Let :math:`D` be the determinant of :math:`F'` with the tangent as its last row. Along a branch it
vanishes where another one crosses: at a fork. A step may leave no less than half of it. Coming
to a place where branches only pass near each other, steps get shorter until they follow the bend.
Coming to a fork they get shorter without end: where they are the shortest that are made, the branch
is taken to fork, and a leap along the tangent leads straight on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from conjuncture.mechanisms.game.numerics import ArrayBackend
from conjuncture.mechanisms.game.paths import Paths

MOST_STEPS = 1000
FIRST_STEP, LONGEST_STEP, SHORTEST_STEP = 0.1, 0.3, 6e-5
"""The latter two are relative to one plus the precision. The shortest says how near to each other
branches pass where they are taken to cross: about where payoffs differ by less than a billionth of
their range from those of a fork."""
LONGER, SHORTER = 1.6, 0.4
FARTHEST_CORRECTION, SLOWEST_CONTRACTION, SHARPEST_TURN = 0.3, 0.3, 0.8
NOISE = 1e-9
"""In log-odds: corrections below it are rounding and need not contract."""
FINEST_STEP = 1e-8
TINY = 1e-30
LEFT = float(np.log(0.5))
"""Logarithm of how much of the determinant a step must leave."""
LEAP = 5e-3
"""How far beyond a fork the branch is taken up again, relative to one plus the precision: far
enough for the equations to have one solution there, near enough for the tangent to be right."""
NEAR = 1e-5
"""From where the precision that is wanted is gone to directly, relative to one plus it."""
LAST_CORRECTIONS = 4

Linearisation = Callable[[Any], tuple[Any, Any]]
"""From log-odds and precision, shape (n + 1, games), to the value of the equations, shape
(n, games), and their slopes, shape (n, n + 1, games)."""


class BranchWalk(NamedTuple):
    """Where the walk along the branch stands; log-odds and the precision on the first axis.

    Attributes
    ----------
    point, tangent : array, shape (n + 1, games)
        The last point found on the branch, and its direction there.
    length : array, shape (games,)
        How long the next step is to be.
    sign, size : array
        Of the determinant: its sign, and the logarithm of its size.
    leaping : array of bool
        Whether the next step may lead across a fork.
    finer : array of bool
        Whether shorter steps are made because no leap succeeded.
    steps : array, integer
    over : array of bool
        Whether the walk has come to its end, or cannot go on.
    end : array, shape (n, games)
        Log-odds at its end, at the precision that is wanted.
    """

    point: Any
    tangent: Any
    length: Any
    sign: Any
    size: Any
    leaping: Any
    finer: Any
    steps: Any
    over: Any
    end: Any


class BranchEnd(NamedTuple):
    """A solution at the precision that is wanted, what the equations are there, and if it stays."""

    point: Any
    value: Any
    slopes: Any
    over: Any


def follow_branch(
    linearised: Linearisation, count: int, precision: Any, backend: ArrayBackend
) -> tuple[Any, Any]:
    """Return the solution at a precision on the branch that starts at precision nothing.

    Parameters
    ----------
    linearised : callable
        The equations; at precision nothing they are solved by log-odds of 0.
    count : int
        How many log-odds there are: n.
    precision : array, shape (games,)
    backend : ArrayBackend

    Returns
    -------
    solution : array, shape (n, games)
        Where the walk did not come to its end, the last point found on the branch.
    steps : array, integer, shape (games,)
        How many steps were tried.

    Examples
    --------
    >>> from conjuncture.mechanisms.game.numerics import NUMPY_BACKEND
    >>> def linearised(point):
    ...     wave = np.tanh(1 - point[:1])
    ...     value = point[:1] - point[1:] * wave
    ...     return value, np.stack([1 + point[1:] * (1 - wave**2), -wave], axis=1)
    >>> solution, _ = follow_branch(linearised, 1, np.array([9.0]), NUMPY_BACKEND)
    >>> round(float(solution[0, 0]), 4)
    0.8997
    """
    xp, nothing = backend.xp, 0.0 * precision
    upwards = xp.stack([*[nothing] * count, nothing + 1.0])[:, None]

    def add_border(slopes: Any, border: Any) -> Any:
        return xp.concatenate([slopes, border[None]])

    def right_side_of(value: Any) -> Any:
        return -xp.concatenate([value, nothing[None]])[:, None]

    def normalise_tangent(turned: Any, size: Any) -> tuple[Any, Any]:
        length = xp.sqrt(sum_first_axis(turned * turned))
        return turned / length, size + xp.log(length)

    def take_step(walk: BranchWalk) -> BranchWalk:
        unit = 1.0 + xp.abs(walk.point[-1])
        ahead = walk.tangent[-1]
        rest = xp.where(
            ahead > 0.0, (precision - walk.point[-1]) / xp.where(ahead > 0.0, ahead, 1.0), xp.inf
        )
        reach = xp.minimum(walk.length, xp.maximum(rest, -walk.length))
        reach = xp.where(walk.leaping, walk.length, reach)
        guess = walk.point + reach * walk.tangent
        value, slopes = linearised(guess)
        first, _, _ = backend.solve(add_border(slopes, walk.tangent), right_side_of(value))
        guess = guess + first[:, 0]
        value, slopes = linearised(guess)
        sides = xp.concatenate([right_side_of(value), upwards], axis=1)
        answer, sign, size = backend.solve(add_border(slopes, walk.tangent), sides)
        found = guess + answer[:, 0]
        tangent, size = normalise_tangent(answer[:, 1], size)

        farthest, contracted = largest_entry(first[:, 0], xp), largest_entry(answer[:, 0], xp)
        sound = (
            (farthest < FARTHEST_CORRECTION)
            & (contracted < xp.maximum(SLOWEST_CONTRACTION * farthest, NOISE))
            & (sum_first_axis(tangent * walk.tangent) > xp.where(walk.leaping, 0.5, SHARPEST_TURN))
        )
        good = sound & (walk.leaping | ((sign == walk.sign) & (size > walk.size + LEFT)))
        easy = farthest < FARTHEST_CORRECTION / 4.0
        # Where the determinant goes down, no further than it would take to vanish.
        rate = (walk.size - size) / xp.maximum(xp.abs(reach), TINY)
        grown = xp.minimum(xp.where(easy, LONGER, 1.0) * walk.length, 0.7 / xp.maximum(rate, TINY))
        shortest = xp.where(walk.finer, FINEST_STEP, SHORTEST_STEP) * unit
        length = xp.where(good, grown, SHORTER * xp.abs(reach))
        length = xp.clip(length, shortest, LONGEST_STEP * unit)
        stuck = ~good & ~walk.leaping & (xp.abs(reach) <= 1.01 * shortest)
        lost = ~good & walk.leaping & (walk.length <= 3.0 * shortest)
        length = xp.where(stuck, LEAP * unit, xp.where(lost, 0.1 * shortest, length))
        leapt = good & walk.leaping & (walk.point[-1] <= precision) & (precision <= found[-1])
        near = good & (xp.abs(precision - found[-1]) <= NEAR * (1.0 + precision))
        end = xp.where(
            leapt,
            interpolate_branch(walk.point, walk.tangent, found, tangent, precision),
            found
            + (precision - found[-1]) * tangent / xp.where(tangent[-1] > 0.1, tangent[-1], 1.0),
        )
        after = BranchWalk(
            point=xp.where(good, found, walk.point),
            tangent=xp.where(good, tangent, walk.tangent),
            length=length,
            sign=xp.where(good, sign, walk.sign),
            size=xp.where(good, size, walk.size),
            leaping=stuck | (walk.leaping & ~good & ~lost),
            finer=(walk.finer & ~(good & walk.leaping)) | lost,
            steps=walk.steps + 1,
            over=leapt | near | (lost & walk.finer),
            end=xp.where(leapt | near, end[:-1], walk.end),
        )
        return BranchWalk(*(xp.where(walk.over, *pair) for pair in zip(walk, after, strict=True)))

    begin = xp.stack([nothing] * (count + 1))
    value, slopes = linearised(begin)
    answer, sign, size = backend.solve(add_border(slopes, upwards[:, 0]), upwards)
    tangent, size = normalise_tangent(answer[:, 0], size)
    walk = BranchWalk(
        point=begin,
        tangent=tangent,
        length=nothing + FIRST_STEP,
        sign=sign,
        size=size,
        leaping=nothing > 0.0,
        finer=nothing > 0.0,
        steps=xp.zeros(precision.shape, xp.int32),
        over=precision <= NEAR,
        end=xp.where(precision <= NEAR, precision * tangent[:-1] / tangent[-1], xp.nan),
    )
    walk = backend.repeat(lambda one: one.over, take_step, walk, MOST_STEPS)

    arrived = xp.isfinite(walk.end[0])
    log_odds = xp.where(arrived, walk.end, walk.point[:-1])
    point = xp.concatenate([log_odds, precision[None]])
    value, slopes = linearised(point)

    def correct(end: BranchEnd) -> BranchEnd:
        # At a fork itself the slopes say nothing of one direction: a correction has to do good.
        answer, _, _ = backend.solve(
            add_border(end.slopes, upwards[:, 0]), right_side_of(end.value)
        )
        better = end.point + answer[:, 0]
        value, slopes = linearised(better)
        over = end.over | ~(largest_entry(value, xp) < largest_entry(end.value, xp))
        after = BranchEnd(better, value, slopes, over)
        return BranchEnd(*(xp.where(over, *pair) for pair in zip(end, after, strict=True)))

    end = BranchEnd(point, value, slopes, ~arrived)
    end = backend.repeat(lambda one: one.over, correct, end, LAST_CORRECTIONS)
    return end.point[:-1], walk.steps


def interpolate_branch(start: Any, leaving: Any, end: Any, coming: Any, precision: Any) -> Any:
    """Return the point at a precision between two, from the directions of the branch at both.

    Examples
    --------
    >>> cube = [np.array([[0.0], [0.0]]), np.array([[0.0], [1.0]]), np.array([[1.0], [1.0]])]
    >>> interpolate_branch(*cube, np.array([[3.0], [1.0]]), np.array([0.5]))[:, 0].tolist()
    [0.125, 0.5]
    """
    width = end[-1] - start[-1] + TINY
    place = (precision - start[-1]) / width
    rest = 1.0 - place
    return (
        (1.0 + 2.0 * place) * rest**2 * start
        + (1.0 + 2.0 * rest) * place**2 * end
        + place * rest * width * (rest * leaving / leaving[-1] - place * coming / coming[-1])
    )


def sum_first_axis(parts: Any) -> Any:
    """Return the sum over the first axis, one after another."""
    found = parts[0]
    for part in parts[1:]:
        found = found + part
    return found


def largest_entry(vector: Any, xp: Any) -> Any:
    """Return the largest entry of a vector, without its sign."""
    return xp.max(xp.abs(vector), axis=0)


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


def solve_games(paths: Paths, games: Games, backend: ArrayBackend) -> QuantalResponseEquilibrium:
    """Return the equilibrium on the principal branch.

    Where every information set is a single node, each answers what follows it: answering as often
    as sets follow each other is induction from the endings. Otherwise the branch is followed from
    precision nothing (:mod:`conjuncture.mechanisms.game.equilibrium`).
    """
    xp = backend.xp
    response = QuantalResponse(paths, games, backend)
    count = len(paths.unknown_actions)
    nothing = 0.0 * games.precision
    steps = xp.zeros(games.precision.shape, xp.int32)
    if not count:
        policy = xp.zeros((0, *nothing.shape))
        return QuantalResponseEquilibrium(policy, response.worth_of(policy), nothing, steps)
    if not len(paths.hidden_turns):
        log_odds = xp.stack([nothing] * count)
        for _ in range(paths.levels):
            log_odds = games.precision * response.gains_of(log_odds)
        policy = response.policy_of(log_odds)
        return QuantalResponseEquilibrium(policy, response.worth_of(policy), nothing, steps)
    log_odds, steps = follow_branch(response.linearise, count, games.precision, backend)
    policy = response.policy_of(log_odds)
    better = response.policy_of(games.precision * response.gains_of(log_odds))
    residual = xp.max(xp.abs(xp.exp(policy) - xp.exp(better)), axis=0)
    return QuantalResponseEquilibrium(policy, response.worth_of(policy), residual, steps)


@dataclass(frozen=True)
class QuantalResponse:
    """What follows from log-odds of moves.

    Parameters
    ----------
    paths : Paths
    games : Games
    backend : ArrayBackend
    """

    paths: Paths
    games: Games
    backend: ArrayBackend

    def log_choice_of(self, log_odds: Any) -> Any:
        """Return the logarithms of the probabilities of actions where everyone chooses."""
        xp, paths = self.backend.xp, self.paths
        nothing = 0.0 * log_odds[:1]
        rows = np.zeros(len(paths.actions), np.int64)
        rows[paths.unknown_actions] = np.arange(1, 1 + len(paths.unknown_actions))
        own = xp.concatenate([nothing, log_odds])[rows]
        top = xp.max(xp.concatenate([own, nothing - xp.inf])[paths.action_grid], axis=1)
        shares = self.backend.multiply(paths.over_moves, xp.exp(own - top[paths.turn_of]))
        return own - (top + xp.log(shares))[paths.turn_of]

    def impose(self, chosen: Any) -> Any:
        """Return the logarithms of the probabilities of actions that hold."""
        imposed = self.games.imposed[self.paths.turn_of]
        return self.backend.xp.where(imposed, self.games.instead, chosen)

    def policy_of(self, log_odds: Any) -> Any:
        """Return the logarithms of the probabilities of actions."""
        return self.impose(self.log_choice_of(log_odds))

    def gains_of(self, log_odds: Any) -> Any:
        """Return what each move gains over the first one of its set, shape (n, games)."""
        *_, gained = self._terms_of(self.policy_of(log_odds))
        return gained

    def _terms_of(self, policy: Any) -> tuple[Any, Any, Any]:
        """Return what each term adds, how likely nodes of sets of several are, and the gains."""
        xp, paths, times = self.backend.xp, self.paths, self.backend.multiply
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
        xp, paths, times = self.backend.xp, self.paths, self.backend.multiply
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
        xp, paths, times = self.backend.xp, self.paths, self.backend.multiply
        logarithms = xp.concatenate([policy, self.games.chances])
        ends = times(paths.to_endings, xp.exp(times(paths.along_leaves, logarithms)))
        found = ends[0] * self.games.payoffs[0]
        for place in range(1, len(ends)):
            found = found + ends[place] * self.games.payoffs[place]
        return found
