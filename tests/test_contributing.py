"""What the pages for contributors name is there: paths, and functions in the modules they stand in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("CONTRIBUTING.md", "docs/explanation/words.md")
FOLDERS = (ROOT, ROOT / "src" / "conjuncture", ROOT / "docs" / "explanation")
EXAMPLES = {"NAME-YEAR": ["bolivia-1970"], "NAME": ["showdown", "claims", "cabinet", "causes"]}
MADE = {".venv", ".ci"}


def paths_in(text: str) -> set[str]:
    """Return what stands in backticks and has a slash or a suffix of a file."""
    named = re.findall(r"`([\w./-]+)`", text)
    return {name for name in named if "/" in name or name.endswith((".py", ".md", ".yaml", ".bib"))}


def fillings_of(path: str) -> list[str]:
    """Return the path with its placeholder filled, in every way that an example allows."""
    for placeholder, examples in EXAMPLES.items():
        if placeholder in path:
            return [path.replace(placeholder, example) for example in examples]
    return [path]


def is_there(path: str, folders: tuple[Path, ...]) -> bool:
    return any((folder / filled).exists() for folder in folders for filled in fillings_of(path))


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_page_for_contributors_names_exists(page):
    named = paths_in((ROOT / page).read_text(encoding="utf-8"))
    beside = tuple((ROOT / "src" / "conjuncture" / "crises").iterdir()) + tuple(
        folder for folder in (ROOT / "src" / "conjuncture" / "mechanisms").iterdir()
    )
    missing = {
        path
        for path in named
        if path.split("/")[0] not in MADE and not is_there(path, (*FOLDERS, *beside))
    }
    assert len(named) > 10
    assert not missing


def test_the_picture_of_the_house_has_every_folder():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    picture = text.split("```text")[1].split("```")[0]
    package = ROOT / "src" / "conjuncture"
    shown = set(re.findall(r"(\w+)/", picture))
    assert shown <= {folder.name for folder in package.rglob("*") if folder.is_dir()}
    floors = {folder.name for folder in package.iterdir() if (folder / "__init__.py").exists()}
    assert floors <= shown


def test_contributing_fits_on_four_pages():
    words = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split()
    assert len(words) <= 4 * 560
