"""The Python of the documents runs, page by page."""

import re
import runpy
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import pyarrow.parquet
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

import conjuncture
from conjuncture.api import Scenario

ROOT = Path(__file__).parents[2]
PAGES = [
    page
    for page in (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")))
    if "```python\n" in page.read_text(encoding="utf-8")
]
WORLDS = 24


@pytest.fixture
def small(monkeypatch):
    """Runs have a few worlds, whatever a page asks for."""
    run = Scenario.run

    def run_small(self, worlds=WORLDS, histories=512, **rest):
        return run(self, min(worlds, WORLDS), min(histories, 512), **rest)

    monkeypatch.setattr(Scenario, "run", run_small)


@pytest.fixture
def crises(tmp_path, monkeypatch):
    """An empty folder in which the scenario of the tutorial is ``my-crisis``."""
    renew = runpy.run_path(str(ROOT / "scripts" / "renew_outputs.py"))
    folder = tmp_path / "my-crisis"
    folder.mkdir()
    tutorial = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    for name, text in renew["scenario_of"](tutorial).items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page,
            id=page.relative_to(ROOT).as_posix(),
            marks=() if page.stem == "README" else pytest.mark.slow,
        )
        for page in PAGES
    ],
)
@pytest.mark.usefixtures("small", "crises")
def test_the_python_of_a_page_runs(page):
    parsers = [PythonCodeBlockParser(doctest_optionflags=0), SkipParser()]
    document = Sybil(parsers=parsers).parse(page)
    for example in document.examples():
        example.evaluate()
    plt.close("all")


@pytest.mark.slow
@pytest.mark.usefixtures("crises")
def test_what_the_guide_asks_of_the_histories_in_other_languages():
    conjuncture.load("bolivia-1970").run(worlds=4).save("histories.parquet")
    text = (ROOT / "docs" / "how-to" / "histories.md").read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    (asked,) = [body for language, body in fences if language == "sql"]
    rows = duckdb.sql(asked).fetchall()
    assert [row[0] for row in rows] == ["miranda", "torres"]
    assert sum(row[1] for row in rows) == 4 * 512
    # R itself is not at hand here: the columns that it asks for are there.
    (script,) = [body for language, body in fences if language == "r"]
    names = pyarrow.parquet.read_schema("histories.parquet").names
    assert set(re.findall(r"showdown[.\w]*|\bworld\b", script)) <= set(names)
    assert "value:army_mood" in names
