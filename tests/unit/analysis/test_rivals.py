"""Two accounts on the same evidence: closed forms, errors that cover, and sentences for mistakes."""

from __future__ import annotations

from math import inf, isnan, log10

import numpy as np
import pytest

from chance import bound
from conjuncture.analysis.rivalry.bayes_factor import hold_against
from conjuncture.analysis.rivalry.rivals import (
    bootstrap_interval,
    error_of_ratio,
    log_ratio,
    rule_of_three,
    weight_in_words,
)
from conjuncture.analysis.rivalry.shared_evidence import MOST_CODINGS, evidence_for
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.likelihood_weighting import likelihood_of
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble
from conjuncture.errors import UsageError
from crises import SWORN

WORLDS = 120
BOTH = "showdown = a, second = b"
STRONGER = SWORN.replace("reds: {kind: army, troops: 0.5 to 2", "reds: {kind: army, troops: 3 to 8")
TURNED = SWORN.replace("next: {a: second}", "next: {b: second}").replace(
    "{showdown: a, second: b}", "{}"
)
"""An account in which the second contest follows the first camp's defeat."""


@pytest.fixture(scope="module")
def accounts(crisis):
    return crisis(SWORN), crisis(STRONGER)


@pytest.fixture(scope="module")
def turned(crisis):
    return crisis(TURNED)


def simulators(first, second, count=WORLDS, seed=5):
    return tuple(Simulator(Worlds(one, seed, count), 1) for one in (first, second))


def held(first, second, evidence=None, coding=(), odds=None):
    return hold_against(
        simulators(first, second), evidence_for(first, second, evidence, coding), odds
    )


def chance_of_a(worlds):
    """Return the chance that the first camp wins a contest, in each world."""
    value = worlds.table
    red = (value["red.troops"] + value["reds.troops"]) ** 1.5
    blue = (value["blue.troops"] + value["blues.troops"]) ** 1.5
    return red / (red + blue)


def test_the_weight_is_that_of_the_contest_success_function(accounts):
    found = held(*accounts)
    exact = []
    for one in simulators(*accounts):
        chance = chance_of_a(one.worlds)
        exact.append((chance * (1 - chance)).mean())
    assert found.weight == pytest.approx(log10(exact[0] / exact[1]), abs=1e-5)
    assert found.decibels == pytest.approx(10 * found.weight)
    assert found.evidence == "showdown = a, second = b"
    assert found.interval[0] < found.weight < found.interval[1]


def test_the_error_is_that_of_the_draw_of_worlds(accounts):
    found = held(*accounts)
    many = [chance_of_a(Worlds(one, 77, 100_000)) for one in accounts]
    truth = log_ratio(*(chance * (1 - chance) for chance in many))
    assert abs(found.weight - truth) < bound() * found.error
    assert found.error < 0.05


def test_evidence_builds_up_event_by_event(accounts):
    found = held(*accounts)
    chances = [chance_of_a(one.worlds) for one in simulators(*accounts)]
    first, second = found.steps
    assert first.says == "showdown = a"
    assert first.chances == pytest.approx([one.mean() for one in chances], abs=1e-5)
    again = [(one * (1 - one)).mean() / one.mean() for one in chances]
    assert second.chances == pytest.approx(again, abs=1e-5)
    assert first.weight + second.weight == pytest.approx(found.weight, abs=1e-9)
    assert second.total == pytest.approx(found.weight)
    assert second.total_error == pytest.approx(found.error)
    assert first.total_error == pytest.approx(first.error)


def test_evidence_of_a_stage_that_is_not_reached_is_missed(accounts):
    """With the first contest free, the second is lost with chance p (1 - p), not 1 - p."""
    worlds = Worlds(accounts[0], 5, 40)
    chance = chance_of_a(worlds)
    found = likelihood_of(worlds, 2, SilentProgress(), {"second": "b"})
    exact = chance * (1 - chance)
    noise = np.sqrt((exact * (1 - chance) - exact**2) / 1024)
    assert np.sqrt(np.mean(((found.weights - exact) / noise) ** 2)) < 1 + bound() / np.sqrt(2 * 40)


def test_an_uncertain_coding_is_the_mean_over_codings(accounts):
    found = held(*accounts, "showdown = a", ["second = b: 0.8, a: 0.2"])
    exact = []
    for one in simulators(*accounts):
        chance = chance_of_a(one.worlds)
        exact.append((chance * (0.8 * (1 - chance) + 0.2 * chance)).mean())
    assert found.weight == pytest.approx(log10(exact[0] / exact[1]), abs=1e-5)
    assert [coding.probability for coding in found.codings] == [0.8, 0.2]
    assert found.codings[0].label == "showdown = a, second = b"
    assert found.codings[0].weight == pytest.approx(held(*accounts).weight)
    assert found.steps[1].says == "second = b: 0.8, a: 0.2"


def test_an_account_does_as_well_as_itself(accounts):
    found = held(accounts[0], accounts[0])
    assert (found.weight, found.error) == (0.0, 0.0)
    assert "0.0" in found.sentences()[0]


def test_an_account_that_cannot_have_the_evidence_gets_a_bound(accounts, turned):
    found = held(accounts[0], turned, BOTH)
    assert found.accounts[1].log_likelihood == -inf
    assert found.accounts[1].most == rule_of_three(WORLDS) == 3 / WORLDS
    assert found.bounded == "at least"
    assert found.weight == pytest.approx(
        found.accounts[0].log_likelihood / np.log(10) - log10(3 / WORLDS)
    )
    assert isnan(found.error)
    told = found.sentences()[0]
    assert "comes as far as 'second = b'" in told
    assert "at least" in told
    other_way = held(turned, accounts[0], BOTH, odds=4.0)
    assert other_way.bounded == "at most"
    assert other_way.weight == pytest.approx(-found.weight)
    assert any("become at most" in line for line in other_way.sentences())


@pytest.mark.slow
def test_accounts_that_both_cannot_have_it_leave_nothing_to_weigh(turned):
    found = held(turned, turned, BOTH)
    assert isnan(found.weight)
    assert found.posterior_odds is None
    assert "nothing to weigh" in found.sentences()[0]


def test_prior_odds_are_multiplied(accounts):
    found = held(*accounts, odds=2.0)
    assert found.posterior_odds == pytest.approx(2 * 10**found.weight)
    assert any(line.startswith("Odds of 2 for") for line in found.sentences())
    with pytest.raises(UsageError, match="odds must be a number above 0"):
        held(*accounts, odds=0.0)


def test_the_interval_covers_nine_tenths():
    """Of 500 draws of 150 worlds that two accounts share, nine in ten intervals hold the truth."""
    repetitions, count = 500, 150
    generator = np.random.default_rng(3)
    shared = generator.normal(size=(repetitions, count))
    own = generator.normal(size=(2, repetitions, count))
    first, second = np.exp(-3 + 0.6 * (shared + own)), np.exp(-2 + 0.5 * (shared - own))
    truth = (-3 + 0.36 - (-2 + 0.25)) / np.log(10)
    covered = errors = 0
    for place in range(repetitions):
        pair = first[0, place], second[1, place]
        low, high = bootstrap_interval(*pair, resamples=400)
        covered += low <= truth <= high
        errors += abs(log_ratio(*pair) - truth) <= 1.6449 * error_of_ratio(*pair)
    assert 0.86 <= covered / repetitions <= 0.94
    assert 0.86 <= errors / repetitions <= 0.94


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.0, "not worth more than a bare mention"),
        (1 / 10, "positive"),
        (100.0, "strong"),
        (200.0, "very strong"),
    ],
)
def test_words(ratio, words):
    assert weight_in_words(log10(ratio)) == words


RECURRING = SWORN.replace("next: {a: second}", "visits: 2\n    next: {a: second, b: showdown}")
OTHER = SWORN.replace("second: b}", "second: a}")
ONE_STAGE = SWORN.replace("observed: {showdown: a, second: b}", "observed: {}")


@pytest.mark.parametrize(
    ("second", "evidence", "coding", "told"),
    [
        (SWORN, "showdwn = a", (), "there is no stage 'showdwn' in .* did you mean 'showdown'"),
        (SWORN, "showdown = c", (), "there is no outcome 'c' of 'showdown' in .* write one of: a"),
        (SWORN, "showdown", (), "'showdown' is no outcome of a stage; write the evidence as"),
        (SWORN, "showdown = a, showdown = b", (), "names 'showdown' twice"),
        (SWORN, "showdown = a: 0.5", (), "in doubt with --coding"),
        (SWORN, None, ["showdown = a: 0.5"], "add up to 0.5, not to 1"),
        (SWORN, None, ["showdown = a: 1.5, b: -0.5"], "gives 'a' the probability 1.5"),
        (SWORN, None, ["showdown a"], "is no coding of what happened; write it as"),
        (SWORN, None, ["showdown = a: often"], "is no coding of what happened"),
        (SWORN, None, ["showdown = a: nan, b: 1"], "is no coding of what happened"),
        (SWORN, None, ["showdown = a: 0.5, a: 0.5"], "names 'a' twice"),
        (SWORN, None, ["showdown = a: 1", "showdown = b: 1"], "two codings are of 'showdown'"),
        (OTHER, None, (), "'second' ended in 'b' for .* and in 'a' for .* --coding"),
        (ONE_STAGE, None, (), 'nothing was observed of a stage in both .* --evidence "showdown'),
    ],
)  # fmt: skip
def test_what_is_no_evidence_is_refused_in_a_sentence(
    crisis, accounts, second, evidence, coding, told
):
    with pytest.raises(UsageError, match=told):
        evidence_for(accounts[0], crisis(second), evidence, coding)


@pytest.mark.slow
def test_of_a_stage_that_recurs_the_last_ending_is_the_evidence(accounts, crisis):
    twice = crisis(RECURRING)
    seen = evidence_for(accounts[0], twice, "showdown = a")
    simulators = tuple(Simulator(Worlds(one, 3, 20), 2) for one in (accounts[0], twice))
    found = hold_against(simulators, seen)
    usual = Ensemble(twice, 20, 1024, 3).query("P(showdown = a)").value
    assert found.accounts[1].log_likelihood == pytest.approx(np.log(usual), abs=1e-6)
    assert found.weight < 0


def test_a_stage_of_one_account_alone_is_refused_or_left_out(crisis, accounts):
    alone = crisis(
        SWORN.replace("next: {a: second}", "").split("  second:")[0]
        + "observed: {showdown: a}\nclaims: {}\n"
    )
    with pytest.raises(UsageError, match='has one; leave it out: --evidence "showdown = a"'):
        evidence_for(accounts[0], alone, "showdown = a, second = b")
    assert evidence_for(accounts[0], alone).left_out == ("second",)


def test_too_many_codings_are_refused(accounts, monkeypatch):
    monkeypatch.setattr("conjuncture.analysis.rivalry.shared_evidence.MOST_CODINGS", 3)
    with pytest.raises(UsageError, match="make 4 readings of the evidence, and at most 3"):
        evidence_for(*accounts, None, ["showdown = a: 0.5, b: 0.5", "second = a: 0.5, b: 0.5"])
    assert MOST_CODINGS > 3


def test_evidence_as_mappings(accounts):
    found = evidence_for(*accounts, {"showdown": "a"}, {"second": {"a": 0.25, "b": 0.75}})
    assert str(found) == "showdown = a, second = a: 0.25, b: 0.75"
    assert found.parts == ("showdown = a", "second = a: 0.25, b: 0.75")
