"""Games from the literature, and how Gambit and Conjuncture solve them."""

from __future__ import annotations

import io
import warnings

import numpy as np

from conjuncture.mechanisms.contract import ImposedActs
from conjuncture.mechanisms.game.efg import write_game
from conjuncture.mechanisms.game.inputs import Stage
from conjuncture.mechanisms.game.precomputation import precompute

PRECISIONS = (0.5, 2.0, 5.0, 10.0, 30.0)


def turn(player, moves, information=None, **more):
    """Return a node; ``moves`` as in ``ask: answer, wait: silence``."""
    leads = dict(move.split(": ") for move in moves.split(", "))
    told = {} if information is None else {"information": information}
    return {"player": player, "moves": leads, **told, **more}


def chance(weights, moves):
    return {"chance": weights, "moves": dict(move.split(": ") for move in moves.split(", "))}


def game(nodes, players, payoffs, **more):
    """Return a stage; ``payoffs`` maps ending to one number for each player."""
    names = players.split()
    endings = {
        ending: {"payoffs": dict(zip(names, worth, strict=True))}
        for ending, worth in payoffs.items()
    }
    return Stage.model_validate({"nodes": nodes, "endings": endings, **more})


def at_once(moves, others, payoffs):
    """Return a game of two in which both move without knowing of the other's move."""
    nodes = {"first": turn("one", ", ".join(f"{move}: after_{move}" for move in moves))}
    for move in moves:
        leads = ", ".join(f"{other}: {move}_{other}" for other in others)
        nodes[f"after_{move}"] = turn("two", leads, "unseen")
    return game(nodes, "one two", payoffs)


CENTIPEDE = game(
    {
        "first": turn("one", "take: end1, hold: second"),
        "second": turn("two", "take: end2, hold: third"),
        "third": turn("one", "take: end3, hold: fourth"),
        "fourth": turn("two", "take: end4, hold: end5"),
    },
    "one two",
    {
        "end1": (0.4, 0.1), "end2": (0.2, 0.8), "end3": (1.6, 0.4), "end4": (0.8, 3.2),
        "end5": (6.4, 1.6),
    },
)  # fmt: skip
"""Four moves, the low stakes (McKelvey & Palfrey 1992)."""

HORSE = game(
    {
        "first": turn("one", "right: second, left: third_if_left"),
        "second": turn("two", "right: quiet, left: third_if_right"),
        "third_if_right": turn("three", "right: r1, left: l1", "dark"),
        "third_if_left": turn("three", "right: r2, left: l2", "dark"),
    },
    "one two three",
    {"quiet": (1, 1, 1), "r1": (4, 4, 0), "l1": (0, 0, 1), "r2": (3, 2, 2), "l2": (0, 0, 0)},
)
"""Selten's horse (Selten 1975, figure 1)."""

CARDS = game(
    {
        "deal": chance({"red": 1, "black": 1}, "red: red, black: black"),
        "red": turn("fred", "raise_it: meet_red, fold: win"),
        "black": turn("fred", "raise_it: meet_black, fold: lose"),
        "meet_red": turn("alice", "meet: win_big, let: win", "raised"),
        "meet_black": turn("alice", "meet: lose_big, let: win", "raised"),
    },
    "fred alice",
    {"win": (1, -1), "lose": (-1, 1), "win_big": (2, -2), "lose_big": (-2, 2)},
)
"""The card game that opens Myerson (1991, figure 2.1)."""

BEER = game(
    {
        "nature": chance({"strong": 0.9, "weak": 0.1}, "strong: strong, weak: weak"),
        "strong": turn("sender", "beer: strong_beer, quiche: strong_quiche"),
        "weak": turn("sender", "beer: weak_beer, quiche: weak_quiche"),
        "strong_beer": turn("receiver", "fight: sbf, leave: sbl", "saw_beer"),
        "weak_beer": turn("receiver", "fight: wbf, leave: wbl", "saw_beer"),
        "strong_quiche": turn("receiver", "fight: sqf, leave: sql", "saw_quiche"),
        "weak_quiche": turn("receiver", "fight: wqf, leave: wql", "saw_quiche"),
    },
    "sender receiver",
    {
        "sbf": (1, 0), "sbl": (3, 1), "wbf": (0, 1), "wbl": (2, 0),
        "sqf": (0, 0), "sql": (2, 1), "wqf": (1, 1), "wql": (3, 0),
    },
)  # fmt: skip
"""Beer and quiche: a signal (Cho & Kreps 1987)."""

TREES = {
    "centipede": CENTIPEDE,
    "horse": HORSE,
    "cards": CARDS,
    "beer and quiche": BEER,
    "entry": game(
        {
            "entrant": turn("entrant", "enter: incumbent, stay: out"),
            "incumbent": turn("incumbent", "fight: war, yield: shared"),
        },
        "entrant incumbent",
        {"out": (0, 2), "war": (-1, -1), "shared": (1, 1)},
    ),
    "trust": game(
        {
            "buyer": turn("buyer", "trust: seller, refrain: nothing"),
            "seller": turn("seller", "honour: fair, abuse: cheated"),
        },
        "buyer seller",
        {"nothing": (0, 0), "fair": (1, 1), "cheated": (-1, 2)},
    ),
    "ultimatum": game(
        {
            "offer": turn("proposer", "fair: at_fair, low: at_low, greedy: at_greedy"),
            "at_fair": turn("responder", "yes: fair_yes, no: fair_no"),
            "at_low": turn("responder", "yes: low_yes, no: low_no"),
            "at_greedy": turn("responder", "yes: greedy_yes, no: greedy_no"),
        },
        "proposer responder",
        {
            "fair_yes": (5, 5), "fair_no": (0, 0), "low_yes": (7, 3), "low_no": (0, 0),
            "greedy_yes": (9, 1), "greedy_no": (0, 0),
        },
    ),
    "matching pennies": at_once(
        ("heads", "tails"), ("heads", "tails"),
        {
            "heads_heads": (9, 0), "heads_tails": (0, 1), "tails_heads": (0, 1),
            "tails_tails": (1, 0),
        },
    ),
    "prisoners": at_once(
        ("quiet", "talk"), ("quiet", "talk"),
        {"quiet_quiet": (3, 3), "quiet_talk": (0, 5), "talk_quiet": (5, 0), "talk_talk": (1, 1)},
    ),
    "coordination": at_once(
        ("rise", "wait"), ("rise", "wait"),
        # With 4 in the place of 5 the players mirror each other, and their branch forks: which way
        # a solver then goes hangs on roundings, here as in Gambit.
        {"rise_rise": (5, 3), "rise_wait": (-2, 0), "wait_rise": (0, -3), "wait_wait": (1, 1)},
    ),
    "three by three": at_once(
        ("up", "middle", "down"), ("left", "centre", "right"),
        {
            "up_left": (2, 1), "up_centre": (0, 3), "up_right": (4, 0),
            "middle_left": (3, 0), "middle_centre": (1, 2), "middle_right": (0, 4),
            "down_left": (0, 5), "down_centre": (2, 0), "down_right": (3, 1),
        },
    ),
    "crisis bargaining": game(
        {
            "nature": chance({"resolved": 0.4, "bluffing": 0.6}, "resolved: hard, bluffing: soft"),
            "hard": turn("challenger", "demand: seen_hard, wait: peace"),
            "soft": turn("challenger", "demand: seen_soft, wait: peace"),
            "seen_hard": turn("defender", "concede: gain, resist: hard_again", "demanded"),
            "seen_soft": turn("defender", "concede: gain, resist: soft_again", "demanded"),
            "hard_again": turn("challenger", "fight: war, back_down: shame"),
            "soft_again": turn("challenger", "fight: rout, back_down: shame"),
        },
        "challenger defender",
        {
            "peace": (0, 1), "gain": (1, 0), "war": (0.3, -0.6), "rout": (-1.5, -0.2),
            "shame": (-0.4, 1.2),
        },
    ),
    "arms": game(
        {
            "asking": turn("unions", "ask: answer, wait: silence"),
            "answer": turn("presidency", "arm: army_sees_arms, promise: army_hears, refuse: no"),
            "army_sees_arms": turn("army", "accept: armed, turn: coup", "rumours"),
            "army_hears": turn("army", "accept: patience, turn: coup", "rumours"),
            "patience": turn("unions", "hold: words, rise: uproar"),
        },
        "unions presidency army",
        {
            "silence": (0, 0.2, 0), "armed": (1, 0.3, -1), "words": (-0.2, 0.6, 0),
            "uproar": (0.3, -0.2, -0.3), "coup": (-1, -1, 0.1), "no": (-0.4, 0, 0.3),
        },
    ),
}  # fmt: skip


def numbers_of(stage, *, scaled=True):
    """Return the payoffs of each ending, each player's from 0 to 1, and the weights of chance."""
    tree = stage.tree
    raw = np.array(
        [
            [float(stage.endings[ending].payoffs.get(player, 0.0)) for player in tree.players]
            for ending in tree.endings
        ]
    )
    if scaled:
        span = np.ptp(raw, axis=0)
        raw = (raw - raw.min(axis=0)) / np.where(span > 0, span, 1.0)
    payoffs = {
        ending: dict(zip(tree.players, map(float, row), strict=True))
        for ending, row in zip(tree.endings, raw, strict=True)
    }
    weights = {
        node: [float(stage.nodes[node].chance[move]) for move in moves]
        for node, moves in tree.moves.items()
        if node not in tree.turn_at
    }
    return payoffs, weights


def values_of(stage, precisions):
    """Return the numbers of a stage as they are read, one game for each precision."""
    tree = stage.tree
    known = {
        f"{ending}.{player}": float(stage.endings[ending].payoffs.get(player, 0.0))
        for ending in tree.endings
        for player in tree.players
    }
    known |= {
        f"{node}.{move}": float(weight)
        for node, one in stage.nodes.items()
        for move, weight in (one.chance or {}).items()
    }
    count = len(precisions)
    return {
        **{key: np.full(count, value) for key, value in known.items()},
        "precision": np.array(precisions, float),
    }


def policies(stage, found):
    """Return what was worked out: by information set the probabilities of its moves."""
    return {
        name: np.exp(np.stack([found[f"{name}_{move}"] for move in turn.moves], axis=-1))
        for name, turn in stage.tree.turns.items()
    }


def solve_here(stage, precisions):
    """Return by information set the probabilities of its moves at each precision."""
    found = precompute(stage, values_of(stage, precisions), ImposedActs())
    return policies(stage, found), found["residual"]


def solve_by_gambit(stage, precisions, *, scaled=True):
    """Return the same from Gambit, which reads the tree as it is exported."""
    with warnings.catch_warnings():
        # What Gambit's own modules warn of when they are loaded is not ours to mend.
        warnings.simplefilter("ignore")
        import pygambit

    tree = stage.tree
    payoffs, weights = numbers_of(stage, scaled=scaled)
    text = write_game(tree, "tree", payoffs, weights)
    read = pygambit.read_efg(io.BytesIO(text.encode()))
    found = pygambit.qre.logit_solve_lambda(read, list(precisions), first_step=0.01, max_accel=1.05)
    np.testing.assert_allclose([one.lam for one in found], precisions, rtol=1e-8)
    return {
        name: np.array(
            [
                [float(actions[move]) for move in tree.turns[name].moves]
                for one in found
                for actions in [list(one.profile[tree.turns[name].player])[place][1]]
            ]
        )
        for name, place in places_of(tree).items()
    }


def places_of(tree):
    """Return for each information set which of its player's it is, in the order of the file."""
    order, waiting = [], [tree.start]
    while waiting:
        node = waiting.pop()
        if node in tree.moves:
            order.append(tree.turn_at.get(node))
            waiting.extend(reversed(list(tree.moves_at(node).values())))
    found, seen = {}, {}
    for name in dict.fromkeys(one for one in order if one is not None):
        player = tree.turns[name].player
        found[name] = seen.get(player, 0)
        seen[player] = found[name] + 1
    return found
