"""The setter against closed forms, brute force, and what a secret does to an offer."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize, special, stats

from chance import bound
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.cabinet.setter import CommonKnowledge, find_best_offer

WORLDS, HISTORIES = 200, 1024
solve = jax.jit(find_best_offer)

ONE = """
conjuncture: 1
title: One claimant, one veto player
account: account.md
unknowns: {{mood: -1 to 1}}
forces:
  presidency: {{mass: 1}}
  unions: {{mass: 1}}
  command: {{troops: 1}}
  red: {{troops: 1}}
  blue: {{troops: 1}}
stages:
  cabinet:
    mechanism: cabinet
    formateur: presidency
    claimants: {{unions: {{reservation: {reservation}}}}}
    veto_players: {{command: {{tolerance: {tolerance}}}}}
    privacy: {privacy}
    benefit: {benefit}
    no_cabinet: {no_cabinet}
    failed: {failed}
    next: {{vetoed: clash}}
  clash:
    mechanism: showdown
    camps: {{a: {{core: red, resolve: 1}}, b: {{core: blue, resolve: 1}}}}
claims: {{}}
"""
PLAIN = {
    "reservation": 0.3,
    "tolerance": 0.2,
    "privacy": 0.4,
    "benefit": 0.4,
    "no_cabinet": 0.05,
    "failed": 0,
}


def scenario(**changed):
    return ONE.format(**(PLAIN | changed))


def accepts(share, reservation, privacy):
    return stats.norm.cdf((special.logit(share) - special.logit(reservation)) / privacy)


def bears(share, tolerance, privacy):
    return stats.norm.sf((special.logit(share) - special.logit(tolerance)) / privacy)


def best_single(reservation, tolerance, privacy, surplus):
    """Return the best offer to one claimant by a fine grid and Brent's method."""

    def lost(share):
        chance = accepts(share, reservation, privacy) * bears(share, tolerance, privacy)
        return -(surplus - share) * chance

    grid = np.linspace(0.001, 0.999, 999)
    start = grid[np.argmin(lost(grid))]
    bounds = (start - 0.001, start + 0.001)
    return optimize.minimize_scalar(lost, bounds=bounds, method="bounded").x


def near(found, expected, histories=WORLDS * HISTORIES):
    return abs(found - expected) < bound() * np.sqrt(expected * (1 - expected) / histories) + 1e-6


@pytest.fixture(scope="module")
def ensemble(crisis):
    return Ensemble(crisis(scenario()), WORLDS, HISTORIES)


def test_one_claimant_follows_the_closed_form(ensemble):
    """The probabilities are products of normal integrals at the optimum of scipy."""
    share = best_single(0.3, 0.2, 0.4, 1.4)
    accepted, borne = accepts(share, 0.3, 0.4), bears(share, 0.2, 0.4)
    assert ensemble.query("E(cabinet.offered[unions])").value == pytest.approx(share, abs=1e-3)
    assert ensemble.query("E(cabinet.chance)").value == pytest.approx(accepted * borne, rel=1e-4)
    worth = (1.4 - share) * accepted * borne
    assert ensemble.query("E(cabinet.worth)").value == pytest.approx(worth, rel=1e-5)
    # Of the offer the third decimal may differ, which the probabilities follow in the first order.
    share = ensemble.query("E(cabinet.offered[unions])").value
    accepted, borne = accepts(share, 0.3, 0.4), bears(share, 0.2, 0.4)
    assert near(ensemble.query("P(cabinet = formed)").value, accepted * borne)
    assert near(ensemble.query("P(cabinet = refused)").value, 1 - accepted)
    assert near(ensemble.query("P(cabinet = vetoed)").value, accepted * (1 - borne))
    posts = ensemble.query("E(cabinet.posts[unions])").value
    assert near(posts / share, accepted * borne)


def test_a_secret_changes_who_knows_and_not_who_is_there(ensemble):
    """Without the veto player the offer is better, unless nobody knows that it is gone."""
    wary, free = best_single(0.3, 0.2, 0.4, 1.4), best_single(0.3, 1 - 1e-9, 0.4, 1.4)
    for act in ("without command", "command aside"):
        assert near(
            ensemble.query(f"P(cabinet = formed | do({act}))").value, accepts(free, 0.3, 0.4)
        )
    secret = ensemble.query("P(cabinet = formed | do(command aside secretly))").value
    open_ = ensemble.query("P(cabinet = formed | do(command aside))").value
    offered = ensemble.query("E(cabinet.offered[unions] | do(command aside secretly))").value
    assert offered == pytest.approx(wary, abs=1e-3)
    assert near(secret, accepts(offered, 0.3, 0.4))
    assert secret < 0.3
    assert open_ > 0.85
    assert ensemble.query("P(cabinet = vetoed | do(command aside secretly))").value == 0.0


def test_whoever_is_not_there_is_not_asked_and_makes_no_offer(ensemble):
    for act in ("without unions", "unions aside", "without presidency", "presidency aside"):
        assert ensemble.query(f"P(cabinet = not_offered | do({act}))").value == 1.0
    assert ensemble.query("P(cabinet = refused | do(unions aside secretly))").value == 1.0
    assert ensemble.query("E(cabinet.posts[unions] | do(unions aside secretly))").value == 0.0
    imposed = ensemble.query("P(cabinet = formed | do(cabinet = formed))")
    assert imposed.value == 1.0


@pytest.mark.slow
def test_no_offer_is_made_that_is_worth_less_than_none(crisis):
    """Just below and just above the worth of the best offer."""
    share = best_single(0.3, 0.2, 0.4, 1.4)
    worth = (1.4 - share) * accepts(share, 0.3, 0.4) * bears(share, 0.2, 0.4)
    for no_cabinet, expected in ((worth * 0.999, 0.0), (worth * 1.001, 1.0)):
        ensemble = Ensemble(crisis(scenario(no_cabinet=no_cabinet)), 1, 512)
        assert ensemble.query("P(cabinet = not_offered)").value == expected
    assert ensemble.query("E(cabinet.total)").value == 0.0


def test_romer_and_rosenthal_offer_the_reservation_and_no_more(crisis):
    """Without privacy the setter offers what the claimant just accepts (Romer & Rosenthal 1978)."""
    ensemble = Ensemble(crisis(scenario(privacy=0, tolerance=0.9)), 4, 512)
    assert ensemble.query("E(cabinet.total)").value == pytest.approx(0.3, abs=2e-3)
    assert ensemble.query("P(cabinet = formed)").value > 0.99


def test_a_tolerance_below_every_reservation_never_lets_a_cabinet_form(crisis):
    ensemble = Ensemble(crisis(scenario(privacy=0.01, no_cabinet=0)), 4, 512)
    assert ensemble.query("P(cabinet = formed)").value == 0.0


def test_a_failure_that_costs_nothing_makes_every_attempt_worth_while(crisis):
    hopeless = {"reservation": 0.6, "tolerance": 0.2, "no_cabinet": 0.3}
    for failed, expected in ((0, 1.0), (0.3, 0.0)):
        ensemble = Ensemble(crisis(scenario(failed=failed, **hopeless)), 1, 512)
        assert ensemble.query("P(cabinet = not_offered)").value == expected


def worth_of(shares, medians, tolerances, privacy, surplus):
    """Return what an offer is worth, in double precision."""
    given = np.sum(shares)
    if given > 1:
        return 0.0
    odds = special.logit(np.clip(shares, 1e-9, 1 - 1e-9))
    accepted = np.prod(stats.norm.cdf((odds - medians) / privacy))
    strain = (special.logit(np.clip(given, 1e-9, 1 - 1e-9)) - tolerances) / privacy
    return (surplus - given) * accepted * np.prod(stats.norm.sf(strain))


@pytest.mark.parametrize("claimants", [2, 3])
@pytest.mark.parametrize("players", [0, 1, 2])
def test_the_best_offer_is_that_of_a_global_search(claimants, players):
    generator = np.random.default_rng(10 * claimants + players)
    for privacy in (0.1, 0.5, 1.5):
        medians = special.logit(generator.uniform(0.03, 0.8 / claimants, claimants))
        tolerances = special.logit(generator.uniform(0.2, 0.9, players))
        surplus = 1 + generator.uniform(0, 0.5)
        known = (medians, tolerances, privacy, surplus)
        found = solve(
            CommonKnowledge(
                jnp.float32(medians), jnp.ones(claimants, bool),
                jnp.float32(tolerances), jnp.ones(players, bool),
                jnp.float32(privacy), jnp.float32(surplus),
            )
        )  # fmt: skip
        searched = optimize.differential_evolution(
            lambda shares, known=known: -worth_of(shares, *known),
            [(1e-3, 0.999)] * claimants,
            rng=1,
            tol=1e-10,
            maxiter=500,
        )
        mine = worth_of(np.float64(found.shares), *known)
        assert float((surplus - found.total) * found.chance) == pytest.approx(
            mine, rel=1e-4, abs=1e-9
        )
        assert mine >= -searched.fun * (1 - 3e-4) - 1e-9


def test_no_more_than_all_posts_are_offered():
    """With much to gain the formateur would give more than there is: the sum stops at one."""
    found = solve(
        CommonKnowledge(
            jnp.full(2, special.logit(0.5)), jnp.ones(2, bool), jnp.zeros(0), jnp.zeros(0, bool),
            jnp.float32(0.4), jnp.float32(3.0),
        )
    )  # fmt: skip
    np.testing.assert_allclose(found.shares, [0.5, 0.5], atol=2e-3)


def test_an_asked_claimant_counts_as_if_the_others_were_not_there():
    """A claimant that is not asked changes nothing, whatever it would want."""
    medians = jnp.array([-1.0, 2.0])
    rest = (jnp.array([0.5]), jnp.ones(1, bool), jnp.float32(0.5), jnp.float32(1.3))
    pair = solve(CommonKnowledge(medians, jnp.array([True, False]), *rest))
    alone = solve(CommonKnowledge(medians[:1], jnp.ones(1, bool), *rest))
    assert float(pair.shares[1]) == 0.0
    assert float(pair.total) == pytest.approx(float(alone.total), abs=2e-3)


@pytest.mark.slow
def test_histories_side_by_side_are_solved_as_each_alone():
    """Numbers that effects have moved come with an axis of histories, others without."""
    generator = np.random.default_rng(3)
    medians = jnp.float32(special.logit(generator.uniform(0.05, 0.4, (2, 6))))
    tolerance = jnp.float32(special.logit(generator.uniform(0.2, 0.8, (1, 6))))
    yes, other = jnp.ones((2, 1), bool), (jnp.full(1, 0.5), jnp.full(1, 1.3))
    abreast = solve(CommonKnowledge(medians, yes, tolerance, yes[:1], *other))
    for lane in range(6):
        one = slice(lane, lane + 1)
        alone = solve(CommonKnowledge(medians[:, one], yes, tolerance[:, one], yes[:1], *other))
        np.testing.assert_allclose(abreast.shares[:, one], alone.shares, atol=1e-3)
        np.testing.assert_allclose(abreast.chance[one], alone.chance, rtol=1e-2)


AGAIN = """
conjuncture: 1
title: A refusal hardens
account: account.md
attributes: {claim: {domain: 0 to 1, meaning: the share it wants}}
forces:
  presidency: {mass: 1}
  unions: {mass: 1, claim: 0.3}
  party: {mass: 1, claim: 0.1}
stages:
  cabinet:
    mechanism: cabinet
    formateur: presidency
    claimants: {unions: {reservation: unions.claim}, party: {reservation: party.claim}}
    privacy: 0.4
    benefit: 0.4
    no_cabinet: 0.05
    visits: 2
    next: {refused: cabinet}
    effects: [{when: refused, shift: {unions.claim: 1}}]
claims: {}
"""


@pytest.mark.slow
def test_an_effect_on_a_reservation_moves_the_next_offer(crisis):
    ensemble = Ensemble(crisis(AGAIN), 2, 512)
    before = ensemble.query("E(cabinet[1].offered[unions])").value
    after = ensemble.query("E(cabinet[2].offered[unions] | reached(cabinet[2]))").value
    assert 0.3 < before < after
    assert ensemble.query("P(reached(cabinet[2]))").value == pytest.approx(
        ensemble.query("P(cabinet[1] = refused)").value
    )
