"""The numbers of a game as it is solved: payoffs scaled, weights as logarithms of shares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conjuncture.mechanisms.game.tree import Turn

NEVER = -60.0
"""Logarithm of the probability that others still give to what an intervention rules out: it is too
small to count, and leaves a belief to those whom the impossible would surprise."""
MOST_PRECISE = 1000.0
"""A higher precision counts as this: it tells payoffs a thousandth of the range apart already."""


def scale_payoffs(payoffs: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return payoffs of which each player's range from 0 to 1, its lowest, and their range.

    A player to whom all endings are worth the same gets a range of one.

    Parameters
    ----------
    payoffs : array, shape (endings, players, ...)
    xp : module

    Examples
    --------
    >>> import numpy
    >>> found, lowest, spans = scale_payoffs(numpy.array([[1e8], [1e8 + 1.0], [1e8 + 2.0]]), numpy)
    >>> found[:, 0].tolist(), float(lowest[0]), float(spans[0])
    ([0.0, 0.5, 1.0], 100000000.0, 2.0)
    """
    lowest = xp.min(payoffs, axis=0)
    spans = xp.max(payoffs, axis=0) - lowest
    spans = xp.where(spans > 0.0, spans, 1.0)
    return (payoffs - lowest) / spans, lowest, spans


def log_shares(weights: Any, least: float, xp: Any) -> Any:
    """Return the logarithms of the shares of weights; of weights that are all nothing, equal ones.

    Parameters
    ----------
    weights : array, shape (n, ...)
    least : float
        No logarithm is lower.
    xp : module

    Examples
    --------
    >>> import numpy
    >>> log_shares(numpy.array([3.0, 1.0, 0.0]), -60.0, numpy).round(3).tolist()
    [-0.288, -1.386, -60.0]
    """
    top = xp.max(weights, axis=0)
    parts = xp.where(top > 0.0, weights / xp.where(top > 0.0, top, 1.0), 1.0)
    everything = parts[0]
    for part in parts[1:]:
        everything = everything + part
    shares = parts / everything
    return xp.maximum(xp.where(shares > 0.0, xp.log(xp.where(shares > 0.0, shares, 1.0)), -xp.inf),
                      least)  # fmt: skip


def imposed_rule_of(
    turn: Turn, gone: Any, aside: Any, forced: Sequence[Any], xp: Any
) -> tuple[Any, list[Any]]:
    """Return whether a player does not choose at an information set, and what is done instead.

    Parameters
    ----------
    turn : Turn
    gone, aside : array of bool
        Whether the player is not there, or stands aside.
    forced : sequence of array of bool
        Which moves an intervention imposes.
    xp : module

    Returns
    -------
    flag : array of bool
    instead : list of array
        The logarithm of the probability of each move.
    """
    some = forced[0]
    for one in forced[1:]:
        some = some | one
    some = some & ~gone
    instead = []
    for move, this in zip(turn.moves, forced, strict=True):
        if turn.absent is None:
            passive = -xp.log(xp.float32(len(turn.moves)))
        else:
            passive = xp.float32(0.0 if move == turn.absent else -xp.inf)
        instead.append(xp.where(some, xp.where(this, 0.0, -xp.inf), passive))
    return gone | aside | some, instead
