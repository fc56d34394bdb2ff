"""Programs to be timed side by side: each in a process of its own, asked in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "NUMBA_CACHE_DIR": str(BUILD / "numba")}


class FailedError(Exception):
    """A program ended without an answer; the message holds what it said."""


@dataclass
class Command:
    """A program that takes its sizes on the command line, prints one line of JSON and ends."""

    name: str
    how: str
    command: Sequence[object]
    results: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        """Run once and keep what it printed."""
        words = [str(word) for word in self.command]
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise FailedError(f"{self.name} failed:\n{done.stderr}")
        self.results.append(json.loads(done.stdout.splitlines()[-1]))

    def close(self) -> None:
        """Do nothing: it has ended."""


@dataclass
class Worker:
    """A program that stays: for each line of JSON with sizes it prints one with its tally.

    The first run, in which it compiles and warms up, is not kept; ``warming`` are its sizes if they
    differ.
    """

    name: str
    how: str
    command: Sequence[object]
    sizes: dict[str, int]
    warming: dict[str, int] | None = None
    results: list[dict[str, Any]] = field(default_factory=list)
    first: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def ask(self, sizes: dict[str, int]) -> dict[str, Any]:
        """Send sizes and wait for the answer."""
        if self.process is None:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **ENVIRONMENT},
            )
        if self.process.stdin is None or self.process.stdout is None:
            raise FailedError(f"{self.name} has no pipes")
        self.process.stdin.write(json.dumps(sizes) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise FailedError(f"{self.name} ended without an answer; what it said stands above")
        found: dict[str, Any] = json.loads(line)
        return found

    def run(self) -> None:
        """Run once and keep the answer, after a first run that does not count."""
        if self.process is None:
            self.first = self.ask(self.warming or self.sizes)
        self.results.append(self.ask(self.sizes))

    def close(self) -> None:
        """Let the process end."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()


Program = Command | Worker


def python(script: str, *arguments: object) -> list[object]:
    """Return the command that runs a script beside this one."""
    return [sys.executable, HERE / script, *arguments]


def rates(program: Program) -> list[float]:
    """Return histories per second, one for each repetition."""
    return [result["histories"] / result["seconds"] for result in program.results]


@contextmanager
def close_at_end(programs: Sequence[Program]) -> Iterator[Sequence[Program]]:
    """End all processes at the end."""
    try:
        yield programs
    finally:
        for program in programs:
            program.close()


def side_by_side(programs: Sequence[Program], repetitions: int) -> None:
    """Run all programs in turn, so often; a slow minute of the machine then hits them alike."""
    with close_at_end(programs):
        for repetition in range(repetitions):
            for program in programs:
                told = f"  repetition {repetition + 1}: {program.name}, {program.how}"
                print(told, file=sys.stderr, flush=True)
                program.run()
