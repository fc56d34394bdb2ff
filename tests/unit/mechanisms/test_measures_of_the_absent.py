"""What is measured of somebody who is absent is undefined, not nought."""

from importlib.resources import files
from math import isnan

import numpy as np
import pytest

from conjuncture.engine.addresses import BLOCK
from conjuncture.ensemble import Ensemble
from conjuncture.mechanisms.registry import packages, stage_models
from conjuncture.scenario.scenario_file import read_crisis

pytestmark = pytest.mark.usefixtures("without_compiler")


def sample(name: str) -> str:
    return (files(packages()[name]) / "sample.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ensemble(write_crisis):
    made: dict[str, Ensemble] = {}

    def run(name: str) -> Ensemble:
        if name not in made:
            made[name] = Ensemble(read_crisis(write_crisis(sample(name)), stage_models()), 4, BLOCK)
        return made[name]

    return run


@pytest.mark.parametrize(
    ("mechanism", "measure", "absent"),
    [
        ("pact", "pact.shares[losers]", "losers"),
        ("pact", "pact.lowest[losers]", "losers"),
        ("pact", "pact.highest[losers]", "losers"),
        ("pact", "pact.estimate[losers]", "losers"),
        ("cabinet", "cabinet.posts[unions]", "unions"),
        ("cabinet", "cabinet.offered[unions]", "unions"),
        ("programme", "programme.distance[unions]", "unions"),
    ],
)
def test_a_measure_of_an_absent_force_is_undefined(ensemble, mechanism, measure, absent):
    run = ensemble(mechanism)
    assert np.isfinite(run.query(f"E({measure})").value)
    gone = run.query(f"E({measure} | do(without {absent}))")
    assert isnan(gone.value)
    above = run.query(f"P({measure} > -9 | do(without {absent}))")
    assert (above.value, above.undefined) == (0.0, 1.0)
    assert run.query(f"P({measure} > -9 | do({absent} aside))").undefined == 0.0


@pytest.mark.parametrize(
    ("mechanism", "event", "absent"),
    [("pact", "pact.reneges[losers] = no", "losers"), ("cabinet", "cabinet.refused[unions] < 1", "unions")],
)  # fmt: skip
def test_labels_and_counts_are_undefined_too(ensemble, mechanism, event, absent):
    gone = ensemble(mechanism).query(f"P({event} | do(without {absent}))")
    assert (gone.value, gone.undefined) == (0.0, 1.0)
    either = ensemble(mechanism).query(f"P({event} or not ({event}) | do(without {absent}))")
    assert either.undefined == 1.0


def test_without_claimants_an_offer_is_worth_nothing_that_could_be_told(ensemble):
    run = ensemble("cabinet")
    nobody = "without unions, without party"
    assert run.query(f"P(cabinet = not_offered | do({nobody}))").value == 1.0
    assert isnan(run.query(f"E(cabinet.worth | do({nobody}))").value)
    assert isnan(run.query("E(cabinet.worth | do(without presidency))").value)
    assert np.isfinite(run.query("E(cabinet.worth | do(without unions))").value)


def test_a_pact_of_one_has_no_terms(ensemble):
    run = ensemble("pact")
    alone = "without losers, without neutrals"
    assert isnan(run.query(f"E(pact.surplus | do({alone}))").value)
    assert isnan(run.query(f"E(pact.shares[winners] | do({alone}))").value)
    assert run.query(f"P(pact = refused | do({alone}))").value == 1.0


def test_an_effect_that_reads_what_is_undefined_changes_nothing(write_crisis):
    text = sample("pact").replace("forces:\n", "forces:\n  church: {mass: 1, discipline: 2}\n", 1)
    text = text.replace(
        "  pact:\n", "  pact:\n    effects: [{note: x, set: {church.discipline: 'pact.shares[losers]'}}]\n", 1
    )  # fmt: skip
    run = Ensemble(read_crisis(write_crisis(text), stage_models()), 4, BLOCK)
    assert run.query("E(church.discipline)").value != pytest.approx(2.0)
    assert run.query("E(church.discipline | do(without losers))").value == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("mechanism", "absent", "name"),
    [
        ("pact", "losers", "osers"),
        ("pact", "losers, without winners, without neutrals", "reckoned"),
        ("programme", "unions", "nions"),
        ("cabinet", "unions", "nions"),
    ],
)
def test_the_absent_have_no_part_in_a_chronicle(ensemble, mechanism, absent, name):
    run = ensemble(mechanism)
    chronicle = run.chronicle(do=f"without {absent}", world=1, history=3)
    assert chronicle.under_do is not None
    told = " ".join(line for episode in chronicle.under_do for line in episode.lines)
    assert told
    assert name not in told
    assert " nan" not in told
