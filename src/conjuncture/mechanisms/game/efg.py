"""A game as a text in Gambit's format for trees (``.efg``), for other programs to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from conjuncture.mechanisms.game.game_tree import GameTree
from conjuncture.ordering import places_in_order

FINEST = 10**6
"""Gambit wants the probabilities of chance to sum to one exactly: they are written as fractions of
no larger denominator, the largest one as what is left."""


def write_game(
    tree: GameTree,
    title: str,
    payoffs: Mapping[str, Mapping[str, float]],
    weights: Mapping[str, Sequence[float]],
    comment: str = "",
) -> str:
    """Return a game as Gambit reads it.

    Parameters
    ----------
    tree : GameTree
    title : str
    payoffs : mapping of str to mapping
        Ending to what it is worth to each player.
    weights : mapping of str to sequence of float
        Node of chance to the weight of each thing that may happen there.
    comment : str

    Examples
    --------
    >>> from conjuncture.mechanisms.game.inputs import Node
    >>> from conjuncture.mechanisms.game.game_tree import tree_of
    >>> nodes = {"demand": Node(player="estates", moves={"ask": "war", "wait": "peace"})}
    >>> tree = tree_of("demand", nodes, {"war": 1, "peace": 1})
    >>> payoffs = {"war": {"estates": -1.0}, "peace": {"estates": 0.5}}
    >>> print(write_game(tree, "A demand", payoffs, {}), end="")
    EFG 2 R "A demand" { "estates" }
    ""
    <BLANKLINE>
    p "demand" 1 1 "demand" { "ask" "wait" } 0
    t "" 1 "war" { -1 }
    t "" 2 "peace" { 0.5 }
    """
    players = tree.players
    numbers = {
        name: place
        for player in players
        for place, name in enumerate(
            (turn.name for turn in tree.turns.values() if turn.player == player), start=1
        )
    }
    draws = {node: place for place, node in enumerate(weights, start=1)}
    lines = [f"EFG 2 R {quote(title)} {write_braces(map(quote, players))}", quote(comment), ""]
    waiting = [tree.start]
    while waiting:
        name = waiting.pop()
        if name not in tree.moves:
            number = tree.endings.index(name) + 1
            values = write_braces(write_decimal(payoffs[name][player]) for player in players)
            lines.append(f't "" {number} {quote(name)} {values}')
            continue
        leads = tree.moves_at(name)
        if name in tree.turn_at:
            turn = tree.turns[tree.turn_at[name]]
            whose = f"{players.index(turn.player) + 1} {numbers[turn.name]} {quote(turn.name)}"
            lines.append(f"p {quote(name)} {whose} {write_braces(map(quote, leads))} 0")
        else:
            shares = zip(leads, fractions_of(weights[name]), strict=True)
            options = write_braces(f"{quote(move)} {share}" for move, share in shares)
            lines.append(f"c {quote(name)} {draws[name]} {quote(name)} {options} 0")
        waiting.extend(reversed(list(leads.values())))
    return "\n".join(lines) + "\n"


def fractions_of(weights: Sequence[float]) -> list[Fraction]:
    """Return the shares of weights as fractions that sum to one exactly.

    Weights that are all nothing have equal shares.

    Examples
    --------
    >>> [str(share) for share in fractions_of([0.7, 0.2, 0.1])]
    ['7/10', '1/5', '1/10']
    """
    exact = [Fraction(weight) for weight in weights]
    everything = sum(exact)
    if everything == 0:
        return [Fraction(1, len(exact))] * len(exact)
    shares = [(weight / everything).limit_denominator(FINEST) for weight in exact]
    largest = places_in_order(shares, falling=True)[0]
    shares[largest] += 1 - sum(shares)
    return shares


def write_decimal(number: float) -> str:
    """Return a number to nine digits, written without an exponent.

    Examples
    --------
    >>> write_decimal(-2.5e-7), write_decimal(3.0)
    ('-0.00000025', '3')
    """
    text = f"{Decimal(f'{number:.9g}'):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def quote(text: str) -> str:
    r"""Return a text in quotation marks.

    Examples
    --------
    >>> print(quote('the "people"'))
    "the \"people\""
    """
    clean = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{clean}"'


def write_braces(parts: Iterable[str]) -> str:
    """Return parts in braces."""
    return f"{{ {' '.join(parts)} }}"
