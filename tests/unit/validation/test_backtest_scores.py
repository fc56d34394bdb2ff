"""Scores, curves and the bootstrap over countries, on toy data and against scikit-learn."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from validation.backtest.countries import interval, mean, resample_countries
from validation.backtest.curves import LEVEL, calibration_curve
from validation.backtest.scores import areas, log_losses, squared_errors

from chance import bound


def stated(cases, seed=3):
    """Chances to one decimal, so that there are ties, and what followed."""
    draws = np.random.default_rng(seed)
    chance = draws.integers(1, 10, cases) / 10
    return (draws.random(cases) < chance).astype(float), chance


def test_scores_are_those_of_scikit_learn():
    success, chance = stated(200)
    weights = np.random.default_rng(5).integers(0, 4, (3, 200)).astype(float)
    assert log_losses(success, chance).mean() == pytest.approx(log_loss(success, chance))
    assert squared_errors(success, chance).mean() == pytest.approx(
        brier_score_loss(success, chance)
    )
    expected = [roc_auc_score(success, chance, sample_weight=one) for one in weights]
    assert areas(success, chance, weights) == pytest.approx(expected)


def test_a_certainty_that_was_wrong_is_not_forgiven():
    assert log_losses(np.array([0.0, 1.0]), np.array([1.0, 1.0])).tolist() == [np.inf, 0.0]


def test_one_chance_for_all_tells_nothing_apart():
    success, _ = stated(50)
    assert areas(success, np.full(50, 0.3), np.ones((1, 50))).tolist() == [0.5]


def test_without_failures_there_is_no_area_and_such_draws_are_left_out():
    some = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    found = areas(np.array([1.0, 1.0, 0.0]), np.array([0.9, 0.2, 0.5]), some)
    assert np.isnan(found[0])
    assert found[1] == 0.5
    assert interval(0.5, found).low == 0.5


def test_a_curve_is_the_isotonic_regression_and_splits_the_brier_score():
    success, chance = stated(300)
    curve = calibration_curve(success, chance)
    peer = IsotonicRegression().fit(chance, success)
    assert curve.observed == pytest.approx(peer.predict(curve.chance))
    assert curve.cases.sum() == 300
    assert curve.miscalibration >= 0
    assert curve.discrimination >= 0
    assert curve.miscalibration - curve.discrimination + curve.uncertainty == pytest.approx(
        np.mean((success - chance) ** 2)
    )
    assert np.all(curve.low <= curve.high)
    assert np.all(np.diff(curve.low) >= 0)


def test_the_band_holds_calibrated_chances_as_often_as_it_says():
    repetitions = 150
    inside = 0
    for seed in range(repetitions):
        success, chance = stated(400, seed)
        curve = calibration_curve(success, chance)
        inside += curve.low[4] <= curve.observed[4] <= curve.high[4]
    error = np.sqrt(LEVEL * (1 - LEVEL) / repetitions)
    assert abs(inside / repetitions - LEVEL) < bound() * error


def test_chances_that_are_too_bold_leave_the_band():
    success, chance = stated(2_000)
    bold = np.where(chance > 0.5, 0.99, 0.01)
    curve = calibration_curve(success, bold)
    assert curve.observed[0] > curve.high[0]
    assert curve.observed[1] < curve.low[1]


def test_copies_within_a_country_make_nothing_surer():
    values = np.arange(6.0)
    country = ["a", "a", "b", "c", "c", "d"]
    once = mean(values, resample_countries(country))
    assert mean(np.tile(values, 3), resample_countries(country * 3)) == once
    alone = mean(np.tile(values, 3), resample_countries([str(place) for place in range(18)]))
    assert alone.high - alone.low < once.high - once.low


def test_draws_keep_countries_whole():
    weights = resample_countries(["a", "b", "a", "c"], 50)
    assert weights.shape == (50, 4)
    assert np.array_equal(weights[:, 0], weights[:, 2])
    assert set((weights[:, 0] + weights[:, 1] + weights[:, 3]).tolist()) == {3.0}
