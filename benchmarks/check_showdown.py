"""Hold every peer, and Conjuncture, against the reference of the tests, in law.

``python benchmarks/check_showdown.py`` compares shares of wins and the mean of every measure, on
the benchmark's crisis of 12 forces, and says how many standard errors lie between; more than 4 is a
failure.
"""

from __future__ import annotations

import importlib
import math
import sys
from typing import Any

import numpy as np
from parts.showdown import c_program, compile_peer, conjuncture, peer
from peers.parameters import FREE, read_parameters
from programs import HERE, Program
from scenarios import TWELVE

sys.path.insert(0, str(HERE.parent / "tests" / "oracles"))
reference = importlib.import_module("reference_showdown")

REFERENCE_HISTORIES = SLOW_HISTORIES = 20_000
OTHER_HISTORIES = 400_000
LARGEST_DISTANCE = 4.0
SEED = 2


def crisis() -> Any:
    """Return the benchmark's crisis as the reference takes it."""
    parameters = read_parameters(TWELVE / "scenario.yaml")
    leans = parameters.leaning.copy()
    for force, side in enumerate(parameters.bound):
        if side != FREE:
            leans[force, side - 1] = np.inf
    same = (
        "cores", "troops", "mass", "stakes", "breakeven", "ties", "materiel", "resolve",
        "street_exchange", "decisiveness", "fog", "public_share", "first_showing",
    )  # fmt: skip
    return reference.Crisis(leans=leans, **{name: getattr(parameters, name) for name in same})


def row_of_history(history: Any) -> list[float]:
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


def programs() -> list[Program]:
    """Return every program that is compared."""
    where = TWELVE
    made = compile_peer(read_parameters(where / "scenario.yaml"), "12")
    return [
        c_program(made, OTHER_HISTORIES, SEED),
        conjuncture(where, OTHER_HISTORIES, SEED, "all"),
        *(peer(name, "", where, OTHER_HISTORIES, SEED) for name in ("Numba", "NumPy")),
        *(peer(name, "", where, SLOW_HISTORIES, SEED) for name in ("Mesa", "Python")),
    ]


def main() -> int:
    """Compare, print, and return 1 if a mean is too far away."""
    rows = np.array(
        [row_of_history(one) for one in reference.sample(crisis(), REFERENCE_HISTORIES, seed=1)]
    )
    mean, deviation = rows.mean(axis=0), rows.std(axis=0, ddof=1)
    camps = len(mean) - len(NAMES)
    names = [f"wins {k}" for k in range(camps // 2)] + [f"strength {k}" for k in range(camps // 2)]
    failed = False
    for program in programs():
        program.run()
        program.close()
        result = program.results[-1]
        error = deviation * math.sqrt(1 / REFERENCE_HISTORIES + 1 / result["histories"])
        distance = (np.array(means(result)) - mean) / error
        failed |= bool((abs(distance) > LARGEST_DISTANCE).any())
        told = ", ".join(
            f"{name} {far:+.1f}" for name, far in zip([*names, *NAMES], distance, strict=True)
        )
        print(f"{program.name}: {told}")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
