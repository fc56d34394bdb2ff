r"""Agent quantal response equilibrium of a game, for one history [mckelveypalfrey1998]_.

At an information set :math:`I` of player :math:`i` the move :math:`a` has probability

.. math:: \sigma_I(a) \propto \exp \lambda \sum_{h \in I} \mu_I(h) V_i(h a),

:math:`V_i` what the player expects from there on when everyone, itself included, moves by
:math:`\sigma`, and :math:`\mu_I` the probabilities of the nodes given that one of them is reached.
Where an information set is a single node, what follows settles the answer. Unknown are only the
log-odds at sets of several nodes, of each move against the first one.
Every probability is kept as its logarithm, so that beliefs exist wherever nobody is expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import largest, log_softmax, total
from conjuncture.mechanisms.game.branch import follow
from conjuncture.mechanisms.game.tree import Tree, Turn

Policy = Mapping[str, Sequence[Array]]
"""Information set to the logarithms of the probabilities of its moves."""
Worth = Mapping[str, Mapping[str, Array]]
"""Node or ending to what each player expects there."""


@dataclass(frozen=True)
class Game:
    """A game and its numbers in one history.

    Attributes
    ----------
    tree : Tree
    payoffs : mapping of str to mapping
        Ending to what it is worth to each player, each player's payoffs between 0 and 1.
    chances : mapping of str to sequence of Array
        Node of chance to the logarithms of the probabilities of what may happen there; finite.
    imposed : mapping of str to (Array of bool, sequence of Array)
        Information set to whether its player does not choose there, and the logarithms of the
        probabilities of its moves in that case; finite.
    precision : Array
    """

    tree: Tree
    payoffs: Worth
    chances: Mapping[str, Sequence[Array]]
    imposed: Mapping[str, tuple[Array, Sequence[Array]]]
    precision: Array


@dataclass(frozen=True)
class Equilibrium:
    """How everyone moves, and what that is worth.

    Attributes
    ----------
    policy : mapping of str to sequence of Array
    worth : mapping of str to mapping
    residual : Array
        The largest difference between a probability and the answer to it; 0 where all moves are
        seen.
    steps : Array, integer
        Steps taken along the branch; 0 where all moves are seen.
    """

    policy: Policy
    worth: Worth
    residual: Array
    steps: Array


def equilibrium(game: Game) -> Equilibrium:
    """Return the equilibrium on the principal branch.

    Exact, by induction from the endings, where every information set is a single node; otherwise
    by following the branch from precision nothing (:mod:`conjuncture.mechanisms.game.branch`).
    """
    hidden = [turn for turn in game.tree.turns.values() if turn.hidden]
    if not hidden:
        policy, worth = played(game, {}, game.precision)
        return Equilibrium(policy, worth, jnp.zeros(()), jnp.zeros((), jnp.int32))

    def equations(log_odds: Array, precision: Array) -> Array:
        assumed = answers(game, hidden, list(log_odds))
        gained = gains(game, hidden, *played(game, assumed, precision))
        return log_odds - precision * jnp.stack(gained)

    precision = game.precision + nothing_of(game)
    count = sum(len(turn.moves) - 1 for turn in hidden)
    found, steps = follow(equations, count, precision)
    policy, worth = played(game, answers(game, hidden, list(found)), precision)
    gained = [precision * gain for gain in gains(game, hidden, policy, worth)]
    better = answers(game, hidden, gained)
    residual = largest(
        [
            jnp.abs(jnp.exp(one) - jnp.exp(other))
            for turn in hidden
            for one, other in zip(policy[turn.name], better[turn.name], strict=True)
        ]
    )
    return Equilibrium(policy, worth, residual, steps)


def nothing_of(game: Game) -> Array:
    """Return zero in the common shape of all numbers of a game."""
    numbers = [
        *(value for values in game.payoffs.values() for value in values.values()),
        *(weight for weights in game.chances.values() for weight in weights),
        *(1.0 * flag for flag, _ in game.imposed.values()),
    ]
    return 0.0 * total(numbers)


def answers(game: Game, hidden: Sequence[Turn], log_odds: Sequence[Array]) -> Policy:
    """Return how players move at the sets of several nodes, given log-odds against first moves."""
    found: dict[str, Sequence[Array]] = {}
    place = 0
    for turn in hidden:
        more = log_odds[place : place + len(turn.moves) - 1]
        place += len(more)
        chosen = log_softmax([0.0 * more[0], *more])
        found[turn.name] = unless_imposed(game, turn.name, chosen)
    return found


def unless_imposed(game: Game, turn: str, chosen: Sequence[Array]) -> list[Array]:
    """Return the probabilities that hold at an information set, as logarithms."""
    flag, instead = game.imposed[turn]
    return [jnp.where(flag, other, own) for own, other in zip(chosen, instead, strict=True)]


def played(game: Game, assumed: Policy, precision: Array) -> tuple[Policy, Worth]:
    """Return how everyone moves and what that is worth, from the endings back to the start.

    Parameters
    ----------
    game : Game
    assumed : mapping
        How players move at the sets of several nodes.
    precision : Array
    """
    tree = game.tree
    policy: dict[str, Sequence[Array]] = dict(assumed)
    worth: dict[str, Mapping[str, Array]] = dict(game.payoffs)
    for node in reversed(list(tree.moves)):
        targets = list(tree.moves_at(node).values())
        turn = tree.turns.get(tree.turn_at.get(node, ""))
        if turn is None:
            logarithms = game.chances[node]
        else:
            if not turn.hidden:
                own = [precision * worth[target][turn.player] for target in targets]
                policy[turn.name] = unless_imposed(game, turn.name, log_softmax(own))
            logarithms = policy[turn.name]
        shares = [jnp.exp(one) for one in logarithms]
        worth[node] = {
            player: total(
                [
                    share * worth[target][player]
                    for share, target in zip(shares, targets, strict=True)
                ]
            )
            for player in tree.players
        }
    return policy, worth


def gains(game: Game, hidden: Sequence[Turn], policy: Policy, worth: Worth) -> list[Array]:
    """Return what each move gains over the first one, at the sets of several nodes, in order."""
    found: list[Array] = []
    for turn in hidden:
        beliefs = [
            jnp.exp(one) for one in log_softmax([coming(game, policy, node) for node in turn.nodes])
        ]
        expected = [
            total(
                [
                    belief * worth[game.tree.moves[node][move]][turn.player]
                    for belief, node in zip(beliefs, turn.nodes, strict=True)
                ]
            )
            for move in turn.moves
        ]
        found.extend(one - expected[0] for one in expected[1:])
    return found


def coming(game: Game, policy: Policy, node: str) -> Array:
    """Return the logarithm of the probability that the others and chance let play come to a node.

    What the player did itself is the same at every node of its information set and left out.
    """
    tree = game.tree
    player = tree.player_at(node)
    found = jnp.zeros(())
    for step, move in tree.before[node]:
        if tree.player_at(step) != player:
            found = found + logarithm_of(game, policy, step, move)
    return found


def logarithm_of(game: Game, policy: Policy, node: str, move: str) -> Array:
    """Return the logarithm of the probability of a move at a node that is reached."""
    tree = game.tree
    place = list(tree.moves_at(node)).index(move)
    if node in tree.turn_at:
        return policy[tree.turn_at[node]][place]
    return game.chances[node][place]
