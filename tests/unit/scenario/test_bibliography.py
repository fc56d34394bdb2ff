from __future__ import annotations

import re
from pathlib import Path

import pytest

from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.bibliography import read_bibtex, works

DOCS = Path(__file__).parents[3] / "docs"


def test_fields_in_braces_quotes_and_numbers():
    found = read_bibtex('@Article{k, title = {A {B} c}, note = "d {"} e", year = 1970,\n}\n')
    work = found["k"]
    assert work.kind == "article"
    assert dict(work.fields) == {"title": "A {B} c", "note": 'd {"} e', "year": "1970"}


@pytest.mark.parametrize("text", ["@book{k, title = {A", "@book{k, title A}", "@a{k, } @a{k, }"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match="k"):
        read_bibtex(text)


def test_every_work_reads_as_a_line():
    for work in works().values():
        line = work.text()
        assert line.endswith(".")
        assert not re.search(r"[{}\\]", line)


def test_mechanisms_cite_works_that_are_there():
    for model in stage_models().values():
        assert model.references
        assert set(model.references) <= set(works())


def test_pages_cite_works_that_are_there():
    for page in DOCS.rglob("*.md"):
        cited = re.findall(r"\[@([\w; @]+)\]", page.read_text("utf-8"))
        keys = {key.strip(" @") for group in cited for key in group.split(";")}
        assert keys <= set(works()), page
