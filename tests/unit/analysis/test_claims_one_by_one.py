"""Claims come one by one, in order, and nothing hangs on which are counted together."""

import json
import re

import numpy as np
import pytest
from conjuncture.analysis.testing import groups

from conjuncture.engine.addresses import BLOCK
from conjuncture.engine.program import RUNS_PER_CALL
from conjuncture.ensemble import Ensemble
from crises import FREE
from terminal import stopped

WORLDS = 40
MASSES = tuple(range(1, 12))
CLAIMS = "claims:\n" + "".join(
    f"""  at_{mass}:
    says: A crowd of {mass} would be enough.
    test: P(showdown = a | do(crowd.mass = {mass})) > 0.{mass + 30}
"""
    for mass in MASSES
)


class After:
    """Wants the answer so far when some blocks are done."""

    stopped = False

    def __init__(self, blocks):
        self.left = blocks

    def expect(self, label, blocks):
        pass

    def advance(self, blocks):
        self.left -= blocks
        self.stopped = self.left <= 0


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE[: FREE.index("claims:")] + CLAIMS)


def told(tested):
    return [
        (one.claim.key, one.prior.answer.value, one.prior.verdict, one.placebo) for one in tested
    ]


def test_the_first_claim_is_tested_alone_and_the_others_in_full_calls(free):
    found = list(groups(list(free.claims.values())))
    assert [claim.key for group in found for claim in group] == list(free.claims)
    assert [len(group) for group in found] == [1, RUNS_PER_CALL - 1, 3]


def test_a_claim_among_others_is_what_it_is_alone(free):
    ensemble = Ensemble(free, WORLDS)
    together = told(ensemble.test(extra=0))
    assert together == [one for key in free.claims for one in told(ensemble.test([key], extra=0))]


def test_each_claim_is_told_of_in_order(free):
    heard = []
    tests = Ensemble(free, WORLDS).test(tell=lambda one: heard.append(one.claim.key))
    assert heard == [one.claim.key for one in tests] == list(free.claims)


@pytest.mark.parametrize("extra", [0.5, 2.0])
def test_close_calls_cost_no_more_than_they_may(free, extra):
    tests = Ensemble(free, WORLDS).test(extra=extra)
    spent = [
        reading.extra_histories
        for one in tests
        for reading in (one.prior, one.as_it_happened)
        if reading is not None
    ]
    assert 0 < sum(spent) <= extra * WORLDS * BLOCK


def test_what_a_stopped_run_has_tested_stands(free):
    whole = told(Ensemble(free, WORLDS).test(extra=0))
    # Two runs of the first claim, in as many worlds and half as many placebo worlds, then the next.
    enough = int(WORLDS * 2 * 1.5) + 1
    part = told(Ensemble(free, WORLDS, progress=After(enough)).test(extra=0))
    assert part == whole[:1]
    assert told(Ensemble(free, WORLDS, progress=After(1)).test(extra=0)) == []


def test_a_test_stopped_in_a_terminal_says_how_far_it_came(write_crisis, tmp_path):
    folder = write_crisis(FREE)
    target = tmp_path / "result.json"
    asked = f"test '{folder}' --worlds 64 --histories 20480000 -o '{target}'"
    code, shown = stopped(asked)
    assert code == 130
    assert re.search("stopped after 0 of 1 claims", shown)
    content = json.loads(target.read_text(encoding="utf-8"))
    assert content["stopped"] == {"claims": 0, "asked": 1}
    assert np.size(content["claims"]) == 0
