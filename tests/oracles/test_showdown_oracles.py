"""The showdown against closed forms: the four oracles of the model."""

import re

import numpy as np
import pytest
from reference_showdown import Crisis as Reference
from reference_showdown import enumerate_no_ties
from scipy import optimize, special

from chance import bound
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.force_of_arms import LEAST_STRENGTH

NO_TIES = """
conjuncture: 1
title: Neither stakes nor ties
account: account.md
unknowns: {{decisiveness: {rho}, fog: 0.7, public_share: 0.4, first_showing: 0.5, street_exchange: 0.1, refusal: 1}}
forces:
  red: {{kind: army, troops: 2, discipline: 0, stakes: 0}}
  blue: {{kind: army, troops: 1.5, discipline: 0, stakes: 0}}
  guard: {{kind: army, troops: 1, discipline: 1, stakes: 0, leans: {{a: 0.5, b: -1}}}}
  line: {{kind: army, troops: 3, discipline: 2, stakes: 0, leans: {{a: -0.3, b: 0.8}}}}
  crowd: {{kind: movement, mass: 30, stakes: 0, leans: {{a: 1, b: -2}}}}
  guild: {{kind: movement, mass: 10, stakes: 0, leans: {{a: 0, b: 0.4}}}}
stages:
  showdown:
    mechanism: showdown
    strength: {rule}
    camps: {{a: {{core: red, resolve: 1}}, b: {{core: blue, resolve: 1}}}}
claims: {{}}
"""


@pytest.mark.parametrize(("rule", "rho"), [("weight", 1.3), ("refusal", 2)])
def test_without_stakes_and_ties_every_profile_can_be_enumerated(crisis, rule, rho):
    ensemble = Ensemble(crisis(NO_TIES.format(rule=rule, rho=rho)), 100, 2048)
    exact = enumerate_no_ties(reference(rule, rho))
    histories = 100 * 2048
    for camp, expected in zip("ab", exact, strict=True):
        found = ensemble.query(f"P(showdown = {camp})").value
        assert abs(found - expected) < bound() * np.sqrt(expected * (1 - expected) / histories)


@pytest.mark.slow
def test_under_refusal_camps_without_a_soldier_are_equally_strong(crisis):
    text = re.sub(r"troops: [\d.]+", "mass: 1", NO_TIES.format(rule="refusal", rho=2))
    ensemble = Ensemble(crisis(text), 4)
    assert ensemble.query("P(showdown = a)").value == pytest.approx(0.5, abs=1e-6)
    for camp in "ab":
        found = ensemble.query(f"E(showdown.strength[{camp}])").value
        assert found == pytest.approx(LEAST_STRENGTH, rel=1e-6)


@pytest.mark.slow
def test_under_refusal_discipline_may_differ_between_histories_where_nothing_else_does(crisis):
    text = """
        conjuncture: 1
        title: Two cores
        account: account.md
        unknowns: {decisiveness: 1, refusal: 1}
        forces: {red: {troops: 1, discipline: 0}, blue: {troops: 1, discipline: 0, mass: 10}}
        stages:
          first:
            mechanism: showdown
            strength: refusal
            camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
            next: {a: second, b: second}
            effects: [{when: a, set: {red.discipline: 30}}]
          second:
            mechanism: showdown
            strength: refusal
            camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
        claims: {}
    """
    ensemble = Ensemble(crisis(text), 4)
    for before, strength in (("a", 1.0), ("b", 1 / 3)):
        found = ensemble.query(f"E(second.strength[a] | first = {before})")
        # Ten thousand in the street double a soldier's odds of one against firing.
        assert found.value == pytest.approx(strength, rel=1e-4)


def reference(rule, rho):
    """Return the same crisis for the plain reference."""
    return Reference(
        cores=(0, 1),
        troops=np.array([2, 1.5, 1, 3, 0, 0]),
        mass=np.array([0, 0, 0, 0, 30.0, 10]),
        discipline=np.array([0, 0, 1, 2, 0.0, 0]),
        leans=np.array([[0, 0], [0, 0], [0.5, -1], [-0.3, 0.8], [1, -2], [0, 0.4]]),
        stakes=np.zeros(6),
        breakeven=np.full(6, 0.5),
        resolve=np.ones(2),
        street_exchange=0.1,
        decisiveness=rho,
        fog=0.7,
        public_share=0.4,
        first_showing=0.5,
        refusal=1.0,
        rule=rule,
    )


MANY = 300


def crowd_of_equals(stakes, tilt):
    """Return many equal forces, two camps, nobody aside; camp a's core adds ``tilt`` of them."""
    forces = "".join(
        f"  f{index}: {{troops: 1, stakes: {stakes}, breakeven: 0.5, leans: {{a: 30, b: 30}}}}\n"
        for index in range(MANY)
    )
    return f"""
conjuncture: 1
title: Equal forces
account: account.md
unknowns: {{decisiveness: 1, fog: 0, public_share: 0.5, first_showing: 1, street_exchange: 0.1, refusal: 1}}
forces:
  red: {{troops: {tilt * MANY + 0.001}}}
  blue: {{troops: 0.001}}
{forces}
stages:
  showdown:
    mechanism: showdown
    camps: {{a: {{core: red, resolve: 1}}, b: {{core: blue, resolve: 1}}}}
claims: {{}}
"""


@pytest.mark.parametrize(("stakes", "tilt"), [(1.5, 0.0), (1.5, 0.2), (4.0, 0.1)])
def test_many_equal_forces_settle_on_the_fixed_point(crisis, stakes, tilt):
    """p = sigma(stakes (2 s - 1)), s the share of strength in camp a (Brock & Durlauf 2001).

    Without tilt p is 1/2 for stakes up to 2, the only fixed point; the tilt picks the upper one
    above. The rounds rise monotonically to it, so that no lock ever binds.
    """
    histories = 512
    ensemble = Ensemble(crisis(crowd_of_equals(stakes, tilt)), 1, histories)
    share = ensemble.query("E(showdown.strength[a])").value / (MANY * (1 + tilt))

    def gap(p):
        return special.expit(stakes * (2 * (p + tilt) / (1 + tilt) - 1)) - p

    fixed = optimize.brentq(gap, 0.5 if tilt else 0.0, 1.0)
    expected = (fixed + tilt) / (1 + tilt)
    slope = 2 * stakes * fixed * (1 - fixed) / (1 + tilt)
    deviation = np.sqrt(fixed * (1 - fixed) / MANY) / abs(1 - slope)
    finite = 4.0 / MANY / abs(1 - slope)
    assert abs(share - expected) < bound() * deviation / np.sqrt(histories) + finite


def test_above_two_there_are_three_fixed_points():
    def gap(p, stakes):
        return special.expit(stakes * (2 * p - 1)) - p

    grid = np.linspace(0.0005, 0.9995, 4000)
    crossings = [np.sum(np.diff(np.sign(gap(grid, stakes))) != 0) for stakes in (1.9, 3.0)]
    assert crossings == [1, 3]


@pytest.mark.slow
def test_everyone_sworn_is_the_contest_success_function(crisis):
    text = NO_TIES.format(rule="weight", rho=1.7)
    text = text.replace("leans: {a: 0.5, b: -1}", "leans: {a: sworn}")
    text = text.replace("leans: {a: -0.3, b: 0.8}", "leans: {b: sworn}")
    text = text.replace("leans: {a: 1, b: -2}", "leans: {a: sworn}")
    text = text.replace("leans: {a: 0, b: 0.4}", "leans: {b: sworn}")
    ensemble = Ensemble(crisis(text), 100, 2048)
    mine, theirs = (2 + 1 + 3.0) ** 1.7, (1.5 + 3 + 1.0) ** 1.7
    expected = mine / (mine + theirs)
    found = ensemble.query("P(showdown = a)").value
    assert abs(found - expected) < bound() * np.sqrt(expected * (1 - expected) / (100 * 2048))
    assert ensemble.query("P(showdown.how = fighting)").value == 1.0
    assert ensemble.query("E(showdown.strength[a])").value == pytest.approx(6.0, rel=1e-6)


def test_a_removed_force_and_one_that_stands_aside_weigh_nothing(crisis):
    text = NO_TIES.format(rule="weight", rho=1.7).replace("{a: 0.5, b: -1}", "{a: sworn}")
    ensemble = Ensemble(crisis(text), 20, 512)
    for act in ("without guard", "guard aside", "guard aside secretly"):
        assert ensemble.query(f"P(guard.side = a | do({act}))").value == 0.0
    assert ensemble.query("P(guard.side = b | do(guard sides b))").value == 1.0
    assert ensemble.query("P(showdown = b | do(showdown = b))").value == 1.0
    assert ensemble.query("P(showdown.how = imposed | do(showdown = b))").value == 1.0
