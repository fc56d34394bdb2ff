"""The script that times accelerators: it takes the same path on a processor, and says so."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "accelerator.py"


def run_words(*words):
    """Return how the script ends, and what it says, where JAX sees the processor alone."""
    return subprocess.run(
        [sys.executable, SCRIPT, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
    )


def test_without_an_accelerator_it_says_so():
    found = run_words()
    assert found.returncode == 1
    assert found.stderr.startswith("There is no accelerator here")
    assert not found.stdout


@pytest.mark.slow
def test_it_takes_the_same_path_on_the_processor():
    found = run_words("--cpu")
    assert found.returncode == 0, found.stderr
    assert "| showdown, 12 forces | 16 blocks at once |" in found.stdout
    assert "of the ceiling" in found.stdout
