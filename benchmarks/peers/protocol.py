"""How a timed program is asked: a line of JSON with sizes in, a line of JSON with the tally out.

A process answers many lines, so that its start-up is over before the first that counts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parameters import Parameters, read_parameters

MEASURES = ("capitulation", "rounds", "margin", "division", "largest_share", "spent")
"""What every peer averages over histories, besides wins and strengths."""


def answer(work: Callable[..., dict[str, Any]]) -> None:
    """Do the work for every line of standard input and print what it returns."""
    for line in sys.stdin:
        print(json.dumps(work(**json.loads(line))), flush=True)


def serve(simulate: Callable[..., dict[str, Any]]) -> None:
    """Answer for a peer, which simulates the scenario named on the command line."""
    parameters: Parameters = read_parameters(Path(sys.argv[1]))
    answer(lambda histories, seed, threads: simulate(parameters, histories, seed, threads))
