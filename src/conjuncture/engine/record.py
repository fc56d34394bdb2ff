"""The run record: everything needed to run it again, beside every result and inside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conjuncture.engine import compiler, laws, machine
from conjuncture.engine.addresses import BLOCK
from conjuncture.scenario.crisis import Crisis
from conjuncture.version import LANGUAGE

BUILD_KEYS = (
    "conjuncture",
    "jax",
    "jaxlib",
    "compiler",
    "numpy",
    "scipy",
    "processor",
    "device",
    "generator",
    "block",
    "language",
)
"""What two runs must share for their results to be promised equal bit for bit."""

DOCUMENTED = "documented"
"""Structural constants that a scenario leaves open are as wide as their mechanism documents."""

QUESTION_KEYS = ("scenario_sha256", "account_sha256", "seed", "worlds", "histories", "constants")
"""What of a record says which histories there are; with :data:`BUILD_KEYS`, all that decides them."""


def run_record(
    crisis: Crisis, seed: int, worlds: int, histories: int, constants: str = DOCUMENTED
) -> dict[str, Any]:
    """Return the record of a run.

    Parameters
    ----------
    crisis : Crisis
    seed, worlds, histories : int
        ``histories`` counts those of one world.
    constants : str
        Where structural constants come from that the scenario leaves open.
    """
    return {
        "scenario": crisis.slug,
        "scenario_sha256": crisis.digest,
        "account_sha256": crisis.account_digest,
        "language": LANGUAGE,
        "seed": seed,
        "worlds": worlds,
        "histories": histories,
        "constants": constants,
        "block": BLOCK,
        "generator": laws.GENERATOR,
        **machine.describe_machine(),
        "programs": compiler.SPENT.programs,
        "compiling_seconds": round(compiler.SPENT.seconds, 2),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]] if sys.argv and sys.argv[0] else [],
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit_of(crisis.folder),
    }


def decisive_entries_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a record decides the histories: runs that share it have the same."""
    return {name: record[name] for name in (*QUESTION_KEYS, *BUILD_KEYS)}


def commit_of(folder: Path) -> str | None:
    """Return the git commit that a scenario's folder is at, or None when there is none."""
    git = shutil.which("git")
    if git is None:
        return None
    try:
        found = subprocess.run(
            [git, "rev-parse", "HEAD"],
            cwd=folder, capture_output=True, text=True, timeout=5, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None
