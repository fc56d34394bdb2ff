"""From the rows of a table to the cells of a population: what of a case is taken as evidence.

Of a row some tags are used as evidence and coded; the others, not used or missing, are unknown.
A row is then not one cell of the population but a mixture of cells, weighted by how often they
occur among rows that are like it in what is known. A missing tag is never taken to be 0. Outcomes
play no part in the weights; how probable parameters make them is asked of each group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scripts.learn.population import Population

from conjuncture.errors import UsageError
from conjuncture.language.names import unknown_name

if TYPE_CHECKING:
    import pandas


Real = NDArray[np.float64]
Codes = NDArray[np.int8]

UNKNOWN = -1
"""Stands for a tag that is missing or not used; 0 and 1 are coded."""

SUCCESS = "success"
"""The column that is 1 where a case succeeded, 0 where it failed, empty where nobody knows."""


@dataclass(frozen=True)
class CaseGroups:
    """Rows of a table with the same evidence, taken together.

    Attributes
    ----------
    evidence : array of int, shape (groups, tags)
        1, 0, or ``UNKNOWN``, in the order of the population's tags.
    weights : array, shape (groups, cells)
        The mixture of cells that a group is; every row sums to 1.
    successes, attempts : array, shape (groups,)
    group : array of int, shape (rows,)
        Of each row of the table; -1 where its outcome is not known.
    """

    evidence: Codes
    weights: Real
    successes: Real
    attempts: Real
    group: NDArray[np.int64]


@dataclass(frozen=True)
class TagShares:
    """How often tags occur together in a table.

    Attributes
    ----------
    population : Population
    codes : array of int, shape (rows, tags)
        Rows whose outcome is known.
    """

    population: Population
    codes: Codes

    @classmethod
    def of(cls, frame: pandas.DataFrame, population: Population) -> TagShares:
        """Return the shares of a table; rows without a known outcome are left out."""
        decided = ~frame[SUCCESS].isna().to_numpy(bool)
        return cls(population, codes_of(frame, population, tuple(population.tags))[decided])

    def weights(self, evidence: Sequence[int]) -> Real:
        r"""Return which cells a case may be, and how likely each is.

        Parameters
        ----------
        evidence : sequence of int
            By tag of the population 1, 0 or ``UNKNOWN``.

        Returns
        -------
        array, shape (cells,)
            :math:`\prod_t \Pr(x_t \mid \text{coded}, x_{<t})` over unknown tags t in their order,
            each :math:`(n_x + 1/2) / (n + 1)`, n counting rows in which t is coded and which agree
            in every tag that is coded or settled before; 0 for cells that contradict the evidence.
        """
        return np.array([self.weight(evidence, cell) for cell in self.population.cells])

    def weight(self, evidence: Sequence[int], cell: Sequence[int]) -> float:
        """Return the weight of one cell."""
        settled, weight = list(evidence), 1.0
        if any(code not in (UNKNOWN, there) for code, there in zip(evidence, cell, strict=True)):
            return 0.0
        for tag, there in enumerate(cell):
            if settled[tag] == UNKNOWN:
                weight *= self.share(settled, tag, there)
                settled[tag] = there
        return weight

    def share(self, settled: Sequence[int], tag: int, there: int) -> float:
        """Return how often a tag has a value among rows that agree in what is settled."""
        codes = np.array(settled)
        alike = ((codes == UNKNOWN) | (self.codes == codes)).all(axis=1)
        coded = self.codes[alike & (self.codes[:, tag] != UNKNOWN), tag]
        return float(((coded == there).sum() + 0.5) / (len(coded) + 1.0))

    def weights_of(self, frame: pandas.DataFrame, known: Sequence[str]) -> Real:
        """Return the mixture of cells that each row of another table is.

        Parameters
        ----------
        frame : pandas.DataFrame
            Cases to be predicted; their outcomes are not read.
        known : sequence of str
            The tags of the population that are used as evidence.

        Returns
        -------
        array, shape (rows, cells)
        """
        patterns, place = patterns_of(codes_of(frame, self.population, known))
        return self.of_patterns(patterns)[place]

    def of_patterns(self, patterns: Codes) -> Real:
        """Return the mixture that each pattern of evidence is, shape (patterns, cells)."""
        found = np.array([self.weights(pattern.tolist()) for pattern in patterns])
        return found.reshape(len(patterns), len(self.population.cells))


def group_cases(
    frame: pandas.DataFrame, population: Population, known: Sequence[str]
) -> CaseGroups:
    """Return the rows of a table by what is known of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table of the population, or a part of it.
    population : Population
    known : sequence of str
        The tags of the population that are used as evidence; over the others is averaged, by
        their shares among rows with the same evidence.

    Raises
    ------
    UsageError
        When a tag is none of the population's.

    Examples
    --------
    >>> import pandas
    >>> from scripts.learn.population import CAMPAIGNS
    >>> frame = pandas.DataFrame({
    ...     "success": [1, 1, 0, pandas.NA], "method": ["nonviolent"] * 2 + ["violent"] * 2,
    ...     "size": "small", "foreign_support": "no", "repression": "yes",
    ...     "defection": ["yes", "no", "no", "no"],
    ... })
    >>> found = group_cases(frame, CAMPAIGNS, ("nonviolent",))
    >>> found.attempts.tolist(), found.successes.tolist(), found.group.tolist()
    ([1.0, 2.0], [0.0, 2.0], [1, 1, 0, -1])
    """
    decided = ~frame[SUCCESS].isna().to_numpy(bool)
    codes = codes_of(frame, population, known)[decided]
    patterns, place = patterns_of(codes)
    success = frame[SUCCESS][decided].to_numpy(np.float64)
    group = np.full(len(frame), -1)
    group[decided] = place
    return CaseGroups(
        evidence=patterns,
        weights=TagShares.of(frame, population).of_patterns(patterns),
        successes=np.bincount(place, success, len(patterns)).astype(np.float64),
        attempts=np.bincount(place, minlength=len(patterns)).astype(np.float64),
        group=group,
    )


def codes_of(frame: pandas.DataFrame, population: Population, known: Sequence[str]) -> Codes:
    """Return what is known of each row, shape (rows, tags): 1, 0 or ``UNKNOWN``."""
    for name in known:
        if name not in population.tags:
            problem, remedy = unknown_name("tag", name, tuple(population.tags))
            raise UsageError(f"{problem}; {remedy}")
    found = np.full((len(frame), len(population.tags)), UNKNOWN, np.int8)
    for place, (name, (column, text)) in enumerate(population.tags.items()):
        if name in known:
            there = ~frame[column].isna().to_numpy(bool)
            found[there, place] = (frame[column][there] == text).to_numpy(bool)
    return found


def patterns_of(codes: Codes) -> tuple[Codes, NDArray[np.int64]]:
    """Return the different rows of evidence, in order, and which of them each row is."""
    if not len(codes):
        return codes, np.zeros(0, np.int64)
    patterns, place = np.unique(codes, axis=0, return_inverse=True)
    return patterns, place.reshape(-1).astype(np.int64)


LEAST_CHANCE = 1e-6
"""Chances nearer to 0 or 1 than this are taken for it: no simulation tells them apart."""


@dataclass(frozen=True)
class GroupOutcomes:
    """Successes among cases, group by group.

    Attributes
    ----------
    weights : array, shape (groups, cells)
        Each group is a mixture of cells, for what is known of its cases may be less than a cell
        says; every row sums to 1.
    successes, attempts : array, shape (groups,)
    """

    weights: Real
    successes: Real
    attempts: Real

    def chances(self, cells: Real) -> Real:
        """Return the chance of success in each group, shape (points, groups).

        Parameters
        ----------
        cells : array, shape (points, cells)
        """
        return np.clip(np.nan_to_num(cells) @ self.weights.T, LEAST_CHANCE, 1.0 - LEAST_CHANCE)

    def log_likelihood(self, cells: Real) -> Real:
        """Return the logarithm of the probability of all outcomes, shape (points,).

        Where a cell has no chance, since nobody moves in it, no case could be on record.

        Examples
        --------
        >>> seen = GroupOutcomes(np.eye(2), np.array([1.0, 0.0]), np.array([1.0, 2.0]))
        >>> seen.log_likelihood(np.array([[0.5, 0.5]])).round(3).tolist()
        [-2.079]
        """
        chance = self.chances(cells)
        failures = self.attempts - self.successes
        found = np.log(chance) @ self.successes + np.log1p(-chance) @ failures
        return np.where(np.isnan(cells).any(axis=1), -np.inf, found)

    def temper(self, exponent: float) -> GroupOutcomes:
        """Return outcomes whose likelihood is that of these to some power."""
        return GroupOutcomes(self.weights, exponent * self.successes, exponent * self.attempts)
