"""What ``check`` says of the account: which sentence stands behind which part of the model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conjuncture.cli.app import app
from crisis_with_traces import ACCOUNT, with_effects

EFFECT = "{shift: {workers.trust.leaders: -1}, quote: gave nothing}"
LEFT_OUT = "omissions:\n  - {quote: It rained., why: weather decides nothing here}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "account.md").write_text(ACCOUNT, "utf-8")
    (tmp_path / "scenario.yaml").write_text(with_effects("clash", EFFECT) + LEFT_OUT, "utf-8")
    return tmp_path


def check(folder: Path, *options: str) -> str:
    result = CliRunner().invoke(app, ["check", str(folder), *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_paragraphs_are_counted(folder):
    lines = check(folder).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("paragraph"))
    assert lines[start].split() == [
        "paragraph", "sentences", "forces", "numbers", "stages", "effects", "claims", "like",
        "left", "out", "no", "place",
    ]  # fmt: skip
    assert lines[start + 1].split() == ["1", "2", "1", "1", ".", ".", ".", ".", ".", "1"]
    assert lines[start + 2].split() == ["2", "3", ".", ".", ".", "1", ".", ".", "1", "1"]
    assert lines[start + 3].split() == ["all", "5", "1", "1", ".", "1", ".", ".", "1", "2"]
    assert all(len(line) <= 80 for line in lines if not line.startswith("warning"))


def test_what_has_no_place_is_listed(folder):
    text = check(folder)
    assert "It rained. (weather decides nothing here)" in text
    assert "Without a place in the model:\n  - The leaders feared them." in text


def test_every_sentence_with_what_rests_on_it(folder):
    text = check(folder, "--sentences")
    assert "  - The workers followed their leaders.\n      force workers; number trust\n" in text
    assert "      effect 1 of clash\n" in text
    assert "      left out: weather decides nothing here\n" in text
    assert "      no place in the model\n" in text


def test_as_json(folder):
    sentences = json.loads(check(folder, "--json"))["sentences"]
    assert [one["paragraph"] for one in sentences] == [1, 1, 2, 2, 2]
    assert sentences[0]["parts"] == ["force workers", "number trust"]
    assert sentences[-1] == {
        "sentence": "It rained.",
        "paragraph": 2,
        "parts": [],
        "why": "weather decides nothing here",
    }
