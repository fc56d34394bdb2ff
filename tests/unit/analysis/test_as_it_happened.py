"""Claims as it happened: where they are looked for, and what is answered with fresh luck."""

from dataclasses import replace

import numpy as np
import pytest

import conjuncture
from block_limit import BlockLimit
from conjuncture.analysis.claim_tests import test_claims as claims_tested
from conjuncture.analysis.questions import compile_question, observed_event_of
from conjuncture.analysis.screening import (
    LATE,
    TIMES,
    Screening,
    likelihood_of,
    question_of,
    wider_worlds,
)
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble

RARE = """
conjuncture: 1
title: The weaker camp won
account: account.md
unknowns: {decisiveness: 4, fog: 0.5}
forces:
  red: {kind: army, troops: 1 to 60}
  blue: {kind: army, troops: 0.5 to 5}
  line: {kind: army, troops: 1 to 3, leans: {a: undecided, b: cool}}
  crowd: {kind: movement, mass: 20 to 60, leans: {a: cool, b: warm}}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
observed: {showdown: b}
claims:
  crowd: {says: It was the crowd., test: necessity(do(crowd aside) for showdown = b) > 0.1}
  line: {says: It went over., test: "P(showdown.side[line] = b) > 0.5"}
  strength: {says: Strong., test: "E(showdown.strength[b] | crowd.side = b) > 3"}
  median: {says: Often stronger., test: "Q(0.5, showdown.strength[b]) > Q(0.5, showdown.strength[a])"}
  beyond: {says: Strong at times., test: "Q(0.9, showdown.strength[b]) > 4"}
  decided: {says: More would help., test: "P(showdown = b | do(crowd.mass += 10)) > P(showdown = b)"}
"""
ASKED = 24


@pytest.fixture(scope="module")
def rare(crisis):
    return crisis(RARE)


@pytest.fixture(scope="module")
def ensemble(rare):
    return Ensemble(rare, ASKED)


@pytest.fixture(scope="module")
def tested(ensemble):
    return ensemble.test()


def screening_of(ensemble):
    event = observed_event_of(ensemble.crisis)
    simulator = ensemble.simulator
    return Screening(simulator, wider_worlds(simulator.worlds), (event,)), event


@pytest.mark.parametrize("key", ["crowd", "line", "strength", "median", "beyond"])
def test_late_counts_are_those_of_a_plain_run_where_it_went_so(ensemble, rare, key):
    """Bit for bit: worlds have addresses, and where the evidence never came nothing counts."""
    screening, event = screening_of(ensemble)
    seen = ensemble.simulator.count([question_of(event)], "histories")[0]
    evidence = screening.evidence(event, seen)
    question = compile_question(rare.claims[key].test, event, rare)
    known = ensemble.simulator.count([question], "histories")
    (found,) = screening.count([question], known, evidence)
    plain = Ensemble(rare, TIMES * ASKED).simulator
    whole_evidence, whole = plain.count([question_of(event), question], "histories")
    np.testing.assert_array_equal(evidence.weights, likelihood_of(whole_evidence.sums).weights)
    occurred = evidence.weights > 0.0
    assert 0 < (occurred[ASKED:]).sum() < (TIMES - 1) * ASKED
    for one, other in ((found.sums, whole.sums), (found.last_draw, whole.last_draw)):
        if one is not None:
            np.testing.assert_array_equal(one.first[occurred], other.first[occurred])
            np.testing.assert_array_equal(one.second[occurred], other.second[occurred])
            np.testing.assert_array_equal(one.histories[occurred], other.histories[occurred])
    assert (found.sums.histories[ASKED:][~occurred[ASKED:]] == 0).all()
    for quantity, bins in found.bins.items():
        other = whole.bins[quantity]
        assert (bins.low, bins.high) == (other.low, other.high)
        np.testing.assert_array_equal(bins.counts[occurred], other.counts[occurred])


def test_late_readings_are_those_of_as_many_worlds(rare, tested):
    simulator = Ensemble(rare, TIMES * ASKED).simulator
    plain = {one.claim.key: one for one in claims_tested(simulator, list(rare.claims.values()))}
    for one in tested:
        late, other = one.as_it_happened, plain[one.claim.key].as_it_happened
        assert late.screened == TIMES * ASKED
        assert other.screened == 0
        assert late.evidence.effective_worlds == other.evidence.effective_worlds
        assert late.answer.value == pytest.approx(other.answer.value, abs=1e-12)
        assert late.verdict.interval == pytest.approx(other.verdict.interval, abs=1e-9)
        assert late.verdict.effective_worlds == pytest.approx(other.verdict.effective_worlds)
        assert late.verdict.effective_worlds > one.prior.verdict.effective_worlds / TIMES


def test_prior_readings_do_not_hang_on_screening(rare, ensemble, tested):
    narrow = claims_tested(ensemble.simulator, list(rare.claims.values()))
    for one, other in zip(tested, narrow, strict=True):
        assert one.prior == other.prior
        assert other.as_it_happened.screened == 0


def test_where_the_evidence_is_common_no_more_worlds_are_looked_at(rare, ensemble):
    screening, event = screening_of(ensemble)
    seen = likelihood_of(ensemble.simulator.count([question_of(event)], "")[0].sums)
    assert 0.0 < seen.effective_worlds < LATE
    assert screening.is_needed(seen)
    common = replace(seen, weights=np.full(150, 0.4), errors=np.full(150, 0.02))
    assert not screening.is_needed(common)
    assert not screening.is_needed(replace(seen, weights=np.zeros(9), errors=np.zeros(9)))
    alone = Screening(ensemble.simulator, ensemble.simulator.worlds, (event,))
    assert not alone.is_needed(seen)
    often = Ensemble(replace(rare, observed={"showdown": "a"}), 150).test(["line"])
    assert often["line"].as_it_happened.screened == 0
    assert often["line"].as_it_happened.evidence.effective_worlds > LATE


def test_worlds_that_were_placed_have_none_after_them(rare):
    worlds = Worlds(rare, 1, 8)
    assert wider_worlds(worlds).count == TIMES * 8
    for other in (replace(worlds, placebo=True), replace(worlds, placed={"fog": np.ones(8)})):
        assert wider_worlds(other) is other


@pytest.mark.parametrize("after", [1, ASKED + 1, 4 * ASKED, 7 * ASKED])
def test_of_a_stopped_run_whole_claims_stand_and_no_others(rare, tested, after):
    part = Ensemble(rare, ASKED, progress=BlockLimit(after)).test()
    assert len(part) < len(tested)
    for one, other in zip(part, tested, strict=False):
        assert one.prior == other.prior
        assert one.as_it_happened.verdict == other.as_it_happened.verdict


GUARDS = """
conjuncture: 1
title: More guards
account: account.md
forces:
  guards: {troops: 1 to 3}
  crowd: {mass: 5 to 20}
  garrison: {troops: 2 to 6, leans: {governor: undecided, people: undecided}}
stages:
  day:
    mechanism: showdown
    camps: {governor: {core: guards}, people: {core: crowd}}
observed: {day: people}
claims:
  larger:
    says: A larger crowd would have served the people better.
    test: P(day = people | do(crowd.mass += 10)) - P(day = people) > 0
  helped:
    says: Two more battalions of guards would have helped the governor.
    test: P(day = governor | do(guards.troops += 2)) - P(day = governor) > 0
  excluded:
    says: Where the governor won, he won without the garrison.
    test: P(day.side[garrison] = people | day = governor) > 0.5
  open:
    says: The garrison went over.
    test: P(day.side[garrison] = people) > 0.5
"""
"""A comparison with how probable what happened was, which as it happened is certain."""


@pytest.fixture(scope="module")
def guards(crisis):
    return Ensemble(crisis(GUARDS), 120).test()


@pytest.mark.parametrize("key", ["larger", "helped"])
def test_a_difference_that_what_happened_decides_has_fresh_luck(guards, key):
    one = guards[key]
    assert one.word == one.as_it_happened.verdict.word == "holds"
    assert one.as_it_happened.fresh_luck
    assert one.as_it_happened.decided.excluded is False
    assert one.as_it_happened.answer.value > 0.0


def test_a_condition_that_what_happened_excludes_has_fresh_luck(guards):
    late = guards["excluded"].as_it_happened
    assert (late.decided.text, late.decided.excluded) == ("day = governor", True)
    assert late.verdict.effective_worlds > 10.0


def test_a_claim_that_is_left_open_counts_what_happened(guards):
    late = guards["open"].as_it_happened
    assert (late.decided, late.fresh_luck) == (None, False)
    assert late.answer.value > guards["open"].prior.answer.value


def test_fresh_luck_is_that_of_worlds_weighed_by_what_happened(crisis, guards):
    """The value is the pooled one of the prior histories, worlds weighing by the evidence."""
    late = guards["larger"].as_it_happened
    simulator = Ensemble(crisis(GUARDS), late.screened or 120).simulator
    test = simulator.worlds.crisis.claims["larger"].test
    (by_world,) = simulator.count([compile_question(test)], "histories")
    means = by_world.sums.means
    tops = [ratio.top[0] for ratio in by_world.question.ratios.values()]
    difference = means[:, tops[0]] - means[:, tops[1]]
    weights = late.evidence.weights
    assert late.answer.value == pytest.approx(weights @ difference / weights.sum(), abs=1e-9)


def test_it_is_said_that_luck_is_fresh(guards):
    late = guards.to_dict()["claims"][0]["as_it_happened"]
    assert late["fresh_luck"] == {"because_of": "day = people", "why": "event decided"}
    text = guards.texts[0]
    assert text.readings[1].name == "re-run"
    assert any("What happened settles that people" in remark for remark in text.remarks)


@pytest.mark.slow
def test_staying_together_did_not_matter_before_and_does_not_as_it_happened():
    """Counted among histories that went as observed it would be 0.037, and hold in most worlds."""
    tested = conjuncture.load("spain-1981").run(worlds=100).test(["staying_together"])
    one = tested["staying_together"]
    assert one.as_it_happened.fresh_luck
    assert one.as_it_happened.decided.text == "evening = crown"
    assert abs(one.prior.answer.value) < 0.02
    assert abs(one.as_it_happened.answer.value - one.prior.answer.value) < 0.015
    assert one.as_it_happened.answer.value < 0.02


def test_what_the_masses_did_is_asked_of_fresh_luck():
    """A sufficiency counts histories in which it did not happen, and of these there are none."""
    one = conjuncture.load("bolivia-1970").run(worlds=100).test(["masses"])["masses"]
    decided = one.as_it_happened.decided
    assert (decided.text, decided.excluded) == ("not showdown = torres", True)
    assert one.as_it_happened.verdict.effective_worlds > 10.0
    assert one.as_it_happened.verdict.word in ("fails", "mostly fails", "open")
