"""A number that goes wrong in some runs takes with it what hangs on them, and nothing else."""

import pytest

from conjuncture.analysis.explain.explanation import ExplainOptions
from conjuncture.api import sweep
from conjuncture.ensemble import Ensemble
from conjuncture.report.builder import build_report

pytestmark = pytest.mark.usefixtures("without_compiler")

DYING = """
conjuncture: 1
title: A number goes wrong
account: account.md
unknowns: {decisiveness: 1, fog: 0.5, floor: 0.2}
attributes: {nerve: {domain: 0 to 1, meaning: how far it dares}}
forces:
  red: {kind: army, troops: 2, nerve: 0.5}
  blue: {kind: army, troops: 1}
  line: {kind: army, troops: 8 * (red.nerve - 0.1), leans: {a: sworn}}
stages:
  first:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
    visits: 2
    next: {a: first, b: end}
    effects: [{when: a, set: {red.nerve: floor}, note: it tires}]
observed: {first: b}
claims:
  one: {says: Red wins., test: "P(first[1] = a) > 0.5"}
  two: {says: Red wins twice., test: "P(first = a) > 0.9"}
  three: {says: With less nerve., test: "P(first = a | do(floor = 0.05)) > 0.5"}
  four: {says: With more., test: "P(first = a | do(floor = 0.9)) > 0.5"}
  five: {says: Troops gone., test: "P(first = a | do(red.troops = 1 - 10 * floor)) > 0.5"}
  six: {says: Nerve gone., test: "P(first = a | do(red.nerve = 0)) > 0.5"}
"""
"""The line has no men where red's nerve falls to 0.1, and fewer than none below."""


@pytest.fixture(scope="module")
def folder(write_crisis):
    return write_crisis(DYING)


@pytest.fixture(scope="module")
def dying(crisis):
    return Ensemble(crisis(DYING), 8)


def test_the_other_claims_are_answered(dying):
    told = []
    tests = dying.test(tell=told.append)
    assert [one.claim.key for one in tests] == ["one", "two", "four"]
    assert [one.claim.key for one in tests.failed] == ["three", "five", "six"]
    assert [one.claim.key for one in told] == ["one", "two", "three", "four", "five", "six"]
    assert "three='failed'" in repr(tests)
    assert "could not" not in tests._repr_html_()
    assert "claim &#x27;three&#x27;" in tests._repr_html_()


@pytest.mark.parametrize(
    ("key", "line", "told"),
    [
        ("three", 22, "yaml:10: 'line.troops' leaves its domain (a number of at least 0)"),
        ("five", 24, "'red.troops' would be -1 in world 0"),
        ("six", 25, "yaml:10: 'line.troops' would be -0.8 in world 0"),
    ],
)
def test_a_failed_claim_says_where_what_and_in_which_world(dying, key, line, told):
    failed = next(one for one in dying.test([key]).failed)
    assert told in failed.problem
    assert "world 0" in failed.problem
    assert f"claim '{key}' (" in str(failed)
    assert f"scenario.yaml:{line}): " in str(failed)


def test_the_verdicts_are_those_of_a_run_without_the_failing_claims(dying, crisis):
    alone = Ensemble(crisis("\n".join(DYING.splitlines()[:-2]).replace(
        'test: "P(first = a | do(floor = 0.05)) > 0.5"', 'test: "P(first = a) > 0.8"'
    )), 8).test()  # fmt: skip
    found = dying.test()
    for key in ("one", "two", "four"):
        assert found[key].prior.answer.counts_sha256 == alone[key].prior.answer.counts_sha256


@pytest.mark.slow
def test_a_sweep_goes_on_and_its_rows_say_what_went_wrong(folder, tmp_path):
    file = tmp_path / "sweep.yaml"
    file.write_text(
        f"sweep: 1\nscenarios: ['{folder}']\nclaims: [one, six]\n"
        "questions: {a: P(first = a), b: 'P(first = a | do(floor = 0.05))'}\n"
        "set: {red.troops: [1, 2]}\nworlds: [4]\n"
    )
    rows = sweep(file, tmp_path / "table.parquet")
    wrong = [(row["name"], row["set.red.troops"]) for row in rows if row["problem"]]
    assert wrong == [("b", 1.0), ("six", 1.0), ("b", 2.0), ("six", 2.0)]
    assert all(row["value"] is None for row in rows if row["problem"])
    assert all(row["value"] is not None for row in rows if row["name"] in ("a", "one"))


def test_parts_of_an_explanation_that_cannot_be_computed_are_left_out(dying):
    asked = ExplainOptions(["attribution", "conditions"], conditions=["red.nerve = 0"])
    found = dying.explain("first = b", asked)
    assert found.attribution is not None
    assert list(found.wrong) == ["conditions"]
    assert "'line.troops' would be" in found.wrong["conditions"]
    assert not found.missing


@pytest.mark.slow
def test_a_report_is_written_and_says_what_is_missing(dying):
    report = build_report(dying)
    assert [one.anchor for one in report.claims] == ["claim-one", "claim-two", "claim-four"]
    assert any(one.startswith("Claim 'three' (") for one in report.wrong)
    assert set(report.wrong) <= set(report.missing)
    assert report.outcomes is not None
