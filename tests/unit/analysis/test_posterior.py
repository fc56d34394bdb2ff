"""Worlds given what happened: found, told, exported, and used where plain weights collapse."""

from dataclasses import replace

import numpy as np
import pytest

from chance import bound
from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.conditioning.worlds_given import (
    has_collapsed,
    numbers_behind,
    sites_in,
    worlds_given,
)
from conjuncture.engine.likelihood_weighting import likelihood_of
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble
from conjuncture.errors import UsageError
from crises import SWORN

UNLIKELY = (
    SWORN.replace("red: {kind: army, troops: 1 to 4}", "red: {kind: army, troops: 1 to 60}")
    .replace("blue: {kind: army, troops: 1 to 4}", "blue: {kind: army, troops: 0.05 to 5}")
    .replace("decisiveness: 1.5", "decisiveness: 4")
    .replace("observed: {showdown: a, second: b}", "observed: {showdown: b}")
    .replace(
        "claims: {}",
        """claims:
  likely:
    says: The second camp was likely to win.
    test: P(showdown = b) > 0.5
  alone:
    says: It would have been so without its allies.
    test: P(showdown = b | do(blues.troops = 0)) > 0.5
""",
    )
)
"""The weaker camp won, which few worlds make probable."""

RECURRING = """
conjuncture: 1
title: Twice over
account: account.md
unknowns: {decisiveness: 1.5}
forces:
  red: {kind: army, troops: 1 to 4}
  blue: {kind: army, troops: 1 to 4}
stages:
  contest:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
    visits: 2
    next: {a: contest}
observed: {contest: b}
claims: {}
"""


LEARNING = """
conjuncture: 1
title: Much was learnt of the troops, and of much else nothing
account: account.md
unknowns: {decisiveness: 2 to 4, fog: 0.2 to 0.6, refusal: 0.2 to 2}
forces:
  red: {kind: army, troops: 1 to 60, discipline: 0 to 3, leans: {a: -1 to 1}, stakes: 1 to 3}
  blue: {kind: army, troops: 0.05 to 5, ties: {line: 0 to 1}}
  line: {kind: army, troops: 1 to 3, leans: {a: warm, b: -1 to 1}}
  oath: {kind: army, troops: 1, leans: {a: sworn, b: -1 to 1}, stakes: 1 to 3}
backers:
  friends: {camp: a, reach: {red: 0.2 to 0.8, line: 0.2 to 0.8}}
stages:
  showdown:
    mechanism: showdown
    strength: weight
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
observed: {showdown: b}
claims: {}
"""


class Stopped(SilentProgress):
    """Wants no more histories."""

    is_stopped = True


@pytest.fixture(scope="module")
def unlikely(crisis):
    return Ensemble(crisis(UNLIKELY), 100)


@pytest.fixture(scope="module")
def posterior(unlikely):
    return unlikely.posterior()


def test_only_what_can_bear_on_the_evidence_is_moved(unlikely, posterior):
    assert {"red.troops", "blue.troops", "reds.troops"} <= set(posterior.unknowns)
    assert "decisiveness" not in posterior.unknowns
    assert numbers_behind(unlikely.worlds, ["showdown"]) <= numbers_behind(
        unlikely.worlds, ["second"]
    )
    assert posterior.values.shape == (100, len(posterior.unknowns))
    assert posterior.weights.sum() == pytest.approx(1.0)


def test_what_nothing_reads_or_uses_is_no_unknown(crisis):
    """Two rules, of which no world has the one; cores have no choice, nor has who is sworn."""
    ensemble = Ensemble(crisis(LEARNING), 40)
    found = ensemble.posterior()
    behind = numbers_behind(ensemble.worlds, ["showdown"])
    assert {"red.troops", "line.leans.b", "friends.reach.line", "fog"} <= behind
    assert behind.isdisjoint(
        {"refusal", "red.discipline", "red.leans.a", "red.stakes", "blue.ties.line",
         "friends.reach.red"}
    )  # fmt: skip
    # That a sworn force has no choice shows only in the worlds.
    assert {"oath.leans.b", "oath.stakes"} <= behind
    assert {"oath.leans.b", "oath.stakes", "oath.breakeven"}.isdisjoint(found.unknowns)
    assert {"red.troops", "blue.troops", "line.leans.b"} <= set(found.unknowns)


@pytest.mark.slow
def test_two_seeds_name_the_same_unknowns(crisis):
    named = [
        {
            one.key
            for one in Ensemble(crisis(LEARNING), 100, seed=seed).posterior().shifts_beyond_chance()
        }
        for seed in (1, 2)
    ]
    assert {"red.troops", "blue.troops"} <= named[0] & named[1]
    assert len(named[0] ^ named[1]) <= 1


def test_worlds_given_hold_the_particles_and_are_found_again(unlikely, posterior):
    for place, key in enumerate(posterior.unknowns):
        np.testing.assert_array_equal(posterior.worlds.table[key], posterior.values[:, place])
    again = worlds_given(unlikely.worlds, 1, SilentProgress())
    np.testing.assert_array_equal(again.values, posterior.values)
    numbers = [key for key in unlikely.crisis.numbers if sites_in(unlikely.worlds, key)]
    order = [site for key in numbers for site in sites_in(unlikely.worlds, key)]
    assert list(posterior.worlds.placed) == [one for one in order if one in posterior.worlds.placed]


def test_what_happened_is_likelier_in_the_worlds_given(unlikely, posterior):
    """Histories that nothing was chosen by: their mean is E(L^2) / E(L) of the prior."""
    fresh = posterior.to_simulator(unlikely.simulator)
    found = likelihood_of(fresh.worlds, 1, SilentProgress()).weights
    many = Worlds(unlikely.crisis, 7, 200_000).table
    red = (many["red.troops"] + many["reds.troops"]) ** 4
    exact = (blue := (many["blue.troops"] + many["blues.troops"]) ** 4) / (red + blue)
    mean = (exact**2).mean() / exact.mean()
    assert abs(found.mean() - mean) < bound() * found.std() / np.sqrt(posterior.effective_worlds)


def test_shifts_come_in_order_and_say_which_are_more_than_chance(posterior):
    shifts = posterior.shifts()
    assert {one.key for one in shifts[:2]} == {"red.troops", "blue.troops"}
    assert [abs(one.shift) for one in shifts] == sorted(
        (abs(one.shift) for one in shifts), reverse=True
    )
    assert shifts[0].is_beyond_chance
    assert [one.key for one in posterior.shifts_beyond_chance()] == [
        one.key for one in shifts if one.adjusted <= 0.01
    ]
    assert sum(one.is_beyond_chance for one in shifts) < 6
    assert shifts[0].unit == " battalion equivalents"


def test_sentences_state_probability_worlds_and_what_moved(posterior):
    told = " ".join(posterior.sentences())
    assert "What happened (showdown = b) has a probability of" in told
    assert "100 worlds that could have produced it, worth" in told
    assert "troops of blue" in told
    assert "Warning" not in told
    few = replace(posterior, effective_worlds=60.0)
    assert "Warning: worth fewer than 100 worlds" in few.sentences()[-1]


def test_a_claim_is_rerun_in_the_worlds_given_where_weights_collapse(unlikely, posterior):
    assert has_collapsed(unlikely.likelihood())
    tests = unlikely.test(rerun=True)
    assert tests.posterior is posterior
    likely = tests["likely"]
    assert likely.rerun.answer.effective_worlds == posterior.effective_worlds
    assert likely.rerun.answer.value > 3 * likely.prior.answer.value
    assert likely.rerun.answer.worlds == 100
    low, high = likely.rerun.verdict.interval
    assert low < likely.rerun.verdict.share < high
    plain = Ensemble(unlikely.crisis, 100).test(["likely"])
    assert plain.posterior is None
    assert plain["likely"].rerun is None


def test_prior_readings_do_not_hang_on_a_rerun(unlikely):
    with_rerun, without = unlikely.test(rerun=True), unlikely.test()
    for one, two in zip(with_rerun, without, strict=True):
        assert one.prior.answer == two.prior.answer
        assert one.prior.verdict == two.prior.verdict


def test_arviz_reads_prior_and_posterior(posterior, tmp_path):
    import xarray

    tree = posterior.to_arviz()
    assert set(tree.children) == {"posterior", "prior", "sample_stats", "observed_data"}
    assert tree["posterior"].sizes == {"chain": 1, "draw": 100}
    np.testing.assert_array_equal(
        tree["posterior"]["red.troops"][0],
        posterior.values[:, posterior.unknowns.index("red.troops")],
    )
    assert tree["posterior"]["red.troops"].attrs["units"] == "battalion equivalents"
    assert tree["posterior"].attrs["effective_worlds"] == posterior.effective_worlds
    path = tmp_path / "posterior.nc"
    tree.to_netcdf(path, engine="h5netcdf")
    with xarray.open_datatree(path, engine="h5netcdf") as kept:
        assert str(kept["observed_data"]["showdown"].values) == "b"
        assert kept["prior"].sizes["draw"] == len(posterior.prior)


def test_a_posterior_of_numbers_alone_tells_and_asks_nothing(unlikely):
    generator = np.random.default_rng(1)
    found = Posterior(
        what="quarrel = a",
        unknowns=("mood",),
        labels=("mood",),
        prior=generator.standard_normal((500, 1)),
        values=generator.standard_normal((400, 1)),
        weights=np.full(400, 1 / 400),
        temperatures=(1.0,),
        effective_worlds=400.0,
        log_evidence=-1.0,
        log_evidence_error=0.1,
        acceptance=(0.5,),
    )
    assert "It moved none of 1 unknowns" in found.sentences()[-1]
    assert found.shifts_beyond_chance() == []
    assert not found.has_few_worlds
    with pytest.raises(UsageError, match="no worlds to ask"):
        found.to_simulator(unlikely.simulator)


def test_nothing_observed_impossible_or_stopped(crisis, unlikely):
    nothing = Worlds(crisis(UNLIKELY.replace("observed: {showdown: b}", "observed: {}")), 1, 4)
    with pytest.raises(UsageError, match="nothing to condition on"):
        worlds_given(nothing, 1, SilentProgress())
    with pytest.raises(UsageError, match="any of 512 histories in any of 3 worlds"):
        worlds_given(
            Worlds(unlikely.crisis, 1, 3), 1, SilentProgress(), {"showdown": "b", "second": "a"}
        )
    assert worlds_given(unlikely.worlds, 1, Stopped()) is None


@pytest.mark.slow
def test_of_a_stage_that_recurs_the_last_ending_is_the_evidence(crisis):
    """The first camp may win once; the evidence is that the second won in the end."""
    twice = Worlds(crisis(RECURRING), 1, 5)
    found = likelihood_of(twice, 8, SilentProgress())
    red, blue = (twice.table[f"{force}.troops"] ** 1.5 for force in ("red", "blue"))
    lost = blue / (red + blue)
    exact = lost + (1.0 - lost) * lost
    room = bound(5) * np.sqrt(exact * (1.0 - exact) / (8 * 512))
    np.testing.assert_array_less(np.abs(found.weights - exact), room)


def test_a_choice_between_rules_is_told_as_shares_of_worlds():
    """The first of two rules, as likely as the other before, is so in nine worlds of ten after."""
    found = Posterior(
        what="quarrel = a",
        unknowns=("quarrel.strength",),
        labels=("strength in 'quarrel'",),
        prior=np.repeat([0.0, 1.0], 500)[:, None],
        values=np.repeat([0.0, 1.0], [360, 40])[:, None],
        weights=np.full(400, 1 / 400),
        temperatures=(1.0,),
        effective_worlds=400.0,
        log_evidence=-1.0,
        log_evidence_error=0.1,
        acceptance=(0.5,),
        rules={"quarrel.strength": {0: "weight", 1: "refusal"}},
    )
    (moved,) = found.shifts()
    assert moved.label == "strength in 'quarrel': weight"
    assert (moved.prior[1], moved.posterior[1]) == (0.5, pytest.approx(0.9))
    assert moved.shift == pytest.approx(0.8)
    attrs = found.to_arviz()["posterior"]["quarrel.strength"].attrs
    assert attrs["flag_meanings"] == "weight refusal"
