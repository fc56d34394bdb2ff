"""The rising against published numbers and closed forms."""

import numpy as np
import pytest
from scipy import optimize, special, stats

from chance import bound
from conjuncture.ensemble import Ensemble

pytestmark = pytest.mark.usefixtures("without_compiler")

ONE_CROWD = """
conjuncture: 1
title: One crowd
account: account.md
unknowns: {{street_exchange: 0.1, decisiveness: {decisiveness}, fog: 0.4, refusal: 1, call_strength: 0.3}}
forces:
  people: {{mass: 40, organisation: 0.6}}
  party: {{mass: 1, organisation: {organisation}}}
  line: {{troops: 2, discipline: 1, cohesion: 0.8}}
stages:
  street:
    mechanism: rising
    crowds: {{people: {crowd}}}
    facing: {{line: {{goes_over: {goes_over}}}}}
    {more}
claims: {{}}
"""


def street(crisis, crowd, worlds=1, histories=512, **changes):
    """Return an ensemble with one crowd."""
    numbers = {"decisiveness": 1, "organisation": 0.5, "goes_over": -60, "more": "quiet_below: 0.1"}
    return Ensemble(crisis(ONE_CROWD.format(crowd=crowd, **(numbers | changes))), worlds, histories)


def listed(counts, people):
    """Return a crowd in which each person joins when so many others are out."""
    shares = ", ".join(repr(count / people) for count in counts)
    return f"{{thresholds: [{shares}], shock: 0}}"


GRANOVETTER = (
    (list(range(100)), 100),
    ([0, 2, *range(2, 100)], 1),
)
"""A hundred people with thresholds 0 to 99, and the one with 1 changed to 2 (Granovetter 1978)."""


@pytest.mark.parametrize(("counts", "rioters"), GRANOVETTER)
def test_one_threshold_in_a_hundred_decides_over_a_riot(crisis, counts, rioters):
    ensemble = street(crisis, listed(counts, 100))
    assert 100 * ensemble.query("E(street.turnout[people])").value == pytest.approx(rioters, 1e-6)
    assert ensemble.query("P(street = quiet)").value == (rioters == 1)


KURAN = (
    ([0, 20, 20, 30, 40, 50, 60, 70, 80, 100], 10),
    ([0, 10, 20, 30, 40, 50, 60, 70, 80, 100], 90),
    ([0, 20, 30, 30, 40, 50, 60, 70, 80, 100], 10),
    ([0, 10, 30, 30, 40, 50, 60, 70, 80, 100], 20),
)
"""Ten people by the share of opposition at which each joins, and the share that ends in opposition
(Kuran 1991): the same change of one person makes a bandwagon of the first society and next to
nothing of the other. The sequences are cited from memory and unverified; the ends follow from
counting."""


@pytest.mark.parametrize(("thresholds", "end"), KURAN)
def test_bandwagon_equilibria(crisis, thresholds, end):
    ensemble = street(crisis, listed(thresholds, 100))
    assert 100 * ensemble.query("E(street.turnout[people])").value == pytest.approx(end, 1e-6)


def first_crossing(spread, mean=0.25):
    """Return the least share x with Φ((x - mean) / spread) = x, in double precision."""
    grid = np.linspace(0, 1, 200_001)
    below = special.ndtr((grid - mean) / spread) - grid <= 0
    first = int(np.argmax(below))
    return optimize.brentq(
        lambda x: special.ndtr((x - mean) / spread) - x, grid[first - 1], grid[first], xtol=1e-14
    )


def critical_spread(mean=0.25):
    """Return the spread at which the lower equilibrium is gone: where the curves touch."""
    return optimize.brentq(lambda s: gap_at_touching(s, mean), 0.08, 0.2, xtol=1e-12)


def gap_at_touching(spread, mean):
    """Return Φ less the diagonal where Φ is as steep as it, below the mean."""
    depth = np.sqrt(-2 * np.log(spread * np.sqrt(2 * np.pi)))
    return special.ndtr(-depth) - (mean - spread * depth)


def test_the_critical_spread_is_the_published_one():
    """Granovetter (1978) finds it at about 12.2 for a mean of 25 in a hundred."""
    assert 100 * critical_spread() == pytest.approx(12.2221, abs=1e-4)
    assert 100 * first_crossing(0.122) == pytest.approx(5.48, abs=0.005)


@pytest.mark.parametrize("spread", [0.05, 0.10, 0.12, 0.122, 0.1222, 0.1223, 0.13, 0.2, 0.4])
def test_a_bell_curve_of_thresholds_jumps_at_the_critical_spread(crisis, spread):
    expected = first_crossing(spread)
    crowd = f"{{threshold: 0.25, spread: {spread}, shock: 0}}"
    found = street(crisis, crowd).query("E(street.turnout[people])").value
    slope = stats.norm.pdf((expected - 0.25) / spread) / spread
    rounding = 2.0**-24
    seen = 4 * rounding / np.sqrt(2 * np.pi) / spread
    assert abs(found - expected) < (seen + 4 * rounding + 2e-7) / (1 - slope)
    assert (found > 0.5) == (spread > critical_spread())


@pytest.mark.slow
@pytest.mark.parametrize(("decisiveness", "goes_over"), [(1.0, -60), (2.5, -60), (1.5, 0.4)])
def test_a_rising_is_carried_with_the_odds_of_the_contest(crisis, decisiveness, goes_over):
    worlds, histories = 200, 2048
    crowd = "{threshold: 0.2, spread: 0.3, shock: 0}"
    ensemble = street(
        crisis, crowd, worlds, histories, decisiveness=decisiveness, goes_over=goes_over
    )
    people = 40 * first_crossing(0.3, 0.2)
    firing = 2 * 0.8 * special.expit(1 - np.log1p(people / 10))
    strength = 0.1 * 0.6 * people

    def chance(force):
        return strength**decisiveness / (strength**decisiveness + force**decisiveness)

    joins = special.expit(goes_over)
    expected = joins * chance(1e-3) + (1 - joins) * chance(firing)
    found = ensemble.query("P(street = carried)").value
    deviation = np.sqrt(expected * (1 - expected) / (worlds * histories))
    assert abs(found - expected) < bound() * deviation + 1e-6
    facing = ensemble.query("P(street.stance[line] = joins)").value
    assert (
        abs(facing - joins) < bound() * np.sqrt(joins * (1 - joins) / (worlds * histories)) + 1e-9
    )
    against = ensemble.query("P(street = carried | do(line plays face))").value
    expected = chance(firing)
    deviation = np.sqrt(expected * (1 - expected) / (worlds * histories))
    assert abs(against - expected) < bound() * deviation + 1e-6


def test_a_party_too_weak_to_call_does_not_call(crisis):
    """The same crowd, the same bar: what differs is how far the party acts as one."""
    crowd = "{threshold: 0.4, spread: 0.12, shock: 0}"
    more = "caller: party\n    bar: 0.3"
    outcomes = {}
    for organisation in (0.05, 0.95):
        ensemble = street(crisis, crowd, organisation=organisation, more=more, decisiveness=2)
        voice = 0.3 * organisation
        after = first_crossing(0.12, 0.4 - voice)
        firing = 1.6 * special.expit(1 - np.log1p(4 * after))
        odds = 2 * np.log(max(0.06 * 40 * after, 1e-3) / firing)
        reach = (special.logit(0.3) - odds) / (0.4 * np.sqrt(2) * (1 - organisation))
        called = ensemble.query("P(street.called = yes)").value
        assert abs(called - stats.norm.sf(reach)) < bound() * 0.5 / np.sqrt(512)
        outcomes[organisation] = ensemble.query("P(street = quiet)").value
        imposed = ensemble.query("P(street = carried | do(party plays call))").value
        assert abs(imposed - special.expit(odds)) < bound() * 0.5 / np.sqrt(512)
    assert outcomes == {0.05: 1.0, 0.95: 0.0}


def test_who_is_absent_or_stands_aside_neither_comes_out_nor_faces(crisis):
    crowd = "{threshold: 0.1, spread: 0.2, shock: 0}"
    ensemble = street(crisis, crowd, more="caller: party")
    assert ensemble.query("E(street.turnout[people] | do(without people))").value == 0.0
    assert ensemble.query("E(street.street | do(without people))").value == 0.0
    assert ensemble.query("P(street.stance[line] = aside | do(without line))").value == 1.0
    assert ensemble.query("E(street.force | do(without line))").value == pytest.approx(1e-3)
    assert (
        ensemble.query("P(street.called = yes | do(without party, party plays call))").value == 0.0
    )
    assert ensemble.query("P(street.called = yes | do(party plays wait))").value == 0.0
