"""On what a claim hangs: the one or two unknowns with which the worlds that favour it go.

From what is at hand when a verdict is given, the probability of each world to be on the favoured
side, held against what nobody knows and bears on the claim. No threshold is searched and nothing is
simulated for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, ndtri

from conjuncture.analysis.explain.uncertain_inputs import Candidates, candidates_of
from conjuncture.analysis.questions import Question, stages_named
from conjuncture.analysis.shares_of_worlds import effective_number
from conjuncture.analysis.simulator import Simulator, stages_read
from conjuncture.engine.patches import relevant_numbers_of
from conjuncture.engine.worlds import Worlds

Real = NDArray[np.float64]

LEVEL = 0.05
"""An unknown is named only where chance would name any of them less often than this."""

LEAST_VARIANCE = 0.05
"""It must go with at least this share of the variance."""

LEAST_DIFFERENCE = 0.1
"""In so many more of the worlds the claim must hold at one of its ends."""

MOST = 2
FEWEST_WORLDS = 50.0
"""With fewer effective worlds nothing stands out."""


@dataclass(frozen=True)
class Hinge:
    """An unknown on which a claim hangs.

    Attributes
    ----------
    key : str
    label : str
        How a reader is told of it.
    variance : float
        The share of the variance between worlds that goes with it.
    shares : mapping of str to float
        In what share of the worlds the claim holds: ``low`` and ``high``, the thirds of the worlds
        in which the unknown is smallest and largest; of a choice between rules, by rule.
    limits : pair of float or None
        Where the lower third ends and the upper begins; None of a choice between rules.
    """

    key: str
    label: str
    variance: float
    shares: Mapping[str, float]
    limits: tuple[float, float] | None


def hinges_of(
    favours: Real,
    weights: Real,
    numbers: Mapping[str, Real],
    choices: Mapping[str, tuple[NDArray[np.int64], tuple[str, ...]]],
    labels: Mapping[str, str] | None = None,
    effective: float | None = None,
) -> list[Hinge]:
    """Return the unknowns on which a claim hangs most, at most two.

    Parameters
    ----------
    favours : array, shape (worlds,)
        Probability that the claim holds in each world.
    weights : array, shape (worlds,)
    numbers : mapping of str to array, shape (worlds,)
        Unknowns that bear on the claim.
    choices : mapping of str to (array of int, tuple of str)
        Rules chosen in each world, by their place, and their names.
    labels : mapping of str to str, optional
        How a reader is told of each; by its key where that is not given.
    effective : float, optional
        How many equal worlds they are worth, where the weights do not say so.

    Notes
    -----
    The weighted correlation r of the probability with the normal score of a number, F = r² (e − 2)
    / (1 − r²) with e effective worlds; of a choice the share of the variance between its rules.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> mood, luck = rng.normal(size=(2, 400))
    >>> found = hinges_of((mood > 0).astype(float), np.ones(400), {"mood": mood, "luck": luck}, {})
    >>> [(one.key, round(one.shares["low"]), round(one.shares["high"])) for one in found]
    [('mood', 0, 1)]
    """
    effective = effective or effective_number(weights)
    asked = len(numbers) + len(choices)
    if effective < FEWEST_WORLDS or not asked:
        return []
    named = labels or {}
    found: list[tuple[float, int, Hinge]] = []
    for place, (key, values) in enumerate(numbers.items()):
        explained = squared_correlation(favours, normal_scores(values), weights)
        if stands_out(explained, 1.0, effective, asked):
            shares, limits = shares_in_thirds(favours, values, weights)
            if not is_told(shares):
                continue
            found.append(
                (explained, place, Hinge(key, named.get(key, key), explained, shares, limits))
            )
    for place, (key, (options, names)) in enumerate(choices.items(), start=len(numbers)):
        explained, taken = variance_between_options(favours, options, weights)
        if len(taken) > 1 and stands_out(explained, len(taken) - 1.0, effective, asked):
            by_option = {names[option]: share for option, share in taken.items()}
            if not is_told(by_option):
                continue
            found.append(
                (explained, place, Hinge(key, named.get(key, key), explained, by_option, None))
            )
    # Sums that differ in their last bits are a tie; what stands first in the scenario goes first.
    found.sort(key=lambda one: (-round(one[0], 9), one[1]))
    return [one for _, _, one in found[:MOST]]


def is_told(shares: Mapping[str, float]) -> bool:
    """Return whether shares differ by enough for a reader to do something with it."""
    return max(shares.values()) - min(shares.values()) >= LEAST_DIFFERENCE


def normal_scores(values: Real) -> Real:
    """Return the normal score of each value by its rank, equal ones alike.

    Examples
    --------
    >>> normal_scores(np.array([3.0, 1.0, 2.0])).round(2).tolist()
    [0.97, -0.97, 0.0]
    """
    # SciPy's ranks do the same; to load them takes half a second before the first verdict.
    _, places, alike = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(alike) - (alike - 1) / 2.0)[places]
    scores: Real = ndtri((ranks - 0.5) / len(values))
    return scores


def squared_correlation(one: Real, other: Real, weights: Real) -> float:
    """Return the squared weighted correlation of two columns; 0 where one of them is constant."""
    share = weights / weights.sum()
    first, second = one - share @ one, other - share @ other
    spread = (share @ first**2) * (share @ second**2)
    return float((share @ (first * second)) ** 2 / spread) if spread > 1e-18 else 0.0


def stands_out(explained: float, freedom: float, effective: float, asked: int) -> bool:
    """Return whether a share of the variance is large, and larger than chance gives any of all."""
    rest = effective - 1.0 - freedom
    if explained < LEAST_VARIANCE or rest <= 0.0:
        return False
    if explained >= 1.0:
        return True
    statistic = explained / freedom / ((1.0 - explained) / rest)
    return float(fdtrc(freedom, rest, statistic)) < LEVEL / asked


def variance_between_options(
    favours: Real, options: NDArray[np.int64], weights: Real
) -> tuple[float, dict[int, float]]:
    """Return the share of the variance between options, and the share of worlds in each."""
    share = weights / weights.sum()
    mean = share @ favours
    total = float(share @ (favours - mean) ** 2)
    taken: dict[int, float] = {}
    between = 0.0
    for option in np.unique(options):
        mass = float(share[options == option].sum())
        if mass > 0.0:
            taken[int(option)] = float(share[options == option] @ favours[options == option] / mass)
            between += mass * (taken[int(option)] - mean) ** 2
    return (between / total if total > 1e-18 else 0.0), taken


def shares_in_thirds(
    favours: Real, values: Real, weights: Real
) -> tuple[dict[str, float], tuple[float, float]]:
    """Return the share of worlds in the lower and upper third by weight, and where these end."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    low, high = order[reached <= 1.0 / 3.0 + 1e-12], order[reached > 2.0 / 3.0 + 1e-12]
    low = low if len(low) else order[:1]
    shares = {
        name: float(weights[part] @ favours[part] / weights[part].sum())
        for name, part in (("low", low), ("high", high))
        if weights[part].sum() > 0
    }
    return shares, (float(values[low[-1]]), float(values[high[0]]))


@dataclass
class Unknowns:
    """The unknowns of a crisis, as far as they bear on claims.

    Attributes
    ----------
    simulator : Simulator
    """

    simulator: Simulator
    _known: dict[tuple[int, int, str], Candidates] = field(default_factory=dict)

    def hinges(
        self,
        favours: Real,
        weights: Real,
        question: Question,
        worlds: Worlds,
        effective: float | None = None,
    ) -> tuple[Hinge, ...]:
        """Return on what a claim hangs.

        Parameters
        ----------
        favours : array, shape (worlds,)
            Probability that the claim holds in each world.
        weights : array, shape (worlds,)
        question : Question
            The claim, compiled.
        worlds : Worlds
        effective : float, optional
            How many equal worlds they are worth, where the weights do not say so.
        """
        said = weights > 0.0
        found = self.candidates(question, worlds)
        numbers = {
            key: column[said] for key, column in found.table.items() if key not in found.options
        }
        choices = {
            key: (found.table[key][said].astype(np.int64), names)
            for key, names in found.options.items()
        }
        return tuple(
            hinges_of(favours[said], weights[said], numbers, choices, found.labels, effective)
        )

    def candidates(self, question: Question, worlds: Worlds) -> Candidates:
        """Return the numbers drawn for themselves that bear on a question."""
        keys = self.keys_bearing_on(question, worlds)
        numbers = worlds.crisis.numbers
        return join_candidates(self._candidates_of(worlds, key) for key in numbers if key in keys)

    def keys_bearing_on(self, question: Question, worlds: Worlds) -> frozenset[str]:
        """Return the numbers that bear on a question."""
        program = self.simulator.program(list(question.runs))
        crisis = worlds.crisis
        read = stages_read(question.factors, crisis)
        stages = frozenset(crisis.stages) if read is None else read | stages_named(question.asked)
        return relevant_numbers_of(
            stages, worlds, program.structure, program.ledger.reads, [question.asked]
        )

    def _candidates_of(self, worlds: Worlds, key: str) -> Candidates:
        """Return what of a number was drawn for itself, worked out once for all claims."""
        place = (worlds.seed, worlds.count, key)
        if place not in self._known:
            self._known[place] = candidates_of(worlds, [key])
        return self._known[place]


def join_candidates(parts: Iterable[Candidates]) -> Candidates:
    """Return the candidates of several numbers together, in their order."""
    table: dict[str, Real] = {}
    labels: dict[str, str] = {}
    options: dict[str, tuple[str, ...]] = {}
    computed: list[str] = []
    for part in parts:
        table |= part.table
        labels |= part.labels
        options |= part.options
        computed += part.computed
    return Candidates(table, labels, options, tuple(computed))
