"""``posterior``, and ``test --rerun`` where worlds weighed by what happened are worth too few."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import xarray
from typer.testing import CliRunner

from conjuncture.cli.app import app

SCENARIO = """
conjuncture: 1
title: The weaker side won
account: account.md
unknowns: {decisiveness: 4}
forces:
  red: {name: The red army of the northern provinces, kind: army, troops: 1 to 60}
  blue: {kind: army, troops: 0.05 to 5}
stages:
  battle:
    mechanism: showdown
    camps: {a: {core: red, resolve: 1}, b: {core: blue, resolve: 1}}
observed: {battle: b}
claims:
  chance:
    says: It was chance and not likely.
    test: P(battle = b) < 0.5
"""
SIZE = ("--worlds", "100", "--quiet")


@pytest.fixture(scope="session")
def battle(write_crisis: Callable[..., Path]) -> str:
    return str(write_crisis(SCENARIO))


def invoke(*arguments: str, **environment: str) -> tuple[int, str, str]:
    environment = {"NO_COLOR": "1", "COLUMNS": "80", **environment}
    result = CliRunner().invoke(app, list(arguments), env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="session")
def kept(battle: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    path = tmp_path_factory.mktemp("posterior") / "battle.nc"
    code, out, err = invoke("posterior", battle, *SIZE, "--json", "-o", str(path))
    assert (code, err) == (0, "")
    return path, json.loads(out)


@pytest.mark.parametrize("width", [60, 80, 160])
def test_prior_and_posterior_stand_side_by_side(battle, width):
    code, out, _ = invoke("posterior", battle, *SIZE, COLUMNS=str(width))
    assert code == 0
    assert out.startswith("The weaker side won\n100 worlds × 512 histories, seed 1\n")
    assert max(map(len, out.splitlines())) <= width
    assert all(line == line.rstrip() for line in out.splitlines())
    assert "\x1b" not in out
    assert re.search(r"prior +posterior +moved\n", out)
    joined = " ".join(out.split())
    assert "What happened (battle = b) has a probability of" in joined
    row = "troops of the red army of the northern provinces, battalion equivalents "
    span = r"[\d.]+ \([\d.]+ to [\d.]+\)"
    assert re.search(row + span + " " + span + r" −\d\.\d\d ± 0\.\d\d", joined)
    assert (row in out) == (width == 160)


def test_json_has_the_documented_keys(kept):
    found = kept[1]
    assert found["observed"]["outcomes"] == {"battle": "b"}
    posterior = found["observed"]["posterior"]
    assert set(posterior) == {
        "worlds", "effective_worlds", "log_evidence", "temperatures", "acceptance",
    }  # fmt: skip
    assert 10 < posterior["effective_worlds"] <= posterior["worlds"] == 100
    assert posterior["temperatures"][-1] == 1.0
    red = found["unknowns"]["red.troops"]
    assert set(red) == {
        "label", "unit", "prior", "posterior", "moved", "adjusted_p", "beyond_chance",
    }  # fmt: skip
    assert red["beyond_chance"]
    assert red["adjusted_p"] <= 0.01
    assert red["posterior"][1] < red["prior"][1]
    page = (Path(__file__).parents[2] / "docs/reference/json.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_0-9]+)`", page))
    assert {*found, *found["observed"], *posterior, *red} <= named


def test_file_holds_the_groups_of_arviz_and_reproduces(kept):
    path, _ = kept
    with xarray.open_datatree(path, engine="h5netcdf") as tree:
        assert set(tree.children) == {"posterior", "prior", "sample_stats", "observed_data"}
        assert dict(tree["posterior"].sizes) == {"chain": 1, "draw": 100}
    code, out, _ = invoke("reproduce", str(path), "--quiet")
    assert code == 0, out
    assert "compared bit for bit" in out


@pytest.mark.slow
def test_claims_are_rerun_in_worlds_found_by_sequential_monte_carlo(battle):
    code, out, _ = invoke("test", battle, *SIZE, "--rerun")
    assert code == 0
    joined = " ".join(out.split())
    assert re.search(r"re-run by SMC \d+ \(\d+ to \d+ %, \d+ worlds\)", joined)
    assert "That is too few, so claims are re-run in other worlds" in joined
    assert re.search(r"100, worth \d+ independent ones\. Sequential Monte Carlo \(SMC\)", joined)
    code, out, _ = invoke("test", battle, *SIZE, "--rerun", "--json")
    assert json.loads(out)["observed"]["posterior"]["worlds"] == 100
    assert max(map(len, invoke("test", battle, *SIZE, "--rerun")[1].splitlines())) <= 80


def test_mistakes_are_sentences(battle, write_crisis):
    assert invoke("posterior", battle, "-o", "found.csv") == (
        2, "", "'found.csv' does not end in .nc; ArviZ's schema is written as NetCDF\n",
    )  # fmt: skip
    nothing = str(write_crisis(SCENARIO.replace("observed: {battle: b}", "observed: {}")))
    code, _, err = invoke("posterior", nothing, *SIZE)
    assert (code, err.startswith("there is nothing to condition on")) == (2, True)
    code, _, err = invoke("posterior", battle, *SIZE, "-o", "no-such-folder/found.nc")
    assert (code, "there is no folder 'no-such-folder'" in err) == (2, True)
