"""``test``, ``query``, ``run`` and ``reproduce``: what they print, keep and refuse."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet
import pytest
import xarray
from typer.testing import CliRunner

from conjuncture.cli.app import app

pytestmark = pytest.mark.usefixtures("without_compiler")

SCENARIO = """
conjuncture: 1
title: A small quarrel
account: account.md
forces:
  red: {kind: army, troops: 2 to 3}
  blue: {kind: army, troops: 2 to 3}
  guard: {kind: army, troops: 1 to 2, leans: {a: warm, b: cool}, ties: {line: 0.5 to 1.5}}
  line: {kind: army, troops: 1 to 3, leans: {a: -1, b: undecided}}
  crowd: {kind: movement, mass: 20 to 60, leans: {a: warm, b: hostile}}
stages:
  quarrel:
    mechanism: showdown
    camps: {a: {core: red}, b: {core: blue}}
observed: {quarrel: a}
claims:
  sure:
    says: Somebody <b>won</b>.
    test: P(quarrel = a or quarrel = b) > 0.5
  crowd:
    says: The crowd let the first camp win, and this sentence is long enough to need a second line.
    test: necessity(do(crowd aside) for quarrel = a given crowd.side = a) > 0.5
  guard:
    says: More guards would have turned a defeat.
    test: sufficiency(do(guard.troops *= 2) for quarrel = a) > 0.5
"""

SIZE = ("--worlds", "16")


@pytest.fixture(scope="session")
def quarrel(write_crisis: Callable[..., Path]) -> str:
    """One scenario for this module, so that its programs compile once."""
    return str(write_crisis(SCENARIO))


@pytest.fixture(scope="session")
def no_claims(write_crisis: Callable[..., Path]) -> str:
    return str(write_crisis(SCENARIO[: SCENARIO.index("claims:")]))


def invoke(*arguments: str, **environment: str) -> tuple[int, str, str]:
    environment = {"NO_COLOR": "1", "COLUMNS": "80", **environment}
    result = CliRunner().invoke(app, list(arguments), env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def tested(quarrel: str) -> dict[str, object]:
    code, out, _ = invoke("test", quarrel, *SIZE, "--rerun", "--json")
    assert code == 0
    return json.loads(out)


def test_claims_are_shown_in_the_accounts_order(quarrel):
    code, out, err = invoke("test", quarrel, *SIZE)
    assert code == 0
    assert err == ""
    assert out.startswith("A small quarrel\n16 worlds × 512 histories, seed 1\n")
    assert out.index("Somebody <b>won</b>.") < out.index("The crowd let") < out.index("More guards")
    page = " ".join(out.split())
    assert "Somebody <b>won</b>. In nearly all worlds" in page
    assert "Re-run (settled by what happened): sure, guard." in page
    assert "All this confirms neither account nor model" in page
    assert out.splitlines()[-1] != ""


def test_a_claim_by_itself_and_all_with_details_show_more(quarrel):
    alone = invoke("test", quarrel, *SIZE, "--claim", "crowd")[1]
    whole = invoke("test", quarrel, *SIZE, "--details")[1]
    for out in (alone, whole):
        page = " ".join(out.split())
        assert "necessity(do(crowd aside) for quarrel = a given crowd.side = a) > 0.5" in page
        assert "what players do under it is announced" in page
        assert "if the last stroke of luck fell otherwise" in page
        assert "reach the condition, worth" in page
        assert "middle nine tenths of the worlds" in page
    assert "coupling" not in invoke("test", quarrel, *SIZE)[1]


@pytest.mark.slow
def test_no_block_takes_more_than_three_lines(quarrel):
    lines = invoke("test", quarrel, "--worlds", "100", "--quiet")[1].splitlines()[3:]
    starts = [place for place, line in enumerate(lines) if line[:1] not in ("", " ")]
    assert max(b - a for a, b in pairwise(starts[:4])) <= 4


def test_what_is_secret_is_asked_otherwise(quarrel):
    kept = invoke("test", quarrel, *SIZE, "--secretly", "--json")[1]
    assert [one["announced"] for one in json.loads(kept)["claims"]] == [None, "secret", None]


@pytest.mark.parametrize("width", [60, 80, 160])
def test_table_fits_and_has_neither_colours_nor_blanks_at_the_end(quarrel, width):
    _, out, _ = invoke("test", quarrel, *SIZE, COLUMNS=str(width))
    assert max(map(len, out.splitlines())) <= width
    assert "\x1b" not in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_reader_that_leaves_early_is_no_error(quarrel):
    command = f"'{sys.executable}' -m conjuncture.cli test '{quarrel}' --worlds 16 | head -n 1"
    script = f"set -o pipefail; {command}"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert ended.stdout == "A small quarrel\n"
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.slow
def test_plain_signs_where_no_others_can_be_shown(quarrel):
    ended = subprocess.run(
        [sys.executable, "-m", "conjuncture.cli", "test", quarrel, "--worlds", "16"],
        capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert b"16 worlds x 512 histories" in ended.stdout


def test_json_of_test_has_the_documented_keys(tested):
    assert tested["conjuncture_json"] == 2
    assert [claim["id"] for claim in tested["claims"]] == ["sure", "crowd", "guard"]
    reading = {
        "verdict", "share_of_worlds", "share_interval", "effective_worlds", "worlds_reaching",
        "at_line", "worlds_needed", "histories_needed", "hangs_on", "value", "interval",
        "standard_error", "counts_sha256", "no_value", "undefined", "forestalled", "coupling",
        "last_draw", "coupling_matters", "fresh_luck", "screened_worlds", "evidence",
    }  # fmt: skip
    alone = {
        "id", "says", "test", "announced", "foregone", "placebo", "prior", "as_it_happened",
        "rerun",
    }  # fmt: skip
    for claim in tested["claims"]:
        assert set(claim) == alone
        for one in (claim["prior"], claim["as_it_happened"], claim["rerun"]):
            assert set(one) == reading
            assert isinstance(one["share_of_worlds"], float)
            low, high = one["share_interval"]
            assert low <= one["share_of_worlds"] <= high
    sure, _, guard = (claim["as_it_happened"] for claim in tested["claims"])
    assert sure["fresh_luck"]["why"] == "event decided"
    assert guard["fresh_luck"] == {
        "because_of": "not quarrel = a",
        "why": "condition excluded",
    }
    assert tested["observed"]["outcomes"] == {"quarrel": "a"}
    assert 8 < guard["evidence"]["effective_worlds"] <= 16
    assert tested["run"]["request"]["command"] == "test"
    assert tested["run"]["worlds"] == 16


def test_documented_keys_are_those_of_the_code(tested):
    page = (Path(__file__).parents[2] / "docs/reference/json.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_0-9]+)`", page))
    assert set(tested) <= named
    assert set(tested["claims"][0]) <= named
    assert set(tested["claims"][0]["prior"]) <= named
    assert set(tested["run"]) <= named


def test_strict_ends_with_three_unless_every_claim_holds(quarrel):
    assert invoke("test", quarrel, *SIZE, "--strict", "--quiet")[0] == 3


def test_scenario_without_claims_says_so(no_claims):
    code, _, err = invoke("test", no_claims, *SIZE)
    assert code == 0
    assert "makes no claims" in err
    code, out, _ = invoke("test", no_claims, *SIZE, "--json")
    assert json.loads(out)["claims"] == []


def test_query_answers_with_interval_and_error(quarrel):
    code, out, err = invoke("query", quarrel, "P(quarrel = a)", *SIZE)
    assert (code, err) == (0, "")
    assert re.match(r"P\(quarrel = a\) = 0\.\d+\n", out)
    assert "middle nine tenths of the worlds" in out
    assert "standard error" in out
    answer = json.loads(invoke("query", quarrel, "P(quarrel = a)", *SIZE, "--json")[1])
    assert {"value", "interval", "standard_error", "worlds", "histories", "run"} <= set(answer)
    assert (answer["worlds"], answer["histories"]) == (16, 512)


def test_bounds_are_shown_for_causes(quarrel):
    cause = "necessity(do(crowd aside) for quarrel = a)"
    _, out, _ = invoke("query", quarrel, cause, *SIZE)
    assert "however luck is coupled" in out
    happened = invoke("query", quarrel, cause, *SIZE, "--as-it-happened", "--json")[1]
    assert json.loads(happened)["coupling"] is None


def test_condition_that_is_never_met_is_a_sentence_and_null(quarrel):
    query = "P(quarrel = a | quarrel = a and quarrel = b)"
    code, out, _ = invoke("query", quarrel, query, *SIZE)
    assert code == 0
    assert "its condition was never met in 8,192 histories" in " ".join(out.split())
    assert json.loads(invoke("query", quarrel, query, *SIZE, "--json")[1])["value"] is None


def test_bad_query_ends_with_one_before_anything_runs(quarrel):
    code, out, err = invoke("query", quarrel, "P(quarel = a)", *SIZE)
    assert (code, out) == (1, "")
    assert err.startswith("query:1:3:")


def test_run_shows_every_stage(quarrel):
    code, out, _ = invoke("run", quarrel, *SIZE)
    assert code == 0
    assert "quarrel  reached in 100 % of the histories" in out
    assert "quarrel = a" in out
    assert "mean of margin" in out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--worlds", "0"], "worlds must be 1 to 100,000, not 0"),
        (["--worlds", "1" + "0" * 40], "a number of that many digits"),
        (["--histories", "-5"], "histories must be 1 to"),
        (["--histories", "99999999999"], "histories must be 1 to"),
        (["--seed", "-1"], "seed must be 0 to 2^64 - 1, not -1"),
        (["--output", "result.txt"], "end its name in .json, .parquet or .nc"),
        (["--output", "no/such/folder.json"], "there is no folder 'no/such'"),
        (["--worlds", "many"], "--worlds"),
    ],
)
def test_what_cannot_be_run_is_a_sentence_and_two(quarrel, options, sentence):
    code, _, err = invoke("test", quarrel, *options)
    assert code == 2
    assert sentence in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize("ending", [".json", ".parquet", ".nc"])
@pytest.mark.parametrize("command", ["test", "query", "run"])
def test_kept_results_reproduce(quarrel, tmp_path, command, ending):
    target = tmp_path / f"result{ending}"
    asked = ["P(quarrel = a)"] if command == "query" else []
    code, _, err = invoke(command, quarrel, *asked, *SIZE, "--quiet", "--output", str(target))
    assert (code, err) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    code, out, _ = invoke("reproduce", str(target))
    assert code == 0, out
    assert "bit for bit" in out
    assert "agree" in out


def test_histories_are_the_same_in_either_form(quarrel, tmp_path):
    for name in ("histories.parquet", "histories.nc"):
        assert invoke("run", quarrel, *SIZE, "--output", str(tmp_path / name))[0] == 0
    table = pyarrow.parquet.read_table(tmp_path / "histories.parquet")
    rows = table.sort_by([("world", "ascending"), ("history", "ascending")])
    assert table.num_rows == 16 * 512
    with xarray.open_datatree(tmp_path / "histories.nc", engine="h5netcdf") as tree:
        data = tree["stages/quarrel"]
        labels = data["outcome"].attrs["labels"]
        codes = data["outcome"].values.reshape(-1)
        assert rows["quarrel"].to_pylist() == [labels[code] for code in codes]
        crowd = data["side"].sel(force="crowd").values.reshape(-1)
        sides = data["side"].attrs["labels"]
        assert rows["quarrel.side.crowd"].to_pylist() == [sides[code] for code in crowd]
        assert rows["quarrel.margin"].to_pylist() == data["margin"].values.ravel().tolist()
        troops = tree["worlds/troops"].sel(force="line").values.repeat(512)
        assert rows["value:line.troops"].to_pylist() == troops.tolist()


def kept_query(quarrel: str, folder: Path) -> tuple[Path, dict[str, object]]:
    target = folder / "result.json"
    assert invoke("query", quarrel, "P(quarrel = a)", *SIZE, "--output", str(target))[0] == 0
    return target, json.loads(target.read_text(encoding="utf-8"))


def test_reproduce_compares_in_law_on_another_build(quarrel, tmp_path):
    target, content = kept_query(quarrel, tmp_path)
    content["run"]["jax"] = "0.1"
    content["counts_sha256"] = "other"
    content["value"] += content["standard_error"]
    target.write_text(json.dumps(content), encoding="utf-8")
    code, out, _ = invoke("reproduce", str(target))
    assert code == 0
    assert "compared in law: jax 0.1 then" in out
    content["value"] += 10 * content["standard_error"]
    target.write_text(json.dumps(content), encoding="utf-8")
    code, out, _ = invoke("reproduce", str(target), "--json")
    assert code == 1
    assert json.loads(out)["agree"] is False


def test_reproduce_names_what_differs_on_the_same_build(quarrel, tmp_path):
    target, content = kept_query(quarrel, tmp_path)
    content["counts_sha256"] = "other"
    target.write_text(json.dumps(content), encoding="utf-8")
    code, out, _ = invoke("reproduce", str(target))
    assert code == 1
    assert "counts_sha256: other before" in out


def test_reproduce_refuses_a_changed_account(quarrel, tmp_path):
    target, content = kept_query(quarrel, tmp_path)
    content["run"]["account_sha256"] = "0"
    target.write_text(json.dumps(content), encoding="utf-8")
    code, _, err = invoke("reproduce", str(target))
    assert code == 1
    assert "the account of" in err


def test_reproduce_finds_a_scenario_that_moved(quarrel, tmp_path):
    target, content = kept_query(quarrel, tmp_path)
    content["run"]["request"]["scenario"] = "gone"
    target.write_text(json.dumps(content), encoding="utf-8")
    code, _, err = invoke("reproduce", str(target))
    assert code == 2
    assert "--scenario" in err
    assert invoke("reproduce", str(target), "--scenario", quarrel)[0] == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "not JSON"),
        ("a.json", "[" * 100_000),
        ("a.json", "[]"),
        ("a.json", '{"run": {}}'),
        ("a.json", '{"conjuncture_json": 9, "run": {"request": {"command": "test"}}}'),
        ("a.json", '{"conjuncture_json": 2, "run": {"request": {"command": "rm"}}}'),
        ("a.json", '{"conjuncture_json": 2, "run": {"request": {"command": []}}}'),
        (
            "a.json",
            '{"conjuncture_json": 2, "run": {"worlds": true, "request": {"command": "run"}}}',
        ),
        ("a.parquet", "no table"),
        ("a.nc", "no data"),
        ("a.json", "\udcff"),
    ],
)
def test_reproduce_refuses_what_is_no_result(tmp_path, name, text):
    target = tmp_path / name
    target.write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = invoke("reproduce", str(target))
    assert (code, out) == (2, "")
    assert name in err
    assert err.count("\n") == 1


def test_reproduce_refuses_a_result_that_was_stopped(quarrel, tmp_path):
    target, content = kept_query(quarrel, tmp_path)
    content["stopped"] = {"histories": 4096, "asked": 8192, "worlds_without": 8}
    target.write_text(json.dumps(content), encoding="utf-8")
    code, _, err = invoke("reproduce", str(target))
    assert code == 2
    assert "was stopped after 4096 of 8192 histories" in err
    assert "run it to its end to reproduce it" in err


def test_reproduce_reads_no_file_without_an_end():
    code, _, err = invoke("reproduce", "/dev/zero")
    assert code == 2
    assert "is larger than a result can be" in err


def test_reproduce_of_a_file_that_is_not_there(tmp_path):
    code, _, err = invoke("reproduce", str(tmp_path / "none.json"))
    assert code == 2
    assert "no such file" in err


@pytest.mark.parametrize("command", ["test", "run"])
def test_run_that_is_ended_leaves_nothing(quarrel, tmp_path, command):
    target = tmp_path / "result.json"
    started = subprocess.Popen(
        [sys.executable, "-m", "conjuncture.cli", command, quarrel, "--worlds", "1000",
         "--histories", "51200", "--output", str(target)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip
    limit = time.monotonic() + 10
    while not list(tmp_path.iterdir()) and time.monotonic() < limit and started.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    started.send_signal(signal.SIGTERM)
    try:
        _, err = started.communicate(timeout=60)
    finally:
        started.kill()
    assert started.returncode == 143, err
    assert err == ""
    assert list(tmp_path.iterdir()) == []


def test_heavy_libraries_are_loaded_only_where_needed(quarrel):
    code = (
        "import sys\nfrom conjuncture.cli import main\n"
        f"sys.argv = ['conjuncture', 'query', {quarrel!r}, 'P(quarrel = a)', '--worlds', '16']\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code, ended.code\n"
        "loaded = [name for name in ('scipy.stats', 'pandas', 'xarray', 'pyarrow', 'matplotlib')"
        " if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_notebook_tables_escape_text(quarrel):
    import conjuncture

    ensemble = conjuncture.load(quarrel).run(worlds=16)
    shown = ensemble.test()._repr_html_()
    assert "Somebody &lt;b&gt;won&lt;/b&gt;." in shown
    assert "A small quarrel" in ensemble._repr_html_()
