"""In which worlds something holds: what is found, what is not, and how it is told."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import conjuncture
from chance import bound
from conjuncture.analysis.explain.discovery import (
    discover,
    discover_claim,
    discover_event,
    discover_sample,
    effective_trials,
    share_above,
)
from conjuncture.analysis.explain.methods.boxes import BoxSearch, chi_squared, find_box, smirnov
from conjuncture.analysis.explain.methods.classification_tree import best_tree
from conjuncture.analysis.explain.methods.prim import LabelledCases
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.explain.uncertain_inputs import candidates_of, numbers_behind
from conjuncture.engine.progress import SilentProgress
from conjuncture.errors import UsageError
from conjuncture.scenario.queries import read_event
from crises import FREE

WORLDS = 600


@pytest.fixture(scope="module")
def numbers():
    random = np.random.default_rng(4)
    table = {f"idle_{place}": random.normal(size=WORLDS) for place in range(30)}
    table["street_exchange"] = random.random(WORLDS)
    table["army_mood"] = random.normal(size=WORLDS)
    table["rule"] = random.integers(0, 3, WORLDS).astype(float)
    return table


@pytest.fixture(scope="module")
def holds(numbers):
    noise = np.random.default_rng(5).random(WORLDS) < 0.04
    inside = (numbers["street_exchange"] > 0.3) & (numbers["army_mood"] < 0.2)
    return (inside & (numbers["rule"] != 1)) ^ noise


@pytest.fixture(scope="module")
def found(numbers, holds):
    return discover(
        numbers,
        holds,
        what="the claim 'unions'",
        labels={"army_mood": "the mood of the army"},
        options={"rule": ("weight", "refusal", "both")},
    )


def test_the_box_that_was_there_is_found_among_idle_numbers(found):
    limits = {limit.key: limit for limit in found.boxes[0].limits}
    assert set(limits) == {"street_exchange", "army_mood", "rule"}
    assert abs(limits["street_exchange"].low - 0.3) < 0.06
    assert limits["street_exchange"].high is None
    assert abs(limits["army_mood"].high - 0.2) < 0.25
    assert limits["rule"].allowed == ("weight", "both")
    assert all(limit.p < 1e-4 and limit.comes_back >= 0.9 for limit in limits.values())
    assert found.boxes[0].density > 0.85
    assert found.boxes[0].coverage > 0.75
    assert found.trajectory[0].mass == 1.0


def test_the_answer_is_a_sentence(found):
    assert found.sentence.startswith("The claim 'unions' holds when ")
    assert "the mood of the army is below 0." in found.sentence
    assert "rule is weight or both" in found.sentence
    assert "street exchange exceeds 0." in found.sentence
    assert found.sentence.endswith(" of all worlds where it holds.")
    box = found.boxes[0]
    assert f": {100 * box.density:.0f} % of those worlds, {100 * box.coverage:.0f} %" in (
        found.sentence
    )
    assert found.sentences()[0] == found.sentence


def test_a_box_says_which_worlds_are_inside(found, numbers, holds):
    options = {"rule": ("weight", "refusal", "both")}
    box = found.boxes[0]
    inside = box.inside(numbers, options)
    assert inside.sum() == box.worlds
    assert holds[inside].mean() == box.density
    assert (holds & inside).sum() / holds.sum() == box.coverage
    assert inside.mean() == box.mass


def test_limits_are_rounded_and_hold_as_they_are_told(found):
    for limit in found.boxes[0].limits:
        for end in (limit.low, limit.high):
            assert end is None or end == float(f"{end:.3g}")


def test_two_boxes_are_found_one_after_the_other():
    random = np.random.default_rng(6)
    table = {"a": random.random(1000), "b": random.random(1000), "c": random.random(1000)}
    first, second = (table["a"] > 0.6), (table["a"] < 0.3) & (table["b"] > 0.6)
    found = discover(table, first | second, rule=BoxSearch(halves=6))
    assert [{limit.key for limit in box.limits} for box in found.boxes] == [{"a"}, {"a", "b"}]
    assert sum(box.coverage for box in found.boxes) > 0.9
    assert any(one.startswith("Elsewhere it holds when ") for one in found.sentences())


def test_noise_is_not_taken_for_a_box():
    random = np.random.default_rng(7)
    stands = 0
    for repetition in range(20):
        values, holds = random.random((40, 200)), random.random(200) < 0.4
        cases = LabelledCases(values, holds, frozenset(), np.ones(200, bool))
        stands += find_box(cases, BoxSearch(halves=5, seed=repetition)).is_confirmed
    # By its own two standard errors a box of noise would stand in at most one of 44 trials.
    assert stands <= stats.binom.isf(1e-4, 20, stats.norm.sf(2.0))


def test_where_nothing_tells_worlds_apart_the_sentence_says_so():
    random = np.random.default_rng(8)
    found = discover({"a": random.random(300)}, random.random(300) < 0.5, what="the claim 'x'")
    assert found.boxes == ()
    assert found.tree is None
    assert "no box tells which" in found.sentence


@pytest.mark.parametrize(
    ("holding", "told"),
    [
        (0, "holds in none of the 50 worlds"),
        (50, "holds in all of the 50 worlds"),
        (3, "holds in 3 of 50 worlds, too few"),
        (45, "fails in 5 of 50 worlds, too few"),
    ],
)
def test_all_none_and_few_have_sentences_of_their_own(holding, told):
    found = discover({"a": np.arange(50.0)}, np.arange(50) < holding, what="it")
    assert told in found.sentence
    assert found.boxes == ()
    assert found.sentences() == [found.sentence]


def test_what_cannot_be_told_apart_is_refused():
    with pytest.raises(UsageError, match="no finite number for each of the 3 worlds"):
        discover({"a": np.array([1.0, np.nan, 2.0])}, np.array([True, False, True]))
    with pytest.raises(UsageError, match="no worlds to tell apart"):
        discover({}, np.array([], bool))


def test_a_limit_that_rests_on_chance_does_not_come_back(numbers, holds):
    values = np.array([numbers[key] for key in numbers])
    choices = frozenset([len(values) - 1])
    found = find_box(LabelledCases(values, holds, choices, np.ones(WORLDS, bool)), BoxSearch())
    assert max(found.trial.comes_back[:30]) < 0.5
    assert min(found.trial.comes_back[30:]) >= 0.9
    assert found.trial.clearly > 5.0


def test_a_tree_asks_what_parts_the_worlds():
    random = np.random.default_rng(9)
    values = np.stack([random.random((4, 500))[0], random.random(500), random.integers(0, 4, 500)])
    holds = np.where(values[0] > 0.5, np.isin(values[2], [1, 3]), values[1] > 0.7)
    tree = best_tree(values, holds, frozenset([2]))
    assert tree.worlds == 500
    wrong = (tree.predict(values) > 0.5) != holds
    assert wrong.mean() < 0.05
    noise = random.random(500) < 0.5
    assert best_tree(values, noise, frozenset([2])).below is None


def test_a_tree_is_no_deeper_than_it_helps():
    random = np.random.default_rng(10)
    values = random.random((10, 400))
    tree = best_tree(values, values[3] > 0.4, frozenset())
    assert tree.column == 3
    assert tree.below.below is None
    assert tree.above.below is None


def test_screening_agrees_with_tests_of_others():
    random = np.random.default_rng(11)
    holds = random.random(300) < 0.4
    values = np.round(random.random((5, 300)) + 0.1 * holds * np.arange(5)[:, None], 2)
    usual = [stats.ks_2samp(row[holds], row[~holds], method="asymp").statistic for row in values]
    count = holds.sum() * (~holds).sum() / 300
    usual = np.sqrt(count) * np.array(usual)
    assert smirnov(values, holds) == pytest.approx(stats.kstwobign.sf(usual))
    options = random.integers(0, 3, 300)
    table = [[np.sum(holds & (options == one)) for one in range(3)],
             [np.sum(~holds & (options == one)) for one in range(3)]]  # fmt: skip
    usual = stats.chi2_contingency(table, correction=False).pvalue
    assert chi_squared(options.astype(float), holds) == pytest.approx(usual)


@pytest.mark.parametrize(("shape", "level"), [((2, 4), 0.5), ((0.5, 0.5), 0.5), ((5, 2), 0.6)])
def test_noise_of_few_histories_is_taken_out_of_a_share(shape, level):
    random = np.random.default_rng(12)
    true = random.beta(*shape, 4000)
    drawn = random.random((4000, 16)) < true[:, None]
    seen = drawn.mean(axis=1)
    error = abs(share_above(seen, effective_trials(drawn), level) - (true >= level).mean())
    # The bias that smoothing leaves is a third of the raw one or less; the rest is sampling.
    raw = abs((seen >= level).mean() - (true >= level).mean())
    assert error < raw
    assert error < bound() * np.sqrt(0.25 / 4000) + raw / 3


@pytest.fixture(scope="module")
def free(write_crisis):
    return conjuncture.load(write_crisis(FREE)).run(worlds=300)


@pytest.fixture(scope="module")
def wins(free):
    return read_event("showdown = a", free.crisis)


def test_an_event_is_traced_to_numbers_that_were_drawn(free, wins):
    found = discover_event(free.simulator, wins, 0.6)
    assert found.what == "a probability of at least 0.6 that a wins the showdown"
    assert found.worlds + found.uncalled == 300
    assert found.boxes
    assert found.corrected is None
    assert found.histories == 512
    assert "the mood" in found.candidates
    assert "the part of its own in the leaning of guard towards a" in found.candidates
    if found.uncalled:
        assert "too close to call" in found.sentences()[-1]


def test_a_claim_is_traced(free):
    claim = free.crisis.claims["crowd"]
    found = discover_claim(free.simulator, claim)
    assert found.what == "the claim 'crowd'"
    assert found.sentence.startswith("The claim 'crowd' ")


@pytest.mark.slow
def test_more_worlds_say_what_noise_is_in_them(free, wins):
    found = discover_sample(Sample(free.simulator, wins, 8), 0.6, rule=BoxSearch(halves=5))
    assert found.worlds == 1500
    share, coverage, density = found.corrected
    exact = discover_event(free.simulator, wins, 0.6)
    whole = (exact.share * exact.worlds + 0.5 * exact.uncalled) / 300
    assert abs(share - whole) < bound() * np.sqrt(0.25 / 300)
    assert 0 < coverage <= 1
    assert density > share
    assert "With 8 histories each" in " ".join(found.sentences())


def test_an_event_that_no_world_makes_likely(free, wins):
    found = discover_event(free.simulator, wins, 1.0)
    assert "holds in none of" in found.sentence
    with pytest.raises(UsageError, match="from 0 to 1, not 2"):
        discover_event(free.simulator, wins, 2.0)


def test_somebody_who_wants_the_answer_so_far_gets_it(free, wins):
    class Stopped(SilentProgress):
        is_stopped = True

    with pytest.raises(StoppedEarly):
        discover_event(replace(free.simulator, progress=Stopped()), wins)


CHOICES = """
conjuncture: 1
title: Choices
account: account.md
unknowns:
  mood: -1 to 1
  fog: 0.5
forces:
  red: {kind: army, troops: 2 to 3}
  blue: {kind: army, troops: 2 to 3}
  guard:
    kind: army
    troops: 1 to 2
    leans: {a: {either: {sworn: 1, warm: 1}}, b: 2 * mood}
  line: {kind: army, troops: 3, leans: {a: {either: {mood: 1, cool: 2}}}}
stages:
  showdown:
    mechanism: showdown
    strength: {either: {weight: 1, refusal: 1}}
    camps: {a: {core: red}, b: {core: blue}}
  later:
    mechanism: showdown
    camps: {a: {core: red, resolve: 0.2 to 0.9}, b: {core: blue}}
claims: {}
"""


def test_candidates_are_what_was_drawn_and_what_a_stage_reads(write_crisis):
    crisis = conjuncture.load(write_crisis(CHOICES))
    ensemble = crisis.run(worlds=64)
    keys = numbers_behind(ensemble.simulator, [()], [], ["showdown"])
    assert "later.a.resolve" not in keys
    found = candidates_of(ensemble.worlds, keys)
    assert "fog" not in found.table
    assert "line.troops" not in found.table
    assert found.computed == ("the leaning of guard towards b",)
    assert found.options["showdown.strength"] == ("weight", "refusal")
    assert found.labels["showdown.strength"] == (
        "the rule by which strength is counted in the showdown"
    )
    assert set(np.unique(found.table["showdown.strength"])) == {0.0, 1.0}
    sworn = found.table["guard.leans.a"]
    assert np.isfinite(sworn).all()
    assert (sworn.max() > sworn[sworn < sworn.max()] + 1.0).all()
    which = found.options["line.leans.a"]
    assert which[0] == "mood"
    assert set(np.unique(found.table["line.leans.a"])) == {0.0, 1.0}
    assert all(np.ptp(column) > 0 for column in found.table.values())
