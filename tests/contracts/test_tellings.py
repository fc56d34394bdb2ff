"""Every mechanism tells its sample in plain sentences, whatever is taken away from it."""

from __future__ import annotations

import re
from importlib.resources import files

import numpy as np
import pytest

from conjuncture.analysis.chronicle import episode
from conjuncture.engine.blocks import every_block
from conjuncture.engine.intervening import AS_THINGS_WERE
from conjuncture.engine.one_history import Address, stages_passed
from conjuncture.engine.programs import program_for
from conjuncture.engine.progress import Silent
from conjuncture.engine.runner import Batch, traces
from conjuncture.engine.worlds import Worlds
from conjuncture.language.nodes import Without
from conjuncture.mechanisms.registry import packages, stage_models
from conjuncture.scenario.reading import read_crisis

WORLDS = 3
LANES = range(0, 512, 37)
NOT_PLAIN = re.compile(r"[_{}\[\]<>]|  |\bnan\b|\binf\b|\bNone\b|\d\.\d{5}")


@pytest.fixture(scope="module", params=sorted(packages()))
def crisis(request, write_crisis):
    sample = files(packages()[request.param]) / "sample.yaml"
    return read_crisis(write_crisis(sample.read_text(encoding="utf-8")), stage_models())


def episodes(crisis, run):
    program = program_for(crisis, (AS_THINGS_WERE, run), recording=True)
    batch = Batch(program, Worlds(crisis, 1, WORLDS), (AS_THINGS_WERE, run))
    ((part, trace),) = traces(batch, every_block(range(WORLDS), 0, 1), Silent())
    for block in range(len(part)):
        for lane in LANES:
            for passed in stages_passed(program.structure, trace, Address(block, 1, lane)):
                yield episode(crisis, passed)


def test_every_stage_is_told_in_plain_sentences(crisis):
    runs = [AS_THINGS_WERE, *((Without(force),) for force in crisis.forces)]
    for run in runs:
        told = list(episodes(crisis, run))
        assert told
        for one in told:
            assert one.lines, run
            for sentence in one.lines:
                assert isinstance(sentence, str)
                assert sentence.endswith("."), sentence
                assert re.match(r"['\"“‘(]?[A-Z0-9]", sentence), sentence
                assert not NOT_PLAIN.search(sentence), sentence


def test_rounds_are_words_and_numbers(crisis):
    program = program_for(crisis, (AS_THINGS_WERE,), recording=True)
    batch = Batch(program, Worlds(crisis, 1, 1), (AS_THINGS_WERE,))
    ((_, trace),) = traces(batch, np.array([[0, 0]]), Silent())
    for passed in stages_passed(program.structure, trace, Address(0, 0, 5)):
        for shown in passed.rounds:
            for readings in shown.values():
                assert all(isinstance(one, str | float) for one in readings.values())
