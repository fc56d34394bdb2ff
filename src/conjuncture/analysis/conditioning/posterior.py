"""Worlds that could have produced what happened: what is known of the unknowns afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import exp, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc, ndtri, stdtr

from conjuncture.analysis.estimates import LEVEL
from conjuncture.analysis.plain_words import join_words, plain_label
from conjuncture.analysis.result import Result
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.worlds import Worlds
from conjuncture.errors import UsageError
from conjuncture.number_format import round_number
from conjuncture.ordering import find_largest, put_in_order

if TYPE_CHECKING:
    import xarray

Real = NDArray[np.float64]
Span = tuple[float, float, float]
FEW_WORLDS = 100
"""Below so many effective worlds there is a warning."""

MOST_NAMED = 3
LEVELS = (5.0, 50.0, 95.0)
MIDDLE_NINE_TENTHS = 1.6448536269514722


@dataclass(frozen=True)
class Shift:
    """How far what happened moved an unknown.

    Attributes
    ----------
    key, label : str
        The cell, and what a reader sees.
    unit : str
    prior, posterior : (float, float, float)
        Its 5th, 50th and 95th percentile over worlds, before and after; of a choice between
        rules the share of worlds, three times, of the rule whose share moved most.
    shift : float
        By how many standard deviations of the prior its mean moved, on the scale on which the prior
        is normal: the same for a number and its logarithm.
    error : float
        Standard error of that.
    rule : str
        That rule; empty for a number.
    p_value : float
        How probable a shift as large is for an unknown of which nothing was learnt.
    adjusted : float
        The least false discovery rate at which the shift is named among all that were tested
        (:mod:`conjuncture.analysis.estimates`).
    """

    key: str
    label: str
    unit: str
    prior: Span
    posterior: Span
    shift: float
    error: float
    rule: str = ""
    p_value: float = 1.0
    adjusted: float = 1.0

    @property
    def is_beyond_chance(self) -> bool:
        """Whether it is among the shifts that are told, of which one in a hundred may be chance."""
        return self.adjusted <= LEVEL


@dataclass(frozen=True)
class Posterior(Result):
    """The unknowns in worlds that could have produced what happened.

    Attributes
    ----------
    what : str
        What happened: ``"showdown = torres, window = quiet"``.
    unknowns : tuple of str
        The cells that hold a draw and bear on what happened.
    labels : tuple of str
        What a reader sees of each.
    prior : array, shape (draws, unknowns)
        Their values in worlds as the account has them.
    values : array, shape (particles, unknowns)
        Their values in worlds given what happened.
    weights : array, shape (particles,)
        They sum to 1; sequential Monte Carlo leaves them equal.
    temperatures : tuple of float
        Exponents of the likelihood on the way, the last of them 1.
    effective_worlds : float
        How many independent worlds the particles are worth.
    log_evidence, log_evidence_error : float
        Natural logarithm of the probability of what happened, and its standard error.
    acceptance : tuple of float
        Share of the moves accepted at each temperature.
    units : tuple of str
        Of the unknowns; empty for plain numbers.
    rules : mapping of str to mapping of int to str
        For each unknown that is a choice between rules, their names by code.
    observed : mapping of str to str
        What happened: stage to outcome.
    histories : int
        How many estimated the likelihood of each particle.
    log_likelihoods : array, shape (particles,)
    families : array of int, shape (particles,)
        Particles of one family descend from one draw of the prior.
    worlds : Worlds, optional
        The particles as worlds, in which anything can be asked.
    """

    what: str
    unknowns: tuple[str, ...]
    labels: tuple[str, ...]
    prior: Real
    values: Real
    weights: Real
    temperatures: tuple[float, ...]
    effective_worlds: float
    log_evidence: float
    log_evidence_error: float
    acceptance: tuple[float, ...]
    units: tuple[str, ...] = ()
    rules: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    observed: Mapping[str, str] = field(default_factory=dict)
    histories: int = 0
    log_likelihoods: Real = field(default_factory=lambda: np.zeros(0))
    families: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    worlds: Worlds | None = None

    @property
    def probability(self) -> float:
        """How probable what happened was, over all worlds."""
        return exp(self.log_evidence)

    @property
    def has_few_worlds(self) -> bool:
        """Whether the worlds are worth too few independent ones to lean on."""
        return self.effective_worlds < FEW_WORLDS

    def to_simulator(self, like: Simulator) -> Simulator:
        """Return the particles as worlds to be asked, with histories that nothing was chosen by.

        Parameters
        ----------
        like : Simulator
            How many histories are run in each, and how.

        Raises
        ------
        UsageError
            When the posterior was read from somewhere and has no worlds.
        """
        if self.worlds is None:
            raise UsageError("this posterior holds numbers alone and no worlds to ask")
        return replace(like, worlds=self.worlds)

    def shifts(self) -> list[Shift]:
        """Return how far each unknown moved, the farthest first; those that cannot are left out."""
        found = [
            one
            for place, key in enumerate(self.unknowns)
            if (one := self._shift(place, key)) is not None
        ]
        from scipy.stats import false_discovery_control  # takes a third of a second to load

        rates = false_discovery_control([one.p_value for one in found]).tolist()
        rated = [replace(one, adjusted=rate) for one, rate in zip(found, rates, strict=True)]
        return put_in_order(rated, lambda one: abs(one.shift), falling=True)

    def shifts_beyond_chance(self) -> list[Shift]:
        """Return the shifts beyond chance, the farthest first.

        They are chosen so that of what is named one in a hundred is expected to be chance.
        """
        return [one for one in self.shifts() if one.is_beyond_chance]

    def _shift(self, place: int, key: str) -> Shift | None:
        """Return how far an unknown moved, None where it cannot."""
        before, after, rule = self.prior[:, place], self.values[:, place], ""
        label = self.labels[place]
        if key in self.rules:
            before, after, rule = self._rule_that_moved_most(key, before, after)
        first, then = normal_scores(before, before), normal_scores(after, before)
        deviation = float(first.std())
        if not deviation > 0.0:
            return None
        mean = float(self.weights @ then)
        spread = sqrt(float(self.weights @ (then - mean) ** 2))
        error = sqrt(spread**2 / self.effective_worlds + deviation**2 / len(before)) / deviation
        shift = (mean - float(first.mean())) / deviation
        share, now = float(before.mean()), float(self.weights @ after)
        even = np.full(len(before), 1.0 / len(before))
        return Shift(
            key=key,
            label=f"{label}: {plain_label(rule)}" if rule else label,
            unit=self.units[place] if self.units else "",
            prior=(share,) * 3 if rule else percentiles(before, even),
            posterior=(now,) * 3 if rule else percentiles(after, self.weights),
            shift=shift,
            error=error,
            rule=rule,
            p_value=self._chance_of_share(len(self.rules[key]), share, now)
            if rule
            else chance_of_shift(shift, error, self.effective_worlds),
        )

    def _chance_of_share(self, rules: int, share: float, now: float) -> float:
        """Return how probable a share as far off is were nothing learnt of the rules.

        Binomial, of as many draws as both samples are worth together; where there are more than
        two rules the one that moved most was chosen among them, which is paid for.
        """
        worth = 1.0 / (1.0 / self.effective_worlds + 1.0 / len(self.prior))
        count = max(int(worth), 1)
        had = now * count
        below, above = bdtr(int(had), count, share), bdtrc(int(np.ceil(had)) - 1, count, share)
        return min(1.0, 2.0 * float(min(below, above)) * (rules if rules > 2 else 1))

    def _rule_that_moved_most(self, key: str, before: Real, after: Real) -> tuple[Real, Real, str]:
        """Return whether each world has that rule, before and after, as 1 or 0, and its name."""

        def change_of_rule(code: int) -> float:
            return abs(float(self.weights @ (after == code)) - float((before == code).mean()))

        code = find_largest(self.rules[key], change_of_rule)
        return 1.0 * (before == code), 1.0 * (after == code), self.rules[key][code]

    def sentences(self) -> list[str]:
        """Return what was found in plain sentences."""
        reach = exp(MIDDLE_NINE_TENTHS * self.log_evidence_error)
        low, high = (100 * self.probability * factor for factor in (1.0 / reach, reach))
        steps = len(self.temperatures)
        share = round_number(100 * self.probability)
        probable = (
            f"What happened ({self.what}) has a probability of {share} % ({round_number(low)} to "
            f"{round_number(high)}) over the worlds of the account."
        )
        how = (
            f"{len(self.values):,} worlds that could have produced it, worth "
            f"{self.effective_worlds:,.0f} independent ones, were found by sequential Monte Carlo "
            f"in {steps} step{'' if steps == 1 else 's'} from the prior; at each, "
            f"{100 * min(self.acceptance):.0f} % of the moves or more were accepted."
        )
        found = [probable, how]
        moved = self.shifts_beyond_chance()
        if moved:
            told = [
                f"{one.label} from {round_number(one.prior[1])}"
                f" to {round_number(one.posterior[1])}{one.unit}"
                for one in moved[:MOST_NAMED]
            ]
            found.append(
                f"It moved {len(moved)} of {len(self.unknowns)} unknowns by more than chance does, "
                f"most of all, by their medians, {join_words(told)}."
            )
        else:
            found.append(
                f"It moved none of {len(self.unknowns)} unknowns by more than chance does."
            )
        if self.has_few_worlds:
            found.append(
                f"Warning: worth fewer than {FEW_WORLDS} worlds; ask for more worlds, or for more "
                "histories in each."
            )
        return found

    def to_arviz(self) -> xarray.DataTree:
        """Return the posterior in the schema of ArviZ.

        Returns
        -------
        xarray.DataTree
            Groups ``posterior`` and ``prior`` with a variable for each unknown, ``sample_stats``
            (``log_likelihood_estimate`` and ``family`` of each particle) and ``observed_data``
            (the outcome of each stage); how they were found in the attributes of ``posterior``.

        Raises
        ------
        UsageError
            When arviz-base is not installed.
        """
        try:
            from arviz_base import from_dict
        except ImportError:
            raise UsageError(
                "ArviZ's schema needs the package arviz-base; install it with "
                "pip install 'conjuncture[arviz]'"
            ) from None
        if not np.allclose(self.weights, self.weights[0]):
            raise UsageError("ArviZ knows no weights of draws, and these are not equal")
        groups: dict[str, dict[str, Any]] = {
            "posterior": self._variables(self.values),
            "prior": self._variables(self.prior),
            "sample_stats": {
                name: one[None]
                for name, one in (
                    ("log_likelihood_estimate", self.log_likelihoods),
                    ("family", self.families),
                )
                if len(one)
            },
            "observed_data": {
                stage: np.array(outcome, object) for stage, outcome in self.observed.items()
            },
        }
        how = {
            "inference_library": "conjuncture",
            "method": "sequential Monte Carlo, tempered",
            "temperatures": list(self.temperatures),
            "acceptance": list(self.acceptance),
            "effective_worlds": self.effective_worlds,
            "log_evidence": self.log_evidence,
            "log_evidence_error": self.log_evidence_error,
            "histories": self.histories,
        }
        kept = {name: group for name, group in groups.items() if group}
        tree: xarray.DataTree = from_dict(kept, attrs={"posterior": how})
        for name in ("posterior", "prior"):
            for key, label, unit in zip(
                self.unknowns, self.labels, self.units or ("",) * len(self.labels), strict=True
            ):
                tree[name][key].attrs |= {"long_name": label, "units": unit.strip()}
                if key in self.rules:
                    tree[name][key].attrs |= {
                        "flag_values": list(self.rules[key]),
                        "flag_meanings": " ".join(self.rules[key].values()),
                    }
        return tree

    def _variables(self, values: Real) -> dict[str, Real]:
        return {key: values[None, :, place] for place, key in enumerate(self.unknowns)}


def chance_of_shift(shift: float, error: float, effective: float) -> float:
    """Return how probable a shift as large is for an unknown of which nothing was learnt.

    Two-sided, by Student's law with one degree of freedom less than there are effective worlds:
    the mean of normal scores of as many draws of the prior has it.

    Examples
    --------
    >>> round(chance_of_shift(0.1, 0.05, 400.0), 3), round(chance_of_shift(0.1, 0.05, 10.0), 3)
    (0.046, 0.077)
    """
    return float(2.0 * stdtr(max(effective - 1.0, 1.0), -abs(shift) / error))


def normal_scores(values: Real, among: Real) -> Real:
    """Return normal quantiles of the ranks of values among others; equals share a rank.

    Examples
    --------
    >>> normal_scores(np.array([0.0, 1.0, 2.0]), np.arange(3.0)).round(2).tolist()
    [-0.97, 0.0, 0.97]
    """
    ordered = np.sort(among)
    ranks = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    shares = np.clip((0.5 * ranks) / len(among), 0.5 / len(among), 1.0 - 0.5 / len(among))
    found: Real = ndtri(shares)
    return found


def percentiles(values: Real, weights: Real) -> Span:
    """Return the 5th, 50th and 95th percentile of weighted values.

    Examples
    --------
    >>> percentiles(np.arange(101.0), np.full(101, 1 / 101))
    (5.0, 50.0, 95.0)
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    reached /= reached[-1]
    places = np.searchsorted(reached, np.array(LEVELS) / 100.0 - 1e-12)
    low, middle, high = values[order][np.minimum(places, len(values) - 1)].tolist()
    return low, middle, high
