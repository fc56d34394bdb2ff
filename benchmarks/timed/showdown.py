"""Conjuncture on a showdown, asked like every peer: a line of JSON in, a line of JSON out.

``python showdown.py FOLDER one`` asks one question, as a user would, and ``all`` everything that
the peers tally: wins, strengths and all measures.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))

from protocol import MEASURES, answer

import conjuncture
from conjuncture.analysis.answers import answer as valued
from conjuncture.analysis.questions import compile_question
from conjuncture.scenario.queries import read_query

CAMPS = ("cabinet", "committee")
EVERYTHING = {
    **{f"strength {camp}": f"E(showdown.strength[{camp}])" for camp in CAMPS},
    "capitulation": "P(showdown.how = capitulation)",
    **{name: f"E(showdown.{name})" for name in MEASURES[1:]},
}


def main() -> None:
    """Answer until the input ends."""
    scenario = conjuncture.load(sys.argv[1])
    asked = {"wins": f"P(showdown = {CAMPS[0]})"}
    if sys.argv[2] == "all":
        asked |= EVERYTHING
    questions = [compile_question(read_query(text, scenario.crisis)) for text in asked.values()]

    def simulate(worlds: int, histories: int, seed: int) -> dict[str, Any]:
        begin = time.perf_counter()
        ensemble = scenario.run(worlds=worlds, histories=histories, seed=seed)
        counts = ensemble.simulator.count(questions, "histories")
        found = dict(zip(asked, (float(valued(one).value) for one in counts), strict=True))
        seconds = time.perf_counter() - begin
        done = worlds * ensemble.histories
        told = {
            "histories": done,
            "seconds": seconds,
            "wins": [done * found["wins"], done * (1 - found["wins"])],
            "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        if len(found) > 1:
            told["strength"] = [found[f"strength {camp}"] for camp in CAMPS]
            told |= {name: found[name] for name in MEASURES}
        return told

    answer(simulate)


if __name__ == "__main__":
    main()
