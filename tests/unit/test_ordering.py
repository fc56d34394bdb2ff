"""What is told first does not hang on the last bits of computed numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripts.learn.population_fit import Combination

from conjuncture.analysis.conditioning.posterior import Posterior
from conjuncture.analysis.explain.attribution import Attribution, Share, largest_first
from conjuncture.ordering import find_largest, find_smallest, places_in_order, put_in_order
from conjuncture.report.stories import rank_forces

BITS = st.integers(-4, 4)
"""By how many of its last bits a number is moved."""


def moved(value, bits):
    """Return a number some steps of its last bit away."""
    for _ in range(abs(bits)):
        value = np.nextafter(value, np.sign(bits) * np.inf)
    return float(value)


@given(st.lists(st.tuples(st.sampled_from([-2.0, -0.3, 0.1, 0.3, 5.0]), BITS), max_size=9))
def test_equals_keep_their_order_whatever_their_last_bits(drawn):
    exact = [value for value, _ in drawn]
    rounded = [moved(value, bits) for value, bits in drawn]
    for falling in (False, True):
        sign = -1 if falling else 1
        expected = sorted(range(len(exact)), key=lambda place: sign * exact[place])
        assert places_in_order(rounded, falling=falling) == expected


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.7]), BITS), min_size=3, max_size=3))
def test_what_rounding_leaves_of_nothing_is_nothing(drawn):
    """A sum that ought to be 0 may come out as 1e-17; beside numbers of ordinary size it is 0."""
    exact = [value for value, _ in drawn]
    rounded = [value + 1e-17 * bits for value, bits in drawn]
    assert places_in_order([*rounded, 1.0]) == places_in_order([*exact, 1.0])


def test_the_second_number_decides_where_the_first_is_equal():
    items = [("a", 0.1 + 0.2, 1), ("b", 0.3, 2), ("c", 0.1, 9)]
    keys = (lambda one: one[1], lambda one: one[2])
    assert [one[0] for one in put_in_order(items, *keys, falling=True)] == ["b", "a", "c"]
    assert find_largest(items, *keys)[0] == "b"
    assert find_smallest(items, *keys)[0] == "c"


def test_what_is_not_a_number_comes_last_and_infinities_are_equal():
    found = places_in_order([float("nan"), float("inf"), 2.0, float("inf"), float("-inf")])
    assert found == [4, 2, 1, 3, 0]
    assert places_in_order([1.0, float("nan"), 3.0], falling=True) == [2, 0, 1]
    assert places_in_order([]) == []
    with pytest.raises(IndexError):
        find_largest([], float)


def test_numbers_that_differ_are_told_apart():
    assert places_in_order([1.0, 1.00001, 0.99999], falling=True) == [1, 0, 2]


POSTERIOR = Posterior(
    what="quarrel = a",
    unknowns=("mood", "quarrel.strength", "fear"),
    labels=("mood", "strength in 'quarrel'", "fear"),
    prior=np.stack([np.tile([0.0, 1.0], 500), np.repeat([0.0, 1.0], 500)] * 2, axis=1)[
        :, [0, 1, 2]
    ],
    values=np.repeat([0.0, 1.0], [360, 40])[:, None] * np.ones(3),
    weights=np.full(400, 1 / 400),
    temperatures=(1.0,),
    effective_worlds=400.0,
    log_evidence=-1.0,
    log_evidence_error=0.1,
    acceptance=(0.5,),
    rules={"quarrel.strength": {0: "weight", 1: "refusal"}},
)


@given(st.lists(BITS, min_size=40, max_size=40))
def test_rules_and_unknowns_that_moved_equally_far_come_in_the_order_of_the_scenario(bits):
    weights = POSTERIOR.weights * np.repeat([moved(1.0, one) for one in bits], 10)
    shifts = replace(POSTERIOR, weights=weights).shifts()
    assert {one.rule for one in shifts if one.key == "quarrel.strength"} == {"weight"}
    numbers = [one.key for one in shifts if one.key != "quarrel.strength"]
    assert numbers == ["mood", "fear"]


@given(st.lists(BITS, min_size=4, max_size=4))
def test_shares_that_are_equal_are_told_in_the_order_of_the_scenario(bits):
    values = dict(zip(("unions", "army", "press", "church"), (0.1, 0.3, 0.1, 0.1), strict=True))
    shares = largest_first(
        [
            Share(force, force, moved(value, one), 0.01)
            for (force, value), one in zip(values.items(), bits, strict=True)
        ]
    )
    assert [one.factor for one in shares] == ["army", "unions", "press", "church"]
    found = Attribution(
        "forces", "a = b", 0.6, 0.0, shares, (), exact=True, orders=0, worlds=9, histories=16
    )
    order = rank_forces(list(values), found, dict.fromkeys(values, 1))
    assert order == ["army", "unions", "press", "church"]


@given(st.lists(BITS, min_size=3, max_size=3))
def test_loadings_that_are_equal_are_written_in_the_order_of_the_parameters(bits):
    loadings = np.array(
        [moved(value, one) for value, one in zip((0.5, -0.5, 0.7), bits, strict=True)]
    )
    assert str(Combination(0.3, loadings, ("fog", "refusal", "ties"))) == "ties + fog − refusal"
