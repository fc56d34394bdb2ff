r"""The equilibrium where every move is seen, for histories: induction from the endings.

At a node of player :math:`i` the move :math:`a` has probability
:math:`\sigma(a) \propto \exp \lambda V_i(a)`, :math:`V_i` what the player expects from there on. It
takes a few sums only, and is exact, so that it needs no double precision once payoffs are scaled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import log_softmax, total
from conjuncture.mechanisms.game.tree import GameTree

ImposedRules = Mapping[str, tuple[Array, Sequence[Array]]]
"""Information set to whether its player does not choose there, and the logarithms of the
probabilities of its moves in that case; finite."""


def solve_backwards(
    tree: GameTree,
    payoffs: Mapping[str, Mapping[str, Array]],
    chances: Mapping[str, Sequence[Array]],
    imposed: ImposedRules,
    precision: Array,
) -> tuple[dict[str, Sequence[Array]], Mapping[str, Array]]:
    """Return how everyone moves, and what the game is worth to each player before it begins.

    Parameters
    ----------
    tree : Tree
        In which every information set is a single node.
    payoffs : mapping of str to mapping
        Ending to what it is worth to each player, each player's from 0 to 1.
    chances : mapping of str to sequence of Array
        Node of chance to the logarithms of the probabilities of what may happen there; finite.
    imposed : mapping
    precision : Array

    Returns
    -------
    policy : dict of str to sequence of Array
        Information set to the logarithms of the probabilities of its moves.
    worth : mapping of str to Array
    """
    policy: dict[str, Sequence[Array]] = {}
    worth: dict[str, Mapping[str, Array]] = dict(payoffs)
    for node in reversed(list(tree.moves)):
        targets = list(tree.moves_at(node).values())
        turn = tree.turns.get(tree.turn_at.get(node, ""))
        if turn is None:
            logarithms = chances[node]
        else:
            chosen = log_softmax([precision * worth[target][turn.player] for target in targets])
            flag, instead = imposed[turn.name]
            logarithms = [
                jnp.where(flag, other, own) for own, other in zip(chosen, instead, strict=True)
            ]
            policy[turn.name] = logarithms
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
    return policy, worth[tree.start]
