"""The rounds that a showdown keeps for a chronicle."""

from functools import partial
from importlib.resources import files
from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from conjuncture.engine.addresses import BLOCK, site_keys
from conjuncture.engine.draws import BlockDraw, draw_block
from conjuncture.engine.history_state import WorldInputs
from conjuncture.engine.patches import AS_THINGS_WERE, tables_of
from conjuncture.engine.program_registry import program_for
from conjuncture.engine.traces import no_patch
from conjuncture.engine.worlds import Worlds
from conjuncture.mechanisms import showdown
from conjuncture.mechanisms.registry import stage_models
from conjuncture.mechanisms.showdown.model import resolve
from conjuncture.scenario.scenario_file import read_crisis
from numpy_traces import by_numpy


@pytest.fixture(scope="module")
def both(write_crisis):
    """One block of one world, resolved without and with recording."""
    text = (files(showdown) / "sample.yaml").read_text(encoding="utf-8")
    crisis = read_crisis(write_crisis(text), stage_models())
    program = program_for(crisis)
    structure, ledger = program.structure, program.ledger
    patch = no_patch(structure)
    draws = draw_block(ledger, site_keys(1, ledger.all_sites()), np.uint32(0), np.uint32(0))
    table = tables_of(structure, Worlds(crisis, 1, 1), AS_THINGS_WERE)

    def left_by(draws, *numbers, is_recorded):
        inputs = WorldInputs(structure, "showdown", *numbers, is_recorded=is_recorded)
        found = resolve(inputs, BlockDraw("showdown", (1,), None, ledger, draws))
        measures = {name: found.measures[name] for name in ("side", "rounds", "how")}
        return {"outcome": found.outcome, "measures": measures, "rounds": found.rounds}

    return [
        SimpleNamespace(
            **by_numpy(
                partial(left_by, is_recorded=is_recorded),
                draws,
                jnp.asarray(table[0, 0]),
                jnp.asarray(patch.present[0]),
                jnp.asarray(patch.side[0, 0]),
                jnp.asarray(patch.secret[0]),
                jnp.asarray(patch.moves[0]),
            )
        )
        for is_recorded in (False, True)
    ]


def test_recording_changes_nothing(both):
    plain, recorded = both
    assert plain.rounds == {}
    np.testing.assert_array_equal(plain.outcome, recorded.outcome)
    for name in ("side", "rounds", "how"):
        np.testing.assert_array_equal(plain.measures[name], recorded.measures[name])


def test_the_last_round_kept_is_where_everyone_ended(both):
    _, recorded = both
    sides = np.asarray(recorded.rounds["side"])
    assert sides.shape[2] == BLOCK
    rounds = np.asarray(recorded.measures["rounds"])
    assert rounds.max() <= len(sides)
    final = np.asarray(recorded.measures["side"])
    for lane, last in enumerate(rounds):
        np.testing.assert_array_equal(sides[last - 1, :, lane], final[:, lane])


def test_nobody_moves_before_it_enters(both):
    _, recorded = both
    sides = np.asarray(recorded.rounds["side"])
    waiting = [5, 6]
    assert (sides[0, waiting] == 0).all()
    assert (sides[:, waiting] != 0).any()
