"""Which coalitions just carry a proposal: the voting game of the closed rule."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod

MOST_COALITIONS = 1_000
"""Coalitions of the voting game that the solver weighs against each other."""

MOST_CANDIDATES = 70_000
"""Coalitions that are looked at to find them."""


@dataclass(frozen=True)
class VotingGame:
    """A weighted voting game with veto.

    Attributes
    ----------
    weights : tuple of int
        Votes by member.
    vetoes : tuple of bool
        Whether nothing passes without the member.
    alike : tuple of bool
        Whether the member may be treated like others of the same weight: members that propose
        equally often and weigh the same have the same value in equilibrium.
    quota : int
        Votes that carry a proposal.
    """

    weights: tuple[int, ...]
    vetoes: tuple[bool, ...]
    alike: tuple[bool, ...]
    quota: int

    @property
    def kinds(self) -> tuple[tuple[int, ...], ...]:
        """The members, those that cannot be told apart put together.

        Examples
        --------
        >>> VotingGame((3, 1, 1), (False, False, False), (True, True, True), 3).kinds
        ((0,), (1, 2))
        """
        found: dict[tuple[int, ...], list[int]] = {}
        for place, (weight, veto, alike) in enumerate(
            zip(self.weights, self.vetoes, self.alike, strict=True)
        ):
            own = (-1,) if alike and not veto else (place,)
            found.setdefault((weight, *own), []).append(place)
        return tuple(tuple(places) for places in found.values())


def count_candidates(game: VotingGame) -> int:
    """Return how many coalitions, up to members that are alike, there are.

    Examples
    --------
    >>> count_candidates(VotingGame((3, 1, 1), (False, False, False), (True, True, True), 3))
    6
    """
    return prod(len(kind) + 1 for kind in game.kinds)


def is_too_large(game: VotingGame) -> bool:
    """Return whether the game is too large to be solved."""
    return (
        count_candidates(game) > MOST_CANDIDATES
        or len(minimal_winning_coalitions(game)) > MOST_COALITIONS
    )


@cache
def minimal_winning_coalitions(game: VotingGame) -> tuple[tuple[int, ...], ...]:
    """Return the coalitions that win, and would not without any one member that has no veto.

    Where members with a veto are absent the others must do without their votes: coalitions are
    listed for every set of them, and the one set that is there picks its own.

    Returns
    -------
    tuple of tuple of int
        For each coalition how many members of each of :attr:`VotingGame.kinds` are in it.

    Examples
    --------
    >>> minimal_winning_coalitions(VotingGame((2, 1, 1, 1), (False,) * 4, (True,) * 4, 3))
    ((0, 3), (1, 1))
    """
    weights = [game.weights[kind[0]] for kind in game.kinds]
    vetoes = [game.vetoes[kind[0]] for kind in game.kinds]
    found = []
    for counts in product(*(range(len(kind) + 1) for kind in game.kinds)):
        votes = sum(count * weight for count, weight in zip(counts, weights, strict=True))
        needed = all(
            veto or count == 0 or votes - weight < game.quota
            for count, weight, veto in zip(counts, weights, vetoes, strict=True)
        )
        if votes >= game.quota and needed:
            found.append(counts)
    return tuple(found)
