"""What stages leave behind: effects, the numbers that follow from them, and interventions."""

import numpy as np
import pytest

from chance import bound
from conjuncture.engine.addresses import every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.structure import structure_of
from conjuncture.engine.worlds import Worlds
from conjuncture.ensemble import Ensemble
from conjuncture.errors import QueryError, ScenarioError, SimulationError

pytestmark = pytest.mark.usefixtures("without_compiler")

DOUBLING = """
conjuncture: 1
title: The winner grows
account: account.md
unknowns: {decisiveness: 1, fog: 0.5, grows: 0.6931471805599453}
attributes:
  nerve: {domain: 0 to 1, meaning: how far it dares}
forces:
  red: {kind: army, troops: 2, nerve: 0.5}
  blue: {kind: army, troops: 1, nerve: 0.2 to 0.6}
  line: {kind: army, troops: 8 * red.nerve, leans: {a: sworn}}
stages:
  first:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
    visits: 3
    next: {a: first, b: end}
    effects:
      - {when: a, shift: {red.troops: grows}, clip: {blue.nerve: blue.nerve + 2}}
claims:
  grows:
    says: Who has won once wins again.
    test: P(first[2] = a | first[1] = a) > 0.5
"""
"""Red has 2 against 1 and the line, which is worth 4; after each victory red doubles."""


def room():
    """Return how far a probability over 20 worlds of 2048 histories may lie from the true one."""
    return bound() * 0.5 / np.sqrt(20 * 2048)


@pytest.fixture(scope="module")
def doubling(crisis):
    return Ensemble(crisis(DOUBLING), 20, 2048)


def test_an_effect_is_found_at_the_next_visit(doubling):
    chances = 6 / 7, 6 / 7 * 8 / 9, 6 / 7 * 8 / 9 * 12 / 13
    for visit, chance in enumerate(chances, start=1):
        found = doubling.query(f"P(first[{visit}] = a)").value
        assert found == pytest.approx(chance, abs=room())


def test_a_number_reads_as_the_history_leaves_it(doubling):
    assert doubling.query("E(red.troops | first[1] = b)").value == pytest.approx(2.0)
    assert doubling.query("E(red.troops | first[3] = a)").value == pytest.approx(16.0, rel=1e-5)
    assert doubling.query("P(blue.nerve = 1 | first[1] = a)".replace("= 1", ">= 1")).value == 1.0
    assert doubling.query("P(blue.nerve < 1 | first[1] = b)").value == 1.0


@pytest.mark.slow
def test_an_intervention_suspends_effects(doubling):
    assert doubling.query("E(red.troops | do(red.troops = 3))").value == pytest.approx(3.0)
    found = doubling.query("P(first[2] = a | do(first[1] = a, red.troops = 3, without line))").value
    assert found == pytest.approx(3 / 4, abs=2 * room())


@pytest.mark.slow
def test_an_imposed_outcome_has_its_effects(doubling):
    assert doubling.query("P(red.troops > 3.9 | do(first[1] = a))").value == 1.0


@pytest.mark.slow
def test_what_follows_from_a_moved_number_follows(crisis):
    text = DOUBLING.replace(
        "{when: a, shift: {red.troops: grows}", "{when: a, set: {red.nerve: 0.25}"
    )
    ensemble = Ensemble(crisis(text), 20, 2048)
    found = ensemble.query("P(first[2] = a | first[1] = a)").value
    assert found == pytest.approx(4 / 5, abs=2 * room())
    found = ensemble.query("P(first[2] = a | do(first[1] = a, red.nerve = 1))").value
    assert found == pytest.approx(10 / 11, abs=2 * room())
    assert ensemble.query("E(line.troops | first[1] = a)").value == pytest.approx(2.0)
    found = ensemble.query("P(first[2] = a | do(first[1] = a, line.troops = 1))").value
    assert found == pytest.approx(3 / 4, abs=2 * room())


def test_draws_within_what_follows_are_made_once_a_world(crisis):
    text = DOUBLING.replace("8 * red.nerve", "(3 to 12) * red.nerve").replace(
        "shift: {red.troops: grows}", "set: {red.nerve: 0.25}"
    )
    read = crisis(text)
    worlds = Worlds(read, 1, 8)
    batch = Batch(program_for(read), worlds, (AS_THINGS_WERE,))
    part, trace = next(simulate_traces(batch, every_block(range(8), 0, 1), SilentProgress()))
    drawn = worlds.table["line.troops"]
    for row, (world, _) in enumerate(part):
        won = trace.passages[0].outcome[row, 0] == 0
        found = trace.numbers["line.troops"][row, 0]
        assert found[won] == pytest.approx(drawn[world] / 2, rel=1e-5)
        assert found[~won] == pytest.approx(drawn[world], rel=1e-5)


@pytest.mark.slow
def test_an_effect_may_begin_where_a_number_was_set_from_a_stage_on(crisis):
    text = DOUBLING.replace("next: {a: first, b: end}", "next: {a: first, b: last}") + ""
    text = text.replace(
        "claims:",
        "  last:\n    mechanism: showdown\n"
        "    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}\nclaims:",
    )
    ensemble = Ensemble(crisis(text), 20, 2048)
    asked = "P(last = a | reached(last), do(red.troops = 1, first[1] = a, first[2] = b at last))"
    asked = asked.replace("red.troops = 1, ", "").replace(
        "= b at last", "= b, red.troops = 1 at last"
    )
    assert ensemble.query(asked).value == pytest.approx(5 / 6, abs=2 * room())
    with pytest.raises(QueryError, match=r"what effects have made of 'red.troops' by"):
        ensemble.query("P(last = a | do(red.troops *= 2 at last))")


def test_leaving_the_domain_ends_the_run_and_says_where(crisis):
    text = DOUBLING.replace("clip: {blue.nerve: blue.nerve + 2}", "set: {blue.nerve: first.rounds}")
    ensemble = Ensemble(crisis(text), 4)
    with pytest.raises(
        SimulationError, match=r"effect of 'first' on 'blue\.nerve' leaves its domain"
    ):
        ensemble.query("P(first = a)")


FALLING = (
    DOUBLING.replace("8 * red.nerve", "8 * (red.nerve - 0.1)")
    .replace("shift: {red.troops: grows}", "set: {red.nerve: floor}")
    .replace("grows: 0.6931471805599453", "floor: 0.2")
)
"""The line follows from a nerve that falls to a floor, and there is none below 0.1."""


def test_a_value_that_can_follow_out_of_its_domain_is_refused_as_read(crisis):
    with pytest.raises(ScenarioError, match=r"'line\.troops' must be .* this can be below 0"):
        crisis(FALLING.replace("floor: 0.2", "floor: 0.05"))


def test_a_value_that_follows_out_of_its_domain_ends_the_run(crisis):
    ensemble = Ensemble(crisis(FALLING), 4)
    assert ensemble.query("P(first = a)").value > 0.0
    with pytest.raises(
        SimulationError, match=r"yaml:11: 'line\.troops' leaves its domain .* in world 0"
    ):
        ensemble.query("P(first = a | do(floor = 0.05))")


def test_a_value_that_an_intervention_takes_out_of_its_domain_ends_the_run(crisis):
    ensemble = Ensemble(crisis(FALLING), 4)
    with pytest.raises(
        SimulationError, match=r"yaml:11: 'line\.troops' would be -0.8 in world 0 \(it must be"
    ):
        ensemble.query("P(first = a | do(red.nerve = 0))")


def test_what_rounding_adds_ends_no_run(crisis):
    text = FALLING.replace("8 * (red.nerve - 0.1)", "8 * (red.nerve - 0.7 * floor - 0.3 * floor)")
    ensemble = Ensemble(crisis(text), 4)
    found = ensemble.query("P(first[2] = a | first[1] = a)").value
    assert found == pytest.approx(2 / 3, abs=2 * bound() * 0.5 / np.sqrt(4 * 512))


def test_only_what_changes_is_kept_by_history(doubling):
    living = structure_of(doubling.crisis).state_variables
    assert living.moved == ("red.troops", "blue.nerve")
    assert not living.equations


def test_saved_histories_hold_the_numbers_that_changed(doubling):
    found = doubling.to_xarray()
    troops = found["numbers/troops"].sel(force="red")
    assert troops.dims == ("world", "history")
    assert set(np.unique(troops.values.round(3))) == {2.0, 4.0, 8.0, 16.0}


@pytest.mark.slow
def test_the_placebo_lets_effects_follow(crisis):
    (tested,) = Ensemble(crisis(DOUBLING), 60, 512).test()
    assert tested.word == "holds"
    assert tested.placebo is not None
