"""Discovery: in which worlds does something hold, as boxes, as a tree and as a sentence.

Boxes say what must come together (:mod:`~conjuncture.analysis.explain.methods.boxes` says how
they are chosen and tried); a small tree
(:mod:`~conjuncture.analysis.explain.methods.classification_tree`) says in which order to ask.
:mod:`~conjuncture.analysis.explain.discovery` finds both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.plain_words import capitalise, join_words
from conjuncture.analysis.result import Result
from conjuncture.number_format import percent_in_text as percent
from conjuncture.number_format import round_number

MOST_DIGITS = 6


@dataclass(frozen=True)
class Limit:
    """A limit on one number of the world.

    Attributes
    ----------
    key : str
    label : str
        How a reader is told of it.
    low, high : float or None
        The least and the greatest value inside.
    allowed : tuple of str
        Of a choice, the options inside.
    p : float
        Quasi-p-value: would the box do as well without.
    comes_back : float
        In which share of random halves of the worlds the chosen box limits this number too.
    """

    key: str
    label: str
    low: float | None
    high: float | None
    allowed: tuple[str, ...] = ()
    p: float = float("nan")
    comes_back: float = float("nan")

    def __str__(self) -> str:
        if self.allowed:
            return f"{self.label} is {' or '.join(self.allowed)}"
        if self.low is None or self.high is None:
            way, end = ("is below", self.high) if self.low is None else ("exceeds", self.low)
            return f"{self.label} {way} {format_limit(end or 0.0)}"
        return f"{self.label} is between {format_limit(self.low)} and {format_limit(self.high)}"


@dataclass(frozen=True)
class Box:
    """A box of worlds in which it holds more often than in others.

    Attributes
    ----------
    limits : tuple of Limit
        The least arbitrary first.
    coverage : float
        Of all worlds in which it holds, the share inside.
    density : float
        Of the worlds inside, the share in which it holds.
    mass : float
        Of all worlds, the share inside.
    worlds : int
        Worlds inside. Those of an earlier box are not counted again in a later one.
    tried : pair of float
        Coverage and density where such boxes were not fitted: in the other half of the worlds.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    worlds: int
    tried: tuple[float, float] = (float("nan"), float("nan"))

    def inside(
        self, table: Mapping[str, NDArray[Any]], options: Mapping[str, Sequence[str]]
    ) -> NDArray[np.bool_]:
        """Return which worlds lie within the limits, shape (worlds,).

        Parameters
        ----------
        table : mapping of str to array, shape (worlds,)
        options : mapping of str to sequence of str
            The names of the options of each choice.
        """
        found = np.ones(len(next(iter(table.values()))), bool)
        for limit in self.limits:
            column = table[limit.key]
            if limit.allowed:
                names = options[limit.key]
                found &= np.isin(column, [names.index(one) for one in limit.allowed])
            if limit.low is not None:
                found &= column >= limit.low
            if limit.high is not None:
                found &= column <= limit.high
        return found


@dataclass(frozen=True)
class Peel:
    """A step of the trajectory from which the first box was chosen.

    Attributes
    ----------
    coverage, density, mass : float
    limits : int
        Numbers that are limited.
    """

    coverage: float
    density: float
    mass: float
    limits: int


@dataclass(frozen=True)
class DecisionNode:
    """Worlds that the tree keeps together, and the question that parts them.

    Attributes
    ----------
    key : str or None
        What is asked about; None at the end of a branch.
    label : str
    split : float or None
        Worlds up to this value go below. None for a choice.
    allowed : tuple of str
        Options of a choice that go below.
    share : float
        In which share of these worlds it holds.
    worlds : int
    below, above : DecisionNode or None
    """

    key: str | None
    label: str
    split: float | None
    allowed: tuple[str, ...]
    share: float
    worlds: int
    below: DecisionNode | None = None
    above: DecisionNode | None = None


@dataclass(frozen=True)
class Discovery(Result):
    """In which worlds something holds.

    Attributes
    ----------
    what : str
        For example ``the claim 'crowd'``.
    share : float
        In which share of the worlds that could be called it holds.
    worlds : int
        Worlds that could be called.
    uncalled : int
        Worlds too close to call, which are left out.
    boxes : tuple of Box
        The first, and later ones among the worlds that no earlier box has. Empty where nothing
        tells the worlds apart.
    trajectory : tuple of Peel
        That the first box was chosen from.
    tree : DecisionNode or None
        None where no question helps.
    sentence : str
        The answer in a sentence.
    candidates : tuple of str
        Labels of the numbers that were looked at.
    computed : tuple of str
        Labels of numbers left out because those determine them.
    histories : int
        Histories behind each world; 0 where the worlds were not sampled.
    corrected : tuple of float or None
        Share of all worlds, coverage and density of the first box, freed of the noise of few
        histories; None where there is no such noise to speak of.
    """

    part: ClassVar[str] = "discovery"
    what: str
    share: float
    worlds: int
    uncalled: int
    boxes: tuple[Box, ...]
    trajectory: tuple[Peel, ...]
    tree: DecisionNode | None
    sentence: str
    candidates: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    histories: int = 0
    corrected: tuple[float, float, float] | None = None

    def sentences(self) -> list[str]:
        """Return the whole answer in plain sentences, the most important first."""
        found = [self.sentence]
        if self.boxes:
            first, *later = self.boxes
            found += [
                f"Elsewhere it holds when {limits_in_words(box.limits)}: {percent(box.density)} of "
                f"those worlds, {percent(box.coverage)} of all worlds where it holds."
                for box in later
            ]
            returns = join_words(
                [f"{limit.label} in {percent(limit.comes_back)}" for limit in first.limits]
            )
            coverage, density = first.tried
            found.append(
                "A box sought in a random half of the worlds again limits "
                f"{returns} of the trials, and in the other half it holds in {percent(density)} "
                f"of the worlds inside, {percent(coverage)} of those where it holds."
            )
        if self.tree is not None:
            found.append(first_question(self.tree))
        if self.corrected is not None:
            share, coverage, density = self.corrected
            of_box = (
                f", and of the box the density about {percent(density)} and the coverage about "
                f"{percent(coverage)}"
                if self.boxes
                else ""
            )
            found.append(
                f"With {self.histories} histories each, some worlds are on the wrong side: freed "
                f"of that noise the share of all worlds is about {percent(share)}{of_box}."
            )
        if self.uncalled:
            left = "world is" if self.uncalled == 1 else "worlds are"
            found.append(f"{self.uncalled:,} {left} too close to call and left out.")
        return found


def sentence_of(found: Discovery) -> str:
    """Return the answer in a sentence."""
    if not found.boxes:
        return capitalise(
            f"{found.what} holds in {percent(found.share)} of {found.worlds:,} worlds, and no box "
            "tells which: none did better where it was not fitted than all worlds do."
        )
    box = found.boxes[0]
    return capitalise(
        f"{found.what} holds when {limits_in_words(box.limits)}: {percent(box.density)} of those "
        f"worlds, {percent(box.coverage)} of all worlds where it holds."
    )


def first_question(tree: DecisionNode) -> str:
    """Return what a tree asks first, and what follows, in a sentence."""
    low, high = tree.below, tree.above
    if low is None or high is None:
        return ""
    question = f"is {' or '.join(tree.allowed)}"
    if tree.split is not None:
        question = f"is at most {round_number(tree.split)}"
    return (
        f"The question that tells most is whether {tree.label} {question}: then it holds in "
        f"{percent(low.share)} of {low.worlds:,} worlds, else in {percent(high.share)} of "
        f"{high.worlds:,}."
    )


def limits_in_words(limits: Sequence[Limit]) -> str:
    """Return limits as the clauses of a sentence."""
    return join_words([str(limit) for limit in limits])


def format_limit(value: float) -> str:
    """Return a number with the digits that it has, at most six.

    Examples
    --------
    >>> format_limit(0.114), format_limit(12.0), format_limit(0.123456789)
    ('0.114', '12', '0.123457')
    """
    return round_number(value, MOST_DIGITS)
