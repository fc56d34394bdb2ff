"""NumPy and JAX evaluate the same tree alike: numbers to 1e-5, decisions exactly or at the line."""

import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from conjuncture.language.evaluator import evaluate_defined, truth_of
from conjuncture.language.nodes import (
    And,
    Arithmetic,
    Call,
    Cell,
    Compare,
    Label,
    Measure,
    Negative,
    Not,
    NumberLiteral,
    Or,
    Outcome,
    Reached,
    Within,
)


class Histories:
    """Five histories; the stage is not reached in the last."""

    def __init__(self, xp):
        self.xp = xp

    def cell(self, key):
        return self.xp.asarray({"mood": -0.75, "scale": 1.5}[key], dtype=self.xp.float32)

    def outcome(self, stage, visit):
        del visit
        return self.xp.asarray([0, 1, 2, 1, 0], dtype=self.xp.int32), self.is_reached(stage, None)

    def measure(self, stage, measure, index, visit):
        del index, visit
        if measure == "rounds":
            values = self.xp.asarray([1, 2, 3, 4, 5], dtype=self.xp.int32)
        else:
            values = self.xp.asarray([0.25, 0.5, 1.25, 2.0, 3.0], dtype=self.xp.float32)
        return values, self.is_reached(stage, None)

    def is_reached(self, stage, visit):
        del stage, visit
        return self.xp.asarray([True, True, True, True, False])


leaves = st.sampled_from(
    [
        Cell("mood"),
        Cell("scale"),
        Measure("window", "rounds"),
        Measure("window", "odds"),
        NumberLiteral(0.5),
        NumberLiteral(2.0),
        NumberLiteral(3.0),
    ]
)
numbers = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Negative, inner)
        | st.builds(Arithmetic, st.sampled_from("+-*"), inner, inner)
        | st.builds(
            Arithmetic,
            st.just("/"),
            inner,
            inner.map(lambda node: Call("max", (node, NumberLiteral(0.5)))),
        )
        | st.builds(
            Arithmetic,
            st.just("^"),
            inner,
            st.sampled_from([NumberLiteral(2.0), NumberLiteral(3.0)]),
        )
        | st.builds(Call, st.sampled_from(["min", "max"]), st.tuples(inner, inner))
        | st.builds(Call, st.just("logistic"), st.tuples(inner))
        | st.builds(
            Call,
            st.sampled_from(["exp", "log", "sqrt"]),
            st.tuples(
                inner.map(lambda node: Call("clip", (node, NumberLiteral(0.5), NumberLiteral(3.0))))
            ),
        )
    ),
    max_leaves=5,
)
decisions = st.recursive(
    st.builds(Compare, st.sampled_from(["<", "<=", ">", ">="]), leaves, leaves)
    | st.sampled_from(["=", "!="]).map(
        lambda sign: Compare(sign, Outcome("window"), Label("carried", 1))
    )
    | st.builds(Within, leaves, leaves, leaves)
    | st.just(Reached("window")),
    lambda inner: (
        st.builds(Not, inner) | st.builds(And, inner, inner) | st.builds(Or, inner, inner)
    ),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None)
@given(numbers)
def test_numbers_agree(tree):
    values, defined = evaluate_defined(tree, Histories(np), np)
    again, known = evaluate_defined(tree, Histories(jnp), jnp)
    values, again = np.broadcast_to(values, 5), np.broadcast_to(np.asarray(again), 5)
    scale = max(1.0, float(np.abs(values).max()))
    assert np.allclose(values / scale, again / scale, rtol=1e-5, atol=1e-5)
    assert np.array_equal(np.broadcast_to(defined, 5), np.broadcast_to(np.asarray(known), 5))


@settings(max_examples=60, deadline=None)
@given(decisions)
def test_decisions_agree(tree):
    for one, other in zip(
        truth_of(tree, Histories(np), np), truth_of(tree, Histories(jnp), jnp), strict=True
    ):
        assert np.array_equal(np.broadcast_to(one, 5), np.broadcast_to(np.asarray(other), 5))


@settings(max_examples=60, deadline=None)
@given(decisions)
def test_nothing_is_both_true_and_false(tree):
    true, false = truth_of(tree, Histories(np), np)
    assert not np.logical_and(true, false).any()


@settings(max_examples=40, deadline=None)
@given(decisions, decisions)
def test_de_morgan(left, right):
    scope = Histories(np)
    one = truth_of(Not(And(left, right)), scope, np)
    other = truth_of(Or(Not(left), Not(right)), scope, np)
    assert all(np.array_equal(*pair) for pair in zip(one, other, strict=True))
