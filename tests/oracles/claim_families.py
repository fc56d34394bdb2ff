"""Families of synthetic claims with known answers: what each world is like, and what is counted.

In every family a world has a quantity of its own, more or less tied to things that nobody knows and
to how often its condition is met. The share of worlds on the right side of the line, weighed by how
probable they make the condition, is the truth that an interval has to hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from conjuncture.analysis.shares_of_worlds import (
    ShareOfWorlds,
    share_of_differences,
    share_of_margins,
    share_of_worlds,
)

Real = NDArray[np.float64]
HISTORIES = 512
LOADINGS = np.array([1.0, -0.8, 0.7, 0.6, -0.5, 0.4, 0.4, 0.3, 0.3, 0.2])
MANY = 400_000
"""Worlds from which the truth is computed."""


@dataclass(frozen=True)
class Shares:
    """A share of histories in every world, and how probable each world makes its condition."""

    share: Real
    condition: Real
    lines: tuple[float, ...] = (0.5,)
    above: bool = True

    @property
    def truth(self) -> float:
        """The share of worlds on the right side, by the condition."""
        right = (self.share > self.lines[0]) == self.above
        if len(self.lines) > 1:
            right &= self.share < self.lines[1]
        return float(self.condition @ right / self.condition.sum())


def traits_of(rng: np.random.Generator, worlds: int) -> tuple[Real, Real, Real]:
    """Return what nobody knows, a sum of some of it, and what some of it does together."""
    traits = rng.standard_normal((worlds, 15))
    straight = traits[:, :10] @ (LOADINGS / np.linalg.norm(LOADINGS))
    bent = 0.5 * traits[:, 0] * traits[:, 1] + 0.4 * (traits[:, 2] ** 2 - 1.0) / 1.4
    return traits, straight, bent


def often_met(traits: Real, straight: Real) -> Real:
    """Return the log-odds of a condition that is met fairly often."""
    return -0.9 + 1.2 * (0.6 * straight + 0.8 * traits[:, 11])


def smooth(rng: np.random.Generator, worlds: int) -> Shares:
    """Worlds spread smoothly over both sides."""
    traits, straight, bent = traits_of(rng, worlds)
    return Shares(expit(1.5 * (0.9 * straight + 0.5 * bent)), expit(often_met(traits, straight)))


def near(rng: np.random.Generator, worlds: int) -> Shares:
    """All worlds near the line."""
    traits, straight, _ = traits_of(rng, worlds)
    return Shares(
        expit(0.2 * (0.8 * straight + 0.6 * traits[:, 12])), expit(often_met(traits, straight))
    )


def near_ninety(rng: np.random.Generator, worlds: int) -> Shares:
    """All worlds near the line, nine tenths of them on one side."""
    traits, straight, _ = traits_of(rng, worlds)
    quantity = 0.25 + 0.2 * (0.8 * straight + 0.6 * traits[:, 12])
    return Shares(expit(quantity), expit(often_met(traits, straight)))


def bimodal(rng: np.random.Generator, worlds: int) -> Shares:
    """Two kinds of worlds, far apart."""
    traits, straight, bent = traits_of(rng, worlds)
    quantity = np.where(straight + 0.3 * bent > -1.0, 3.5, -4.0) + 0.3 * traits[:, 12]
    return Shares(expit(quantity), expit(often_met(traits, straight)))


def rare(rng: np.random.Generator, worlds: int) -> Shares:
    """A condition that is met in one history of several hundred."""
    traits, straight, _ = traits_of(rng, worlds)
    condition = -6.2 + 1.2 * (0.6 * straight + 0.8 * traits[:, 11])
    quantity = 1.2 + 1.3 * (0.8 * straight + 0.6 * traits[:, 12])
    return Shares(expit(quantity), expit(condition))


def veto(rng: np.random.Generator, worlds: int) -> Shares:
    """An event that is all but sure, under a condition that is very rare in most worlds."""
    traits, _, _ = traits_of(rng, worlds)
    return Shares(np.full(worlds, float(expit(6.9))), expit(-7.0 + 3.0 * traits[:, 11]))


def share_ninety(rng: np.random.Generator, worlds: int) -> Shares:
    """Nine tenths of the worlds well on one side."""
    traits, straight, bent = traits_of(rng, worlds)
    return Shares(
        expit(1.9 + 1.5 * (0.9 * straight + 0.5 * bent)), expit(often_met(traits, straight))
    )


def low(rng: np.random.Generator, worlds: int) -> Shares:
    """Hardly any world on the right side."""
    traits, straight, bent = traits_of(rng, worlds)
    return Shares(
        expit(-2.6 + 1.2 * (0.9 * straight + 0.5 * bent)), expit(often_met(traits, straight))
    )


def step(rng: np.random.Generator, worlds: int) -> Shares:
    """Two kinds of worlds that overlap."""
    traits, straight, _ = traits_of(rng, worlds)
    quantity = np.where(traits[:, 0] * traits[:, 1] > 0, 1.2, -0.8)
    return Shares(
        expit(quantity + 0.8 * traits[:, 13] * traits[:, 14]), expit(often_met(traits, straight))
    )


def between(rng: np.random.Generator, worlds: int) -> Shares:
    """A claim of two lines."""
    made = smooth(rng, worlds)
    return Shares(made.share, made.condition, (0.3, 0.7))


def unequal(rng: np.random.Generator, worlds: int) -> Shares:
    """Worlds whose weights differ a hundredfold, and with them the quantity."""
    spread, rest = rng.random(worlds), rng.standard_normal(worlds)
    return Shares(expit(2.0 * spread - 1.0 + rest), 10.0 ** (-2.0 * spread))


def five_effective(rng: np.random.Generator, worlds: int) -> Shares:
    """A condition that a few worlds meet and the rest hardly ever: five worlds' worth of 400."""
    rate, rest = rng.standard_normal((2, worlds))
    return Shares(expit(-1.0 + 0.4 * rate + rest), expit(-13.0 + 4.2 * rate))


def switch(rng: np.random.Generator, worlds: int) -> Shares:
    """A quantity that jumps where a rare condition becomes more frequent."""
    rate, rest = rng.standard_normal((2, worlds))
    quantity = np.where(rate > 0.8, 1.5, -1.5) + 0.3 * rest
    return Shares(expit(quantity), expit(-5.5 + 1.2 * rate))


SHARES: dict[str, Callable[[np.random.Generator, int], Shares]] = {
    "smooth": smooth,
    "near": near,
    "near_ninety": near_ninety,
    "bimodal": bimodal,
    "rare": rare,
    "veto": veto,
    "share_ninety": share_ninety,
    "low": low,
    "step": step,
    "between": between,
    "unequal": unequal,
    "twenty_worlds": smooth,
    "five_effective": five_effective,
    "switch": switch,
}
WORLDS = 400
FEWER = {"twenty_worlds": 20}


def count_shares(family: str, seed: int, worlds: int = WORLDS) -> tuple[Real, Real, Shares]:
    """Return how many histories of each world are in the condition, and how many of them in it."""
    rng = np.random.default_rng([seed, list(SHARES).index(family)])
    made = SHARES[family](rng, FEWER.get(family, worlds))
    n = rng.binomial(HISTORIES, made.condition).astype(float)
    k = rng.binomial(n.astype(int), made.share).astype(float)
    return k, n, made


@dataclass(frozen=True)
class Differences:
    """Differences between two runs of the same histories, and the share that differs."""

    differing: float
    difference: Real
    line: float
    condition: Real

    @property
    def truth(self) -> float:
        """The share of worlds in which the difference is above the line, by the condition."""
        return float(self.condition @ (self.difference > self.line) / self.condition.sum())


def differences(kind: str, rng: np.random.Generator, worlds: int) -> Differences:
    """Return the differences of a family: exact zeros, small ones, or tied to a rare condition."""
    always = np.ones(worlds)
    if kind == "many_zeros":
        some = rng.random(worlds) < 0.4
        return Differences(0.06, np.where(some, 0.06 * rng.beta(4, 2, worlds), 0.0), 0.0, always)
    if kind == "all_zero":
        return Differences(0.0, np.zeros(worlds), 0.0, always)
    if kind in ("tied", "jump"):
        jump, rate, rest, condition = jumps(rng, worlds)
        found = 0.25 * jump + 0.05 + 0.03 * rest if kind == "jump" else 0.1 * rate + 0.06 * rest
        return Differences(0.4, np.clip(found, -0.4, 0.4), 0.0, condition)
    mean, line = {"small": (0.015, 0.0), "below": (0.04, 0.05), "beyond": (0.06, 0.05)}[kind]
    return Differences(0.465, np.full(worlds, mean), line, always)


def jumps(rng: np.random.Generator, worlds: int) -> tuple[Real, Real, Real, Real]:
    """Return a jump where a rare condition is met more often, its rate, the rest, the condition."""
    rate, rest = rng.standard_normal((2, worlds))
    return np.where(rate > 0.8, 1.0, -1.0), rate, rest, expit(-5.5 + 1.2 * rate)


DIFFERENCES = ("many_zeros", "all_zero", "small", "below", "beyond", "tied", "jump")


def count_differences(
    kind: str, seed: int, worlds: int = WORLDS
) -> tuple[Real, Real, Real, Differences]:
    """Return the histories of each world that went only one way, only the other, and all."""
    rng = np.random.default_rng([seed, 1000 + DIFFERENCES.index(kind)])
    made = differences(kind, rng, worlds)
    one = np.clip((made.differing + made.difference) / 2.0, 0.0, 1.0)
    other = np.clip((made.differing - made.difference) / 2.0, 0.0, 1.0)
    n = rng.binomial(HISTORIES, made.condition)
    counts = rng.multinomial(n, np.stack([one, other, 1.0 - one - other], axis=1)).astype(float)
    return counts[:, 0], counts[:, 1], n.astype(float), made


def means(family: str, rng: np.random.Generator, worlds: int) -> tuple[Real, Real]:
    """Return by how much the mean of a skewed number is above its line, and how often it is asked."""
    if family == "jumping_means":
        jump, _, rest, condition = jumps(rng, worlds)
        return 0.5 * jump + 0.1 * rest, condition
    traits, straight, bent = traits_of(rng, worlds)
    return 0.3 * (0.9 * straight + 0.5 * bent) + 0.1, expit(often_met(traits, straight))


MEANS = ("means", "jumping_means")


def count_means(family: str, seed: int, worlds: int = WORLDS) -> tuple[Real, Real, Real]:
    """Return margins and their variances from histories, and in how many of them it is asked."""
    rng = np.random.default_rng([seed, 2000 + MEANS.index(family)])
    margins, condition = means(family, rng, worlds)
    n = rng.binomial(HISTORIES, condition)
    drawn = rng.exponential(size=(worlds, HISTORIES))
    asked = np.arange(HISTORIES) < n[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (drawn * asked).sum(axis=1) / n
        square = (drawn**2 * asked).sum(axis=1) / n
        return margins + mean - 1.0, (square - mean**2) / n, n.astype(float)


def particles(seed: int, ancestors: int = 5, copies: int = 8) -> tuple[Real, Real]:
    """Return counts of worlds that descend from a few: they are worth no more than those."""
    rng = np.random.default_rng([seed, 3000])
    quantity = np.repeat(0.5 + rng.standard_normal(ancestors), copies)
    quantity += 0.05 * rng.standard_normal(ancestors * copies)
    n = rng.binomial(HISTORIES, 0.3, ancestors * copies)
    return rng.binomial(n, expit(quantity)).astype(float), n.astype(float)


FAMILIES = (*SHARES, "particles", *DIFFERENCES, *MEANS)
BEYOND = ("switch",)
"""What the rule is not made for: its link between a share and its condition is a straight line."""

SAYS = {
    "smooth": "spread smoothly over both sides",
    "near": "all near the line",
    "near_ninety": "all near the line, most on one side",
    "bimodal": "two kinds, far apart",
    "rare": "a condition met in 1 of several hundred",
    "veto": "all but sure, under a very rare condition",
    "share_ninety": "most well on one side",
    "low": "hardly any on the right side",
    "step": "two kinds that overlap",
    "between": "between two lines",
    "unequal": "weights that differ a hundredfold",
    "twenty_worlds": "twenty worlds",
    "five_effective": "five effective worlds",
    "switch": "beyond the rule: a share that jumps where its rare condition is met more often",
    "particles": "forty particles of five ancestors",
    "many_zeros": "a difference that is exactly 0 in 6 of 10",
    "all_zero": "a difference that is exactly 0 in all",
    "small": "a difference of .015 against 0 where 46 % differ",
    "below": "a difference of .04 against .05 where 46 % differ",
    "beyond": "a difference of .06 against .05 where 46 % differ",
    "tied": "a difference that grows with how often its rare condition is met",
    "jump": "a difference that jumps where its rare condition is met more often",
    "means": "a mean of a skewed number",
    "jumping_means": "a mean that jumps where its rare condition is met more often",
}
"""What the worlds of each family are like."""


def share_of(family: str, seed: int) -> ShareOfWorlds:
    """Return the share of worlds that is found from one draw of a family."""
    if family in MEANS:
        margin, variance, n = count_means(family, seed)
        return share_of_margins(margin, variance, n)
    if family in DIFFERENCES:
        n10, n01, n, of = count_differences(family, seed)
        return share_of_differences(n10, n01, n, (of.line,), n)
    if family == "particles":
        k, n = particles(seed)
        return share_of_worlds(k, n, np.full(len(n), float(HISTORIES)), (0.5,), n, effective=5.0)
    k, n, made = count_shares(family, seed)
    every = np.full(len(n), float(HISTORIES))
    return share_of_worlds(k, n, every, made.lines, n, above=made.above)


@cache
def truth_of(family: str) -> float:
    """Return the share of worlds on the right side, from very many worlds."""
    rng = np.random.default_rng(123)
    if family in MEANS:
        margins, condition = means(family, rng, MANY)
        return float(condition @ (margins > 0.0) / condition.sum())
    if family in DIFFERENCES:
        return 0.4 if family == "many_zeros" else differences(family, rng, MANY).truth
    if family == "particles":
        return float(norm.cdf(0.5))
    if family == "five_effective":
        return SHARES[family](rng, 20 * MANY).truth
    return SHARES[family](rng, MANY).truth


def word_of(share: ShareOfWorlds) -> str:
    """Return the word for a share, each a statement about it, or none for too few worlds."""
    if share.effective < 10.0:
        return ""
    words = {
        "holds": share.low >= 0.9,
        "fails": share.high <= 0.1,
        "mostly holds": share.low >= 0.75,
        "mostly fails": share.high <= 0.25,
        "depends": share.low > 0.1 and share.high < 0.9,
    }
    return next((word for word, met in words.items() if met), "open")


def is_true(word: str, truth: float) -> bool:
    """Return whether a word is true of the share itself."""
    return {
        "holds": truth >= 0.9,
        "fails": truth <= 0.1,
        "mostly holds": truth >= 0.75,
        "mostly fails": truth <= 0.25,
        "depends": 0.1 < truth < 0.9,
    }.get(word, True)


def covers(share: ShareOfWorlds, truth: float) -> bool:
    """Return whether the interval, its ends rounded outward to .005, holds the truth."""
    low, high = np.floor(share.low * 200.0) / 200.0, np.ceil(share.high * 200.0) / 200.0
    return bool(low <= truth <= high)
