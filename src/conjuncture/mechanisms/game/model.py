r"""The game, for one history: agent quantal response equilibrium, and one run of it.

The equilibrium is in :mod:`conjuncture.mechanisms.game.equilibrium` [mckelveypalfrey1998]_; where
all histories of a world share it, it was worked out beforehand
(:mod:`conjuncture.mechanisms.game.precomputation`). Where every move is seen it is found by
induction from the endings, in a few sums that are exact. A history adds to what each move is worth
a Gumbel of its own,

.. math:: \arg\max_a \lambda \, \mathrm{EU}_I(a) + g_{Ia},

which its player alone learns, on reaching the information set. The readings chosen are in
``docs/mechanisms/game.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import jax.numpy as jnp
import numpy as np
from jax import Array

from conjuncture.mechanisms.algebra import largest, log_softmax, pick, total
from conjuncture.mechanisms.contract import Draw, Inputs, Resolution
from conjuncture.mechanisms.game.equilibrium import Games, solve_games
from conjuncture.mechanisms.game.game_tree import GameTree, InformationSet
from conjuncture.mechanisms.game.inputs import EXPECTS, NO_MOVE, RESIDUAL, STEPS, Stage
from conjuncture.mechanisms.game.numerics import (
    JAX_BACKEND,
    MOST_PRECISE,
    NEVER,
    imposed_rule_of,
    log_shares,
    with_double_precision,
)
from conjuncture.mechanisms.game.paths import Paths
from conjuncture.scenario.stage_model import NOBODY

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
    tree : GameTree
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


Policy = Mapping[str, Sequence[Array]]
"""Information set to the logarithms of the probabilities of its moves."""
Rules = Mapping[str, tuple[Array, list[Array]]]
"""Information set to whether its player does not choose there, and what is done instead."""


class Solution(NamedTuple):
    """How everyone moves, what the game is worth to each player, and how well it is solved."""

    policy: Policy
    expects: Mapping[str, Array]
    residual: Array
    steps: Array


def resolve(inputs: Inputs, draw: Draw) -> Resolution:
    """Play one game.

    Parameters
    ----------
    inputs : Inputs
        Reads what was worked out beforehand or, where that differs between the histories of a
        world, the payoffs and ``precision``; the weights of chance, who is there, who stands aside
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
    if not tree.turns:
        found = Solution({}, {}, jnp.zeros(()), jnp.zeros((), jnp.int32))
    else:
        found = (
            read_solution(inputs, tree)
            if inputs.is_precomputed
            else solve_in_history(inputs, stage)
        )

    actual: dict[str, Sequence[Array]] = dict(chances_of(inputs, tree, -jnp.inf))
    for name, (flag, rule) in rules_of(inputs, tree, known=False).items():
        actual[name] = [
            jnp.where(flag, instead, chosen)
            for instead, chosen in zip(rule, found.policy[name], strict=True)
        ]
    choices = {
        name: draw.choose(name, options_at(tree, name), logarithms)
        for name, logarithms in actual.items()
    }
    symbols = stage.symbols(NOBODY)
    here = find_reached_places(tree, choices)
    codes = [symbols.outcomes.index(stage.outcome_of[name]) for name in tree.endings]
    ending = total([place * here[name] for place, name in enumerate(tree.endings)])
    labels = symbols.measures["move"].kind.labels or ()
    moves = [1 * is_turn_reached(turn, here) for turn in tree.turns.values()]
    measures: dict[str, Array | Mapping[str, Array]] = {
        "ending": ending,
        "move": {name: label_of_move(tree, name, choices, here, labels) for name in choices},
        "moves": total([jnp.int32(0), *moves]),
        "probability": {
            f"{name}_{move}": jnp.exp(logarithm)
            for name, turn in tree.turns.items()
            for move, logarithm in zip(turn.moves, found.policy[name], strict=True)
        },
        "expects": found.expects,
        "payoff": {
            player: pick([inputs.value(f"{name}.{player}") for name in tree.endings], ending)
            for player in tree.players
        },
        "residual": found.residual,
        "steps": found.steps,
    }
    return Resolution(
        outcome=total([code * here[name] for code, name in zip(codes, tree.endings, strict=True)]),
        log_probabilities=log_chances(tree, actual, codes, len(symbols.outcomes)),
        measures={name: value for name, value in measures.items() if name in symbols.measures},
    )


def read_solution(inputs: Inputs, tree: GameTree) -> Solution:
    """Return what was worked out for the world."""
    return Solution(
        {
            name: [inputs.precomputed_value(f"{name}_{move}") for move in turn.moves]
            for name, turn in tree.turns.items()
        },
        {player: inputs.precomputed_value(f"{EXPECTS}{player}") for player in tree.players},
        inputs.precomputed_value(RESIDUAL),
        inputs.precomputed_value(STEPS).astype(jnp.int32),
    )


def solve_in_history(inputs: Inputs, stage: Stage) -> Solution:
    """Return the equilibrium of a game that differs between the histories of a world."""
    tree = stage.tree
    scaling = with_double_precision(read_scaled_game)(inputs, stage)
    expected = {
        name: (flag, [jnp.maximum(one, NEVER) for one in rule])
        for name, (flag, rule) in rules_of(inputs, tree, known=True).items()
    }
    if any(turn.is_hidden for turn in tree.turns.values()):
        return cast("Solution", with_double_precision(follow_equilibrium)(tree, scaling, expected))
    payoffs = {
        ending: {
            player: to_single(scaling.payoffs[row][column])
            for column, player in enumerate(tree.players)
        }
        for row, ending in enumerate(tree.endings)
    }
    chances = chances_of(inputs, tree, NEVER)
    policy, worth = solve_backwards(tree, payoffs, chances, expected, to_single(scaling.precision))
    expects = {
        player: to_single(scaling.lowest[place]) + to_single(scaling.spans[place]) * worth[player]
        for place, player in enumerate(tree.players)
    }
    return Solution(policy, expects, jnp.zeros(()), jnp.zeros((), jnp.int32))


class ScaledGame(NamedTuple):
    """The numbers of a game in double precision; what effects did not move has no history axis.

    ``payoffs`` stands by ending and player, ``lowest`` and ``spans`` by player.
    """

    payoffs: Any
    lowest: Any
    spans: Any
    chances: Any
    precision: Any


def read_scaled_game(inputs: Inputs, stage: Stage) -> ScaledGame:
    """Return the numbers of a game, read and scaled in double precision."""
    tree = stage.tree
    stated = stage.precision is not None
    precision = inputs.exact_value("precision") if stated else inputs.exact_constant("precision")
    columns = []
    for player in tree.players:
        values = [inputs.exact_value(f"{ending}.{player}") for ending in tree.endings]
        lowest = -largest([-value for value in values])
        span = largest(values) - lowest
        span = jnp.where(span > 0.0, span, 1.0)
        columns.append(([(value - lowest) / span for value in values], lowest, span))
    chances = []
    for node, moves in tree.moves.items():
        if node not in tree.turn_at:
            weights = [inputs.exact_value(f"{node}.{move}") for move in moves]
            shares = log_shares(jnp.stack(jnp.broadcast_arrays(*weights)), NEVER, jnp)
            chances += [shares[place] for place in range(len(weights))]
    return ScaledGame(
        payoffs=[[own[row] for own, _, _ in columns] for row in range(len(tree.endings))],
        lowest=[lowest for _, lowest, _ in columns],
        spans=[span for *_, span in columns],
        chances=chances,
        precision=jnp.clip(precision, 0.0, MOST_PRECISE),
    )


def follow_equilibrium(tree: GameTree, scaling: ScaledGame, expected: Rules) -> Solution:
    """Return the equilibrium on the principal branch, followed history by history."""
    paths = Paths(tree)
    flags = [flag for flag, _ in expected.values()]
    rules = [one for _, rule in expected.values() for one in rule]
    every = [one for row in scaling.payoffs for one in row]
    numbers = [*every, *scaling.chances, scaling.precision, *flags, *rules]
    games = np.broadcast_shapes((1,), *(jnp.shape(one) for one in numbers))

    def stack_games(parts: Sequence[Any], kind: Any = jnp.float64) -> Any:
        if not parts:
            return jnp.zeros((0, *games), kind)
        return jnp.stack([jnp.broadcast_to(jnp.asarray(one, kind), games) for one in parts])

    found = solve_games(
        paths,
        Games(
            payoffs=stack_games(every).reshape(len(tree.endings), len(tree.players), *games),
            chances=stack_games(scaling.chances),
            imposed=stack_games(flags, bool),
            instead=stack_games(rules),
            precision=stack_games([scaling.precision])[0],
        ),
        JAX_BACKEND,
    )
    policy: dict[str, list[Array]] = {}
    for place, (name, _) in enumerate(paths.actions):
        policy.setdefault(name, []).append(to_single(found.policy[place]))
    expects = {
        player: to_single(scaling.lowest[place] + scaling.spans[place] * found.worth[place])
        for place, player in enumerate(tree.players)
    }
    return Solution(policy, expects, to_single(found.residual), found.steps.astype(jnp.int32))


def to_single(value: Any) -> Array:
    """Return a number in single precision."""
    return jnp.asarray(value).astype(jnp.float32)


def chances_of(inputs: Inputs, tree: GameTree, least: float) -> dict[str, list[Array]]:
    """Return for each node of chance the logarithms of the probabilities of what may happen."""
    found = {}
    for node, moves in tree.moves.items():
        if node not in tree.turn_at:
            weights = [inputs.value(f"{node}.{move}") for move in moves]
            shares = log_shares(jnp.stack(jnp.broadcast_arrays(*weights)), least, jnp)
            found[node] = [shares[place] for place in range(len(weights))]
    return found


def rules_of(inputs: Inputs, tree: GameTree, *, known: bool) -> Rules:
    """Return for each information set whether its player does not choose, and what is done then.

    Parameters
    ----------
    inputs : Inputs
    tree : GameTree
    known : bool
        Whether only that counts which the others know.
    """
    found = {}
    for name, turn in tree.turns.items():
        place = inputs.forces.index(turn.player)
        shown = ~inputs.secret[place] if known else jnp.bool_(True)
        aside = (inputs.fixed_sides[place] == 0) & shown
        forced = [inputs.is_forced(turn.player, move) & shown for move in turn.moves]
        if not known:
            kept = inputs.held_move_of(name)
            aside = aside | (kept == 0)
            forced = [now | (kept == move) for move, now in enumerate(forced, start=1)]
        found[name] = imposed_rule_of(turn, inputs.present[place] <= 0, aside, forced, jnp)
    return found


def options_at(tree: GameTree, name: str) -> tuple[str, ...]:
    """Return what can be chosen at an information set or a node of chance."""
    return tree.turns[name].moves if name in tree.turns else tuple(tree.moves[name])


def find_reached_places(tree: GameTree, choices: Mapping[str, Array]) -> dict[str, Array]:
    """Return for each node and ending whether the history comes there."""
    nowhere = jnp.bool_(False)
    here = dict.fromkeys((*tree.moves, *tree.endings), nowhere)
    here[tree.start] = jnp.bool_(True)
    for node in tree.moves:
        choice = choices[tree.turn_at.get(node, node)]
        for place, target in enumerate(tree.moves_at(node).values()):
            here[target] = here[target] | (here[node] & (choice == place))
    return here


def is_turn_reached(turn: InformationSet, here: Mapping[str, Array]) -> Array:
    """Return whether a history comes to an information set."""
    return total([here[node] for node in turn.nodes])


def label_of_move(
    tree: GameTree,
    name: str,
    choices: Mapping[str, Array],
    here: Mapping[str, Array],
    labels: Sequence[str],
) -> Array:
    """Return the label of the move made at an information set or a node of chance."""
    turn = tree.turns.get(name)
    come = here[name] if turn is None else is_turn_reached(turn, here)
    codes = [jnp.int32(labels.index(move)) for move in options_at(tree, name)]
    return jnp.where(come, pick(codes, choices[name]), labels.index(NO_MOVE))


def log_chances(tree: GameTree, policy: Policy, codes: Sequence[int], outcomes: int) -> list[Array]:
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
