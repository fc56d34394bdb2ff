"""What all tests share: one cache of compiled programs, scenarios written inline, seeds."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from chance import MOST_COMPARISONS, comparisons_made

# Tests share compiled programs: within a run, and between runs where a folder is named.
os.environ.setdefault("CONJUNCTURE_CACHE", tempfile.mkdtemp(prefix="conjuncture-test-"))

settings.register_profile(
    "conjuncture",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("conjuncture")


MADE_ELSEWHERE: list[int] = []
"""Comparisons that each of several processes made."""


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Learn of the comparisons of a process that has run its tests."""
    MADE_ELSEWHERE.append(getattr(node, "workeroutput", {}).get("comparisons", 0))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail at the end where more was compared than the rate of false alarms was divided among."""
    made = comparisons_made() + sum(MADE_ELSEWHERE)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["comparisons"] = made
    elif made > MOST_COMPARISONS:
        print(f"\nraise MOST_COMPARISONS in tests/chance.py to {made}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for scenarios written by tests."""
    return tmp_path_factory.mktemp("scenarios")


@pytest.fixture(scope="session")
def write_crisis(folders: Path) -> Callable[..., Path]:
    """Write a scenario from its text and return its folder."""

    def write(text: str, account: str = "Nothing is told here.\n") -> Path:
        folder = folders / f"crisis-{len(list(folders.iterdir()))}"
        folder.mkdir()
        (folder / "scenario.yaml").write_text(dedent(text), encoding="utf-8")
        (folder / "account.md").write_text(account, encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def crisis(write_crisis: Callable[..., Path]) -> Callable[[str], object]:
    """Read a crisis from its text."""
    from conjuncture.mechanisms.registry import stage_models
    from conjuncture.scenario.scenario_file import read_crisis

    return lambda text: read_crisis(write_crisis(text), stage_models())


@pytest.fixture(scope="module")
def without_compiler() -> Iterator[None]:
    """Have NumPy run the programs of a module that has few histories of many scenarios.

    Where ``CONJUNCTURE_COMPILED`` is set, as ``make check`` has it, they are compiled all the same.
    """
    from interpreted_program import without_compiling

    with nullcontext() if os.environ.get("CONJUNCTURE_COMPILED") else without_compiling():
        yield
