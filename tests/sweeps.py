"""A small sweep and its scenario, for several tests to edit."""

from pathlib import Path

from crises import FREE

SWEEP = """\
sweep: 1
scenarios: [free]
questions:
  wins: P(showdown = a)
  margin: E(showdown.margin | do(crowd aside))
set:
  line.troops: [1, 3]
worlds: 4
histories: 512
seeds: [1, 2]
"""


def write_sweep(folder: Path, text: str = SWEEP) -> Path:
    """Write the sweep and its scenario, and return the sweep."""
    free = folder / "free"
    free.mkdir(exist_ok=True)
    (free / "scenario.yaml").write_text(FREE, encoding="utf-8")
    (free / "account.md").write_text("Nothing is told here.\n", encoding="utf-8")
    file = folder / "sweep.yaml"
    file.write_text(text, encoding="utf-8")
    return file
