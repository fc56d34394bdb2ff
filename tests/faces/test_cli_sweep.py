"""``conjuncture sweep``: one table, resumed after any end, and on a cluster the same."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas
import pytest
from typer.testing import CliRunner

from conjuncture.analysis.parameter_sweep import journal_of, points_of
from conjuncture.cli.app import app
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.sweep_file import read_sweep
from sweeps import SWEEP, write_sweep

LONGER = SWEEP.replace("seeds: [1, 2]", "seeds: [1, 2, 3, 4, 5, 6, 7, 8]")


# A signal from outside may come when a sweep as short as this one is already at its end.
ENDING_ITSELF = """
import os, sys, typer
from conjuncture.cli import main
tell, number = typer.echo, int(sys.argv.pop(1))
def tell_and_end(line="", **options):
    tell(line, **options)
    if str(line).startswith("1 of 16"):
        os.kill(os.getpid(), number)
typer.echo = tell_and_end
main()
"""

HOW_TO = Path(__file__).parents[2] / "docs/how-to/clusters-and-sweeps.md"


def test_the_sweep_of_the_documents_can_be_read(tmp_path):
    [text] = re.findall(r"```yaml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    (tmp_path / "sweep.yaml").write_text(text, "utf-8")
    found = points_of(read_sweep(tmp_path / "sweep.yaml", stage_models()))
    assert len(found) == 3 * 2 * 2


def invoke(*arguments):
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_sweep_writes_one_table(tmp_path, ending):
    target = tmp_path / f"table.{ending}"
    code, out, err = invoke("sweep", write_sweep(tmp_path), "-o", target)
    assert (code, out) == (0, f"8 rows in {target}\n")
    assert err.splitlines()[-1] == "4 of 4: free, line.troops = 3, 4 worlds × 512 histories, seed 2"
    found = pandas.read_parquet(target) if ending == "parquet" else pandas.read_csv(target)
    assert found.groupby(["name", "set.line.troops", "seed"]).size().tolist() == [1] * 8
    assert invoke("sweep", tmp_path / "sweep.yaml", "-o", target, "--quiet")[1:] == ("", "")


@pytest.mark.parametrize(
    "end",
    [
        signal.SIGKILL,
        pytest.param(signal.SIGINT, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
    ],
)
def test_a_sweep_that_was_ended_goes_on_where_it_was(tmp_path, end):
    file, target = write_sweep(tmp_path, LONGER), tmp_path / "table.csv"
    command = ["sweep", str(file), "-o", str(target)]
    ended = subprocess.run(
        [sys.executable, "-c", ENDING_ITSELF, str(int(end)), *command],
        capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[end]
    assert ended.stderr.startswith("1 of 16: free")
    assert "Traceback" not in ended.stderr
    kept = journal_of(target).read_bytes().count(b"\n")
    assert 1 <= kept < 16
    if end != signal.SIGKILL:
        assert len(pandas.read_csv(target)) == 2 * kept
    code, _, err = invoke("sweep", file, "-o", target)
    assert code == 0
    assert err.startswith(f"{kept} of 16 were there already\n")
    again = tmp_path / "again.csv"
    assert invoke("sweep", file, "-o", again)[0] == 0
    assert target.read_bytes() == again.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sweep.yaml", "-o", "table.txt"], "end its name in .parquet or .csv"),
        (["none.yaml", "-o", "table.csv"], "none.yaml: there is no such file or folder"),
        (
            ["sweep.yaml", "-o", "table.csv", "--cluster", "nowhere"],
            "no cluster answers at 'nowhere'",
        ),
    ],
)
def test_what_cannot_be_done_is_a_sentence(tmp_path, monkeypatch, arguments, told):
    write_sweep(tmp_path)
    monkeypatch.chdir(tmp_path)
    code, _, err = invoke("sweep", *arguments)
    assert code != 0
    assert told in err
    assert "Traceback" not in err


def test_a_query_on_a_cluster_is_that_of_one_process(tmp_path):
    write_sweep(tmp_path)
    free = tmp_path / "free"
    words = ["query", free, "E(showdown.margin)", "--worlds", "6", "--json", "--quiet"]
    here, there = invoke(*words), invoke(*words, "--cluster", "local")
    assert here[0] == there[0] == 0, there[2]
    assert without_times(here[1]) == without_times(there[1])


def without_times(out):
    found = json.loads(out)
    del found["run"]["time"]
    del found["run"]["command"]
    return found
