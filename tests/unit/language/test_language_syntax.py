"""What a text that cannot be read is told: exact sentences, and where they point."""

from types import SimpleNamespace

import numpy
import pytest

from conjuncture.language.evaluator import evaluate
from conjuncture.language.linker import link_expression
from conjuncture.language.names import LanguageErrors
from conjuncture.language.parser import (
    depth_of,
    parse_event,
    parse_expression,
    parse_interventions,
    parse_query,
    parse_value,
)
from conjuncture.language.symbols import Kind, Vocabulary
from conjuncture.language.unparser import write

PARSERS = {
    "value": parse_value,
    "expression": parse_expression,
    "event": parse_event,
    "interventions": parse_interventions,
    "query": parse_query,
}
SIGN = "is not a sign of this language"
SIDE_BY_SIDE = (
    "stand side by side; write an operator (+ - * / ^), a comparison, 'and' or 'or' between them"
)
CODE = (
    "is program code, and nothing written here is run as code; write numbers, names and the "
    "functions min max exp log sqrt clip logistic"
)
UNCERTAIN = (
    "an interval or a law can stand only in a value of the scenario; "
    "state it under 'unknowns' and write its name here"
)
AFTER_BAR = (
    "conditions and do(...) come after '|', inside P, E or Q; write P(event | condition, do(...))"
)
INTERVENTION = (
    "'aside' belongs to an intervention; write P(event | do(force aside)) to impose it, "
    "or force.side = aside to ask for it"
)
CHAINED = "comparisons cannot be chained; write 'a < b and b < c', or 'b in [a, c]'"
QUOTATION = "a quotation mark has no place in an expression; write names without quotation marks"

REFUSED = [
    ("event", "a == b", "==", f"'==' {SIGN}; write '='"),
    ("event", "a = b && b = c", "&&", f"'&&' {SIGN}; write 'and'"),
    ("event", "a = b || b = c", "||", f"'||' {SIGN}; write 'or'"),
    ("event", "!a", "!", f"'!' {SIGN}; write 'not'"),
    ("event", "a ≤ b", "≤", f"'≤' {SIGN}; write '<='"),
    ("event", "a <> b", "<>", f"'<>' {SIGN}; write '!='"),
    ("value", "a ** 2", "**", f"'**' {SIGN}; write '^'"),
    ("value", "5%", "%", f"'%' {SIGN}; write a share, 0.05 for 5 per cent"),
    ("value", "3 – 5", "–", "'–' is a dash, not a minus sign; write '-', or 'to' between two ends"),
    ("value", "__import__('os')", "__import__", f"'__import__' {CODE}"),
    ("value", "eval(3)", "eval(", f"'eval(' {CODE}"),
    ("value", "lambda x", "lambda ", f"'lambda' {CODE}"),
    ("event", "showdown = 'torres'", "'", QUOTATION),
    ("value", "a # b", "#", "'#' has no meaning in an expression; take it out"),
    (
        "value",
        "a \x07",
        "\x07",
        "the character U+0007 has no meaning in an expression; take it out",
    ),
    ("value", "(a + b", "(", "a bracket is not closed; write ')'"),
    (
        "value",
        "a + b)",
        ")",
        ("')' closes a bracket that was never opened; take it out, or open the bracket"),
    ),
    ("event", "a in [1, 2)", ")", "'[' is closed by ')'; write ']'"),
    ("value", "", "", "there is nothing here; write an expression"),
    ("value", "a +", "", "the text ends where a number, a name or '(' is expected"),
    ("value", "+3", "+", "'+' stands where a number or a name is expected; leave the '+' out"),
    ("value", "a b", "b", f"'a' and 'b' {SIDE_BY_SIDE}"),
    ("value", "3 troops", "troops", f"'3' and 'troops' {SIDE_BY_SIDE}"),
    (
        "value",
        "1,000",
        ",",
        (
            "',' stands where the end is expected; write numbers with a point and "
            "without separators, 0.5 or 1000"
        ),
    ),
    ("value", "nan", "nan", "'nan' is not a number; write a finite number"),
    ("value", "-inf", "inf", "'inf' is not a number; write a finite number"),
    ("value", ".inf", ".inf", "'.inf' is not a number; write a finite number"),
    ("value", "1e999", "1e999", "the number 1e999 is too large; write a number up to 1e+30"),
    (
        "value",
        "3 to a",
        "a",
        (
            "the ends of an interval are numbers, and this is none; write '3 to 5', and "
            "put any other part of the expression beside it"
        ),
    ),
    ("value", "٣", "٣", "'٣' cannot begin a number or a name; write digits 0 to 9 or letters"),
    ("value", "sqr(2)", "sqr(2)", "there is no function 'sqr'; did you mean 'sqrt'?"),
    (
        "value",
        "fetch(2)",
        "fetch(2)",
        (
            "there is no function 'fetch'; the functions are min, max, exp, log, sqrt, "
            "clip, logistic"
        ),
    ),
    ("value", "min(2)", "min(2)", "'min' takes at least 2 arguments, not 1"),
    (
        "value",
        "normal(2)",
        "normal(2)",
        "'normal' takes 2 arguments, not 1; write normal(mean, standard deviation)",
    ),
    (
        "value",
        "a > 3",
        "a > 3",
        "this is an event, and a value is a number; write a number or an expression",
    ),
    (
        "value",
        "P(a = b)",
        "P(a = b)",
        (
            "a quantity such as P(...) follows from the scenario and cannot be a value "
            "of it; ask it in a claim or a query"
        ),
    ),
    ("event", "a < b < c", "<", CHAINED),
    ("query", "0.2 < P(a = b) < 0.8", "<", CHAINED),
    (
        "event",
        "a = and b",
        "b",
        "'and' is a word of the language and cannot stand here; write a name",
    ),
    ("event", "a = b | c", "|", "'|' stands outside P, E or Q; write P(event | condition)"),
    ("event", "a > 3 to 5", "3 to 5", UNCERTAIN),
    ("event", "a > normal(0, 1)", "normal(0, 1)", UNCERTAIN),
    (
        "event",
        "a > warm",
        "warm",
        "'warm' can stand only in a value of the scenario; write a number",
    ),
    ("event", "a[0] = b", "0", "'0' is not a visit of a stage; write a whole number from 1"),
    (
        "event",
        "reached(a.b)",
        "reached(a.b)",
        "'reached' takes the name of one stage; write reached(stage)",
    ),
    (
        "event",
        "P(a = b) > 0",
        "P(a = b)",
        "a quantity such as P(...) cannot stand inside an event; compare it outside",
    ),
    (
        "query",
        "P(P(a = b) > 0)",
        "P(a = b)",
        ("a quantity such as P(...) cannot stand inside another quantity; compare it outside"),
    ),
    ("query", "P(a = b, do(b aside))", ",", AFTER_BAR),
    ("query", "do(b aside)", "aside", INTERVENTION),
    ("event", "unions aside", "aside", INTERVENTION),
    (
        "query",
        "do(b = 3)",
        "do(b = 3)",
        (
            "do(...) stands inside P, E or Q, after '|', or first in necessity(...); "
            "write P(event | do(...))"
        ),
    ),
    (
        "query",
        "P(a = b or forestalled)",
        "or forestalled",
        ("'or forestalled' stands where it has no meaning; write it last in necessity(...)"),
    ),
    ("query", "Q(90, a)", "90", "the level of Q is a number between 0 and 1; write Q(0.9, ...)"),
    ("interventions", "a /= 3", "/=", f"'/=' {SIGN}; write '*='"),
    (
        "interventions",
        "a goes home",
        "goes",
        (
            "'goes' stands where '*=', '=', 'aside', 'sides' or 'plays' is expected; "
            "write 'force.attribute = 0', 'force aside', 'force sides camp' or 'without "
            "force'"
        ),
    ),
    ("interventions", "a = 3 to 4", "3 to 4", UNCERTAIN),
]


@pytest.mark.parametrize(("start", "text", "piece", "sentence"), REFUSED)
def test_refused_texts(start, text, piece, sentence):
    with pytest.raises(LanguageErrors) as caught:
        PARSERS[start](text)
    (problem,) = caught.value.problems
    assert str(problem) == sentence
    assert text[problem.start : problem.end] == piece


@pytest.mark.parametrize("text", ["a" * 2_001, " " * 2_001, "1+" * 1_500 + "1"])
def test_the_length_is_bounded(text):
    with pytest.raises(LanguageErrors, match=r"characters, more than 2,000"):
        parse_value(text)


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["1"] * 999),
        "-" * 1_900 + "1",
        "^".join(["2"] * 999),
        "sqrt(" * 49 + "sqrt(sqrt(1))" + ")" * 49,
    ],
)
def test_the_depth_is_bounded(text):
    with pytest.raises(LanguageErrors, match="more than 50"):
        parse_value(text)


def test_brackets_are_bounded():
    assert parse_value("(" * 50 + "1" + ")" * 50)
    with pytest.raises(LanguageErrors, match="brackets are nested more than 50 deep"):
        parse_value("(" * 51 + "1" + ")" * 51)


def test_the_number_of_parts_is_bounded():
    half = ",".join(["1"] * 300)
    assert parse_value(f"min({half})")
    with pytest.raises(
        LanguageErrors, match="the expression has 603 parts, more than 500"
    ) as caught:
        parse_value(f"min({half}) + min({half})")
    assert len(caught.value.problems) == 1


def test_all_misplaced_pieces_are_told():
    with pytest.raises(LanguageErrors) as caught:
        parse_event("a > warm and b > 3 to 5")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("sign", ["+", "-", "+-"])
def test_a_long_sum_is_not_deep(sign):
    names = [f"u{place}" for place in range(240)]
    text = names[0] + "".join(
        f" {sign[place % len(sign)]} {name}" for place, name in enumerate(names[1:])
    )
    tree = parse_expression(text)
    assert depth_of(tree) <= 9
    assert parse_expression(write(tree)) == tree
    numbers = {name: 0.1 * place for place, name in enumerate(names)}
    cells = Vocabulary({name: Kind() for name in names}, (), (), {}, {})
    found = evaluate(link_expression(tree, cells), SimpleNamespace(cell=numbers.get), numpy)
    assert found == pytest.approx(eval(text, {}, numbers))  # noqa: S307 - our own text


def test_a_long_chain_of_events_is_not_deep():
    for word in ("and", "or"):
        tree = parse_event(f" {word} ".join(["a = b"] * 120))
        assert depth_of(tree) <= 9
        assert parse_event(write(tree)) == tree


def test_a_sum_of_fifty_terms_is_read_as_it_ever_was():
    tree = parse_expression(" + ".join(["u"] * 50))
    assert depth_of(tree) == 50


def test_what_is_deep_is_refused():
    for text in ("-" * 60 + "u", "exp(" * 20 + "max(u, " * 35 + "u" + ")" * 55):
        with pytest.raises(LanguageErrors, match="deep"):
            parse_expression(text)
