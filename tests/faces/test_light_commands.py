"""``new``, ``check``, ``schema``, ``cite``, ``list``: what they print, and what they load."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import COMMANDS, app
from conjuncture.scenario.schema import read_shipped_schema

HEAVY = ("jax", "jaxlib", "numpy", "scipy", "xarray", "pandas", "matplotlib", "pyarrow", "dask")


def invoke(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"], ["--version"], ["check", "bolivia-1970"], ["schema"], ["list"],
        ["cite", "bolivia-1970"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_light_commands_load_nothing_heavy(arguments):
    code = (
        "import sys\nfrom conjuncture.cli import main\n"
        f"sys.argv = ['conjuncture', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code, ended.code\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


def test_help_names_every_command():
    code, out, _ = invoke("--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


def test_no_colours_where_none_are_wanted():
    ended = subprocess.run(
        [sys.executable, "-m", "conjuncture.cli", "--help"],
        capture_output=True, text=True, env={"NO_COLOR": "1", "TERM": "xterm-256color"},
    )  # fmt: skip
    assert ended.returncode == 0
    assert "\x1b[3" not in ended.stdout


def test_new_scenario_is_good_and_nothing_is_overwritten(tmp_path):
    folder = tmp_path / "mine"
    code, out, err = invoke("new", str(folder))
    assert code == 0
    assert out.splitlines() == [str(folder / "scenario.yaml"), str(folder / "account.md")]
    assert "conjuncture check" in err
    code, out, err = invoke("check", str(folder))
    assert code == 0, err
    assert "no mistakes" in out
    assert "warning" not in out
    before = (folder / "scenario.yaml").read_text("utf-8")
    code, out, err = invoke("new", str(folder))
    assert (code, out) == (2, "")
    assert "already" in err
    assert (folder / "scenario.yaml").read_text("utf-8") == before


def test_new_cannot_write_into_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    code, _, err = invoke("new", str(tmp_path / "file" / "mine"))
    assert code == 2
    assert "cannot be written" in err


def test_check_says_what_is_there():
    code, out, err = invoke("check", "bolivia-1970")
    assert (code, err) == (0, "")
    assert out.startswith("Bolivia, October 1970: no mistakes\n")
    assert "found in the account word for word" in out


def test_check_as_json():
    code, out, _ = invoke("check", "bolivia-1970", "--json")
    content = json.loads(out)
    assert code == 0
    assert content["conjuncture_json"] == 2
    assert content["scenario"] == "bolivia-1970"
    assert content["mistakes"] == []
    assert len(content["scenario_sha256"]) == 64


def test_check_of_a_wrong_one_as_json(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text("conjuncture: 1\ntitel: x\n")
    code, out, err = invoke("check", str(file), "--json")
    assert (code, err) == (1, "")
    found = json.loads(out)["mistakes"]
    assert {"file", "line", "column", "problem", "remedy"} == set(found[0])
    assert any("did you mean 'title'?" in mistake["remedy"] for mistake in found)


def test_check_of_nothing():
    code, out, err = invoke("check", "bolivia-1971")
    assert (code, out) == (2, "")
    assert "did you mean 'bolivia-1970'?" in err


def test_schema_is_the_one_shipped():
    assert invoke("schema")[:2] == (0, read_shipped_schema())


def test_list_names_crises_and_mechanisms():
    _, out, _ = invoke("list")
    assert "bolivia-1970" in out
    assert "showdown" in out
    content = json.loads(invoke("list", "--json")[1])
    assert {"name": "bolivia-1970", "title": "Bolivia, October 1970"} in content["crises"]


def test_cite_names_the_scenario_s_and_the_mechanism_s_works():
    _, out, _ = invoke("cite", "bolivia-1970")
    assert "[skaperdas1996] Skaperdas, Stergios (1996)." in out
    assert "[dunkerley1984]" in out
    _, out, _ = invoke("cite", "bolivia-1970", "--format", "bibtex")
    assert "@article{skaperdas1996," in out
    assert "@misc{source_text," in out
    by = {
        work["key"]: work["cited_by"]
        for work in json.loads(invoke("cite", "bolivia-1970", "--json")[1])["references"]
    }
    assert by["skaperdas1996"] == "showdown"
    assert by["tianpearl2000"] == "method"


@pytest.mark.parametrize("arguments", [["chekc"], ["check"], ["check", "--jsno", "x"]])
def test_wrong_calls_exit_with_two(arguments):
    assert invoke(*arguments)[0] == 2


def test_reader_that_goes_away_is_no_error():
    program = subprocess.Popen(
        [sys.executable, "-m", "conjuncture.cli", "schema"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    errors = program.stderr.read()
    program.stderr.close()
    assert program.wait() == 141
    assert errors == b""


def test_template_says_what_the_tutorial_says():
    template = Path(sys.modules["conjuncture.cli"].__file__ or "").parent / "template"
    assert "the governor fled without a shot" in (template / "account.md").read_text("utf-8")
