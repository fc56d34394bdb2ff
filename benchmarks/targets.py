"""What the benchmark is held against, and whether it was met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from printing import number


@dataclass(frozen=True)
class Target:
    """A bound for a number that some part measures."""

    says: str
    number: str
    least: float = -inf
    most: float = inf


TARGETS = (
    Target("showdown, 12 forces: at least 0.8 of C", "showdown-12 of C", least=0.8),
    Target("showdown, 12 forces: ahead of Numba", "showdown-12 of Numba", least=1.0),
    Target("showdown, 12 forces: at least 200 times Mesa", "showdown-12 of Mesa", least=200),
    Target("showdown, 48 forces: at least 0.7 of C", "showdown-48 of C", least=0.7),
    Target("showdown, 200 forces: at least 0.7 of C", "showdown-200 of C", least=0.7),
    Target("without ties, slope in forces: at most 1", "slope in forces", most=1.0),
    Target("full Bolivia case: at least 200,000 histories/s", "bolivia", least=200_000),
    Target("each further intervention: at most 0.75 of the first", "intervention", most=0.75),
    Target("all claims in a warm process: at most 20 s", "claims, warm process", most=20.0),
    Target("first verdict from the shell, warm cache: at most 6 s", "first verdict", most=6.0),
    Target("all claims from the shell, warm cache: at most 25 s", "claims, shell", most=25.0),
    Target("all claims: at most 1,600 MB", "claims, peak memory", most=1600.0),
    Target("claims with a word, prior: at least 21", "claims with a word, prior", least=21),
    Target("the same as it happened: at least 17", "claims with a word, as it happened", least=17),
    Target(
        "intervals within .02 of the reference: at least 0.97",
        "intervals that hold the reference",
        least=0.97,
    ),
    Target("furthest that an interval misses: at most .06", "furthest miss", most=0.06),
    Target("furthest that a word is untrue: at most .02", "furthest untruth", most=0.02),
    Target("unknowns confirmed by fresh worlds: at least 0.9", "unknowns confirmed", least=0.9),
    Target("slope in histories: 1.00 ± 0.03", "slope in histories", 0.97, 1.03),
    Target("slope in worlds: 1.00 ± 0.03", "slope in worlds", 0.97, 1.03),
    Target("two Dask workers: at least 1.7 times one", "two workers", least=1.7),
    Target("peak memory at 10⁸ histories: at most 1,000 MB", "peak memory", most=1000.0),
)


def target_lines_of(found: Mapping[str, float]) -> list[str]:
    """Return a line of a table for each target."""
    lines = []
    for target in TARGETS:
        if target.number not in found:
            lines.append(f"| {target.says} | – | not measured in this run |")
            continue
        value = found[target.number]
        word = "met" if target.least <= value <= target.most else "missed"
        lines.append(f"| {target.says} | {number(value)} | {word} |")
    return lines
