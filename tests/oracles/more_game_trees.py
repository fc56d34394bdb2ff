"""More games than the literature has: of several kinds, at random, and such as fork."""

from __future__ import annotations

from itertools import product

import numpy as np
from game_trees import TREES, at_once, chance, game, turn

LETTERS = "abcd"


def random_at_once(seed, rows, columns):
    """Return a game of two that move at once, with payoffs at random."""
    draws = np.random.default_rng(seed).normal(size=(rows, columns, 2)).round(3)
    moves, others = LETTERS[:rows], LETTERS[:columns]
    payoffs = {
        f"{one}_{two}": tuple(draws[i, j].tolist())
        for (i, one), (j, two) in product(enumerate(moves), enumerate(others))
    }
    return at_once(moves, others, payoffs)


def of_three(payoffs):
    """Return a game of three that choose ``a`` or ``b`` at once; payoffs from what they chose."""
    nodes = {"one": turn("one", "a: two_a, b: two_b")}
    worth = {}
    for first in "ab":
        nodes[f"two_{first}"] = turn(
            "two", ", ".join(f"{move}: three_{first}{move}" for move in "ab"), "second"
        )
        for second in "ab":
            here = first + second
            nodes[f"three_{here}"] = turn(
                "three", ", ".join(f"{move}: end_{here}{move}" for move in "ab"), "third"
            )
            worth |= {f"end_{here}{third}": payoffs(here + third) for third in "ab"}
    return game(nodes, "one two three", worth)


def random_of_three(seed):
    draws = np.random.default_rng(seed).normal(size=(8, 3)).round(3)
    return of_three(lambda chosen: tuple(draws[int(chosen.translate({97: 48, 98: 49}), 2)]))


def random_signal(seed, kinds=2):
    """Return a game of signals: chance draws a kind, the sender shows something, one answers."""
    random = np.random.default_rng(seed)
    names = [f"kind{number}" for number in range(kinds)]
    weights = random.uniform(0.2, 1.0, kinds).round(3).tolist()
    nodes = {
        "nature": chance(
            dict(zip(names, weights, strict=True)), ", ".join(f"{name}: {name}" for name in names)
        )
    }
    worth = {}
    for name in names:
        nodes[name] = turn("sender", f"loud: {name}_loud, still: {name}_still")
        for shown in ("loud", "still"):
            here = f"{name}_{shown}"
            nodes[here] = turn(
                "receiver", f"left: {here}_left, right: {here}_right", f"saw_{shown}"
            )
            for end in (f"{here}_left", f"{here}_right"):
                worth[end] = tuple(random.normal(size=2).round(3).tolist())
    return game(nodes, "sender receiver", worth)


def random_seen(seed, depth=3):
    """Return a game of two or three that see every move, with a draw of chance in it."""
    random = np.random.default_rng(seed)
    nodes, worth = {}, {}
    waiting = [("n", 0)]
    while waiting:
        name, level = waiting.pop(0)
        if level == depth or (level > 1 and random.uniform() < 0.3):
            worth[name] = tuple(random.normal(size=3).round(3).tolist())
            continue
        leads = ", ".join(f"{move}: {name}{move}" for move in "ab")
        if level == 1 and random.uniform() < 0.5:
            nodes[name] = chance({"a": 2, "b": 1}, leads)
        else:
            players = ("one", "two", "three")
            nodes[name] = turn(players[level % 3], leads)
        waiting += [(f"{name}{move}", level + 1) for move in "ab"]
    return game(nodes, "one two three", worth)


def same_choice(size, low=0.0):
    """Return a game of two that get 1 each where they choose alike, and else ``low``."""
    names = LETTERS[:size]
    return at_once(
        names, names,
        {f"{one}_{two}": (1, 1) if one == two else (low, low) for one in names for two in names},
    )  # fmt: skip


ENTRY = game(
    {
        "enter": turn("three", "go: first, stay: out"),
        "first": turn("one", "a: seen_a, b: seen_b"),
        "seen_a": turn("two", "a: aa, b: ab", "unseen"),
        "seen_b": turn("two", "a: ba, b: bb", "unseen"),
    },
    "three one two",
    {"out": (1, 0, 0), "aa": (0, 1, 1), "ab": (0, 0, 0), "ba": (0, 0, 0), "bb": (0, 1, 1)},
)
"""A choice alike, behind an entry that gets ever less likely."""

FORKS = {
    "battle of the sexes": at_once(
        ("his", "hers"), ("his", "hers"),
        {"his_his": (2, 1), "his_hers": (0, 0), "hers_his": (0, 0), "hers_hers": (1, 2)},
    ),
    "choosing alike": same_choice(2),
    "chicken": at_once(
        ("swerve", "drive"), ("swerve", "drive"),
        {
            "swerve_swerve": (3, 3), "swerve_drive": (1, 4), "drive_swerve": (4, 1),
            "drive_drive": (0, 0),
        },
    ),
    "three to choose from": same_choice(3),
    "all of one mind": of_three(lambda chosen: (1, 1, 1) if len(set(chosen)) == 1 else (0, 0, 0)),
    "the odd one out": of_three(lambda chosen: tuple(1.0 * (chosen.count(x) == 1) for x in chosen)),
    "behind an entry": ENTRY,
}  # fmt: skip
"""Where the players, or their moves, mirror each other and the branch forks."""

ONE_MOVE = game({"alone": turn("one", "go: end_go, stay: end_stay, wait: end_wait")}, "one",
                {"end_go": (1,), "end_stay": (0.4,), "end_wait": (0,)})  # fmt: skip

UNREACHED = game(
    {
        "nature": chance({"usual": 1, "rare": 1e-6}, "usual: safe, rare: first"),
        "first": turn("one", "a: seen_a, b: seen_b"),
        "seen_a": turn("two", "l: al, r: ar", "unseen"),
        "seen_b": turn("two", "l: bl, r: br", "unseen"),
    },
    "one two",
    {"safe": (0, 0), "al": (3, 1), "ar": (0, 2), "bl": (1, 0), "br": (1, 3)},
)
"""Sets to which play hardly ever comes."""

DOMINATED = game(
    {
        "first": turn("one", "out: safe, left: seen_l, right: seen_r"),
        "seen_l": turn("two", "u: lu, d: ld", "unseen"),
        "seen_r": turn("two", "u: ru, d: rd", "unseen"),
    },
    "one two",
    {"safe": (9, 0), "lu": (1, 2), "ld": (0, 1), "ru": (0, 0), "rd": (1, 3)},
)
"""A set to which only bad moves lead (of the kind of Selten 1975)."""

PLAIN = {
    **TREES,
    **{f"at once {seed}": random_at_once(seed, *shape) for seed, shape in enumerate(
        [(2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (3, 4)])},
    **{f"of three {seed}": random_of_three(seed) for seed in range(4)},
    **{f"signal {seed}": random_signal(seed, 2 + seed % 2) for seed in range(5)},
    **{f"seen {seed}": random_seen(seed) for seed in range(3)},
    "one move": ONE_MOVE,
    "hardly reached": UNREACHED,
    "bad moves only": DOMINATED,
}  # fmt: skip
