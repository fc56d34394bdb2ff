"""Games as they are played: frequencies, and what interventions do."""

import numpy as np
import pytest

from chance import bound
from conjuncture.ensemble import Ensemble

WORLDS, HISTORIES = 40, 4096

ARMS = """
conjuncture: 1
title: Arms for the unions
account: account.md
unknowns: {precision: 4}
forces:
  unions: {mass: 30}
  presidency: {troops: 1}
  army: {troops: 5}
stages:
  arms:
    mechanism: game
    nodes:
      asking: {player: unions, absent: wait, moves: {ask: answer, wait: silence}}
      answer: {player: presidency, moves: {arm: sees, promise: hears, refuse: refused}}
      sees: {player: army, information: rumours, moves: {accept: weather, turn: coup}}
      hears: {player: army, information: rumours, moves: {accept: words, turn: coup}}
      weather: {chance: {fair: 3, foul: 1}, moves: {fair: armed, foul: drowned}}
    endings:
      silence: {payoffs: {presidency: 0.2}}
      armed: {payoffs: {unions: 1, presidency: 0.3, army: -1}}
      drowned: {outcome: silence, payoffs: {unions: -0.1}}
      words: {payoffs: {unions: -0.2, presidency: 0.6}}
      coup: {payoffs: {unions: -1, presidency: -1, army: 0.1}}
      refused: {payoffs: {unions: -0.4, army: 0.3}}
    next: {refused: later}
  later:
    mechanism: showdown
    camps: {rulers: {core: presidency}, soldiers: {core: army}}
claims: {}
"""


@pytest.fixture(scope="module")
def ensemble(crisis_of_arms):
    return Ensemble(crisis_of_arms, WORLDS, HISTORIES)


@pytest.fixture(scope="module")
def crisis_of_arms(write_crisis):
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.scenario_file import read_crisis

    return read_crisis(write_crisis(ARMS), stage_models())


@pytest.fixture(scope="module")
def chances(ensemble):
    """The equilibrium's probabilities, by information set and move."""
    return {
        option: ensemble.query(f"E(arms.probability[{option}])").value
        for option in (
            "asking_ask", "answer_arm", "answer_promise", "answer_refuse", "rumours_accept",
        )
    }  # fmt: skip


def close(found, expected, histories=WORLDS * HISTORIES):
    return abs(found - expected) <= bound() * np.sqrt(expected * (1 - expected) / histories) + 1e-6


def test_outcomes_come_as_often_as_the_equilibrium_says(ensemble, chances):
    ask, accept = chances["asking_ask"], chances["rumours_accept"]
    arm, promise = chances["answer_arm"], chances["answer_promise"]
    expected = {
        "silence": 1 - ask + ask * arm * accept * 0.25,
        "armed": ask * arm * accept * 0.75,
        "words": ask * promise * accept,
        "coup": ask * (arm + promise) * (1 - accept),
        "refused": ask * chances["answer_refuse"],
    }
    assert sum(expected.values()) == pytest.approx(1.0, abs=1e-5)
    for outcome, probability in expected.items():
        assert close(ensemble.query(f"P(arms = {outcome})").value, probability), outcome


def test_moves_endings_and_payoffs_belong_together(ensemble, chances):
    assert ensemble.query("P(arms.ending = drowned | arms.move[weather] = foul)").value == 1.0
    assert ensemble.query("P(arms.move[answer] = none | arms.move[asking] = wait)").value == 1.0
    assert ensemble.query("E(arms.moves | arms = refused)").value == 2.0
    assert ensemble.query("E(arms.payoff[unions] | arms = coup)").value == -1.0
    assert ensemble.query("E(arms.residual)").value < 1e-5
    seen = ensemble.query("P(arms.move[rumours] = accept | arms.move[answer] = arm)").value
    reached = ensemble.query("P(arms.move[answer] = arm)").value * WORLDS * HISTORIES
    assert close(seen, chances["rumours_accept"], reached)


def test_what_is_expected_is_what_is_got_on_average(ensemble):
    histories = WORLDS * HISTORIES
    for player in ("unions", "presidency", "army"):
        expected = ensemble.query(f"E(arms.expects[{player}])").value
        got = ensemble.query(f"E(arms.payoff[{player}])").value
        assert abs(got - expected) < bound() * 1.0 / np.sqrt(histories)


def test_a_move_that_is_known_changes_what_the_others_do(ensemble, chances):
    act = "do(army plays turn)"
    assert ensemble.query(f"P(arms.move[rumours] = accept | {act})").value == 0.0
    assert ensemble.query(f"E(arms.probability[rumours_turn] | {act})").value == 1.0
    known = ensemble.query(f"E(arms.probability[answer_refuse] | {act})").value
    assert known > chances["answer_refuse"] + 0.1


def test_a_secret_move_changes_only_itself(ensemble, chances):
    act = "do(army plays turn secretly)"
    assert ensemble.query(f"P(arms.move[rumours] = accept | {act})").value == 0.0
    for option, chance in chances.items():
        found = ensemble.query(f"E(arms.probability[{option}] | {act})").value
        assert found == pytest.approx(chance, abs=1e-6)


def test_who_is_absent_or_aside_does_what_is_said_of_the_absent(ensemble):
    for act in ("without unions", "unions aside", "unions aside secretly"):
        assert ensemble.query(f"P(arms = silence | do({act}))").value == 1.0
    act = "do(without presidency)"
    assert ensemble.query(f"E(arms.probability[answer_arm] | {act})").value == pytest.approx(1 / 3)
    ask = ensemble.query(f"E(arms.probability[asking_ask] | {act})").value
    assert close(ensemble.query(f"P(arms.move[answer] = arm | {act})").value, ask / 3)


@pytest.mark.slow
def test_payoffs_and_precision_can_be_set(ensemble):
    bold = ensemble.query("E(arms.probability[asking_ask] | do(precision = 0))").value
    assert bold == pytest.approx(0.5, abs=1e-6)
    loyal = ensemble.query("P(arms.move[rumours] = turn | do(arms.coup.army = -9))").value
    assert loyal < ensemble.query("P(arms.move[rumours] = turn)").value
