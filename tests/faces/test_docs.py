"""What the documents tell a reader to do works: their commands, their links, their scenario."""

import re
import shlex
from contextlib import nullcontext
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from interpreted_program import without_compiling

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if page.name != "CHANGELOG.md"
)
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
ASKS = ("check", "query", "test", "compare", "run", "chronicle", "cite", "list", "schema")


def fences(page, language):
    text = page.read_text(encoding="utf-8")
    return [body for _, found, body in FENCE.findall(text) if found == language]


def commands(page):
    """Return the commands of a page that ask something of a crisis of the catalogue."""
    for body in fences(page, "sh"):
        for line in body.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["conjuncture"] and words[1] in ASKS:
                yield words[1:]


CATALOGUE = [
    pytest.param(
        words,
        id=f"{page.stem}: {' '.join(words)[:60]}",
        marks=() if page.stem == "README" else pytest.mark.slow,
    )
    for page in PAGES
    for words in commands(page)
    if len(words) > 1 and words[1] == "bolivia-1970"
]


@pytest.mark.parametrize("words", CATALOGUE)
def test_a_command_of_the_documents_runs(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sized = ("query", "test", "compare", "run", "chronicle")
    sizes = ["--worlds", "16"] if words[0] in sized else []
    # What is told of one history needs a program of its own, for two blocks.
    with without_compiling() if words[0] == "chronicle" else nullcontext():
        result = CliRunner().invoke(app, [*words, *sizes])
    assert result.exit_code == 0, result.output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "scenario", "asks"),
    [
        ("tutorial", "my-crisis", {"check", "test", "query", "chronicle"}),
        ("explanation/stages", "flour", {"query"}),
    ],
)
def test_a_page_that_holds_a_scenario_leads_to_one_that_can_be_asked(
    name, scenario, asks, tmp_path
):
    page = ROOT / "docs" / f"{name}.md"
    folder = tmp_path / scenario
    folder.mkdir()
    (folder / "account.md").write_text(fences(page, "text")[0], encoding="utf-8")
    (folder / "scenario.yaml").write_text("\n".join(fences(page, "yaml")), encoding="utf-8")
    runner = CliRunner()
    asked = [words for words in commands(page) if words[1] == scenario]
    assert {words[0] for words in asked} == asks
    for words in asked:
        sizes = ["--worlds", "16"] if words[0] in ("query", "test", "chronicle") else []
        result = runner.invoke(app, [words[0], str(folder), *words[2:], *sizes])
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_the_documents_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
