"""``python -m validation``: its data, its page, its figures."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = "# Page\n\n<!-- programme -->\nold\n<!-- end of programme -->\n"


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "validation", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def page(folder):
    file = folder / "validation.md"
    file.write_text(PAGE, encoding="utf-8")
    return file


def write(folder, name, header, rows):
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def test_where_the_data_is_expected_is_said(tmp_path):
    document = page(tmp_path)
    found = run(tmp_path / "nowhere", "--document", document, "--only", "programme")
    assert found.returncode == 1
    assert "programme needs deu3/issues.csv" in found.stderr
    assert str(tmp_path / "nowhere") in found.stderr
    assert "make validation DATA=" in found.stderr
    assert document.read_text(encoding="utf-8") == PAGE


@pytest.mark.slow
def test_the_table_is_written_between_its_markers(tmp_path):
    data = tmp_path / "deu3"
    write(data, "actors.csv", ["actor", "relative_gdp"], [["a", 1], ["b", 1], ["c", 4], ["d", 1]])
    write(data, "issues.csv", ["issue", "outcome"], [["one", 30], ["two", ""], ["three", 100]])
    positions = [
        ["one", "a", 0, 50], ["one", "b", 30, 50], ["one", "c", 90, ""], ["one", "d", "", 50],
        ["two", "a", 0, 50], ["two", "b", 0, 50], ["two", "c", 0, 50],
        ["three", "a", 0, 50], ["three", "b", 100, 50],
    ]  # fmt: skip
    write(data, "positions.csv", ["issue", "actor", "position", "salience"], positions)
    document = page(tmp_path)
    found = run(tmp_path, "--document", document, "--only", "programme")
    assert found.returncode == 0, found.stderr
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# Page\n\n<!-- programme -->\n\n1 issues")
    assert text.endswith("\n\n<!-- end of programme -->\n")
    assert "| `compromise` | equal | all 1 | 10.0 (10.0 to 10.0) | 0.0 (0.0 to 0.0) |" in text
    assert "| `median` | equal | coded | 0.0 (0.0 to 0.0) |" in text
    assert "| `compromise` | GDP | coded | 35.0 (35.0 to 35.0) | 25.0 (25.0 to 25.0) |" in text
    assert "| `median` | GDP | coded | 60.0 (60.0 to 60.0) |" in text


def test_a_page_without_markers_is_told(tmp_path):
    document = tmp_path / "validation.md"
    document.write_text("nothing\n", encoding="utf-8")
    found = run(tmp_path, "--document", document, "--only", "programme")
    assert found.returncode == 1
    assert found.stderr.startswith("validation: ")


def test_all_parts_have_their_place_before_any_is_run(tmp_path):
    document = page(tmp_path)
    found = run(tmp_path, "--document", document)
    assert found.returncode == 1
    assert found.stdout == ""
    for part in ("classes", "attempts", "campaigns", "cabinet"):
        assert f"{document} has no place for {part};" in found.stderr
    assert document.read_text(encoding="utf-8") == PAGE


def test_classes_need_no_data_and_are_those_of_the_page(tmp_path):
    document = tmp_path / "validation.md"
    document.write_text("<!-- classes -->\n<!-- end of classes -->\n", encoding="utf-8")
    found = run(tmp_path / "nowhere", "--document", document, "--only", "classes")
    assert found.returncode == 0, found.stderr
    text = document.read_text(encoding="utf-8")
    assert text.strip() in (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["attempts", "campaigns"])
def test_the_page_shows_pictures_that_are_there(name):
    text = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    shown = re.findall(rf"\]\((pictures/\w+-{name}\.svg)\)", text)
    assert len(shown) == 2
    for picture in shown:
        drawn = (ROOT / "docs" / picture).read_text(encoding="utf-8")
        assert drawn.startswith("<?xml")
        assert "<desc" in drawn
        assert len(drawn) < 200_000
