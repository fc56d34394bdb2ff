"""What the evidence decides of events and of claims, found before anything is run."""

from dataclasses import replace

import pytest

from conjuncture.analysis.observed_endings import find_decided_part, observed_endings_of
from conjuncture.analysis.questions import observed_event_of
from conjuncture.language.nodes import And, Not, Or
from conjuncture.language.unparser import write
from conjuncture.scenario.queries import read_event, read_query
from crises import linked_test
from graphs import QUARREL

pytestmark = pytest.mark.usefixtures("without_compiler")

STAGES = """
conjuncture: 1
title: A rising, and what it came to
account: account.md
unknowns: {mood: 0 to 1}
forces:
  red: {kind: army, troops: 2 to 3}
  blue: {kind: army, troops: 2 to 3}
  crowd: {kind: movement, mass: 20 to 60, leans: {a: warm, b: hostile}}
stages:
  first:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
    next: {a: second, b: backwater}
  second:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
    next: {a: third}
  backwater:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
  third:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
observed: {second: a}
claims: {}
"""


@pytest.fixture(scope="module")
def rising(crisis):
    return crisis(STAGES)


@pytest.fixture(scope="module")
def quarrel(crisis):
    return crisis(QUARREL.replace("observed: {}", "observed: {contest: b, reckoning: a}"))


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("second = a", True), ("second = b", False), ("second != a", False), ("second != b", True),
        ("first = a", None), ("third = a", None), ("backwater = a", False), ("mood > 0.5", None),
        ("second.side[crowd] = a", None), ("second.rounds > 3", None),
        ("reached(first)", True), ("reached(second)", True), ("reached(third)", None),
        ("reached(backwater)", False), ("not backwater = a", None), ("backwater.rounds > 2", False),
        ("backwater.rounds in [2, 9]", False), ("not reached(backwater)", True),
        ("backwater = a or second = a", True), ("reached(third) and backwater = b", False),
    ],
)  # fmt: skip
def test_what_was_seen_to_happen_is_decided_and_nothing_else(rising, text, decided):
    evidence = observed_endings_of(rising, observed_event_of(rising))
    assert evidence.decides(read_event(text, rising)) is decided


def test_without_an_event_it_always_holds(rising):
    assert observed_endings_of(rising, observed_event_of(rising)).decides(None) is True


def test_parts_are_joined_by_the_logic_of_three_values(rising):
    """Kleene's strong logic: unknown is whatever both of its values would leave unknown."""
    evidence = observed_endings_of(rising, observed_event_of(rising))
    parts = {
        True: read_event("second = a", rising),
        False: read_event("second = b", rising),
        None: read_event("mood > 0.5", rising),
    }
    order = {False: 0.0, None: 0.5, True: 1.0}
    for one, first in parts.items():
        assert order[evidence.decides(Not(first))] == 1.0 - order[one]
        for other, second in parts.items():
            both, either = evidence.decides(And(first, second)), evidence.decides(Or(first, second))
            assert order[both] == min(order[one], order[other])
            assert order[either] == max(order[one], order[other])


@pytest.mark.parametrize(
    ("text", "decided"),
    [
        ("contest = b", True), ("contest = a", False), ("reckoning = a", True),
        # The last visit is what was seen; how an earlier one ended was not.
        ("contest[1] = b", None), ("contest[2] = b", None), ("contest[3] = a", None),
        ("reached(contest)", True), ("reached(contest[1])", True), ("reached(contest[2])", None),
        ("reckoning[1] = b", False),
    ],
)  # fmt: skip
def test_of_a_stage_that_recurs_only_its_last_ending_was_seen(quarrel, text, decided):
    evidence = observed_endings_of(quarrel, observed_event_of(quarrel))
    assert evidence.decides(read_event(text, quarrel)) is decided


@pytest.mark.parametrize(
    ("test", "part", "excluded"),
    [
        ("P(second = a | do(crowd aside)) - P(second = a) > 0", "second = a", False),
        ("P(second = b) < 0.5", "second = b", False),
        ("P(second != b) - P(third = a) > 0", "second != b", False),
        ("P(third = a | second = b) > 0.5", "second = b", True),
        ("E(second.rounds | reached(second), second = b) > 2", "reached(second) and second = b", True),
        ("Q(0.5, second.rounds | reached(second), second = b) > 2",
         "reached(second) and second = b", True),
        ("necessity(do(crowd aside) for second = b) > 0.5", "second = b", True),
        ("necessity(do(crowd aside) for third = a given second = b) > 0.5", "second = b", True),
        ("sufficiency(do(crowd aside) for second = a) > 0.5", "not second = a", True),
        # These leave something open.
        ("necessity(do(crowd aside) for second = a) > 0.5", None, None),
        ("sufficiency(do(crowd aside) for second = b) > 0.5", None, None),
        ("P(second = a | do(crowd aside)) > 0.5", None, None),
        ("P(third = a | second = a) > 0.5", None, None),
        ("P(third = a | do(second = b)) > 0.5", None, None),
        ("E(second.rounds | reached(second)) > 2", None, None),
    ],
)  # fmt: skip
def test_a_claim_is_decided_where_one_of_its_parts_is(rising, test, part, excluded):
    asked = linked_test(test, rising)
    evidence = observed_endings_of(rising, observed_event_of(rising, asked))
    expected = None if part is None else (part, excluded)
    found = find_decided_part(evidence, asked)
    assert (found and (found.text, found.excluded)) == expected


@pytest.mark.parametrize(
    ("test", "part", "excluded"),
    [
        ("P(backwater = a | reached(backwater)) > 0.5", "reached(backwater)", True),
        ("E(backwater.rounds | reached(backwater)) > 2", "reached(backwater)", True),
        ("P(backwater = a) > 0.1", "backwater = a", False),
        ("necessity(do(crowd aside) for backwater = a) > 0.5", "backwater = a", True),
        ("P(backwater = a | do(crowd aside)) > 0.1", None, None),
        ("P(second = a | reached(second)) > 0.1", None, None),
    ],
)
def test_what_is_asked_of_a_stage_on_a_way_not_taken_is_decided(rising, test, part, excluded):
    crisis = replace(rising, observed={"first": "a"})
    asked = linked_test(test, crisis)
    expected = None if part is None else (part, excluded)
    found = find_decided_part(observed_endings_of(crisis, observed_event_of(crisis, asked)), asked)
    assert (found and (found.text, found.excluded)) == expected


def test_a_stage_that_comes_again_is_not_missed(quarrel):
    """Whoever lost at first may have won before; and what comes after the last visit is open."""
    assert observed_endings_of(quarrel, read_event("contest = a", quarrel)).missed == frozenset()
    assert observed_endings_of(quarrel, read_event("contest = b", quarrel)).missed == frozenset()


def test_what_happened_up_to_a_claim_is_what_may_precede_it(rising):
    assert observed_event_of(rising, read_query("P(first = a)", rising)) is None
    assert write(observed_event_of(rising, read_query("P(third = a)", rising))) == "second = a"
