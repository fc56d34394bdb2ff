"""The pact against closed forms: Nash's split, Fearon's range, Powell's shift, and noise."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special, stats

from chance import bound
from conjuncture.ensemble import Ensemble

TWO = """
conjuncture: 1
title: Two parties
account: account.md
forces: {{a: {{}}, b: {{}}}}
stages:
  pact:
    mechanism: pact
    parties:
      a: {{chance: {chance}, cost: {cost_a}, bargaining: {weight}{later}}}
      b: {{chance: 1 - {chance}, cost: {cost_b}, bargaining: 1 - {weight}}}
    threat: {{apart: {apart}, together: {together}}}
    governing: {governing}
    misjudgement: {misjudgement}
claims: {{}}
"""

PEACE = {
    "chance": 0.6, "cost_a": 0.1, "cost_b": 0.15, "weight": 0.5, "later": "", "apart": 0,
    "together": 0, "governing": 0, "misjudgement": 0,
}  # fmt: skip


def two(crisis, worlds=1, histories=512, **changes):
    """Return an ensemble with two parties."""
    return Ensemble(crisis(TWO.format(**(PEACE | changes))), worlds, histories)


def mean(ensemble, measure, patch=""):
    given = f" | do({patch})" if patch else ""
    return ensemble.query(f"E(pact.{measure}{given})").value


@pytest.mark.parametrize("chance", [0.2, 0.6, 0.9])
def test_without_threat_the_range_is_fearons(crisis, chance):
    """Any split between p - c_A and p + c_B is better for both than fighting (Fearon 1995)."""
    ensemble = two(crisis, chance=chance)
    assert mean(ensemble, "lowest[a]") == pytest.approx(chance - 0.1, abs=1e-6)
    assert mean(ensemble, "highest[a]") == pytest.approx(chance + 0.15, abs=1e-6)
    assert mean(ensemble, "surplus") == pytest.approx(0.25, abs=1e-6)
    assert mean(ensemble, "shares[a]") == pytest.approx(chance - 0.1 + 0.5 * 0.25, abs=1e-6)
    assert ensemble.query("P(pact = agreed)").value == 1.0


def test_the_surplus_is_split_by_bargaining_weight(crisis):
    numbers = {"apart": 0.4, "together": 0.1, "governing": -0.05, "weight": 0.7}
    ensemble = two(crisis, **numbers)
    fallback = 0.6 * 0.6 - 0.1, 0.4 * 0.6 - 0.15
    surplus = 0.9 - 0.05 - sum(fallback)
    assert mean(ensemble, "surplus") == pytest.approx(surplus, abs=1e-6)
    assert mean(ensemble, "shares[a]") == pytest.approx(fallback[0] + 0.7 * surplus, abs=1e-6)
    assert mean(ensemble, "shares[b]") == pytest.approx(fallback[1] + 0.3 * surplus, abs=1e-6)
    assert mean(ensemble, "highest[b]") == pytest.approx(fallback[1] + surplus, abs=1e-6)


def test_three_parties_split_as_nash_has_it(crisis):
    """The product of the gains, each to the power of its weight, is largest (Nash 1950)."""
    text = TWO.format(**PEACE).replace("forces: {a: {}, b: {}}", "forces: {a: {}, b: {}, c: {}}")
    text = text.replace(
        "    threat", "      c: {chance: 0.5, cost: 0.05, bargaining: 2}\n    threat"
    )
    ensemble = Ensemble(crisis(text), 1, 512)
    chance = np.array([0.6, 0.4, 0.5]) / 1.5
    fallback = chance - np.array([0.1, 0.15, 0.05])
    weights = np.array([0.5, 0.5, 2.0]) / 3
    split = np.array([mean(ensemble, f"shares[{party}]") for party in "abc"])
    assert split.sum() == pytest.approx(1.0, abs=1e-6)
    np.testing.assert_allclose(split, fallback + weights * (1 - fallback.sum()), atol=1e-6)

    def worth(shares):
        return np.sum(weights * np.log(shares - fallback))

    generator = np.random.default_rng(2)
    for _ in range(200):
        shift = generator.normal(scale=0.01, size=3)
        assert worth(split + shift - shift.mean()) <= worth(split) + 1e-6
    rest = mean(ensemble, "surplus", "without c")
    assert rest == pytest.approx(0.25, abs=1e-6)
    assert ensemble.query("P(pact = agreed | do(without c))").value == 1.0
    assert np.isnan(mean(ensemble, "shares[c]", "without c"))
    assert mean(ensemble, "shares[c]", "c aside") == 0.0
    assert ensemble.query("P(pact = refused | do(without c, without b))").value == 1.0


@pytest.mark.parametrize(
    ("later", "outcome"), [(0.6, "agreed"), (0.72, "agreed"), (0.73, "untrusted")]
)
def test_a_large_shift_of_power_makes_a_party_untrusted(crisis, later, outcome):
    """Who will be stronger cannot bind itself (Powell 2006): here from p+ = p + half the surplus on."""
    ensemble = two(crisis, later=f", later: {later}")
    assert ensemble.query(f"P(pact = {outcome})").value == 1.0
    assert ensemble.query("P(pact.reneges[a] = yes)").value == (outcome == "untrusted")
    assert ensemble.query("P(pact = agreed | do(a plays keep))").value == 1.0
    assert ensemble.query("P(pact = untrusted | do(b plays renege))").value == 1.0
    secret = ensemble.query(f"P(pact = {outcome} | do(a plays keep secretly))").value
    assert secret == 1.0


def test_the_same_threat_together_and_apart_never_refuses(crisis):
    anything = {"chance": "p", "apart": "danger", "together": "danger", "weight": "w"}
    anything |= dict.fromkeys(("cost_a", "cost_b"), '"uniform(0, 0.5)"')
    shares = ", ".join(f'{name}: "beta(1, 1)"' for name in ("p", "danger", "w"))
    text = TWO.format(**(PEACE | anything)).replace("forces:", f"unknowns: {{{shares}}}\nforces:")
    ensemble = Ensemble(crisis(text), 2000, 512)
    assert ensemble.query("P(pact = agreed)").value == 1.0


def agreement(misjudgement, numbers):
    """Return P(agreed) by integrating over what both misjudge."""
    apart, together = 1 - numbers["apart"], 1 - numbers["together"]
    pie = together + numbers["governing"]
    chance = numbers["chance"]
    log_odds = special.logit(chance)

    def estimate(sign, error):
        return special.expit(sign * log_odds + misjudgement * error)

    def agreed(first, second):
        own = estimate(1, first), estimate(-1, second)
        costs = numbers["cost_a"], numbers["cost_b"]
        fallback = [p * apart - c for p, c in zip(own, costs, strict=True)]
        surplus = pie - sum(fallback)
        weights = numbers["weight"], 1 - numbers["weight"]
        return surplus >= 0 and all(
            d + w * surplus >= p * together - c
            for d, w, p, c in zip(fallback, weights, own, costs, strict=True)
        )

    grid = np.linspace(-6, 6, 801)
    density = stats.norm.pdf(grid)
    inner = np.array([inner_probability(agreed, first) for first in grid])
    return integrate.simpson(inner * density, x=grid)


def inner_probability(agreed, first):
    """Return the probability over the other's error: it agrees on one stretch of errors."""
    grid = np.linspace(-6, 6, 241)
    holds = np.array([agreed(first, second) for second in grid])
    edges = []
    for left, right in pairwise(grid):
        if agreed(first, left) != agreed(first, right):
            low, high = left, right
            for _ in range(40):
                middle = 0.5 * (low + high)
                if agreed(first, middle) == agreed(first, left):
                    low = middle
                else:
                    high = middle
            edges.append(0.5 * (low + high))
    below = stats.norm.cdf([-6, *edges, 6])
    pieces = np.diff(below)
    return pieces[0 if holds[0] else 1 :: 2].sum()


NOISY = (
    (0.6, {"cost_a": 0.05, "cost_b": 0.05}),
    (0.4, {"apart": 0.3, "together": 0.1, "governing": 0.02, "weight": 0.4}),
)


@pytest.mark.parametrize(("misjudgement", "changes"), NOISY)
def test_what_both_misjudge_decides_as_an_integral_has_it(crisis, misjudgement, changes):
    worlds, histories = 200, 2048
    numbers = PEACE | changes
    ensemble = two(crisis, worlds, histories, misjudgement=misjudgement, **changes)
    expected = agreement(misjudgement, numbers)
    assert 0.05 < expected < 0.95
    found = ensemble.query("P(pact = agreed)").value
    deviation = np.sqrt(expected * (1 - expected) / (worlds * histories))
    assert abs(found - expected) < bound() * deviation + 1e-5
