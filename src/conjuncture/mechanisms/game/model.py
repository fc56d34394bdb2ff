r"""The game, for one history: agent quantal response equilibrium, and one run of it.

The equilibrium is in :mod:`conjuncture.mechanisms.game.equilibrium` [mckelveypalfrey1998]_. A
history adds to what each move is worth a Gumbel of its own,

.. math:: \arg\max_a \lambda \, \mathrm{EU}_I(a) + g_{Ia},

which its player alone learns, on reaching the information set. The readings chosen are in
``docs/mechanisms/game.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import jax.numpy as jnp
from jax import Array

from conjuncture.mechanisms.algebra import largest, pick, total
from conjuncture.mechanisms.contract import Draw, Inputs, Resolution
from conjuncture.mechanisms.game.equilibrium import Game, Policy, equilibrium
from conjuncture.mechanisms.game.inputs import NO_MOVE, Stage
from conjuncture.mechanisms.game.tree import Tree, Turn
from conjuncture.scenario.stages import NOBODY

NEVER = -60.0
"""Logarithm of the probability that others still give to what an intervention rules out: it is too
small to count, and leaves a belief to those whom the impossible would surprise."""
MOST_PRECISE = 1000.0
"""A higher precision counts as this: it tells payoffs a thousandth of the range apart already, and
single-precision arithmetic knows no more."""


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    """Play one game.

    Parameters
    ----------
    inputs : Inputs
        Reads the payoffs and the weights of chance, ``precision``, who is there, who stands aside
        and which moves are imposed.
    draw : Draw
        A choice at each information set and each node of chance, named after it.

    Returns
    -------
    Resolution
        The outcome of the ending that was reached, and the measures listed in the documentation.
    """
    stage = cast("Stage", inputs.stage)
    tree = stage.tree
    stated = stage.precision is not None
    precision = inputs.value("precision") if stated else inputs.constant("precision")
    payoffs = {
        ending: {player: inputs.value(f"{ending}.{player}") for player in tree.players}
        for ending in tree.endings
    }
    lowest, ranges = scales(tree, payoffs)
    weights = {
        node: [inputs.value(f"{node}.{move}") for move in moves]
        for node, moves in tree.moves.items()
        if node not in tree.turn_at
    }
    expected = {turn.name: imposed(inputs, turn, known=True) for turn in tree.turns.values()}
    game = Game(
        tree=tree,
        payoffs={
            ending: {
                player: (value - lowest[player]) / ranges[player]
                for player, value in values.items()
            }
            for ending, values in payoffs.items()
        },
        chances={node: log_shares(values, NEVER) for node, values in weights.items()},
        imposed={
            name: (flag, [jnp.maximum(one, NEVER) for one in rule])
            for name, (flag, rule) in expected.items()
        },
        precision=jnp.clip(precision, 0.0, MOST_PRECISE),
    )
    found = equilibrium(game)

    actual: dict[str, Sequence[Array]] = {
        node: log_shares(values, -jnp.inf) for node, values in weights.items()
    }
    for turn in tree.turns.values():
        flag, rule = imposed(inputs, turn, known=False)
        actual[turn.name] = [
            jnp.where(flag, instead, chosen)
            for instead, chosen in zip(rule, found.policy[turn.name], strict=True)
        ]
    choices = {
        name: draw.choose(name, options(tree, name), logarithms)
        for name, logarithms in actual.items()
    }
    symbols = stage.symbols(NOBODY)
    here = reached(tree, choices)
    codes = [symbols.outcomes.index(stage.outcome_of[name]) for name in tree.endings]
    ending = total([place * here[name] for place, name in enumerate(tree.endings)])
    labels = symbols.measures["move"].kind.labels or ()
    return Resolution(
        outcome=total([code * here[name] for code, name in zip(codes, tree.endings, strict=True)]),
        log_probabilities=log_chances(tree, actual, codes, len(symbols.outcomes)),
        measures={
            "ending": ending,
            "move": {name: made(tree, name, choices, here, labels) for name in choices},
            "moves": total([1 * turn_reached(turn, here) for turn in tree.turns.values()]),
            "probability": {
                f"{name}_{move}": jnp.exp(logarithm)
                for name, turn in tree.turns.items()
                for move, logarithm in zip(turn.moves, found.policy[name], strict=True)
            },
            "expects": {
                player: lowest[player] + ranges[player] * found.worth[tree.start][player]
                for player in tree.players
            },
            "payoff": {
                player: pick([payoffs[name][player] for name in tree.endings], ending)
                for player in tree.players
            },
            "residual": found.residual,
            "steps": found.steps,
        },
    )


def scales(
    tree: Tree, payoffs: Mapping[str, Mapping[str, Array]]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return for each player the payoff of its worst ending, and how far the best is above it.

    A player to whom all endings are worth the same gets a range of one.
    """
    lowest, ranges = {}, {}
    for player in tree.players:
        values = [payoffs[ending][player] for ending in tree.endings]
        lowest[player] = -largest([-value for value in values])
        span = largest(values) - lowest[player]
        ranges[player] = jnp.where(span > 0.0, span, 1.0)
    return lowest, ranges


def log_shares(weights: Sequence[Array], least: float) -> list[Array]:
    """Return the logarithms of the shares of weights; of weights that are all nothing, equal ones.

    Examples
    --------
    >>> [round(float(one), 3) for one in log_shares([jnp.float32(3), jnp.float32(1)], -60.0)]
    [-0.288, -1.386]
    """
    top = largest(weights)
    parts = [
        jnp.where(top > 0.0, weight / jnp.where(top > 0.0, top, 1.0), 1.0) for weight in weights
    ]
    everything = total(parts)
    return [jnp.maximum(jnp.log(part / everything), least) for part in parts]


def imposed(inputs: Inputs, turn: Turn, *, known: bool) -> tuple[Array, list[Array]]:
    """Return whether a player does not choose at an information set, and what is done instead.

    Parameters
    ----------
    inputs : Inputs
    turn : Turn
    known : bool
        Whether only that counts which the others know.

    Returns
    -------
    flag : Array of bool
    instead : list of Array
        The logarithm of the probability of each move.
    """
    place = inputs.forces.index(turn.player)
    shown = ~inputs.secret[place] if known else jnp.bool_(True)
    gone = inputs.present[place] <= 0
    aside = (inputs.bound[place] == 0) & shown
    forced = [inputs.forced(turn.player, move) & shown for move in turn.moves]
    if not known:
        kept = inputs.kept(turn.name)
        aside = aside | (kept == 0)
        forced = [now | (kept == move) for move, now in enumerate(forced, start=1)]
    some = total(forced) & ~gone
    passive = [
        -jnp.log(jnp.float32(len(turn.moves)))
        if turn.absent is None
        else jnp.float32(0.0 if move == turn.absent else -jnp.inf)
        for move in turn.moves
    ]
    instead = [
        jnp.where(some, jnp.where(this, 0.0, -jnp.inf), otherwise)
        for this, otherwise in zip(forced, passive, strict=True)
    ]
    return gone | aside | some, instead


def options(tree: Tree, name: str) -> tuple[str, ...]:
    """Return what can be chosen at an information set or a node of chance."""
    return tree.turns[name].moves if name in tree.turns else tuple(tree.moves[name])


def reached(tree: Tree, choices: Mapping[str, Array]) -> dict[str, Array]:
    """Return for each node and ending whether the history comes there."""
    nowhere = jnp.bool_(False)
    here = dict.fromkeys((*tree.moves, *tree.endings), nowhere)
    here[tree.start] = jnp.bool_(True)
    for node in tree.moves:
        choice = choices[tree.turn_at.get(node, node)]
        for place, target in enumerate(tree.moves_at(node).values()):
            here[target] = here[target] | (here[node] & (choice == place))
    return here


def turn_reached(turn: Turn, here: Mapping[str, Array]) -> Array:
    """Return whether a history comes to an information set."""
    return total([here[node] for node in turn.nodes])


def made(
    tree: Tree,
    name: str,
    choices: Mapping[str, Array],
    here: Mapping[str, Array],
    labels: Sequence[str],
) -> Array:
    """Return the label of the move made at an information set or a node of chance."""
    turn = tree.turns.get(name)
    come = here[name] if turn is None else turn_reached(turn, here)
    codes = [jnp.int32(labels.index(move)) for move in options(tree, name)]
    return jnp.where(come, pick(codes, choices[name]), labels.index(NO_MOVE))


def log_chances(tree: Tree, policy: Policy, codes: Sequence[int], outcomes: int) -> list[Array]:
    """Return for each outcome the logarithm of the probability that play ends in it."""
    coming: dict[str, Array] = {tree.start: jnp.zeros(())}
    ends: list[list[Array]] = [[] for _ in range(outcomes)]
    for node in tree.moves:
        logarithms = policy[tree.turn_at.get(node, node)]
        for target, logarithm in zip(tree.moves_at(node).values(), logarithms, strict=True):
            if target in tree.moves:
                coming[target] = coming[node] + logarithm
            else:
                ends[codes[tree.endings.index(target)]].append(coming[node] + logarithm)
    return [log_total(ways) for ways in ends]


def log_total(logarithms: Sequence[Array]) -> Array:
    """Return the logarithm of a sum of exponentials; minus infinity is allowed, even throughout.

    Examples
    --------
    >>> float(log_total([jnp.float32(-jnp.inf), jnp.float32(-jnp.inf)]))
    -inf
    """
    top = largest(logarithms)
    safe = jnp.where(top > -jnp.inf, top, 0.0)
    return safe + jnp.log(total([jnp.exp(one - safe) for one in logarithms]))
