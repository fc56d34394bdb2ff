"""All claims of a case in one process, several times: a line of JSON in, a line of JSON out."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "peers"))

from protocol import answer

import conjuncture


def main() -> None:
    """Answer until the input ends."""
    scenario = conjuncture.load(sys.argv[1])

    def test(seed: int) -> dict[str, Any]:
        begin = time.perf_counter()
        tests = list(scenario.run(seed=seed).test())
        seconds = time.perf_counter() - begin
        return {
            "claims": len(tests),
            "seconds": seconds,
            "peak_mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    answer(test)


if __name__ == "__main__":
    main()
