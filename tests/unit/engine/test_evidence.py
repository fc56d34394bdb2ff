"""Observed choices: weights, and Gumbels from their law given the choice."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from chance import bound, false_alarm
from conjuncture.engine.addresses import every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.draws import gumbels_given
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import simulate_traces
from conjuncture.engine.worlds import Worlds
from conjuncture.language.interventions import SetCell
from conjuncture.language.nodes import NumberLiteral
from crises import FREE, SWORN


def test_gumbels_given_a_choice_have_the_law_of_those_that_made_it():
    generator = np.random.default_rng(1)
    weights = np.array([0.3, -0.5, 1.0])
    fresh = generator.gumbel(size=(3, 60_000)).astype(np.float32)
    chosen = np.argmax(weights[:, None] + fresh, axis=0)
    for choice in range(3):
        made = gumbels_given(
            jnp.full(fresh.shape[1], choice), [jnp.float32(w) for w in weights], list(fresh)
        )
        given = np.stack(made)
        assert (np.argmax(weights[:, None] + given, axis=0) == choice).all()
        accepted = fresh[:, chosen == choice]
        for option in range(3):
            found = stats.ks_2samp(accepted[option], given[option])
            assert found.pvalue > false_alarm()


def test_an_option_of_weight_zero_keeps_its_gumbel():
    made = gumbels_given(
        jnp.int32(0), [jnp.float32(0), jnp.float32(-jnp.inf)], [jnp.float32(0.2), jnp.float32(0.7)]
    )
    assert np.isfinite(made[0])
    assert float(made[1]) == pytest.approx(0.7)


def run_with_evidence(crisis, run, worlds=10, blocks=8):
    made = program_for(crisis, evidence=True)
    drawn = Worlds(crisis, 4, worlds)
    batch = Batch(made, drawn, (AS_THINGS_WERE, run))
    return drawn, list(
        simulate_traces(batch, every_block(range(worlds), 0, blocks), SilentProgress())
    )


def test_a_replay_after_imposed_evidence_agrees_with_the_histories_in_which_it_happened(crisis):
    """P(a under the intervention | evidence) = min(p, p') / p in each world, stage by stage."""
    sworn = crisis(SWORN)
    act = SetCell("reds.troops", NumberLiteral(0.0), None, 0.0, None)
    drawn, parts = run_with_evidence(sworn, (act,))
    value = drawn.table
    blue = (value["blue.troops"] + value["blues.troops"]) ** 1.5
    red = (value["red.troops"] + value["reds.troops"]) ** 1.5
    less = value["red.troops"] ** 1.5
    before, after = red / (red + blue), less / (less + blue)
    kept = np.zeros((2, 10))
    for part, trace in parts:
        assert (trace.passages[0].outcome[: len(part), 0] == 0).all()
        assert (trace.passages[1].outcome[: len(part), 0] == 1).all()
        np.add.at(
            kept[0], part[:, 0], (trace.passages[0].outcome[: len(part), 1] == 0).mean(axis=1)
        )
        came = trace.passages[1].visit[: len(part), 1] > 0
        still = (trace.passages[1].outcome[: len(part), 1] == 1) & came
        np.add.at(kept[1], part[:, 0], still.sum(axis=1) / np.maximum(came.sum(axis=1), 1))
    kept /= 8
    room = bound(10) * 0.5 / np.sqrt(8 * 512)
    np.testing.assert_allclose(kept[0], np.minimum(before, after) / before, atol=room)
    np.testing.assert_allclose(kept[1], 1.0, atol=1e-9)


@pytest.mark.slow
def test_likelihood_weights_agree_with_counting_in_an_ordinary_showdown(crisis):
    from conjuncture.ensemble import Ensemble

    ensemble = Ensemble(crisis(FREE), 20, 2048)
    weighed = ensemble.likelihood()
    counted = ensemble.query("P(showdown = a)")
    room = bound() * np.sqrt(2 * 0.25 / (20 * 2048))
    assert abs(weighed.weights.mean() - counted.value) < room
    assert (weighed.errors < 0.5 / np.sqrt(2048)).all()
