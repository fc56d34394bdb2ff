"""Unity, late entry and signals in doubt against closed forms."""

import numpy as np
import pytest
from scipy import optimize, special

from chance import bound
from conjuncture.ensemble import Ensemble
from conjuncture.errors import QueryError

MANY = 300


def crowd_of_equals(wish, tilt):
    """Return many equal forces that wish to stay whole; the core adds ``tilt`` of their troops."""
    names = [f"f{index}" for index in range(MANY)]
    forces = "".join(
        f"  {name}: {{troops: 1, stakes: 0, leans: {{a: 30, b: 30}}}}\n" for name in names
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
groups: {{army: [red, blue, {", ".join(names)}]}}
stages:
  showdown:
    mechanism: showdown
    camps: {{a: {{core: red, resolve: 1}}, b: {{core: blue, resolve: 1}}}}
    unity: {{army: {wish}}}
claims: {{}}
"""


@pytest.mark.parametrize(("wish", "tilt"), [(1.5, 0.2), (4.0, 0.1)])
def test_an_army_that_wishes_to_stay_whole_settles_on_the_fixed_point(crisis, wish, tilt):
    """p = sigma(J (2 s - 1)), s the share of the troops in camp a (Brock & Durlauf 2001)."""
    histories = 512
    ensemble = Ensemble(crisis(crowd_of_equals(wish, tilt)), 1, histories)
    share = ensemble.query("E(showdown.strength[a])").value / (MANY * (1 + tilt))

    def gap(p):
        return special.expit(wish * (2 * (p + tilt) / (1 + tilt) - 1)) - p

    fixed = optimize.brentq(gap, 0.5, 1.0)
    expected = (fixed + tilt) / (1 + tilt)
    slope = 2 * wish * fixed * (1 - fixed) / (1 + tilt)
    deviation = np.sqrt(fixed * (1 - fixed) / MANY) / abs(1 - slope)
    finite = 4.0 / MANY / abs(1 - slope)
    assert abs(share - expected) < bound() * deviation / np.sqrt(histories) + finite


SMALL = """
conjuncture: 1
title: Officers and men
account: account.md
unknowns: {{decisiveness: 1, fog: 0, public_share: 0.5, first_showing: 0.6, street_exchange: 0.1, refusal: 1}}
forces:
  red: {{troops: 2, stakes: 0}}
  blue: {{troops: 1, stakes: 0}}
  reserve: {{troops: 2, stakes: 0, leans: {{a: 0.4, b: -0.5}}}}
  men: {{troops: 1.5, stakes: 0, leans: {{a: -0.2, b: 0.3}}, ties: {{reserve: {command}}}}}
groups: {{army: [red, blue, reserve, men], rest: [reserve, men]}}
stages:
  showdown:
    mechanism: showdown
    camps: {{a: {{core: red, resolve: 1}}, b: {{core: blue, resolve: 1}}}}
{more}
claims: {{}}
"""
SIDES = ("aside", "a", "b")
RESERVE, MEN = np.array([0, 0.4, -0.5]), np.array([0, -0.2, 0.3])
HISTORIES = 100 * 2048


def ensemble_of(crisis, command=0.0, more=""):
    return Ensemble(crisis(SMALL.format(command=command, more=more)), 100, 2048)


def assert_close(found, expected):
    assert abs(found - expected) < bound() * np.sqrt(expected * (1 - expected) / HISTORIES)


@pytest.mark.slow
def test_men_who_wait_for_their_officers_choose_by_logit_given_them(crisis):
    """The officers are pulled by nobody; from round 2 on the men see what they did."""
    command = 1.3
    ensemble = ensemble_of(crisis, command, "    enters: {men: 2}")
    for leader, chance in enumerate(special.softmax(RESERVE)):
        pull = command * (np.arange(3) == leader) * (leader > 0)
        for follower, given in enumerate(special.softmax(MEN + pull)):
            event = f"reserve.side = {SIDES[leader]} and men.side = {SIDES[follower]}"
            assert_close(ensemble.query(f"P({event})").value, chance * given)


@pytest.mark.slow
def test_a_force_alone_among_fixed_ones_is_drawn_by_their_shares_of_troops(crisis):
    wish = 1.7
    ensemble = ensemble_of(crisis, more=f"    unity: {{army: {wish}}}")
    for act, shares in (
        ("reserve aside", [2 / 5, 2 / 5, 1 / 5]),
        ("reserve sides b", [0, 2 / 5, 3 / 5]),
        ("without reserve", [0, 2 / 3, 1 / 3]),
    ):
        chances = special.softmax(MEN + wish * np.array(shares))
        for side, chance in zip(SIDES, chances, strict=True):
            assert_close(ensemble.query(f"P(men.side = {side} | do({act}))").value, chance)


@pytest.mark.slow
def test_with_nobody_else_present_there_is_nothing_to_keep_whole(crisis):
    ensemble = ensemble_of(crisis, more="    unity: {rest: 3}")
    for side, chance in zip(SIDES, special.softmax(MEN), strict=True):
        assert_close(ensemble.query(f"P(men.side = {side} | do(without reserve))").value, chance)


@pytest.mark.slow
def test_who_is_pulled_by_nobody_chooses_alike_whenever_it_enters(crisis):
    early, late = ensemble_of(crisis), ensemble_of(crisis, more="    enters: {rest: 6}")
    for side in SIDES:
        event = f"P(men.side = {side})"
        assert early.query(event).value == late.query(event).value
    assert late.query("P(showdown.rounds >= 6)").value == 1.0


@pytest.mark.slow
def test_a_signal_in_doubt_is_a_mixture_of_one_sent_and_one_withheld(crisis):
    chance, reach = 0.3, 1.5
    signal = f"    signals: {{word: {{camp: b, chance: {chance}, reach: {{men: {reach}}}}}}}"
    ensemble = ensemble_of(crisis, more=signal)
    silent = special.softmax(MEN)
    spoken = special.softmax(MEN + np.array([0, 0, reach]))
    assert_close(ensemble.query("P(showdown.heard[word] = 1)").value, chance)
    for place, side in enumerate(SIDES):
        event = f"P(men.side = {side}"
        expected = chance * spoken[place] + (1 - chance) * silent[place]
        assert_close(ensemble.query(f"{event})").value, expected)
        sure = ensemble.query(f"{event} | do(showdown.word.chance = 1))").value
        never = ensemble.query(f"{event} | do(showdown.word.chance = 0))").value
        assert_close(sure, spoken[place])
        assert_close(never, silent[place])


@pytest.mark.slow
def test_who_takes_no_part_is_as_absent(crisis):
    everyone = ensemble_of(crisis, 1.3, "    unity: {army: 1}")
    few = ensemble_of(crisis, 1.3, "    unity: {army: 1}\n    among: [men]")
    with pytest.raises(QueryError, match=r"there is no showdown\.side of 'reserve'"):
        few.query("P(reserve.side = aside)")
    for side in SIDES:
        without = everyone.query(f"P(men.side = {side} | do(without reserve))").value
        assert few.query(f"P(men.side = {side})").value == without
