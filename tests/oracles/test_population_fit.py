"""Fitting a population, held against closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import betaln, expit, ndtr, ndtri
from scipy.stats import beta
from scripts.learn.case_groups import GroupOutcomes
from scripts.learn.emulator import Emulator, SimulatedDesign, misses_of
from scripts.learn.population_fit import (
    DRAWS,
    PopulationFit,
    combinations_of,
    fit_population,
    rank_truths,
    weigh_by_simulation,
)

from chance import bound


class Itself:
    """An emulator whose only chance is its only parameter."""

    names = ("chance",)

    def chances(self, points):
        return points


SEEN = GroupOutcomes(np.ones((1, 1)), np.array([7.0]), np.array([20.0]))


def test_a_chance_with_a_flat_prior_has_the_beta_posterior_and_its_evidence():
    found = fit_population(Itself(), SEEN, 1, particles=2000)
    exact = beta(8, 14)
    error = exact.std() / np.sqrt(found.effective)
    assert abs(found.points.mean() - exact.mean()) < bound(1) * error
    assert found.points.std() == pytest.approx(exact.std(), rel=0.1)
    assert abs(found.log_evidence - betaln(8, 14)) < bound(1) * found.log_evidence_error


def test_a_mixture_of_cells_has_the_chance_of_the_mixture():
    seen = GroupOutcomes(np.array([[0.25, 0.75]]), np.array([1.0]), np.array([1.0]))
    assert seen.log_likelihood(np.array([[0.2, 0.6]])) == pytest.approx(np.log(0.5))


@pytest.mark.slow
def test_an_emulator_learns_a_surface_from_noisy_chances(tmp_path):
    generator = np.random.default_rng(1)
    points = generator.random((2500, 3))
    scores = ndtri(points)
    log_odds = np.stack([scores[:, 0] - 0.5 * scores[:, 1] ** 2, scores[:, 1] * scores[:, 2]], 1)
    truth = expit(log_odds)
    errors = np.full(truth.shape, 0.03)
    noisy = np.clip(truth + generator.normal(0, errors), 0, 1)
    noisy[::7, 0] = np.nan
    found = Emulator.of(SimulatedDesign(("a", "b", "c"), points, noisy, errors, ((), ("t",))))
    assert (found.error < 0.15).all()
    assert np.sqrt(np.mean((found.chances(points) - truth) ** 2)) < 0.01
    found.save(tmp_path / "kept.npz")
    again = Emulator.read(tmp_path / "kept.npz")
    assert (again.names, again.cells) == (found.names, found.cells)
    assert (again.chances(points) == found.chances(points)).all()


def test_the_error_of_an_emulator_is_what_a_surface_misses():
    points = np.random.default_rng(1).random((400, 1))
    flat = SimulatedDesign(
        ("a",), points, expit(0.4 * np.sign(points - 0.5)), np.zeros(points.shape), ((),)
    )
    assert misses_of(np.zeros((400, 1)), flat, np.ones(400, bool)) == pytest.approx(0.4, rel=0.03)


def test_parameters_that_enter_as_a_product_are_known_only_together():
    class Product:
        names = ("decisiveness", "unevenness", "idle")

        def chances(self, points):
            return ndtr(ndtri(points[:, :2]).sum(axis=1, keepdims=True))

    seen = GroupOutcomes(np.ones((1, 1)), np.array([150.0]), np.array([300.0]))
    found = fit_population(Product(), seen, 1, particles=2000)
    first, *others = combinations_of(found)
    assert str(first) in {"decisiveness + unevenness", "unevenness + decisiveness"}
    assert first.width < 0.1
    assert min(one.width for one in others) > 0.9
    assert found.widths == pytest.approx([0.5**0.5, 0.5**0.5, 1.0], abs=0.08)


def test_the_engine_has_the_last_word():
    draws = np.random.default_rng(1).random((4000, 1))
    wrong = PopulationFit(("chance",), draws, 0.0, 0.0, 4000.0, (1.0,))

    class Flat(Itself):
        def chances(self, points):
            return np.full_like(points, 0.5)

    weighed = weigh_by_simulation(wrong, draws, Flat(), SEEN)
    points = draws[weighed.resample(4000, 1), 0]
    exact = beta(8, 14)
    assert abs(points.mean() - exact.mean()) < bound(1) * exact.std() / np.sqrt(weighed.effective)


def test_ranks_of_a_right_fit_are_uniform_and_its_intervals_cover():
    found = rank_truths(Itself(), SEEN, 1, 300, particles=300)
    assert found.is_uniform
    assert found.ranks.max() <= DRAWS
    spread = np.sqrt(0.9 * 0.1 / 300)
    assert abs(found.coverage_of(0.9) - 0.9) < bound(1) * spread


def test_ranks_of_a_fit_that_is_too_sure_give_an_alarm():
    def too_sure(emulator, outcomes, seed):
        found = fit_population(emulator, outcomes, seed, particles=300)
        return replace(found, points=ndtr(0.4 * found.scores + 0.6 * found.scores.mean()))

    assert not rank_truths(Itself(), SEEN, 1, 200, posterior=too_sure).is_uniform
