"""Events, interventions and queries in plain words."""

from __future__ import annotations

import pytest

import conjuncture
from conjuncture.analysis.clauses import (
    event_in_words,
    interventions_in_words,
    query_in_words,
)
from conjuncture.errors import QueryError
from conjuncture.scenario.queries import read_interventions, read_query
from conjuncture.scenario.scenario_file import crises
from crisis_with_traces import SCENARIO, read

pytestmark = pytest.mark.usefixtures("without_compiler")

BOLIVIA = conjuncture.load("bolivia-1970").crisis
MACHINE = frozenset("_=[]{}|!<>")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("showdown = torres", "Torres wins the showdown"),
        ("showdown != torres", "Miranda wins the showdown"),
        ("not showdown = torres", "Miranda wins the showdown"),
        (
            "pact != agreed",
            "the officers go on quarrelling or the officers cannot trust each other",
        ),
        ("arms != armed", "it is not so that the workers are armed"),
        ("demands[2] = conceded", "the president grants the demands the second time"),
        ("reached(demands[2])", "it comes to the second round of the workers' demands"),
        ("not reached(pact)", "it does not come to the officers' pact"),
        ("showdown.side[unions] = torres", "the unions are on Torres's side in the showdown"),
        (
            "showdown.side[unions] != torres",
            "the unions are not on Torres's side in the showdown",
        ),
        ("showdown.side[air_force] = aside", "the airmen stand aside in the showdown"),
        ("arms.move[answer] = promise", "President Torres plays “promise” in the question of arms"),
        ("cabinet.vetoed[command] = 1", "the high command vetoes the joint cabinet"),
        ("window.called != yes", "nobody calls a rising in the hours without a command"),
        ("army_mood > -0.5", "the army's mood is above −0.5"),
        ("not army_mood > -0.5", "the army's mood is at most −0.5"),
        (
            "unions.mass in [20, 40]",
            "how many people the unions can bring out lies between 20 and 40 thousand people",
        ),
        (
            "(showdown = torres or pact = agreed) and window = quiet",
            "either Torres wins the showdown or the officers close ranks and nobody rises",
        ),
    ],
)
def test_events_are_clauses(event, words):
    assert event_in_words(BOLIVIA, event) == words


@pytest.mark.parametrize(
    ("done", "words"),
    [
        ("unions aside, students aside", "with the unions and the students standing aside"),
        ("unions aside secretly", "with the unions standing aside in secret"),
        ("unions sides torres", "with the unions on Torres's side"),
        ("without services", "without the American services"),
        (
            "pact = refused",
            "with the officers' pact made to end so that the officers go on quarrelling",
        ),
        ("parties plays call", "with the parties made to play “call”"),
        ("unions.mass *= 0.5", "with the mass of the unions halved"),
        ("unions.mass += 5", "with the mass of the unions raised by 5 thousand people"),
        ("unions.mass -= 5", "with the mass of the unions lowered by 5 thousand people"),
        ("army_mood -= -0.5", "with the army's mood raised by 0.5"),
        ("army_mood = -0.5", "with the army's mood at −0.5"),
        (
            "unions.mass = 3 at window",
            "with the mass of the unions at 3 thousand people from the hours without a command on",
        ),
    ],
)
def test_interventions_are_told(done, words):
    assert interventions_in_words(BOLIVIA, read_interventions(done, BOLIVIA)) == words


def test_without_words_of_the_scenario_there_are_those_of_the_mechanism(tmp_path):
    crisis = read(tmp_path, SCENARIO)
    assert event_in_words(crisis, "clash = red") == "red wins the clash"
    assert event_in_words(crisis, "clash.side[guard] = blue") == (
        "guard is on the side of blue in the clash"
    )


def test_without_any_words_there_is_the_key(tmp_path):
    crisis = read(tmp_path, GAME)
    assert event_in_words(crisis, "talks = late_peace") == "the talks ends as “late peace”"


GAME = """\
conjuncture: 1
title: Talks
account: account.md
forces:
  guard: {note: the palace}
stages:
  talks:
    mechanism: game
    nodes: {first: {player: guard, moves: {yield: late_peace, wait: war}}}
    endings:
      late_peace: {payoffs: {guard: 0.5 to 1}}
      war: {payoffs: {guard: 0 to 0.4}}
    note: they talk
"""


@pytest.mark.parametrize("slug", sorted(crises()))
def test_no_machine_names_in_the_words_of_the_catalogue(slug):
    crisis = conjuncture.load(slug).crisis
    for stage, symbols in crisis.vocabulary.stages.items():
        for outcome in symbols.outcomes:
            words = event_in_words(crisis, f"{stage} = {outcome}")
            assert words == crisis.stages[stage].says[outcome]
    said = [query_in_words(crisis, claim.test) for claim in crisis.claims.values()]
    said += [
        event_in_words(crisis, effect.when)
        for stage in crisis.stages.values()
        for effect in stage.effects
        if effect.when is not None
    ]
    assert [text for text in said if MACHINE & set(text)] == []


def test_queries_are_nouns():
    asked = "P(showdown = torres | reached(showdown), do(unions aside))"
    assert query_in_words(BOLIVIA, read_query(asked, BOLIVIA)) == (
        "the probability that Torres wins the showdown with the unions standing aside, where it "
        "comes to the showdown,"
    )
    asked = "necessity(do(unions aside) for showdown = torres)"
    assert query_in_words(BOLIVIA, read_query(asked, BOLIVIA)) == (
        "how often, where Torres wins the showdown, that would not have come about with the unions "
        "standing aside"
    )


def test_what_is_no_event_is_refused():
    with pytest.raises(QueryError):
        event_in_words(BOLIVIA, "showdown = nobody")
