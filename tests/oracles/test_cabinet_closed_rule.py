"""The closed rule against published equilibria and against what an equilibrium is."""

from functools import partial
from itertools import product

import jax.numpy as jnp
import numpy as np
import pytest

from chance import bound
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.cabinet.closed_rule import solve_bargaining
from conjuncture.mechanisms.cabinet.inputs import VotingGame
from numpy_traces import by_numpy


def solved(game, discount, chances=None):
    """Return the value of each member, and the equilibrium."""
    count = len(game.weights)
    chances = [jnp.float32(one) for one in (chances or game.weights)]
    call = partial(solve_bargaining, game, [jnp.ones((), bool)] * count, chances)
    found = by_numpy(call, jnp.float32(discount))
    values = np.empty(count)
    for kind, places in enumerate(game.kinds):
        values[list(places)] = found.value[kind]
    return values, found


def equal(members, quota, **other):
    return game_of((1,) * members, quota, **other)


def game_of(weights, quota, vetoes=(), alike=True):
    count = len(weights)
    return VotingGame(
        tuple(weights),
        tuple(place in vetoes for place in range(count)),
        (alike,) * count,
        quota,
    )


@pytest.mark.parametrize(
    ("members", "discount", "partner", "proposer"),
    [(3, 1.0, 1 / 3, 2 / 3), (5, 0.8, 0.16, 0.68), (101, 1.0, 0.00990, 0.50495)],
)
def test_equal_members(members, discount, partner, proposer):
    """Baron & Ferejohn (1989): a proposer keeps 1 - delta (n - 1) / 2n and partners get delta/n."""
    values, found = solved(equal(members, members // 2 + 1), discount)
    np.testing.assert_allclose(values, 1 / members, rtol=1e-6)
    assert discount * values[0] == pytest.approx(partner, abs=5e-6)
    assert 1 - members // 2 * discount * values[0] == pytest.approx(proposer, abs=5e-6)
    assert float(found.residual) < 1e-6


def test_one_of_three_has_a_veto():
    """Winter (1996). Analytically, with v the veto player's value and w that of the others:

    v = (1 - d w) / 3 + 2 d v / 3 and w = (1 - d v) / 3 + d w / 6, which d = .9 solves as
    v = 11 / 15 and w = 2 / 15.
    """
    values, _ = solved(equal(3, 2, vetoes=(0,)), 0.9)
    np.testing.assert_allclose(values, [11 / 15, 2 / 15, 2 / 15], atol=1e-6)
    assert values[0] == pytest.approx((1 - 0.9 * values[1]) / 3 + 0.6 * values[0], abs=1e-6)
    assert values[1] == pytest.approx((1 - 0.9 * values[0]) / 3 + 0.15 * values[1], abs=1e-6)


def test_patience_gives_everything_to_the_veto():
    """Winter (1996): as members grow patient, those without a veto are left with nothing."""
    values, _ = solved(equal(3, 2, vetoes=(0,)), 1.0)
    assert values[0] > 0.99
    values, _ = solved(equal(5, 3, vetoes=(0, 1)), 1.0)
    assert values[:2].sum() > 0.99


def test_an_apex_game_pays_by_weight():
    """One member of weight 3, four of 1, quota 4. Where the proposer of weight 1 is indifferent,

    the large member costs as much as three small ones: 3/7 and 1/7, in proportion to the weights
    (Snyder, Ting & Ansolabehere 2005), whether recognition follows weight or is equal.
    """
    for chances in ((3, 1, 1, 1, 1), (1, 1, 1, 1, 1)):
        values, _ = solved(game_of((3, 1, 1, 1, 1), 4, alike=chances[0] == 3), 1.0, chances)
        np.testing.assert_allclose(values, np.array([3, 1, 1, 1, 1]) / 7, atol=2e-6)


def test_weights_that_make_no_difference_to_who_wins_make_none_to_the_rest():
    """[3; 2, 2, 1] is majority rule: with equal recognition all three are worth a third."""
    values, _ = solved(game_of((2, 2, 1), 3), 0.95, (1, 1, 1))
    np.testing.assert_allclose(values, 1 / 3, atol=1e-6)


def test_unanimity_gives_by_recognition():
    """With everyone needed and no impatience, v_i is the chance to propose."""
    values, _ = solved(game_of((5, 3, 2), 10), 0.9)
    np.testing.assert_allclose(values, [0.5, 0.3, 0.2], atol=1e-6)


def test_a_dictator_pays_nobody():
    values, _ = solved(game_of((5, 2, 2), 5), 0.9)
    assert values[0] == pytest.approx((5 / 9) / (1 - 0.9 * 4 / 9), abs=1e-6)


def winning(game, members):
    needed = all(place in members for place, veto in enumerate(game.vetoes) if veto)
    return needed and sum(game.weights[place] for place in members) >= game.quota


def test_no_proposer_can_do_better():
    """Games drawn at random: values sum to one, and satisfy the equation with cheapest partners.

    The cheapest coalition of every proposer is found anew among all subsets.
    """
    generator = np.random.default_rng(4)
    for members in (3, 4, 5, 6):
        for _ in range(3):
            weights = tuple(int(one) for one in generator.integers(1, 40, members))
            quota = int(generator.integers(sum(weights) // 2 + 1, sum(weights) + 1))
            vetoes = (int(generator.integers(members)),) if generator.uniform() < 0.4 else ()
            game = game_of(weights, quota, vetoes, alike=False)
            chances = tuple(float(one) for one in generator.uniform(0.1, 1, members))
            discount = float(generator.uniform(0.3, 1))
            values, found = solved(game, discount, chances)
            assert float(found.residual) < 1e-5, game
            assert values.sum() == pytest.approx(1.0, abs=2e-5)
            proposing = np.array(chances) / sum(chances)
            for place in range(members):
                others = [one for one in range(members) if one != place]
                least = min(
                    discount * sum(values[list(partners)])
                    for chosen in product((False, True), repeat=len(others))
                    if winning(
                        game,
                        {place, *(partners := [o for o, taken in zip(others, chosen, strict=True) if taken])},
                    )
                )  # fmt: skip
                asked = (values[place] - proposing[place] * (1 - least)) / max(
                    discount * values[place], 1e-12
                )
                if values[place] > 1e-3:
                    assert -1e-3 < asked < 1 - proposing[place] + 1e-3


CHAMBER = """
conjuncture: 1
title: A chamber
account: account.md
forces: {a: {mass: 1}, b: {mass: 1}, c: {mass: 1}, d: {mass: 1}, e: {mass: 1}}
stages:
  cabinet:
    mechanism: cabinet
    protocol: closed_rule
    claimants: {a: {weight: 1}, b: {weight: 1}, c: {weight: 1}, d: {weight: 1}, e: {weight: 1}}
    discount: 0.8
claims: {}
"""


@pytest.mark.slow
def test_histories_draw_proposer_and_partners_evenly(crisis):
    worlds, histories = 200, 1024
    ensemble = Ensemble(crisis(CHAMBER), worlds, histories)
    room = bound(10) / np.sqrt(worlds * histories)
    assert ensemble.query("P(cabinet = formed)").value == 1.0
    for member in "abcde":
        proposing = ensemble.query(f"P(cabinet.proposer = {member})").value
        assert abs(proposing - 0.2) < room * np.sqrt(0.16)
        asked = ensemble.query(f"P(cabinet.partner[{member}] = 1)").value
        assert abs(asked - 0.4) < room * np.sqrt(0.24)
        kept = ensemble.query(f"E(cabinet.posts[{member}] | cabinet.proposer = {member})").value
        assert kept == pytest.approx(0.68, abs=1e-5)
        got = ensemble.query(f"E(cabinet.posts[{member}] | cabinet.partner[{member}] = 1)").value
        assert got == pytest.approx(0.16, abs=1e-5)


def test_those_who_are_left_bargain_under_the_same_quota(crisis):
    ensemble = Ensemble(crisis(CHAMBER), 4, 512)
    two_gone = "without a, without b"
    assert ensemble.query(f"E(cabinet.expected[c] | do({two_gone}))").value == pytest.approx(
        1 / 3, abs=1e-5
    )
    assert (
        ensemble.query(f"P(cabinet.partner[c] = 1 | cabinet.proposer = d, do({two_gone}))").value
        == 1.0
    )
    three = f"{two_gone}, without c"
    assert ensemble.query(f"P(cabinet = not_offered | do({three}))").value == 1.0
    assert ensemble.query(f"P(cabinet.proposer = nobody | do({three}))").value == 1.0
    assert ensemble.query(f"E(cabinet.posts[d] | do({three}))").value == 0.0


def test_a_formateur_proposes_first(crisis):
    text = CHAMBER.replace("    discount: 0.8", "    discount: 0.8\n    formateur: b")
    ensemble = Ensemble(crisis(text), 4, 512)
    assert ensemble.query("E(cabinet.posts[b])").value == pytest.approx(0.68, abs=1e-5)
    assert ensemble.query("P(cabinet.proposer = b | do(without b))").value == 0.0


def test_chances_may_differ_between_histories_where_members_and_patience_do_not():
    """Each history has the equilibrium that it would have alone."""
    chances = [np.array([1.0, 3.0], np.float32), *np.ones((2, 1), np.float32)]
    game = game_of((1, 1, 1), 2, alike=False)
    together = solve_bargaining(
        game, [jnp.ones(1, bool)] * 3, [jnp.asarray(one) for one in chances], jnp.float32([0.9])
    )
    for history in range(2):
        alone, _ = solved(game, 0.9, [float(chances[0][history]), 1.0, 1.0])
        np.testing.assert_allclose(together.value[:, history], alone, atol=1e-5)


@pytest.mark.slow
def test_a_recognition_can_be_set_from_a_stage_on_that_recurs(crisis):
    text = """
        conjuncture: 1
        title: An assembly that meets twice
        account: account.md
        forces: {left: {}, centre: {}, right: {}}
        stages:
          assembly:
            mechanism: cabinet
            protocol: closed_rule
            claimants: {left: {weight: 1, recognition: 1}, centre: {weight: 1}, right: {weight: 1}}
            discount: 0.9
            visits: 2
            next: {formed: assembly}
        claims: {}
    """
    ensemble = Ensemble(crisis(text), 2)
    always, later = (
        ensemble.query(f"E(assembly[1].expected[left] | do(assembly.left.recognition = 3{at}))")
        for at in ("", " at assembly")
    )
    assert later.value == pytest.approx(always.value, abs=1e-5)
