"""Sensitivity: on which of the things nobody knows a probability hangs, and how much."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from conjuncture.analysis.answers import estimate
from conjuncture.analysis.clauses import query_in_words
from conjuncture.analysis.conditioning.worlds_given import first_worlds_of, idle_places
from conjuncture.analysis.explain.methods.sobol import Indices, pick_freeze, sobol_indices
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.explain.uncertain_inputs import (
    Grouping,
    InputFactor,
    factors_of,
    numbers_behind,
)
from conjuncture.analysis.plain_words import capitalise
from conjuncture.analysis.questions import compile_question
from conjuncture.analysis.result import Result
from conjuncture.analysis.simulator import Simulator, stages_read
from conjuncture.engine.addresses import BLOCK, every_block
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.language.nodes import Expression
from conjuncture.language.quantities import Probability
from conjuncture.language.unparser import write
from conjuncture.number_format import format_decimals, percent_range
from conjuncture.number_format import percent_in_text as percent
from conjuncture.ordering import put_in_order
from conjuncture.scenario.queries import read_query

Real = NDArray[np.float64]
NoisyValues = tuple[Real, Real]
"""A value at every point, and the variance of the noise in it."""

BASE = 512
"""Rows of each matrix of the design, with few histories in each row."""

BASE_OF_QUERIES = 128
"""The same for a query, of which a row runs a block of 512 histories."""

WORLDS_AT_ONCE = 2048

MOST_TOLD = 3

SEVERAL = (
    "each with all that it does together with others; as that counts for each of them, such shares "
    "can add up to more than 100 %"
)

WIDEST_TOLD = 0.5
"""A sum of indices whose interval is wider is not told: the errors of many factors add up."""


@dataclass(frozen=True)
class FactorIndices:
    """How much of the variance of a query is due to one factor.

    Attributes
    ----------
    factor, label : str
        Its key, and what a reader sees.
    members : tuple of str
        The numbers whose draws it is.
    first, total : float
        The share of the variance that goes when the factor alone becomes known, and the share that
        remains when all else is known: between 0 and 1, and the first never above the second
        (:func:`~conjuncture.analysis.explain.methods.sobol.bound_indices`). NaN where the
        variance is not told apart from noise.
    first_interval, total_interval : pair of float
        Sampling intervals of 90 %.
    beyond_chance, first_beyond_chance : bool
        Whether the interval of the total, and that of the first-order index, lies above 0, before
        anything is moved to where it can be. Only such are told.
    """

    factor: str
    label: str
    members: tuple[str, ...]
    first: float
    first_interval: tuple[float, float]
    total: float
    total_interval: tuple[float, float]
    beyond_chance: bool = True
    first_beyond_chance: bool = True


@dataclass(frozen=True)
class Sensitivity(Result):
    """Sobol' indices of everything that worlds draw and that can matter for a query.

    Attributes
    ----------
    query : str
    mean, variance : float
        Of the query over worlds; the variance without the noise of finite histories.
    noise : float
        Which share of the raw variance was noise.
    indices : tuple of FactorIndices
        The largest total index first; those within chance too.
    base, histories : int
        Rows of each of the two matrices of the design, and histories in each row.
    alone : float
        The sum of the first-order indices: what the factors do one by one. Of the indices as they
        were estimated, so that it has no bias, and then between 0 and 1.
    alone_interval : pair of float
        Sampling interval of 90 %.
    still : tuple of str
        Labels of the factors that were moved and changed nothing in any history.
    says : str
        The query in words, as a noun.
    """

    part: ClassVar[str] = "sensitivity"
    query: str
    mean: float
    variance: float
    noise: float
    indices: tuple[FactorIndices, ...]
    base: int
    histories: int
    alone: float = math.nan
    alone_interval: tuple[float, float] = (math.nan, math.nan)
    still: tuple[str, ...] = ()
    says: str = ""

    @property
    def query_phrase(self) -> str:
        """The query in words, or as the language writes it where nobody says it in words."""
        return self.says or self.query

    @property
    def worlds(self) -> int:
        """How many worlds the design has: those of the two matrices, and of each factor."""
        return self.base * (2 + len(self.indices))

    @property
    def indices_beyond_chance(self) -> tuple[FactorIndices, ...]:
        """The factors that are seen to have a part in the variance, the largest first."""
        return tuple(one for one in self.indices if one.beyond_chance)

    @property
    def is_clear(self) -> bool:
        """Whether the variance over worlds is told apart from the noise of finite histories."""
        return all(np.isfinite(one.total) for one in self.indices)

    def sentences(self) -> list[str]:
        """Return what was found in plain sentences."""
        if not self.indices:
            return [f"Nothing that worlds draw can change {self.query_phrase}."]
        if not self.is_clear:
            blurred = (
                f"{capitalise(self.query_phrase)} hardly differs from world to world (around "
                f"{format_decimals(self.mean)}): how it varies is not told apart from the luck of "
                "single histories, so that it hangs on nothing in particular."
            )
            return [blurred]
        spread = np.sqrt(max(self.variance, 0.0))
        opening = (
            f"{capitalise(self.query_phrase)} is {format_decimals(self.mean)} on average over "
            f"worlds, with a standard deviation of {spread:.2f} between them."
        )
        told = self.indices_beyond_chance
        if not told:
            return [opening, "No single factor is seen to have a part in that."]
        parts = [
            f"{one.label}, {share_with_interval(one.total, one.total_interval)}"
            for one in told[:MOST_TOLD]
        ]
        most = f"Most of the variance hangs on {'; '.join(parts)}"
        if len(parts) > 1:
            most += f" ({SEVERAL})"
        most += "."
        counts = len(told) - len(parts), len(self.indices) - len(told), len(self.still)
        if any(counts):
            most += f" {others_in_words(*counts)}"
        low, high = self.alone_interval
        if not high - low <= WIDEST_TOLD:
            return [opening, most]
        closing = (
            "What the factors do one by one adds up to "
            f"{share_with_interval(self.alone, self.alone_interval)} of the variance; the rest is "
            "what they do only in combination."
        )
        if high >= 1.0:
            if any(one.first_interval[1] < one.total_interval[0] for one in told):
                return [opening, most]
            closing = (
                "The factors may well act one by one: no combination of them is seen to matter."
            )
        return [opening, most, closing]


def others_in_words(less: int, unclear: int, still: int) -> str:
    """Return what the unknowns that are not named do.

    Parameters
    ----------
    less : int
        How many are told apart from nothing.
    unclear : int
        How many are not.
    still : int
        How many changed nothing in any history.

    Examples
    --------
    >>> others_in_words(7, 4, 0)
    'Of the other unknowns 7 matter too, but less, and 4 are not told apart from nothing.'
    """
    found = [
        f"{count} {one if count == 1 else several}"
        for count, one, several in (
            (less, "matters too, but less", "matter too, but less"),
            (unclear, "is not told apart from nothing", "are not told apart from nothing"),
            (still, "changes nothing in any history", "change nothing in any history"),
        )
        if count
    ]
    return f"Of the other unknowns {'; '.join([*found[:-2], ', and '.join(found[-2:])])}."


def share_with_interval(value: float, interval: tuple[float, float]) -> str:
    """Return a share with its interval; nothing is below none.

    Examples
    --------
    >>> share_with_interval(0.314, (0.2, 0.42))
    '31 % (20 to 42 %)'
    """
    ends = percent_range(*(max(end, 0.0) for end in interval))
    return f"{percent(max(value, 0.0))} ({ends})"


def sensitivity_of_event(sample: Sample, by: Grouping = "force", base: int = BASE) -> Sensitivity:
    """Return on what the probability of an event hangs, as Sobol' indices.

    Parameters
    ----------
    sample : Sample
        Its event, and its number of histories of each world. Worlds are those of a design.
    by : {"force", "value"}
        Whether the draws of a force count as one factor, or every number by itself; see
        :func:`~conjuncture.analysis.explain.uncertain_inputs.factors_of`.
    base : int
        Rows of each of the two matrices of the design, a power of two. With k factors there are
        2 + k times as many worlds.

    Returns
    -------
    Sensitivity

    Raises
    ------
    UsageError
        When ``base`` is not one, or the sample has one history a world, so that nothing tells how
        much of what is seen is noise.
    StoppedEarly
        When somebody wants the answer so far.
    """
    if sample.each < 2:
        raise UsageError(
            "sensitivity needs at least 2 histories of each world, to tell how much is noise"
        )
    simulator = sample.simulator

    def evaluate(worlds: Worlds) -> NoisyValues:
        chances = sample.chances([AS_THINGS_WERE], worlds, "sensitivity")[0].astype(np.float64)
        return chances.mean(axis=1), chances.var(axis=1, ddof=1) / sample.each

    factors = factors_of(simulator.worlds, sample.numbers, by)
    asked = Probability(sample.event)
    return sensitivity_over_worlds(asked, simulator.worlds, factors, evaluate, base, sample.each)


def sensitivity_of_query(
    simulator: Simulator, text: str, by: Grouping = "force", base: int = BASE_OF_QUERIES
) -> Sensitivity:
    """Return on what any query hangs, as Sobol' indices.

    Parameters
    ----------
    simulator : Simulator
    text : str
        A query, for example ``P(showdown = torres) - P(showdown = torres | do(unions aside))``.
    by, base
        As for :func:`sensitivity_of_event`; every world of the design runs 512 histories.

    Returns
    -------
    Sensitivity

    Raises
    ------
    QueryError
        When the query is none.
    UsageError
        When in some world of the design the condition of the query is never met.
    StoppedEarly
        When somebody wants the answer so far.
    """
    asked = read_query(text, simulator.worlds.crisis)
    question = compile_question(asked)
    crisis = simulator.worlds.crisis
    read = stages_read(question.factors, crisis)
    stages = set(crisis.stages) if read is None else read or {next(iter(crisis.stages))}
    numbers = numbers_behind(simulator, question.runs, [asked], stages)

    def evaluate(worlds: Worlds) -> NoisyValues:
        values, noise = [], []
        for place, part in enumerate(parts_of(worlds)):
            # Every part runs another block: no two points of a design share their luck.
            blocks = every_block(range(part.count), place, place + 1)
            counted = replace(simulator, worlds=part).count_blocks(
                [question], blocks, "sensitivity"
            )[0]
            if simulator.progress.is_stopped:
                raise StoppedEarly
            with np.errstate(divide="ignore", invalid="ignore"):
                found = estimate(asked, counted, counted.sums.means)
                values.append(found.value)
                noise.append(found.variance(counted.sums.covariances))
        return np.concatenate(values), np.concatenate(noise)

    return sensitivity_over_worlds(
        asked,
        simulator.worlds,
        factors_of(simulator.worlds, numbers, by),
        evaluate,
        base,
        BLOCK,
    )


def parts_of(worlds: Worlds) -> list[Worlds]:
    """Return the worlds of a design in parts that fit into memory."""
    starts = range(0, worlds.count, WORLDS_AT_ONCE)
    return [
        replace(
            worlds,
            count=min(WORLDS_AT_ONCE, worlds.count - start),
            placed={
                site: column[start : start + WORLDS_AT_ONCE]
                for site, column in worlds.placed.items()
            },
        )
        for start in starts
    ]


def sensitivity_over_worlds(
    asked: Expression,
    worlds: Worlds,
    factors: Sequence[InputFactor],
    evaluated: Callable[[Worlds], NoisyValues],
    base: int,
    histories: int,
) -> Sensitivity:
    """Return the indices of what was evaluated in the worlds of a design.

    Factors that change nothing in the worlds themselves, moved on the same luck, are in no design:
    their indices are 0, and what would be estimated of them is noise.
    """
    few = first_worlds_of(worlds, min(worlds.count, base))
    idle = idle_places(few, [one.sites for one in factors], lambda some: evaluated(some)[0])
    still = tuple(one.label for place, one in enumerate(factors) if place in idle)
    factors = [one for place, one in enumerate(factors) if place not in idle]
    sites = [site for factor in factors for site in factor.sites]
    groups = [[sites.index(site) for site in factor.sites] for factor in factors]
    design = pick_freeze(groups, max(len(sites), 1), base, worlds.seed)
    points = design.points
    placed = {site: points[:, column] for column, site in enumerate(sites)}
    values, noise = evaluated(replace(worlds, count=len(points), placed=placed))
    if missing := int(np.count_nonzero(~np.isfinite(values))):
        raise UsageError(
            f"{write(asked)} has no value in {missing:,} of {len(values):,} worlds, because its "
            "condition is never met there; ask for something that every world has, such as "
            "P(A and B)"
        )
    found = sobol_indices(design.by_matrix(values), design.by_matrix(noise), worlds.seed)
    indices = [indices_of_factor(factor, found, place) for place, factor in enumerate(factors)]
    low, high = found.alone_interval
    return Sensitivity(
        query=write(asked),
        mean=found.mean,
        variance=max(found.variance, 0.0),
        noise=min(found.noise, 1.0),
        indices=tuple(put_in_order(indices, lambda one: one.total, falling=True)),
        base=base,
        histories=histories,
        alone=clip_share(found.alone),
        alone_interval=(clip_share(low), clip_share(high)),
        still=still,
        says=query_in_words(worlds.crisis, asked),
    )


def clip_share(share: float) -> float:
    """Return a share where it can lie, between 0 and 1.

    Examples
    --------
    >>> clip_share(1.03), clip_share(-0.1), clip_share(math.nan)
    (1.0, 0.0, nan)
    """
    return share if math.isnan(share) else min(max(share, 0.0), 1.0)


def indices_of_factor(factor: InputFactor, found: Indices, place: int) -> FactorIndices:
    """Return the indices of one factor."""
    told = found.possible
    first, total = told.first_intervals[place], told.total_intervals[place]
    seen = bool(found.total_intervals[place, 0] > 0.0)
    return FactorIndices(
        factor=factor.key,
        label=factor.label,
        members=factor.members,
        first=float(told.first[place]),
        first_interval=(float(first[0]), float(first[1])),
        total=float(told.total[place]),
        total_interval=(float(total[0]), float(total[1])),
        beyond_chance=seen,
        first_beyond_chance=seen and bool(found.first_intervals[place, 0] > 0.0),
    )
