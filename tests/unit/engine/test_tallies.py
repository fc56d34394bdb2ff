"""Counting: the same on the host and compiled for an accelerator, and exact for events."""

import jax
import numpy as np
import pytest

from conjuncture.analysis.questions import compile_question
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE
from conjuncture.engine.program_registry import program_for, tally_for
from conjuncture.engine.tallies import BINS
from conjuncture.engine.worlds import Worlds
from conjuncture.scenario.queries import read_query
from crises import FREE

ASKED = (
    "P(showdown = a | crowd.side = a)",
    "E(showdown.margin * 2 - 1 | showdown.how = capitulation)",
    "necessity(do(guard aside) for showdown = a given crowd.side != b)",
    "P(not (showdown.rounds > 3 and crowd.mass >= 30) or line.side = aside)",
)


@pytest.fixture(scope="module")
def counted(crisis):
    free = crisis(FREE)
    made = program_for(free)
    questions = [compile_question(read_query(text, free)) for text in ASKED]
    runs = tuple(dict.fromkeys(run for question in questions for run in question.runs))
    places = [tuple(runs.index(run) for run in question.runs) for question in questions]
    quantile = compile_question(read_query("Q(0.5, showdown.margin)", free))
    groups = tuple(one.group(place) for one, place in zip(questions, places, strict=True))
    bins = quantile.histogram(next(iter(quantile.histograms)), (0,), -3.0, 12.0)
    counting = tally_for(made, groups, (bins,))
    prepared = Batch(made, Worlds(free, 1, 5), runs).prepare()
    assert runs[0] == AS_THINGS_WERE
    listed = np.stack([np.arange(5), np.zeros(5, np.int64)], axis=1)
    with prepared.call(listed) as (trace, tables):
        host = counting.count_on_host(trace, tables, prepared.needed)
        device = jax.tree.map(np.asarray, counting.executable(trace, tables, prepared.needed))
    return host, device


def test_the_host_and_the_compiled_counts_agree(counted):
    host, device = counted
    for one, other in zip(jax.tree.leaves(host), jax.tree.leaves(device), strict=True):
        np.testing.assert_allclose(one[:5], other[:5], rtol=1e-5, atol=1e-3)


def test_counts_of_events_are_whole_and_joint_counts_consistent(counted):
    host, _ = counted
    for place in (0, 2, 3):
        sums, products = host.sums[place][:5], host.products[place][:5]
        assert (sums == np.round(sums)).all()
        np.testing.assert_array_equal(np.diagonal(products, axis1=1, axis2=2), sums)
        assert (products <= 512).all()


def test_every_history_falls_into_a_bin(counted):
    host, _ = counted
    assert host.counts[0].shape[1] == BINS
    assert (host.counts[0][:5].sum(axis=1) == 512).all()
