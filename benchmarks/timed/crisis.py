"""The whole reference case in a warm process: a line of JSON in, a line of JSON out.

``runs`` says how many runs replay the same histories: things as they were, then genuine
interventions, those of the case's own claims in their order. Every run plays every stage.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))

from protocol import answer

import conjuncture
from conjuncture.analysis.questions import compile_question
from conjuncture.engine.addresses import every_block
from conjuncture.engine.batch import Batch
from conjuncture.engine.patches import AS_THINGS_WERE, Run
from conjuncture.engine.program_registry import program_for, tally_for
from conjuncture.engine.progress import SilentProgress
from conjuncture.engine.runner import tally
from conjuncture.engine.worlds import Worlds
from conjuncture.scenario.queries import read_query

BLOCK = 512


def main() -> None:
    """Answer until the input ends."""
    crisis = conjuncture.load(sys.argv[1]).crisis
    questions = [compile_question(claim.test) for claim in crisis.claims.values()]
    runs: dict[Run, None] = {AS_THINGS_WERE: None}
    runs |= {run: None for question in questions for run in question.runs}
    program = program_for(crisis, list(runs))
    last = list(crisis.stages)[-1]
    outcome = crisis.vocabulary.stages[last].outcomes[0]
    asked = compile_question(read_query(f"P({last} = {outcome})", crisis))

    def simulate(worlds: int, runs_wanted: int, stages: int, seed: int) -> dict[str, Any]:
        chosen = tuple(runs)[:runs_wanted]
        first = frozenset(list(crisis.stages)[:1])
        wanted = [first] * len(chosen) if stages == 1 else None
        batch = Batch(program, Worlds(crisis, seed, worlds), chosen, wanted)
        group = asked.group(range(len(asked.runs)))
        counting = tally_for(program, () if stages == 1 else (group,))
        begin = time.perf_counter()
        tally(batch, counting, every_block(range(worlds), 0, 1), SilentProgress())
        seconds = time.perf_counter() - begin
        return {"histories": worlds * BLOCK, "seconds": seconds, "runs": len(chosen)}

    answer(simulate)


if __name__ == "__main__":
    main()
