"""Tipping points and maps on contests in which every probability is known."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import optimize

import conjuncture
from conjuncture.analysis.explain.sample import Sample, StoppedEarly
from conjuncture.analysis.explain.tipping import find_tipping_points, plausible_range, tipping_map
from conjuncture.engine.progress import SilentProgress
from conjuncture.errors import UsageError
from conjuncture.presentation.documents import to_json_value
from conjuncture.presentation.explanation import tipping_tables
from conjuncture.scenario.queries import read_event
from crises import SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

MIGHT = SWORN.replace("unknowns: {", "unknowns: {might: 1 to 4, ").replace(
    "red: {kind: army, troops: 1 to 4}", "red: {kind: army, troops: might}"
)


@pytest.fixture(scope="module")
def sworn(write_crisis):
    ensemble = conjuncture.load(write_crisis(MIGHT)).run(worlds=60, seed=5)
    return Sample(ensemble.simulator, read_event("showdown = a", ensemble.crisis), each=2)


@pytest.fixture(scope="module")
def found(sworn):
    return find_tipping_points(sworn)


def chances(sample, **troops):
    """Return the contest success function in every world, with some troops set."""
    table = sample.worlds.table
    known = {key: table[f"{key}.troops"] for key in ("red", "blue", "reds", "blues")} | troops
    odds = ((known["red"] + known["reds"]) / (known["blue"] + known["blues"])) ** 1.5
    return odds / (1.0 + odds)


def curves(found):
    return {curve.key: curve for curve in found.curves}


def test_crossings_are_those_of_the_contest_success_function(sworn, found):
    for force, rising in (("red", True), ("blue", False)):
        curve = curves(found)[f"{force}.troops"]
        true = optimize.brentq(
            lambda troops, force=force: chances(sworn, **{force: troops}).mean() - 0.5, 0.01, 9.0
        )
        (crossing,) = curve.crossings
        assert crossing.value == pytest.approx(true, abs=0.01)
        assert crossing.rising is rising
        assert crossing.interval[0] < true < crossing.interval[1]
        ends = [chances(sworn, **{force: end}) for end in crossing.interval]
        for end in ends:
            error = end.std(ddof=1) / np.sqrt(len(end))
            assert abs(end.mean() - 0.5) == pytest.approx(1.645 * error, rel=0.05)


def test_curves_are_the_mean_and_the_spread_over_worlds(sworn, found):
    curve = curves(found)["red.troops"]
    exact = [chances(sworn, red=troops) for troops in curve.grid]
    np.testing.assert_allclose(curve.probability, np.mean(exact, axis=1), atol=1e-4)
    np.testing.assert_allclose(curve.low, np.quantile(exact, 0.05, axis=1), atol=1e-3)
    np.testing.assert_allclose(curve.high, np.quantile(exact, 0.95, axis=1), atol=1e-3)
    (crossing,) = curve.crossings
    ends = [chances(sworn, red=curve.grid[place]) for place in (0, -1)]
    assert crossing.share == pytest.approx(np.mean((ends[0] < 0.5) & (ends[1] >= 0.5)))
    assert curve.now == pytest.approx(
        tuple(np.quantile(sworn.worlds.table["red.troops"], [0.05, 0.5, 0.95]))
    )
    assert (curve.label, curve.unit) == ("the troops of red", "battalion equivalents")


def test_what_crosses_near_comes_first_and_what_changes_nothing_is_named(found):
    distances = [curve.distance for curve in found.curves]
    assert distances == sorted(distances)
    assert "decisiveness" in curves(found)
    assert "what crowds count for against soldiers" in found.still
    assert not {curve.label for curve in found.curves} & set(found.still)
    assert any("changed nothing" in line for line in found.sentences())
    assert "With all else as it is, it crosses 0.5 where the troops of" in found.sentences()[0]


def test_a_level_of_its_own_and_a_range_of_its_own(sworn):
    found = find_tipping_points(sworn, 0.8, keys=["red.troops"], ranges={"red.troops": (0.0, 20.0)})
    (curve,) = found.curves
    assert (curve.grid[0], curve.grid[-1]) == (0.0, 20.0)
    (crossing,) = curve.crossings
    assert chances(sworn, red=crossing.value).mean() == pytest.approx(0.8, abs=0.005)
    assert found.maps == ()
    away = find_tipping_points(sworn, 0.999, keys=["red.troops"])
    assert away.curves[0].crossings == ()
    assert away.curves[0].distance == np.inf
    assert "takes it across 0.999" in away.sentences()[0]


@pytest.mark.slow
def test_a_map_is_the_contest_success_function_of_both(sworn, found):
    plane = tipping_map(sworn, ("red.troops", "blue.troops"), side=4)
    for row, blue in enumerate(plane.grids[1]):
        for column, red in enumerate(plane.grids[0]):
            exact = chances(sworn, red=red, blue=blue)
            assert plane.probability[row, column] == pytest.approx(exact.mean(), abs=1e-4)
            error = exact.std(ddof=1) / np.sqrt(len(exact))
            assert plane.error[row, column] == pytest.approx(error, abs=1e-4)
    assert plane.labels == ("the troops of red", "the troops of blue")
    (usual,) = found.maps
    assert usual.keys[0] == found.curves[0].key
    assert set(usual.keys) != {"might", "red.troops"}
    assert usual.probability.shape == (15, 15)
    assert "have a probability of at least 0.5" in plane.sentences()[0]


def test_a_number_that_is_an_expression_is_set_as_a_whole(sworn, found):
    unknown, troops = curves(found)["might"], curves(found)["red.troops"]
    assert unknown.crossings == troops.crossings
    np.testing.assert_array_equal(unknown.probability, troops.probability)
    plane = tipping_map(sworn, ("might", "red.troops"), side=3)
    np.testing.assert_array_equal(plane.probability, plane.probability[:, [0, 0, 0]])


def test_plausible_ranges_stay_within_the_domain_and_cover_what_is_known(sworn):
    low, high = plausible_range(sworn.worlds, "might")
    assert low < np.quantile(sworn.worlds.table["might"], 0.05)
    assert high > np.quantile(sworn.worlds.table["might"], 0.95)
    low, high = plausible_range(sworn.worlds, "public_share")
    assert 0.0 <= low < high <= 1.0
    low, high = plausible_range(sworn.worlds, "decisiveness")
    assert 0.0 <= low < 1.5 < high


POSSIBLE = """
conjuncture: 1
title: Numbers that cannot be everything
account: account.md
unknowns: {decisiveness: 1.5, fog: 0.5}
forces:
  red: {kind: army, troops: "uniform(2, 2.4)"}
  blue: {kind: army, troops: {either: {1: 1, 4: 1}}}
  reds: {kind: army, troops: 0.5 to 2, leans: {a: sworn}}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
claims: {}
"""


@pytest.fixture(scope="module")
def narrow(write_crisis):
    ensemble = conjuncture.load(write_crisis(POSSIBLE)).run(worlds=60, seed=5)
    return Sample(ensemble.simulator, read_event("showdown = a", ensemble.crisis), each=2)


@pytest.mark.slow
def test_no_value_is_tried_or_told_that_no_world_has(narrow):
    worlds = narrow.worlds
    found = find_tipping_points(narrow, 0.6)
    for curve in found.curves:
        column = worlds.table[curve.key]
        if np.ptp(column) > 0.0:
            assert curve.grid[0] >= column.min()
            assert curve.grid[-1] <= column.max()
        for one in curve.crossings:
            assert curve.grid[0] <= one.value <= curve.grid[-1]
            assert one.interval[0] <= one.value <= one.interval[1]
            for end in one.interval:
                assert np.isinf(end) or curve.grid[0] <= end <= curve.grid[-1]
    # Between 2 and 2.4 battalions nothing tips; a quarter beyond it the curve would have.
    assert plausible_range(worlds, "red.troops")[0] >= 2.0
    assert plausible_range(worlds, "red.troops")[1] <= 2.4
    wider = find_tipping_points(narrow, 0.6, keys=["red.troops"], ranges={"red.troops": (0.0, 9.0)})
    assert wider.curves[0].crossings


def test_a_number_of_few_values_tips_at_one_of_them(narrow):
    found = find_tipping_points(
        narrow, 0.5, keys=["blue.troops"], pairs=[("blue.troops", "red.troops")]
    )
    (curve,) = found.curves
    assert curve.grid.tolist() == [1.0, 4.0]
    table = narrow.worlds.table
    odds = [((table["red.troops"] + table["reds.troops"]) / blue) ** 1.5 for blue in (1.0, 4.0)]
    np.testing.assert_allclose(
        curve.probability, [(one / (1.0 + one)).mean() for one in odds], atol=1e-4
    )
    (crossing,) = curve.crossings
    beyond = 4.0 if curve.now[1] < 4.0 else 1.0
    assert (crossing.value, crossing.interval, crossing.steps) == (beyond, (1.0, 4.0), True)
    assert f"the troops of blue is {beyond:g} battalion equivalents (of 1 and 4;" in " ".join(
        found.sentences()
    )
    assert found.maps[0].grids[0].tolist() == [1.0, 4.0]
    assert found.maps[0].probability.shape == (15, 2)


def test_an_interval_that_reaches_the_end_of_what_was_tried_is_told_open(found):
    curve = next(one for one in found.curves if one.crossings)
    (crossing,) = curve.crossings
    for ends, told in (
        ((0.32, np.inf), "0.32 or more"), ((-np.inf, 0.5), "up to 0.5"), ((0.1, 0.5), "0.1 to 0.5")
    ):  # fmt: skip
        some = replace(curve, crossings=(replace(crossing, interval=ends),))
        one = replace(found, curves=(some,))
        (table,) = tipping_tables(one)
        assert table.rows[0][3] == told
        assert f"({told}; now about" in one.sentences()[0]
        assert to_json_value(some)["crossings"][0]["interval"] == [
            end if np.isfinite(end) else None for end in ends
        ]


def test_the_table_holds_what_a_reader_can_act_on(sworn, found):
    curve = next(one for one in found.curves if one.crossings)
    (table,) = tipping_tables(replace(found, curves=(curve,) * 67))
    assert len(table.rows) == 10 * len(curve.crossings)
    assert "57 numbers that cross from farther away are left out" in table.caption
    (table,) = tipping_tables(replace(found, curves=(curve,) * 3))
    assert "left out" not in table.caption


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"level": 1.0}, "a level lies between 0 and 1"),
        ({"keys": ["red.trops"]}, "there is no number 'red.trops'; did you mean 'red.troops'"),
        ({"keys": ["reds.leans.a"]}, "'reds.leans.a' cannot be moved: it is sworn"),
        ({"keys": ["showdown.strength"]}, "it is a choice between rules"),
        ({"keys": ["red.troops"], "ranges": {"red.troops": (3, 1)}}, "cannot move from 3 to 1"),
        ({"keys": ["red.troops"], "ranges": {"red.troops": (-1, 1)}}, "goes beyond that"),
        ({"keys": [], "pairs": [("red.troops", "red.troops")]}, "is named twice"),
    ],
)
def test_mistakes_are_told(sworn, asked, problem):
    with pytest.raises(UsageError, match=problem.replace("'", ".")):
        find_tipping_points(sworn, **asked)


def test_a_map_needs_values_and_a_sample_needs_histories(sworn):
    with pytest.raises(UsageError, match="at least 2 values of each number"):
        tipping_map(sworn, ("red.troops", "blue.troops"), side=1)
    with pytest.raises(UsageError, match="at least 2 histories"):
        find_tipping_points(replace(sworn, each=1), keys=["red.troops"])


class Impatient(SilentProgress):
    """Wants the answer so far at once."""

    @property
    def is_stopped(self):
        return True


def test_who_wants_the_answer_so_far_gets_none(sworn):
    hurried = replace(sworn, simulator=replace(sworn.simulator, progress=Impatient()))
    with pytest.raises(StoppedEarly):
        find_tipping_points(hurried, keys=["red.troops"])
