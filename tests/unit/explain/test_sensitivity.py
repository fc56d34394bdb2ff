"""Sensitivity of events and of queries, on contests in which every probability is known."""

from dataclasses import replace

import numpy as np
import pytest

import conjuncture
from conjuncture.analysis.explain.methods.sobol import pick_freeze, sobol_indices
from conjuncture.analysis.explain.sample import Sample
from conjuncture.analysis.explain.sensitivity import (
    FactorIndices,
    Sensitivity,
    sensitivity_of_event,
    sensitivity_of_query,
)
from conjuncture.analysis.explain.uncertain_inputs import factors_of
from conjuncture.engine.worlds import quantile
from conjuncture.errors import QueryError, UsageError
from conjuncture.scenario.queries import read_event
from crises import FREE, SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

TROOPS = ["red.troops", "blue.troops", "reds.troops", "blues.troops"]


@pytest.fixture(scope="module")
def sworn(write_crisis):
    return conjuncture.load(write_crisis(SWORN)).run(worlds=50, seed=3)


@pytest.fixture(scope="module")
def free(write_crisis):
    return conjuncture.load(write_crisis(FREE)).run(worlds=50, seed=3)


def exact(worlds, factors, base):
    """Return the indices of the closed form of the contest, at the points of the same design."""
    sites = [site for factor in factors for site in factor.sites]
    groups = [[sites.index(site) for site in factor.sites] for factor in factors]
    design = pick_freeze(groups, len(sites), base, worlds.seed)
    red, blue, reds, blues = (
        quantile(law.family, law.parameters, design.points[:, sites.index(law.site)])
        for law in (worlds.values[key] for key in TROOPS)
    )
    odds = ((red + reds) / (blue + blues)) ** 1.5
    values = design.by_matrix(odds / (1.0 + odds))
    return sobol_indices(values, np.zeros_like(values), worlds.seed)


def by_factor(found):
    return {one.factor: one for one in found.indices}


@pytest.fixture(scope="module")
def found(sworn):
    return sensitivity_of_event(
        Sample(sworn.simulator, read_event("showdown = a", sworn.crisis)), base=64
    )


def test_indices_are_those_of_the_contest_success_function(sworn, found):
    members = {key for one in found.indices for key in one.members}
    factors = factors_of(sworn.worlds, members)
    closed = exact(sworn.worlds, factors, base=64)
    for place, factor in enumerate(factors):
        index = by_factor(found)[factor.key]
        possible = closed.possible
        assert index.first == pytest.approx(possible.first[place], abs=1e-4)
        assert index.total == pytest.approx(possible.total[place], abs=1e-4)
        assert index.total_interval == pytest.approx(possible.total_intervals[place], abs=1e-3)
        assert index.beyond_chance == (closed.total_intervals[place, 0] > 0.0)
    assert found.mean == pytest.approx(closed.mean, abs=1e-5)
    assert found.variance == pytest.approx(closed.variance, rel=1e-3)
    assert found.noise == pytest.approx(0.0, abs=1e-6)
    assert found.alone == pytest.approx(min(closed.alone, 1.0), abs=1e-4)
    assert found.alone_interval == pytest.approx(np.minimum(closed.alone_interval, 1.0), abs=1e-3)
    assert (found.base, found.histories, found.query) == (64, 16, "P(showdown = a)")


def test_the_largest_come_first_and_what_moves_nothing_is_nothing(found):
    totals = [one.total for one in found.indices]
    assert totals == sorted(totals, reverse=True)
    assert {one.factor for one in found.indices[:2]} == {"red", "blue"}
    assert "what crowds count for against soldiers" in found.still
    assert not {one.label for one in found.indices} & set(found.still)


def test_what_no_stage_on_the_way_reads_is_in_no_factor(found):
    members = {key for one in found.indices for key in one.members}
    assert members >= {"reds.troops", *TROOPS}
    assert not any(key.endswith((".organisation", ".cohesion")) for key in members)


def test_values_of_their_own_and_values_of_a_force(free):
    numbers = {
        "mood", "guard.troops", "guard.leans.a", "line.leans.a", "friends.materiel",
        "showdown.a.resolve",
    }  # fmt: skip
    by_force = {one.key: one for one in factors_of(free.worlds, numbers)}
    assert set(by_force) == {"mood", "guard", "friends", "showdown.a.resolve"}
    assert by_force["guard"].members == ("guard.troops", "guard.leans.a")
    assert by_force["showdown.a.resolve"].label == "the resolve of a in the showdown"
    by_value = {one.key: one for one in factors_of(free.worlds, numbers, by="value")}
    assert set(by_value) == numbers - {"line.leans.a"}
    assert by_value["guard.leans.a"].label == "the leaning of guard towards a"
    with pytest.raises(UsageError, match="by 'force' or by 'value', not by 'camp'"):
        factors_of(free.worlds, numbers, by="camp")


@pytest.mark.slow
def test_a_query_without_interventions_is_the_same_as_its_event(sworn, found):
    asked = sensitivity_of_query(sworn.simulator, "P(showdown = a)", base=64)
    for one in found.indices:
        assert by_factor(asked)[one.factor].total == pytest.approx(one.total, abs=1e-3)
    assert asked.histories == 512


@pytest.mark.slow
def test_what_an_intervention_sets_has_no_influence(sworn):
    text = "P(showdown = a | do(red.troops = 2)) - 0.5"
    asked = by_factor(sensitivity_of_query(sworn.simulator, text, by="value", base=64))
    assert "red.troops" not in asked
    assert asked["blue.troops"].total > 0.3


IDLE = FREE.replace(
    "red: {kind: army, troops: 2 to 3}",
    "red: {kind: army, troops: 2 to 3, leans: {a: -1 to 1}, stakes: 1 to 3, ties: {line: 0 to 1}}",
).replace(
    "crowd: {kind: movement, mass: 20 to 60, leans: {a: warm, b: hostile}}",
    "crowd: {kind: movement, mass: 20 to 60, leans: {a: warm, b: hostile}}\n"
    "  oath: {kind: army, troops: 1, leans: {a: sworn, b: -1 to 1}, stakes: 1 to 3}",
)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_never_used_is_in_no_factor(write_crisis, seed):
    """A core's leanings are read with all others; who is sworn has no choice either."""
    ensemble = conjuncture.load(write_crisis(IDLE)).run(worlds=40, seed=seed)
    event = read_event("showdown = a", ensemble.crisis)
    found = sensitivity_of_event(Sample(ensemble.simulator, event), by="value", base=64)
    members = {key for one in found.indices for key in one.members}
    assert {"red.troops", "guard.leans.a", "mood"} <= members
    assert members.isdisjoint({"red.leans.a", "red.stakes", "red.ties.line", "red.breakeven"})
    assert members.isdisjoint({"oath.leans.b", "oath.stakes", "oath.breakeven"})
    assert "what winning is worth to oath" in found.still
    assert not any(label.endswith("of red") and "troops" not in label for label in found.still)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_share_is_negative_out_of_order_or_more_than_all(free, seed):
    worlds = replace(free.worlds, seed=seed)
    simulator = replace(free.simulator, worlds=worlds)
    event = read_event("showdown = a", free.crisis)
    found = sensitivity_of_event(Sample(simulator, event, each=4), by="value", base=64)
    assert any(not one.beyond_chance for one in found.indices)
    for one in found.indices:
        assert 0.0 <= one.first <= one.total <= 1.0
        for low, high in (one.first_interval, one.total_interval):
            assert 0.0 <= low <= high <= 1.0
        assert one.beyond_chance == (one.total_interval[0] > 0.0)
        assert one.first_beyond_chance == (one.first_interval[0] > 0.0)
    assert 0.0 <= found.alone <= 1.0
    assert 0.0 <= found.noise <= 1.0
    assert set(found.indices_beyond_chance) < set(found.indices)
    told = " ".join(found.sentences())
    assert not any(f"{one.label}," in told for one in found.indices if not one.beyond_chance)


@pytest.mark.slow
def test_noise_of_few_histories_is_taken_out(sworn):
    text = "P(second = a | showdown = a)"
    asked = sensitivity_of_query(sworn.simulator, text, by="value", base=128)
    assert 0.0 < asked.noise < 0.1
    troops = sum(by_factor(asked)[key].first for key in TROOPS)
    assert troops == pytest.approx(1.0, abs=0.25)


@pytest.mark.slow
def test_mistakes_are_told(sworn):
    with pytest.raises(QueryError, match="there is no"):
        sensitivity_of_query(sworn.simulator, "P(shodown = a)")
    never = "P(second = a | showdown = b and second = b)"
    with pytest.raises(UsageError, match="its condition is never met there"):
        sensitivity_of_query(sworn.simulator, never, base=64)
    event = read_event("showdown = a", sworn.crisis)
    with pytest.raises(UsageError, match="at least 2 histories of each world"):
        sensitivity_of_event(Sample(sworn.simulator, event, each=1))


def index(factor, total):
    low = max(total - 0.1, 0.0)
    return FactorIndices(
        factor, factor, (factor,), total / 2, (0.0, total), total, (low, total), low > 0.0, False
    )


HANGS = (
    "Most of the variance hangs on mood, 60 % (50 to 60 %); line, 30 % (20 to 30 %) (each with all "
    "that it does together with others; as that counts for each of them, such shares can add up to "
    "more than 100 %)."
)
ALONE = (
    "What the factors do one by one adds up to 45 % (30 to 60 %) of the variance; the rest is what "
    "they do only in combination."
)


def test_sentences():
    some = Sensitivity(
        "P(a)", 0.4, 0.04, 0.1, (index("mood", 0.6), index("line", 0.3)), 64, 16, 0.45, (0.3, 0.6)
    )
    assert some.sentences() == [
        "P(a) is 0.40 on average over worlds, with a standard deviation of 0.20 between them.",
        HANGS,
        ALONE,
    ]
    assert replace(some, alone_interval=(0.0, 0.9)).sentences() == some.sentences()[:2]
    assert "may well act one by one" in replace(some, alone_interval=(0.7, 1.0)).sentences()[2]
    apart = replace(some.indices[0], first_interval=(0.0, 0.1))
    together = replace(some, alone_interval=(0.7, 1.0), indices=(apart, some.indices[1]))
    assert together.sentences() == some.sentences()[:2]
    more = replace(some, indices=(*some.indices, index("fog", 0.05)), still=("call strength",))
    assert more.sentences()[1].endswith(
        "Of the other unknowns 1 is not told apart from nothing, and 1 changes nothing in any "
        "history."
    )
    several = tuple(index(f"force {place}", 0.2) for place in range(5))
    many = replace(more, indices=(*some.indices, *several, index("fog", 0.05)), still=("a", "b"))
    assert many.sentences()[1].endswith(
        "Of the other unknowns 4 matter too, but less; 1 is not told apart from nothing, and 2 "
        "change nothing in any history."
    )
    small = Sensitivity("P(a)", 0.4, 0.04, 0.1, (index("mood", 0.05),), 64, 16, 0.45, (0.3, 0.6))
    assert small.sentences()[1] == "No single factor is seen to have a part in that."
    blurred = Sensitivity("P(a)", 0.4, 0.0, 1.0, (index("mood", np.nan),), 64, 16, 0.45, (0.3, 0.6))
    assert "hardly differs from world to world (around 0.40)" in blurred.sentences()[0]
    nothing = Sensitivity("P(a)", 0.4, 0.0, 0.0, (), 64, 16, 0.45, (0.3, 0.6))
    assert nothing.sentences() == ["Nothing that worlds draw can change P(a)."]
