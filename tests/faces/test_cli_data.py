"""``data``: what it lists and shows at every width, as JSON, and what it refuses."""

import csv
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from conjuncture.data import DICTIONARY

HEAVY = ("jax", "numpy", "scipy", "xarray", "pandas", "matplotlib", "pyarrow")


def invoke(*arguments, columns=80):
    result = CliRunner().invoke(app, ["data", *arguments], env={"COLUMNS": str(columns)})
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["path", "attempts"], ["show", "campaigns"], ["show", "attempts", "--json"]]
)
def test_nothing_heavy_is_loaded(arguments):
    code = (
        "import sys\nfrom conjuncture.cli import main\n"
        f"sys.argv = ['conjuncture', 'data', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert not ended.code, ended.code\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not loaded, loaded\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("arguments", [[], ["list"]])
def test_the_tables_are_listed(arguments):
    code, out, err = invoke(*arguments)
    assert (code, err) == (0, "")
    assert all(
        f"{name} " in out and f"{entry.rows} rows" in out for name, entry in DICTIONARY.items()
    )
    listed = json.loads(invoke(*arguments, "--json")[1])["tables"]
    assert [one["name"] for one in listed] == list(DICTIONARY)


@pytest.mark.parametrize("name", DICTIONARY)
def test_the_path_is_that_of_the_file(name):
    code, out, _ = invoke("path", name)
    assert code == 0
    with Path(out.strip()).open(encoding="utf-8", newline="") as stream:
        assert len(list(csv.reader(stream))) == DICTIONARY[name].rows + 1
    assert json.loads(invoke("path", name, "--json")[1])["path"] == out.strip()


@pytest.mark.parametrize("columns", [60, 80, 160])
@pytest.mark.parametrize("name", DICTIONARY)
def test_a_table_is_shown_with_rates_columns_works_and_terms(name, columns):
    code, out, err = invoke("show", name, columns=columns)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= min(columns, 120)
    assert not any(line.endswith(" ") for line in out.splitlines())
    flat = " ".join(out.split())
    for column in DICTIONARY[name].columns:
        assert column.name + ("* " if column.hindsight else " ") in out
        assert column.meaning in flat
    assert "knew how" in flat
    assert "Works to cite, and terms" in out
    for source in DICTIONARY[name].sources:
        assert source.terms in flat


def test_rates_are_those_of_the_data():
    _, out, _ = invoke("show", "attempts")
    assert "491 in all: 0.499 succeeded" in out
    assert "plotters*         combat                        0.328    259" in out
    assert "not coded                     0.400     55" in out
    _, out, _ = invoke("show", "campaigns")
    assert "352 in all: 0.426 succeeded; 37 had not ended" in out


def test_cases_can_be_chosen_by_their_tags():
    _, out, _ = invoke(
        "show", "campaigns", "--where", "method=nonviolent", "--where", "defection=yes"
    )
    assert "52 with method nonviolent, defection yes: 0.769 succeeded" in out
    assert "\nmethod*  " not in out.partition("Columns")[0]
    _, out, _ = invoke("show", "attempts", "--where", "aim=warlord", "--where", "protest=yes")
    assert "no case with aim warlord, protest yes" in out


@pytest.mark.parametrize("columns", [80, 160])
def test_cases_are_shown_with_what_is_known_of_them(columns):
    code, out, _ = invoke("show", "attempts", "--rows", "--where", "protest=yes", columns=columns)
    assert code == 0
    assert "\nChile 1973-09-11 succeeded\n  plotters elite," in out
    assert "protest yes," not in out
    assert out.count(" succeeded\n") + out.count(" failed\n") == 19 + 1
    assert max(map(len, out.splitlines())) <= columns


def test_a_table_as_json():
    content = json.loads(
        invoke("show", "attempts", "--json", "--rows", "--where", "plotters=elite")[1]
    )
    assert content["conjuncture_json"] == 2
    assert content["where"] == {"plotters": "elite"}
    assert content["rate"] == {"cases": 177, "successes": 138, "unended": 0, "share": 138 / 177}
    assert len(content["cases"]) == 177
    assert any(case["protest"] is None for case in content["cases"])
    by_name = {tag["name"]: tag for tag in content["tags"]}
    parts = by_name["protest"]
    counted = [*parts["options"].values(), parts["not_coded"]]
    assert sum(one["cases"] for one in counted) == 177
    assert by_name["plotters"]["options"]["combat"]["share"] is None
    assert [column["name"] for column in content["columns"]] == list(content["cases"][0])
    assert all(work["text"] for source in content["sources"] for work in source["works"])
    assert "cases" not in json.loads(invoke("show", "attempts", "--json")[1])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "atempts"], "the tables are attempts, military_attempts, campaigns"),
        (["path", "atempts"], "there is no table 'atempts'"),
        (["show"], "say which table: attempts, military_attempts, campaigns"),
        (["list", "attempts"], "write 'conjuncture data show attempts'"),
        (["path", "attempts", "--rows"], "--where and --rows go with"),
        (["show", "attempts", "--where", "ploters=elite"], "did you mean 'plotters'? the tags are:"),
        (["show", "attempts", "--where", "plotters=colonels"], "write one of: combat, elite"),
        (["show", "attempts", "--where", "plotters"], "write it as in --where region=europe"),
        (
            ["show", "attempts", "--where", "prior=one", "--where", "prior=none"],
            "--where has 'prior' twice",
        ),
        (["tell"], "is not one of 'list'"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_sentence(arguments, says):
    code, out, err = invoke(*arguments)
    assert (code, out) == (2, "")
    assert says in " ".join(err.split())
    assert "Traceback" not in err


def test_the_commands_of_the_page_run():
    page = (Path(__file__).parents[2] / "docs/reference/data.md").read_text(encoding="utf-8")
    lines = re.findall(r"^conjuncture data (.*)$", page, re.MULTILINE)
    assert len(lines) > 3
    for line in lines:
        assert invoke(*shlex.split(line))[0] == 0, line


def test_the_python_of_the_page_runs():
    page = (Path(__file__).parents[2] / "docs/reference/data.md").read_text(encoding="utf-8")
    (body,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    exec(compile(body, "data.md", "exec"), {})  # noqa: S102 - our own page
