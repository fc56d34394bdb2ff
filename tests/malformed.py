"""A good scenario, a hundred ways to spoil it, and where each mistake must be told."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import malformed_cases as cases
from conjuncture.errors import Mistake, ScenarioError
from conjuncture.mechanisms.registry import stage_models
from conjuncture.scenario.scenario_file import read_crisis

HERE = Path(__file__).parent / "contracts" / "malformed"
GOOD = (HERE / "scenario.yaml").read_text("utf-8")
ACCOUNT = (HERE / "account.md").read_text("utf-8")
MARK = "¦"

ONE_AT_A_TIME = cases.SYNTAX
TOGETHER = (
    cases.STRUCTURE
    + cases.NAMES
    + cases.VALUES
    + cases.CLAIMS
    + cases.TRACES
    + cases.LIKENESS
    + cases.WORDS
)
ALL = ONE_AT_A_TIME + TOGETHER


def write_scenario(folder: Path, content: str | bytes) -> Path:
    """Write a scenario and its account into a folder."""
    (folder / "account.md").write_text(ACCOUNT, "utf-8")
    file = folder / "scenario.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def edit_case(case: cases.MalformedCase) -> tuple[str, tuple[int, int] | None]:
    """Return the malformed text and where its mistake is marked."""
    name, old, new, _ = case
    assert GOOD.count(old) == 1, f"{name}: '{old}' stands {GOOD.count(old)} times"
    text = GOOD.replace(old, new)
    assert text.count(MARK) <= 1
    if MARK not in text:
        return text, None
    before = text[: text.index(MARK)]
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    return text.replace(MARK, ""), place


def mistakes_in(folder: Path, content: str | bytes) -> tuple[Mistake, ...]:
    """Return what is wrong with a scenario, written into a folder; nothing where it is read."""
    try:
        read_crisis(write_scenario(folder, content), stage_models())
    except ScenarioError as error:
        return error.mistakes
    return ()


@cache
def mistakes_of(case: cases.MalformedCase) -> tuple[Mistake, ...]:
    """Return what is wrong with a malformed scenario; it is read once for all tests."""
    with TemporaryDirectory() as folder:
        return mistakes_in(Path(folder), edit_case(case)[0])
