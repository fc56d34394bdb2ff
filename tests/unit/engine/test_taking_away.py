"""Taking signals, backers and sides away: what a run then finds, and that effects do not undo it."""

import pytest

from conjuncture.analysis.explain.attribution import attribute_to_forces
from conjuncture.analysis.explain.sample import Sample
from conjuncture.analysis.simulator import Simulator
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble
from conjuncture.errors import ScenarioError
from conjuncture.scenario.queries import read_event, read_interventions

pytestmark = pytest.mark.usefixtures("without_compiler")

TWICE = """
conjuncture: 1
title: A signal, a backer, and a core that is free elsewhere
account: account.md
unknowns: {fog: 0.3}
forces:
  red: {kind: army, troops: 2 to 3}
  blue: {kind: army, troops: 2 to 3}
  east: {kind: army, troops: 1 to 2, leans: {a: warm, b: cool}}
  crowd: {kind: movement, mass: 20 to 60, leans: {a: undecided, b: undecided, c: undecided}}
backers:
  friends: {camp: b, materiel: 0.2, reach: {crowd: 1}}
stages:
  first:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
    signals: {radio: {camp: a, round: 2, chance: 0.6, reach: {crowd: 1.5}}}
    next: {a: second, b: second}
    effects:
      - {set: {second.radio.reach.crowd: 3, friends.materiel: 2, friends.reach.crowd: 2}}
  second:
    mechanism: showdown
    camps: {b: {core: blue}, c: {core: east}}
    signals: {radio: {camp: c, reach: {crowd: 1}}}
"""


@pytest.fixture(scope="module")
def twice(crisis):
    return Ensemble(crisis(TWICE), 40)


def value(ensemble, query):
    return ensemble.query(query).value


@pytest.mark.slow
def test_a_signal_that_is_taken_away_is_neither_sent_nor_heard(twice):
    assert value(twice, "E(first.heard[radio])") == pytest.approx(0.6, abs=0.02)
    assert value(twice, "E(first.heard[radio] | do(without radio))") == 0.0
    by_hand = "first.radio.reach.crowd = 0, second.radio.reach.crowd = 0"
    for event in ("first = a", "second = c", "first.side[crowd] = a and second.side[crowd] = c"):
        taken = value(twice, f"P({event} | do(without radio))")
        assert taken == pytest.approx(value(twice, f"P({event} | do({by_hand}))"))
        assert taken < value(twice, f"P({event})") - 0.02


def test_effects_do_not_bring_back_what_was_taken_away(twice):
    assert value(twice, "E(second.radio.reach.crowd | do(without radio))") == 0.0
    for number in ("friends.materiel", "friends.reach.crowd"):
        assert value(twice, f"E({number})") == pytest.approx(2.0)
        assert value(twice, f"E({number} | do(without friends))") == 0.0
    by_hand = "friends.materiel = 0, friends.reach.crowd = 0"
    assert value(twice, "P(second = b | do(without friends))") == pytest.approx(
        value(twice, f"P(second = b | do({by_hand}))")
    )


def test_a_core_stands_aside_where_it_is_none_and_stays_where_it_is_one(twice):
    assert value(twice, "P(first.side[east] = a)") > 0.2
    assert value(twice, "P(first.side[east] = aside | do(east aside))") == 1.0
    assert value(twice, "P(second.side[east] = aside | second = c, do(east aside))") < 0.5
    assert value(twice, "P(second.side[east] = b | do(east sides b))") == 0.0
    assert value(twice, "P(first.side[east] = a | do(east sides b))") == 0.0
    assert value(twice, "P(first.side[east] = b | do(east sides b))") > 0.8
    changed = value(twice, "P(first = a)") - value(twice, "P(first = a | do(east aside))")
    assert changed > 0.05


@pytest.mark.slow
def test_explaining_and_asking_mean_the_same_by_standing_aside(twice):
    """Also of an event for which the stage counts in which a force leads a camp."""
    everyone = ("red", "east", "crowd")
    for text, forces in (("first = a", everyone[1:]), ("second = c", everyone)):
        event = read_event(text, twice.crisis)
        sample = Sample(Simulator(Worlds(twice.crisis, 1, 40), 1), event, 512)
        assert sample.forces == forces
        run = read_interventions("east aside", twice.crisis)
        asked = value(twice, f"P({text} | do(east aside))")
        assert sample.truths([run]).mean() == pytest.approx(asked, abs=0.01)
        few = Sample(sample.simulator, event)
        shares = attribute_to_forces(few)
        assert shares.empty == pytest.approx(
            few.chances(
                [read_interventions(", ".join(f"{one} aside" for one in forces), twice.crisis)]
            ).mean(dtype=float)
        )


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "unknowns: {fog: 0.3}",
            "unknowns: {fog: 0.3}\nclaims: {x: {says: So it is., test: P(first = a | do(blue aside)) > 0.5}}",
            "'blue' is the core of the camp 'b' and cannot leave it",
        ),
        ("{radio: {camp: a", "{crowd: {camp: a", "'crowd' is a force already; give the signal"),
    ],
)
def test_what_cannot_be_is_said_when_the_scenario_is_read(crisis, old, new, sentence):
    with pytest.raises(ScenarioError) as caught:
        crisis(TWICE.replace(old, new))
    assert sentence in str(caught.value)
