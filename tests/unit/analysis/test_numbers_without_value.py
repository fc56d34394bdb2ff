"""Quantities that have no value are told as such, and spoil nothing beside them."""

from __future__ import annotations

import json
from math import inf, isfinite, isnan, nan

import numpy as np
import pytest

import conjuncture
from conjuncture.analysis.answers import NEVER_MET, NO_NUMBER
from conjuncture.analysis.estimates import Bins
from conjuncture.cli.options import format_json
from conjuncture.engine.tallies import BINS, Factor, Histogram, bin_values
from conjuncture.language.nodes import NumberLiteral
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

CLAIMS = """
  never:
    says: Nobody waited as long as that.
    test: Q(0.5, showdown.division | showdown.rounds > 1000) > 0.2
  endless:
    says: It grew beyond all bounds.
    test: Q(0.5, exp(50 * showdown.rounds)) > 1000
  mean:
    says: So it did on average.
    test: E(exp(50 * showdown.rounds)) > 1000
  ratio:
    says: One was often where the other never was.
    test: P(showdown = a) / P(showdown = a and showdown = b) > 0.2
  last:
    says: There was a last one.
    test: P(showdown = a) > 0.01
"""
NAMES = ("never", "endless", "mean", "ratio")


@pytest.fixture(scope="module")
def ensemble(write_crisis):
    return conjuncture.load(write_crisis(FREE + CLAIMS)).run(worlds=12)


@pytest.mark.parametrize(
    ("query", "lacking"),
    [
        ("Q(0.5, showdown.rounds | showdown.rounds > 1000)", NEVER_MET),
        ("Q(0.1, showdown.rounds | showdown.rounds > 1000) + P(showdown = a)", NEVER_MET),
        ("P(showdown = a | showdown.rounds > 1000)", NEVER_MET),
        ("Q(0.5, exp(50 * showdown.rounds))", NO_NUMBER),
        ("Q(0.01, exp(50 * showdown.rounds)) - 1", NO_NUMBER),
        ("E(exp(50 * showdown.rounds))", NO_NUMBER),
        ("P(showdown = a) / P(showdown = a and showdown = b)", NO_NUMBER),
        ("log(P(showdown = a) - 2)", NO_NUMBER),
        ("exp(1000 * E(showdown.rounds))", NO_NUMBER),
    ],
)
def test_what_has_no_value_says_why(ensemble, query, lacking):
    answer = ensemble.query(query)
    assert not isfinite(answer.value)
    assert answer.why_no_value.startswith(lacking)
    assert isnan(answer.standard_error)


def test_a_value_lacks_nothing(ensemble):
    answer = ensemble.query("Q(0.5, showdown.rounds)")
    assert isfinite(answer.value)
    assert (answer.why_no_value, answer.met) == ("", True)


def test_every_other_claim_is_answered(ensemble):
    tests = ensemble.test(["never", "endless", "mean", "ratio", "last"])
    assert [one.claim.key for one in tests] == [*NAMES, "last"]
    assert tests[-1].prior.answer.value > 0.01
    for text in tests.texts[:-1]:
        if text.key != "endless":
            assert text.word == ""
            assert text.readings[0].share.startswith("cannot be asked: ")
    shape = tests.to_dict()
    assert [one["prior"]["value"] for one in shape["claims"][:-1]] == [None] * len(NAMES)
    json.loads(format_json(shape))


def test_what_is_no_number_falls_into_no_bin():
    factor = Factor(0, NumberLiteral(0.0), "number")
    value = np.array([[0.1, 0.5, inf, -inf, nan, 0.9]])
    given = np.isfinite(value) & np.array([[True, True, True, True, True, False]])
    counts = bin_values(Histogram(factor, (factor,), 0.0, 1.0), value, given, np)
    assert counts.sum() == 2
    assert counts.shape == (1, BINS)


def test_quantile_of_nothing_is_no_number():
    value, _ = Bins(np.zeros((3, BINS), np.int64), 0.0, 1.0).quantile(0.5)
    assert np.isnan(value).all()
