"""Gambit on the game of a scenario: logit equilibria of exported worlds, one after another.

Answers a line of JSON with a line of JSON, like every timed program. Exporting and reading the
games is not timed; solving each at the world's own precision is.
"""

from __future__ import annotations

import io
import json
import sys
import time
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))

from protocol import answer

from conjuncture.cli.app import app

with warnings.catch_warnings():
    # What Gambit's own modules warn of when they are loaded is not ours to mend.
    warnings.simplefilter("ignore")
    import pygambit


@cache
def export_game(world: int, seed: int) -> tuple[Any, float]:
    """Return the game of a world as Gambit reads it, and its precision."""
    words = ["export", sys.argv[1], sys.argv[2], "--scaled", "--json"]
    words += ["--world", str(world), "--seed", str(seed)]
    told = json.loads(CliRunner().invoke(app, words).stdout)
    return pygambit.read_efg(io.BytesIO(told["text"].encode())), float(told["precision"])


def solve(worlds: int, seed: int) -> dict[str, Any]:
    """Solve the games of some worlds."""
    games = [export_game(world, seed) for world in range(worlds)]
    begin = time.perf_counter()
    for game, precision in games:
        pygambit.qre.logit_solve_lambda(game, [precision], first_step=0.01, max_accel=1.05)
    return {"histories": 0, "worlds": worlds, "seconds": time.perf_counter() - begin}


if __name__ == "__main__":
    answer(solve)
