"""What ``check`` accepts runs: whole scenarios drawn from the grammar, each in two worlds.

Of a scenario with mistakes nothing is wanted but that each is a sentence with its place. One
without is traced, run by NumPy in the place of the compiler, and asked everything that its claims
ask. A few are compiled as well, and told.

``CONJUNCTURE_SCENARIOS=300``, as ``make check`` has it, tries so many in the place of 60, always the
same; where more are wanted, they are others each time.
"""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings

from conjuncture.analysis.verdicts import FEWEST_WORLDS, word_of
from conjuncture.engine.addresses import every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.ensemble import Ensemble
from conjuncture.errors import ScenarioError, UsageError
from drawn_scenarios import read_text, scenarios
from interpreted_program import FewHistoriesProgram, without_compiling

FEWEST, ALWAYS_THE_SAME = 60, 300
WANTED = int(os.environ.get("CONJUNCTURE_SCENARIOS", FEWEST))
WORLDS = 2
SLACK = 1e-5


def read_or_refused(text):
    """Return the crisis, or None where what is wrong with it is told in sentences."""
    try:
        return read_text(text)
    except ScenarioError as error:
        mistakes = error.mistakes
    assert mistakes
    for mistake in mistakes:
        assert mistake.file.endswith("scenario.yaml")
        assert mistake.line > 0
        assert mistake.problem
        assert "\n" not in str(mistake)
    return None


def check_worlds(ensemble):
    """Hold the numbers of every world against their domains; only an oath is infinite."""
    crisis = ensemble.crisis
    for key, values in ensemble.worlds.table.items():
        domain = crisis.numbers[key].domain
        sworn = (values == np.inf) & (".leans." in key)
        assert (np.isfinite(values) | sworn).all(), key
        assert domain.lower is None or values.min() >= domain.lower, key
        assert domain.upper is None or values.max() <= domain.upper, key


def check_histories(ensemble):
    """Hold what histories left of every stage against what the stage says that it leaves."""
    crisis = ensemble.crisis
    program = program_for(crisis)
    batch = Batch(program, ensemble.worlds, ((),))
    for _, trace in simulate_traces(batch, every_block(range(WORLDS), 0, 1), SilentProgress()):
        for room, passage in zip(program.structure.unrolled_stages, trace.passages, strict=True):
            name = program.structure.stages[room.stage]
            symbols = crisis.vocabulary.stages[name]
            passed = passage.visit[:, 0] > 0
            outcomes = passage.outcome[:, 0][passed]
            assert np.isin(outcomes, range(len(symbols.outcomes))).all()
            assert set(passage.measures) == set(symbols.measures)
            for measure, symbol in symbols.measures.items():
                for part in parts_of(passage.measures[measure], symbol.index):
                    check_measure(f"{name}.{measure}", symbol.kind, part[:, 0][passed])


def parts_of(values, index):
    """Return a measure's arrays, one for each force, camp or issue that it has."""
    if isinstance(values, dict):
        assert set(values) == set(index)
        return list(values.values())
    if index is None:
        return [values]
    assert values.shape[2] == len(index)
    return [values[:, :, place] for place in range(len(index))]


def check_measure(name, kind, values):
    """Hold a measure against its kind."""
    assert np.isfinite(values).all(), name
    if kind.labels is not None:
        assert np.isin(values, range(len(kind.labels))).all(), name
        return
    slack = SLACK * max(1.0, float(np.abs(values).max(initial=0.0)))
    assert kind.domain.lower is None or (values >= kind.domain.lower - slack).all(), name
    assert kind.domain.upper is None or (values <= kind.domain.upper + slack).all(), name


def check_claims(ensemble):
    """Test every claim."""
    tested = ensemble.test()
    assert [one.claim.key for one in tested] == list(ensemble.crisis.claims)
    for one in tested:
        verdict = one.prior.verdict
        low, high = verdict.interval
        assert 0.0 <= low <= high <= 1.0
        if verdict.word is None:
            assert verdict.effective_worlds < FEWEST_WORLDS
        else:
            assert verdict.word == word_of(low, high)
            assert low <= verdict.share <= high
    assert str(tested)


def check_pairs(ensemble):
    """Tell what every claim says, except where its condition never comes about."""
    for key in ensemble.crisis.claims:
        try:
            told = ensemble.chronicle(claim=key)
        except UsageError as error:
            why = str(error)
        else:
            assert told.illustration.key == key
            assert 0.0 <= told.illustration.share <= 1.0
            assert str(told)
            continue
        assert "never met" in why or "undefined" in why


@settings(max_examples=WANTED, derandomize=WANTED <= ALWAYS_THE_SAME)
@given(scenarios())
def test_what_check_accepts_runs(text):
    crisis = read_or_refused(text)
    if crisis is None:
        return
    ensemble = Ensemble(crisis, WORLDS)
    check_worlds(ensemble)
    with without_compiling(FewHistoriesProgram):
        check_histories(ensemble)
        check_claims(ensemble)


@pytest.mark.filterwarnings("error")
@settings(max_examples=max(WANTED // 10, 1), derandomize=WANTED <= ALWAYS_THE_SAME)
@given(scenarios())
def test_what_runs_can_be_told_and_kept(text):
    crisis = read_or_refused(text)
    if crisis is None:
        return
    ensemble = Ensemble(crisis, WORLDS)
    with without_compiling(FewHistoriesProgram):
        assert str(ensemble.chronicle())
        check_pairs(ensemble)
        assert str(ensemble.tree())
        assert ensemble.to_xarray().sizes["world"] == WORLDS
        if crisis.observed:
            assert (ensemble.likelihood().weights >= 0).all()
