"""Whatever the parser can yield is written back to a text that it reads as the same tree."""

from hypothesis import assume, given
from hypothesis import strategies as st

from conjuncture.language.interventions import Aside, Assign, Plays, Sides, Without
from conjuncture.language.nodes import (
    MAX_LENGTH,
    And,
    Arithmetic,
    Call,
    Compare,
    Interval,
    Name,
    Negative,
    Not,
    NumberLiteral,
    Or,
    Reached,
    Within,
    Word,
)
from conjuncture.language.parser import (
    parse_event,
    parse_expression,
    parse_interventions,
    parse_query,
    parse_value,
)
from conjuncture.language.quantities import Mean, Necessity, Probability, Quantile, Sufficiency
from conjuncture.language.unparser import write, write_interventions

words = st.sampled_from(["a", "bee", "ñandú", "toward", "orders", "aside", "x_2", "日本"])
visits = st.none() | st.integers(1, 1_000)
amounts = st.floats(0, 1e30) | st.integers(0, 99).map(float)
signed = st.floats(-1e30, 1e30) | st.integers(-99, 99).map(float)
numbers = amounts.map(NumberLiteral)
names = st.builds(Name, words, st.lists(words, max_size=2).map(tuple), visits, st.none() | words)


def grown(leaves):
    """Return expressions over some leaves."""
    return st.recursive(
        leaves,
        lambda inner: (
            st.builds(Negative, inner)
            | st.builds(Arithmetic, st.sampled_from("+-*/^"), inner, inner)
            | st.builds(Call, st.just("min"), st.tuples(inner, inner))
            | st.builds(Call, st.just("clip"), st.tuples(inner, inner, inner))
        ),
        max_leaves=4,
    )


expressions = grown(numbers | names)
leanings = st.builds(Word, st.sampled_from(["warm", "sworn"]))
laws = st.builds(Call, st.just("normal"), st.tuples(numbers, numbers))
values = grown(numbers | names | st.builds(Interval, signed, signed) | leanings | laws)
events = st.recursive(
    st.builds(Compare, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), expressions, expressions)
    | st.builds(Within, expressions, expressions, expressions)
    | st.builds(Reached, words, visits)
    | names,
    lambda inner: (
        st.builds(Not, inner) | st.builds(And, inner, inner) | st.builds(Or, inner, inner)
    ),
    max_leaves=4,
)
flags = st.booleans()
interventions = st.lists(
    st.builds(
        Assign, names, st.sampled_from(["=", "*=", "+=", "-="]), expressions, st.none() | words
    )
    | st.builds(Without, words)
    | st.builds(Aside, words, secretly=flags)
    | st.builds(Sides, words, words, secretly=flags)
    | st.builds(Plays, words, words, secretly=flags),
    min_size=1,
    max_size=3,
).map(tuple)
optional = st.none() | events
done = st.just(()) | interventions
quantities = (
    st.builds(Probability, events, optional, done)
    | st.builds(Mean, expressions, optional, done)
    | st.builds(Quantile, st.floats(0.01, 0.99), expressions, optional, done)
    | st.builds(Necessity, interventions, events, optional, flags)
    | st.builds(Sufficiency, interventions, events, optional)
)
queries = (
    quantities
    | st.builds(Arithmetic, st.sampled_from("+-*/^"), quantities, numbers)
    | st.builds(Compare, st.sampled_from(["<", ">="]), quantities, numbers)
    | st.builds(Compare, st.sampled_from(["<", ">="]), quantities, quantities)
    | st.builds(Within, quantities, numbers, numbers)
)


def short(text):
    """Return a text that is not longer than texts may be, or give the example up."""
    assume(len(text) <= MAX_LENGTH)
    return text


@given(values)
def test_values_are_read_back(tree):
    assert parse_value(write(tree)) == tree


@given(expressions)
def test_expressions_are_read_back(tree):
    assert parse_expression(write(tree)) == tree


@given(events)
def test_events_are_read_back(tree):
    assert parse_event(write(tree)) == tree


@given(interventions)
def test_interventions_are_read_back(trees):
    assert parse_interventions(write_interventions(trees)) == trees


@given(queries)
def test_queries_are_read_back(tree):
    assert parse_query(short(write(tree))) == tree


@given(events)
def test_writing_what_was_read_changes_nothing(tree):
    assert write(parse_event(write(tree))) == write(tree)
