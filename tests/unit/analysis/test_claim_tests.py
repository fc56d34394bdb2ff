"""Claims come one by one, in order, and nothing hangs on which are counted together.

What is announced or kept secret, what is foregone, and what a result holds are tested here too.
"""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from block_limit import BlockLimit
from conjuncture.analysis.claim_tests import groups_of, keep_secret
from conjuncture.analysis.readings import PLACEBO_WORLDS
from conjuncture.analysis.verdicts import ClaimResult
from conjuncture.engine.program import RUNS_PER_CALL
from conjuncture.ensemble import Ensemble
from conjuncture.language.unparser import write
from crises import FREE, linked_test
from terminal import interrupt_command

WORLDS = 40
MASSES = tuple(range(1, 12))
CLAIMS = "claims:\n" + "".join(
    f"""  at_{mass}:
    says: A crowd of {mass} would be enough.
    test: P(showdown = a | do(crowd.mass = {mass})) > 0.{mass + 30}
"""
    for mass in MASSES
)


@pytest.fixture(scope="module")
def free(crisis):
    return crisis(FREE[: FREE.index("claims:")] + CLAIMS)


@pytest.fixture(scope="module")
def told_and_tested(free):
    """The claims as they were told one by one, and all of them."""
    heard = []
    return heard, Ensemble(free, WORLDS).test(tell=lambda one: heard.append(one.claim.key))


def rows_of(tested):
    return [
        (one.claim.key, one.prior.answer.value, one.prior.verdict, one.placebo) for one in tested
    ]


def test_the_first_claim_is_tested_alone_and_the_others_in_full_calls(free):
    found = list(groups_of(list(free.claims.values())))
    assert [claim.key for group in found for claim in group] == list(free.claims)
    assert [len(group) for group in found] == [1, RUNS_PER_CALL - 1, 3]


def test_a_claim_among_others_is_what_it_is_alone(free, told_and_tested):
    ensemble = Ensemble(free, WORLDS)
    together = rows_of(told_and_tested[1])
    assert together == [one for key in free.claims for one in rows_of(ensemble.test([key]))]


def test_each_claim_is_told_of_in_order(free, told_and_tested):
    heard, tests = told_and_tested
    assert heard == [one.claim.key for one in tests] == list(free.claims)


def test_what_a_stopped_run_has_tested_stands(free, told_and_tested):
    whole = rows_of(told_and_tested[1])
    # Two runs of the first claim, which needs neither late nor placebo worlds, and no more.
    enough = WORLDS * 2 + 1
    part = rows_of(Ensemble(free, WORLDS, progress=BlockLimit(enough)).test())
    assert part == whole[:1]
    assert rows_of(Ensemble(free, WORLDS, progress=BlockLimit(1)).test()) == []


def test_a_test_stopped_in_a_terminal_says_how_far_it_came(write_crisis, tmp_path):
    folder = write_crisis(FREE)
    target = tmp_path / "result.json"
    asked = f"test '{folder}' --worlds 64 --histories 20480000 -o '{target}'"
    code, shown = interrupt_command(asked)
    assert code == 130
    assert re.search("stopped after 0 of 1 claims", shown)
    content = json.loads(target.read_text(encoding="utf-8"))
    assert content["stopped"] == {"claims": 0, "asked": 1}
    assert np.size(content["claims"]) == 0


@pytest.mark.parametrize(
    ("test", "announced"),
    [
        ("P(showdown = a | do(crowd aside)) > 0.5", "announced"),
        ("P(showdown = a | do(guard sides b)) > P(showdown = a | do(crowd aside))", "announced"),
        ("necessity(do(crowd aside, mood = 0) for showdown = a) in [0.1, 0.4]", "announced"),
        ("P(showdown = a | do(mood = 0)) > 0.5", ""),
    ],
)
def test_what_players_do_may_be_kept_secret(free, test, announced):
    secret = test.replace("aside", "aside secretly").replace("sides b", "sides b secretly")
    asked = linked_test(test, free)
    assert write(keep_secret(asked)) == write(linked_test(secret, free))
    claim = replace(next(iter(free.claims.values())), test=asked)
    told = ClaimResult(claim, prior=None).announcement
    assert told == announced
    kept = ClaimResult(replace(claim, test=keep_secret(asked)), prior=None).announcement
    assert kept == ("secret" if announced else "")


SECRETS = """claims:
  open: {says: So., test: "P(showdown = a | do(guard sides b)) > 0.5"}
  secret: {says: So., test: "P(showdown = a | do(guard sides b secretly)) > 0.5"}
"""


def test_a_claim_asked_secretly_is_one_that_is_written_so(crisis):
    ensemble = Ensemble(crisis(FREE[: FREE.index("claims:")] + SECRETS), WORLDS)
    as_written, secretly = ensemble.test(), ensemble.test(secretly=True)
    digests = [
        [one.prior.answer.counts_sha256 for one in tests] for tests in (as_written, secretly)
    ]
    assert digests[0][0] != digests[0][1]
    assert digests[1] == [digests[0][1]] * 2
    assert [one.announcement for one in as_written] == ["announced", "secret"]
    assert [one.announcement for one in secretly] == ["secret"] * 2


SHAPE = """claims:
  shape: {says: It ended., test: P(showdown = a or showdown = b) > 0.9}
  never: {says: It did not., test: P(showdown = a and showdown = b) > 0.1}
  account: {says: They were strong., test: "E(showdown.strength[b]) > 1"}
  open: {says: It hung on much., test: P(showdown = a) > 0.5}
"""


@pytest.fixture(scope="module")
def shaped(crisis):
    text = FREE[: FREE.index("claims:")].replace(
        "blue: {kind: army, troops: 2 to 3}", "blue: {kind: army, troops: 90 to 99}"
    )
    return Ensemble(crisis(text + SHAPE), 120).test()  # fmt: skip


def test_what_holds_or_fails_whatever_the_account_says_is_foregone(shaped):
    assert [one.word for one in shaped] == ["holds", "fails", "holds", "fails"]
    assert shaped["shape"].foregone
    assert shaped["never"].foregone
    assert not shaped["account"].foregone
    for one in shaped:
        assert one.placebo.worlds == PLACEBO_WORLDS


def test_a_claim_that_neither_holds_nor_fails_has_no_placebo(told_and_tested):
    for one in told_and_tested[1]:
        assert (one.placebo is None) == (one.word not in ("holds", "fails"))
        if one.placebo is not None:
            assert one.placebo.worlds == WORLDS


def test_few_placebo_worlds_make_nothing_foregone(shaped):
    one = shaped["shape"]
    assert not replace(one, placebo=replace(one.placebo, word=None)).foregone
    assert not replace(one, placebo=None).foregone
    assert not replace(one, placebo=replace(one.placebo, word="mostly holds")).foregone


def test_results_are_written_whole(free):
    tests = Ensemble(free, WORLDS).test()
    content = json.loads(json.dumps(tests.to_dict(), allow_nan=False))
    assert [one["id"] for one in content["claims"]] == list(free.claims)
    assert sum(content["summary"]["prior"].values()) == len(tests)
    for one, told in zip(tests, content["claims"], strict=True):
        for key in ("prior", "as_it_happened"):
            reading, found = getattr(one, key), told[key]
            verdict = reading.verdict
            assert found["verdict"] == verdict.word
            assert found["share_of_worlds"] == verdict.share
            assert tuple(found["share_interval"]) == verdict.interval
            assert found["effective_worlds"] == verdict.effective_worlds
            assert found["worlds_reaching"] == verdict.reaching
            assert (found["worlds_needed"], found["histories_needed"], found["at_line"]) == (
                verdict.worlds_needed, verdict.histories_needed, verdict.at_line,
            )  # fmt: skip
            assert [hinge["unknown"] for hinge in found["hangs_on"]] == [
                hinge.key for hinge in verdict.hinges
            ]
            assert found["value"] == reading.answer.value
            assert (found["fresh_luck"] is not None) == reading.fresh_luck
        assert told["rerun"] is None


def test_a_table_has_a_row_for_each_claim_and_reading(free):
    tests = Ensemble(free, WORLDS).test(rerun=True)
    frame = tests.to_frame()
    names = ["prior", "as it happened", "re-run"]
    assert frame["claim"].tolist() == [key for key in free.claims for _ in names]
    assert frame["reading"].tolist() == names * len(free.claims)
    listed = [reading for one in tests for reading in (one.prior, one.as_it_happened, one.rerun)]
    assert frame["verdict"].tolist() == [one.verdict.word for one in listed]
    assert frame["share_of_worlds"].tolist() == [one.verdict.share for one in listed]
    assert frame["value"].tolist() == [one.answer.value for one in listed]
    assert frame["fresh_luck"].tolist() == [one.fresh_luck for one in listed]
