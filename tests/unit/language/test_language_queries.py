import pytest

from conjuncture.language.linker import link_query, link_test
from conjuncture.language.names import LanguageErrors
from conjuncture.language.parser import parse_query
from conjuncture.language.unparser import write

WON = "showdown = torres"


def link(text, vocabulary, *, test=False, certain=frozenset()):
    return (link_test if test else link_query)(parse_query(text), vocabulary, certain)


def sentences(text, vocabulary, *, test=False, certain=frozenset()):
    with pytest.raises(LanguageErrors) as caught:
        link(text, vocabulary, test=test, certain=certain)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        f"P({WON})",
        f"P({WON}) - P({WON} | do(unions aside))",
        f"P({WON}) / P(window = quiet)",
        "E(window.turnout[unions] | reached(window), unions.side = torres)",
        "Q(0.9, army_mood)",
        f"necessity(do(unions aside) for {WON} given unions.side = torres or forestalled)",
        f"P({WON}) > 0.5",
    ],
)
def test_queries_that_are_accepted(vocabulary, text):
    assert link(text, vocabulary)


def test_groups_in_interventions_are_expanded(vocabulary):
    linked = link(f"P({WON} | do(street aside))", vocabulary)
    assert write(linked) == "P(showdown = torres | do(unions aside, students aside))"


REACHED = "'E' reads 'window', which a history may not reach; add the condition: | reached(window)"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (WON, "this is an event, not a quantity; write P(...) of the event"),
        ("3", "nothing is asked here; write P(event), E(number), necessity(...), and so on"),
        (
            f"P({WON}) > 0.5 and P({WON}) < 0.9",
            (
                "a query asks one thing at a time; "
                "write two queries, or two claims, instead of 'and', 'or' or 'not'"
            ),
        ),
        (
            f"army_mood + P({WON})",
            "'army_mood' stands outside P, E or Q; write E(army_mood)",
        ),
        (
            f"E({WON})",
            "this is an event, and a number is wanted here; write P(...) of the event",
        ),
        ("E(window.turnout[unions])", REACHED),
        ("E(window[1].turnout[unions])", REACHED),
        (f"P({WON}) / 0", "this divides by what can be 0; use max(x, 0.01)"),
    ],
)
def test_queries_that_are_refused(vocabulary, text, sentence):
    assert sentences(text, vocabulary) == [sentence]


def test_a_certain_stage_need_not_be_reached(vocabulary):
    assert link("E(showdown.margin)", vocabulary, certain=frozenset(["showdown"]))
    assert link("E(window[2].turnout[unions] | reached(window[2]))", vocabulary)
    assert sentences("E(window[2].turnout[unions])", vocabulary, certain=frozenset(["window"])) == [
        (
            "'E' reads 'window[2]', which a history may not reach; "
            "add the condition: | reached(window[2])"
        )
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            f"P({WON})",
            (
                "a claim is tested by a comparison, and this is a number; compare it, as in "
                "'... > 0.5'"
            ),
        ),
        (
            f"P({WON}) > 1.2",
            (
                "no draw can ever decide this: it is never true; "
                "compare it with a number between 0 and 1"
            ),
        ),
        (
            f"1.2 > P({WON})",
            (
                "no draw can ever decide this: it is always true; "
                "compare it with a number between 0 and 1"
            ),
        ),
        (
            f"P({WON}) >= 0",
            (
                "no draw can ever decide this: it is always true; "
                "compare it with a number between 0 and 1"
            ),
        ),
        (
            f"P({WON}) - P(window = quiet) > 2",
            (
                "no draw can ever decide this: it is never true; "
                "compare it with a number between -1 and 1"
            ),
        ),
        (
            "E(unions.mass) > -1",
            "no draw can ever decide this: it is always true; compare it with a number above 0",
        ),
        (
            f"P({WON}) in [0.2, 2]",
            "no draw ever comes to 2; compare it with a number between 0 and 1",
        ),
        (
            "E(unions.mass) > E(altiplano.troops)",
            (
                "thousand people cannot be compared with battalion equivalents; "
                "multiply the thousand people by 'street_exchange' first"
            ),
        ),
        (
            f"P({WON}) = 0.5",
            (
                "'=' between real numbers says nothing: they are almost never equal; "
                "write '>=' or '<=', or 'x in [low, high]'"
            ),
        ),
    ],
)
def test_claims_that_are_refused(vocabulary, text, sentence):
    assert sentences(text, vocabulary, test=True) == [sentence]


@pytest.mark.parametrize(
    "text", [f"P({WON}) > 0", f"P({WON}) in [0, 0.5]", "E(altiplano.leans.torres) < 3"]
)
def test_claims_that_are_accepted(vocabulary, text):
    assert link(text, vocabulary, test=True)


def test_the_cost_of_a_query_is_bounded(vocabulary):
    same = " + ".join([f"P({WON})"] * 17)
    assert link(same, vocabulary)
    different = " + ".join(f"P(showdown.rounds > {rounds})" for rounds in range(17))
    assert sentences(different, vocabulary) == [
        "this asks for 17 quantities, more than 16; split it into several queries"
    ]


def test_the_interventions_of_a_query_are_bounded(vocabulary):
    asked = [f"P({WON} | do(unions.mass = {mass}))" for mass in range(8)]
    assert link(" + ".join(asked[:7] + asked[:7]), vocabulary)
    assert sentences(" + ".join(asked), vocabulary) == [
        "this compares 8 interventions, more than 7; split it into several queries"
    ]


def test_problems_inside_several_quantities_are_all_told(vocabulary):
    text = "P(showdwn = torres | unons.side = torres, do(without studnts)) > 0.5"
    assert len(sentences(text, vocabulary, test=True)) == 3
