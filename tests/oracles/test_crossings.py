"""Crossings of a level against closed forms: a logit in which worlds differ by their intercept.

P_w(x) = logistic(a_w + x), a normal with deviation 1 about -0.4: the mean over worlds is one half
at x = 0.4, by symmetry, and a world crosses there on its own where a_w + x changes its sign within
the range.
"""

import numpy as np
import pytest
from scipy import special, stats

from chance import bound
from conjuncture.analysis.explain.methods.crossing import Track, crossings, extend, refine

WORLDS, HISTORIES = 400, 16
TRUE = 0.4
GRID = np.linspace(-2.0, 2.0, 7)


def luck(generator, worlds=WORLDS):
    """Return what evaluates curves on the luck of the same histories everywhere."""
    intercepts = generator.normal(-TRUE, 1.0, worlds)
    uniforms = generator.random((worlds, HISTORIES))

    def evaluate(wanted):
        points = np.array([point for _, point in wanted])
        chance = special.expit(intercepts + points[:, None])
        true = uniforms[None] < chance[..., None]
        return true.mean(axis=2), true.var(axis=2, ddof=1).mean(axis=1) / HISTORIES

    return evaluate


def found_by(evaluate, level=0.5):
    track = Track()
    extend(evaluate, [track], [(0, float(point)) for point in GRID])
    refine(evaluate, [track], level)
    return track, crossings(track, level)


REPETITIONS = 1000


@pytest.fixture(scope="module")
def repeated():
    generator = np.random.default_rng(20270107)
    return [found_by(luck(generator)) for _ in range(REPETITIONS)]


def test_intervals_contain_the_true_crossing_in_nine_of_ten_runs(repeated):
    hit = [
        any(one.interval[0] <= TRUE <= one.interval[1] for one in found) for _, found in repeated
    ]
    assert bound(1) * np.sqrt(0.9 * 0.1 / REPETITIONS) < 0.04
    assert abs(np.mean(hit) - 0.9) <= 0.04


def test_crossings_are_right_on_average(repeated):
    values = np.array([found[0].value for _, found in repeated])
    assert all(len(found) == 1 and found[0].rising for _, found in repeated)
    assert abs(values.mean() - TRUE) <= bound(1) * values.std(ddof=1) / np.sqrt(REPETITIONS)


def test_worlds_that_cross_are_counted_without_the_noise(repeated):
    share = np.array([found[0].share for _, found in repeated[:200]])
    within = stats.norm.cdf((2.0 + TRUE) / 1.0) - stats.norm.cdf((-2.0 + TRUE) / 1.0)
    # Drawing values together gives the right variance, not quite the right shape.
    assert share.mean() == pytest.approx(within, abs=0.02)


def test_spread_over_worlds_is_that_without_noise(repeated):
    track, _ = repeated[0]
    middle = int(np.argmin(np.abs(track.points - TRUE)))
    low, high = (ends[middle] for ends in track.spread)
    expected = special.expit(stats.norm.ppf([0.05, 0.95]) + track.points[middle] - TRUE)
    assert low == pytest.approx(expected[0], abs=0.05)
    assert high == pytest.approx(expected[1], abs=0.05)


def test_a_curve_that_turns_crosses_twice():
    def evaluate(wanted):
        points = np.array([point for _, point in wanted])
        return np.tile(1.5 - points[:, None] ** 2, (1, 3)), np.zeros(len(points))

    _, found = found_by(evaluate)
    assert [one.rising for one in found] == [True, False]
    assert [one.value for one in found] == pytest.approx([-1.0, 1.0], abs=1e-3)
    assert [one.share for one in found] == [1.0, 1.0]
    assert [one.interval[0] for one in found] == pytest.approx([-1.0, 1.0], abs=1e-3)


def test_an_end_of_the_range_is_the_end_of_an_open_interval():
    rng = np.random.default_rng(3)
    intercepts = rng.normal(0.0, 0.3, 20)

    def evaluate(wanted):
        points = np.array([point for _, point in wanted])
        return 0.5 + 0.01 * points[:, None] + intercepts, np.zeros(len(points))

    _, found = found_by(evaluate, float(0.5 + intercepts.mean()))
    assert found[0].interval == (-np.inf, np.inf)
    assert found[0].value == pytest.approx(0.0, abs=1e-6)


def test_what_stays_on_one_side_does_not_cross():
    def evaluate(wanted):
        return np.full((len(wanted), 5), 0.3), np.zeros(len(wanted))

    track, found = found_by(evaluate)
    assert found == ()
    assert track.is_flat
