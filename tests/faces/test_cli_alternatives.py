"""``conjuncture test --alternatives``: what each choice changes, kept, reproduced, and stopped."""

from __future__ import annotations

import json

import pandas
import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from crises import FREE
from terminal import interrupt_command

pytestmark = pytest.mark.usefixtures("without_compiler")

SCENARIO = (
    FREE.split("claims:")[0]
    + """
claims:
  strong:
    says: The first camp shows as much as a small army.
    test: E(showdown.strength[a]) > 2.8
  rarely:
    says: It is not always stronger.
    test: P(showdown = a) < 1
"""
)
NO_CHOICE = """
conjuncture: 1
title: A crisis without a choice between models
account: account.md
forces: {red: {}, blue: {}}
stages:
  evening:
    mechanism: game
    nodes:
      asked: {player: red, moves: {hold: held, give: gave}}
    endings: {held: {payoffs: {red: 1}}, gave: {}}
    precision: 2
claims: {held: {says: It was held., test: P(evening = held) > 0.1}}
"""
SIZE = ("--worlds", "40")


@pytest.fixture(scope="module")
def folder(write_crisis):
    return str(write_crisis(SCENARIO))


def invoke(*arguments):
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def kept(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("alternatives") / "found.parquet"
    code, out, err = invoke(
        "test", folder, "--alternatives", *SIZE, "--json", "--output", target
    )  # fmt: skip
    assert (code, err) == (0, "")
    return json.loads(out), target


def test_what_changes_and_what_hangs_on_it(folder):
    code, out, err = invoke("test", folder, "--alternatives", *SIZE)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[3] == "as the scenario has it:  2 ✓ holds"
    place = lines.index("strength in 'showdown': refusal")
    assert lines[place + 1].startswith("  strong: ✓ holds → ◐ depends  (")
    assert lines[lines.index("order in 'showdown': sequential") + 1] == "  no verdict changes"
    head = next(index for index, line in enumerate(lines) if line.startswith("claim "))
    assert lines[head + 1] == "strong  ✓ holds         strength in 'showdown': refusal (◐ depends)"
    assert lines[head + 2] == "rarely  ✓ holds         none of what was tried"
    assert "A verdict hangs on a choice" in out
    assert all(line == line.rstrip() and len(line) <= 80 for line in lines)


@pytest.mark.slow
def test_json_has_the_documented_shape(kept):
    found, _ = kept
    assert set(found) == {
        "conjuncture_json", "scenario", "title", "claims", "alternatives", "left_out", "run",
    }  # fmt: skip
    strong, rarely = found["claims"]
    assert strong["changed_by"] == [
        {"key": "showdown.strength", "label": "strength in 'showdown'", "option": "refusal"}
    ]
    assert rarely["changed_by"] == rarely["unsettled_by"] == []
    assert [one["key"] for one in found["alternatives"]] == [
        "first_showing", "first_showing", "showdown.strength", "showdown.order",
    ]  # fmt: skip
    [first, _] = found["alternatives"][2]["claims"]
    assert first["verdict"] == "depends"
    assert first["value"] < strong["value"]
    assert not first["untouched"]
    assert found["run"]["request"] == {
        "command": "test", "scenario": found["run"]["request"]["scenario"], "claims": None,
        "rerun": False, "secretly": False, "alternatives": True,
    }  # fmt: skip


def test_rows_and_a_result_that_reproduces(kept):
    found, target = kept
    table = pandas.read_parquet(target)
    assert len(table) == 2 * (1 + len(found["alternatives"]))
    assert set(table[table["choice"] == ""]["verdict"]) == {"holds"}
    code, out, _ = invoke("reproduce", target)
    assert code == 0, out
    assert "estimates agree" in out


def test_strict_wants_every_claim_under_every_alternative(folder):
    code, _, _ = invoke("test", folder, "--alternatives", "--strict", "--quiet", *SIZE)
    assert code == 3
    one = ("--claim", "rarely")
    code, out, _ = invoke("test", folder, "--alternatives", "--strict", "--quiet", *one, *SIZE)
    assert code == 0
    assert "strong" not in out
    assert "A verdict hangs on" not in out


def test_where_nothing_can_be_chosen_otherwise_that_is_said(write_crisis):
    folder = str(write_crisis(NO_CHOICE))
    code, out, err = invoke("test", folder, "--alternatives", "--quiet", *SIZE)
    assert (code, err) == (0, "")
    assert "nothing was tried" in out
    assert "none of what was tried" not in out
    assert "There was nothing to try" in " ".join(out.split())


def test_mistakes_are_sentences(folder, write_crisis):
    code, _, err = invoke("test", folder, "--alternatives", "--rerun")
    assert code == 2
    assert "leave out --rerun" in err
    empty = write_crisis(FREE.split("claims:")[0] + "claims: {}\n")
    code, _, err = invoke("test", empty, "--alternatives")
    assert code == 2
    assert "there is no claim to test" in err


def test_an_interrupt_before_the_first_is_done_says_so(folder):
    endless = "--worlds 64 --histories 20480000"
    code, shown = interrupt_command(f"test '{folder}' --alternatives {endless}")
    assert code == 130
    assert "stopped before any claim was tested" in shown
