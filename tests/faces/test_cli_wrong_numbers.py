"""A number that goes wrong in a run: what is printed and kept all the same, and the exit code."""

import json

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app

pytestmark = pytest.mark.usefixtures("without_compiler")

SCENARIO = """
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
  two: {says: With less nerve., test: "P(first = a | do(floor = 0.05)) > 0.5"}
  three: {says: Red wins twice., test: "P(first = a) > 0.9"}
"""


@pytest.fixture(scope="module")
def folder(write_crisis):
    return write_crisis(SCENARIO)


def run(*words):
    return CliRunner().invoke(app, [*map(str, words), "--worlds", "4", "--quiet"])


def test_verdicts_are_printed_and_the_exit_code_is_1(folder):
    found = run("test", folder)
    assert found.exit_code == 1
    assert "could not be tested" in found.stdout
    assert "2 claims:  – 2 have no verdict\n" in found.stdout
    told = (
        f"claim 'two' ({folder}/scenario.yaml:21): {folder}/scenario.yaml:10: 'line.troops' leaves"
    )
    assert told in found.stderr
    assert "in world 0 under an intervention" in found.stderr


def test_json_and_file_hold_both(folder, tmp_path):
    file = tmp_path / "claims.json"
    found = run("test", folder, "--json", "-o", file)
    assert found.exit_code == 1
    content = json.loads(found.stdout)
    assert [one["id"] for one in content["claims"]] == ["one", "three"]
    assert [one["id"] for one in content["failed"]] == ["two"]
    assert json.loads(file.read_text())["failed"] == content["failed"]


def test_a_query_ends_with_its_sentence(folder):
    found = run("query", folder, "P(first = a | do(red.nerve = 0))")
    assert found.exit_code == 1
    assert f"{folder}/scenario.yaml:10: 'line.troops' would be -0.8 in world 0" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.slow
def test_a_report_is_written(folder, tmp_path):
    file = tmp_path / "report.md"
    found = run("report", folder, "-o", file)
    assert found.exit_code == 1
    assert "not everything could be computed:\nClaim 'two' (" in found.stderr
    assert "This report is not complete" in file.read_text()
    assert "Red wins twice." in file.read_text()
