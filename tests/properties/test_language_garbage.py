"""No text, however strange, gets anything but a sentence with a place in it."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conjuncture.language import linker, parser
from conjuncture.language.names import LanguageErrors
from conjuncture.language.symbols import (
    BATTALIONS,
    COUNT,
    NON_NEGATIVE,
    REAL,
    THOUSANDS,
    UNIT_INTERVAL,
    Kind,
    MeasureSymbol,
    StageSymbols,
    Vocabulary,
)
from conjuncture.language.unparser import write, write_interventions

SIDES = ("aside", "miranda", "torres")
SMALL = Vocabulary(
    cells={
        "fog": Kind(REAL),
        "army.troops": Kind(NON_NEGATIVE, BATTALIONS),
        "unions.mass": Kind(NON_NEGATIVE, THOUSANDS),
        "showdown.strength": Kind(labels=("weight", "refusal")),
    },
    forces=("army", "unions"),
    backers=("services",),
    groups={"all": ("army", "unions"), "armed": ("army",)},
    stages={
        "showdown": StageSymbols(
            outcomes=SIDES[1:],
            visits=2,
            sides=SIDES,
            takes_part=("army", "unions"),
            measures={
                "rounds": MeasureSymbol(Kind(COUNT)),
                "side": MeasureSymbol(Kind(labels=SIDES), ("army", "unions")),
                "division": MeasureSymbol(Kind(UNIT_INTERVAL)),
                "strength": MeasureSymbol(Kind(NON_NEGATIVE, BATTALIONS), SIDES[1:]),
            },
            moves={"unions": ("arm", "wait")},
        )
    },
)

PIECES_TEXT = """
fog army unions services all armed showdown troops mass rounds side division strength torres
miranda aside sides secretly plays arm without at in to and or not do for given forestalled
necessity sufficiency reached P E Q min max exp log sqrt clip logistic normal uniform warm sworn
nan inf __import__ os.system eval lambda 0 1 2.5 1e400 0.5 é ٣ ²
( ) [ ] , . | = != < <= > >= + - * / ^ == && || ! ** % ' " # { } ; : `
army.troops unions.mass army.mass unions.side showdown[2] showdown.division
showdown.strength[torres] P(showdown=torres) reached(showdown)
"""
PIECES = [*PIECES_TEXT.split(), "\\", "\x00", "\u202e"]
fragments = st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)
glued = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
texts = fragments | glued | st.text(max_size=80)


def value(text):
    for kind in (Kind(REAL), Kind(NON_NEGATIVE, BATTALIONS), Kind(labels=("weight", "refusal"))):
        write(linker.link_value(parser.parse_value(text), SMALL, kind, "fog", leaning=True))


def expression(text):
    write(linker.link_expression(parser.parse_expression(text), SMALL))


def event(text):
    write(linker.link_event(parser.parse_event(text), SMALL))


def interventions(text):
    found = linker.link_interventions(parser.parse_interventions(text), SMALL)
    write_interventions(found)


def query(text):
    write(linker.link_query(parser.parse_query(text), SMALL))


def claim(text):
    write(linker.link_test(parser.parse_query(text), SMALL))


READERS = (value, expression, event, interventions, query, claim)


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@given(text=texts)
@example(text="__import__('os').system('true')")
@example(text="os.system")
@example(text="(" * 2_000)
@example(text="-" * 1_999 + "1")
@example(text="not " * 499 + "x")
@example(text="1 ^ " * 499 + "1")
@example(text="a." * 999 + "a")
@example(text="P(" * 40 + "x" + ")" * 40)
@example(text="9" * 2_000)
@example(text="showdown[" + "9" * 1_900 + "] = torres")
@example(text="min(" + "1," * 990 + "1)")
@example(text="fog ^ 1e30 ^ 1e30")
@example(text="exp(exp(exp(1e30))) - exp(1e30)")
@example(text="1e30 ^ 9 ^ 9 * 0 - 1e30 ^ 99")
@example(text="(0 - 2.5) ^ 1e29 > 1")
@example(text="2 ^ (0 - 1e30)")
@example(text="E(army.troops ^ 9999999)")
def test_only_sentences_come_back(read, text):
    start = time.perf_counter()
    problems = problems_of(read, text)
    # Ten times the bound that is promised: the machine may be busy.
    assert time.perf_counter() - start < 10
    for problem in problems:
        assert 0 <= problem.start <= problem.end <= len(text)
        assert problem.problem
        assert "\n" not in str(problem)
        assert len(str(problem)) < 600


def problems_of(read, text):
    """Return what a reader finds wrong with a text; any other exception goes through."""
    try:
        read(text)
    except LanguageErrors as errors:
        return errors.problems
    return ()
