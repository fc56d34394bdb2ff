import pytest

from conjuncture.language.nodes import Either, NumberLiteral, RandomDraw
from conjuncture.language.parser import parse_query, parse_value
from conjuncture.language.unparser import write


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("((a))+((b*c))", "a + b * c"),
        ("(a-b)-c", "a - b - c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a^b)^c", "(a ^ b) ^ c"),
        ("a^(b^c)", "a ^ b ^ c"),
        ("(-a)^2", "(-a) ^ 2"),
        ("-(a^2)", "-a ^ 2"),
        ("-(1 to 2)", "-(1 to 2)"),
        ("3.50 to 1e3", "3.5 to 1000"),
        ("a/(b*c)", "a / (b * c)"),
    ],
)
def test_values_are_written_with_few_brackets(text, written):
    assert write(parse_value(text)) == written


def test_queries_are_written():
    text = (
        "necessity(do(a aside, b *= 2 at c) for not (a = b or c = d) given e[2] = f or forestalled)"
    )
    assert write(parse_query(text)) == text


def test_draws_are_written_as_users_write_them():
    drawn = RandomDraw("lognormal", (0.0, 0.5), "fog")
    assert write(drawn) == "lognormal(1, 0.5)"
    assert write(Either((drawn, NumberLiteral(2.0)), (0.25, 0.75), "fog")) == (
        "either(lognormal(1, 0.5): 0.25, 2: 0.75)"
    )
