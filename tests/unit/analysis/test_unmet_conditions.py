"""A question without a value says which part of its condition is never met, and what occurs."""

from math import isnan

import pytest

from conjuncture.engine.addresses import BLOCK
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import read_crisis

pytestmark = pytest.mark.usefixtures("without_compiler")

TEXT = """\
conjuncture: 1
title: A small crisis
account: account.md
unknowns: {mood: "uniform(0, 1)"}
forces:
  red: {troops: 2}
  blue: {troops: 2}
  line: {troops: 1 to 3, leans: {a: sworn}}
  crowd: {mass: 10 to 40, leans: {a: warm, b: hostile}}
stages:
  clash:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
    next: {b: later}
  later:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
observed: {clash: a}
claims:
  never:
    says: The line let the second camp win.
    note: x
    test: P(clash = a | clash.side[line] = b) > 0.5
  sometimes:
    says: The first camp wins.
    note: x
    test: P(clash = a) > 0.5
"""


@pytest.fixture(scope="module")
def ensemble(write_crisis):
    return Ensemble(read_crisis(write_crisis(TEXT), stage_models()), 6, BLOCK)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("P(clash = a | clash.side[line] = b)",
         "never met in 3,072 histories: 'clash.side[line] = b' is never true (clash.side[line] is a in 99 %"),
        ("P(clash = a | clash.side[crowd] = a, clash.side[line] = b)",
         "never met in 3,072 histories: 'clash.side[line] = b' is never true"),
        ("P(clash = a | mood > 2)", "'mood > 2' is never true (mood lies between 0."),
        ("E(clash.rounds | clash = a, clash = b)", "but never all together"),
        ("P(clash = a | mood > 0, clash = a, clash = b)",
         "'clash = a' and 'clash = b' exclude each other"),
        ("necessity(do(crowd aside) for clash.side[line] = b)", "'clash.side[line] = b' is never true"),
        ("sufficiency(do(crowd aside) for clash.side[line] != b)",
         "'not clash.side[line] != b' is never true"),
        ("P(clash = a | later = a) - P(clash = a | mood > 2)", "'mood > 2' is never true"),
        ("P(later = a | clash = a, later = b)", "never all together"),
        ("E(later.margin | reached(later), clash = a)", "never all together"),
    ],
)  # fmt: skip
def test_the_part_that_is_never_met_is_told(ensemble, query, told):
    found = ensemble.query(query)
    assert isnan(found.value)
    assert told in found.no_value


def test_an_answer_that_has_a_value_says_nothing(ensemble):
    assert ensemble.query("P(clash = a)").no_value == ""


def test_claims_say_it_too(ensemble):
    never, sometimes = ensemble.test()
    assert "clash.side[line] is a in 99 %" in never.prior.answer.no_value
    assert sometimes.prior.answer.no_value == ""
    shown = ensemble.test().texts[0]
    assert shown.word == ""
    assert shown.readings[0].share.startswith("cannot be asked: its condition was never met in ")
    assert "clash.side[line] is a in 99 %" in shown.readings[0].share


ALONE = """
  {key}: {{says: So., test: '{test}'}}
"""


@pytest.mark.parametrize(
    ("key", "test", "told"),
    [
        ("number", "P(clash = a | mood > 2) > 0.5",
         "'mood > 2' is never true (mood lies between 0."),
        ("stages", "E(later.margin | reached(later), clash = a) > 0.5",
         "each part is true somewhere, 'reached(later)' in "),
        ("rounds", "E(later.margin | reached(later), clash.rounds > 1000) > 0.5",
         "'clash.rounds > 1000' is never true (clash.rounds lies between "),
        ("ratio", "P(clash = a) / P(clash = a and clash = b) > 0.2",
         "it is no finite number: something is divided by zero"),
        ("apart", "P(clash = a | mood > 0.5) - P(clash = a | mood < 0.5) > 0",
         "no world has histories in all of its conditions, 'mood > 0.5' and 'mood < 0.5'"),
        ("necessity", "necessity(do(crowd aside) for clash.side[line] = b) > 0.5",
         "'clash.side[line] = b' is never true (clash.side[line] is a in "),
    ],
)  # fmt: skip
def test_a_claim_that_cannot_be_asked_names_where_and_why(write_crisis, key, test, told):
    text = TEXT[: TEXT.index("claims:")] + "claims:" + ALONE.format(key=key, test=test)
    (shown,) = Ensemble(read_crisis(write_crisis(text), stage_models()), 6, BLOCK).test().texts
    assert shown.word == ""
    assert shown.readings[0].share.startswith("cannot be asked: ")
    assert told in shown.readings[0].share


def test_where_all_claims_have_one_condition_that_never_comes_each_says_what_does(write_crisis):
    """The nearest that comes about: what the part that is never true is in its place."""
    listed = "".join(
        f"\n  {key}: {{says: So., test: '{test}'}}"
        for key, test in (
            ("share", "P(clash = a | clash.side[line] = b) > 0.5"),
            ("mean", "E(clash.rounds | clash.side[line] = b) > 2"),
            ("change", "P(clash = a | clash.side[line] = b, do(mood = 0)) > 0.5"),
        )
    )
    text = TEXT[: TEXT.index("claims:")] + "claims:" + listed + "\n"
    tested = Ensemble(read_crisis(write_crisis(text), stage_models()), 6, BLOCK).test()
    assert [one.word for one in tested] == [None] * 3
    for one in tested:
        assert "'clash.side[line] = b' is never true (clash.side[line] is a in" in (
            one.prior.answer.no_value
        )
