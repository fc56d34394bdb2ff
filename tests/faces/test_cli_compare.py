"""``conjuncture compare``, and where its result stands beside claims and in reports."""

from __future__ import annotations

import json
import re

import pandas
import pytest
from typer.testing import CliRunner

from conjuncture.analysis.explain.explanation import Explanation
from conjuncture.api import load
from conjuncture.cli.app import app
from conjuncture.ensemble import Ensemble
from conjuncture.report.builder import build_report
from conjuncture.report.document import as_html, as_markdown
from crises import FREE

pytestmark = pytest.mark.usefixtures("without_compiler")

SIZE = ("--worlds", "20")
LIKE = """
like:
  success: showdown = a
  case: Bolivia 1970-10-06
  plotters: elite
  protest: no
  region: americas
  note: as the table has it
"""


@pytest.fixture(scope="module")
def folder(write_crisis):
    return str(write_crisis(FREE + LIKE))


def invoke(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def kept(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("compare") / "compare.parquet"
    code, out, err = invoke("compare", folder, *SIZE, "--json", "--output", target)
    assert (code, err) == (0, "")
    return json.loads(out), target


def test_what_is_printed(folder):
    code, out, err = invoke("compare", folder, *SIZE)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == ["Free to choose", "20 worlds × 512 histories, seed 1"]
    assert all(line == line.rstrip() and len(line) <= 80 for line in lines)
    joined = re.sub(r"\s+", " ", out)
    for part in (
        "among attempts: plotters elite, protest no, region americas", "with all 3 tags",
        "without region", "nor protest", "all attempts 244 of 490 50 %", "in the scenario",
        "Bolivia 1970-10-06, the case itself, is in no class",
        "Disagreement is information, not an error", "closest cases",
        "Caution: the tags plotters and protest were coded by people who knew", "own share: how much",
    ):  # fmt: skip
        assert part in joined
    assert "own share: how much" not in invoke("compare", folder, *SIZE, "--quiet")[1]


def test_json_has_the_documented_shape(kept):
    found, _ = kept
    assert set(found) == {
        "conjuncture_json", "scenario", "title", "among", "tags", "bits", "case", "classes",
        "strength", "nearest", "success", "own", "distance", "distance_interval", "sentences",
        "caution", "run",
    }  # fmt: skip
    assert set(found["classes"][0]) == {
        "tags", "dropped", "successes", "cases", "unknown", "raw", "rate", "interval", "pulled",
        "weight",
    }  # fmt: skip
    assert set(found["nearest"][0]) == {"case", "success", "shared", "differs", "unknown"}
    assert found["classes"][-1]["cases"] == 490
    assert 0.0 < found["own"]["value"] < 1.0


def test_the_classes_are_kept_as_rows(kept):
    found, target = kept
    table = pandas.read_parquet(target)
    assert list(table["cases"]) == [one["cases"] for one in found["classes"]]
    assert table["tags"].iloc[-1] == ""


def test_it_is_reproduced(kept):
    code, out, _ = invoke("reproduce", kept[1])
    assert (code, "agree" in out) == (0, True)


def test_other_tags_and_another_table(folder):
    code, out, _ = invoke(
        "compare", folder, *SIZE, "--among", "campaigns", "--tag", "method=nonviolent",
        "--tag", "defection=yes", "--json",
    )  # fmt: skip
    found = json.loads(out)
    assert (code, found["own"], found["success"]) == (0, None, None)
    assert (found["classes"][0]["cases"], round(found["classes"][0]["raw"], 2)) == (52, 0.77)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--tag", "plotters"), "is no tag; write NAME=OPTION"),
        (("--tag", "plotters=elite", "--tag", "plotters=combat"), "named twice"),
        (("--tag", "rank=elite"), "their tags are"),
    ],
)
def test_mistakes_are_sentences(folder, arguments, told):
    code, out, err = invoke("compare", folder, *arguments)
    assert (code, out) == (2, "")
    assert told.replace("their tags are", "tags are") in err


def test_the_picture(folder, tmp_path):
    code, _, err = invoke("compare", folder, *SIZE, "--quiet", "--figures", tmp_path)
    assert code == 0
    assert "comparison.svg" in err
    assert "in the scenario" in (tmp_path / "comparison.svg").read_text(encoding="utf-8")


def test_one_line_below_the_claims(folder, write_crisis):
    code, out, _ = invoke("test", folder, *SIZE)
    assert code == 0
    joined = re.sub(r"\s+", " ", out)
    line = r"Outside view: 74 % of the 34 attempts most like it succeeded, here (\d+) %\."
    compared = invoke("compare", folder, *SIZE)[1]
    own = re.search(r"in the scenario +(\d+)\s%", compared)[1]
    assert re.search(line, joined)[1] == own
    bare = invoke("test", write_crisis(FREE), *SIZE)[1]
    assert "outside view" not in bare.lower()


def test_a_report_has_a_section_of_it(folder):
    def nothing(_ensemble, event):
        return Explanation(event, _ensemble.query(f"P({event})"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ensemble, "explain", nothing)
        report = build_report(load(folder).run(worlds=20))
    assert report.comparison is not None
    assert "comparison" in [one.name for one in report.all_drawings]
    assert {"good1965", "albrecht2021"} <= {one.key for one in report.cited}
    for written in (as_html(report), as_markdown(report, "figures")):
        assert "Cases like this one" in written
        assert "The closest cases" in written
        assert "Disagreement is information, not an error" in written
