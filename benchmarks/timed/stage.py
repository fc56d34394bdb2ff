"""Conjuncture on a scenario whose first stage is timed: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))

from protocol import answer

import conjuncture
from conjuncture.analysis.questions import compile_question
from conjuncture.scenario.queries import read_query


def main() -> None:
    """Answer until the input ends."""
    scenario = conjuncture.load(sys.argv[1])
    stage, *_ = scenario.crisis.stages
    outcome = scenario.crisis.vocabulary.stages[stage].outcomes[0]
    question = compile_question(read_query(f"P({stage} = {outcome})", scenario.crisis))

    def simulate(worlds: int, histories: int, seed: int) -> dict[str, Any]:
        begin = time.perf_counter()
        ensemble = scenario.run(worlds=worlds, histories=histories, seed=seed)
        ensemble.simulator.count([question], "histories")
        seconds = time.perf_counter() - begin
        return {"histories": worlds * ensemble.histories, "worlds": worlds, "seconds": seconds}

    answer(simulate)


if __name__ == "__main__":
    main()
