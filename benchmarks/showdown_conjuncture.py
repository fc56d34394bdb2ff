"""Time Conjuncture itself on the benchmark's showdown, in a process of its own.

``python benchmarks/showdown_conjuncture.py WORLDS HISTORIES SEED`` prints one line of JSON. The
crisis is run twice: the first run compiles (or finds its program in the cache on disk), the second
is the one that is timed.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import conjuncture

SCENARIO = Path(__file__).resolve().parent / "showdown"
QUESTION = "P(showdown = cabinet)"


def run_once(worlds: int, histories: int, seed: int) -> tuple[float, float]:
    """Return seconds and the probability asked for; the question makes sure that all is done."""
    scenario = conjuncture.load(SCENARIO)
    start = time.perf_counter()
    ensemble = scenario.run(worlds=worlds, histories=histories, seed=seed)
    probability = float(ensemble.query(QUESTION).value)
    return time.perf_counter() - start, probability


def conjuncture_seconds(worlds: int, histories: int, seed: int) -> dict[str, float | list[float]]:
    """Return what the other programs print, and compile time and peak memory besides.

    Returns
    -------
    dict
        ``histories``, ``seconds`` (without compiling), ``wins`` by camp, ``first_seconds`` (the
        first run's excess: compiling or loading the compiled program), ``peak_mebibytes``.
    """
    first, _ = run_once(worlds, histories, seed)
    seconds, probability = run_once(worlds, histories, seed)
    done = worlds * histories
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "histories": done,
        "seconds": seconds,
        "wins": [done * probability, done * (1 - probability)],
        "first_seconds": max(first - seconds, 0.0),
        "peak_mebibytes": peak,
    }


if __name__ == "__main__":
    print(json.dumps(conjuncture_seconds(*map(int, sys.argv[1:]))))
