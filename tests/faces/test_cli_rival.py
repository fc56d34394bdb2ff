"""``conjuncture rival``: two accounts on one table, kept as files, and mistakes as sentences."""

from __future__ import annotations

import json

import pandas
import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from crises import SWORN

pytestmark = pytest.mark.usefixtures("without_compiler")

STRONGER = SWORN.replace("reds: {kind: army, troops: 0.5 to 2", "reds: {kind: army, troops: 3 to 8")
SIZE = ("--worlds", "20")
CODING = ("--coding", "second = b: 0.75, a: 0.25")


@pytest.fixture(scope="module")
def folders_of_both(write_crisis):
    return str(write_crisis(SWORN)), str(write_crisis(STRONGER))


def invoke(*arguments):
    result = CliRunner().invoke(app, ["rival", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def kept(folders_of_both, tmp_path_factory):
    """The same comparison as JSON, and as a table beside it."""
    target = tmp_path_factory.mktemp("rival") / "rival.parquet"
    code, out, err = invoke(
        *folders_of_both, *SIZE, *CODING, "--odds", 2, "--json", "--output", target
    )
    assert (code, err) == (0, "")
    return json.loads(out), target


def test_the_table_of_events(folders_of_both):
    code, out, err = invoke(*folders_of_both, *SIZE)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Everyone sworn (crisis-")
    assert lines[1].startswith("against Everyone sworn (crisis-")
    assert lines[2] == "20 worlds × 512 histories, seed 1"
    assert lines[4].split("  ")[0] == "evidence"
    assert [line.split("  ")[0] for line in lines[5:7]] == ["showdown = a", "second = b"]
    assert all(line == line.rstrip() and len(line) <= 80 for line in lines)
    joined = " ".join(lines)
    assert "Most of what tells them apart is 'second = b'" in joined
    assert "Warning: weighed by the evidence the worlds are worth only" in joined
    assert "expected more of what happened" in joined


def test_quiet_leaves_the_explanations_out(folders_of_both):
    _, out, _ = invoke(*folders_of_both, *SIZE, *CODING, "--quiet")
    assert "in decibels: 10 dB" not in out
    assert "if it was" in out
    # The longer event stands above its figures: 80 columns have no room for both.
    assert "second = b: 0.75, a: 0.25\n  " in out


def test_json_has_the_documented_shape(kept, folders_of_both):
    found, _ = kept
    assert set(found) == {
        "conjuncture_json", "evidence", "left_out", "accounts", "log10_bayes_factor", "decibels",
        "standard_error", "interval", "bound", "words", "prior_odds", "posterior_odds", "steps",
        "codings", "run", "rival_run",
    }  # fmt: skip
    assert found["evidence"] == "showdown = a, second = b: 0.75, a: 0.25"
    assert set(found["accounts"][0]) == {
        "scenario", "title", "probability", "log_likelihood", "standard_error", "at_most",
        "effective_worlds",
    }  # fmt: skip
    assert found["decibels"] == pytest.approx(10 * found["log10_bayes_factor"])
    total = sum(step["log10_bayes_factor"] for step in found["steps"])
    assert total == pytest.approx(found["log10_bayes_factor"])
    assert found["posterior_odds"] == pytest.approx(2 * 10 ** found["log10_bayes_factor"])
    request = found["run"]["request"]
    assert (request["command"], request["scenario"]) == ("rival", folders_of_both[0])
    assert found["rival_run"]["scenario_sha256"] != found["run"]["scenario_sha256"]


def test_the_table_is_kept(kept):
    found, target = kept
    table = pandas.read_parquet(target)
    assert list(table["evidence"]) == [step["evidence"] for step in found["steps"]]
    assert list(table["second"]) == [step["probabilities"][1] for step in found["steps"]]


def test_reproduce_says_that_it_cannot(kept):
    result = CliRunner().invoke(app, ["reproduce", str(kept[1])])
    assert result.exit_code == 2
    assert "asks for 'rival'; only test, query, run" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--evidence", "third = a"), "there is no stage 'third'"),
        (("--evidence", "second = c"), "there is no outcome 'c' of 'second'"),
        (("--coding", "second = a: 0.4"), "add up to 0.4, not to 1"),
        (("--odds", "-1"), "odds must be a number above 0"),
        (("--worlds", "0"), "worlds must be 1 to 100,000"),
        (("--output", "rival.txt"), "end its name in"),
    ],
    ids=lambda one: one if isinstance(one, str) else one[0],
)
def test_mistakes_are_sentences(folders_of_both, arguments, told):
    code, out, err = invoke(*folders_of_both, *arguments)
    assert (code, out) == (2, "")
    assert told in " ".join(err.split())


def test_an_account_that_is_not_there(folders_of_both):
    code, _, err = invoke(folders_of_both[0], "nowhere")
    assert code == 2
    assert "nowhere" in err
