import pytest

from conjuncture.language.interventions import Aside, Assign, Plays, Sides, Without
from conjuncture.language.names import LanguageErrors
from conjuncture.language.nodes import (
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

A, B, C = Name("a"), Name("b"), Name("c")
IS_B = Compare("=", A, B)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("3", NumberLiteral(3.0)),
        (".5e-2", NumberLiteral(0.005)),
        ("-3", Negative(NumberLiteral(3.0))),
        ("3 to 5", Interval(3.0, 5.0)),
        ("-0.7 to 0.7", Interval(-0.7, 0.7)),
        ("-4 to -2", Interval(-4.0, -2.0)),
        ("warm", Word("warm")),
        ("warm + a", Arithmetic("+", Word("warm"), A)),
        ("a - 1 to 2", Arithmetic("-", A, Interval(1.0, 2.0))),
        ("2 * 1 to 3", Arithmetic("*", NumberLiteral(2.0), Interval(1.0, 3.0))),
        ("normal(0, 1)", Call("normal", (NumberLiteral(0.0), NumberLiteral(1.0)))),
    ],
)
def test_values(text, tree):
    assert parse_value(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.leans.torres", Name("a", ("leans", "torres"))),
        ("a[2].strength[torres]", Name("a", ("strength",), 2, "torres")),
        ("ñandú.tropas_2", Name("ñandú", ("tropas_2",))),
        ("a\n + b", Arithmetic("+", A, B)),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("-a ^ 2", Negative(Arithmetic("^", A, NumberLiteral(2.0)))),
        ("a ^ b ^ c", Arithmetic("^", A, Arithmetic("^", B, C))),
        ("a ^ -b", Arithmetic("^", A, Negative(B))),
        ("(a + b) * c", Arithmetic("*", Arithmetic("+", A, B), C)),
        ("clip(a, 0, 1)", Call("clip", (A, NumberLiteral(0.0), NumberLiteral(1.0)))),
    ],
)
def test_expressions(text, tree):
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a != b", Compare("!=", A, B)),
        ("(a + b) >= c", Compare(">=", Arithmetic("+", A, B), C)),
        ("a in [0, b]", Within(A, NumberLiteral(0.0), B)),
        ("reached(a)", Reached("a")),
        ("reached(a[2])", Reached("a", 2)),
        ("not a = b and b = c", And(Not(IS_B), Compare("=", B, C))),
        ("a = b or b = c and a = c", Or(IS_B, And(Compare("=", B, C), Compare("=", A, C)))),
        ("toward = b", Compare("=", Name("toward"), B)),
    ],
)
def test_events(text, tree):
    assert parse_event(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a.mass = 3", Assign(Name("a", ("mass",)), "=", NumberLiteral(3.0))),
        ("a *= 0.5 at b", Assign(A, "*=", NumberLiteral(0.5), "b")),
        ("a += b * 2", Assign(A, "+=", Arithmetic("*", B, NumberLiteral(2.0)))),
        ("a -= b at c", Assign(A, "-=", B, "c")),
        ("a[2] = b", Assign(Name("a", visit=2), "=", B)),
        ("without a", Without("a")),
        ("a aside", Aside("a")),
        ("a aside secretly", Aside("a", secretly=True)),
        ("a sides b", Sides("a", "b")),
        ("a sides b secretly", Sides("a", "b", secretly=True)),
        ("a plays b secretly", Plays("a", "b", secretly=True)),
    ],
)
def test_interventions(text, tree):
    assert parse_interventions(text) == (tree,)


def test_several_interventions_keep_their_order():
    assert parse_interventions("without a, b aside") == (Without("a"), Aside("b"))


GIVEN = And(Compare("=", B, C), Reached("a"))
DONE = (Aside("a"), Without("b"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("P(a = b)", Probability(IS_B)),
        ("P(a = b | do(a aside, without b))", Probability(IS_B, None, DONE)),
        (
            "P(a = b | do(a aside), b = c, do(without b), reached(a))",
            Probability(IS_B, GIVEN, DONE),
        ),
        ("E(a | reached(a))", Mean(A, Reached("a"))),
        ("Q(0.9, a)", Quantile(0.9, A)),
        ("necessity(do(a aside, without b) for a = b)", Necessity(DONE, IS_B)),
        (
            "necessity(do(a aside, without b) for a = b given b = c and reached(a))",
            Necessity(DONE, IS_B, GIVEN),
        ),
        ("sufficiency(do(a aside, without b) for a = b)", Sufficiency(DONE, IS_B)),
        (
            "P(a = b) in [0.2, 0.5]",
            Within(Probability(IS_B), NumberLiteral(0.2), NumberLiteral(0.5)),
        ),
        (
            "2 * P(a = b) - 1",
            Arithmetic(
                "-", Arithmetic("*", NumberLiteral(2.0), Probability(IS_B)), NumberLiteral(1.0)
            ),
        ),
    ],
)
def test_queries(text, tree):
    assert parse_query(text) == tree


def test_or_forestalled_is_not_the_or_of_an_event():
    plain = parse_query("necessity(do(a aside) for a = b given b = c or a = c)")
    last = parse_query("necessity(do(a aside) for a = b given b = c or a = c or\n forestalled)")
    alone = parse_query("necessity(do(a aside) for a = b or forestalled)")
    either = Or(Compare("=", B, C), Compare("=", A, C))
    assert plain == Necessity((Aside("a"),), IS_B, either)
    assert last == Necessity((Aside("a"),), IS_B, either, or_forestalled=True)
    assert alone == Necessity((Aside("a"),), IS_B, None, or_forestalled=True)


def test_nodes_know_the_text_they_were_read_from():
    text = "P( (a + 1) > b.c ) > 0.5"
    query = parse_query(text)
    event = query.left.event
    assert text[query.start : query.end] == text
    assert text[event.left.start : event.left.end] == "(a + 1)"
    assert text[event.right.start : event.right.end] == "b.c"


def test_an_error_carries_no_text_of_the_parser_generator():
    with pytest.raises(LanguageErrors) as caught:
        parse_value("3 4")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
