"""A signal that is withheld is waited for: it differs from one that is sent by what it says alone."""

import pytest

from conjuncture.engine.addresses import BLOCK
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import read_crisis

pytestmark = pytest.mark.usefixtures("without_compiler")

TEXT = """\
conjuncture: 1
title: A king who may speak
account: account.md
forces:
  red: {troops: 2}
  blue: {troops: 2}
  line: {troops: 1 to 3, leans: {a: undecided, b: undecided}}
  crowd: {mass: 10 to 40, leans: {a: warm, b: hostile}}
stages:
  showdown:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
SIGNALS
"""
KING = "    signals: {{king: {{camp: a, round: 12, chance: {chance}, reach: {{line: {reach}}}}}}}"


@pytest.fixture(scope="module")
def ensemble(write_crisis):
    def run(signals: str) -> Ensemble:
        text = TEXT.replace("SIGNALS", signals)
        return Ensemble(read_crisis(write_crisis(text), stage_models()), 8, BLOCK)

    return run


def test_the_round_of_a_withheld_signal_is_waited_for(ensemble):
    run = ensemble(KING.format(chance=0.5, reach=2))
    for heard in (0, 1):
        assert run.query(f"P(showdown.rounds >= 12 | showdown.heard[king] = {heard})").value == 1.0
    assert ensemble("").query("P(showdown.rounds >= 12)").value < 0.5


def test_a_signal_that_says_nothing_changes_nothing_whether_sent_or_not(ensemble):
    sent, withheld = (ensemble(KING.format(chance=chance, reach=0)) for chance in (1, 0))
    for asked in ("P(showdown = a)", "E(showdown.rounds)", "P(showdown.side[line] = a)"):
        assert sent.query(asked).value == withheld.query(asked).value
