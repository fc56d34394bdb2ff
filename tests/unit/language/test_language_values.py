import math

import pytest

from conjuncture.language.linker import link_either, link_value
from conjuncture.language.names import LanguageErrors
from conjuncture.language.nodes import (
    Arithmetic,
    Cell,
    Either,
    Label,
    NumberLiteral,
    RandomDraw,
    walk,
)
from conjuncture.language.parser import parse_value
from conjuncture.language.symbols import BATTALIONS, COUNT, NON_NEGATIVE, REAL, UNIT_INTERVAL, Kind

TROOPS = Kind(NON_NEGATIVE, BATTALIONS)
LEANING = Kind(REAL)
RULE = Kind(labels=("weight", "refusal"))
SITE = "altiplano.troops"


def link(text, vocabulary, kind=TROOPS, *, leaning=False):
    return link_value(parse_value(text), vocabulary, kind, SITE, leaning=leaning)


def sentences(text, vocabulary, kind=TROOPS, *, leaning=False):
    with pytest.raises(LanguageErrors) as caught:
        link(text, vocabulary, kind, leaning=leaning)
    return [str(problem) for problem in caught.value.problems]


def test_the_family_of_an_interval_follows_the_domain(vocabulary):
    assert link("3 to 5", vocabulary).family == "lognormal"
    assert link("-1 to 1", vocabulary, LEANING).family == "normal"
    assert link("0.2 to 0.5", vocabulary, Kind(UNIT_INTERVAL)).family == "logitnormal"


def test_draws_in_one_value_have_addresses_of_their_own(vocabulary):
    value = link("warm + army_mood + -1 to 1 * normal(0, 1)", vocabulary, LEANING, leaning=True)
    sites = [node.site for node, _ in walk(value) if isinstance(node, RandomDraw)]
    assert sites == [SITE, f"{SITE}#2", f"{SITE}#3"]


def test_a_term_that_leaves_the_domain_is_an_adjustment(vocabulary):
    value = link("scale + -0.5 to 0.5", vocabulary)
    assert value.right.family == "normal"
    assert link("scale + 0.5 to 1", vocabulary).right.family == "lognormal"


def test_words_for_leanings(vocabulary):
    assert link("cool", vocabulary, LEANING, leaning=True).parameters[0] == -1.0
    assert link("sworn", vocabulary, LEANING, leaning=True) == NumberLiteral(math.inf)
    assert sentences("cool", vocabulary, LEANING) == [
        "'cool' is a word for a leaning, and this is none; write a number or an interval"
    ]
    assert sentences("1 + sworn", vocabulary, LEANING, leaning=True) == [
        "'sworn' cannot be part of an expression; write it alone, or write 'firm'"
    ]


def test_a_group_is_the_sum_of_its_members(vocabulary):
    value = link("army.troops / 2", vocabulary)
    keys = [node.key for node, _ in walk(value) if isinstance(node, Cell)]
    assert keys == ["altiplano.troops", "valleys.troops", "staff.troops"]


def test_choices_between_rules(vocabulary):
    assert link("refusal", vocabulary, RULE) == Label("refusal", 1)
    assert sentences("refusl", vocabulary, RULE) == [
        "there is no rule 'refusl'; did you mean 'refusal'?"
    ]
    assert sentences("3", vocabulary, RULE) == [
        f"'{SITE}' is a choice between rules, not a number; write one of: weight, refusal"
    ]


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("-3", TROOPS, f"'{SITE}' must be a number of at least 0, and this is -3"),
        ("2 - 3", TROOPS, f"'{SITE}' must be a number of at least 0, and this is -1"),
        ("2.5", Kind(COUNT), f"'{SITE}' must be a whole number of at least 0, and this is 2.5"),
        (
            "0 to 5",
            TROOPS,
            "a lognormal law cannot start at 0; write 0.05 to 5, or uniform(0, 5)",
        ),
        (
            "normal(3, 1)",
            TROOPS,
            (
                f"normal(3, 1) leaves the domain of '{SITE}', which must be a number "
                "of at least 0; write lognormal(3, 0.32)"
            ),
        ),
        (
            "normal(army_mood, 1)",
            LEANING,
            (
                "the arguments of 'normal' are numbers, and this is none; "
                "write a number, and put any other part of the expression beside the law"
            ),
        ),
        (
            "unions.mass",
            TROOPS,
            (
                f"'{SITE}' is in battalion equivalents, and this is in thousand people; "
                "write it in the unit of what it is for"
            ),
        ),
        (
            "unions.mass + altiplano.troops",
            TROOPS,
            (
                "thousand people cannot be added to battalion equivalents; "
                "multiply the thousand people by 'street_exchange' first"
            ),
        ),
        (
            "showdown.margin + 2",
            LEANING,
            (
                "a value is fixed before the crisis begins; it cannot read 'showdown.margin'; "
                "use numbers and cells of the scenario"
            ),
        ),
        (
            "1 / scale",
            LEANING,
            "this divides by what can be 0; write max(scale, 0.01) instead of scale",
        ),
        (
            "log(scale)",
            LEANING,
            (
                "this takes the logarithm of what can be 0 or less; "
                "write max(scale, 0.01) instead of scale"
            ),
        ),
        (
            "sqrt(army_mood)",
            LEANING,
            (
                "this takes the square root of what can be negative; write sqrt(max(army_mood, 0)) "
                "instead of sqrt(army_mood)"
            ),
        ),
        (
            "army_mood ^ 0.5",
            LEANING,
            (
                "'^' is not defined here: the base can be negative and the exponent is not a whole "
                "number; write max(army_mood, 0.01) instead of army_mood"
            ),
        ),
        (
            "exp(unions.mass)",
            LEANING,
            (
                "the argument of exp must be a plain number, and this is in thousand people; "
                "divide it by another quantity in the same unit first"
            ),
        ),
        (
            "clip(army_mood, 1, 0)",
            LEANING,
            "the bounds of clip run backwards; write clip(x, low, high)",
        ),
    ],
)
def test_values_that_are_refused(vocabulary, text, kind, sentence):
    assert sentences(text, vocabulary, kind) == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        "unions.mass * street_exchange",
        "altiplano.troops + street_exchange * unions.mass",
        "2 * scale",
        "altiplano.troops / max(valleys.troops, 0.01)",
        "log(max(scale, 0.01))",
        "sqrt(scale)",
        "army_mood ^ 2",
        "exp(log(1 + scale))",
        "1 / (0.5 to 2)",
        "sqrt(altiplano.troops * valleys.troops)",
        "scale ^ army_mood ^ 2",
    ],
)
def test_values_that_are_accepted(vocabulary, text):
    assert link(text, vocabulary)


def test_all_problems_of_a_value_are_told(vocabulary):
    assert len(sentences("unons.mass + log(scale) + warm", vocabulary)) == 3


def test_the_draws_of_a_choice_are_apart_from_the_choice():
    drawn = RandomDraw("normal", (0.0, 1.0), "fog")
    choice = link_either([(Arithmetic("+", drawn, Cell("x")), 1.0), (drawn, 3.0)], "fog")
    sites = [node.site for node, _ in walk(choice) if isinstance(node, RandomDraw | Either)]
    assert sites == ["fog", "fog#2", "fog#3"]
    assert choice.weights == (0.25, 0.75)
    with pytest.raises(ValueError, match="weights are above 0"):
        link_either([(NumberLiteral(1.0), 0.0)], "fog")
