"""Sobol' indices against published numbers and closed forms, with and without noise.

Ishigami, T. and T. Homma (1990), An importance quantification technique in uncertainty analysis for
computer models: with a = 7 and b = 0.1, S1 = .31391, S2 = .44241, S3 = 0, ST3 = .24368.
The g-function of Sobol' (Saltelli and Sobol' 1995): the indices follow from
V_i = 1 / (3 (1 + a_i)^2), since the function is a product.
"""

import numpy as np
import pytest
from scipy import stats

from chance import bound
from conjuncture.analysis.explain.methods.sobol import PickFreezeDesign, pick_freeze, sobol_indices
from conjuncture.errors import UsageError

HISTORIES = 16
ISHIGAMI_FIRST = np.array([0.31391, 0.44241, 0.0])
ISHIGAMI_TOTAL = np.array([0.31391 + 0.24368, 0.44241, 0.24368])
WEIGHTS = np.array([0.0, 0.5, 3.0, 9.0])
NINETY = stats.norm.isf(0.05)


def ishigami(points):
    one, two, three = np.pi * (2.0 * points.T - 1.0)
    return np.sin(one) + 7.0 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def likely_ishigami(points):
    """Return the same as a probability: indices do not change with scale."""
    return (ishigami(points) + 12.0) / 32.0


def product(points):
    """Return the g-function as a probability."""
    found = np.prod((np.abs(4.0 * points - 2.0) + WEIGHTS) / (1.0 + WEIGHTS), axis=1)
    return found / np.prod((2.0 + WEIGHTS) / (1.0 + WEIGHTS))


def product_indices():
    parts = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    variance = np.prod(1.0 + parts) - 1.0
    return parts / variance, parts * np.prod(1.0 + parts) / (1.0 + parts) / variance


def seen(design, function, generator=None):
    """Return values and noise at the points of a design, as the shares of a few histories."""
    values = function(design.points)
    noise = np.zeros_like(values)
    if generator is not None:
        values = generator.binomial(HISTORIES, values) / HISTORIES
        noise = values * (1.0 - values) / (HISTORIES - 1)
    return design.by_matrix(values), design.by_matrix(noise)


def apart(found, first, total):
    """Return how many of its own standard errors each index lies from the true one."""
    pairs = [
        (found.first, found.first_intervals, first),
        (found.total, found.total_intervals, total),
    ]
    return np.concatenate(
        [
            (value - true) / ((ends[:, 1] - ends[:, 0]) / (2.0 * NINETY))
            for value, ends, true in pairs
        ]
    )


def test_published_indices_of_ishigami():
    found = sobol_indices(
        *seen(pick_freeze([[0], [1], [2]], columns=3, base=8192, seed=1), ishigami), seed=1
    )
    assert np.abs(apart(found, ISHIGAMI_FIRST, ISHIGAMI_TOTAL)).max() <= bound(6)
    assert np.abs(found.total - ISHIGAMI_TOTAL).max() < 0.03
    assert found.variance == pytest.approx(13.8446, rel=0.02)
    assert found.noise == pytest.approx(0.0)


def test_scipy_finds_the_same():
    other = stats.sobol_indices(
        func=lambda points: ishigami(points.T)[None], n=4096, rng=np.random.default_rng(1),
        dists=[stats.uniform()] * 3,
    )  # fmt: skip
    found = sobol_indices(
        *seen(pick_freeze([[0], [1], [2]], columns=3, base=4096, seed=2), ishigami), seed=2
    )
    np.testing.assert_allclose(found.first, other.first_order, atol=0.05)
    np.testing.assert_allclose(found.total, other.total_order, atol=0.05)


def test_closed_form_of_a_product_through_noise():
    design = pick_freeze([[0], [1], [2], [3]], columns=4, base=2048, seed=3)
    found = sobol_indices(*seen(design, product, np.random.default_rng(3)), seed=3)
    assert np.abs(apart(found, *product_indices())).max() <= bound(8)
    luck = (found.mean - found.mean**2 - found.variance) / HISTORIES
    assert found.noise == pytest.approx(luck / (luck + found.variance), abs=0.01)


def test_columns_of_a_group_move_together():
    first, total = product_indices()
    parts = 1.0 / (3.0 * (1.0 + WEIGHTS) ** 2)
    both = np.prod(1.0 + parts[:2]) - 1.0
    design = pick_freeze([[0, 1], [2, 3]], columns=4, base=2048, seed=4)
    found = sobol_indices(*seen(design, product), seed=4)
    variance = np.prod(1.0 + parts) - 1.0
    assert found.first[0] == pytest.approx(both / variance, abs=0.02)
    assert found.first[0] > first[:2].sum()
    assert found.total[0] == pytest.approx(
        1.0 - (np.prod(1.0 + parts[2:]) - 1.0) / variance, abs=0.02
    )
    assert found.total[0] < total[:2].sum()


REPETITIONS = 1000


@pytest.fixture(scope="module")
def repeated():
    """Estimates and intervals of 1,000 designs of random points, with noise; 512 rows each."""
    generator = np.random.default_rng(20270105)
    estimates, ends, possible, within = [], [], [], []
    for repetition in range(REPETITIONS):
        first, second = generator.random((2, 512, 3))
        design = PickFreezeDesign(first, second, ((0,), (1,), (2,)))
        found = sobol_indices(*seen(design, likely_ishigami, generator), seed=repetition)
        estimates.append(np.concatenate([found.first, found.total]))
        ends.append(np.concatenate([found.first_intervals, found.total_intervals]))
        told = found.possible
        possible.append(np.concatenate([told.first, told.total]))
        within.append(np.concatenate([told.first_intervals, told.total_intervals]))
    return tuple(map(np.array, (estimates, ends, possible, within)))


def test_intervals_of_ninety_per_cent_cover_in_ninety_of_a_hundred(repeated):
    true = np.concatenate([ISHIGAMI_FIRST, ISHIGAMI_TOTAL])
    _, ends, _, _ = repeated
    coverage = ((ends[..., 0] <= true) & (true <= ends[..., 1])).mean(axis=0)
    # Four standard errors of a share of 0.9 among 1,000 are just below 0.04.
    assert bound(6) * np.sqrt(0.9 * 0.1 / REPETITIONS) < 0.04
    assert np.abs(coverage - 0.9).max() <= 0.04


def test_estimates_are_right_on_average_and_nothing_is_clipped(repeated):
    estimates, ends, _, _ = repeated
    true = np.concatenate([ISHIGAMI_FIRST, ISHIGAMI_TOTAL])
    error = estimates.std(axis=0, ddof=1) / np.sqrt(REPETITIONS)
    # A ratio of means of 512 rows is off by about a 512th.
    assert (np.abs(estimates.mean(axis=0) - true) <= bound(6) * error + 2.0 / 512).all()
    assert (estimates[:, 2] < 0.0).mean() > 0.3
    assert (ends[:, 2, 0] < 0.0).mean() > 0.8


def test_what_is_possible_errs_less_and_is_never_out_of_order(repeated):
    """The second input acts by itself alone, so that its plain estimates are often out of order."""
    estimates, _, possible, within = repeated
    true = np.concatenate([ISHIGAMI_FIRST, ISHIGAMI_TOTAL])
    assert (estimates[:, 1] > estimates[:, 4]).mean() > 0.3
    assert (possible[:, :3] <= possible[:, 3:]).all()
    assert ((possible >= 0.0) & (possible <= 1.0)).all()
    assert (within[:, :3] <= within[:, 3:]).all()
    assert ((within >= 0.0) & (within <= 1.0)).all()
    squares, fewer = (((one - true) ** 2).mean(axis=0) for one in (estimates, possible))
    assert (fewer <= squares + 1e-9).all()
    assert (fewer < squares)[[1, 2]].all()
    coverage = ((within[..., 0] <= true) & (true <= within[..., 1])).mean(axis=0)
    assert coverage.min() >= 0.86


def test_nothing_is_said_where_the_variance_is_noise():
    design = pick_freeze([[0]], columns=1, base=256, seed=5)
    found = sobol_indices(
        *seen(design, lambda points: np.full(len(points), 0.5), np.random.default_rng(5)), seed=5
    )
    assert np.isnan(found.first).all()
    assert np.isnan(found.total_intervals).all()
    assert found.noise == pytest.approx(1.0, abs=0.2)


def test_points_lie_within_the_cube_and_do_not_depend_on_the_other_matrix():
    design = pick_freeze([[0], [1, 2]], columns=3, base=64, seed=6)
    points = design.points
    assert points.shape == (4 * 64, 3)
    assert (points > 0.0).all()
    assert (points < 1.0).all()
    mixed = points[3 * 64 :]
    np.testing.assert_array_equal(mixed[:, 0], design.first[:, 0])
    np.testing.assert_array_equal(mixed[:, 1:], design.second[:, 1:])
    again = pick_freeze([[0], [1, 2]], columns=3, base=64, seed=6)
    np.testing.assert_array_equal(points, again.points)


@pytest.mark.parametrize("base", [100, 32, 0])
def test_a_base_that_is_none_is_refused(base):
    with pytest.raises(UsageError, match="power of two of at least 64"):
        pick_freeze([[0]], columns=1, base=base, seed=1)
