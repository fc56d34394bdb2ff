"""The unknowns that a claim may hang on: gathered number by number, ranked with ties."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import rankdata

import conjuncture
from conjuncture.analysis.explain.uncertain_inputs import candidates_of, numbers_behind
from conjuncture.analysis.hinges import Unknowns, normal_scores
from conjuncture.analysis.questions import compile_question, stages_named

pytestmark = pytest.mark.usefixtures("without_compiler")


def test_candidates_of_single_numbers_are_those_of_all_of_them_together():
    ensemble = conjuncture.load("bolivia-1970").run(20, 512, seed=3)
    unknowns, claims = Unknowns(ensemble.simulator), ensemble.crisis.claims
    for key in ("numbers", "airmen", "numbers"):
        question = compile_question(claims[key].test, crisis=ensemble.crisis)
        found = unknowns.candidates(question, ensemble.worlds)
        keys = numbers_behind(
            ensemble.simulator, question.runs, [question.asked], stages_named(question.asked)
        )
        together = candidates_of(ensemble.worlds, keys)
        assert found.labels == together.labels
        assert found.options == together.options
        assert found.computed == together.computed
        assert list(found.table) == list(together.table)
        for name, column in together.table.items():
            np.testing.assert_array_equal(found.table[name], column)


def test_equal_values_have_equal_scores_by_their_mean_rank():
    generator = np.random.default_rng(5)
    for values in (generator.normal(size=50), generator.integers(0, 4, 50) * 1.0, np.ones(3)):
        expected = ndtri((rankdata(values) - 0.5) / len(values))
        np.testing.assert_array_equal(normal_scores(values), expected)
