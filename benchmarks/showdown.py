"""Compare Conjuncture with C, NumPy and Mesa programs of the same showdown, side by side.

``python benchmarks/showdown.py`` runs every program in turn, several times over, and prints a
table; ``--write`` stores it in RESULTS.md. Every program simulates the full model with as many
draws a history, on the numbers of showdown/scenario.yaml, which are plain numbers: all worlds are
alike. The slow programs run fewer histories; rates are compared.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from machine import describe
from peers.parameters import read_parameters

HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp")
BLOCK = 512
TWO = 2
NUMPY_SHARE, MESA_SHARE = 4, 200
TARGET = 2.0
SUSPICIOUS = 4.0


@dataclass
class Program:
    """A program to time: it prints one line of JSON with histories, seconds and wins."""

    name: str
    command: Sequence[str]
    how: str
    results: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        """Run once and keep what it printed."""
        environment = {**os.environ, "OMP_NUM_THREADS": str(TWO), "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(
            self.command, check=False, capture_output=True, text=True, env=environment
        )
        if done.returncode != 0:
            raise SystemExit(f"{self.name} failed:\n{done.stderr}")
        self.results.append(json.loads(done.stdout.splitlines()[-1]))

    @property
    def rates(self) -> list[float]:
        """Histories per second, one for each repetition."""
        return [result["histories"] / result["seconds"] for result in self.results]

    @property
    def share(self) -> tuple[float, float]:
        """How often the first camp won, and the standard error."""
        result = self.results[-1]
        won = result["wins"][0] / result["histories"]
        return won, math.sqrt(won * (1 - won) / result["histories"])


def compile_peer() -> str:
    """Compile the C program and write the numbers that it reads; return the program's path."""
    if shutil.which("gcc") is None:
        raise SystemExit("the C program needs gcc, which is not on this machine; install gcc")
    BUILD.mkdir(exist_ok=True)
    target = BUILD / "showdown"
    source = HERE / "peers" / "showdown.c"
    subprocess.run(["gcc", *FLAGS, str(source), "-o", str(target), "-lm"], check=True)
    (BUILD / "parameters.txt").write_text(read_parameters().as_text())
    return str(target)


def programs(names: Sequence[str], histories: int, seed: int) -> list[Program]:
    """Return what is to be run, the yardstick first."""
    worlds = math.ceil(histories / BLOCK)
    python, peers = sys.executable, HERE / "peers"
    found = []

    def add(name: str, how: str, *command: object) -> None:
        found.append(Program(name, [str(word) for word in command], how))

    native = compile_peer()
    for threads in (TWO, 1):
        arguments = (BUILD / "parameters.txt", worlds, BLOCK, seed, threads)
        add("C", f"{' '.join(FLAGS)}; threads: {threads}", native, *arguments)
    if "conjuncture" in names:
        script = HERE / "showdown_conjuncture.py"
        add("Conjuncture", "as installed; compile time apart", python, script, worlds, BLOCK, seed)
    if "numpy" in names:
        fewer = histories // NUMPY_SHARE
        for threads in (TWO, 1):
            command = (python, peers / "showdown_numpy.py", fewer, seed, threads)
            add("NumPy", f"float32; threads: {threads}", *command)
    if "mesa" in names and importlib.util.find_spec("mesa") is None:
        print("Mesa is left out: pip install -r benchmarks/requirements.txt", file=sys.stderr)
    elif "mesa" in names:
        fewer = histories // MESA_SHARE
        for processes in (TWO, 1):
            command = (python, peers / "showdown_mesa.py", fewer, seed, processes)
            add("Mesa", f"processes: {processes}", *command)
    return found


def table(found: Sequence[Program], repetitions: int, seed: int) -> str:
    """Return the results as Markdown."""
    yardstick = statistics.median(found[0].rates)
    won, error = found[0].share
    lines = [
        "# Benchmark: showdown, 12 forces, 2 camps",
        "",
        *(f"- {line}" for line in describe()),
        f"- {repetitions} interleaved repetitions, seed {seed}: median, least and largest rate",
        "- every program reads the same plain numbers in every world (showdown/scenario.yaml)",
        "- every program makes 64 draws a history",
        "",
        "| program | how | histories | million/s | least–largest | time, C = 1 | cabinet wins |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for program in found:
        rate, share = statistics.median(program.rates), program.share
        apart = abs(share[0] - won) / math.hypot(share[1], error)
        doubt = " (differs)" if apart > SUSPICIOUS else ""
        lines.append(
            f"| {program.name} | {program.how} | {program.results[-1]['histories']:,} "
            f"| {rate / 1e6:.4f} | {min(program.rates) / 1e6:.4f}–{max(program.rates) / 1e6:.4f} "
            f"| {yardstick / rate:.2f} | {share[0]:.4f} ± {share[1]:.4f}{doubt} |"
        )
    for program in found:
        if program.name == "Conjuncture":
            ratio = yardstick / statistics.median(program.rates)
            first = [result["first_seconds"] for result in program.results]
            peak = max(result["peak_mebibytes"] for result in program.results)
            met = "within" if ratio <= TARGET else "beyond"
            lines += [
                "",
                f"Conjuncture takes {ratio:.2f} times as long as C ({met} the target, {TARGET:g}).",
                f"Before the timed run, compiling or loading the program took {first[0]:.1f} s in",
                f"the first process and {min(first):.1f} s at best. Peak memory {peak:.0f} MiB.",
            ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="store the table in RESULTS.md")
    choices = ("conjuncture", "numpy", "mesa")
    parser.add_argument("--beside", nargs="*", choices=choices, default=choices)
    options = parser.parse_args()
    found = programs(options.beside, options.histories, options.seed)
    for repetition in range(options.repetitions):
        for program in found:
            print(f"repetition {repetition + 1}: {program.name}, {program.how}", file=sys.stderr)
            program.run()
    written = table(found, options.repetitions, options.seed)
    print(written, end="")
    if options.write:
        (HERE / "RESULTS.md").write_text(written)


if __name__ == "__main__":
    main()
