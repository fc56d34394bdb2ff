"""Hold the C, NumPy and Mesa programs against the reference of the tests, in law.

``python benchmarks/check_showdown.py`` compares shares of wins and the mean of every measure, on
the benchmark's crisis, and says how many standard errors lie between; more than 4 is a failure.
"""

from __future__ import annotations

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from peers.parameters import FREE, read_parameters
from showdown import BLOCK, BUILD, compile_peer

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "oracles"))
reference = importlib.import_module("reference_showdown")

REFERENCE_HISTORIES, MESA_HISTORIES, OTHER_HISTORIES = 20_000, 20_000, 400_000
LARGEST_DISTANCE = 4.0


def crisis() -> Any:
    """Return the benchmark's crisis as the reference takes it."""
    parameters = read_parameters()
    leans = parameters.leaning.copy()
    for force, side in enumerate(parameters.bound):
        if side != FREE:
            leans[force, side - 1] = np.inf
    same = (
        "cores", "troops", "mass", "stakes", "breakeven", "ties", "materiel", "resolve",
        "street_exchange", "decisiveness", "fog", "public_share", "first_showing",
    )  # fmt: skip
    return reference.Crisis(leans=leans, **{name: getattr(parameters, name) for name in same})


def measured(history: Any) -> list[float]:
    """Return one history's row, in the order of :func:`means`."""
    return [
        *(float(history.winner == camp) for camp in range(len(history.strength))),
        *history.strength,
        float(history.how == "capitulation"),
        float(history.rounds),
        history.margin,
        history.division,
        history.largest_share,
        history.spent,
    ]


NAMES = ("capitulation", "rounds", "margin", "division", "largest_share", "spent")


def means(result: dict[str, Any]) -> list[float]:
    """Return the same means from what a program printed."""
    shares = [wins / result["histories"] for wins in result["wins"]]
    return [*shares, *result["strength"], *(result[name] for name in NAMES)]


def printed(*command: object) -> dict[str, Any]:
    """Run a program and read its line of JSON."""
    words = [str(word) for word in command]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def main() -> int:
    """Compare, print, and return 1 if a mean is too far away."""
    rows = np.array(
        [measured(one) for one in reference.sample(crisis(), REFERENCE_HISTORIES, seed=1)]
    )
    mean, deviation = rows.mean(axis=0), rows.std(axis=0, ddof=1)
    peers, worlds = HERE / "peers", -(-OTHER_HISTORIES // BLOCK)
    python = sys.executable
    results = {
        "C": printed(compile_peer(), BUILD / "parameters.txt", worlds, BLOCK, 2, 2),
        "NumPy": printed(python, peers / "showdown_numpy.py", OTHER_HISTORIES, 2, 2),
        "Mesa": printed(python, peers / "showdown_mesa.py", MESA_HISTORIES, 2, 2),
    }
    camps = len(mean) - len(NAMES)
    names = [f"wins {k}" for k in range(camps // 2)] + [f"strength {k}" for k in range(camps // 2)]
    failed = False
    for program, result in results.items():
        error = deviation * math.sqrt(1 / REFERENCE_HISTORIES + 1 / result["histories"])
        distance = (np.array(means(result)) - mean) / error
        failed |= bool((abs(distance) > LARGEST_DISTANCE).any())
        told = ", ".join(
            f"{name} {far:+.1f}" for name, far in zip([*names, *NAMES], distance, strict=True)
        )
        print(f"{program}: {told}")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
