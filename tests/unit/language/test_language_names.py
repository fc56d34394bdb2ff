"""What names mean in events and expressions, and the hints for those that mean nothing."""

import pytest

from conjuncture.language.linker import link_event, link_expression
from conjuncture.language.names import LanguageErrors
from conjuncture.language.nodes import Cell, Compare, Label, Measure, Outcome
from conjuncture.language.parser import parse_event, parse_expression
from conjuncture.language.unparser import write


def event(text, vocabulary):
    return link_event(parse_event(text), vocabulary)


def sentences(text, vocabulary, *, link=link_event, parse=parse_event):
    with pytest.raises(LanguageErrors) as caught:
        link(parse(text), vocabulary)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("showdown = torres", Compare("=", Outcome("showdown"), Label("torres", 1))),
        ("torres = showdown", Compare("=", Label("torres", 1), Outcome("showdown"))),
        ("window[2] != quiet", Compare("!=", Outcome("window", 2), Label("quiet", 0))),
        (
            "unions.side = torres",
            Compare("=", Measure("showdown", "side", "unions"), Label("torres", 2)),
        ),
        (
            "showdown.side[unions] = aside",
            Compare("=", Measure("showdown", "side", "unions"), Label("aside", 0)),
        ),
        (
            "showdown.strength = refusal",
            Compare("=", Cell("showdown.strength"), Label("refusal", 1)),
        ),
        (
            "unions.side = students.side",
            Compare(
                "=", Measure("showdown", "side", "unions"), Measure("showdown", "side", "students")
            ),
        ),
    ],
)
def test_what_names_mean(vocabulary, text, tree):
    assert event(text, vocabulary) == tree


@pytest.mark.parametrize(
    "text",
    [
        "showdown.rounds = 3",
        "showdown.rounds + 1 >= 3",
        "showdown.strength[torres] >= 3 * scale",
        "window[2].turnout[unions] in [0.2, 0.5]",
        "not reached(window[2]) or showdown.how != fighting",
        "street.mass > 20",
    ],
)
def test_events_that_are_accepted(vocabulary, text):
    assert event(text, vocabulary)


ROOTS = "there is no force, group, stage or unknown"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("unons.mass > 3", f"{ROOTS} 'unons'; did you mean 'unions'?"),
        (
            "unions.mas > 3",
            "'unions' has no 'mas' that the scenario uses; did you mean 'unions.mass'?",
        ),
        (
            "showdown.margn > 3",
            "'showdown' has no number or measure 'margn'; did you mean 'showdown.margin'?",
        ),
        (
            "showdown.resolve > 0.5",
            (
                "'showdown' has no number or measure 'resolve'; "
                "did you mean 'showdown.miranda.resolve'?"
            ),
        ),
        (
            "window.crushed",
            "'crushed' is an outcome of 'window'; write 'window = crushed'",
        ),
        ("fog.x > 3", "'fog' is a number and has no part 'fog.x'; write 'fog'"),
        ("unions > 3", "'unions' is a force, not a number; write 'unions.troops', for example"),
        ("army > 3", "'army' is a group, not a number; write 'army.troops', for example"),
        (
            "altiplano.ties.staff > 0",
            (
                "the scenario states no 'altiplano.ties.staff'; "
                "state 'ties: {staff: 0}' under 'altiplano' in the scenario"
            ),
        ),
        (
            "services.reach.unions > 0",
            (
                "the scenario states no 'services.reach.unions'; "
                "state 'reach: {unions: 0}' under 'services' in the scenario"
            ),
        ),
        ("showdown = tores", "this is never 'tores'; did you mean 'torres'?"),
        ("showdown < torres", "'<' cannot order miranda or torres; write '=' or '!='"),
        (
            "showdown = 1",
            (
                "this is compared with miranda or torres, and is none of them; "
                "write one of: miranda, torres"
            ),
        ),
        ("showdown", "'showdown' alone is not an event; write showdown = torres, for example"),
        (
            "showdown = torres or miranda",
            "'miranda' alone is not an event; write showdown = miranda",
        ),
        (
            "showdown.margin = 3",
            (
                "'=' between real numbers says nothing: they are almost never equal; "
                "write '>=' or '<=', or 'x in [low, high]'"
            ),
        ),
        ("showdown.rounds = 2.5", "a whole number is never 2.5; write a whole number"),
        ("showdown.margin in [3, 1]", "the bounds of 'in' run backwards; write in [1, 3]"),
        ("showdwn = torres", f"{ROOTS} 'showdwn'; did you mean 'showdown'?"),
        (
            "showdown[2] = torres",
            "'showdown' is visited once; write 'showdown' or raise its 'visits'",
        ),
        ("reached(shodown)", "there is no stage 'shodown'; did you mean 'showdown'?"),
        (
            "reached(window[3])",
            "'window' is visited 2 times at most; write 'window' or raise its 'visits'",
        ),
        (
            "showdown.strength[tores] > 3",
            "there is no showdown.strength of 'tores'; did you mean 'torres'?",
        ),
        (
            "window.turnout > 0.5",
            "'window.turnout' needs to know of which; write window.turnout[unions], for example",
        ),
        (
            "showdown.rounds[torres] > 3",
            "'showdown.rounds' takes nothing in square brackets; write 'showdown.rounds'",
        ),
        (
            "army.side = torres",
            "the group 'army' has no one side; write 'altiplano.side', and the others apart",
        ),
        (
            "unions.mass > altiplano.troops",
            (
                "thousand people cannot be compared with battalion equivalents; "
                "multiply the thousand people by 'street_exchange' first"
            ),
        ),
        ("3 + 4", "this is a number, not an event; compare it, as in '... > 0.5'"),
    ],
)
def test_events_that_are_refused(vocabulary, text, sentence):
    assert sentences(text, vocabulary) == [sentence]


def test_a_side_is_ambiguous_where_several_stages_have_sides(two_showdowns):
    assert sentences("unions.side = torres", two_showdowns) == [
        "'unions.side' is not clear: several stages have sides; write showdown.side[unions]"
    ]


def test_an_expression_is_a_number(vocabulary):
    kept = link_expression(parse_expression("army.cohesion + window.turnout[unions]"), vocabulary)
    assert write(kept).endswith("window.turnout[unions]")
    refused = sentences("showdown", vocabulary, link=link_expression, parse=parse_expression)
    assert refused == [
        "'showdown' is no number: it is miranda or torres; write showdown = torres, for example"
    ]
